/**
 * Tasks that run together on one thread and can be stopped from outside, with the rules of Python's
 * `gevent`. The hub is plain code: timers and promises switch into greenlets, and a task that waits
 * switches back.
 *
 * @module
 */
import { setImmediate } from "node:timers";
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

type Outcome = { value: unknown } | { error: unknown };

/** A pause of a task. The first outcome counts, and calls off whatever else would bring one. */
class Pause<T> {
  isOver = false;
  readonly #task: Task<unknown>;
  #disarm: Undo | void = undefined;
  #stopTimer: Undo | undefined;

  /** Begins what ends it. It may be over at once. */
  constructor(task: Task<unknown>, arm: Arm<T>, timeout: number) {
    this.#task = task;
    this.#disarm = arm(this);
    if (this.isOver) this.#disarm?.();
    else if (timeout < Infinity) this.#stopTimer = after(timeout, () => this.wake(late));
  }

  wake(value: T | typeof late): void {
    this.end({ value });
  }

  end(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    // Now, and not when the task goes on: in between nobody may hand it anything.
    this.#disarm?.();
    this.#stopTimer?.();
    soon(() => goOn(this.#task, outcome));
  }
}

/** Begins what ends a pause. Returns how to call it off, if it can be. */
type Arm<T> = (pause: Pause<T>) => Undo | void;
type Undo = () => void;

const late = Symbol("late");

/** The main greenlet: whoever waits switches to it, and so to the event loop. */
const hub = Greenlet.current;

let current: Task<unknown> | null = null;

// What this module does with a task and nobody else may do.
let goOn: (task: Task<unknown>, outcome: Outcome) => void;
let requireNoInterrupt: (task: Task<unknown>) => void;
let notePause: (task: Task<unknown>, pause: Pause<never>) => void;
let interrupt: (task: Task<unknown>, error: Error) => () => void;
let orderOf: (task: Task<unknown>) => number;

/**
 * What the hub does next. What is added meanwhile waits for its next turn, after timers and input.
 */
let batch: (() => void)[] = [];

function soon(callback: () => void): void {
  if (batch.push(callback) > 1) return;
  setImmediate(() => {
    const calls = batch;
    batch = [];
    for (const call of calls) call();
  });
}

/** Calls back after so long. Returns how to call it off. */
function after(ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => {};
  // Of a fraction setTimeout knows nothing, and beyond 31 bits it calls back at once.
  const part = Math.min(Math.ceil(ms), 2 ** 31 - 1);
  let callOff = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    if (part >= ms) callback();
    else callOff = after(ms - part, callback);
  }, part);
  return () => callOff();
}

/** Lets the task wait until its pause is ended, or its time is over: then it gives what `whenLate` does. */
function* pause<T>(
  arm: Arm<T>,
  { timeout = Infinity }: WaitOptions = {},
  whenLate = (): T => undefined as T,
): Generator<unknown, T, unknown> {
  requireTime(timeout);
  if (!current) throw new GreenletError("Only a task can wait: start one with 'run' or 'spawn'");
  requireNoInterrupt(current);
  notePause(current, new Pause(current, arm, timeout));
  const outcome = yield* hub.switch<Outcome>();
  if ("error" in outcome) throw outcome.error;
  return outcome.value === late ? whenLate() : outcome.value as T;
}

/**
 * A function that runs beside others, on one thread: it goes on until it waits. {@linkcode spawn}
 * makes one. Not tied to whoever spawned it. An error is printed with the task's name, and stops
 * nobody else. gevent's `Greenlet`.
 */
export class Task<T = unknown> {
  /** The name of its function. */
  readonly name: string;
  readonly #body: () => Generator<unknown, T, unknown>;
  readonly #greenlet: Greenlet;
  #started = false;
  #outcome: Outcome | undefined;
  #isKilled = false;
  #pause: Pause<never> | null = null;
  readonly #interrupts: Error[] = [];
  readonly #links: ((task: never) => void)[] = [];
  #order = 0;
  readonly #isQuiet: boolean;
  #callOffStart: () => void;
  static #ended = 0;

