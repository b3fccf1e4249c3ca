/**
 * Pools of processes with the meaning of Python's `multiprocessing.Pool`, and without its two traps: a
 * callback that throws stops nothing, and a task whose worker was killed fails instead of never ending.
 *
 * Workers pull: each has one task at a time, and the next one goes to whoever is free. So a slow task
 * holds up nobody but its own worker.
 *
 * @module
 */
import {
  currentProcess,
  parentProcess,
  Process,
  ProcessError,
} from "#solutions/processes/processes.ts";
import { encode } from "#solutions/_shared/encoding.ts";
import { errorOf, type Failure, failureOf } from "#solutions/_shared/failures.ts";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import { messageOf, moduleUrl, report } from "#solutions/_shared/work.ts";

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

/** What a call has returned, or that it has failed: thousands of wrapped values take longer than calls. */
type Outcome = unknown | Failed;

class Failed {
  constructor(readonly failure: Failure) {}
}

/** What a worker does with each input: it calls the function, with the input or with what is in it. */
interface Work {
  fn: string;
  isSpread: boolean;
}

/** What travels to a worker: one or more calls of a function. */
interface Order extends Work {
  inputs: readonly unknown[];
}

/** What a worker sends back: a value for each call, which is null for those that have failed. */
interface Reply {
  values: unknown[];
  failures: [at: number, failure: Failure][];
}

/** What a worker says before it begins with an order. */
const begun = "begun";

interface Task extends Order {
  settle: (outcomes: Outcome[]) => void;
  /** The call of `map` or `imap` that it is a part of. */
  stream?: Stream;
}

