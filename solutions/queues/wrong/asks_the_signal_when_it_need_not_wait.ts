/**
 * Looks at an aborted signal only when the call need not wait.
 * @rejectedBy a signal that is aborted beforehand takes nothing and puts nothing in
 * @because must reject with its reason, but it still waits
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
  #store: QueueStore<T>;
  #unfinished = 0;
  #isShutDown = false;
  readonly #gets = new Line<void, T>();
  readonly #puts = new Line<T, void>();
  readonly #joins: (() => void)[] = [];

  /** Makes an empty queue. Another `store` makes another order. */
  constructor({ maxsize = 0 }: QueueOptions = {}, store?: QueueStore<T>) {
    this.maxsize = maxsize;
    this.#store = store ?? new FifoStore();
  }

  /** How many items are in the queue at this moment. Python's `Queue.qsize`. */
  get size(): number {
    return this.#store.size;
  }

  /** Whether there is no item at this moment. Python's `Queue.empty`. */
  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Whether there is no free slot at this moment. Python's `Queue.full`. */
  get isFull(): boolean {
    return this.maxsize > 0 && this.size >= this.maxsize;
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
    try {
      if (options) checkWait("put", options);
      if (!this.isFull) options?.signal?.throwIfAborted();
      if (!this.isFull || this.#isShutDown || options?.timeout === 0) {
        this.putNowait(item);
        return nothing;
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#puts.wait(item, options, () => this.#fullError());
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
    try {
      if (options) checkWait("get", options);
      if (!this.isEmpty) options?.signal?.throwIfAborted();
      if (!this.isEmpty || this.#isShutDown || options?.timeout === 0) {
        return Promise.resolve(this.getNowait());
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#gets.wait(undefined, options, () => this.#emptyError());
  }

  /**
   * Puts an item in at once. Python's `Queue.put_nowait`.
   *
   * @throws {QueueFull} If there is no free slot.
   * @throws {QueueShutDown} If the queue is shut down.
   */
  putNowait(item: T): void {
    if (this.#isShutDown) throw this.#shutDownError("put");
    if (this.isFull) throw this.#fullError();
    this.#add(item);
    this.#serve();
  }

  /**
   * Takes the next item out at once. Python's `Queue.get_nowait`.
   *
   * @throws {QueueEmpty} If there is no item.
   * @throws {QueueShutDown} If the queue is shut down and no item is left.
   */
  getNowait(): T {
    if (this.isEmpty) throw this.#isShutDown ? this.#shutDownError("get") : this.#emptyError();
    const item = this.#store.take();
    this.#serve();
    return item;
  }

  /**
   * Says that the work on one item is done, mostly after its get. Python's `Queue.task_done`.
   *
   * @throws {RangeError} If it is called more often than items were put in; nothing changes.
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new RangeError(
        "Cannot finish a task as all are done: call 'taskDone' once for each item of a get",
      );
    }
    this.#finish(1);
  }

  /**
   * Waits until `taskDone` was called for every item that was put in. That an item was taken out is
   * not enough. Resolves at once if there is nothing to do. Python's `Queue.join`.
   */
  join(): Promise<void> {
    if (this.#unfinished === 0) return nothing;
    return new Promise((resolve) => this.#joins.push(resolve));
  }

  /**
   * Ends the queue: from now on every put fails, and those that wait fail as well. What is in the queue
   * can still be taken out; after that every get fails. With `immediate` it is dropped, without asking
   * the store, and counts as done. A queue that was shut down can be shut down again, immediately, and
   * never opens again. Python's `Queue.shutdown`.
   */
  shutdown({ immediate = false }: QueueShutdownOptions = {}): void {
    this.#isShutDown = true;
    if (immediate) {
      // Some may have been done before they were taken out.
      const dropped = Math.min(this.size, this.#unfinished);
      this.#store = new FifoStore();
      this.#finish(dropped);
    }
    // A get waits only while the queue is empty, so that nothing is left for it.
    this.#gets.refuseAll(() => this.#shutDownError("get"));
    this.#puts.refuseAll(() => this.#shutDownError("put"));
  }

  /** `Queue(3 of 3 items, 1 put waits)` or `Queue(0 items, 2 gets wait)` or `Queue(1 item, shut down)`. */
  toString(): string {
    const { maxsize, size } = this;
    const facts = [maxsize > 0 ? `${size} of ${maxsize} items` : count(size, "item", "items")];
    if (this.#gets.length > 0) facts.push(count(this.#gets.length, "get waits", "gets wait"));
    if (this.#puts.length > 0) facts.push(count(this.#puts.length, "put waits", "puts wait"));
    if (this.#isShutDown) facts.push("shut down");
    return `${this.constructor.name}(${facts.join(", ")})`;
  }

  #add(item: T): void {
    this.#store.add(item);
    this.#unfinished++;
  }

  /** Brings items and waiting gets together, and free slots and waiting puts. */
  #serve(): void {
    for (;;) {
      const { first: get } = this.#gets;
      const { first: put } = this.#puts;
      if (get && !this.isEmpty) attempt(get, () => this.#store.take());
      else if (put && !this.isFull) attempt(put, () => this.#add(put.offer));
      else return;
    }
  }

  #finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished > 0) return;
    for (const resolve of this.#joins.splice(0)) resolve();
  }

  #fullError(): QueueFull {
    return new QueueFull(`Cannot put as the queue is full: it holds ${this.size} items`);
  }

  #emptyError(): QueueEmpty {
    return new QueueEmpty("Cannot get as the queue is empty");
  }

  #shutDownError(action: string): QueueShutDown {
    return new QueueShutDown(`Cannot ${action} as the queue is shut down`);
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
    super(options, new LifoStore());
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
    super(options, new HeapStore(options.compare));
  }
}

const nothing = Promise.resolve();

function checkWait(action: string, { timeout = Infinity }: QueueWaitOptions): void {
  if (!(timeout >= 0)) {
    throw new RangeError(
      `Cannot ${action} as 'timeout' must be milliseconds from 0 up: received ${timeout}`,
    );
  }
}

function count(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}

/** A call that waits in a line. */
interface Waiter<Offer, Result> {
  /** What it brings. */
  readonly offer: Offer;
  /** Lets it go with what it waited for. */
  serve(result: Result): void;
  /** Lets it go with an error. */
  refuse(reason: unknown): void;
  previous?: Waiter<Offer, Result>;
  next?: Waiter<Offer, Result>;
}

function attempt<Result>(waiter: Waiter<unknown, Result>, call: () => Result): void {
  let result;
  try {
    result = call();
  } catch (error) {
    return waiter.refuse(error);
  }
  waiter.serve(result);
}

/** Those who wait for the same, the longest first. It is linked, so that giving up is one step. */
class Line<Offer, Result> {
  first?: Waiter<Offer, Result>;
  length = 0;
  #last?: Waiter<Offer, Result>;

  /** Waits until the queue serves or refuses this call, its time is over, or its signal fires. */
  wait(
    offer: Offer,
    { timeout = Infinity, signal }: QueueWaitOptions = {},
    tooLate: () => Error,
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const leave = () => {
      this.#remove(waiter);
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
    };
    const serve = (result: Result) => {
      leave();
      resolve(result);
    };
    const refuse = (reason: unknown) => {
      leave();
      reject(reason);
    };
    const waiter: Waiter<Offer, Result> = { offer, serve, refuse };
    const onAbort = () => refuse(signal?.reason);
    const stopTimer = after(timeout, () => refuse(tooLate()));
    signal?.addEventListener("abort", onAbort);
    this.#append(waiter);
    return promise;
  }

  refuseAll(reason: () => Error): void {
    while (this.first) this.first.refuse(reason());
  }

  #append(waiter: Waiter<Offer, Result>): void {
    waiter.previous = this.#last;
    if (this.#last) this.#last.next = waiter;
    else this.first = waiter;
    this.#last = waiter;
    this.length++;
  }

  #remove({ previous, next }: Waiter<Offer, Result>): void {
    if (previous) previous.next = next;
    else this.first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    this.length--;
  }
}

/** The longest time that `setTimeout` can wait; with a longer one it calls back at once. */
const longest = 2 ** 31 - 1;

/** Calls back after so many milliseconds, unless it is stopped by what it returns. */
function after(ms: number, call: () => void): () => void {
  if (ms === Infinity) return () => {};
  let timer: ReturnType<typeof setTimeout>;
  const sleep = (rest: number) => {
    const turn = Math.min(rest, longest);
    timer = setTimeout(() => rest > turn ? sleep(rest - turn) : call(), turn);
  };
  sleep(ms);
  return () => clearTimeout(timer);
}

/** First in, first out: items arrive on one stack, and leave from another that is the first reversed. */
class FifoStore<T> implements QueueStore<T> {
  #arriving: T[] = [];
  #leaving: T[] = [];

  get size(): number {
    return this.#arriving.length + this.#leaving.length;
  }

  add(item: T): void {
    this.#arriving.push(item);
  }

  take(): T {
    if (this.#leaving.length === 0) {
      [this.#arriving, this.#leaving] = [this.#leaving, this.#arriving.reverse()];
    }
    return this.#leaving.pop() as T;
  }
}

/** Last in, first out. */
class LifoStore<T> implements QueueStore<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    return this.#items.pop() as T;
  }
}

/** An item and its turn among equals. */
interface Entry<T> {
  item: T;
  turn: number;
}

/** Smallest first: a binary heap. Comparisons can throw, so they all come before the first move. */
class HeapStore<T> implements QueueStore<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #heap: Entry<T>[] = [];
  #turns = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    const heap = this.#heap;
    const entry = { item, turn: this.#turns++ };
    let place = heap.length;
    while (place > 0 && this.#isBefore(entry, heap[parent(place)])) place = parent(place);
    for (let at = heap.length; at > place; at = parent(at)) heap[at] = heap[parent(at)];
    heap[place] = entry;
  }

  take(): T {
    const heap = this.#heap;
    const last = heap[heap.length - 1];
    let place = this.#placeBelowTop(last);
    heap.pop();
    if (heap.length === 0) return last.item;
    let carried = last;
    while (place > 0) {
      [heap[place], carried] = [carried, heap[place]];
      place = parent(place);
    }
    const top = heap[0];
    heap[0] = carried;
    return top.item;
  }

  /** Where the entry belongs when the top one has left and smaller ones have moved up. */
  #placeBelowTop(entry: Entry<T>): number {
    const size = this.#heap.length - 1;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= size) return place;
      const right = left + 1;
      const child = right < size && this.#isBefore(this.#heap[right], this.#heap[left])
        ? right
        : left;
      if (this.#isBefore(entry, this.#heap[child])) return place;
      place = child;
    }
  }

  #isBefore(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#compare(a.item, b.item);
    if (Number.isNaN(order)) {
      throw new TypeError("Cannot order two items as 'compare' must return a number: received NaN");
    }
    return order < 0 || order === 0 && a.turn < b.turn;
  }
}

function parent(place: number): number {
  return (place - 1) >> 1;
}
