/**
 * Pools of threads with the meaning of Python's `concurrent.futures`: tasks are submitted, and each gives
 * a future at once.
 *
 * Tasks wait in one line, and a worker takes the next one when it is free. So a slow task holds up nobody
 * but its own worker, and can be cancelled until a worker takes it. A worker that nobody needs does not
 * keep the program.
 *
 * @module
 */
import { parentPort, Worker, workerData } from "node:worker_threads";
import process from "node:process";
import { errorOf, type Failure, failureOf } from "#solutions/_shared/failures.ts";
import { holding, nothingHeld } from "#solutions/_shared/holding.ts";
import { countdown, requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import { messageOf, moduleUrl, onUncaught, report } from "#solutions/_shared/work.ts";

/** A future was cancelled, so there is no result. Python's `CancelledError`. */
export class CancelledError extends Error {
  /** `CancelledError`. */
  override name = "CancelledError";
}

/** A future was told what it cannot be any more. Python's `InvalidStateError`. */
export class InvalidStateError extends Error {
  /** `InvalidStateError`. */
  override name = "InvalidStateError";
}

/** A pool takes no more tasks, or could not do one. Python's `RuntimeError`. */
export class ThreadPoolError extends Error {
  /** `ThreadPoolError`. */
  override name = "ThreadPoolError";
}

/** A pool whose workers cannot begin to work. Python's `BrokenThreadPool`. */
export class BrokenThreadPool extends ThreadPoolError {
  /** `BrokenThreadPool`. */
  override name = "BrokenThreadPool";
}

/** How long to wait for a future. */
export interface FutureWaitOptions {
  /** How many milliseconds to wait at most; for ever unless given. A negative number is 0. */
  timeout?: number;
}

/** What {@linkcode waitFor} waits for. */
export interface WaitForOptions extends FutureWaitOptions {
  /** Whether to wait for all; for one, however it ends; or for one that fails. All unless given. */
  returnWhen?: "allCompleted" | "firstCompleted" | "firstException";
}

/** How a pool works. */
export interface ThreadPoolOptions {
  /** The URL of the module whose exported functions the workers call. */
  module: string | URL;
  /** How many workers there are at most; as many as the machine has cores unless given. */
  workers?: number;
  /** The name of a function of the module that each worker calls, and waits for, before its first task. */
  initializer?: string;
  /** What the initializer is called with. */
  initArgs?: readonly unknown[];
  /** What the names of the workers begin with; `ThreadPool-1`, `ThreadPool-2` and so on unless given. */
  name?: string;
}

/** How a pool ends. */
export interface PoolShutdownOptions {
  /** Whether to wait until all tasks are done and all workers have ended. `true` unless given. */
  wait?: boolean;
  /** Whether to cancel the tasks that no worker has taken yet. `false` unless given. */
  cancelFutures?: boolean;
}

type State = "pending" | "running" | "cancelled" | "finished";

let watch: <T>(future: Future<T>, callback: () => void) => () => void;
let hasFailed: (future: Future) => boolean;

/**
 * The result of a task, which comes later. Python's `concurrent.futures.Future`.
 *
 * It is pending until a worker takes the task, then running, and at the end finished. A pending one can
 * be cancelled. A failed task whose future nobody asks is silent.
 *
 * @example A future and the two who speak through it
 * ```ts
 * import { Future } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const dish = new Future<string>(); // for the guest
 * dish.setRunning(); // by the cook
 * dish.setResult("soup");
 * assertEquals(await dish.result(), "soup");
 * ```
 */
export class Future<T = unknown> {
  #state: State = "pending";
  #value?: T;
  #failure?: { error: unknown };
  readonly #callbacks = new Set<() => void>();
  readonly #done = Promise.withResolvers<void>();

  static {
    watch = (future, callback) => {
      future.#callbacks.add(callback);
      return () => void future.#callbacks.delete(callback);
    };
    hasFailed = (future) => future.#failure !== undefined;
  }

  /** Whether it was cancelled. Python's `Future.cancelled()`. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Whether a worker has taken the task and is not done. Python's `Future.running()`. */
  get running(): boolean {
    return this.#state === "running";
  }

  /** Whether it was cancelled or is finished. Python's `Future.done()`. */
  get done(): boolean {
    return this.#state === "cancelled" || this.#state === "finished";
  }

  /**
   * Cancels the task if no worker has taken it. Does not block. Returns whether it is cancelled, now or
   * before. Python's `Future.cancel`.
   */
  cancel(): boolean {
    if (this.#state === "pending") this.#end("cancelled");
    return this.cancelled;
  }

  /**
   * Waits for the result. Rejects with the error of a task that has failed. Python's `Future.result`.
   *
   * @throws {CancelledError} If it is cancelled, before or meanwhile.
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The task goes on.
   * @throws {RangeError} If the timeout is not a number.
   */
  async result(options?: FutureWaitOptions): Promise<T> {
    await this.#wait(options);
    if (this.#failure) throw this.#failure.error;
    return this.#value as T;
  }

  /**
   * Waits for the end, and resolves to the error of a task that has failed, and else to `undefined`.
   * Python's `Future.exception`.
   *
   * @throws {CancelledError} If it is cancelled, before or meanwhile.
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The task goes on.
   * @throws {RangeError} If the timeout is not a number.
   */
  async exception(options?: FutureWaitOptions): Promise<unknown> {
    await this.#wait(options);
    return this.#failure?.error;
  }

  /**
   * Calls the function with this future when it is done, however it ends, and at once if it is done
   * already. Functions are called in the order in which they were added, and before anybody who waits
   * comes back. What one of them throws is reported on stderr. Python's `Future.add_done_callback`.
   */
  addDoneCallback(fn: (future: Future<T>) => void): void {
    const call = () => void this.#callSafely(fn);
    if (this.done) call();
    else this.#callbacks.add(call);
  }

  /**
   * Says that a worker takes the task. Returns whether it may: not if the future was cancelled. Python's
   * `Future.set_running_or_notify_cancel`.
   *
   * @throws {InvalidStateError} If it is running or finished.
   */
  setRunning(): boolean {
    if (this.#state === "cancelled") return false;
    if (this.#state !== "pending") throw new InvalidStateError(`Cannot run ${this} again`);
    this.#state = "running";
    return true;
  }

  /**
   * Says what the result is. Python's `Future.set_result`.
   *
   * @throws {InvalidStateError} If it is done; nothing changes.
   */
  setResult(value: T): void {
    this.#requireOpen();
    this.#value = value;
    this.#end("finished");
  }

  /**
   * Says that the task has failed. Anything can be thrown. Python's `Future.set_exception`.
   *
   * @throws {InvalidStateError} If it is done; nothing changes.
   */
  setException(error: unknown): void {
    this.#requireOpen();
    this.#failure = { error };
    this.#end("finished");
  }

  /** `Future(pending)`, and after an end `Future(finished, returned)` or `Future(finished, raised)`. */
  toString(): string {
    if (this.#state !== "finished") return `Future(${this.#state})`;
    return `Future(finished, ${this.#failure ? "raised" : "returned"})`;
  }

  async #wait({ timeout = Infinity }: FutureWaitOptions = {}): Promise<void> {
    requireTimeout("wait", timeout);
    if (!this.done && !await settlesWithin(this.#done.promise, timeout)) {
      throw new DOMException(`No result within ${timeout} milliseconds`, "TimeoutError");
    }
    if (this.cancelled) throw new CancelledError("There is no result: the future was cancelled");
  }

  #requireOpen(): void {
    if (this.done) throw new InvalidStateError(`Cannot end ${this} again`);
  }

  #end(state: "cancelled" | "finished"): void {
    this.#state = state;
    for (const call of this.#callbacks) call();
    this.#callbacks.clear();
    this.#done.resolve();
  }

  /** What it throws, or its promise if it is async, is reported. */
  async #callSafely(fn: (future: Future<T>) => void): Promise<void> {
    try {
      await fn(this);
    } catch (error) {
      report(`a callback of ${this}`, error);
    }
  }
}

/**
 * Waits for futures, and says which are done then and which are not. A time that is over is no error.
 * Python's `concurrent.futures.wait`.
 *
 * @throws {RangeError} If the timeout is not a number.
 *
 * @example The first of two
 * ```ts
 * import { Future, waitFor } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const [soup, rice] = [new Future<string>(), new Future<string>()];
 * setTimeout(() => rice.setResult("rice"), 1);
 * const { done, notDone } = await waitFor([soup, rice], { returnWhen: "firstCompleted" });
 * assertEquals([done.has(rice), notDone.has(soup)], [true, true]);
 * ```
 */
export async function waitFor<T>(
  futures: Iterable<Future<T>>,
  { returnWhen = "allCompleted", timeout = Infinity }: WaitForOptions = {},
): Promise<{ done: Set<Future<T>>; notDone: Set<Future<T>> }> {
  requireTimeout("wait", timeout);
  const all = [...new Set(futures)];
  const enough = Promise.withResolvers<void>();
  let left = all.length;
  const count = (future: Future<T>) => {
    left--;
    const isFirst = returnWhen === "firstCompleted" ||
      returnWhen === "firstException" && hasFailed(future);
    if (isFirst || left === 0) enough.resolve();
  };
  if (left === 0) enough.resolve();
  const pending = all.filter(({ done }) => !done);
  all.filter(({ done }) => done).forEach(count);
  const stops = pending.map((future) => watch(future, () => count(future)));
  await settlesWithin(enough.promise, timeout);
  for (const stop of stops) stop();
  return {
    done: new Set(all.filter(({ done }) => done)),
    notDone: new Set(all.filter(({ done }) => !done)),
  };
}

/**
 * Gives each future when it is done, however it ends: those first that are done already, and the others
 * in the order in which they end. The timeout is for all of them, from the call on. Python's
 * `concurrent.futures.as_completed`.
 *
 * When the time is over, `next` rejects with a `DOMException` named `TimeoutError` that says how many are not
 * done.
 *
 * @throws {RangeError} If the timeout is not a number.
 *
 * @example In the order in which they end
 * ```ts
 * import { asCompleted, Future } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const [soup, rice] = [new Future<string>(), new Future<string>()];
 * rice.setResult("rice");
 * setTimeout(() => soup.setResult("soup"), 1);
 * const dishes: string[] = [];
 * for await (const dish of asCompleted([soup, rice])) dishes.push(await dish.result());
 * assertEquals(dishes, ["rice", "soup"]);
 * ```
 */
export function asCompleted<T>(
  futures: Iterable<Future<T>>,
  { timeout = Infinity }: FutureWaitOptions = {},
): AsyncIterableIterator<Future<T>> {
  requireTimeout("wait", timeout);
  return completed(new Set(futures), countdown(timeout));
}

async function* completed<T>(
  all: ReadonlySet<Future<T>>,
  timeLeft: () => number,
): AsyncGenerator<Future<T>> {
  const ready = [...all].filter(({ done }) => done);
  let change = Promise.withResolvers<void>();
  const stops = [...all].filter(({ done }) => !done).map((future) =>
    watch(future, () => {
      ready.push(future);
      change.resolve();
    })
  );
  try {
    for (let left = all.size; left > 0; left--) {
      if (ready.length === 0) {
        change = Promise.withResolvers();
        if (!await settlesWithin(change.promise, timeLeft())) {
          throw new DOMException(`${left} (of ${all.size}) futures unfinished`, "TimeoutError");
        }
      }
      yield ready.shift()!;
    }
  } finally {
    for (const stop of stops) stop();
  }
}

interface Task {
  future: Future;
  fn: string;
  args: readonly unknown[];
}

let pools = 0;

/**
 * Worker threads that do what they are given. Python's `concurrent.futures.ThreadPoolExecutor`.
 *
 * A function is named, as with {@linkcode Thread}, and its arguments and its result travel as structured
 * clones, so that a `SharedArrayBuffer` is the same memory on both sides. Workers are started when there
 * is work for them, and are used again. The program ends when all tasks are done, whether or not the pool
 * was shut down.
 *
 * @example Two workers
 * ```ts
 * import { ThreadPool } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const cook = (order) => order * 2;";
 * await using pool = new ThreadPool({ module, workers: 2 });
 * const dish = pool.submit("cook", [21]);
 * assertEquals(await dish.result(), 42);
 * assertEquals(await Array.fromAsync(pool.map("cook", [1, 2, 3])), [2, 4, 6]);
 * ```
 */
export class ThreadPool implements AsyncDisposable {
  /** How many workers there are at most. */
  readonly workers: number;
  readonly #setup: Setup;
  #waiting: Task[] = [];
  readonly #living = new Set<PoolWorker>();
  readonly #idle: PoolWorker[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #busyUntil?: PromiseWithResolvers<void>;
  #busy = 0;
  #starting = 0;
  #started = 0;
  #isOpen = true;
  #broken?: unknown;

  /**
   * Makes a pool. Does not block, and starts nobody yet.
   *
   * @throws {TypeError} If the module is no URL, or the initializer not a name.
   * @throws {RangeError} If `workers` is not an integer from 1 up.
   */
  constructor(options: ThreadPoolOptions) {
    const { workers = navigator.hardwareConcurrency, initializer, initArgs = [] } = options;
    const module = moduleUrl("pool", String(options.module))!;
    if (initializer !== undefined) requireName("initializer", initializer);
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(`Cannot use ${workers} as 'workers': it must be an integer from 1 up`);
    }
    this.workers = workers;
    const { name = `ThreadPool-${++pools}` } = options;
    this.#setup = { module, initializer, initArgs, name };
  }

  /**
   * Has the function called once in a worker, when one is free. Does not wait. Arguments travel when a
   * worker takes the task. Python's `Executor.submit`.
   *
   * @throws {ThreadPoolError} If the pool was shut down.
   * @throws {BrokenThreadPool} If its workers cannot begin to work.
   * @throws {TypeError} If the function is not named.
   */
  submit<T>(fn: string, args: readonly unknown[] = []): Future<T> {
    requireName("fn", fn);
    if (this.#broken !== undefined) throw brokenBy(this.#broken);
    if (!this.#isOpen) throw new ThreadPoolError("Cannot submit to a pool that was shut down");
    const future = new Future<T>();
    this.#waiting.push({ future: future as Future, fn, args });
    this.#dispatch();
    return future;
  }

  /**
   * Has the function called with each item, all submitted at once, and iterates over the results in the
   * order of the items. Where a call has failed the iterator throws, and ends. The timeout is for all of
   * it, from the call on; `next` rejects with a `DOMException` named `TimeoutError` when it is over. Tasks that
   * no worker has taken are cancelled when the iteration ends early. Python's `Executor.map`.
   *
   * @throws {ThreadPoolError} If the pool was shut down.
   * @throws {BrokenThreadPool} If its workers cannot begin to work.
   * @throws {TypeError} If the function is not named.
   * @throws {RangeError} If the timeout is not a number.
   */
  map<T>(
    fn: string,
    items: Iterable<unknown>,
    { timeout = Infinity }: FutureWaitOptions = {},
  ): AsyncIterableIterator<T, undefined> {
    requireTimeout("wait", timeout);
    const timeLeft = countdown(timeout);
    const futures = Array.from(items, (item) => this.submit<T>(fn, [item]));
    const cancelRest = () => futures.forEach((future) => future.cancel());
    const results = inOrder(futures, timeLeft, cancelRest);
    return {
      next: () => results.next(),
      return() {
        // A generator that was never asked for anything runs no `finally`.
        cancelRest();
        return results.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /**
   * Takes no more tasks. Those that it has are done, but for those that `cancelFutures` cancels, and then
   * the workers end. May be called again. Python's `Executor.shutdown`.
   */
  async shutdown({ wait = true, cancelFutures = false }: PoolShutdownOptions = {}): Promise<void> {
    this.#isOpen = false;
    if (cancelFutures) this.#waiting = this.#waiting.filter(({ future }) => !future.cancel());
    this.#endIfDone();
    if (wait) await this.#ended.promise;
  }

  /** Shuts the pool down and waits for its end, as `await using` does. Python's `with` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** `ThreadPool(open, 2 of 4 threads busy, 7 tasks waiting)`. */
  toString(): string {
    const state = this.#broken !== undefined ? "broken" : this.#isOpen ? "open" : "shut down";
    return `ThreadPool(${state}, ${this.#busy} of ${this.workers} threads busy, ` +
      `${this.#waiting.length} tasks waiting)`;
  }

  /** Hands tasks to workers that are free, and starts as many more as there are tasks for. */
  #dispatch(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const task = this.#waiting.shift()!;
      if (mayRun(task)) void this.#work(this.#idle.pop()!, task);
    }
    while (this.#starting < this.#waiting.length && this.#living.size < this.workers) {
      void this.#startWorker();
    }
    this.#noteBusy();
    this.#endIfDone();
  }

  async #startWorker(): Promise<void> {
    const name = `${this.#setup.name}_${this.#started++}`;
    const worker = new PoolWorker({ ...this.#setup, name }, () => this.#forget(worker));
    this.#living.add(worker);
    this.#starting++;
    const outcome = await worker.ready;
    this.#starting--;
    if ("error" in outcome) this.#break(errorOf(outcome));
    this.#rest(worker);
  }

  async #work(worker: PoolWorker, task: Task): Promise<void> {
    const { future, fn, args } = task;
    this.#busy++;
    const outcome = await worker.do({ fn, args });
    this.#busy--;
    if (outcome === "never begun") this.#waiting.unshift(task);
    this.#rest(worker);
    if (outcome === "never begun") return;
    if ("error" in outcome) future.setException(errorOf(outcome));
    else future.setResult(outcome.value);
  }

  /** The worker has nothing to do. */
  #rest(worker: PoolWorker): void {
    if (this.#living.has(worker)) this.#idle.push(worker);
    this.#dispatch();
  }

  /** The worker has ended. */
  #forget(worker: PoolWorker): void {
    this.#living.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#endIfDone();
  }

  /** No worker can begin to work. Those that could go on with what they have. */
  #break(error: unknown): void {
    if (this.#broken === undefined) report(`the start of ${this.#setup.name}`, error);
    this.#broken ??= error;
    this.#isOpen = false;
    for (const { future } of this.#waiting.splice(0)) {
      if (mayRun({ future })) future.setException(brokenBy(error));
    }
  }

  /** As long as there is work, the thread that has made the pool stays. */
  #noteBusy(): void {
    const isBusy = this.#busy + this.#starting > 0;
    if (isBusy && !this.#busyUntil) {
      this.#busyUntil = Promise.withResolvers();
      void holding(this.#busyUntil.promise);
    } else if (!isBusy) {
      this.#busyUntil?.resolve();
      this.#busyUntil = undefined;
    }
  }

  #endIfDone(): void {
    if (this.#isOpen || this.#waiting.length > 0) return;
    for (const worker of this.#idle.splice(0)) worker.end();
    if (this.#living.size === 0) this.#ended.resolve();
  }
}

/** Whether a worker may take it. One that was given to a thread which has ended before runs already. */
function mayRun({ future }: Pick<Task, "future">): boolean {
  return future.running || future.setRunning();
}

async function* inOrder<T>(
  futures: readonly Future<T>[],
  timeLeft: () => number,
  cancelRest: () => void,
): AsyncGenerator<T, undefined> {
  try {
    for (const future of futures) yield await future.result({ timeout: timeLeft() });
  } finally {
    cancelRest();
  }
}

/** What a worker is made with. */
interface Setup {
  module: string;
  initializer?: string;
  initArgs: readonly unknown[];
  name: string;
}

/** What a worker is made with, and a cell that becomes 1 when it begins with a task. */
type WorkerSetup = Setup & { begun: Int32Array<SharedArrayBuffer> };

type Order = { fn: string; args: readonly unknown[] } | "end";

type Outcome = { value: unknown } | Failure;

/**
 * What travels between the two sides, marked as ours: a task may post what it likes. A `Map`, because the
 * runtime looks for ports in every other object, at each byte of a view.
 */
function ours<Content>(content: Content): Map<string, Content> {
  return new Map([[import.meta.url, content]]);
}

/** The content, if it was marked as ours. */
function fromOurs<Content>(data: unknown): Content | undefined {
  return data instanceof Map ? data.get(import.meta.url) : undefined;
}

/** A thread of the pool, as the pool sees it. */
class PoolWorker {
  /** What came out of its start. */
  readonly ready: Promise<Outcome>;
  readonly #worker: Worker;
  readonly #begun: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4));
  #settle?: (outcome: Outcome | "never begun") => void;

  constructor(setup: Setup, ended: () => void) {
    // Workers of node:worker_threads are made of local files only, and a module may come from afar.
    const entry = `data:text/javascript,import { serveThreadPool } from ${
      JSON.stringify(import.meta.url)
    }; serveThreadPool();`;
    this.#worker = new Worker(new URL(entry), {
      workerData: ours<WorkerSetup>({ ...setup, begun: this.#begun }),
    });
    Atomics.store(this.#begun, 0, 1);
    this.ready = this.#outcome() as Promise<Outcome>;
    this.#worker.on("message", (data: unknown) => {
      const outcome = fromOurs<Outcome>(data);
      if (outcome) this.#hear(outcome);
    });
    this.#worker.on("error", (error: unknown) => report(`thread ${setup.name}`, error));
    this.#worker.on("exit", () => {
      ended();
      const error = new ThreadPoolError(`Thread ${setup.name} ended in the middle of its work`);
      // What a task has left behind can end the thread later, when the next task is on its way.
      this.#hear(Atomics.load(this.#begun, 0) === 0 ? "never begun" : { error });
    });
  }

  /** Gives it a task, and waits for what comes out. */
  async do(order: Order): Promise<Outcome | "never begun"> {
    Atomics.store(this.#begun, 0, 0);
    try {
      this.#worker.postMessage(ours(order));
    } catch (error) {
      return { error };
    }
    this.#worker.ref();
    return await this.#outcome();
  }

  end(): void {
    this.#worker.postMessage(ours<Order>("end"));
    this.#worker.ref();
  }

  #outcome(): Promise<Outcome | "never begun"> {
    return new Promise((resolve) => this.#settle = resolve);
  }

  #hear(outcome: Outcome | "never begun"): void {
    this.#worker.unref();
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}

/** What each worker of a {@linkcode ThreadPool} does with its life. Not for other callers. */
export async function serveThreadPool(): Promise<void> {
  const { module, initializer, initArgs, name, begun } = fromOurs<WorkerSetup>(workerData)!;
  // That is the name that `currentThread` tells.
  Object.assign(globalThis, { name });
  onUncaught((error) => report(`thread ${name}`, error));
  let exports: Record<string, unknown> = {};
  parentPort!.on("message", (data: unknown) => {
    const order = fromOurs<Order>(data);
    if (order === undefined) return;
    if (order === "end") return void leave();
    Atomics.store(begun, 0, 1);
    void obey(exports, order, module);
  });
  tell(
    await outcomeOf(async () => {
      exports = await import(module);
      if (initializer) await find(exports, initializer, module)(...initArgs);
    }),
  );
}

async function obey(
  exports: Record<string, unknown>,
  { fn, args }: Exclude<Order, "end">,
  module: string,
): Promise<void> {
  tell(await outcomeOf(() => find(exports, fn, module)(...args)));
}

/** A timer that a task has left behind must not keep the thread; the threads that it has started may. */
async function leave(): Promise<void> {
  await nothingHeld();
  process.exit();
}

function tell(outcome: Outcome): void {
  try {
    parentPort!.postMessage(ours(outcome));
  } catch (problem) {
    const what = "error" in outcome ? `The error ${messageOf(outcome.error)}` : "The result";
    const message = `${what} cannot travel from the thread: ${messageOf(problem)}`;
    parentPort!.postMessage(ours({ error: new TypeError(message) }));
  }
}

async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    return failureOf(error);
  }
}

function brokenBy(error: unknown): BrokenThreadPool {
  const message = `The pool is broken: ${messageOf(error)}`;
  return new BrokenThreadPool(message, { cause: error });
}

type Callable = (...args: readonly unknown[]) => unknown;

function find(exports: Record<string, unknown>, name: string, module: string): Callable {
  const value = exports[name];
  if (typeof value === "function") return value as Callable;
  throw new ThreadPoolError(`'${name}' must be a function that ${module} exports`);
}

function requireName(what: string, name: unknown): void {
  if (typeof name === "string") return;
  throw new TypeError(
    `Cannot call '${what}' in another thread: give the name of an exported function, not ${name}`,
  );
}
