import type { Clock } from "./fake_timers.d.ts";
import { TimeError } from "./time_error.ts";

/** What a program tells and measures time with. */
export interface TimeGlobals {
  Date: DateConstructor;
  setTimeout: typeof setTimeout;
  clearTimeout: typeof clearTimeout;
  setInterval: typeof setInterval;
  clearInterval: typeof clearInterval;
  /** `AbortSignal.timeout`. */
  abortTimeout: typeof AbortSignal.timeout;
}

/** What is in place now. */
export function currentTimeGlobals(): TimeGlobals {
  const abortTimeout = AbortSignal.timeout;
  return { Date, setTimeout, clearTimeout, setInterval, clearInterval, abortTimeout };
}

/** Puts these in place. */
export function setTimeGlobals({ abortTimeout, ...globals }: TimeGlobals): void {
  Object.assign(globalThis, globals);
  AbortSignal.timeout = abortTimeout;
}

/** The ones that follow the virtual clock. */
export function virtualTimeGlobals(clock: Clock): TimeGlobals {
  const setTimeout = (callback: Callback, ms = 0, ...args: unknown[]) =>
    clock.setTimeout(whenDue(clock, "setTimeout", callback), ms, ...args);
  // An interval of 0 would never let time go on.
  const setInterval = (callback: Callback, ms = 0, ...args: unknown[]) =>
    clock.setInterval(whenDue(clock, "setInterval", callback), Math.max(1, ms), ...args);
  const abortTimeout = (ms: number) => {
    const controller = new AbortController();
    const reason = new DOMException("Signal timed out.", "TimeoutError");
    setTimeout(() => controller.abort(reason), ms);
    return controller.signal;
  };
  const { Date, clearTimeout, clearInterval } = clock;
  return {
    Date,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    abortTimeout,
  } as TimeGlobals;
}

type Callback = (...args: unknown[]) => void;

function whenDue(clock: Clock, setter: string, callback: Callback): Callback {
  if (typeof callback !== "function") {
    throw new TimeError(`FakeTime does not support non-function callbacks to ${setter}`);
  }
  return (...args) => {
    // Else a timeout of 0 that the callback sets would be due 1 ms later.
    clock.duringTick = false;
    callback(...args);
  };
}
