// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your pools. Edit this file and no other; the lesson is katas/process_pools/README.md.
 *
 * @module
 */

/** A pool was asked for what it cannot do any more, or not yet. Python's `ValueError`. */
export class PoolError extends Error {
  /** `PoolError`. */
  override name = "PoolError";
}

/** A worker has ended in the middle of a task, which failed by that. Python's `BrokenProcessPool`. */
export class WorkerLost extends Error {
  /** `WorkerLost`. */
  override name = "WorkerLost";
  /** How the worker has ended, as in {@linkcode Process.exitCode}. */
  readonly exitCode: number | undefined;

  /** Made by {@linkcode Pool}. */
  constructor(message: string, exitCode: number | undefined) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** How a pool works. */
export interface PoolOptions {
  /** The URL of the module whose exported functions the workers call. */
  module: string | URL;
  /** How many workers there are at most; as many as the machine has cores unless given. */
  processes?: number;
  /** The name of a function of the module that each worker calls, and waits for, before its first task. */
  initializer?: string;
  /** What the initializer is called with. */
  initArgs?: readonly unknown[];
  /** After how many tasks a worker is replaced by a new one; never unless given. */
  maxTasksPerChild?: number;
}

/** What happens when a task is done. */
export interface TaskOptions<T> {
  /** Called with the result, once. What it throws is reported on stderr. */
  callback?: (result: T) => void;
  /** Called with the error, once, if the task fails. What it throws is reported on stderr. */
  errorCallback?: (error: unknown) => void;
}

/** How many items travel to a worker at once. */
export interface ChunkOptions {
  /** As many; chosen by the length of the input, or 1 for {@linkcode Pool.imap}, unless given. */
  chunksize?: number;
}

/** How long to wait for a result. */
export interface ResultOptions {
  /** How many milliseconds to wait at most; for ever unless given. */
  timeout?: number;
}

/**
 * Worker processes that do what they are given. Python's `multiprocessing.Pool`.
 *
 * Workers are started when there is work for them, and are daemons: a pool that is left behind does not keep
 * the program alive. A function is named, as with {@linkcode Process}, and arguments and results travel
 * as structured clones.
 *
 * @example Five cooks
 * ```ts
 * import { Pool } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const cook = (order) => order * 2;";
 * await using cooks = new Pool({ module, processes: 2 });
 * assertEquals(await cooks.map("cook", [1, 2, 3]), [2, 4, 6]);
 * ```
 */
export class Pool implements AsyncDisposable {
  /** How many workers there are at most. */
  readonly processes: number;

  /**
   * Makes a pool. Does not block, and starts nobody yet.
   *
   * @throws {TypeError} If the module is no URL, or the initializer not a name.
   * @throws {RangeError} If `processes` or `maxTasksPerChild` is not an integer from 1 up.
   */
  constructor(options: PoolOptions) {
    notYet("new Pool");
  }

  /**
   * Calls the function once in a worker, and resolves to what it returns. Python's `Pool.apply`.
   *
   * @throws {PoolError} If the pool is closed.
   */
  apply<T>(fn: string, args: readonly unknown[] = []): Promise<T> {
    return notYet("Pool.apply");
  }

  /**
   * Calls the function once in a worker. Does not wait. Callbacks are called in this process, one by one
   * as tasks are done, and before {@linkcode AsyncResult.get} comes back. Python's `Pool.apply_async`.
   *
   * @throws {PoolError} If the pool is closed.
   */
  applyAsync<T>(
    fn: string,
    args: readonly unknown[] = [],
    options: TaskOptions<T> = {},
  ): AsyncResult<T> {
    return notYet("Pool.applyAsync");
  }

