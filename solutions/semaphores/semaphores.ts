/**
 * Counting semaphores in shared memory. One word tells how many permits are free, or that none is and
 * threads may be asleep, as in the second mutex of Ulrich Drepper's "Futexes Are Tricky". So a release
 * notifies once for many threads that come and go while the one that it has woken gets up.
 *
 * @module
 */
import type { AcquireOptions } from "#solutions/locks/locks.ts";
import { checkedBuffer, countdown, waitLimit } from "#solutions/_shared/waiting.ts";

const valueAt = 0;
const limitAt = 1;
/** In the place of the value: no permit is free, and threads may be asleep. */
const awaited = -1;
const mostPermits = 2 ** 31 - 1;

type Words = Int32Array<SharedArrayBuffer>;

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
  readonly #words: Words;

  /**
   * Makes a new semaphore with `value` free permits. `buffer` is for {@linkcode Semaphore.attach}.
   *
   * @throws {RangeError} If the value is not an integer from 0 to 2,147,483,647.
   */
  constructor(value = 1, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? bufferOf(checkedValue("Semaphore", value));
    this.#words = new Int32Array(this.buffer);
  }

  /**
   * The semaphore that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a Semaphore.
   */
  static attach(buffer: SharedArrayBuffer): Semaphore {
    return new Semaphore(0, checkedBuffer("Semaphore", buffer, 4));
  }

  /**
   * Takes a permit, and blocks the thread until it has one. Returns whether it has one: without a limit
   * that is always `true`. Python's `Semaphore.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   */
  acquire(options?: AcquireOptions): boolean {
    const limit = waitLimit(options);
    return takePermit(this.#words) || limit > 0 && waitForPermit(this.#words, limit);
  }

  /**
   * Gives `n` permits and wakes as many of those that wait. Does not block. Any thread may do it, and
   * the value may rise above the one that the semaphore was made with. Python's `Semaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {SemaphoreError} If more than 2,147,483,647 permits would be free; nothing changes.
   */
  release(n = 1): void {
    givePermits(this.#words, n, mostPermits);
  }

  /** How many permits are free at this moment; never negative. */
  get value(): number {
    return Math.max(0, Atomics.load(this.#words, valueAt));
  }

  /**
   * Takes a permit, blocking, for the rest of a block: `using _held = semaphore.hold()` is Python's
   * `with semaphore:`. It returns the semaphore itself, so it makes no garbage.
   */
  hold(): Disposable {
    this.acquire();
    return this;
  }

  /** Releases one permit, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** `Semaphore(value 2)`. */
  toString(): string {
    return `Semaphore(value ${this.value})`;
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
  readonly #words: Words;

  /**
   * Makes a new semaphore with `value` free permits, and never more. `buffer` is for
   * {@linkcode BoundedSemaphore.attach}.
   *
   * @throws {RangeError} If the value is not an integer from 0 to 2,147,483,647.
   */
  constructor(value = 1, buffer?: SharedArrayBuffer) {
    super(value, buffer ?? bufferOf(checkedValue("BoundedSemaphore", value), value));
    this.#words = new Int32Array(this.buffer);
  }

  /**
   * The semaphore that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a BoundedSemaphore.
   */
  static override attach(buffer: SharedArrayBuffer): BoundedSemaphore {
    return new BoundedSemaphore(0, checkedBuffer("BoundedSemaphore", buffer, 8));
  }

  /**
   * Gives `n` permits and wakes as many of those that wait. Does not block. Any thread may do it.
   * Python's `BoundedSemaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {SemaphoreError} If more permits would be free than at first; nothing changes.
   */
  override release(n = 1): void {
    givePermits(this.#words, n, Atomics.load(this.#words, limitAt));
  }

  /** `BoundedSemaphore(value 2 of 3)`. */
  override toString(): string {
    return `BoundedSemaphore(value ${this.value} of ${Atomics.load(this.#words, limitAt)})`;
  }
}

/** Takes a permit if one is free. */
function takePermit(words: Words): boolean {
  let value = Atomics.load(words, valueAt);
  while (value > 0) {
    const found = Atomics.compareExchange(words, valueAt, value, value - 1);
    if (found === value) return true;
    value = found;
  }
  return false;
}

/** Sleeps until there is a permit and takes it, or gives up after `limit` milliseconds. */
function waitForPermit(words: Words, limit: number): boolean {
  const left = countdown(limit);
  while (!takeAmongSleepers(words)) {
    const rest = left();
    if (rest <= 0) return false;
    Atomics.wait(words, valueAt, awaited, rest);
  }
  return true;
}

/**
 * Takes a permit if one is free. Whoever was asleep cannot know who sleeps beside it: if it finds or leaves
 * no permit it says that threads may be asleep, and if it leaves one it wakes another.
 */
function takeAmongSleepers(words: Words): boolean {
  for (let value = Atomics.load(words, valueAt); value !== awaited;) {
    const rest = value > 1 ? value - 1 : awaited;
    const found = Atomics.compareExchange(words, valueAt, value, rest);
    if (found === value) {
      if (rest > 0) Atomics.notify(words, valueAt, 1);
      return value > 0;
    }
    value = found;
  }
  return false;
}

/** Adds `n` permits, if there are at most `limit` then, and wakes up to `n` threads. */
function givePermits(words: Words, n: number, limit: number): void {
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`Cannot release as 'n' must be an integer from 1 up: received ${n}`);
  }
  let value = Atomics.load(words, valueAt);
  for (;;) {
    const free = Math.max(0, value);
    if (n > limit - free) {
      throw new SemaphoreError(
        `Cannot release ${n} as ${free} of at most ${limit} permits are free already`,
      );
    }
    const found = Atomics.compareExchange(words, valueAt, value, free + n);
    if (found === value) break;
    value = found;
  }
  // Whoever says so after this finds the permits before it falls asleep.
  if (value === awaited) Atomics.notify(words, valueAt, n);
}

function checkedValue(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > mostPermits) {
    throw new RangeError(
      `Cannot make a ${name} as 'value' must be an integer from 0 to ${mostPermits}: received ${value}`,
    );
  }
  return value;
}

function bufferOf(...words: number[]): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(4 * words.length);
  new Int32Array(buffer).set(words);
  return buffer;
}
