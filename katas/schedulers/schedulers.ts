// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your scheduler. Edit this file and no other; the lesson is katas/schedulers/README.md.
 *
 * @module
 */

/** How a scheduler is made. */
export interface SchedulerOptions {
  /** Milliseconds that a task computes while others are ready, before it is their turn. 10. */
  quantum?: number;
  /** Who is next: each in turn, or the most urgent. `round-robin` unless given. */
  policy?: "round-robin" | "priority";
  /** Milliseconds that it takes to go from one task to another. 0 unless given. */
  switchCost?: number;
  /** Whether the owner of a mutex is as urgent as whoever waits for it. `false` unless given. */
  inheritance?: boolean;
}

/** How a task is made. */
export interface TaskOptions {
  /** What it is called in the timeline: `Task-1` and so on unless given. */
  name?: string;
  /** The greater, the more urgent. 0 unless given. */
  priority?: number;
}

/** A program that the scheduler runs. */
export interface Task {
  /** What it is called. */
  readonly name: string;
  /** How urgent it is, without what it has inherited. */
  readonly priority: number;
  /**
   * What its body returned, or what it gave to {@linkcode exit}.
   *
   * @throws {SchedulerError} If it has not ended.
   * @throws What its body threw.
   */
  result(): unknown;
}

/** The body of a task: it yields requests, and each `yield` gives the time at which it goes on. */
export type TaskBody<Result = void> = Generator<Request, Result, number>;

/** What a task asks of the scheduler. */
export type Request =
  | { readonly kind: "compute" | "sleep" | "read"; readonly ms: number }
  | { readonly kind: "acquire" | "release"; readonly mutex: Mutex }
  | { readonly kind: "exit"; readonly value: unknown };

/** What a task does: `waits` is for a mutex, or for the device, which serves another one. */
export type Doing = "runs" | "ready" | "sleeps" | "reads" | "waits";

/** A time during which a task did one thing. */
export interface Segment {
  /** What it did. */
  readonly doing: Doing;
  /** When it began. */
  readonly from: number;
  /** When something else began. */
  readonly to: number;
}

/** Who did what, and when. */
export interface Timeline {
  /** When the last task ended. */
  readonly end: number;
  /** For how long the processor had nothing to do. */
  readonly idle: number;
  /** How often the processor went from one task to another. */
  readonly switches: number;
  /** What a task did from its spawn to its end, without gaps: no two in a row say the same. */
  of(task: Task): Segment[];
  /**
   * A line for each task: its name, and for every `scale` milliseconds a mark of what it did at their
   * beginning: `█` runs, `·` is ready, `z` sleeps, `r` reads, `w` waits.
   */
  chart(scale?: number): string;
}

/** Only one task at a time owns it. */
export class Mutex {
  /** What it is called when tasks wait for it in a circle. */
  readonly name: string;
  /** Who owns it. The scheduler writes it. */
  owner: Task | null = null;

  /** A mutex that nobody owns. */
  constructor(name = "a mutex") {
    this.name = name;
  }
}

/** A task asked for what it may not have, or somebody asked a task for what it does not have yet. */
export class SchedulerError extends Error {
  /** `SchedulerError`. */
  override name = "SchedulerError";
}

/** Tasks wait for mutexes that will never be free. The message says who waits for whom. */
export class Deadlock extends SchedulerError {
  /** `Deadlock`. */
  override name = "Deadlock";
}

/**
 * Asks for so much time of the processor. It may come in pieces.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function compute(ms: number): Request {
  return notYet("compute");
}

/**
 * Asks to be left alone for so long. `sleep(0)` only lets the others go first.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function sleep(ms: number): Request {
  return notYet("sleep");
}

/**
 * Asks the device for something, for which it takes so long. It serves one after the other.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function read(ms: number): Request {
  return notYet("read");
}

/** Asks for the mutex, and waits until it is free. */
export function acquire(mutex: Mutex): Request {
  return notYet("acquire");
}

/** Gives the mutex to whoever waits for it. Who does not own it gets a {@linkcode SchedulerError}. */
export function release(mutex: Mutex): Request {
  return notYet("release");
}

/** Asks to be ended. `finally` blocks run, and may ask for more. */
export function exit(value?: unknown): Request {
  return notYet("exit");
}

/**
 * One processor, one device, many tasks. The time is virtual: hours pass in no time, and the same tasks
 * always give the same timeline. Prefer `spawn` of gevents for real work; this one is to look at.
 *
 * @example Two readers, one chair
 * ```ts
 * import { schedulers } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const { compute, Scheduler, sleep } = schedulers;
 * const scheduler = new Scheduler({ quantum: 2 });
 * function* book() {
 *   yield compute(4);
 * }
 * function* letter() {
 *   yield compute(1);
 *   yield sleep(4);
 *   yield compute(1);
 * }
 * scheduler.spawn(book(), { name: "Ann" });
 * scheduler.spawn(letter(), { name: "Bob" });
 * const { end, switches, idle } = scheduler.run();
 * assertEquals({ end, switches, idle }, { end: 8, switches: 3, idle: 2 });
 * ```
 */
export class Scheduler {
  /**
   * Makes a scheduler without tasks, at the time 0.
   *
   * @throws {RangeError} If the quantum is not above 0, or if the cost is negative or not finite.
   */
  constructor(options: SchedulerOptions = {}) {
    notYet("new Scheduler");
  }

  /**
   * Adds a task, which is ready now. Runs none of it. A task may spawn others while it runs; they are
   * ready behind all that are ready already.
   *
   * @throws {TypeError} If it is not a generator: call the `function*`.
   */
  spawn(body: TaskBody<unknown>, options: TaskOptions = {}): Task {
    return notYet("Scheduler.spawn");
  }

  /**
   * Runs all tasks to their ends, and returns who did what. An error of a task ends that task only.
   *
   * @throws {Deadlock} If tasks are left that wait for each other.
   */
  run(): Timeline {
    return notYet("Scheduler.run");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/schedulers/README.md`);
}
