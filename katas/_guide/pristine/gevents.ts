// deno-lint-ignore-file no-unused-vars require-yield verbatim-module-syntax -- the bodies are yours to write
/**
 * Your gevents. Edit this file and no other; the lesson is katas/gevents/README.md.
 *
 * @module
 */

import { Greenlet, GreenletError, GreenletExit } from "#solutions/greenlets/greenlets.ts";

/** What `yield*` waits for in a task. */
export type Waiting<T> = Iterable<unknown, T, unknown>;

/** What a task runs: it waits with `yield*`, and calls with `yield*` whatever else waits. */
export type TaskFunction<Args extends unknown[], T> = (
  ...args: Args
) => Generator<unknown, T, unknown>;

/** How a {@linkcode Task} is made. */
export interface TaskOptions {
  /** What it is called where its error is printed. */
  name?: string;
  /** After how many milliseconds it starts. At the next turn of the hub unless given. */
  delay?: number;
  /** Whether somebody else looks after its error, so that it is not printed. */
  quiet?: boolean;
}

/** How long to wait. */
export interface WaitOptions {
  /** How many milliseconds at most; 0 is not at all. For ever unless given. */
  timeout?: number;
}

/** How to wait for many. */
export interface JoinAllOptions extends WaitOptions {
  /** Whether to throw the error of the task that fails first. `false` unless given. */
  raiseError?: boolean;
  /** How many to wait for; all unless given. */
  count?: number;
}

/** How a {@linkcode Timeout} is made. */
export interface TimeoutOptions {
  /** What is thrown in its place. */
  error?: Error;
}

/** What to do when the time is over. */
export interface WithTimeoutOptions<T> {
  /** What is returned then. If it is not given, the {@linkcode Timeout} is thrown. */
  instead?: T;
}

/**
 * A function that runs beside others, on one thread: it goes on until it waits. {@linkcode spawn} makes
 * one. Not tied to whoever spawned it. An error is printed with the task's name, and stops nobody else.
 * gevent's `Greenlet`.
 */
export class Task<T = unknown> {
  /** The name of its function. */
  readonly name: string;

  /** {@linkcode spawn}, {@linkcode spawnLater} and {@linkcode run} call this. */
  constructor(
    body: () => Generator<unknown, T, unknown>,
    { name, delay, quiet = false }: TaskOptions = {},
  ) {
    notYet("new Task");
  }

  /** Whether its body has begun. */
  get started(): boolean {
    return notYet("Task.started");
  }

  /** Whether it has ended: it returned, failed or was killed. */
  get ready(): boolean {
    return notYet("Task.ready");
  }

  /** Whether it has returned, or let the `GreenletExit` out by which it was killed. */
  get successful(): boolean {
    return notYet("Task.successful");
  }

  /** What it has returned, or the `GreenletExit`; `undefined` if it has not ended or has failed. */
  get value(): T | GreenletExit | undefined {
    return notYet("Task.value");
  }

  /** What it has thrown, if it has failed. gevent's `exception`. */
  get error(): unknown {
    return notYet("Task.error");
  }

  /**
   * Waits for its end, and gives what it returned, or the `GreenletExit` of a killed one.
   *
   * @throws {Timeout} If it has not ended in time. It goes on.
   * @throws What it has thrown.
   */
  *get(options: WaitOptions = {}): Generator<unknown, T | GreenletExit, unknown> {
    return notYet("Task.get");
  }

  /** Waits for its end, however it ends. Gives whether it has ended in time. */
  *join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("Task.join");
  }

  /**
   * Throws the error at the place where it waits; before it has begun, it ends without. Takes effect when
   * the hub has its next turn, and once: who is killed already goes on cleaning up. `yield*` what this
   * returns to wait for its end. One that catches the error lives on.
   *
   * @throws {TypeError} If it is not an error.
   */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    return notYet("Task.kill");
  }

  /** Calls back when it has ended, in the order of the calls; also if it has ended before. */
  link(callback: (task: Task<T>) => void): void {
    return notYet("Task.link");
  }

  /** Calls back no more. */
  unlink(callback: (task: Task<T>) => void): void {
    return notYet("Task.unlink");
  }

  /** `Task(sleeper, running)`; or `new`, `waiting`, `ended`, `failed`. */
  toString(): string {
    return notYet("Task.toString");
  }
}

