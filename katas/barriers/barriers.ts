// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your barrier. Edit this file and no other; the lesson is katas/barriers/README.md.
 *
 * @module
 */
import type { WaitOptions } from "#solutions/events/events.ts";

/** The barrier is broken: not all will come. Python's `BrokenBarrierError`. */
export class BrokenBarrier extends Error {
  /** `BrokenBarrier`. */
  override name = "BrokenBarrier";
}

/** What the last thread of a round does. */
export interface ActionOptions {
  /** Called by the last one that comes, before anybody goes on. It must not call the barrier. */
  action?: () => void;
}

/** How a barrier is made. */
export interface BarrierOptions extends ActionOptions {
  /** How many milliseconds everybody waits who does not say for how long; for ever unless given. */
  timeout?: number;
}

/**
 * A place where a number of threads wait for each other: when the last one comes, all go on, and
 * the barrier is ready for the next round. Python's `threading.Barrier`. Prefer {@linkcode Event}
 * where one thread decides for all when they go on.
 *
 * @example A barrier for one
 * ```ts
 * import { Barrier } from "@concurrency/katas";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const alone = new Barrier(1, { action: () => console.log("The bus leaves") });
 * assertEquals(alone.wait(), 0);
 *
 * const bus = new Barrier(2);
 * const sameBus = Barrier.attach(bus.buffer); // in a Worker that was sent the buffer
 * assertThrows(() => sameBus.wait({ timeout: 1 }));
 * assertEquals(bus.broken, true);
 * ```
 */
export class Barrier {
  /** The shared memory of the barrier: what other threads need to see the same one. */
  readonly buffer: SharedArrayBuffer;
  /** How many threads have to come. */
  readonly parties: number;

  /**
   * Makes a new barrier for so many threads. `buffer` is for {@linkcode Barrier.attach}.
   *
   * @throws {RangeError} If the parties are not an integer from 1 to 268,435,455, or the timeout is
   * not a number.
   */
  constructor(
    parties: number,
    { timeout = Infinity, action = () => {} }: BarrierOptions = {},
    buffer?: SharedArrayBuffer,
  ) {
    notYet("new Barrier");
  }

  /**
   * The barrier that lives in this buffer, as another thread made it, with its parties and its
   * timeout. A function cannot travel, so each thread names the action that it will do if it is the
   * last.
   *
   * @throws {TypeError} If it is not the buffer of a Barrier.
   */
  static attach(buffer: SharedArrayBuffer, { action }: ActionOptions = {}): Barrier {
    return notYet("Barrier.attach");
  }

  /**
   * Blocks the thread until as many have come as the barrier has parties. Returns which one it was,
   * from 0: each number once a round. The last one does its action first; if that throws, so does
   * this, and the barrier is broken. Who waits for longer than the timeout, which is the barrier's
   * unless given, breaks the barrier. Python's `Barrier.wait`.
   *
   * @throws {BrokenBarrier} If the barrier is broken, or gets broken or reset while this one waits.
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout }: WaitOptions = {}): number {
    return notYet("Barrier.wait");
  }

  /**
   * Breaks the barrier: all who wait and all who come later get a {@linkcode BrokenBarrier}, until
   * somebody resets it. Does not block. Python's `Barrier.abort`.
   */
  abort(): void {
    return notYet("Barrier.abort");
  }

  /**
   * Makes the barrier as new, and empty: those who wait get a {@linkcode BrokenBarrier}. Does not
   * block. Python's `Barrier.reset`.
   */
  reset(): void {
    return notYet("Barrier.reset");
  }

  /** How many wait for the others at this moment. Python's `Barrier.n_waiting`. */
  get waiting(): number {
    return notYet("Barrier.waiting");
  }

  /** Whether it is broken at this moment. Python's `Barrier.broken`. */
  get broken(): boolean {
    return notYet("Barrier.broken");
  }

  /** `Barrier(1 of 3 waiting)` or `Barrier(broken)`. */
  toString(): string {
    return notYet("Barrier.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/barriers/README.md`);
}
