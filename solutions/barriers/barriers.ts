/**
 * Barriers in shared memory. One word holds the whole state: how many threads there are, what they
 * do, and whether the barrier is broken. As in CPython nobody comes in before all of the last round
 * have left, so a round needs no number.
 *
 * @module
 */
import type { WaitOptions } from "#solutions/events/events.ts";
import { checkedBuffer, countdown, requireTimeout } from "#solutions/_shared/waiting.ts";

const stateAt = 0;
const partiesAt = 1;
const timeoutFrom = 8;
const bytes = 16;

// What those do who have come: wait for the others; wait for the action of the last one; leave
// because all have come; leave because the barrier was broken or reset.
const filling = 0;
const acting = 1;
const passing = 2;
const failing = 3;
const phases = 3;
const broken = 4;
/** One thread more or less. */
const one = 8;
const mostParties = 2 ** 28 - 1;

const countOf = (state: number) => state >> 3;
const phaseOf = (state: number) => state & phases;
const isBroken = (state: number) => (state & broken) !== 0;

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
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #timeout: number;
  readonly #action: () => void;

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
    this.buffer = buffer ?? newBarrier(parties, timeout);
    this.#words = new Int32Array(this.buffer, 0, 2);
    this.parties = this.#words[partiesAt];
    this.#timeout = new Float64Array(this.buffer, timeoutFrom)[0];
    this.#action = action;
  }

  /**
   * The barrier that lives in this buffer, as another thread made it, with its parties and its
   * timeout. A function cannot travel, so each thread names the action that it will do if it is the
   * last.
   *
   * @throws {TypeError} If it is not the buffer of a Barrier.
   */
  static attach(buffer: SharedArrayBuffer, { action }: ActionOptions = {}): Barrier {
    return new Barrier(1, { action }, checkedBuffer("Barrier", buffer, bytes));
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
    const limit = timeout ?? this.#timeout;
    requireTimeout("wait", limit);
    const left = countdown(limit);
    const index = this.#arrive();
    if (index === this.parties - 1) this.#act();
    else this.#waitForOthers(left);
    return index;
  }

  /**
   * Breaks the barrier: all who wait and all who come later get a {@linkcode BrokenBarrier}, until
   * somebody resets it. Does not block. Python's `Barrier.abort`.
   */
  abort(): void {
    this.#end(broken);
  }

  /**
   * Makes the barrier as new, and empty: those who wait get a {@linkcode BrokenBarrier}. Does not
   * block. Python's `Barrier.reset`.
   */
  reset(): void {
    this.#end(0);
  }

  /** How many wait for the others at this moment. Python's `Barrier.n_waiting`. */
  get waiting(): number {
    const state = Atomics.load(this.#words, stateAt);
    return phaseOf(state) === filling ? countOf(state) : 0;
  }

  /** Whether it is broken at this moment. Python's `Barrier.broken`. */
  get broken(): boolean {
    return isBroken(Atomics.load(this.#words, stateAt));
  }

  /** `Barrier(1 of 3 waiting)` or `Barrier(broken)`. */
  toString(): string {
    return this.broken ? "Barrier(broken)" : `Barrier(${this.waiting} of ${this.parties} waiting)`;
  }

  /** Comes in, as soon as all of the last round have left. Returns how many were there before. */
  #arrive(): number {
    const words = this.#words;
    for (;;) {
      const state = Atomics.load(words, stateAt);
      if (isBroken(state)) {
        throw new BrokenBarrier("Cannot wait as the barrier is broken: reset it");
      }
      if (phaseOf(state) !== filling) Atomics.wait(words, stateAt, state);
      else {
        const index = countOf(state);
        const next = index === this.parties - 1 ? state | acting : state + one;
        if (this.#replace(state, next)) return index;
      }
    }
  }

  /** What the last one does. The others wait for it, also those whose time is over. */
  #act(): void {
    try {
      this.#action();
    } catch (error) {
      if (!this.#endRound(failing | broken)) this.#leave();
      throw error;
    }
    if (this.#endRound(passing)) return;
    this.#leave();
    throw ended();
  }

  /**
   * Lets the others leave after the action. Returns `false` if somebody else has ended the round.
   */
  #endRound(phase: number): boolean {
    for (;;) {
      const state = Atomics.load(this.#words, stateAt);
      if (phaseOf(state) !== acting) return false;
      const others = countOf(state);
      if (this.#change(state, others * one | (others > 0 ? phase : phase & broken))) return true;
    }
  }

  /** Sleeps until the round has ended, and leaves. Breaks the barrier when the time is over. */
  #waitForOthers(left: () => number): void {
    for (;;) {
      const state = Atomics.load(this.#words, stateAt);
      const phase = phaseOf(state);
      if (phase === passing) return this.#leave();
      if (phase === failing) {
        this.#leave();
        throw ended();
      }
      const rest = phase === acting ? Infinity : left();
      if (rest > 0) Atomics.wait(this.#words, stateAt, state, rest);
      else if (this.#change(state, failed(countOf(state) - 1) | broken)) {
        throw new BrokenBarrier("Not all came in time, so the barrier is broken");
      }
    }
  }

  /**
   * One of a round that has ended leaves. The last of them lets those in who have come meanwhile.
   */
  #leave(): void {
    for (;;) {
      const state = Atomics.load(this.#words, stateAt);
      const isLast = countOf(state) === 1;
      if (!isLast && this.#replace(state, state - one)) return;
      if (isLast && this.#change(state, state & broken)) return;
    }
  }

  /** Ends the round, unless it has ended already, and leaves the barrier broken or not. */
  #end(flag: number): void {
    for (;;) {
      const state = Atomics.load(this.#words, stateAt);
      const count = countOf(state);
      const phase = phaseOf(state);
      const next = phase === filling
        ? failed(count)
        : phase === acting
        ? failed(count + 1)
        : state & ~broken;
      if (this.#change(state, next | flag)) return;
    }
  }

  /**
   * Puts a state in the place of another one, and wakes all. Returns whether that was still there.
   */
  #change(state: number, next: number): boolean {
    const isChanged = this.#replace(state, next);
    if (isChanged) Atomics.notify(this.#words, stateAt);
    return isChanged;
  }

  #replace(state: number, next: number): boolean {
    return Atomics.compareExchange(this.#words, stateAt, state, next) === state;
  }
}

/** So many leave because the round has failed. */
function failed(count: number): number {
  return count > 0 ? count * one | failing : filling;
}

function ended(): BrokenBarrier {
  return new BrokenBarrier("The barrier was broken or reset before all had come");
}

function newBarrier(parties: number, timeout: number): SharedArrayBuffer {
  if (!Number.isInteger(parties) || parties < 1 || parties > mostParties) {
    throw new RangeError(
      `Cannot make a Barrier as 'parties' must be an integer from 1 to ${mostParties}: ` +
        `received ${parties}`,
    );
  }
  requireTimeout("make a Barrier", timeout);
  const buffer = new SharedArrayBuffer(bytes);
  new Int32Array(buffer)[partiesAt] = parties;
  new Float64Array(buffer, timeoutFrom)[0] = timeout;
  return buffer;
}
