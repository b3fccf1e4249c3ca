/**
 * Schedules that make six small programs fail, and what mends each of them. The programs are
 * `katas/races/fixtures/programs.ts`.
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
  return "A:r B:rw A:w";
}

/** How many of all schedules of two threads that count down from 100 leave 99. */
export function lostUpdates(): number {
  // Of the six orders of two reads and two writes only two do not mix the threads.
  return 4;
}

/** Every number that can be left when three threads count down from 100. */
export function remaining(): number[] {
  return [97, 98, 99];
}

/** Counts down by one, and no update is lost. */
export function countDown(num: Int32Array): void {
  Atomics.sub(num, 0, 1);
}

/** A schedule of the program `tills` with which two tills sell one bun twice. */
export function lastBun(): string {
  return "left:l right:la left:a";
}

/**
 * Sells one of the buns, if there is one. Returns whether it did. There are never less than none.
 */
export function sell(buns: Int32Array): boolean {
  let left = Atomics.load(buns, 0);
  while (left > 0) {
    const found = Atomics.compareExchange(buns, 0, left, left - 1);
    if (found === left) return true;
    left = found;
  }
  return false;
}

/** A schedule of the program `bank` with which the auditor counts less than 100. */
export function missingMoney(): string {
  return "mover:a auditor:ll mover:a";
}

/** Every sum that the auditor can count while 30 are moved from the first account to the second. */
export function sums(): number[] {
  return [70, 100, 130];
}

/** Moves an amount from the first account of the bank to the second. No audit sees it half done. */
export function transfer(bank: Int32Array, amount: number, guard: Guard): void {
  guard.take();
  Atomics.sub(bank, 0, amount);
  Atomics.add(bank, 1, amount);
  guard.give();
}

/** What is in both accounts of the bank together. */
export function audit(bank: Int32Array, guard: Guard): number {
  guard.take();
  const sum = Atomics.load(bank, 0) + Atomics.load(bank, 1);
  guard.give();
  return sum;
}

/** A schedule of the program `post` with which the flag is up, and the letter is not there. */
export function emptyLetter(): string {
  return "writer:s reader:ll writer:s";
}

/** Writes the text into cell 1, and raises the flag, which is cell 0. */
export function send(letter: Int32Array, text: number): void {
  Atomics.store(letter, 1, text);
  Atomics.store(letter, 0, 1);
}

/** A schedule of the program `kitchen` with which the oven is heated twice. */
export function heatedTwice(): string {
  return "A:l B:laasl A:aasl";
}

const cold = 0;
const heating = 1;
const hot = 2;

/**
 * Calls `build`, unless a thread has done so. When it returns, `build` has returned, whichever
 * thread has called it. Who comes after that only looks. `state` is one cell, 0 at first.
 */
export function startOnce(state: Int32Array, build: () => void): void {
  if (Atomics.load(state, 0) === hot) return;
  if (Atomics.compareExchange(state, 0, cold, heating) === cold) {
    build();
    Atomics.store(state, 0, hot);
    Atomics.notify(state, 0);
  }
  while (Atomics.load(state, 0) === heating) Atomics.wait(state, 0, heating);
}

/** A schedule of the program `table` with which both people wait for ever. */
export function allHungry(): string {
  return "Ann:c Bob:ccz Ann:cz";
}

/** Eats a meal with both forks, and gives them back. Nobody waits for ever. */
export function eat(left: Guard, right: Guard, meal: () => void): void {
  // All take the fork with the smaller number first, so nobody has a larger one and waits for it.
  const [first, second] = left.number < right.number ? [left, right] : [right, left];
  first.take();
  second.take();
  meal();
  second.give();
  first.give();
}
