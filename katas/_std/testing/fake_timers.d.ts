/** The part of the fake timers that FakeTime stands on. */
export interface Clock {
  now: number;
  tick(milliseconds: number): number;
  tickAsync(milliseconds: number): Promise<number>;
  next(): number;
  nextAsync(): Promise<number>;
  runAll(): number;
  runAllAsync(): Promise<number>;
  countTimers(): number;
  uninstall(): void;
}

export function install(config: { now: number; toFake: string[] }): Clock;
