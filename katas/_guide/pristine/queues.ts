// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your queues. Edit this file and no other; the lesson is katas/queues/README.md.
 *
 * @module
 */

/** A get gave up, for there was no item. Python's `queue.Empty`. */
export class QueueEmpty extends Error {
  /** `QueueEmpty`. */
  override name = "QueueEmpty";
}

/** A put gave up, for there was no free slot. Python's `queue.Full`. */
export class QueueFull extends Error {
  /** `QueueFull`. */
  override name = "QueueFull";
}

/** The queue was shut down. Python's `queue.ShutDown`. */
export class QueueShutDown extends Error {
  /** `QueueShutDown`. */
  override name = "QueueShutDown";
}

/** How large a queue may grow. */
export interface QueueOptions {
  /** How many items it holds at most; as many as there are if 0 or less. 0 unless given. */
  maxsize?: number;
}

/** How a priority queue is made. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /** Tells two items apart as for `Array.sort`: less than 0 if the first one is to leave first. */
  compare: (a: T, b: T) => number;
}

/** How long a put or a get waits. */
export interface QueueWaitOptions {
  /** How many milliseconds at most; 0 is not at all. For ever unless given. */
  timeout?: number;
  /** Ends the wait when it is aborted. */
  signal?: AbortSignal;
}

/** How a queue is shut down. */
export interface QueueShutdownOptions {
  /** Whether to drop what is still in the queue. `false` unless given. */
  immediate?: boolean;
}

/**
 * Where a queue keeps its items: it decides in which order they leave, and the queue does all the
 * waiting. A method that throws must leave the store as it was.
 */
export interface QueueStore<T> {
  /** How many items are in it. */
  readonly size: number;
  /** Puts an item in. */
  add(item: T): void;
  /** Takes the next item out. It is called only if there is one. */
  take(): T;
}

/**
 * A queue between tasks of one thread: first in, first out. A `put` waits while it is full, a `get`
 * while it is empty, and those who wait longest are served first. Python's `queue.Queue`, and its
 * `asyncio.Queue`.
 *
 * @example A producer, a consumer, and the end of the work
 * ```ts
 * import { Queue } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const orders = new Queue<string>({ maxsize: 2 });
 * const served: string[] = [];
 *
 * async function cook() {
 *   for (;;) {
 *     const order = await orders.get();
 *     served.push(order);
 *     orders.taskDone();
 *   }
 * }
 *
 * const cooking = cook().catch((error) => error.name);
 * for (const order of ["soup", "rice", "tea"]) await orders.put(order);
 * await orders.join();
 * assertEquals(served, ["soup", "rice", "tea"]);
 *
 * orders.shutdown();
 * assertEquals(await cooking, "QueueShutDown");
 * ```
 */
export class Queue<T> {
  /** How many items fit in; 0 or less if there is no bound. Python's `Queue.maxsize`. */
  readonly maxsize: number;

  /** Makes an empty queue. Another `store` makes another order. */
  constructor({ maxsize = 0 }: QueueOptions = {}, store?: QueueStore<T>) {
    notYet("new Queue");
  }

  /** How many items are in the queue at this moment. Python's `Queue.qsize`. */
  get size(): number {
    return notYet("Queue.size");
  }

  /** Whether there is no item at this moment. Python's `Queue.empty`. */
  get isEmpty(): boolean {
    return notYet("Queue.isEmpty");
  }

  /** Whether there is no free slot at this moment. Python's `Queue.full`. */
  get isFull(): boolean {
    return notYet("Queue.isFull");
  }

  /**
   * Puts an item in, and waits for a free slot as long as it takes, or as the options say. A put that
   * gave up has put nothing in. The promise resolves when the item is in the queue. Python's
   * `Queue.put`.
   *
   * @throws {QueueFull} If there was no free slot for `timeout` milliseconds.
   * @throws {QueueShutDown} If the queue is shut down, before or meanwhile.
   * @throws {RangeError} If the timeout is negative or not a number.
   * @throws The signal's reason, if it is aborted.
   */
  put(item: T, options?: QueueWaitOptions): Promise<void> {
    return notYet("Queue.put");
  }

