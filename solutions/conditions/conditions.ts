/**
 * Condition variables in shared memory. Whoever waits or notifies holds the lock, so the counts need no
 * atomic operations; only the bells that threads sleep on do. As in glibc's condition variables those who
 * wait are in two groups: wake-ups go to the older one, and whoever comes later joins the younger one, so
 * nobody takes a wake-up that was there before him.
 *
 * @module
 */
import { type AcquireOptions, type Lock, LockError, RLock } from "#solutions/locks/locks.ts";
import { checkedBuffer, countdown, requireTimeout } from "#solutions/_shared/waiting.ts";

// The group with an even number sleeps on the first bell, the one with an odd number on the second.
const bellOf = (group: number) => group & 1;
/** The number of the older group. The younger one has the next. */
const olderAt = 2;
/** How many of the older group have not been notified. */
const asleepAt = 3;
/** How many wake-ups the older group has and has not taken yet. */
const wakeUpsAt = 4;
/** How many are in the younger group. None of them has been notified. */
const newcomersAt = 5;
const bytes = 24;

/** How long to wait for a notification. */
export interface ConditionWaitOptions {
  /** How many milliseconds to wait at most; for ever unless given. A negative number is 0. */
  timeout?: number;
}

/**
 * A place to wait, with the lock in hand, until another thread says that something has changed. Python's
 * `threading.Condition`. Several conditions may share one lock: one for each thing to wait for. Prefer
 * an event where nobody needs the lock, and a semaphore where what is waited for can be counted.
 *
 * @example A hatch with room for one dish
 * ```ts
 * import { Condition, Lock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new Lock();
 * const served = new Condition(lock);
 * // In a Worker that was sent both buffers:
 * const sameServed = Condition.attach(served.buffer, Lock.attach(lock.buffer));
 *
 * const dishes = new Int32Array(new SharedArrayBuffer(4));
 * {
 *   using _held = served.hold();
 *   dishes[0]++;
 *   served.notify();
 * }
 * {
 *   using _held = sameServed.hold();
 *   assertEquals(sameServed.waitFor(() => dishes[0]), 1);
 * }
 * ```
 */
export class Condition implements Disposable {
  /** The lock that is held while anybody looks at what he waits for, or changes it. */
  readonly lock: Lock | RLock;
  /** The shared memory of the condition, without that of its lock. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;

  /**
   * Makes a new condition over a lock, a new {@linkcode RLock} unless given. `buffer` is for
   * {@linkcode Condition.attach}.
   */
  constructor(lock: Lock | RLock = new RLock(), buffer?: SharedArrayBuffer) {
    this.lock = lock;
    this.buffer = buffer ?? new SharedArrayBuffer(bytes);
    this.#words = new Int32Array(this.buffer);
  }

  /**
   * The condition that lives in this buffer, as another thread made it. The lock must be the same one:
   * `Condition.attach(buffer, Lock.attach(lockBuffer))`.
   *
   * @throws {TypeError} If it is not the buffer of a Condition.
   */
  static attach(buffer: SharedArrayBuffer, lock: Lock | RLock): Condition {
    return new Condition(lock, checkedBuffer("Condition", buffer, bytes));
  }

  /**
   * Takes the lock, as its own `acquire` does.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return this.lock.acquire(options);
  }

  /**
   * Releases the lock, as its own `release` does.
   *
   * @throws {LockError} If the lock is not held.
   */
  release(): void {
    this.lock.release();
  }

