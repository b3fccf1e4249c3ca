/**
 * Locks in shared memory. The mutex is the second one of Ulrich Drepper's "Futexes Are Tricky": one
 * word says free, locked, or locked while others may sleep, so a lock that nobody waits for costs one
 * atomic operation each way.
 *
 * @module
 */
import { checkedBuffer, countdown, waitLimit } from "#solutions/_shared/waiting.ts";
import { currentThread } from "#solutions/threads/threads.ts";

const free = 0;
const locked = 1;
const contended = 2;

/** A lock was released that the caller does not hold. Python's `RuntimeError`. */
export class LockError extends Error {
  /** `LockError`. */
  override name = "LockError";
}

/** How long to wait for a lock. */
export interface AcquireOptions {
  /** `false` to give up at once. */
  blocking?: boolean;
  /** How many milliseconds to wait at most; for ever unless given. */
  timeout?: number;
}

/** Which thread an RLock acts for. */
export interface OwnerOptions {
  /** The thread's identity: an integer of 32 bits, and not 0. */
  owner?: number;
}

/**
 * A mutual exclusion lock for threads that share memory. At most one thread holds it. It has no
 * owner: any thread may release it, as with Python's `threading.Lock`.
 *
 * @example A lock and its view from another thread
 * ```ts
 * import { Lock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new Lock();
 * const sameLock = Lock.attach(lock.buffer); // in a Worker that was sent the buffer
 * {
 *   using _held = lock.hold();
 *   assertEquals(sameLock.acquire({ blocking: false }), false);
 * }
 * assertEquals(sameLock.locked, false);
 * ```
 */
export class Lock implements Disposable {
  /** The shared memory of the lock: what other threads need to see the same lock. */
  readonly buffer: SharedArrayBuffer;
  readonly #word: Int32Array<SharedArrayBuffer>;

  /** Makes a new lock, which is free. `buffer` is for {@linkcode Lock.attach}. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer;
    this.#word = new Int32Array(buffer);
  }

  /**
   * The lock that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a Lock.
   */
  static attach(buffer: SharedArrayBuffer): Lock {
    return new Lock(checkedBuffer("Lock", buffer, 4));
  }

