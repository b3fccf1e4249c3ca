/**
 * A queue in one piece of shared memory: a ring of records behind a lock, as CPython's `queue.py` has a
 * deque behind one, with a bell for each thing that a thread may wait for. A whole number of 31 bits is
 * one cell of the ring. Everything else is a structured clone: its length, and then its bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Lock } from "#solutions/locks/locks.ts";
import {
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  type QueueShutdownOptions,
  type QueueWaitOptions,
} from "#solutions/queues/queues.ts";
import { decodeNow, encode } from "#solutions/_shared/encoding.ts";
import { countdown } from "#solutions/_shared/waiting.ts";

// The lock lives in cell 0. All other cells are read and written with the lock held; only the bells, which
// threads sleep on without it, need atomic operations.
const itemsBell = 1;
const roomBell = 2;
const doneBell = 3;
/** So far after each bell: how many wait for it to ring. */
const waiting = 3;
const sizeAt = 7;
/** Where the first record begins, and how many cells all of them take. */
const headAt = 8;
const usedAt = 9;
const unfinishedAt = 10;
const shutAt = 11;
const maxsizeAt = 12;
const capacityAt = 13;
/** How many of those who wait for items do so on their event loop. */
const asyncAt = 14;
/** Where the ring begins. */
const ringAt = 15;
const mostCells = 2 ** 28;

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
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #ring: Uint8Array<SharedArrayBuffer>;
  readonly #capacity: number;
  readonly #lock: Lock;

  /**
   * Makes a new queue, which is empty. `buffer` is for {@linkcode SharedQueue.attach}.
   *
   * @throws {RangeError} If `maxsize` is not an integer, or `bytes` not one from 8 to 1,073,741,824.
   */
  constructor(options?: SharedQueueOptions, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? newBuffer(options);
    this.#cells = new Int32Array(this.buffer);
    this.#ring = new Uint8Array(this.buffer, 4 * ringAt);
    this.#lock = new Lock(this.buffer);
    this.maxsize = this.#cells[maxsizeAt];
    this.#capacity = this.#cells[capacityAt];
  }

  /**
   * The queue that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of a SharedQueue.
   */
  static attach<T>(buffer: SharedArrayBuffer): SharedQueue<T> {
    const isShared = buffer instanceof SharedArrayBuffer && buffer.byteLength > 4 * ringAt;
    if (
      !isShared || buffer.byteLength !== 4 * (ringAt + new Int32Array(buffer, 4 * capacityAt, 1)[0])
    ) {
      throw new TypeError(
        "Cannot attach as that is not the buffer of a SharedQueue: pass the 'buffer' of one",
      );
    }
    return new SharedQueue({}, buffer);
  }

  /** How many items are in it at this moment. Python's `Queue.qsize`. */
  get size(): number {
    return this.#read(sizeAt);
  }

  /** Whether no item is in it at this moment. Python's `Queue.empty`. */
  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Whether it holds `maxsize` items at this moment; never without a `maxsize`. Python's `Queue.full`. */
  get isFull(): boolean {
    return this.maxsize > 0 && this.size >= this.maxsize;
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
    checkTimeout("put", timeout);
    const cells = this.#cells;
    const bytes = isSmall(item) ? null : encode(item);
    const length = cellsOf(bytes);
    if (length > this.#capacity) {
      const room = 4 * (this.#capacity - 1);
      throw new RangeError(
        `Cannot put an item of ${bytes!.length} bytes in a queue that has memory for ${room}`,
      );
    }
    this.#lock.acquire();
    const isReady = this.#hasRoom(length) || this.#wait(roomBell, timeout, length);
    if (!isReady || cells[shutAt]) {
      throw this.#refused(new QueueFull(`Cannot put as the queue had no room for ${timeout} ms`));
    }
    this.#store(bytes ? bytes.length << 1 : (item as number) << 1 | 1, bytes);
    cells[sizeAt]++;
    cells[unfinishedAt]++;
    // An event loop that is woken may be busy, and must not keep the item from the others.
    this.#releaseAndRing(itemsBell, cells[asyncAt] > 0 ? Infinity : 1);
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
    checkTimeout("get", timeout);
    this.#lock.acquire();
    if (this.#cells[sizeAt] === 0) this.#wait(itemsBell, timeout);
    if (this.#cells[sizeAt] === 0) {
      throw this.#refused(new QueueEmpty(`Cannot get as the queue had no item for ${timeout} ms`));
    }
    return this.#take();
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
    checkTimeout("get", timeout);
    signal?.throwIfAborted();
    const cells = this.#cells;
    const left = countdown(timeout);
    this.#lock.acquire();
    for (let rest = timeout; rest > 0 && !this.#isReady(itemsBell); rest = left()) {
      const bell = Atomics.load(cells, itemsBell);
      cells[itemsBell + waiting]++;
      cells[asyncAt]++;
      this.#lock.release();
      await rung(cells, itemsBell, bell, rest, signal);
      this.#lock.acquire();
      cells[itemsBell + waiting]--;
      cells[asyncAt]--;
      if (signal?.aborted) {
        // The wait cannot be called off, and would swallow the next ring: so this one is for all.
        this.#releaseAndRing(itemsBell, Infinity, true);
        throw signal.reason;
      }
    }
    if (cells[sizeAt] === 0) {
      throw this.#refused(new QueueEmpty(`Cannot get as the queue had no item for ${timeout} ms`));
    }
    return this.#take();
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
    this.put(item, { timeout: 0 });
  }

  /**
   * Takes the next item out at once. Python's `Queue.get_nowait`.
   *
   * @throws {QueueEmpty} If there is no item.
   * @throws {QueueShutDown} If the queue is shut down and no item is left.
   */
  getNowait(): T {
    return this.get({ timeout: 0 });
  }

  /**
   * Says that the work on one item is done, mostly after its get. Python's `Queue.task_done`.
   *
   * @throws {RangeError} If it is called more often than items were put in; nothing changes.
   */
  taskDone(): void {
    const cells = this.#cells;
    this.#lock.acquire();
    if (cells[unfinishedAt] === 0) {
      this.#lock.release();
      throw new RangeError("Cannot call taskDone more often than items were put in");
    }
    cells[unfinishedAt]--;
    if (cells[unfinishedAt] > 0) this.#lock.release();
    else this.#releaseAndRing(doneBell, Infinity);
  }

  /**
   * Blocks the thread until `taskDone` was called for every item that was put in, and returns whether that
   * is so: `false` says that the time was over first. Python's `Queue.join`.
   *
   * @throws {RangeError} If the timeout is negative or not a number.
   */
  join({ timeout = Infinity }: SharedQueueWaitOptions = {}): boolean {
    checkTimeout("join", timeout);
    this.#lock.acquire();
    const isDone = this.#wait(doneBell, timeout);
    this.#lock.release();
    return isDone;
  }

  /**
   * Ends the queue: from now on every put fails, and those that wait fail as well. What is in the queue
   * can still be taken out; after that every get fails. With `immediate` it is dropped, and counts as
   * done. A queue that was shut down can be shut down again, immediately, and never opens again. Python's
   * `Queue.shutdown`.
   */
  shutdown({ immediate = false }: QueueShutdownOptions = {}): void {
    const cells = this.#cells;
    this.#lock.acquire();
    cells[shutAt] = 1;
    if (immediate) {
      cells[unfinishedAt] -= cells[sizeAt];
      cells[sizeAt] = cells[usedAt] = 0;
    }
    for (const bell of [itemsBell, roomBell, doneBell]) {
      Atomics.add(cells, bell, 1);
      Atomics.notify(cells, bell);
    }
    this.#lock.release();
  }

  /** `SharedQueue(3 of 10 items)`, or `SharedQueue(3 items, shut down)`. */
  toString(): string {
    const bound = this.maxsize > 0 ? ` of ${this.maxsize}` : "";
    return `SharedQueue(${this.size}${bound} items${this.#read(shutAt) ? ", shut down" : ""})`;
  }

  #read(at: number): number {
    this.#lock.acquire();
    const value = this.#cells[at];
    this.#lock.release();
    return value;
  }

  /** Whether a thread that would wait for this bell need not; `length` is the record that a put has. */
  #isReady(bell: number, length = 0): boolean {
    const cells = this.#cells;
    if (bell === doneBell) return cells[unfinishedAt] === 0;
    if (cells[shutAt]) return true;
    return bell === itemsBell ? cells[sizeAt] > 0 : this.#hasRoom(length);
  }

  #hasRoom(length: number): boolean {
    const cells = this.#cells;
    return cells[usedAt] + length <= this.#capacity &&
      (this.maxsize === 0 || cells[sizeAt] < this.maxsize);
  }

  /**
   * Sleeps without the lock until it is ready, or `limit` milliseconds are over. Returns whether it is
   * ready; also a thread whose time is over looks once more.
   */
  #wait(bell: number, limit: number, length = 0): boolean {
    const cells = this.#cells;
    const left = countdown(limit);
    while (!this.#isReady(bell, length)) {
      const rest = left();
      if (rest <= 0) return false;
      const before = Atomics.load(cells, bell);
      cells[bell + waiting]++;
      this.#lock.release();
      Atomics.wait(cells, bell, before, rest);
      this.#lock.acquire();
      cells[bell + waiting]--;
    }
    return true;
  }

  /** Releases the lock, and wakes up to `n` of those who wait for the bell. */
  #releaseAndRing(bell: number, n: number, isUrgent = this.#cells[bell + waiting] > 0): void {
    if (isUrgent) Atomics.add(this.#cells, bell, 1);
    this.#lock.release();
    // Who is woken needs the lock first of all, so it is free by then.
    if (isUrgent) Atomics.notify(this.#cells, bell, n);
  }

  /** Releases the lock, and tells why nothing can be put or got. */
  #refused(error: Error): Error {
    const isShut = this.#cells[shutAt] !== 0;
    this.#lock.release();
    return isShut ? new QueueShutDown("The queue was shut down") : error;
  }

  /** Writes a record at the end of the ring. */
  #store(head: number, bytes: Uint8Array | null): void {
    const cells = this.#cells;
    const at = this.#wrapped(cells[headAt] + cells[usedAt]);
    cells[ringAt + at] = head;
    cells[usedAt] += cellsOf(bytes);
    if (!bytes) return;
    const start = 4 * this.#wrapped(at + 1);
    const first = this.#ring.length - start;
    if (bytes.length <= first) this.#ring.set(bytes, start);
    else {
      this.#ring.set(bytes.subarray(0, first), start);
      this.#ring.set(bytes.subarray(first));
    }
  }

  /** Takes the first record out of the ring, and releases the lock. */
  #take(): T {
    const cells = this.#cells;
    const at = cells[headAt];
    const head = cells[ringAt + at];
    const bytes = head & 1 ? null : this.#copied(4 * this.#wrapped(at + 1), head >>> 1);
    const length = cellsOf(bytes);
    cells[headAt] = this.#wrapped(at + length);
    cells[usedAt] -= length;
    cells[sizeAt]--;
    // Puts wait for memory as well as for a slot, and only they know for how much: so all look.
    this.#releaseAndRing(roomBell, Infinity);
    return (bytes ? decodeNow(bytes) : head >> 1) as T;
  }

  #copied(start: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const first = this.#ring.length - start;
    bytes.set(this.#ring.subarray(start, start + Math.min(length, first)));
    if (length > first) bytes.set(this.#ring.subarray(0, length - first), first);
    return bytes;
  }

  #wrapped(at: number): number {
    return at < this.#capacity ? at : at - this.#capacity;
  }
}