  static {
    goOn = (task, outcome) => task.#go(outcome);
    notePause = (task, pause) => task.#pause = pause;
    interrupt = (task, error) => task.#interrupt(error);
    orderOf = (task) => task.#order;
    requireNoInterrupt = (task) => {
      if (task.#interrupts.length > 0) throw task.#interrupts.shift();
    };
  }

  /** {@linkcode spawn}, {@linkcode spawnLater} and {@linkcode run} call this. */
  constructor(
    body: () => Generator<unknown, T, unknown>,
    { name, delay, quiet = false }: TaskOptions = {},
  ) {
    this.name = name || "anonymous";
    this.#isQuiet = quiet;
    this.#body = body;
    this.#greenlet = new Greenlet(Task.#life, { parent: hub });
    const start = () => this.#start();
    this.#callOffStart = () => {};
    if (delay === undefined) soon(start);
    else this.#callOffStart = after(delay, start);
  }

  /** Whether its body has begun. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether it has ended: it returned, failed or was killed. */
  get ready(): boolean {
    return this.#outcome !== undefined;
  }

  /** Whether it has returned, or let the `GreenletExit` out by which it was killed. */
  get successful(): boolean {
    return this.#outcome !== undefined && "value" in this.#outcome;
  }

  /** What it has returned, or the `GreenletExit`; `undefined` if it has not ended or has failed. */
  get value(): T | GreenletExit | undefined {
    return this.#outcome && "value" in this.#outcome ? this.#outcome.value as T : undefined;
  }

  /** What it has thrown, if it has failed. gevent's `exception`. */
  get error(): unknown {
    return this.#outcome && "error" in this.#outcome ? this.#outcome.error : undefined;
  }

  /**
   * Waits for its end, and gives what it returned, or the `GreenletExit` of a killed one.
   *
   * @throws {Timeout} If it has not ended in time. It goes on.
   * @throws What it has thrown.
   */
  *get(options: WaitOptions = {}): Generator<unknown, T | GreenletExit, unknown> {
    if (!(yield* this.join(options))) throw new Timeout(options.timeout);
    if (!this.successful) throw this.error;
    return this.value as T;
  }

  /** Waits for its end, however it ends. Gives whether it has ended in time. */
  *join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    const ended = yield* joinAll([this], options);
    return ended.length > 0;
  }

  /**
   * Throws the error at the place where it waits; before it has begun, it ends without. Takes
   * effect when the hub has its next turn, and once: who is killed already goes on cleaning up.
   * `yield*` what this returns to wait for its end. One that catches the error lives on.
   *
   * @throws {TypeError} If it is not an error.
   */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    requireError(error);
    if (!this.ready && !this.#isKilled) {
      this.#isKilled = true;
      if (this.#started) this.#interrupt(error);
      else this.#end({ error });
    }
    return this.join(options);
  }

  /** Calls back when it has ended, in the order of the calls; also if it has ended before. */
  link(callback: (task: Task<T>) => void): void {
    this.#links.push(callback);
    if (this.ready && this.#links.length === 1) soon(() => this.#notify());
  }

  /** Calls back no more. */
  unlink(callback: (task: Task<T>) => void): void {
    const at = this.#links.indexOf(callback);
    if (at >= 0) this.#links.splice(at, 1);
  }

  /** `Task(sleeper, running)`; or `new`, `waiting`, `ended`, `failed`. */
  toString(): string {
    const unready = this === current ? "running" : this.#started ? "waiting" : "new";
    const state = !this.ready ? unready : this.successful ? "ended" : "failed";
    return `Task(${this.name}, ${state})`;
  }

  #start(): void {
    if (this.ready) return;
    this.#started = true;
    this.#go(this);
  }

  /**
   * What the greenlet of each task runs. A `function*` of its own for each would be slow to call.
   */
  static *#life(task: Task<unknown>): Generator<unknown, void, unknown> {
    let outcome: Outcome;
    try {
      outcome = { value: yield* task.#body() };
    } catch (error) {
      outcome = { error };
    }
    task.#end(outcome);
  }

