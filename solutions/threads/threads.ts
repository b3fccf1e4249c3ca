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
import { holding, nothingHeld } from "#solutions/_shared/holding.ts";
import { isOfMain } from "#solutions/_shared/main_thread.ts";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import {
  messageOf,
  onUncaught,
  packed,
  type Payload,
  report,
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
  id: number;
  counters: Int32Array<SharedArrayBuffer>;
  /** Becomes 1 when the Worker goes: who cannot hear of it any more can sleep until then. */
  gone: Int32Array<SharedArrayBuffer>;
}

/** What the Worker tells its creator. */
type News = { kind: "ready" } | { kind: "failed"; error: unknown } | { kind: "ended" };

type Phase = "initial" | "started" | "stopped";

/**
 * What travels between the two sides, marked as ours: a Worker's target may post what it likes, and
 * another copy of this module must not take our jobs. A `Map`, because the runtime looks for ports in every
 * other object, at each byte of a view.
 */
function ours<Content>(content: Content): Map<string, Content> {
  return new Map([[import.meta.url, content]]);
}

/** The content, if it was marked as ours. */
function fromOurs<Content>(data: unknown): Content | undefined {
  return data instanceof Map ? data.get(import.meta.url) : undefined;
}

const job = fromOurs<Job>(workerData);

// One for the whole program: the last id that was given away, and the last number of a name.
const counters = job?.counters ?? new Int32Array(new SharedArrayBuffer(8));
const ownId = job?.id ?? randomId();
if (!job) counters[0] = ownId;

/** The threads that this one has started and that have not ended. */
const living = new Set<Thread>();

/** For whom this one waits if it must go, though it cannot hear of their end: their `gone`. */
const foreground = new Set<Int32Array<SharedArrayBuffer>>();

let current: CurrentThread | undefined;
let isLeaving = false;
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
  readonly #gone = Promise.withResolvers<void>();

  static {
    enter = (thread, id, call) => {
      thread.#id = id;
      thread.#phase = "started";
      thread.#ready.resolve();
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
   * Settles when the thread begins its work: with a {@linkcode ThreadError} if it ends before that,
   * because its module cannot be loaded, does not export what is asked for, or calls `Deno.exit`.
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
    const job = this.#toJob();
    // Workers of node:worker_threads are made of local files only, and a module may come from afar. Its
    // name is in a variable: else `deno test` would check its types first, while somebody waits.
    const own = JSON.stringify(import.meta.url);
    const module = `data:text/javascript,const own = ${own}; await import(own);`;
    const worker = new Worker(new URL(module), { workerData: ours(job) });
    if (this.#daemon && this.#waiting === 0) worker.unref();
    worker.on("message", (data: unknown) => this.#hear(fromOurs<News>(data)));
    worker.on("error", (error: unknown) => this.#crash(error));
    worker.on("exit", () => this.#go(job.gone));
    this.#worker = worker;
    this.#id = job.id;
    this.#phase = "started";
    living.add(this);
    if (this.#daemon) return;
    foreground.add(job.gone);
    void holding(this.#gone.promise);
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
      id: Atomics.add(counters, 0, 1) + 1,
      name: this.#name,
      daemon: this.#daemon,
      counters,
      gone: new Int32Array(new SharedArrayBuffer(4)),
    };
  }

  /** A daemon does not keep the program alive, but somebody who waits for it does. */
  async #waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    this.#worker?.ref();
    try {
      return await holding(promise);
    } finally {
      if (--this.#waiting === 0 && this.#daemon) this.#worker?.unref();
    }
  }

  #hear(news: News | undefined): void {
    if (news?.kind === "ready") this.#ready.resolve();
    if (news?.kind === "ended") this.#stop();
    // While its own threads live, its timers may fail too. The first error is the one that ended it.
    if (news?.kind === "failed" && this.#phase === "started") this.#error = news.error;
  }

  /** Its Worker has failed where the thread itself could not see it. */
  #crash(error: unknown): void {
    report(`thread ${this.#name}`, error);
    this.#error ??= error;
  }

  /** The work has ended. */
  #stop(): void {
    this.#phase = "stopped";
    living.delete(this);
    this.#ready.reject(this.#notReady());
    this.#ended.resolve();
  }

  /** Why `ready` was rejected, if the work has never begun. */
  #notReady(): ThreadError {
    const reason = this.#error === undefined ? "it ended before its work" : messageOf(this.#error);
    return new ThreadError(`Cannot start ${this.#name}: ${reason}`, { cause: this.#error });
  }

  /** The Worker has ended, after all that it has stayed for. */
  #go(gone: Int32Array<SharedArrayBuffer>): void {
    this.#stop();
    foreground.delete(gone);
    this.#gone.resolve();
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
  // One of them comes however the Worker ends: by an exit, or because there is nothing left to do.
  addEventListener("unload", () => leave(job));
  process.on("exit", () => leave(job));
  onUncaught((error) => void fail(error));
  try {
    const thread = await load(job);
    // After `Deno.exit` what was awaited goes on for a moment.
    if (isLeaving) return;
    tell({ kind: "ready" });
    await thread.run();
  } catch (error) {
    return await fail(error);
  }
  await end();
}

async function load(job: Job): Promise<Thread> {
  const exports = job.module ? await import(job.module) : {};
  const { object, call } = unpacked(job, exports, Thread, ThreadError);
  return enter(job.className ? object : currentThread(), job.id, call);
}

async function fail(error: unknown): Promise<void> {
  report(`thread ${current!.name}`, error);
  try {
    tell({ kind: "failed", error });
  } catch {
    tell({ kind: "failed", error: new Error(messageOf(error)) });
  }
  await end();
}

/** Ends this thread. Its Worker stays for the threads that it has started, and those after them. */
async function end(): Promise<void> {
  tell({ kind: "ended" });
  await nothingHeld();
  // A second exit would take back the first one.
  if (!isLeaving) process.exit();
}

/** The last that a Worker does. It can only block now. */
function leave({ gone }: Job): void {
  if (isLeaving) return;
  tell({ kind: "ended" });
  isLeaving = true;
  for (const gone of foreground) Atomics.wait(gone, 0, 0);
  Atomics.store(gone, 0, 1);
  Atomics.notify(gone, 0);
}

function tell(news: News): void {
  if (!isLeaving) parentPort!.postMessage(ours(news));
}

function defaultName(target: string | undefined): string {
  const number = Atomics.add(counters, 1, 1) + 1;
  return target ? `Thread-${number} (${target})` : `Thread-${number}`;
}

/** The name of a thread that this module has not made. */
function foreignName(): string {
  if (isOfMain) return "MainThread";
  return (globalThis as { name?: string }).name || "Worker";
}

/** A number of 30 bits, so that there is room above it, and not 0, which would be nobody. */
function randomId(): number {
  const [bits] = crypto.getRandomValues(new Uint32Array(1));
  return (bits >>> 2) || 1;
}