  /**
   * Takes the next item out, and waits for one as long as it takes, or as the options say. A get that
   * gave up has taken nothing. Python's `Queue.get`.
   *
   * @throws {QueueEmpty} If there was no item for `timeout` milliseconds.
   * @throws {QueueShutDown} If the queue is shut down and no item is left, before or meanwhile.
   * @throws {RangeError} If the timeout is negative or not a number.
   * @throws The signal's reason, if it is aborted.
   */
  get(options?: QueueWaitOptions): Promise<T> {
    return notYet("Queue.get");
  }

  /**
   * Puts an item in at once. Python's `Queue.put_nowait`.
   *
   * @throws {QueueFull} If there is no free slot.
   * @throws {QueueShutDown} If the queue is shut down.
   */
  putNowait(item: T): void {
    return notYet("Queue.putNowait");
  }

  /**
   * Takes the next item out at once. Python's `Queue.get_nowait`.
   *
   * @throws {QueueEmpty} If there is no item.
   * @throws {QueueShutDown} If the queue is shut down and no item is left.
   */
  getNowait(): T {
    return notYet("Queue.getNowait");
  }

  /**
   * Says that the work on one item is done, mostly after its get. Python's `Queue.task_done`.
   *
   * @throws {RangeError} If it is called more often than items were put in; nothing changes.
   */
  taskDone(): void {
    return notYet("Queue.taskDone");
  }

  /**
   * Waits until `taskDone` was called for every item that was put in. That an item was taken out is
   * not enough. Resolves at once if there is nothing to do. Python's `Queue.join`.
   */
  join(): Promise<void> {
    return notYet("Queue.join");
  }

  /**
   * Ends the queue: from now on every put fails, and those that wait fail as well. What is in the queue
   * can still be taken out; after that every get fails. With `immediate` it is dropped, without asking
   * the store, and counts as done. A queue that was shut down can be shut down again, immediately, and
   * never opens again. Python's `Queue.shutdown`.
   */
  shutdown({ immediate = false }: QueueShutdownOptions = {}): void {
    return notYet("Queue.shutdown");
  }

  /** `Queue(3 of 3 items, 1 put waits)` or `Queue(0 items, 2 gets wait)` or `Queue(1 item, shut down)`. */
  toString(): string {
    return notYet("Queue.toString");
  }
}

/**
 * A queue that hands out the newest item: last in, first out. Python's `queue.LifoQueue`.
 *
 * @example The plate on top
 * ```ts
 * import { LifoQueue } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const plates = new LifoQueue<string>();
 * await plates.put("first");
 * await plates.put("second");
 * assertEquals(await plates.get(), "second");
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  /** Makes an empty queue. */
  constructor(options?: QueueOptions) {
    super();
    notYet("new LifoQueue");
  }
}

/**
 * A queue that hands out the smallest item first, and of equal items the oldest. Each put and get
 * takes a number of comparisons that grows with the logarithm of the size. Python's
 * `queue.PriorityQueue`, which compares the items themselves.
 *
 * An item whose comparison throws, or gives `NaN`, is not put in, and the put fails with that error or
 * with a `TypeError`. A get that fails so takes nothing.
 *
 * @example The most urgent patient
 * ```ts
 * import { PriorityQueue } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const patients = new PriorityQueue<{ name: string; urgency: number }>({
 *   compare: (a, b) => b.urgency - a.urgency,
 * });
 * await patients.put({ name: "Ann", urgency: 1 });
 * await patients.put({ name: "Bob", urgency: 9 });
 * await patients.put({ name: "Cid", urgency: 9 });
 * assertEquals((await patients.get()).name, "Bob");
 * assertEquals((await patients.get()).name, "Cid");
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** Makes an empty queue. */
  constructor(options: PriorityQueueOptions<T>) {
    super();
    notYet("new PriorityQueue");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/queues/README.md`);
}