  /** Switches into the task: with itself at the start, and then with the outcome of its pause. */
  #go(outcome: Outcome | this): void {
    current = this;
    this.#pause = null;
    try {
      this.#greenlet.run(outcome);
    } finally {
      current = null;
    }
  }

  /** Throws the error where it waits, or will wait next. Returns how to call the latter off. */
  #interrupt(error: Error): () => void {
    // Who has been served already goes on with it first: what was handed over is never lost.
    if (this.#pause?.isOver === false) this.#pause.end({ error });
    else this.#interrupts.push(error);
    return () => {
      const at = this.#interrupts.indexOf(error);
      if (at >= 0) this.#interrupts.splice(at, 1);
    };
  }

  #end(outcome: Outcome): void {
    this.#callOffStart();
    const isExit = "error" in outcome && outcome.error instanceof GreenletExit;
    this.#outcome = isExit ? { value: outcome.error } : outcome;
    this.#order = ++Task.#ended;
    if (!this.successful && !this.#isQuiet) console.error(`${this}:`, this.error);
    if (this.#links.length > 0) soon(() => this.#notify());
  }

  #notify(): void {
    for (let link; (link = this.#links.shift());) {
      try {
        link(this as never);
      } catch (error) {
        console.error(`A link of ${this}:`, error);
      }
    }
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
  requireFunction(fn);
  return new Task(() => fn(...args), { name: fn.name });
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
  requireFunction(fn);
  return new Task(() => fn(...args), { name: fn.name, delay: requireTime(ms) });
}

/**
 * The door from plain code: starts a task, and resolves with what it returns. Rejects with its
 * error, which is not printed. Other tasks may go on afterwards.
 *
 * @throws {TypeError} If `fn` is not a function.
 */
export function run<Args extends unknown[], T>(
  fn: TaskFunction<Args, T>,
  ...args: Args
): Promise<T | GreenletExit> {
  requireFunction(fn);
  const task = new Task(() => fn(...args), { name: fn.name, quiet: true });
  return new Promise((resolve, reject) =>
    task.link(() => task.successful ? resolve(task.value!) : reject(task.error))
  );
}

/**
 * Lets the others go on for so long; `sleep(0)` for one turn of the hub, in which timers and input
 * are looked after as well.
 *
 * @throws {RangeError} If the time is negative or not a number.
 */
export function* sleep(ms = 0): Generator<unknown, void, unknown> {
  requireTime(ms);
  yield* pause<void>((pause) => {
    const wake = () => pause.wake();
    return ms === 0 ? soon(wake) : after(ms, wake);
  });
}

/**
 * Waits for all tasks, however they end. Gives those that have ended, in that order: with a
 * `timeout` or a `count` perhaps not all. One that is named twice counts once.
 *
 * @throws What the first one that failed has thrown, if `raiseError` is set.
 */
export function* joinAll<T>(
  tasks: Iterable<Task<T>>,
  { timeout, raiseError = false, count = Infinity }: JoinAllOptions = {},
): Generator<unknown, Task<T>[], unknown> {
  const all = [...new Set(tasks)];
  const ended = () => all.filter(({ ready }) => ready).sort((a, b) => orderOf(a) - orderOf(b));
  const failed = (task: Task<T>) => raiseError && !task.successful;
  const before = ended();
  let left = Math.min(count, all.length) - before.length;
  if (left > 0 && !before.some(failed)) {
    yield* pause<void>((pause) => {
      const note = (task: Task<T>) => {
        if (--left === 0 || failed(task)) pause.wake();
      };
      const open = all.filter(({ ready }) => !ready);
      for (const task of open) task.link(note);
      return () => open.forEach((task) => task.unlink(note));
    }, { timeout });
  }
  const after = ended();
  const failure = after.find(failed);
  if (failure) throw failure.error;
  return after;
}

/**
 * Waits for a promise: the bridge from `async` code. Given a function, calls it with a signal,
 * which is aborted if the wait is cut off by a kill or a timeout.
 *
 * @throws {Timeout} If it has not settled in time.
 * @throws What it rejects with.
 */
export function wait<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
  options: WaitOptions = {},
): Generator<unknown, T, unknown> {
  const tooLate = (): T => {
    throw new Timeout(options.timeout);
  };
  return pause(typeof source === "function" ? watched(source) : looked(source), options, tooLate);
}

/** For a pause that ends with the promise. */
function looked<T>(promise: PromiseLike<T>): Arm<T> {
  let pause: Pause<T> | undefined;
  let early: Outcome | undefined;
  const settle = (outcome: Outcome) => {
    if (pause) pause.end(outcome);
    else early = outcome;
  };
  // At once: if a kill comes before the pause begins, nobody else looks after a rejection.
  promise.then((value) => settle({ value }), (error) => settle({ error }));
  return (begun) => {
    pause = begun;
    if (early) pause.end(early);
  };
}

