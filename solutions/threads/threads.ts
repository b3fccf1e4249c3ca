/**
 * Threads with the meaning that they have in Python's `threading`, on Deno's Workers.
 *
 * A thread shares no variables with the one that started it: what it works on travels to it as a
 * structured clone, and only a `SharedArrayBuffer` is the same memory on both sides. `node:worker_threads`
 * is used because its Workers tell when they have ended, and can be left behind by the program.
 *
 * @module
 */
import { parentPort, Worker, workerData } from "node:worker_threads";
import process from "node:process";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import {
  onUncaught,
  packed,
  type Payload,
  unpacked,
  type Work,
  workOf,
} from "#solutions/_shared/work.ts";

/** A thread was asked for what it cannot do now. Python's `RuntimeError`. */
export class ThreadError extends Error {
  /** `ThreadError`. */
  override name = "ThreadError";
}

/** What a new thread does. */
export interface ThreadOptions {
  /** The URL of the module that holds the target: `import.meta.resolve("./work.ts")`. */
  module?: string | URL;
  /** The name of the function, exported by the module, that the thread calls. */
  target?: string;
  /** What the target is called with. It travels as a structured clone. */
  args?: readonly unknown[];
  /** The thread's name; `Thread-1`, `Thread-2` and so on unless given. */
  name?: string;
  /** Whether the program may end without it; as the current thread is unless given. */
  daemon?: boolean;
}

/** How long to wait for a thread. */
export interface JoinOptions {
  /** How many milliseconds to wait at most; for ever unless given. A negative number is 0. */
  timeout?: number;
}

/** What travels to the Worker. */
interface Job extends Payload {
  /** The module that started it: another copy of this module must not take the job. */
  entry: string;
  id: number;
  counters: Int32Array<SharedArrayBuffer>;
}

/** What the Worker tells its creator. */
type News =
  | { kind: "ready" }
  | { kind: "failed"; error: unknown; loading: boolean }
  | { kind: "ended" };

type Phase = "initial" | "started" | "stopped";

const isOurJob = (workerData as { thread?: Job } | null)?.thread?.entry === import.meta.url;
const job: Job | undefined = isOurJob ? workerData.thread : undefined;

// One for the whole program: the last id that was given away, and the last number of a name.
const counters = job?.counters ?? new Int32Array(new SharedArrayBuffer(8));
const ownId = job?.id ?? randomId();
if (!job) counters[0] = ownId;

/** The threads that this one has started and that have not ended. */
const living = new Set<Thread>();

let current: CurrentThread | undefined;
let enter: (thread: Thread, id: number, call?: () => unknown) => CurrentThread;

/**
 * A thread of control. Python's `threading.Thread`.
 *
 * It is given its work as the name of a function that a module exports, or as a subclass that
 * overrides {@linkcode Thread.run}. Such a class is exported by the module that its static `module`
 * names; the fields of its object travel to the thread, its `#private` ones do not.
 *
 * @example A function in a thread
 * ```ts
 * import { Thread } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const work = `data:text/javascript,
 *   export const add = (sum, a, b) => Atomics.store(sum, 0, a + b);`;
 * const sum = new Int32Array(new SharedArrayBuffer(4));
 *
 * const thread = new Thread({ module: work, target: "add", args: [sum, 1, 2] });
 * thread.start();
 * await thread.join();
 * assertEquals(sum[0], 3);
 * ```
 */
export class Thread {
  /** In a subclass: the URL of the module that exports it, `import.meta.url`. */
  static readonly module?: string | URL;