/** How many cells the record of an item takes. */
function cellsOf(bytes: Uint8Array | null): number {
  return bytes ? 1 + (bytes.length + 3 >>> 2) : 1;
}

/** Whether the item is a whole number of 31 bits. -0 is none: its sign would be lost. */
function isSmall(item: unknown): boolean {
  return typeof item === "number" && item << 1 >> 1 === item && !Object.is(item, -0);
}

function newBuffer({ maxsize = 0, bytes = 65_536 }: SharedQueueOptions = {}): SharedArrayBuffer {
  if (!Number.isInteger(maxsize)) {
    throw new RangeError(
      `Cannot make a SharedQueue as 'maxsize' must be an integer: received ${maxsize}`,
    );
  }
  const capacity = Math.ceil(bytes / 4);
  if (!Number.isInteger(bytes) || bytes < 8 || capacity > mostCells) {
    throw new RangeError(
      `Cannot make a SharedQueue as 'bytes' must be an integer from 8 to ${
        4 * mostCells
      }: received ${bytes}`,
    );
  }
  const buffer = new SharedArrayBuffer(4 * (ringAt + capacity));
  const cells = new Int32Array(buffer);
  cells[maxsizeAt] = Math.min(Math.max(maxsize, 0), 2 ** 31 - 1);
  cells[capacityAt] = capacity;
  return buffer;
}

function checkTimeout(action: string, timeout: number): void {
  if (!(timeout >= 0)) {
    throw new RangeError(
      `Cannot ${action} as 'timeout' must be milliseconds from 0 up: received ${timeout}`,
    );
  }
}

/** Waits on the event loop until the bell rings, the time is over, or the signal is aborted. */
async function rung(
  cells: Int32Array<SharedArrayBuffer>,
  bell: number,
  before: number,
  limit: number,
  signal?: AbortSignal,
): Promise<void> {
  const { async, value } = Atomics.waitAsync(cells, bell, before, limit);
  if (!async) return;
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  signal?.addEventListener("abort", abort);
  // Such a wait keeps no program alive, but a timer does.
  const hold = setInterval(() => {}, 2 ** 30);
  try {
    await Promise.race([value, aborted.promise]);
  } finally {
    clearInterval(hold);
    signal?.removeEventListener("abort", abort);
  }
}
