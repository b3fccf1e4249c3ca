// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your conditions. Edit this file and no other; the lesson is katas/conditions/README.md.
 *
 * @module
 */
import { type AcquireOptions, type Lock, RLock } from "#solutions/locks/locks.ts";

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

  /**
   * Makes a new condition over a lock, a new {@linkcode RLock} unless given. `buffer` is for
   * {@linkcode Condition.attach}.
   */
  constructor(lock: Lock | RLock = new RLock(), buffer?: SharedArrayBuffer) {
    notYet("new Condition");
  }

  /**
   * The condition that lives in this buffer, as another thread made it. The lock must be the same one:
   * `Condition.attach(buffer, Lock.attach(lockBuffer))`.
   *
   * @throws {TypeError} If it is not the buffer of a Condition.
   */
  static attach(buffer: SharedArrayBuffer, lock: Lock | RLock): Condition {
    return notYet("Condition.attach");
  }

  /**
   * Takes the lock, as its own `acquire` does.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return notYet("Condition.acquire");
  }

  /**
   * Releases the lock, as its own `release` does.
   *
   * @throws {LockError} If the lock is not held.
   */
  release(): void {
    return notYet("Condition.release");
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
    return notYet("Condition.wait");
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
    return notYet("Condition.waitFor");
  }

  /**
   * Wakes `n` of those who wait, or all if there are fewer. Nobody who begins to wait later is woken by
   * it. They go on when they have the lock, so not before it is released. Python's `Condition.notify`.
   *
   * @throws {LockError} If the lock is not held; nobody is woken.
   * @throws {RangeError} If `n` is not an integer from 0 up.
   */
  notify(n = 1): void {
    return notYet("Condition.notify");
  }

  /**
   * Wakes all who wait. Python's `Condition.notify_all`.
   *
   * @throws {LockError} If the lock is not held; nobody is woken.
   */
  notifyAll(): void {
    return notYet("Condition.notifyAll");
  }

  /**
   * Takes the lock, blocking, for the rest of a block: `using _held = condition.hold()` is Python's
   * `with condition:`. It returns the condition itself, so it makes no garbage.
   */
  hold(): Disposable {
    return notYet("Condition.hold");
  }

  /** Releases the lock, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Condition[Symbol.dispose]");
  }

  /** `Condition(2 waiting, Lock(free))`. */
  toString(): string {
    return notYet("Condition.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/conditions/README.md`);
}
