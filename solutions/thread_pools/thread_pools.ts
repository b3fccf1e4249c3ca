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
import { setImmediate } from "node:timers";
import { Board } from "#solutions/_shared/board.ts";
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
let takeBack: (future: Future) => boolean;
let putOn: (board: Board, place: number, future: Future) => void;

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
  /** Where the task is, if a pool has put it on its board. */
  #at?: { board: Board; place: number };
  readonly #callbacks = new Set<() => void>();
  readonly #done = Promise.withResolvers<void>();

  static {
    watch = (future, callback) => {
      future.#callbacks.add(callback);
      return () => void future.#callbacks.delete(callback);
    };
    hasFailed = (future) => future.#failure !== undefined;
    takeBack = (future) => future.#takeBack();
    putOn = (board, place, future) => void (future.#at = { board, place });
  }

  /** Whether it was cancelled. Python's `Future.cancelled()`. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Whether a worker has taken the task and is not done. Python's `Future.running()`. */
  get running(): boolean {
    return this.#stateNow() === "running";
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
    if (this.#takeBack()) this.#end("cancelled");
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
    if (this.#stateNow() !== "pending") throw new InvalidStateError(`Cannot run ${this} again`);
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
    if (this.#state !== "finished") return `Future(${this.#stateNow()})`;
    return `Future(finished, ${this.#failure ? "raised" : "returned"})`;
  }

  async #wait({ timeout = Infinity }: FutureWaitOptions = {}): Promise<void> {
    requireTimeout("wait", timeout);
    if (!this.done && !await settlesWithin(this.#done.promise, timeout)) {
      throw new DOMException(`No result within ${timeout} milliseconds`, "TimeoutError");
    }
    if (this.cancelled) throw new CancelledError("There is no result: the future was cancelled");
  }

  /** A worker that takes the task says so on the board. */
  #stateNow(): State {
    const isTaken = this.#state === "pending" && this.#at?.board.hasBegun(this.#at.place);
    if (isTaken) this.#state = "running";
    return this.#state;
  }

  /** Whether nobody has begun with the task, and nobody will. */
  #takeBack(): boolean {
    if (this.#stateNow() !== "pending") return false;
    return this.#at === undefined || this.#at.board.takeBack(this.#at.place);
  }

  #requireOpen(): void {
    if (this.done) throw new InvalidStateError(`Cannot end ${this} again`);
  }

  #end(state: "cancelled" | "finished"): void {
    this.#state = state;
    this.#at = undefined;
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

/** What a worker is to call: the name of a function, and arguments. */
type Call = readonly [fn: string, ...args: unknown[]];

interface Task {
  future: Future;
  call: Call;
  /** What has come out, if it was sent. */
  outcome?: Outcome;
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
  readonly #board: Board;
  /** The tasks in the places of the board, and those that wait for a place. */
  readonly #tasks: (Task | undefined)[] = [];
  readonly #line = new Set<Task>();
  readonly #living = new Set<PoolWorker>();
  readonly #ended = Promise.withResolvers<void>();
  #busyUntil?: PromiseWithResolvers<void>;
  #unfinished = 0;
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
    this.#board = new Board(workers);
    this.#setup = { module, initializer, initArgs, name, memory: this.#board.memory };
  }

  /**
   * Has the function called once in a worker, when one is free. Does not wait. Arguments travel some time
   * before the task is begun. Python's `Executor.submit`.
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
    this.#unfinished++;
    watch(future, () => {
      this.#unfinished--;
      this.#rest();
    });
    this.#line.add({ future: future as Future, call: [fn, ...args] });
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
    if (cancelFutures) this.#open().forEach((future) => future.cancel());
    this.#rest();
    if (wait) await this.#ended.promise;
  }

  /** Shuts the pool down and waits for its end, as `await using` does. Python's `with` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** `ThreadPool(open, 2 of 4 threads busy, 7 tasks waiting)`. */
  toString(): string {
    const state = this.#broken !== undefined ? "broken" : this.#isOpen ? "open" : "shut down";
    const busy = this.#board.runningCount;
    const waiting = this.#open().filter(({ running }) => !running).length;
    return `ThreadPool(${state}, ${busy} of ${this.workers} threads busy, ${waiting} tasks waiting)`;
  }

  #open(): Future[] {
    const tasks = [...this.#tasks, ...this.#line].filter((task) => task !== undefined);
    return tasks.map(({ future }) => future).filter(({ done }) => !done);
  }

  /** Puts tasks on the board, and starts as many workers as there are tasks for. */
  #dispatch(): void {
    for (const task of this.#line) {
      if (!this.#board.hasRoom) break;
      this.#line.delete(task);
      this.#put(task);
    }
    while (this.#living.size < Math.min(this.#unfinished, this.workers)) this.#startWorker();
    this.#rest();
  }

  #put(task: Task): void {
    const { future, call } = task;
    if (future.done) return;
    const place = this.#board.put(call);
    this.#tasks[place] = task;
    putOn(this.#board, place, future);
    const order = this.#board.isToBeSent(place) ? this.#parcelFor(place) : "look";
    for (const worker of this.#living) if (worker.wake(order)) break;
  }

  /** Ends the tasks that have come back, in the order in which they did. */
  #collect(): void {
    this.#board.listen();
    for (let place; (place = this.#board.firstBack()) !== undefined;) {
      const { future, outcome } = this.#tasks[place]!;
      const isSent = this.#board.isToBeSent(place);
      if (isSent && !outcome) break; // It is on its way.
      const written = isSent ? undefined : this.#board.read(place);
      this.#tasks[place] = undefined;
      this.#board.collect();
      end(future, outcome ?? { value: written });
    }
    this.#dispatch();
  }

  #parcelFor(place: number): Parcel {
    return { ticket: this.#board.ticketOf(place), call: this.#tasks[place]!.call };
  }

  #startWorker(): void {
    const name = `${this.#setup.name}_${this.#started++}`;
    try {
      const worker: PoolWorker = new PoolWorker(
        { ...this.#setup, name },
        (news) => this.#hear(worker, news),
        () => this.#forget(worker),
      );
      this.#living.add(worker);
      this.#starting++;
    } catch (error) {
      this.#break(error); // What it is to begin with cannot travel.
    }
  }

  #hear(worker: PoolWorker, news: News): void {
    if (news === "look") return this.#collect();
    if ("ready" in news) return this.#noteReady(worker, news.ready);
    if ("outcome" in news) this.#tasks[news.place]!.outcome = news.outcome;
    else worker.send(this.#parcelFor(news.place));
    this.#collect();
  }

  #noteReady(worker: PoolWorker, outcome: Outcome): void {
    worker.isReady = true;
    this.#starting--;
    if ("error" in outcome) this.#break(errorOf(outcome));
    this.#dispatch();
  }

  /** The worker has ended, and with it the task that it was running. */
  #forget(worker: PoolWorker): void {
    this.#living.delete(worker);
    const error = new ThreadPoolError(`Thread ${worker.name} ended in the middle of its work`);
    if (!worker.isReady) this.#noteReady(worker, { error });
    this.#collect();
    const { claim } = worker;
    if (claim) {
      const task = this.#tasks[claim.place]!;
      this.#tasks[claim.place] = undefined;
      this.#board.free(claim.place);
      if (claim.hasBegun) end(task.future, { error });
      else this.#put(task);
    }
    // It may have been woken for a task that it has not taken.
    for (const other of this.#living) other.wake("look");
    this.#dispatch();
  }

  /** No worker can begin to work. Those that could go on with what they have. */
  #break(error: unknown): void {
    if (this.#broken === undefined) report(`the start of ${this.#setup.name}`, error);
    this.#broken ??= error;
    this.#isOpen = false;
    for (const future of this.#open()) {
      if (takeBack(future)) future.setException(brokenBy(error));
    }
  }

  /** As long as there is work, this thread stays. When there is none, a pool that was shut down ends. */
  #rest(): void {
    const isBusy = this.#unfinished + this.#starting > 0;
    if (isBusy && !this.#busyUntil) {
      this.#busyUntil = Promise.withResolvers();
      void holding(this.#busyUntil.promise);
      for (const worker of this.#living) worker.ref();
    } else if (!isBusy && this.#busyUntil) {
      this.#busyUntil.resolve();
      this.#busyUntil = undefined;
      for (const worker of this.#living) worker.unref();
    }
    if (this.#isOpen || isBusy) return;
    for (const worker of this.#living) worker.end();
    if (this.#living.size === 0) this.#ended.resolve();
  }
}

function end(future: Future, outcome: Outcome): void {
  if (future.done) return;
  if ("error" in outcome) future.setException(errorOf(outcome));
  else future.setResult(outcome.value);
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
  /** That of the board. */
  memory: SharedArrayBuffer;
}

/** What a worker is made with, and the cells in which it says what it does. */
type WorkerSetup = Setup & { cells: Int32Array<SharedArrayBuffer> };
/** Whether it sleeps; the place it has taken and 1, or 0; whether it has begun with the task there. */
const [sleeps, taken, begun] = [0, 1, 2];

type Outcome = { value: unknown } | Failure;

/** A call that is not written on the board, or why it cannot travel. */
type Parcel = { ticket: number; call: Call } | { ticket: number; problem: string };
type Order = "look" | "end" | Parcel;

/** Something has come back; what a start or a task has come to; or the call of a place is to be sent. */
type News = "look" | { ready: Outcome } | { place: number; outcome: Outcome } | { place: number };

/**
 * What travels between the two sides, marked as ours: a task may post what it likes. A `Map`, because the
 * runtime looks for ports in every other object, at each byte of a view. A look too many does no harm.
 */
function ours<Content>(content: Content): Content | Map<string, Content> {
  return content === "look" ? content : new Map([[import.meta.url, content]]);
}

/** The content, if it was marked as ours. */
function fromOurs<Content>(data: unknown): Content | undefined {
  if (data === "look") return data as Content;
  return data instanceof Map ? data.get(import.meta.url) : undefined;
}

/** A thread of the pool, as the pool sees it. */
class PoolWorker {
  readonly name: string;
  isReady = false;
  readonly #worker: Worker;
  readonly #cells: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(12));

  constructor(setup: Setup, hear: (news: News) => void, ended: () => void) {
    this.name = setup.name;
    // Workers of node:worker_threads are made of local files only, and a module may come from afar. Its
    // name is in a variable: else `deno test` would check its types first, while somebody waits.
    const own = JSON.stringify(import.meta.url);
    const entry = `data:text/javascript,const own = ${own}; (await import(own)).serveThreadPool();`;
    this.#worker = new Worker(new URL(entry), {
      workerData: ours<WorkerSetup>({ ...setup, cells: this.#cells }),
    });
    this.#worker.on("message", (data: unknown) => {
      const news = fromOurs<News>(data);
      if (news !== undefined) hear(news);
    });
    this.#worker.on("error", (error: unknown) => report(`thread ${this.name}`, error));
    this.#worker.on("exit", ended);
  }

  /** The place of the task that it has taken, and whether it has begun with it. */
  get claim(): { place: number; hasBegun: boolean } | undefined {
    const [, place, hasBegun] = this.#cells;
    return place === 0 ? undefined : { place: place - 1, hasBegun: hasBegun === 1 };
  }

  /** Wakes it if it sleeps. Returns whether it did. */
  wake(order: Order): boolean {
    const didSleep = Atomics.compareExchange(this.#cells, sleeps, 1, 0) === 1;
    if (didSleep) this.send(order);
    return didSleep;
  }

  send(order: Order): void {
    try {
      this.#worker.postMessage(ours(order));
    } catch (error) {
      const { ticket } = order as Parcel;
      this.#worker.postMessage(ours<Order>({ ticket, problem: messageOf(error) }));
    }
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    this.#worker.unref();
  }

  end(): void {
    this.send("end");
    this.ref();
  }
}

/** What each worker of a {@linkcode ThreadPool} does with its life. Not for other callers. */
export async function serveThreadPool(): Promise<void> {
  const setup = fromOurs<WorkerSetup>(workerData)!;
  // That is the name that `currentThread` tells.
  Object.assign(globalThis, { name: setup.name });
  onUncaught((error) => report(`thread ${setup.name}`, error));
  const thread = new PoolThread(setup);
  parentPort!.on("message", (data: unknown) => {
    const order = fromOurs<Order>(data);
    if (order !== undefined) thread.hear(order);
  });
  await thread.start();
}

/** How many milliseconds a thread is at work before timers and messages have their turn. */
const turn = 2;
const now = performance.now.bind(performance);

/** A thread of the pool, as it sees itself. */
class PoolThread {
  readonly #setup: WorkerSetup;
  readonly #board: Board;
  #exports: Record<string, unknown> = {};
  #isAtWork = false;
  #parcel?: Parcel;
  #hasNews = false;
  readonly #noteNews = () => void (this.#hasNews = true);
  #hasCome = Promise.withResolvers<void>();

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
    this.#board = new Board(setup.memory);
  }

  async start(): Promise<void> {
    const { module, initializer, initArgs } = this.#setup;
    const outcome = await outcomeOf(async () => {
      this.#exports = await import(module);
      if (initializer) await find(this.#exports, initializer, module)(...initArgs);
    });
    tell(outcome, (ready) => ({ ready }));
    if (!("error" in outcome)) await this.#work();
  }

  hear(order: Order): void {
    if (order === "end") return void leave();
    if (order !== "look") this.#parcel = order;
    this.#hasCome.resolve();
    void this.#work();
  }

  /** Does one task after the other, and sleeps when none waits. */
  async #work(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    const { cells } = this.#setup;
    let begin = now();
    do {
      for (let place; (place = this.#take()) !== undefined;) {
        Atomics.store(cells, taken, place + 1);
        await this.#do(place);
        if (now() - begin < turn) continue;
        this.#tellNews();
        await new Promise<void>((resolve) => setImmediate(resolve));
        begin = now();
      }
      this.#parcel = undefined;
      Atomics.store(cells, sleeps, 1);
      this.#tellNews();
      // Who has put a task on the board in this moment has seen this thread awake, and not woken it.
    } while (this.#board.hasTasks && Atomics.compareExchange(cells, sleeps, 1, 0) === 1);
    this.#isAtWork = false;
  }

  /** The place of the next task, if there is one. Who asks for its call tells the news with that. */
  #take(): number | undefined {
    const place = this.#board.take(this.#noteNews);
    if (place === undefined) return undefined;
    const asks = this.#board.isToBeSent(place) && !this.#parcel;
    if (!asks) this.#tellNews();
    else post({ place });
    return place;
  }

  /** Tells the pool that something has come back, if it must be told. */
  #tellNews(): void {
    if (this.#hasNews) post("look");
    this.#hasNews = false;
  }

  async #do(place: number): Promise<void> {
    const { module, cells } = this.#setup;
    const outcome = await outcomeOf(async () => {
      const isSent = this.#board.isToBeSent(place);
      const [fn, ...args] = isSent ? await this.#fetch(place) : this.#board.read(place) as Call;
      Atomics.store(cells, begun, 1);
      return find(this.#exports, fn, module)(...args);
    });
    for (const cell of [begun, taken]) Atomics.store(cells, cell, 0);
    const isWritten = this.#board.finish(place, outcome, this.#noteNews);
    if (!isWritten) tell(outcome, (outcome) => ({ place, outcome }));
  }

  /** A call that is not on the board. It was sent when this thread was woken, or is asked for. */
  async #fetch(place: number): Promise<Call> {
    const ticket = this.#board.ticketOf(place);
    if (this.#parcel && this.#parcel.ticket !== ticket) post({ place });
    while (this.#parcel?.ticket !== ticket) {
      this.#hasCome = Promise.withResolvers();
      await this.#hasCome.promise;
    }
    const parcel = this.#parcel;
    this.#parcel = undefined;
    if ("call" in parcel) return parcel.call;
    throw new TypeError(`The arguments cannot travel to the thread: ${parcel.problem}`);
  }
}

function post(news: News): void {
  parentPort!.postMessage(ours(news));
}

/** A timer that a task has left behind must not keep the thread; the threads that it has started may. */
async function leave(): Promise<void> {
  await nothingHeld();
  process.exit();
}

/** Tells what has come out, or that it cannot travel. */
function tell(outcome: Outcome, newsOf: (outcome: Outcome) => News): void {
  try {
    post(newsOf(outcome));
  } catch (problem) {
    const what = "error" in outcome ? `The error ${messageOf(outcome.error)}` : "The result";
    const message = `${what} cannot travel from the thread: ${messageOf(problem)}`;
    post(newsOf({ error: new TypeError(message) }));
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
