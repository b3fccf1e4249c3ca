/**
 * Virtual time for tests, with the shape of `@std/testing/time`, on the well-kept fake timers of Sinon.
 *
 * @module
 */
// @ts-types="./fake_timers.d.ts"
import { type Clock, install } from "npm:@sinonjs/fake-timers@15.5.0";

/** Virtual time was asked for twice, or given back twice. */
export class TimeError extends Error {
  /** `TimeError`. */
  override name = "TimeError";
}

let active: FakeTime | undefined;

/** Stands in for the clock and the timers until it is restored. Only one can be active. */
export class FakeTime implements Disposable {
  /** The virtual time at which it began, in milliseconds since 1970. */
  readonly start: number;
  readonly #clock: Clock;

  /**
   * Begins virtual time at `start`, or at the real time.
   *
   * @throws {TimeError} If time is virtual already.
   */
  constructor(start: number | string | Date = Date.now()) {
    if (active) throw new TimeError("Cannot construct FakeTime: time is already faked");
    this.start = new Date(start).valueOf();
    this.#clock = install({
      now: this.start,
      toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
    });
    active = this;
  }

  /**
   * Gives the real time back.
   *
   * @throws {TimeError} If time is not virtual.
   */
  static restore(): void {
    if (!active) throw new TimeError("Cannot restore time: it is not faked");
    active.restore();
  }

  /** The virtual time in milliseconds since 1970. */
  get now(): number {
    return this.#clock.now;
  }

  /** Lets some milliseconds pass, and calls the timers that are due. */
  tick(milliseconds = 0): void {
    this.#clock.tick(milliseconds);
  }

  /** Like {@linkcode FakeTime.tick}, and lets promises settle before and between the timers. */
  async tickAsync(milliseconds = 0): Promise<void> {
    await this.#clock.tickAsync(milliseconds);
  }

  /** Goes on to the next timer and calls it. Returns whether there was one. */
  next(): boolean {
    const isWaiting = this.#clock.countTimers() > 0;
    this.#clock.next();
    return isWaiting;
  }

  /** Like {@linkcode FakeTime.next}, and lets promises settle. */
  async nextAsync(): Promise<boolean> {
    const isWaiting = this.#clock.countTimers() > 0;
    await this.#clock.nextAsync();
    return isWaiting;
  }

  /** Calls all timers until none is left. */
  runAll(): void {
    this.#clock.runAll();
  }

  /** Like {@linkcode FakeTime.runAll}, and lets promises settle. */
  async runAllAsync(): Promise<void> {
    await this.#clock.runAllAsync();
  }

  /** Lets promises settle while no time passes. */
  async runMicrotasks(): Promise<void> {
    await this.#clock.tickAsync(0);
  }

  /**
   * Gives the real time back.
   *
   * @throws {TimeError} If that was done before.
   */
  restore(): void {
    if (active !== this) throw new TimeError("Cannot restore time: it is already restored");
    this.#clock.uninstall();
    active = undefined;
  }

  /** Gives the real time back, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.restore();
  }
}
