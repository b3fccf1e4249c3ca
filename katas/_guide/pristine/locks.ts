// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your locks. Edit this file and no other; the lesson is katas/locks/README.md.
 *
 * @module
 */
import { currentThread } from "#solutions/threads/threads.ts";

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

  /** Makes a new lock, which is free. `buffer` is for {@linkcode Lock.attach}. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    notYet("new Lock");
  }

  /**
   * The lock that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a Lock.
   */
  static attach(buffer: SharedArrayBuffer): Lock {
    return notYet("Lock.attach");
  }

  /**
   * Takes the lock, and blocks the thread until it has it. Returns whether it has it: without a limit
   * that is always `true`. A thread that holds the lock and takes it again waits for itself.
   * Python's `Lock.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return notYet("Lock.acquire");
  }

  /**
   * Frees the lock and wakes one of those that wait for it. Does not block. Any thread may do it.
   * Python's `Lock.release`.
   *
   * @throws {LockError} If the lock is free; it stays free.
   */
  release(): void {
    return notYet("Lock.release");
  }

  /** Whether anybody holds the lock at this moment. Python's `Lock.locked`. */
  get locked(): boolean {
    return notYet("Lock.locked");
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = lock.hold()` is Python's
   * `with lock:`. It returns the lock itself, so it makes no garbage.
   */
  hold(): Disposable {
    return notYet("Lock.hold");
  }

  /** Releases the lock, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Lock[Symbol.dispose]");
  }

  /** `Lock(free)` or `Lock(locked)`. */
  toString(): string {
    return notYet("Lock.toString");
  }
}

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
    notYet("new RLock");
  }

  /**
   * The lock that lives in this buffer, seen from the current thread or the given owner.
   *
   * @throws {TypeError} If it is not the buffer of an RLock.
   * @throws {RangeError} If the owner is 0 or not an integer of 32 bits.
   */
  static attach(buffer: SharedArrayBuffer, options?: OwnerOptions): RLock {
    return notYet("RLock.attach");
  }

  /**
   * Takes the lock, and blocks the thread until it has it. The owner has it at once, one level deeper.
   * Returns whether the thread has it. Python's `RLock.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return notYet("RLock.acquire");
  }

  /**
   * Goes one level up, and frees the lock at the last one. Does not block. Python's `RLock.release`.
   *
   * @throws {LockError} If this thread does not own the lock; nothing changes.
   */
  release(): void {
    return notYet("RLock.release");
  }

  /** Whether anybody owns the lock at this moment. Python's `RLock.locked`. */
  get locked(): boolean {
    return notYet("RLock.locked");
  }

  /** Whether this thread owns the lock. */
  get isOwned(): boolean {
    return notYet("RLock.isOwned");
  }

  /** How many levels deep this thread is; 0 if it does not own the lock. */
  get depth(): number {
    return notYet("RLock.depth");
  }

  /**
   * Frees the lock whatever its depth, and returns the depth for {@linkcode RLock.restore}. Does not
   * block. A condition does it before it waits.
   *
   * @throws {LockError} If this thread does not own the lock; nothing changes.
   */
  releaseAll(): number {
    return notYet("RLock.releaseAll");
  }

  /** Takes the lock, blocking, at the depth that {@linkcode RLock.releaseAll} returned. */
  restore(depth: number): void {
    return notYet("RLock.restore");
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = lock.hold()` is Python's
   * `with lock:`. It returns the lock itself, so it makes no garbage.
   */
  hold(): Disposable {
    return notYet("RLock.hold");
  }

  /** Releases one level, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("RLock[Symbol.dispose]");
  }

  /**
   * `RLock(free)` or `RLock(locked, owner 7, depth 2)`. Of a lock that another thread is taking or
   * releasing at this moment, the owner and the depth may be those of a moment before or after.
   */
  toString(): string {
    return notYet("RLock.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/locks/README.md`);
}
