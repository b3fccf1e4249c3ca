/**
 * Virtual time for tests: `@std/testing/time` on the well-kept fake timers of Sinon.
 *
 * @module
 */
// @ts-types="./fake_timers.d.ts"
import { type Clock, createClock } from "npm:@sinonjs/fake-timers@15.5.0";
import { TimeError } from "./time_error.ts";
import {
  currentTimeGlobals,
  setTimeGlobals,
  type TimeGlobals,
  virtualTimeGlobals,
} from "./time_globals.ts";

export { TimeError };

/** Options of {@linkcode FakeTime}. */
export interface FakeTimeOptions {
  /** How many virtual milliseconds pass by themselves in a real one. 0 by default. */
  advanceRate: number;
  /** How many real milliseconds lie between two such steps. 10 by default. */
  advanceFrequency?: number;
}

let active: FakeTime | undefined;

/**
 * Stands in for `Date`, the timers and `AbortSignal.timeout` until it is restored. Only one can be
 * active.
 */
export class FakeTime implements Disposable {
  /** The virtual time at which it began, in milliseconds since 1970. */
  readonly start: number;
  readonly #real: TimeGlobals = currentTimeGlobals();
  readonly #virtual: TimeGlobals;
  readonly #clock: Clock;
  readonly #advancing: ReturnType<typeof setInterval> | undefined;

  /**
   * Begins virtual time at `start`, or at the real time.
   *
   * @throws {TimeError} If time is virtual already.
   * @throws {TypeError} If `start` is not a time.
   */
  constructor(start?: number | string | Date | null, options?: FakeTimeOptions) {
    if (active) throw new TimeError("Cannot construct FakeTime: time is already faked");
    this.start = Math.floor(new Date(start ?? Date.now()).valueOf());
    if (Number.isNaN(this.start)) {
      throw new TypeError(`Cannot construct FakeTime: invalid start time ${this.start}`);
    }
    this.#clock = createClock(this.start);
    // Without it, clearing a real timer prints a warning. Real timers are left alone either way.
    this.#clock.shouldClearNativeTimers = true;
    this.#virtual = virtualTimeGlobals(this.#clock);
    this.#advancing = this.#advance(options);
    setTimeGlobals(this.#virtual);
    active = this;
  }

  /**
   * Gives the real time back.
   *
   * @throws {TimeError} If time is not virtual.
   */
  static restore(): void {
    if (!active) throw new TimeError("Cannot restore time: time is already restored");
    active.restore();
  }

  /**
   * Gives the real time back until `callback` has returned and its promise has settled. Rejects with
   * a {@linkcode TimeError} if time is not virtual.
   */
  static restoreFor<T>(
    // deno-lint-ignore no-explicit-any
    callback: (...args: any[]) => Promise<T> | T,
    // deno-lint-ignore no-explicit-any
    ...args: any[]
  ): Promise<T> {
    if (!active) return Promise.reject(new TimeError("Cannot restore time: time is not faked"));
    return active.#inRealTime(() => callback(...args));
  }

  /** The virtual time in milliseconds since 1970. Setting it calls the timers that are due. */
  get now(): number {
    return this.#clock.now;
  }

  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(
        `Cannot set current time in the past, time must be >= ${this.now}: received ${value}`,
      );
    }
    while (this.#nextDue() <= value) this.#clock.next();
    this.#clock.now = value;
  }

  /** Lets some milliseconds pass, and calls the timers that are due. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** Lets promises settle, then goes on like {@linkcode FakeTime.tick}. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.tick(ms);
  }

  /** Goes on to when the next timer is due, and calls all that are. Returns whether there was one. */
  next(): boolean {
    const due = this.#nextDue();
    if (due === Infinity) return false;
    this.now = due;
    return true;
  }

  /** Lets promises settle, then goes on like {@linkcode FakeTime.next}. */
  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  /** Calls all timers until none is left. An interval that nobody clears is never done. */
  runAll(): void {
    while (this.next());
  }

  /** Like {@linkcode FakeTime.runAll}, and lets promises settle before each timer. */
  async runAllAsync(): Promise<void> {
    while (this.#clock.countTimers() > 0) await this.nextAsync();
  }

  /** Lets promises settle while no virtual time passes. */
  async runMicrotasks(): Promise<void> {
    const { setTimeout } = this.#real;
    await new Promise<void>((resolve) => void setTimeout(resolve, 0));
  }

  /**
   * Gives the real time back.
   *
   * @throws {TimeError} If that was done before.
   */
  restore(): void {
    if (active !== this) throw new TimeError("Cannot restore time: time is already restored");
    active = undefined;
    setTimeGlobals(this.#real);
    clearInterval(this.#advancing);
  }

  /** Gives the real time back, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.restore();
  }

  #nextDue(): number {
    return this.#clock.timerHeap?.peek()?.callAt ?? Infinity;
  }

  #advance({ advanceRate = 0, advanceFrequency = 10 }: Partial<FakeTimeOptions> = {}) {
    if (advanceRate <= 0) return undefined;
    return setInterval(() => this.tick(advanceRate * advanceFrequency), advanceFrequency);
  }

  #inRealTime<T>(callback: () => Promise<T> | T): Promise<T> {
    const goBack = () => {
      if (active === this) setTimeGlobals(this.#virtual);
    };
    setTimeGlobals(this.#real);
    try {
      const result = callback();
      if (result instanceof Promise) return result.finally(goBack);
      goBack();
      return Promise.resolve(result);
    } catch (error) {
      goBack();
      return Promise.reject(error);
    }
  }
}