/**
 * Starts a task at the next turn of the hub: nothing of it runs before. gevent's `spawn`.
 *
 * @throws {TypeError} If `fn` is not a function. What is no `function*` fails when it starts.
 *
 * @example Two tasks at once
 * ```ts
 * import { gevents } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const { joinAll, run, sleep, spawn } = gevents;
 * const log: string[] = [];
 * function* sings(name: string) {
 *   log.push(`${name} begins`);
 *   yield* sleep(1);
 *   log.push(`${name} ends`);
 * }
 * await run(function* () {
 *   yield* joinAll([spawn(sings, "foo"), spawn(sings, "bar")]);
 * });
 * assertEquals(log, ["foo begins", "bar begins", "foo ends", "bar ends"]);
 * ```
 */
export function spawn<Args extends unknown[], T>(
  fn: TaskFunction<Args, T>,
  ...args: Args
): Task<T> {
  return notYet("spawn");
}

/**
 * Starts a task after so many milliseconds. Until then it can be killed.
 *
 * @throws {TypeError} If `fn` is not a function.
 * @throws {RangeError} If the time is negative or not a number.
 */
export function spawnLater<Args extends unknown[], T>(
  ms: number,
  fn: TaskFunction<Args, T>,
  ...args: Args
): Task<T> {
  return notYet("spawnLater");
}

/**
 * The door from plain code: starts a task, and resolves with what it returns. Rejects with its error,
 * which is not printed. Other tasks may go on afterwards.
 *
 * @throws {TypeError} If `fn` is not a function.
 */
export function run<Args extends unknown[], T>(
  fn: TaskFunction<Args, T>,
  ...args: Args
): Promise<T | GreenletExit> {
  return notYet("run");
}

/**
 * Lets the others go on for so long; `sleep(0)` for one turn of the hub, in which timers and input are
 * looked after as well.
 *
 * @throws {RangeError} If the time is negative or not a number.
 */
export function* sleep(ms = 0): Generator<unknown, void, unknown> {
  return notYet("sleep");
}

/**
 * Waits for all tasks, however they end. Gives those that have ended, in that order: with a `timeout`
 * or a `count` perhaps not all. One that is named twice counts once.
 *
 * @throws What the first one that failed has thrown, if `raiseError` is set.
 */
export function* joinAll<T>(
  tasks: Iterable<Task<T>>,
  { timeout, raiseError = false, count = Infinity }: JoinAllOptions = {},
): Generator<unknown, Task<T>[], unknown> {
  return notYet("joinAll");
}

/**
 * Waits for a promise: the bridge from `async` code. Given a function, calls it with a signal, which is
 * aborted if the wait is cut off by a kill or a timeout.
 *
 * @throws {Timeout} If it has not settled in time.
 * @throws What it rejects with.
 */
export function wait<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  options: WaitOptions = {},
): Generator<unknown, T, unknown> {
  return notYet("wait");
}

/**
 * An error that comes by itself after so many milliseconds, thrown where the task waits that has
 * started it. Look at its identity, for an outer one may come through the same block. It cannot
 * interrupt a computation, only a wait. gevent's `Timeout`.
 *
 * @example Two seconds and no more
 * ```ts
 * import { gevents } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const { run, sleep, Timeout } = gevents;
 * const told = await run(function* () {
 *   const timeout = new Timeout(1);
 *   try {
 *     using _running = timeout.start();
 *     yield* sleep(60_000);
 *     return "slept";
 *   } catch (error) {
 *     if (error !== timeout) throw error;
 *     return "too slow";
 *   }
 * });
 * assertEquals(told, "too slow");
 * ```
 */
export class Timeout extends Error {
  /** `Timeout`. */
  override name = "Timeout";

  /**
   * Makes one that does not run yet; without a time it never fires, with 0 at the next turn.
   *
   * @throws {RangeError} If the time is negative or not a number.
   * @throws {TypeError} If what it is to throw is not an error.
   */
  constructor(ms?: number, { error }: TimeoutOptions = {}) {
    super();
    notYet("new Timeout");
  }

  /** Whether it runs and has not fired. */
  get pending(): boolean {
    return notYet("Timeout.pending");
  }

  /**
   * Lets the time run for this task; again after it has fired or was cancelled.
   *
   * @throws {GreenletError} If it runs already, or if no task runs.
   */
  start(): this {
    return notYet("Timeout.start");
  }

  /** Stops it. Afterwards it is not thrown any more, also if it has fired and nobody has seen it yet. */
  cancel(): void {
    return notYet("Timeout.cancel");
  }