type State = "open" | "closed" | "terminated";

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
  readonly #options: PoolOptions;
  readonly #waiting: Task[] = [];
  readonly #idle: PoolWorker[] = [];
  readonly #busy = new Set<PoolWorker>();
  readonly #streams = new Set<Stream>();
  readonly #ended = Promise.withResolvers<void>();
  #state: State = "open";

  /**
   * Makes a pool. Does not block, and starts nobody yet.
   *
   * @throws {TypeError} If the module is no URL, or the initializer not a name.
   * @throws {RangeError} If `processes` or `maxTasksPerChild` is not an integer from 1 up.
   */
  constructor(options: PoolOptions) {
    const { processes = navigator.hardwareConcurrency, initializer } = options;
    const module = moduleUrl("pool", String(options.module))!;
    if (initializer !== undefined) requireName("initializer", initializer);
    requireCount("processes", processes);
    requireCount("maxTasksPerChild", options.maxTasksPerChild ?? 1);
    this.processes = processes;
    this.#options = { ...options, module };
    // structuredClone drops private fields. Without a field that it refuses it would copy a shell.
    Object.defineProperty(this, "refusesToTravel", { value: () => {}, enumerable: true });
  }

  /**
   * Calls the function once in a worker, and resolves to what it returns. Python's `Pool.apply`.
   *
   * @throws {PoolError} If the pool is closed.
   */
  apply<T>(fn: string, args: readonly unknown[] = []): Promise<T> {
    return this.applyAsync<T>(fn, args).get();
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
    this.#requireOpen();
    requireName("fn", fn);
    const outcome = Promise.withResolvers<Outcome>();
    const settle = ([first]: Outcome[]) => outcome.resolve(first);
    this.#submit({ fn, isSpread: true, inputs: [args], settle });
    return new AsyncResult(outcome.promise.then(valueOf) as Promise<T>, options);
  }

  /**
   * Calls the function with each item, and resolves to the results in the order of the items. If calls
   * fail, it rejects with the error of the first of them when all have ended. Python's `Pool.map`.
   *
   * @throws {PoolError} If the pool is closed.
   * @throws {RangeError} If the chunksize is not an integer from 1 up.
   */
  map<T>(fn: string, items: Iterable<unknown>, options?: ChunkOptions): Promise<T[]> {
    return this.mapAsync<T>(fn, items, options).get();
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
    return this.#mapAll({ fn, isSpread: false }, items, options);
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
    return this.starmapAsync<T>(fn, items, options).get();
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
    return this.#mapAll({ fn, isSpread: true }, items, options);
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
    return new ResultIterator(this.#stream({ fn, isSpread: false }, items, chunksize, true));
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
    return new ResultIterator(this.#stream({ fn, isSpread: false }, items, chunksize, false));
  }

  /**
   * Takes no more tasks. Those that it has are done, and then the workers end. Does not wait. Python's
   * `Pool.close`.
   */
  close(): void {
    if (this.#state === "open") this.#state = "closed";
    for (const stream of this.#streams) stream.fill();
    this.#endIfDone();
  }

  /**
   * Waits until all tasks are done and all workers have ended. Python's `Pool.join`.
   *
   * @throws {PoolError} If the pool is neither closed nor terminated: it would never end.
   */
  async join(): Promise<void> {
    if (this.#state === "open") {
      throw new PoolError("Cannot join a pool that is open: close or terminate it first");
    }
    await this.#ended.promise;
  }

  /**
   * Ends the workers at once, in the middle of what they do. All tasks that are not done fail with a
   * {@linkcode PoolError}. Does not wait. Python's `Pool.terminate`.
   */
  terminate(): void {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    for (const stream of [...this.#streams]) {
      stream.cancel(new PoolError("The pool was terminated"));
    }
    for (const task of this.#waiting.splice(0)) task.settle(terminated(task));
    for (const worker of [...this.#busy, ...this.#idle]) worker.kill();
    this.#endIfDone();
  }

  /** Terminates the pool and waits for its end, as `await using` does. Python's `with Pool()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate();
    await this.join();
  }

  /** `Pool(open, 2 of 4 workers busy, 7 tasks waiting)`. */
  toString(): string {
    return `Pool(${this.#state}, ${this.#busy.size} of ${this.processes} workers busy, ` +
      `${this.#waiting.length} tasks waiting)`;
  }

  #requireOpen(): void {
    if (this.#state !== "open") {
      throw new PoolError(`Cannot give work to a pool that is ${this.#state}`);
    }
  }

  #mapAll<T>(
    work: Work,
    items: Iterable<unknown>,
    options: ChunkOptions & TaskOptions<T[]>,
  ): AsyncResult<T[]> {
    const length = (items as { length?: number }).length ?? (items as { size?: number }).size ?? 0;
    // Four chunks for each worker: few messages, and still something to hand out when one is slow.
    const { chunksize = Math.max(1, Math.ceil(length / (4 * this.processes))) } = options;
    const stream = this.#stream(work, items, chunksize, false);
    return new AsyncResult(collect(stream) as Promise<T[]>, options);
  }

  #stream(work: Work, items: Iterable<unknown>, chunksize: number, ordered: boolean): Stream {
    this.#requireOpen();
    requireName("fn", work.fn);
    requireCount("chunksize", chunksize);
    const stream: Stream = new Stream({
      chunks: chunksOf(items, chunksize),
      ordered,
      submit: (inputs, settle) => this.#submit({ ...work, inputs, settle, stream }),
      withdraw: () => this.#withdraw(stream),
      // Enough that no worker has to wait for the parent, and few enough to keep in memory.
      most: 2 * this.processes,
      // When the pool is closed, nobody may come any more to take results.
      waitsForTakers: () => this.#state === "open",
      done: () => {
        this.#streams.delete(stream);
        this.#endIfDone();
      },
    });
    this.#streams.add(stream);
    stream.fill();
    return stream;
  }

  #submit(task: Task): void {
    this.#waiting.push(task);
    this.#dispatch();
  }

  /** Takes back what no worker has begun. */
  #withdraw(stream: Stream): void {
    const kept = this.#waiting.filter((task) => task.stream !== stream);
    const withdrawn = this.#waiting.filter((task) => task.stream === stream);
    this.#waiting.splice(0, Infinity, ...kept);
    for (const task of withdrawn) task.settle([]);
  }

  /** Hands waiting tasks to workers that are free, or that can still be started. */
  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const isFull = this.#busy.size + this.#idle.length >= this.processes;
      const idle = this.#idle.pop();
      if (!idle && isFull) return;
      const worker = idle ?? new PoolWorker(this.#options);
      this.#busy.add(worker);
      void this.#work(worker, this.#waiting.shift()!);
    }
  }

  async #work(worker: PoolWorker, task: Task): Promise<void> {
    let outcomes: Outcome[];
    try {
      const { fn, isSpread, inputs } = task;
      outcomes = await worker.do({ fn, isSpread, inputs });
    } catch (error) {
      if (error === notBegun && this.#state !== "terminated") {
        this.#waiting.unshift(task);
        return await this.#retire(worker);
      }
      outcomes = task.inputs.map(() => new Failed({ error }));
    }
    task.settle(this.#state === "terminated" ? terminated(task) : outcomes);
    if (worker.isSpent) return await this.#retire(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    this.#dispatch();
    this.#endIfDone();
  }

  /** A worker counts as busy until it has ended, so that there are never more processes than allowed. */
  async #retire(worker: PoolWorker): Promise<void> {
    this.#busy.add(worker);
    await worker.end();
    this.#busy.delete(worker);
    this.#dispatch();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#state === "open" || this.#waiting.length > 0 || this.#streams.size > 0) return;
    for (const worker of this.#idle.splice(0)) void this.#retire(worker);
    if (this.#busy.size === 0) this.#ended.resolve();
  }
}

/** What {@linkcode Pool.applyAsync} and {@linkcode Pool.mapAsync} give at once: a result to come. */
export class AsyncResult<T> {
  readonly #result: Promise<T>;
  #state: "pending" | "succeeded" | "failed" = "pending";

  /** Made by {@linkcode Pool}. */
  constructor(result: Promise<T>, { callback, errorCallback }: TaskOptions<T> = {}) {
    this.#result = result.then((value) => {
      void callSafely(() => callback?.(value));
      this.#state = "succeeded";
      return value;
    }, (error) => {
      void callSafely(() => errorCallback?.(error));
      this.#state = "failed";
      throw error;
    });
    // Whoever wants to know of the error calls get, or gives an errorCallback.
    this.#result.catch(() => {});
  }

  /**
   * Waits for the result. Rejects with the error of a task that has failed. Python's `AsyncResult.get`.
   *
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The task goes on.
   */
  async get({ timeout }: ResultOptions = {}): Promise<T> {
    return await within(this.#result, timeout);
  }

  /**
   * Waits until there is a result or an error, and says whether there is. Python's `AsyncResult.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  async wait({ timeout }: ResultOptions = {}): Promise<boolean> {
    return await settlesInTime(this.#result, timeout);
  }

  /** Whether the task is done, well or not. Python's `AsyncResult.ready()`. */
  get ready(): boolean {
    return this.#state !== "pending";
  }

  /**
   * Whether the task is done without an error. Python's `AsyncResult.successful()`.
   *
   * @throws {PoolError} If it is not done.
   */
  get successful(): boolean {
    if (this.#state === "pending") throw new PoolError("Cannot tell: the task is not done yet");
    return this.#state === "succeeded";
  }
}

/** Iterates over results as they come. Its `next` takes a timeout too. */
export class ResultIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #stream: Stream;
  #outcomes: Outcome[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #filling?: Promise<void>;
  #isReturned = false;

  /** Made by {@linkcode Pool}. */
  constructor(stream: object) {
    this.#stream = stream as Stream;
  }

  /**
   * Waits for the next result. Where a call has failed it rejects with the error, and the one after that
   * comes next. Python's `IMapIterator.next`.
   *
   * @throws {DOMException} `TimeoutError`, if it takes longer than the timeout. The result is not lost.
   */
  async next({ timeout }: ResultOptions = {}): Promise<IteratorResult<T, undefined>> {
    // Calls that do not wait for each other get their results one after the other.
    const turn = this.#turn.then(() => within(this.#fill(), timeout));
    this.#turn = turn.catch(() => {});
    await turn;
    if (this.#isReturned || this.#outcomes.length === 0) return { done: true, value: undefined };
    return { done: false, value: valueOf(this.#outcomes.shift()) as T };
  }

  /** Ends the iteration: no more items are read, and calls that no worker has begun are not made. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#isReturned = true;
    this.#stream.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gets the next chunk. A caller that gave up has begun with it: the next one waits for the same. */
  #fill(): Promise<void> {
    return this.#filling ??= this.#takeChunk().finally(() => this.#filling = undefined);
  }

  async #takeChunk(): Promise<void> {
    if (this.#outcomes.length > 0 || this.#isReturned) return;
    await this.#stream.ready();
    this.#outcomes = this.#stream.take()?.outcomes ?? [];
  }
}

/** What each worker of a {@linkcode Pool} does with its life. Not for other callers. */
export async function servePool(
  module: string,
  initializer?: string,
  initArgs: readonly unknown[] = [],
): Promise<void> {
  const parent = parentProcess()!;
  let exports: Record<string, unknown> = {};
  const ready: Reply = { values: [], failures: [] };
  try {
    exports = await import(module);
    if (initializer) await find(exports, initializer, module)(...initArgs);
  } catch (error) {
    fail(ready, error);
  }
  send(ready);
  for (;;) {
    const order = await parent.receive() as Order | "end";
    // A timer that a task has left behind must not keep the process.
    if (order === "end") Deno.exit();
    parent.send(begun);
    const reply: Reply = { values: [], failures: [] };
    for (const input of order.inputs) {
      try {
        const args = order.isSpread ? input as unknown[] : [input];
        const value = find(exports, order.fn, module)(...args);
        // Thousands of turns for calls that are not async would take longer than the calls.
        reply.values.push(isThenable(value) ? await value : value);
      } catch (error) {
        fail(reply, error);
      }
    }
    send(reply);
  }
}

/** What a worker that has died while it was idle fails with: another one can do the task. */
const notBegun = Symbol("not begun");

/** A process of the pool, as the pool sees it. */
class PoolWorker {
  readonly #process: Process;
  #tasksLeft: number;
  #hasWorked = false;

  constructor({ module, initializer, initArgs, maxTasksPerChild = Infinity }: PoolOptions) {
    this.#tasksLeft = maxTasksPerChild;
    this.#process = new Process({
      module: import.meta.url,
      target: "servePool",
      args: [module, initializer, initArgs],
      daemon: true,
    });
  }

  /** Whether it takes no further task. */
  get isSpent(): boolean {
    return this.#tasksLeft <= 0;
  }

  async do(order: Order): Promise<Outcome[]> {
    this.#tasksLeft--;
    if (this.#process.pid === undefined) await this.#start();
    await this.#give(order);
    this.#hasWorked = true;
    return await this.#receive();
  }

  kill(): void {
    if (this.#process.isAlive) this.#process.kill();
  }

  async end(): Promise<void> {
    if (this.#process.pid === undefined) return;
    if (this.#process.isAlive) this.#process.send("end");
    await this.#process.join();
  }

  /**
   * Hands the order over, and waits until the worker begins with it. One that has worked before can have
   * died of what that has left behind; one that was started for this order is not tried again.
   */
  async #give(order: Order): Promise<void> {
    try {
      this.#process.send(order);
      await this.#process.receive();
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
      if (!this.#hasWorked) return await this.#lost();
      this.#tasksLeft = 0;
      throw notBegun;
    }
  }

  /** Starts the process. Fails with the error of its module or its initializer, and is spent then. */
  async #start(): Promise<void> {
    try {
      this.#process.start();
      (await this.#receive()).forEach(valueOf);
    } catch (error) {
      this.#tasksLeft = 0;
      throw error;
    }
  }

  async #receive(): Promise<Outcome[]> {
    let reply: Reply;
    try {
      reply = await this.#process.receive() as Reply;
    } catch {
      return await this.#lost();
    }
    for (const [at, failure] of reply.failures) reply.values[at] = new Failed(failure);
    return reply.values;
  }

  async #lost(): Promise<never> {
    this.#tasksLeft = 0;
    await this.#process.join();
    const { exitCode, pid } = this.#process;
    throw new WorkerLost(`Worker ${pid} ended with exit code ${exitCode} during a task`, exitCode);
  }
}

interface StreamOptions {
  chunks: Iterator<readonly unknown[]>;
  ordered: boolean;
  submit: (inputs: Order["inputs"], settle: Task["settle"]) => void;
  withdraw: () => void;
  most: number;
  waitsForTakers: () => boolean;
  done: () => void;
}

/** Turns chunks of inputs into chunks of outcomes, a few at a time. */
class Stream {
  readonly #options: StreamOptions;
  readonly #finished = new Map<number, Outcome[]>();
  #issued = 0;
  #settled = 0;
  #taken = 0;
  #isReading = false;
  #isExhausted = false;
  #failure?: { error: unknown };
  #change = Promise.withResolvers<void>();

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Submits chunks as long as there is room. */
  fill(): void {
    const { submit, most, waitsForTakers } = this.#options;
    const left = () => this.#issued - (waitsForTakers() ? this.#taken : this.#settled);
    while (!this.#isReading && !this.#isExhausted && left() < most) {
      const inputs = this.#read();
      if (!inputs) break;
      const at = this.#issued++;
      submit(inputs, (outcomes) => {
        this.#finished.set(at, outcomes);
        this.#settled++;
        this.fill();
      });
    }
    this.#notify();
  }

  /** Waits until something can be taken, or nothing will come any more. */
  async ready(): Promise<void> {
    while (this.#next() === undefined && !this.#isOver) await this.#change.promise;
    if (this.#next() !== undefined || !this.#failure) return;
    const { error } = this.#failure;
    this.#failure = undefined;
    throw error;
  }

  take(): { at: number; outcomes: Outcome[] } | undefined {
    const at = this.#next();
    if (at === undefined) return undefined;
    const outcomes = this.#finished.get(at)!;
    this.#finished.delete(at);
    this.#taken++;
    this.fill();
    return { at, outcomes };
  }

  /** Reads no further, and takes back what was submitted. */
  cancel(error?: unknown): void {
    if (error) this.#failure = { error };
    this.#isExhausted = true;
    this.#endReading();
    this.#options.withdraw();
    this.#notify();
  }

  get #isOver(): boolean {
    return this.#isExhausted && this.#issued === this.#taken;
  }

  #next(): number | undefined {
    if (!this.#options.ordered) return this.#finished.keys().next().value;
    return this.#finished.has(this.#taken) ? this.#taken : undefined;
  }

  /** The next chunk. To read can mean to run a generator, which may close the pool or call it. */
  #read(): Order["inputs"] | undefined {
    this.#isReading = true;
    try {
      const { done, value } = this.#options.chunks.next();
      if (!done && !this.#isExhausted) return value;
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#isReading = false;
    }
    this.#isExhausted = true;
    this.#endReading();
    return undefined;
  }

  /** Lets the items know that nobody reads on: a generator runs its `finally` blocks. */
  #endReading(): void {
    if (!this.#isReading) void callSafely(() => this.#options.chunks.return?.());
  }

  #notify(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
    if (this.#isExhausted && this.#issued === this.#settled) this.#options.done();
  }
}

/** All results in order, or the first error when all have ended. */
async function collect(stream: Stream): Promise<unknown[]> {
  const chunks: Outcome[][] = [];
  for (;;) {
    await stream.ready();
    const chunk = stream.take();
    if (!chunk) return chunks.flat().map(valueOf);
    chunks[chunk.at] = chunk.outcomes;
  }
}

/** Lists of so many items. Those before an error make one too. */
function* chunksOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  try {
    for (const item of items) {
      if (chunk.push(item) < size) continue;
      const full = chunk;
      chunk = [];
      yield full;
    }
  } catch (error) {
    if (chunk.length > 0) yield chunk;
    throw error;
  }
  if (chunk.length > 0) yield chunk;
}

function isThenable(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}

function valueOf(outcome: Outcome): unknown {
  if (!(outcome instanceof Failed)) return outcome;
  throw errorOf(outcome.failure);
}

/** Adds a call that has failed. */
function fail({ values, failures }: Reply, error: unknown): void {
  failures.push([values.push(null) - 1, failureOf(error)]);
}

/** Sends the reply, and in place of what cannot travel an error that says so. */
function send(reply: Reply): void {
  const parent = parentProcess()!;
  try {
    parent.send(reply);
  } catch {
    parent.send(travelling(reply));
  }
}

function travelling({ values, failures }: Reply): Reply {
  const failed = new Map(failures);
  values.forEach((value, at) => {
    const failure = failed.get(at);
    try {
      encode(failure ?? value);
    } catch (error) {
      const { message } = error as Error;
      const what = failure ? `The error ${messageOf(failure.error)}` : "The result";
      failed.set(at, { error: new TypeError(`${what} cannot travel from the worker: ${message}`) });
      values[at] = null;
    }
  });
  return { values, failures: [...failed] };
}

type Callable = (...args: readonly unknown[]) => unknown;

function find(exports: Record<string, unknown>, name: string, module: string): Callable {
  const value = exports[name];
  if (typeof value === "function") return value as Callable;
  throw new PoolError(`'${name}' must be a function that ${module} exports`);
}

function terminated({ inputs }: Task): Outcome[] {
  return inputs.map(() => new Failed({ error: new PoolError("The pool was terminated") }));
}

/** Calls it at once. What it throws, or its promise if it is async, is reported. */
async function callSafely(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    report(`a callback of process ${currentProcess().name}`, error);
  }
}

/** What the promise becomes, if that is in time. */
async function within<T>(promise: Promise<T>, timeout?: number): Promise<T> {
  if (await settlesInTime(promise, timeout)) return await promise;
  throw new DOMException(`No result within ${timeout} milliseconds`, "TimeoutError");
}

/** Whether the promise is fulfilled or rejected within so many milliseconds. */
async function settlesInTime(promise: Promise<unknown>, timeout = Infinity): Promise<boolean> {
  requireTimeout("wait", timeout);
  return await settlesWithin(promise.then(() => {}, () => {}), timeout);
}

function requireCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`Cannot use ${value} as '${name}': it must be an integer from 1 up`);
}

function requireName(what: string, name: unknown): void {
  if (typeof name === "string") return;
  throw new TypeError(
    `Cannot call '${what}' in another process: give the name of an exported function, not ` +
      messageOf(name),
  );
}
