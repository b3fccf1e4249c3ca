// deno-lint-ignore-file no-unused-vars require-await -- the bodies are yours to write
/**
 * Your shared queue. Edit this file and no other; the lesson is katas/shared_queues/README.md.
 *
 * @module
 */
import type { QueueShutdownOptions, QueueWaitOptions } from "#solutions/queues/queues.ts";

/** How large a shared queue may grow. */
export interface SharedQueueOptions {
  /** How many items it holds at most; as many as there is memory for if 0 or less. 0 unless given. */
  maxsize?: number;
  /** How many bytes of memory its items share. 65,536 unless given. */
  bytes?: number;
}

/** How long a thread waits for a shared queue. */
export interface SharedQueueWaitOptions {
  /** How many milliseconds at most; 0 is not at all. For ever unless given. */
  timeout?: number;
}

/**
 * A queue between threads, first in, first out, for any number of writers and readers. A `put` blocks its
 * thread while the queue is full, a `get` while it is empty. Python's `queue.Queue`. Items are structured
 * clones, so that a reader gets a copy; small whole numbers travel fastest. Prefer
 * {@linkcode Queue}, which does not block, between tasks of one thread.
 *
 * @example A conveyor belt
 * ```ts
 * import { QueueShutDown, SharedQueue } from "@concurrency/katas";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const belt = new SharedQueue<string>({ maxsize: 2 });
 * const sameBelt = SharedQueue.attach<string>(belt.buffer); // in a Worker that was sent the buffer
 * belt.put("dumplings");
 * belt.put("noodles");
 * assertEquals(sameBelt.isFull, true);
 * assertEquals(sameBelt.get(), "dumplings");
 * belt.shutdown();
 * assertEquals(sameBelt.get(), "noodles");
 * assertThrows(() => sameBelt.get(), QueueShutDown);
 * ```
 */
export class SharedQueue<T> {
  /** The shared memory of the queue: what other threads need to see the same one. */
  readonly buffer: SharedArrayBuffer;

  /** How many items it holds at most; 0 if only its memory bounds it. */
  readonly maxsize: number;

  /**
   * Makes a new queue, which is empty. `buffer` is for {@linkcode SharedQueue.attach}.
   *
   * @throws {RangeError} If `maxsize` is not an integer, or `bytes` not one from 8 to 1,073,741,824.
   */
  constructor(options?: SharedQueueOptions, buffer?: SharedArrayBuffer) {
    notYet("new SharedQueue");
  }

  /**
   * The queue that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a SharedQueue.
   */
  static attach<T>(buffer: SharedArrayBuffer): SharedQueue<T> {
    return notYet("SharedQueue.attach");
  }

  /** How many items are in it at this moment. Python's `Queue.qsize`. */
  get size(): number {
    return notYet("SharedQueue.size");
  }

  /** Whether no item is in it at this moment. Python's `Queue.empty`. */
  get isEmpty(): boolean {
    return notYet("SharedQueue.isEmpty");
  }

  /** Whether it holds `maxsize` items at this moment; never without a `maxsize`. Python's `Queue.full`. */
  get isFull(): boolean {
    return notYet("SharedQueue.isFull");
  }

  /**
   * Puts a copy of the item in, and blocks the thread until there is a free slot and memory for it. A put
   * that throws has put nothing in. Python's `Queue.put`.
   *
   * @throws {QueueFull} If there was no room for `timeout` milliseconds.
   * @throws {QueueShutDown} If the queue is shut down, before or meanwhile.
   * @throws {RangeError} If the timeout is negative or not a number, or the item larger than the memory.
   * @throws {DOMException} `DataCloneError`, if the item cannot travel.
   */
  put(item: T, { timeout = Infinity }: SharedQueueWaitOptions = {}): void {
    return notYet("SharedQueue.put");
  }

  /**
   * Takes the next item out, and blocks the thread until there is one. A get that throws has taken
   * nothing. Python's `Queue.get`.
   *
   * @throws {QueueEmpty} If there was no item for `timeout` milliseconds.
   * @throws {QueueShutDown} If the queue is shut down and no item is left, before or meanwhile.
   * @throws {RangeError} If the timeout is negative or not a number.
   */
  get({ timeout = Infinity }: SharedQueueWaitOptions = {}): T {
    return notYet("SharedQueue.get");
  }

  /**
   * Takes the next item out, and waits for one on the event loop, which goes on meanwhile: for the main
   * thread, which has other things to do. The program stays alive while it waits.
   *
   * @throws {QueueEmpty} If there was no item for `timeout` milliseconds.
   * @throws {QueueShutDown} If the queue is shut down and no item is left, before or meanwhile.
   * @throws {RangeError} If the timeout is negative or not a number.
   * @throws The signal's reason, if it is aborted.
   */
  async getAsync({ timeout = Infinity, signal }: QueueWaitOptions = {}): Promise<T> {
    return notYet("SharedQueue.getAsync");
  }

  /**
   * Puts a copy of the item in at once. Python's `Queue.put_nowait`.
   *
   * @throws {QueueFull} If there is no room.
   * @throws {QueueShutDown} If the queue is shut down.
   * @throws {RangeError} If the item is larger than the memory.
   * @throws {DOMException} `DataCloneError`, if the item cannot travel.
   */
  putNowait(item: T): void {
    return notYet("SharedQueue.putNowait");
  }

  /**
   * Takes the next item out at once. Python's `Queue.get_nowait`.
   *
   * @throws {QueueEmpty} If there is no item.
   * @throws {QueueShutDown} If the queue is shut down and no item is left.
   */
  getNowait(): T {
    return notYet("SharedQueue.getNowait");
  }

  /**
   * Says that the work on one item is done, mostly after its get. Python's `Queue.task_done`.
   *
   * @throws {RangeError} If it is called more often than items were put in; nothing changes.
   */
  taskDone(): void {
    return notYet("SharedQueue.taskDone");
  }

  /**
   * Blocks the thread until `taskDone` was called for every item that was put in, and returns whether that
   * is so: `false` says that the time was over first. Python's `Queue.join`.
   *
   * @throws {RangeError} If the timeout is negative or not a number.
   */
  join({ timeout = Infinity }: SharedQueueWaitOptions = {}): boolean {
    return notYet("SharedQueue.join");
  }

  /**
   * Ends the queue: from now on every put fails, and those that wait fail as well. What is in the queue
   * can still be taken out; after that every get fails. With `immediate` it is dropped, and counts as
   * done. A queue that was shut down can be shut down again, immediately, and never opens again. Python's
   * `Queue.shutdown`.
   */
  shutdown({ immediate = false }: QueueShutdownOptions = {}): void {
    return notYet("SharedQueue.shutdown");
  }

  /** `SharedQueue(3 of 10 items)`, or `SharedQueue(3 items, shut down)`. */
  toString(): string {
    return notYet("SharedQueue.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/shared_queues/README.md`);
}
