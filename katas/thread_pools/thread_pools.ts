// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your thread pools. Edit this file and no other; the lesson is katas/thread_pools/README.md.
 *
 * @module
 */

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
  /** Whether it was cancelled. Python's `Future.cancelled()`. */
  get cancelled(): boolean {
    return notYet("Future.cancelled");
  }

  /** Whether a worker has taken the task and is not done. Python's `Future.running()`. */
  get running(): boolean {
    return notYet("Future.running");
  }

  /** Whether it was cancelled or is finished. Python's `Future.done()`. */
  get done(): boolean {
    return notYet("Future.done");
  }

  /**
   * Cancels the task if no worker has taken it. Does not block. Returns whether it is cancelled, now or
   * before. Python's `Future.cancel`.
   */
  cancel(): boolean {
    return notYet("Future.cancel");
  }

  /**
   * Waits for the result. Rejects with the error of a task that has failed. Python's `Future.result`.
   *
   * @throws {CancelledError} If it is cancelled, before or meanwhile.
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The task goes on.
   * @throws {RangeError} If the timeout is not a number.
   */
  async result(options?: FutureWaitOptions): Promise<T> {
    return notYet("Future.result");
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
    return notYet("Future.exception");
  }

  /**
   * Calls the function with this future when it is done, however it ends, and at once if it is done
   * already. Functions are called in the order in which they were added, and before anybody who waits
   * comes back. What one of them throws is reported on stderr. Python's `Future.add_done_callback`.
   */
  addDoneCallback(fn: (future: Future<T>) => void): void {
    return notYet("Future.addDoneCallback");
  }

  /**
   * Says that a worker takes the task. Returns whether it may: not if the future was cancelled. Python's
   * `Future.set_running_or_notify_cancel`.
   *
   * @throws {InvalidStateError} If it is running or finished.
   */
  setRunning(): boolean {
    return notYet("Future.setRunning");
  }

  /**
   * Says what the result is. Python's `Future.set_result`.
   *
   * @throws {InvalidStateError} If it is done; nothing changes.
   */
  setResult(value: T): void {
    return notYet("Future.setResult");
  }

  /**
   * Says that the task has failed. Anything can be thrown. Python's `Future.set_exception`.
   *
   * @throws {InvalidStateError} If it is done; nothing changes.
   */
  setException(error: unknown): void {
    return notYet("Future.setException");
  }

  /** `Future(pending)`, and after an end `Future(finished, returned)` or `Future(finished, raised)`. */
  toString(): string {
    return notYet("Future.toString");
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
  return notYet("waitFor");
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
  return notYet("asCompleted");
}

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

  /**
   * Makes a pool. Does not block, and starts nobody yet.
   *
   * @throws {TypeError} If the module is no URL, or the initializer not a name.
   * @throws {RangeError} If `workers` is not an integer from 1 up.
   */
  constructor(options: ThreadPoolOptions) {
    notYet("new ThreadPool");
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
    return notYet("ThreadPool.submit");
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
    return notYet("ThreadPool.map");
  }

  /**
   * Takes no more tasks. Those that it has are done, but for those that `cancelFutures` cancels, and then
   * the workers end. May be called again. Python's `Executor.shutdown`.
   */
  async shutdown({ wait = true, cancelFutures = false }: PoolShutdownOptions = {}): Promise<void> {
    return notYet("ThreadPool.shutdown");
  }

  /** Shuts the pool down and waits for its end, as `await using` does. Python's `with` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    return notYet("ThreadPool[Symbol.asyncDispose]");
  }

  /** `ThreadPool(open, 2 of 4 threads busy, 7 tasks waiting)`. */
  toString(): string {
    return notYet("ThreadPool.toString");
  }
}

/** What each worker of a {@linkcode ThreadPool} does with its life. Not for other callers. */
export async function serveThreadPool(): Promise<void> {
  return notYet("serveThreadPool");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/thread_pools/README.md`);
}
