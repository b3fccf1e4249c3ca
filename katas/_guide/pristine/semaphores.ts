// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your semaphores. Edit this file and no other; the lesson is katas/semaphores/README.md.
 *
 * @module
 */
import type { AcquireOptions } from "#solutions/locks/locks.ts";

/** More permits were released than the semaphore can have. Python's `ValueError`. */
export class SemaphoreError extends Error {
  /** `SemaphoreError`. */
  override name = "SemaphoreError";
}

/**
 * A number of permits that threads share: at most that many of them are inside at once. Python's
 * `threading.Semaphore`. A permit has no owner: any thread may release one, also one that it never
 * acquired, so a semaphore of 0 can count what one thread makes and another one takes. Prefer
 * {@linkcode BoundedSemaphore} where each permit stands for a thing that cannot become more.
 *
 * @example Two stalls
 * ```ts
 * import { Semaphore } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const stalls = new Semaphore(2);
 * const sameStalls = Semaphore.attach(stalls.buffer); // in a Worker that was sent the buffer
 * {
 *   using _one = stalls.hold();
 *   using _two = stalls.hold();
 *   assertEquals(sameStalls.acquire({ blocking: false }), false);
 * }
 * assertEquals(sameStalls.value, 2);
 * ```
 */
export class Semaphore implements Disposable {
  /** The shared memory of the semaphore: what other threads need to see the same one. */
  readonly buffer: SharedArrayBuffer;

  /**
   * Makes a new semaphore with `value` free permits. `buffer` is for {@linkcode Semaphore.attach}.
   *
   * @throws {RangeError} If the value is not an integer from 0 to 2,147,483,647.
   */
  constructor(value = 1, buffer?: SharedArrayBuffer) {
    notYet("new Semaphore");
  }

  /**
   * The semaphore that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a Semaphore.
   */
  static attach(buffer: SharedArrayBuffer): Semaphore {
    return notYet("Semaphore.attach");
  }

  /**
   * Takes a permit, and blocks the thread until it has one. Returns whether it has one: without a limit
   * that is always `true`. Python's `Semaphore.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    return notYet("Semaphore.acquire");
  }

  /**
   * Gives `n` permits and wakes as many of those that wait. Does not block. Any thread may do it, and
   * the value may rise above the one that the semaphore was made with. Python's `Semaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {SemaphoreError} If more than 2,147,483,647 permits would be free; nothing changes.
   */
  release(n = 1): void {
    return notYet("Semaphore.release");
  }

  /** How many permits are free at this moment; never negative. */
  get value(): number {
    return notYet("Semaphore.value");
  }

  /**
   * Takes a permit, blocking, for the rest of a block: `using _held = semaphore.hold()` is Python's
   * `with semaphore:`. It returns the semaphore itself, so it makes no garbage.
   */
  hold(): Disposable {
    return notYet("Semaphore.hold");
  }

  /** Releases one permit, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Semaphore[Symbol.dispose]");
  }

  /** `Semaphore(value 2)`. */
  toString(): string {
    return notYet("Semaphore.toString");
  }
}

/**
 * A semaphore that never has more permits than it was made with: a release too many, which is nearly
 * always a mistake, throws. Python's `threading.BoundedSemaphore`.
 *
 * @example One release too many
 * ```ts
 * import { BoundedSemaphore, SemaphoreError } from "@concurrency/katas";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const stalls = new BoundedSemaphore(3);
 * stalls.acquire();
 * stalls.release();
 * assertThrows(() => stalls.release(), SemaphoreError);
 * assertEquals(stalls.value, 3);
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /**
   * Makes a new semaphore with `value` free permits, and never more. `buffer` is for
   * {@linkcode BoundedSemaphore.attach}.
   *
   * @throws {RangeError} If the value is not an integer from 0 to 2,147,483,647.
   */
  constructor(value = 1, buffer?: SharedArrayBuffer) {
    super();
    notYet("new BoundedSemaphore");
  }

  /**
   * The semaphore that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a BoundedSemaphore.
   */
  static override attach(buffer: SharedArrayBuffer): BoundedSemaphore {
    return notYet("BoundedSemaphore.attach");
  }

  /**
   * Gives `n` permits and wakes as many of those that wait. Does not block. Any thread may do it.
   * Python's `BoundedSemaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {SemaphoreError} If more permits would be free than at first; nothing changes.
   */
  override release(n = 1): void {
    return notYet("BoundedSemaphore.release");
  }

  /** `BoundedSemaphore(value 2 of 3)`. */
  override toString(): string {
    return notYet("BoundedSemaphore.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/semaphores/README.md`);
}