  #name: string;
  #daemon: boolean;
  #phase: Phase = "initial";
  #id?: number;
  #error?: unknown;
  #call?: () => unknown;
  #worker?: Worker;
  #waiting = 0;
  readonly #work: Work;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  static {
    enter = (thread, id, call) => {
      thread.#id = id;
      thread.#phase = "started";
      thread.#call = call;
      return current = thread as CurrentThread;
    };
  }

  /**
   * Makes a thread that does nothing before {@linkcode Thread.start}.
   *
   * @throws {TypeError} If the module is not a URL, the target not a name, or the arguments no array.
   */
  constructor(options: ThreadOptions = {}) {
    const { target, name, daemon } = options;
    this.#work = workOf("thread", options, new.target.module);
    this.#name = name === undefined || name === "" ? defaultName(target) : String(name);
    this.#daemon = daemon ?? currentThread().daemon;
    this.#ready.promise.catch(() => {});
  }

  /** The name, which need not be unique. Another name given later is seen by this side only. */
  get name(): string {
    return this.#name;
  }

  set name(value: string) {
    this.#name = String(value);
  }

  /**
   * Whether the program may end without this thread. Python's `Thread.daemon`.
   *
   * @throws {ThreadError} If it is set when the thread has been started.
   */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(value: boolean) {
    if (this.#phase !== "initial") {
      throw new ThreadError(`Cannot set 'daemon' of ${this.#name}: it has been started`);
    }
    this.#daemon = value;
  }

  /** A positive number that no other thread of the program has; `undefined` before the start. */
  get id(): number | undefined {
    return this.#id;
  }

  /** Whether it has been started and has not ended. Python's `Thread.is_alive()`. */
  get isAlive(): boolean {
    return this.#phase === "started";
  }

  /** The error that ended the thread, if one did. */
  get error(): unknown {
    return this.#error;
  }

  /**
   * Settles when the thread begins its work: with a {@linkcode ThreadError} if its module cannot be
   * loaded or does not export what is asked for. Such a thread has ended.
   */
  get ready(): Promise<void> {
    const ready = this.#waitFor(this.#ready.promise);
    // Nobody needs to look at it: the failure is printed too.
    ready.catch(() => {});
    return ready;
  }

  /**
   * Starts the thread. Does not block. Python's `Thread.start`.
   *
   * @throws {ThreadError} If it has been started before.
   * @throws {TypeError} If a subclass does not name its module.
   * @throws {DOMException} `DataCloneError`, if the arguments or fields cannot travel. The thread has
   * not been started then.
   */
  start(): void {
    if (this.#phase !== "initial") {
      throw new ThreadError(`Cannot start ${this.#name} again: make a new thread`);
    }
    const thread = this.#toJob();
    const worker = new Worker(new URL(import.meta.url), { workerData: { thread } });
    if (this.#daemon && this.#waiting === 0) worker.unref();
    worker.on("message", (news: News) => this.#hear(news));
    worker.on("error", (error: unknown) => this.#error = error);
    worker.on("exit", () => this.#stop());
    this.#worker = worker;
    this.#id = thread.id;
    this.#phase = "started";
    living.add(this);
  }

  /**
   * What the thread does: it calls the target. A subclass does its own work here, and may return a
   * promise. Python's `Thread.run`.
   *
   * @throws {ThreadError} If it is called for a target instead of {@linkcode Thread.start}.
   */
  run(): unknown {
    if (this.#work.target && !this.#call) {
      throw new ThreadError(`Cannot run ${this.#name} in this thread: call 'start()'`);
    }
    return this.#call?.();
  }

  /**
   * Waits until the thread has ended, by a return or by an error. Resolves to whether it has. Any
   * number of callers may wait, at any time, and a daemon is waited for too. Python's `Thread.join`.
   *
   * @throws {ThreadError} If the thread was not started, or is the current one.
   * @throws {RangeError} If the timeout is not a number.
   */
  async join({ timeout = Infinity }: JoinOptions = {}): Promise<boolean> {
    requireTimeout("join", timeout);
    if (this.#phase === "initial") {
      throw new ThreadError(`Cannot join ${this.#name} before it is started`);
    }
    if (this === current) {
      throw new ThreadError("Cannot join the current thread: it would wait for itself");
    }
    if (this.#phase === "stopped") return true;
    return await this.#waitFor(settlesWithin(this.#ended.promise, timeout));
  }

  /** `Thread(Thread-1 (work), started)`: its class, its name, and how far it is. */
  toString(): string {
    return `${this.constructor.name}(${this.#name}, ${this.#phase})`;
  }

  #toJob(): Job {
    return {
      ...packed(this, Thread, this.#work),
      entry: import.meta.url,
      id: Atomics.add(counters, 0, 1) + 1,
      name: this.#name,
      daemon: this.#daemon,
      counters,
    };
  }

  /** A daemon does not keep the program alive, but somebody who waits for it does. */
  async #waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    this.#worker?.ref();
    try {
      return await promise;
    } finally {
      if (--this.#waiting === 0 && this.#daemon) this.#worker?.unref();
    }
  }

  #hear(news: News): void {
    if (news.kind === "ready") this.#ready.resolve();
    if (news.kind === "ended") this.#stop();
    // While its own threads live, its timers may fail too. The first error is the one that ended it.
    if (news.kind === "failed" && this.#phase === "started") this.#fail(news);
  }

  #fail({ error, loading }: { error: unknown; loading: boolean }): void {
    this.#error = error;
    if (!loading) return;
    const reason = error instanceof Error ? error.message : error;
    this.#ready.reject(new ThreadError(`Cannot start ${this.#name}: ${reason}`, { cause: error }));
  }

  #stop(): void {
    this.#phase = "stopped";
    living.delete(this);
    this.#ready.resolve();
    this.#ended.resolve();
  }
}

/** The thread that asks: it has been started, so it has an id. */
export interface CurrentThread extends Thread {
  /** A positive number that no other thread of the program has. */
  readonly id: number;
}

/**
 * The thread that calls it. Does not block. Python's `threading.current_thread`.
 *
 * A Worker that is no {@linkcode Thread} has an identity too, drawn at random: among a hundred of
 * them two are alike once in 200,000 programs.
 *
 * @example The main thread
 * ```ts
 * import { currentThread } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(currentThread().name, "MainThread");
 * ```
 */
export function currentThread(): CurrentThread {
  return current ??= enter(new Thread({ name: foreignName(), daemon: false }), ownId);
}

/**
 * How many threads {@linkcode enumerate} returns. Does not block. Python's `threading.active_count`.
 *
 * @example
 * ```ts
 * import { activeCount } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(activeCount(), 1);
 * ```
 */
export function activeCount(): number {
  return enumerate().length;
}

/**
 * The current thread, and the threads that it has started and that have not ended. Does not block.
 * Python's `threading.enumerate`, which sees the threads of all others too.
 *
 * @example
 * ```ts
 * import { currentThread, enumerate } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(enumerate(), [currentThread()]);
 * ```
 */
export function enumerate(): Thread[] {
  return [currentThread(), ...living];
}

if (job) void runJob(job);

/** The life of a thread, in its Worker. */
async function runJob(job: Job): Promise<void> {
  const { name, daemon } = job;
  enter(new Thread({ name, daemon }), job.id);
  onUncaught((error) => void fail(error, false));
  let thread: Thread;
  try {
    thread = await load(job);
  } catch (error) {
    return await fail(error, true);
  }
  tell({ kind: "ready" });
  try {
    await thread.run();
  } catch (error) {
    return await fail(error, false);
  }
  await end();
}

async function load(job: Job): Promise<Thread> {
  const exports = job.module ? await import(job.module) : {};
  const { object, call } = unpacked(job, exports, Thread, ThreadError);
  return enter(object, job.id, call);
}

async function fail(error: unknown, loading: boolean): Promise<void> {
  console.error(`Exception in thread ${current!.name}:`, error);
  try {
    tell({ kind: "failed", error, loading });
  } catch {
    tell({ kind: "failed", error: new Error(String(error)), loading });
  }
  await end();
}

/** Ends this thread. Its Worker stays until the threads that it has started have ended. */
async function end(): Promise<void> {
  const foreground = [...living].filter(({ daemon }) => !daemon);
  if (foreground.length > 0) {
    tell({ kind: "ended" });
    await Promise.all(foreground.map((thread) => thread.join()));
  }
  process.exit();
}

function tell(news: News): void {
  parentPort!.postMessage(news);
}

function defaultName(target: string | undefined): string {
  const number = Atomics.add(counters, 1, 1) + 1;
  return target ? `Thread-${number} (${target})` : `Thread-${number}`;
}

/** The name of a thread that this module has not made. */
function foreignName(): string {
  const { WorkerGlobalScope, name } = globalThis as { WorkerGlobalScope?: unknown; name?: string };
  return WorkerGlobalScope || workerData ? name || "Worker" : "MainThread";
}

/** A number of 30 bits, so that there is room above it, and not 0, which would be nobody. */
function randomId(): number {
  const [bits] = crypto.getRandomValues(new Uint32Array(1));
  return (bits >>> 2) || 1;
}