/** For a pause that begins the work, and aborts it if it is cut off. */
function watched<T>(begin: (signal: AbortSignal) => PromiseLike<T>): Arm<T> {
  return (pause) => {
    const controller = new AbortController();
    let isSettled = false;
    const settle = (outcome: Outcome) => {
      isSettled = true;
      pause.end(outcome);
    };
    begin(controller.signal).then((value) => settle({ value }), (error) => settle({ error }));
    return () => {
      if (!isSettled) controller.abort();
    };
  };
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
  readonly #ms: number;
  readonly #error: Error;
  #stop: (() => void) | null = null;
  #undo: (() => void) | null = null;

  /**
   * Makes one that does not run yet; without a time it never fires, with 0 at the next turn.
   *
   * @throws {RangeError} If the time is negative or not a number.
   * @throws {TypeError} If what it is to throw is not an error.
   */
  constructor(ms?: number, { error }: TimeoutOptions = {}) {
    super(`${ms} ms are over`);
    this.#ms = requireTime(ms ?? Infinity);
    this.#error = error === undefined ? this : requireError(error);
  }

  /** Whether it runs and has not fired. */
  get pending(): boolean {
    return this.#stop !== null;
  }

  /**
   * Lets the time run for this task; again after it has fired or was cancelled.
   *
   * @throws {GreenletError} If it runs already, or if no task runs.
   */
  start(): this {
    const task = current;
    if (this.pending || !task) {
      throw new GreenletError(task ? "This timeout runs already" : "Only a task has timeouts");
    }
    this.#stop = after(this.#ms, () => {
      this.#stop = null;
      this.#undo = interrupt(task, this.#error);
    });
    return this;
  }

  /**
   * Stops it. Afterwards it is not thrown any more, also if it has fired and nobody has seen it
   * yet.
   */
  cancel(): void {
    this.#stop?.();
    this.#undo?.();
    this.#stop = this.#undo = null;
  }

  /** Cancels it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.cancel();
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
  const timeout = new Timeout(ms);
  try {
    using _running = timeout.start();
    return yield* fn();
  } catch (error) {
    if (error !== timeout || !("instead" in options)) throw error;
    return options.instead as T;
  }
}

/** A flag that tasks wait for. gevent's `Event`. */
export class Event {
  #isSet = false;
  readonly #waiting: Line = new Set();