  /**
   * Releases the lock, whatever its depth, sleeps until it is notified, and takes the lock again at the
   * same depth. Returns whether it was notified: `false` says that the time was over first. What the
   * thread waits for need not be true then, for others had the lock in between: look again, or call
   * {@linkcode Condition.waitFor}. Python's `Condition.wait`.
   *
   * @throws {LockError} If the lock is not held; nothing changes.
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout = Infinity }: ConditionWaitOptions = {}): boolean {
    requireTimeout("wait", timeout);
    this.#checkHeld("wait");
    const words = this.#words;
    const left = countdown(timeout);
    const group = join(words);
    for (let rest = timeout;; rest = left()) {
      // A notify after this look changes the bell, so this thread does not fall asleep any more.
      const bell = Atomics.load(words, bellOf(group));
      const depth = unlock(this.lock);
      if (rest > 0) Atomics.wait(words, bellOf(group), bell, rest);
      relock(this.lock, depth);
      if (takeWakeUp(words, group)) return true;
      // Also a thread that has slept for long enough looks for a wake-up first.
      if (left() <= 0) {
        leave(words, group);
        return false;
      }
    }
  }

  /**
   * Waits until the predicate gives something true, and returns that. The predicate is called with the
   * lock held: at once, and again after each notification. When the time is over, what it gave last is
   * returned. Python's `Condition.wait_for`.
   *
   * @throws {LockError} If the lock is not held.
   * @throws {RangeError} If the timeout is not a number.
   */
  waitFor<T>(predicate: () => T, { timeout = Infinity }: ConditionWaitOptions = {}): T {
    requireTimeout("wait", timeout);
    this.#checkHeld("wait");
    const left = countdown(timeout);
    let result = predicate();
    for (let rest = timeout; !result && rest > 0; rest = left()) {
      this.wait({ timeout: rest });
      result = predicate();
    }
    return result;
  }

  /**
   * Wakes `n` of those who wait, or all if there are fewer. Nobody who begins to wait later is woken by
   * it. They go on when they have the lock, so not before it is released. Python's `Condition.notify`.
   *
   * @throws {LockError} If the lock is not held; nobody is woken.
   * @throws {RangeError} If `n` is not an integer from 0 up.
   */
  notify(n = 1): void {
    if (!Number.isInteger(n) || n < 0) {
      throw new RangeError(`Cannot notify as 'n' must be an integer from 0 up: received ${n}`);
    }
    this.#checkHeld("notify");
    const words = this.#words;
    const missing = n - wakeOlder(words, n);
    if (missing > 0 && words[newcomersAt] > 0) {
      // The whole older group is woken, and what its members need to know is that it is over.
      words[olderAt]++;
      words[asleepAt] = words[newcomersAt];
      words[wakeUpsAt] = words[newcomersAt] = 0;
      wakeOlder(words, missing);
    }
  }

  /**
   * Wakes all who wait. Python's `Condition.notify_all`.
   *
   * @throws {LockError} If the lock is not held; nobody is woken.
   */
  notifyAll(): void {
    this.notify(2 ** 32);
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = condition.hold()` is Python's
   * `with condition:`. It returns the condition itself, so it makes no garbage.
   */
  hold(): Disposable {
    this.acquire();
    return this;
  }

  /** Releases the lock, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** `Condition(2 waiting, Lock(free))`. */
  toString(): string {
    const waiting = Atomics.load(this.#words, asleepAt) + Atomics.load(this.#words, newcomersAt);
    return `Condition(${waiting} waiting, ${this.lock})`;
  }

  #checkHeld(action: string): void {
    const isHeld = this.lock instanceof RLock ? this.lock.isOwned : this.lock.locked;
    if (!isHeld) {
      throw new LockError(`Cannot ${action} without the lock: acquire the condition first`);
    }
  }
}

type Words = Int32Array<SharedArrayBuffer>;

/** Joins the younger group, and returns its number. */
function join(words: Words): number {
  words[newcomersAt]++;
  return words[olderAt] + 1 | 0;
}

/** Takes a wake-up of the group, if it has one. */
function takeWakeUp(words: Words, group: number): boolean {
  // The numbers wrap round, so only their distance says which one is older.
  const age = words[olderAt] - group | 0;
  if (age !== 0) return age > 0;
  if (words[wakeUpsAt] === 0) return false;
  words[wakeUpsAt]--;
  return true;
}

/** Leaves a group that has no wake-up. */
function leave(words: Words, group: number): void {
  words[group === words[olderAt] ? asleepAt : newcomersAt]--;
}

/** Gives up to `n` wake-ups to the older group. Returns how many it had use for. */
function wakeOlder(words: Words, n: number): number {
  const count = Math.min(n, words[asleepAt]);
  if (count === 0) return 0;
  words[asleepAt] -= count;
  words[wakeUpsAt] += count;
  const bell = bellOf(words[olderAt]);
  Atomics.add(words, bell, 1);
  Atomics.notify(words, bell, count);
  return count;
}

function unlock(lock: Lock | RLock): number {
  if (lock instanceof RLock) return lock.releaseAll();
  lock.release();
  return 1;
}

function relock(lock: Lock | RLock, depth: number): void {
  if (lock instanceof RLock) lock.restore(depth);
  else lock.acquire();
}
