// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your schedules, and your pieces of the programs. Edit this file and no other; the lesson is
 * katas/races/README.md.
 *
 * @module
 */

/**
 * What one thread at a time has, such as a fork: who takes it waits until the other gives it back.
 */
export interface Guard {
  /** Which one it is, from 0. */
  readonly number: number;
  /** Takes it, and blocks the thread until it can have it. */
  take(): void;
  /** Gives it back. */
  give(): void;
}

/**
 * A schedule of the program `countdown` after which two threads have counted down from 100 to 99.
 *
 * @example Where a schedule comes from
 * ```ts
 * import { cells, everySchedule, ScheduleError } from "@concurrency/katas";
 * import { assert, assertEquals } from "@std/assert";
 *
 * try {
 *   everySchedule({
 *     shared: () => ({ num: cells(1) }),
 *     threads: 2,
 *     run: ({ num }) => Atomics.store(num, 0, Atomics.load(num, 0) + 1),
 *     after: ({ num }) => assertEquals(num[0], 2),
 *   });
 * } catch (error) {
 *   assert(error instanceof ScheduleError);
 *   assertEquals(error.schedule, "A:l B:ls A:s"); // load, then load and store, then store
 * }
 * ```
 */
export function lostUpdate(): string {
  return notYet("lostUpdate");
}

/** How many of all schedules of two threads that count down from 100 leave 99. */
export function lostUpdates(): number {
  return notYet("lostUpdates");
}

/** Every number that can be left when three threads count down from 100. */
export function remaining(): number[] {
  return notYet("remaining");
}

/** Counts down by one, and no update is lost. */
export function countDown(num: Int32Array): void {
  return notYet("countDown");
}

/** A schedule of the program `tills` with which two tills sell one bun twice. */
export function lastBun(): string {
  return notYet("lastBun");
}

/**
 * Sells one of the buns, if there is one. Returns whether it did. There are never less than none.
 */
export function sell(buns: Int32Array): boolean {
  return notYet("sell");
}

/** A schedule of the program `bank` with which the auditor counts less than 100. */
export function missingMoney(): string {
  return notYet("missingMoney");
}

/** Every sum that the auditor can count while 30 are moved from the first account to the second. */
export function sums(): number[] {
  return notYet("sums");
}

/** Moves an amount from the first account of the bank to the second. No audit sees it half done. */
export function transfer(bank: Int32Array, amount: number, guard: Guard): void {
  return notYet("transfer");
}

/** What is in both accounts of the bank together. */
export function audit(bank: Int32Array, guard: Guard): number {
  return notYet("audit");
}

/** A schedule of the program `post` with which the flag is up, and the letter is not there. */
export function emptyLetter(): string {
  return notYet("emptyLetter");
}

/** Writes the text into cell 1, and raises the flag, which is cell 0. */
export function send(letter: Int32Array, text: number): void {
  return notYet("send");
}

/** A schedule of the program `kitchen` with which the oven is heated twice. */
export function heatedTwice(): string {
  return notYet("heatedTwice");
}

/**
 * Calls `build`, unless a thread has done so. When it returns, `build` has returned, whichever
 * thread has called it. Who comes after that only looks. `state` is one cell, 0 at first.
 */
export function startOnce(state: Int32Array, build: () => void): void {
  return notYet("startOnce");
}

/** A schedule of the program `table` with which both people wait for ever. */
export function allHungry(): string {
  return notYet("allHungry");
}

/** Eats a meal with both forks, and gives them back. Nobody waits for ever. */
export function eat(left: Guard, right: Guard, meal: () => void): void {
  return notYet("eat");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/races/README.md`);
}
