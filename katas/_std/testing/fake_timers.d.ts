/** The part of the fake timers that FakeTime stands on. */
export interface Clock {
  now: number;
  Date: DateConstructor;
  setTimeout(callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]): unknown;
  setInterval(callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]): unknown;
  clearTimeout(timer: unknown): void;
  clearInterval(timer: unknown): void;
  countTimers(): number;
  next(): number;
  duringTick?: boolean;
  shouldClearNativeTimers?: boolean;
  timerHeap?: { peek(): { callAt: number } | undefined };
}

export function createClock(start: number): Clock;