  /**
   * Takes the lock, and blocks the thread until it has it. Returns whether it has it: without a limit
   * that is always `true`. A thread that holds the lock and takes it again waits for itself.
   * Python's `Lock.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return takeWord(this.#word, waitLimit(options));
  }

  /**
   * Frees the lock and wakes one of those that wait for it. Does not block. Any thread may do it.
   * Python's `Lock.release`.
   *
   * @throws {LockError} If the lock is free; it stays free.
   */
  release(): void {
    releaseWord(this.#word);
  }

  /** Whether anybody holds the lock at this moment. Python's `Lock.locked`. */
  get locked(): boolean {
    return Atomics.load(this.#word, 0) !== free;
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = lock.hold()` is Python's
   * `with lock:`. It returns the lock itself, so it makes no garbage.
   */
  hold(): Disposable {
    this.acquire();
    return this;
  }

  /** Releases the lock, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** `Lock(free)` or `Lock(locked)`. */
  toString(): string {
    return `Lock(${this.locked ? "locked" : "free"})`;
  }
}

const ownerAt = 1;
// Only the owner reads and writes its depth, so plain accesses do, at a third of the cost.
const depthAt = 2;
const nobody = 0;

/**
 * A lock that its owner may take again: it is free after as many releases as acquires. Python's
 * `threading.RLock`. Only the owner may release it. Prefer {@linkcode Lock} where nobody calls back
 * into code that already holds the lock.
 *
 * @example Taking it twice
 * ```ts
 * import { RLock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new RLock();
 * lock.acquire();
 * lock.acquire();
 * lock.release();
 * assertEquals(lock.depth, 1);
 * lock.release();
 * assertEquals(lock.locked, false);
 * ```
 */
export class RLock implements Disposable {
  /** The shared memory of the lock: what other threads need to see the same lock. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #me: number;

  /**
   * Makes a new lock, which is free. The owner is the current thread unless given. `buffer` is for
   * {@linkcode RLock.attach}.
   *
   * @throws {RangeError} If the owner is 0 or not an integer of 32 bits.
   */
  constructor(
    { owner = currentThread().id }: OwnerOptions = {},
    buffer: SharedArrayBuffer = new SharedArrayBuffer(12),
  ) {
    if (owner !== (owner | 0) || owner === nobody) {
      throw new RangeError(
        `Cannot make an RLock as 'owner' must be an integer of 32 bits, and not 0: received ${owner}`,
      );
    }
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#me = owner;
  }

  /**
   * The lock that lives in this buffer, seen from the current thread or the given owner.
   *
   * @throws {TypeError} If it is not the buffer of an RLock.
   * @throws {RangeError} If the owner is 0 or not an integer of 32 bits.
   */
  static attach(buffer: SharedArrayBuffer, options?: OwnerOptions): RLock {
    return new RLock(options, checkedBuffer("RLock", buffer, 12));
  }

  /**
   * Takes the lock, and blocks the thread until it has it. The owner has it at once, one level deeper.
   * Returns whether the thread has it. Python's `RLock.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    const limit = waitLimit(options);
    if (this.isOwned) {
      this.#words[depthAt]++;
      return true;
    }
    const taken = takeWord(this.#words, limit);
    if (taken) this.#own(1);
    return taken;
  }

  /**
   * Goes one level up, and frees the lock at the last one. Does not block. Python's `RLock.release`.
   *
   * @throws {LockError} If this thread does not own the lock; nothing changes.
   */
  release(): void {
    this.#checkOwned();
    if (--this.#words[depthAt] === 0) this.#free();
  }

  /** Whether anybody owns the lock at this moment. Python's `RLock.locked`. */
  get locked(): boolean {
    return Atomics.load(this.#words, 0) !== free;
  }

  /** Whether this thread owns the lock. */
  get isOwned(): boolean {
    // Only this thread writes its own id, so no other thread can make the answer wrong.
    return Atomics.load(this.#words, ownerAt) === this.#me;
  }

  /** How many levels deep this thread is; 0 if it does not own the lock. */
  get depth(): number {
    return this.isOwned ? this.#words[depthAt] : 0;
  }

  /**
   * Frees the lock whatever its depth, and returns the depth for {@linkcode RLock.restore}. Does not
   * block. A condition does it before it waits.
   *
   * @throws {LockError} If this thread does not own the lock; nothing changes.
   */
  releaseAll(): number {
    this.#checkOwned();
    const depth = this.#words[depthAt];
    this.#free();
    return depth;
  }

  /** Takes the lock, blocking, at the depth that {@linkcode RLock.releaseAll} returned. */
  restore(depth: number): void {
    takeWord(this.#words, Infinity);
    this.#own(depth);
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = lock.hold()` is Python's
   * `with lock:`. It returns the lock itself, so it makes no garbage.
   */
  hold(): Disposable {
    this.acquire();
    return this;
  }

  /** Releases one level, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.release();
  }

  /**
   * `RLock(free)` or `RLock(locked, owner 7, depth 2)`. Of a lock that another thread is taking or
   * releasing at this moment, the owner and the depth may be those of a moment before or after.
   */
  toString(): string {
    if (!this.locked) return "RLock(free)";
    const owner = Atomics.load(this.#words, ownerAt);
    return `RLock(locked, owner ${owner}, depth ${this.#words[depthAt]})`;
  }

  #own(depth: number): void {
    this.#words[depthAt] = depth;
    Atomics.store(this.#words, ownerAt, this.#me);
  }

  #free(): void {
    Atomics.store(this.#words, ownerAt, nobody);
    releaseWord(this.#words);
  }

  #checkOwned(): void {
    if (!this.isOwned) {
      throw new LockError("Cannot release an RLock that this thread does not own");
    }
  }
}

/** Takes the lock, or gives up after `limit` milliseconds. */
function takeWord(word: Int32Array<SharedArrayBuffer>, limit: number): boolean {
  return Atomics.compareExchange(word, 0, free, locked) === free ||
    limit > 0 && waitForLock(word, limit);
}

/** Sleeps until the lock is free and takes it, or gives up after `limit` milliseconds. */
function waitForLock(word: Int32Array<SharedArrayBuffer>, limit: number): boolean {
  const left = countdown(limit);
  // Whoever was asleep cannot know who sleeps beside it, so it takes the lock as contended.
  while (Atomics.exchange(word, 0, contended) !== free) {
    const rest = left();
    if (rest <= 0) return false;
    Atomics.wait(word, 0, contended, rest);
  }
  return true;
}

function releaseWord(word: Int32Array<SharedArrayBuffer>): void {
  const before = Atomics.exchange(word, 0, free);
  if (before === free) throw new LockError("Cannot release a lock that is free");
  if (before === contended) Atomics.notify(word, 0, 1);
}
