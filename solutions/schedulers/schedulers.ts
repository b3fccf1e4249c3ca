/**
 * How one processor runs many tasks, in virtual time. Round-robin and priorities are those of every
 * textbook on operating systems; the inheritance is that of Sha, Rajkumar and Lehoczky, "Priority
 * Inheritance Protocols", 1990.
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
  return { kind: "compute", ms: requireTime(ms) };
}

/**
 * Asks to be left alone for so long. `sleep(0)` only lets the others go first.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function sleep(ms: number): Request {
  return { kind: "sleep", ms: requireTime(ms) };
}

/**
 * Asks the device for something, for which it takes so long. It serves one after the other.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function read(ms: number): Request {
  return { kind: "read", ms: requireTime(ms) };
}

/** Asks for the mutex, and waits until it is free. */
export function acquire(mutex: Mutex): Request {
  return { kind: "acquire", mutex };
}

/** Gives the mutex to whoever waits for it. Who does not own it gets a {@linkcode SchedulerError}. */
export function release(mutex: Mutex): Request {
  return { kind: "release", mutex };
}

/** Asks to be ended. `finally` blocks run, and may ask for more. */
export function exit(value?: unknown): Request {
  return { kind: "exit", value };
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
  readonly #quantum: number;
  readonly #byPriority: boolean;
  readonly #switchCost: number;
  readonly #inherits: boolean;
  readonly #tasks: Entry[] = [];
  /** Those who could compute, in the order in which they came. */
  readonly #ready: Entry[] = [];
  /** Those who sleep or read, in the order in which they go on. */
  readonly #timers: Entry[] = [];
  /** Those who want a mutex, in the order in which they came. */
  readonly #waiting: Entry[] = [];
  #now = 0;
  #last: Entry | null = null;
  #deviceFree = 0;
  #switches = 0;
  #idle = 0;

  /**
   * Makes a scheduler without tasks, at the time 0.
   *
   * @throws {RangeError} If the quantum is not above 0, or if the cost is negative or not finite.
   */
  constructor(options: SchedulerOptions = {}) {
    const { quantum = 10, policy = "round-robin", switchCost = 0, inheritance = false } = options;
    if (!(quantum > 0)) throw new RangeError(`A quantum must be above 0: received ${quantum}`);
    this.#quantum = quantum;
    this.#byPriority = policy === "priority";
    this.#switchCost = requireTime(switchCost);
    this.#inherits = inheritance;
  }

  /**
   * Adds a task, which is ready now. Runs none of it. A task may spawn others while it runs; they are
   * ready behind all that are ready already.
   *
   * @throws {TypeError} If it is not a generator: call the `function*`.
   */
  spawn(body: TaskBody<unknown>, options: TaskOptions = {}): Task {
    const { name = `Task-${this.#tasks.length + 1}`, priority = 0 } = options;
    if (typeof body?.next !== "function") {
      throw new TypeError(`A task needs a generator: received ${typeof body} for ${name}`);
    }
    const task = new Entry(body, name, priority, this.#now);
    this.#tasks.push(task);
    this.#ready.push(task);
    return task;
  }

  /**
   * Runs all tasks to their ends, and returns who did what. An error of a task ends that task only.
   *
   * @throws {Deadlock} If tasks are left that wait for each other.
   */
  run(): Timeline {
    for (;;) {
      this.#wake();
      const task = this.#ready[this.#firstOf(this.#ready)];
      if (task) this.#dispatch(task);
      else if (this.#timers.length > 0) {
        this.#idle += this.#timers[0].due - this.#now;
        this.#now = this.#timers[0].due;
      } else break;
    }
    this.#requireAllEnded();
    return this.#timeline();
  }

  /** Puts a task on the processor, until it waits, ends, or has to let another one go first. */
  #dispatch(task: Entry): void {
    this.#ready.splice(this.#ready.indexOf(task), 1);
    if (this.#last && this.#last !== task) {
      this.#switches++;
      this.#now += this.#switchCost;
    }
    this.#last = task;
    task.does("runs", this.#now);
    let left = this.#quantum;
    while (task.need > 0 || this.#advance(task)) {
      if (task.need === 0) continue;
      this.#wake();
      const urgency = this.#byPriority ? this.#urgencyOf(task) : 0;
      if (this.#byPriority && this.#ready.some((other) => this.#urgencyOf(other) > urgency)) {
        return this.#becomesReady(task, "first");
      }
      if (left === 0) {
        const isTheirTurn = this.#ready.some((other) =>
          !this.#byPriority || this.#urgencyOf(other) === urgency
        );
        if (isTheirTurn) return this.#becomesReady(task, "last");
        left = this.#quantum;
      }
      const ms = Math.min(task.need, left, (this.#timers[0]?.due ?? Infinity) - this.#now);
      this.#now += ms;
      task.need -= ms;
      left -= ms;
    }
  }

  /** Lets the body go on to its next request. Returns whether the task stays on the processor. */
  #advance(task: Entry): boolean {
    const request = task.next(this.#now);
    switch (request?.kind) {
      case undefined:
        task.ends(this.#now);
        return false;
      case "compute":
        task.need = request.ms;
        return true;
      case "sleep":
        task.does("sleeps", this.#now);
        this.#goesOnAt(this.#now + request.ms, task);
        return false;
      case "read": {
        task.does("waits", this.#now);
        const from = Math.max(this.#now, this.#deviceFree);
        task.does("reads", from);
        this.#deviceFree = from + request.ms;
        this.#goesOnAt(this.#deviceFree, task);
        return false;
      }
      case "acquire":
        return this.#acquire(task, request.mutex);
      case "release":
        this.#release(task, request.mutex);
        return true;
      case "exit":
        task.resume = (body) => body.return(request.value);
        return true;
    }
  }

  #acquire(task: Entry, mutex: Mutex): boolean {
    if (mutex.owner === null) {
      mutex.owner = task;
      return true;
    }
    task.wants = mutex;
    task.does("waits", this.#now);
    this.#waiting.push(task);
    return false;
  }

  #release(task: Entry, mutex: Mutex): void {
    if (mutex.owner !== task) {
      const error = new SchedulerError(
        `${task.name} cannot release ${mutex.name}: it is not its own`,
      );
      task.resume = (body) => body.throw(error);
      return;
    }
    const waiting = this.#waiting.filter(({ wants }) => wants === mutex);
    const next = waiting[this.#firstOf(waiting)];
    mutex.owner = next ?? null;
    if (!next) return;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.wants = null;
    this.#becomesReady(next, "last");
  }

  #goesOnAt(due: number, task: Entry): void {
    task.due = due;
    const at = this.#timers.findIndex((other) => other.due > due);
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, task);
  }

  /** Makes those ready whose time has come, each from its own time on. */
  #wake(): void {
    while (this.#timers.length > 0 && this.#timers[0].due <= this.#now) {
      const task = this.#timers.shift()!;
      task.does("ready", task.due);
      this.#ready.push(task);
    }
  }

  #becomesReady(task: Entry, place: "first" | "last"): void {
    task.does("ready", this.#now);
    if (place === "first") this.#ready.unshift(task);
    else this.#ready.push(task);
  }

  /** The place of the one whose turn it is. */
  #firstOf(tasks: readonly Entry[]): number {
    if (!this.#byPriority) return 0;
    const urgencies = tasks.map((task) => this.#urgencyOf(task));
    return urgencies.indexOf(Math.max(...urgencies));
  }

  #urgencyOf(task: Entry): number {
    if (!this.#inherits) return task.priority;
    const heirs = this.#waiting.filter(({ wants }) => wants?.owner === task);
    return Math.max(task.priority, ...heirs.map((heir) => this.#urgencyOf(heir)));
  }

  #requireAllEnded(): void {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting.map(({ name, wants }) =>
      `${name} waits for ${wants!.name}, which ${wants!.owner!.name} holds`
    );
    throw new Deadlock(lines.join("; "));
  }

  #timeline(): Timeline {
    const tasks = [...this.#tasks];
    return {
      end: this.#now,
      idle: this.#idle,
      switches: this.#switches,
      of: (task) => tasks.find((entry) => entry === task)?.segments.slice() ?? [],
      chart: (scale = 1) => chartOf(tasks, this.#now, scale),
    };
  }
}

/** A task as the scheduler knows it: its saved place, and what it waits for. */
class Entry implements Task {
  readonly segments: Segment[] = [];
  /** Milliseconds of the processor that it still needs before its body goes on. */
  need = 0;
  /** When it goes on by itself. */
  due = 0;
  wants: Mutex | null = null;
  /** How its body goes on next, if not by the time. */
  resume: ((body: TaskBody<unknown>) => IteratorResult<Request, unknown>) | null = null;
  readonly #body: TaskBody<unknown>;
  #outcome: { value: unknown } | { error: unknown } | undefined;
  #doing: Doing = "ready";
  #since: number;

  constructor(
    body: TaskBody<unknown>,
    readonly name: string,
    readonly priority: number,
    now: number,
  ) {
    this.#body = body;
    this.#since = now;
  }

  /** The next request of the body, or nothing if it has ended. */
  next(now: number): Request | undefined {
    const resume = this.resume ?? ((body) => body.next(now));
    this.resume = null;
    try {
      let step = resume(this.#body);
      while (!step.done && !kinds.has(step.value?.kind)) {
        step = this.#body.throw(new TypeError("A task must yield requests, such as compute(5)"));
      }
      if (!step.done) return step.value;
      this.#outcome = { value: step.value };
    } catch (error) {
      this.#outcome = { error };
    }
    return undefined;
  }

  result(): unknown {
    if (!this.#outcome) throw new SchedulerError(`${this.name} has not ended`);
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }

  /** Notes that it does something else from now on. */
  does(doing: Doing, now: number): void {
    if (doing !== this.#doing) this.#note(now);
    this.#doing = doing;
  }

  ends(now: number): void {
    this.#note(now);
  }

  #note(to: number): void {
    const [doing, from] = [this.#doing, this.#since];
    this.#since = to;
    if (to === from) return;
    const last = this.segments.at(-1);
    if (last?.doing === doing) this.segments.splice(-1, 1, { doing, from: last.from, to });
    else this.segments.push({ doing, from, to });
  }
}

const kinds = new Set<unknown>(["compute", "sleep", "read", "acquire", "release", "exit"]);

const marks: Record<Doing, string> = { runs: "█", ready: "·", sleeps: "z", reads: "r", waits: "w" };

function chartOf(tasks: readonly Entry[], end: number, scale: number): string {
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const markAt = ({ segments }: Entry, time: number) => {
    const segment = segments.find(({ from, to }) => from <= time && time < to);
    return segment ? marks[segment.doing] : " ";
  };
  return tasks.map((task) => {
    const columns = Array.from(
      { length: Math.ceil(end / scale) },
      (_, i) => markAt(task, i * scale),
    );
    return `${task.name.padEnd(width)} ${columns.join("")}`.trimEnd();
  }).join("\n");
}

function requireTime(ms: number): number {
  if (ms >= 0 && ms < Infinity) return ms;
  throw new RangeError(`Milliseconds must not be negative and finite: received ${ms}`);
}
