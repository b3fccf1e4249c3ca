// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your queues between processes. Edit this file and no other; the lesson is katas/process_queues/README.md.
 *
 * @module
 */
import { QueueEmpty, QueueFull } from "#solutions/queues/queues.ts";
import { arrive, depart, type Departure } from "#solutions/_shared/travelling.ts";

/** The queue is closed here, or the process that serves it has ended. Python's `ValueError`. */
export class QueueClosed extends Error {
  /** `QueueClosed`. */
  override name = "QueueClosed";
}

/** Processes have ended with tasks that they had taken and had not done. Python waits for them for ever. */
export class TasksLost extends Error {
  /** `TasksLost`. */
  override name = "TasksLost";
  /** How many. */
  readonly count: number;

  /** Made by {@linkcode JoinableProcessQueue}. */
  constructor(message: string, count: number) {
    super(message);
    this.count = count;
  }
}

/** How large a queue may grow. */
export interface ProcessQueueOptions {
  /** How many items it holds at most; as many as there are if 0 or less. 0 unless given. */
  maxsize?: number;
}

/** How long to wait. */
export interface ProcessQueueWaitOptions {
  /** How many milliseconds at most; 0 or less is not at all. For ever unless given. */
  timeout?: number;
  /** Ends the wait when it is aborted. */
  signal?: AbortSignal;
}

/**
 * A queue for several processes: first in, first out. Python's `multiprocessing.Queue`.
 *
 * It is served by the process that makes it, and may be an argument of others, who may pass it on.
 * When that process ends, the queue does; it must not be busy for long, because it is what the others
 * wait for. An open queue keeps no program alive.
 *
 * @example A child puts, the parent gets
 * ```ts
 * import { Process, ProcessQueue } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const greet = (queue) => queue.put('hello');";
 * await using queue = new ProcessQueue({ maxsize: 2 });
 * const child = new Process({ module, target: "greet", args: [queue] });
 * child.start();
 * assertEquals(await queue.get(), "hello");
 * await child.join();
 * ```
 */
export class ProcessQueue<Item = unknown> implements AsyncDisposable {
  /** How many items fit in; 0 or less if there is no bound. */
  readonly maxsize: number;

  /** Makes an empty queue, which this process serves. Does not block. */
  constructor({ maxsize = 0 }: ProcessQueueOptions = {}) {
    notYet("new ProcessQueue");
  }

  /** Makes the queue that a process was given. Not for other callers. */
  static async [arrive](ticket: unknown): Promise<ProcessQueue> {
    return notYet("ProcessQueue[arrive]");
  }

  /**
   * Puts a copy of the item in, and waits for a free slot as long as it takes, or as the options say. The
   * copy is made before `put` returns. When the promise is fulfilled, the item is in the queue for
   * everybody. Python's `Queue.put`.
   *
   * @throws {QueueFull} If there is no free slot in time. Nothing is put in then.
   * @throws {DOMException} `DataCloneError`, if the item cannot travel. Nothing is put in then.
   * @throws {QueueClosed} If the queue is closed here, or the process that serves it has ended.
   * @throws {RangeError} If the timeout is not a number.
   * @throws The signal's reason, if it is aborted.
   */
  async put(item: Item, options: ProcessQueueWaitOptions = {}): Promise<void> {
    return notYet("ProcessQueue.put");
  }

  /**
   * Takes the next item out, and waits for one as long as it takes, or as the options say. Nobody gets the
   * same one. A get that gives up takes none, nor does one whose process is killed. Python's `Queue.get`.
   *
   * @throws {QueueEmpty} If there is no item in time.
   * @throws {QueueClosed} If the queue is closed here, or the process that serves it has ended.
   * @throws {RangeError} If the timeout is not a number.
   * @throws The signal's reason, if it is aborted.
   */
  async get(options: ProcessQueueWaitOptions = {}): Promise<Item> {
    return notYet("ProcessQueue.get");
  }

  /** Like {@linkcode ProcessQueue.put} without waiting for a slot. Python's `Queue.put_nowait`. */
  putNowait(item: Item): Promise<void> {
    return notYet("ProcessQueue.putNowait");
  }

  /** Like {@linkcode ProcessQueue.get} without waiting for an item. Python's `Queue.get_nowait`. */
  getNowait(): Promise<Item> {
    return notYet("ProcessQueue.getNowait");
  }

  /** How many items are in the queue at this moment. Python's `Queue.qsize`. */
  async size(): Promise<number> {
    return notYet("ProcessQueue.size");
  }

  /** Whether there is no item at this moment. Python's `Queue.empty`. */
  async isEmpty(): Promise<boolean> {
    return notYet("ProcessQueue.isEmpty");
  }

  /** Whether there is no free slot at this moment. Python's `Queue.full`. */
  async isFull(): Promise<boolean> {
    return notYet("ProcessQueue.isFull");
  }

  /**
   * Closes the queue for this process, or for all if this one serves it. Who waits is told, and what is in
   * a queue that nobody serves is lost. Resolves when what was put is in. Python's `Queue.close`.
   */
  async close(): Promise<void> {
    return notYet("ProcessQueue.close");
  }

  /** Closes the queue, as `await using` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    return notYet("ProcessQueue[Symbol.asyncDispose]");
  }

  /** `ProcessQueue(open, maxsize 2)`. */
  toString(): string {
    return notYet("ProcessQueue.toString");
  }

  /** Says how a process comes to this queue. */
  [depart](): Departure {
    return notYet("ProcessQueue[depart]");
  }
}

/**
 * A queue that also knows when all is done that was put in. Python's `multiprocessing.JoinableQueue`.
 *
 * @example
 * ```ts
 * import { JoinableProcessQueue, Process } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = `data:text/javascript,
 *   export async function cook(orders) {
 *     while (await orders.get() !== "end") await orders.taskDone();
 *     await orders.taskDone();
 *   }`;
 * await using orders = new JoinableProcessQueue();
 * for (const order of ["soup", "rice", "end"]) await orders.put(order);
 * const cook = new Process({ module, target: "cook", args: [orders] });
 * cook.start();
 * await orders.join();
 * assertEquals(await orders.size(), 0);
 * await cook.join();
 * ```
 */
export class JoinableProcessQueue<Item = unknown> extends ProcessQueue<Item> {
  /**
   * Says that an item is done which this process has got. Python's `JoinableQueue.task_done`.
   *
   * @throws {RangeError} If this process has none that is not done.
   * @throws {QueueClosed} If the queue is closed here, or the process that serves it has ended.
   */
  async taskDone(): Promise<void> {
    return notYet("JoinableProcessQueue.taskDone");
  }

  /**
   * Waits until `taskDone` was called for every item that was put in. Python's `JoinableQueue.join`.
   *
   * @throws {TasksLost} If processes have ended with items that they had not done. All others are done
   * then, and these are not counted any more.
   * @throws {QueueClosed} If the queue is closed here, or the process that serves it has ended.
   * @throws {DOMException} `TimeoutError`, if it takes longer.
   * @throws {RangeError} If the timeout is not a number.
   * @throws The signal's reason, if it is aborted.
   */
  async join(options: ProcessQueueWaitOptions = {}): Promise<void> {
    return notYet("JoinableProcessQueue.join");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/process_queues/README.md`);
}