  /** Cancels it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Timeout[Symbol.dispose]");
  }
}

/**
 * Calls the function, and cuts it off when the time is over.
 *
 * @throws {Timeout} If it was cut off, and nothing is given to return instead.
 */
export function* withTimeout<T>(
  ms: number | undefined,
  fn: () => Generator<unknown, T, unknown>,
  options: WithTimeoutOptions<T> = {},
): Generator<unknown, T, unknown> {
  return notYet("withTimeout");
}

/** A flag that tasks wait for. gevent's `Event`. */
export class Event {
  /** Whether it is set. */
  get isSet(): boolean {
    return notYet("Event.isSet");
  }

  /** Sets it, and wakes all who wait, also if it is cleared at once. */
  set(): void {
    return notYet("Event.set");
  }

  /** Clears it. */
  clear(): void {
    return notYet("Event.clear");
  }

  /** Waits until it is set. Gives whether that was in time. */
  *wait(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("Event.wait");
  }
}

/** So many permits for tasks, first come, first served. gevent's `Semaphore`. */
export class Semaphore {
  /**
   * Makes one with so many permits.
   *
   * @throws {RangeError} If it is negative or not a whole number.
   */
  constructor(value = 1) {
    notYet("new Semaphore");
  }

  /** How many permits are free. */
  get value(): number {
    return notYet("Semaphore.value");
  }

  /** Takes a permit, and waits until one is free. Gives whether that was in time. */
  *acquire(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("Semaphore.acquire");
  }

  /** Gives a permit back: to the task that has waited longest, if there is one. */
  release(): void {
    return notYet("Semaphore.release");
  }
}

/** A value or an error that comes once, for any number of tasks. gevent's `AsyncResult`. */
export class AsyncResult<T> {
  /** Whether it has come. */
  get ready(): boolean {
    return notYet("AsyncResult.ready");
  }

  /** Hands the value to all who wait, and to all who ask later. */
  set(value: T): void {
    return notYet("AsyncResult.set");
  }

  /** Throws the error at all who wait, and at all who ask later. */
  setError(error: unknown): void {
    return notYet("AsyncResult.setError");
  }

  /**
   * Waits for it.
   *
   * @throws {Timeout} If it has not come in time.
   * @throws The error, if one was set.
   */
  *get(options: WaitOptions = {}): Generator<unknown, T, unknown> {
    return notYet("AsyncResult.get");
  }
}

/** Tasks that belong together. One that has ended belongs no more. gevent's `Group`. */
export class Group {
  /** How many have not ended. */
  get size(): number {
    return notYet("Group.size");
  }

  /** Adds a task, if it has not ended. */
  add<T>(task: Task<T>): void {
    return notYet("Group.add");
  }

  /** Starts a task of the group. */
  spawn<Args extends unknown[], T>(fn: TaskFunction<Args, T>, ...args: Args): Task<T> {
    return notYet("Group.spawn");
  }

  /** Kills all at once; `yield*` what it returns to wait for their ends. */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    return notYet("Group.kill");
  }

  /** Waits until all have ended. Gives whether that was in time. */
  *join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("Group.join");
  }
}

/** A group of at most so many tasks at once. gevent's `Pool`. */
export class Pool {
  /**
   * Makes an empty pool; one of the size 0 is always full.
   *
   * @throws {RangeError} If the size is negative or not a whole number.
   */
  constructor(size = Infinity) {
    notYet("new Pool");
  }

  /** How many tasks could be started now. */
  get freeCount(): number {
    return notYet("Pool.freeCount");
  }

  /** How many have not ended. */
  get size(): number {
    return notYet("Pool.size");
  }

  /** Waits for a slot, and starts a task in it. However the task ends, its slot is free again. */
  *spawn<Args extends unknown[], T>(
    fn: TaskFunction<Args, T>,
    ...args: Args
  ): Generator<unknown, Task<T>, unknown> {
    return notYet("Pool.spawn");
  }

  /**
   * Calls the function for each item, as many at once as there are slots, and gives the results in the
   * order of the items. No more than one item is asked for before there is a slot for it.
   *
   * @throws What the first one that failed has thrown. The others go on.
   */
  *map<Item, T>(
    fn: TaskFunction<[Item], T>,
    items: Iterable<Item>,
  ): Generator<unknown, (T | GreenletExit)[], unknown> {
    return notYet("Pool.map");
  }

  /** Kills all at once; `yield*` what it returns to wait for their ends. */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    return notYet("Pool.kill");
  }

  /** Waits until all have ended. Gives whether that was in time. */
  join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("Pool.join");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/gevents/README.md`);
}