  /**
   * Calls the function with each item, and resolves to the results in the order of the items. If calls
   * fail, it rejects with the error of the first of them when all have ended. Python's `Pool.map`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  map<T>(fn: string, items: Iterable<unknown>, options?: ChunkOptions): Promise<T[]> {
    return notYet("Pool.map");
  }

  /**
   * Like {@linkcode Pool.map}, and does not wait. The callback is called once, with all results.
   * Python's `Pool.map_async`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  mapAsync<T>(
    fn: string,
    items: Iterable<unknown>,
    options: ChunkOptions & TaskOptions<T[]> = {},
  ): AsyncResult<T[]> {
    return notYet("Pool.mapAsync");
  }

  /**
   * Like {@linkcode Pool.map}, but each item is the array of arguments of one call. Python's
   * `Pool.starmap`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  starmap<T>(
    fn: string,
    items: Iterable<readonly unknown[]>,
    options?: ChunkOptions,
  ): Promise<T[]> {
    return notYet("Pool.starmap");
  }

  /**
   * Like {@linkcode Pool.starmap}, and does not wait. Python's `Pool.starmap_async`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  starmapAsync<T>(
    fn: string,
    items: Iterable<readonly unknown[]>,
    options: ChunkOptions & TaskOptions<T[]> = {},
  ): AsyncResult<T[]> {
    return notYet("Pool.starmapAsync");
  }

  /**
   * Calls the function with each item, and iterates over the results in the order of the items, as soon as
   * they are there. It reads on in the items only as far as its results are taken, so they may be
   * endless. Where a call has failed the iterator throws, and goes on after that. Python's `Pool.imap`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  imap<T>(
    fn: string,
    items: Iterable<unknown>,
    { chunksize = 1 }: ChunkOptions = {},
  ): ResultIterator<T> {
    return notYet("Pool.imap");
  }

  /**
   * Like {@linkcode Pool.imap}, with the results in the order in which they are done. Python's
   * `Pool.imap_unordered`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  imapUnordered<T>(
    fn: string,
    items: Iterable<unknown>,
    { chunksize = 1 }: ChunkOptions = {},
  ): ResultIterator<T> {
    return notYet("Pool.imapUnordered");
  }

  /**
   * Takes no more tasks. Those that it has are done, and then the workers end. Does not wait. Python's
   * `Pool.close`.
   */
  close(): void {
    return notYet("Pool.close");
  }

  /**
   * Waits until all tasks are done and all workers have ended. Python's `Pool.join`.
   *
   * @throws {PoolError} If the pool is neither closed nor terminated: it would never end.
   */
  async join(): Promise<void> {
    return notYet("Pool.join");
  }

  /**
   * Ends the workers at once, in the middle of what they do. All tasks that are not done fail with a
   * {@linkcode PoolError}. Does not wait. Python's `Pool.terminate`.
   */
  terminate(): void {
    return notYet("Pool.terminate");
  }

  /** Terminates the pool and waits for its end, as `await using` does. Python's `with Pool()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    return notYet("Pool[Symbol.asyncDispose]");
  }

  /** `Pool(open, 2 of 4 workers busy, 7 tasks waiting)`. */
  toString(): string {
    return notYet("Pool.toString");
  }
}

/** What {@linkcode Pool.applyAsync} and {@linkcode Pool.mapAsync} give at once: a result to come. */
export class AsyncResult<T> {
  /** Made by {@linkcode Pool}. */
  constructor(result: Promise<T>, { callback, errorCallback }: TaskOptions<T> = {}) {
    notYet("new AsyncResult");
  }

  /**
   * Waits for the result. Rejects with the error of a task that has failed. Python's `AsyncResult.get`.
   *
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The task goes on.
   */
  async get({ timeout }: ResultOptions = {}): Promise<T> {
    return notYet("AsyncResult.get");
  }

  /**
   * Waits until there is a result or an error, and says whether there is. Python's `AsyncResult.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  async wait({ timeout }: ResultOptions = {}): Promise<boolean> {
    return notYet("AsyncResult.wait");
  }

  /** Whether the task is done, well or not. Python's `AsyncResult.ready()`. */
  get ready(): boolean {
    return notYet("AsyncResult.ready");
  }

  /**
   * Whether the task is done without an error. Python's `AsyncResult.successful()`.
   *
   * @throws {PoolError} If it is not done.
   */
  get successful(): boolean {
    return notYet("AsyncResult.successful");
  }
}

/** Iterates over results as they come. Its `next` takes a timeout too. */
export class ResultIterator<T> implements AsyncIterableIterator<T, undefined> {
  /** Made by {@linkcode Pool}. */
  constructor(stream: object) {
    notYet("new ResultIterator");
  }

  /**
   * Waits for the next result. Where a call has failed it rejects with the error, and the one after that
   * comes next. Python's `IMapIterator.next`.
   *
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The result is not lost.
   */
  async next({ timeout }: ResultOptions = {}): Promise<IteratorResult<T, undefined>> {
    return notYet("ResultIterator.next");
  }

  /** Ends the iteration: no more items are read, and calls that no worker has begun are not made. */
  return(): Promise<IteratorResult<T, undefined>> {
    return notYet("ResultIterator.return");
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return notYet("ResultIterator[Symbol.asyncIterator]");
  }
}

/** What each worker of a {@linkcode Pool} does with its life. Not for other callers. */
export async function servePool(
  module: string,
  initializer?: string,
  initArgs: readonly unknown[] = [],
): Promise<void> {
  return notYet("servePool");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/process_pools/README.md`);
}