  /** Whether it is set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets it, and wakes all who wait, also if it is cleared at once. */
  set(): void {
    this.#isSet = true;
    for (const pause of [...this.#waiting]) pause.wake(true);
  }

  /** Clears it. */
  clear(): void {
    this.#isSet = false;
  }

  /** Waits until it is set. Gives whether that was in time. */
  *wait(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return this.#isSet || (yield* inLine(this.#waiting, options));
  }
}

/** So many permits for tasks, first come, first served. gevent's `Semaphore`. */
export class Semaphore {
  #value: number;
  readonly #waiting: Line = new Set();

  /**
   * Makes one with so many permits.
   *
   * @throws {RangeError} If it is negative or not a whole number.
   */
  constructor(value = 1) {
    if (!(value >= 0) || (value !== Infinity && !Number.isInteger(value))) {
      throw new RangeError(`Permits are a whole number from 0 up: received ${value}`);
    }
    this.#value = value;
  }

  /** How many permits are free. */
  get value(): number {
    return this.#value;
  }

  /** Takes a permit, and waits until one is free. Gives whether that was in time. */
  *acquire(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    if (this.#value === 0) return yield* inLine(this.#waiting, options);
    this.#value--;
    return true;
  }

  /** Gives a permit back: to the task that has waited longest, if there is one. */
  release(): void {
    const [first] = this.#waiting;
    if (first) first.wake(true);
    else this.#value++;
  }
}

/** A value or an error that comes once, for any number of tasks. gevent's `AsyncResult`. */
export class AsyncResult<T> {
  #outcome: Outcome | undefined;
  readonly #waiting: Line = new Set();

  /** Whether it has come. */
  get ready(): boolean {
    return this.#outcome !== undefined;
  }

  /** Hands the value to all who wait, and to all who ask later. */
  set(value: T): void {
    this.#settle({ value });
  }

  /** Throws the error at all who wait, and at all who ask later. */
  setError(error: unknown): void {
    this.#settle({ error });
  }

  /**
   * Waits for it.
   *
   * @throws {Timeout} If it has not come in time.
   * @throws The error, if one was set.
   */
  *get(options: WaitOptions = {}): Generator<unknown, T, unknown> {
    if (!this.ready) yield* inLine(this.#waiting, options);
    if (!this.#outcome) throw new Timeout(options.timeout);
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value as T;
  }

  #settle(outcome: Outcome): void {
    this.#outcome = outcome;
    for (const pause of [...this.#waiting]) pause.wake(true);
  }
}

/** The pauses of those who wait for the same, in their order. */
type Line = Set<Pause<boolean>>;

/**
 * Waits in a line, and leaves it when the wait is over, whatever ends it. Gives whether it was
 * woken.
 */
function inLine(line: Line, options: WaitOptions): Generator<unknown, boolean, unknown> {
  return pause<boolean>(
    (pause) => {
      line.add(pause);
      return () => line.delete(pause);
    },
    options,
    () => false,
  );
}

/** Tasks that belong together. One that has ended belongs no more. gevent's `Group`. */
export class Group {
  readonly #tasks = new Set<Task<unknown>>();

  /** How many have not ended. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Adds a task, if it has not ended. */
  add<T>(task: Task<T>): void {
    if (task.ready) return;
    this.#tasks.add(task);
    task.link(() => this.#tasks.delete(task));
  }

  /** Starts a task of the group. */
  spawn<Args extends unknown[], T>(fn: TaskFunction<Args, T>, ...args: Args): Task<T> {
    const task = spawn(fn, ...args);
    this.add(task);
    return task;
  }

  /** Kills all at once; `yield*` what it returns to wait for their ends. */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    for (const task of this.#tasks) task.kill(error);
    return this.join(options);
  }

  /** Waits until all have ended. Gives whether that was in time. */
  *join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    const tasks = [...this.#tasks];
    return (yield* joinAll(tasks, options)).length === tasks.length;
  }
}

/** A group of at most so many tasks at once. gevent's `Pool`. */
export class Pool {
  readonly #group = new Group();
  readonly #slots: Semaphore;

  /**
   * Makes an empty pool; one of the size 0 is always full.
   *
   * @throws {RangeError} If the size is negative or not a whole number.
   */
  constructor(size = Infinity) {
    this.#slots = new Semaphore(size);
  }

  /** How many tasks could be started now. */
  get freeCount(): number {
    return this.#slots.value;
  }

  /** How many have not ended. */
  get size(): number {
    return this.#group.size;
  }

  /** Waits for a slot, and starts a task in it. However the task ends, its slot is free again. */
  *spawn<Args extends unknown[], T>(
    fn: TaskFunction<Args, T>,
    ...args: Args
  ): Generator<unknown, Task<T>, unknown> {
    requireFunction(fn);
    yield* this.#slots.acquire();
    const task = this.#group.spawn(fn, ...args);
    task.link(() => this.#slots.release());
    return task;
  }

  /**
   * Calls the function for each item, as many at once as there are slots, and gives the results in
   * the order of the items. No more than one item is asked for before there is a slot for it.
   *
   * @throws What the first one that failed has thrown. The others go on.
   */
  *map<Item, T>(
    fn: TaskFunction<[Item], T>,
    items: Iterable<Item>,
  ): Generator<unknown, (T | GreenletExit)[], unknown> {
    const tasks: Task<T>[] = [];
    for (const item of items) tasks.push(yield* this.spawn(fn, item));
    yield* joinAll(tasks, { raiseError: true });
    return tasks.map(({ value }) => value as T);
  }

  /** Kills all at once; `yield*` what it returns to wait for their ends. */
  kill(error: Error = new GreenletExit(), options: WaitOptions = {}): Waiting<boolean> {
    return this.#group.kill(error, options);
  }

  /** Waits until all have ended. Gives whether that was in time. */
  join(options: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return this.#group.join(options);
  }
}

function requireTime(ms: number): number {
  if (ms >= 0) return ms;
  throw new RangeError(`Milliseconds must not be negative: received ${ms}`);
}

function requireError(value: Error): Error {
  if (value instanceof Error) return value;
  throw new TypeError(`Cannot throw what is not an Error: received ${value}`);
}

function requireFunction(fn: unknown): void {
  if (typeof fn !== "function") {
    throw new TypeError(`A task needs a 'function*': received ${typeof fn}`);
  }
}
