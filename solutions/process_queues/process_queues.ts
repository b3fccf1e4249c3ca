/**
 * Queues between processes with the meaning of Python's `multiprocessing.Queue` and `JoinableQueue`.
 *
 * A queue is served by the process that made it: its items are there, and the others ask for them over a
 * Unix socket in a folder that only this user may open. Each request has a number, so that one who waits
 * holds up nobody. An item is on its way until the process that gets it has said that it is there: if it
 * is killed before, the item goes to the next one. On Windows, where Deno has no such sockets, it is one
 * of the loopback interface; nothing of it has been tried there.
 *
 * @module
 */
import { QueueEmpty, QueueFull } from "#solutions/queues/queues.ts";
import { type Address, connectTo, Door, lookAfter, needsOf } from "#solutions/_shared/door.ts";
import { decode, encode } from "#solutions/_shared/encoding.ts";
import { knowsKey, newKey, showKey } from "#solutions/_shared/handshake.ts";
import { Line, numberAt, writeNumber } from "#solutions/_shared/line.ts";
import { arrive, depart, type Departure, refuseClones } from "#solutions/_shared/travelling.ts";
import { onGivingUp, requireTimeout } from "#solutions/_shared/waiting.ts";

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

/** What a process that is given the queue has to know. The key is in no argument list. */
interface Ticket {
  maxsize: number;
  address: Address;
  key: number[];
}

/** What was asked for. It can be called off; the answer says whether that was in time. */
interface Asked<T> {
  /** No promise if nobody has to wait: thousands of promises take longer than what they promise. */
  answer: T | Promise<T>;
  callOff(): void;
}

/** Where one process asks for what it wants of a queue: at the items themselves, or over a line. */
interface Desk {
  /** The next item; nothing if there is none and it does not wait, or has been called off. */
  take(waits: boolean): Asked<Uint8Array | undefined>;
  /** Whether the item is in the queue. */
  add(item: Uint8Array, waits: boolean): Asked<boolean>;
  size(): Promise<number>;
  /** Whether this process had taken an item that was not done. */
  done(): Promise<boolean>;
  /** How many tasks were lost when all are done; nothing if it has been called off. */
  join(): Asked<number | undefined>;
  /** How another process comes to a desk of its own. */
  ticket(): { address: Address; key: number[] };
  close(): Promise<void>;
}

let deskOf: (queue: ProcessQueue, action: string) => Desk;
let giveDesk: (queue: ProcessQueue, desk: Desk) => void;

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
  #desk: Desk;
  #isClosed = false;

  static {
    deskOf = (queue, action) => {
      queue.#requireOpen(action);
      return queue.#desk;
    };
    giveDesk = (queue, desk) => queue.#desk = desk;
  }

  /** Makes an empty queue, which this process serves. Does not block. */
  constructor({ maxsize = 0 }: ProcessQueueOptions = {}) {
    this.maxsize = maxsize;
    this.#desk = new Counter(maxsize);
    refuseClones(this);
  }

  /** Makes the queue that a process was given. Not for other callers. */
  static async [arrive](ticket: unknown): Promise<ProcessQueue> {
    const { maxsize, address, key } = ticket as Ticket;
    const queue = new this({ maxsize });
    giveDesk(queue, await Telephone.call(address, key));
    return queue;
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
    const waits = this.#checkWait("put", options);
    const asked = this.#desk.add(encode(item), waits);
    if (await (waits ? unlessCalledOff(asked, options) : asked.answer)) return;
    options.signal?.throwIfAborted();
    throw new QueueFull(`Cannot put an item as all ${this.maxsize} slots are taken`);
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
    const waits = this.#checkWait("get", options);
    const asked = this.#desk.take(waits);
    const item = await (waits ? unlessCalledOff(asked, options) : asked.answer);
    if (item) return await decode(item) as Item;
    options.signal?.throwIfAborted();
    throw new QueueEmpty("Cannot get an item as the queue is empty");
  }

  /** Like {@linkcode ProcessQueue.put} without waiting for a slot. Python's `Queue.put_nowait`. */
  putNowait(item: Item): Promise<void> {
    return this.put(item, { timeout: 0 });
  }

  /** Like {@linkcode ProcessQueue.get} without waiting for an item. Python's `Queue.get_nowait`. */
  getNowait(): Promise<Item> {
    return this.get({ timeout: 0 });
  }

  /** How many items are in the queue at this moment. Python's `Queue.qsize`. */
  async size(): Promise<number> {
    this.#requireOpen("look at");
    return await this.#desk.size();
  }

  /** Whether there is no item at this moment. Python's `Queue.empty`. */
  async isEmpty(): Promise<boolean> {
    return await this.size() === 0;
  }

  /** Whether there is no free slot at this moment. Python's `Queue.full`. */
  async isFull(): Promise<boolean> {
    return isFull(this.maxsize, await this.size());
  }

  /**
   * Closes the queue for this process, or for all if this one serves it. Who waits is told, and what is in
   * a queue that nobody serves is lost. Resolves when what was put is in. Python's `Queue.close`.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#desk.close();
  }

  /** Closes the queue, as `await using` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `ProcessQueue(open, maxsize 2)`. */
  toString(): string {
    const state = this.#isClosed ? "closed" : "open";
    return `${this.constructor.name}(${state}, maxsize ${this.maxsize})`;
  }

  /** Says how a process comes to this queue. */
  [depart](): Departure {
    this.#requireOpen("give away");
    const place = this.#desk.ticket();
    const ticket: Ticket = { maxsize: this.maxsize, ...place };
    return { module: import.meta.url, data: ticket, needs: needsOf(place.address) };
  }

  /** Whether it waits at all. */
  #checkWait(action: string, { timeout = Infinity, signal }: ProcessQueueWaitOptions): boolean {
    requireTimeout(action, timeout);
    this.#requireOpen(action);
    signal?.throwIfAborted();
    return timeout > 0;
  }

  #requireOpen(action: string): void {
    if (this.#isClosed) throw closedError(`Cannot ${action}: the queue is closed`);
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
    if (await deskOf(this, "finish a task").done()) return;
    throw new RangeError(
      "Cannot finish a task as all are done: call 'taskDone' once for each item of a get",
    );
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
    requireTimeout("join", options.timeout ?? Infinity);
    options.signal?.throwIfAborted();
    const lost = await unlessCalledOff(deskOf(this, "join").join(), options);
    if (lost === 0) return;
    options.signal?.throwIfAborted();
    if (!lost) throw new DOMException(`Waited ${options.timeout} milliseconds`, "TimeoutError");
    throw new TasksLost(`Processes have ended with ${lost} tasks that are not done`, lost);
  }
}

/** The answer. Who gives up calls it off, and the answer says which was first. */
async function unlessCalledOff<T>(
  { answer, callOff }: Asked<T>,
  options: ProcessQueueWaitOptions,
): Promise<T> {
  if (!(answer instanceof Promise)) return answer;
  const stop = onGivingUp(options, callOff);
  try {
    return await answer;
  } finally {
    stop();
  }
}

/** An item, and the number by which it stands in the queue, also when it comes back. */
interface Numbered {
  number: number;
  item: Uint8Array;
}

/** The items of a queue, those who wait for one, and those who wait for a slot. */
class Store {
  readonly maxsize: number;
  readonly #items = new Map<number, Numbered>();
  /** No item has a lower number, but those that may come back. */
  #first = 0;
  /** The number of the next one. */
  #next = 0;
  readonly #takers = new Set<PromiseWithResolvers<Numbered | undefined>>();
  readonly #givers = new Map<PromiseWithResolvers<boolean>, Uint8Array>();
  readonly #joiners = new Set<PromiseWithResolvers<number | undefined>>();
  #unfinished = 0;
  #lost = 0;

  constructor(maxsize: number) {
    this.maxsize = maxsize;
  }

  get size(): number {
    return this.#items.size;
  }

  take(waits: boolean): Asked<Numbered | undefined> {
    // Between two that came back there may be some that did not.
    while (this.#first < this.#next && !this.#items.has(this.#first)) this.#first++;
    const item = this.#items.get(this.#first);
    if (item) {
      this.#items.delete(this.#first++);
      this.#letIn();
    }
    if (item || !waits) return answered(item);
    const taker = Promise.withResolvers<Numbered | undefined>();
    this.#takers.add(taker);
    return {
      answer: taker.promise,
      callOff: () => this.#takers.delete(taker) && taker.resolve(undefined),
    };
  }

  add(item: Uint8Array, waits: boolean): Asked<boolean> {
    const fits = !isFull(this.maxsize, this.size);
    if (fits) this.#put(item);
    if (fits || !waits) return answered(fits);
    const giver = Promise.withResolvers<boolean>();
    this.#givers.set(giver, item);
    return {
      answer: giver.promise,
      callOff: () => this.#givers.delete(giver) && giver.resolve(false),
    };
  }

  /** Puts an item that nobody has got where it belongs, whichever comes back first. */
  giveBack(item: Numbered): void {
    if (this.#serve(item)) return;
    this.#items.set(item.number, item);
    this.#first = Math.min(this.#first, item.number);
  }

  /** So many tasks are done, or will never be. */
  finish(count: number, areLost: boolean): void {
    this.#unfinished -= count;
    if (areLost) this.#lost += count;
    if (this.#unfinished > 0) return;
    for (const joiner of this.#joiners) joiner.resolve(this.#lost);
    if (this.#joiners.size > 0) this.#lost = 0;
    this.#joiners.clear();
  }

  join(): Asked<number | undefined> {
    const joiner = Promise.withResolvers<number | undefined>();
    this.#joiners.add(joiner);
    if (this.#unfinished === 0) this.finish(0, false);
    return {
      answer: joiner.promise,
      callOff: () => this.#joiners.delete(joiner) && joiner.resolve(undefined),
    };
  }

  close(): void {
    const all = [...this.#takers, ...this.#givers.keys(), ...this.#joiners];
    for (const { reject } of all) reject(closedError("The queue was closed"));
  }

  #put(item: Uint8Array): void {
    this.#unfinished++;
    const numbered = { number: this.#next++, item };
    if (!this.#serve(numbered)) this.#items.set(numbered.number, numbered);
  }

  /** Gives it to the first of those who wait. */
  #serve(item: Numbered): boolean {
    const [taker] = this.#takers;
    if (!taker) return false;
    this.#takers.delete(taker);
    taker.resolve(item);
    return true;
  }

  #letIn(): void {
    const [first] = this.#givers;
    if (!first || isFull(this.maxsize, this.size)) return;
    const [giver, item] = first;
    this.#givers.delete(giver);
    this.#put(item);
    giver.resolve(true);
  }
}

/** The desk of the process that has the items. Others come to it by its door. */
class Counter implements Desk {
  readonly #store: Store;
  readonly #key = newKey();
  readonly #lines = new Set<Line>();
  #door?: Door;
  #taken = 0;
  #waiting = 0;

  constructor(maxsize: number) {
    this.#store = new Store(maxsize);
  }

  take(waits: boolean): Asked<Uint8Array | undefined> {
    const asked = this.#awaited(this.#store.take(waits));
    const answer = whenAnswered(asked.answer, (taken) => {
      if (taken) this.#taken++;
      return taken?.item;
    });
    return { ...asked, answer };
  }

  add(item: Uint8Array, waits: boolean): Asked<boolean> {
    return this.#awaited(this.#store.add(item, waits));
  }

  size(): Promise<number> {
    return Promise.resolve(this.#store.size);
  }

  done(): Promise<boolean> {
    if (this.#taken === 0) return Promise.resolve(false);
    this.#taken--;
    this.#store.finish(1, false);
    return Promise.resolve(true);
  }

  join(): Asked<number | undefined> {
    return this.#awaited(this.#store.join());
  }

  ticket(): { address: Address; key: number[] } {
    this.#door ??= new Door({
      prefix: "queue_",
      knows: (caller) => knowsKey(caller, this.#key),
      admit: (caller) => void this.#serve(caller),
    });
    if (this.#waiting > 0) this.#door.stay(true);
    return { address: this.#door.address, key: Array.from(this.#key) };
  }

  close(): Promise<void> {
    this.#door?.close();
    this.#store.close();
    for (const line of this.#lines) line.close();
    return Promise.resolve();
  }

  /** Keeps this process alive as long as the answer may come from another one. */
  #awaited<T>({ answer, callOff }: Asked<T>): Asked<T> {
    if (!(answer instanceof Promise)) return { answer, callOff };
    if (this.#waiting++ === 0) this.#door?.stay(true);
    const settled = () => {
      if (--this.#waiting === 0) this.#door?.stay(false);
    };
    answer.then(settled, settled);
    return { answer, callOff };
  }

  async #serve(caller: Deno.Conn): Promise<void> {
    const client = new Client(this.#store, (answer) => line.post(answer));
    const line = new Line((request) => client.ask(request));
    this.#lines.add(line);
    await line.connect(caller);
    this.#lines.delete(line);
    client.leave();
  }
}

/** What was asked for over a line. */
interface Request extends Asked<Uint8Array | undefined> {
  id: number;
  answer: Promise<Uint8Array | undefined>;
}

/** What a request asks for. */
const ops = {
  take: 0,
  takeNow: 1,
  add: 2,
  addNow: 3,
  size: 4,
  done: 5,
  join: 6,
  callOff: 7,
  got: 8,
};

/** Another process, as the one sees it that has the items. */
class Client {
  readonly #store: Store;
  readonly #send: (answer: Uint8Array) => void;
  readonly #waiting = new Map<number, () => void>();
  /** Items that are sent, until it says that they are there. */
  readonly #onTheirWay = new Map<number, Numbered>();
  #taken = 0;
  #hasLeft = false;

  constructor(store: Store, send: (answer: Uint8Array) => void) {
    this.#store = store;
    this.#send = send;
  }

  ask(request: Uint8Array): void {
    const { op, id, content } = opened(request);
    switch (op) {
      case ops.take:
      case ops.takeNow:
        return this.#take(id, op === ops.take);
      case ops.add:
      case ops.addNow:
        return this.#answer(id, this.#store.add(content, op === ops.add), (isIn) => isIn);
      case ops.size:
        return this.#send(packed(1, id, number(this.#store.size)));
      case ops.done:
        return this.#done(id);
      case ops.join:
        return this.#answer(id, this.#store.join(), (lost) => lost !== undefined);
      case ops.callOff:
        return this.#waiting.get(id)?.();
      case ops.got:
        return this.#got(id);
    }
  }

  /** What has not arrived is given back. What has arrived and is not done, nobody will do. */
  leave(): void {
    this.#hasLeft = true;
    for (const callOff of this.#waiting.values()) callOff();
    for (const item of this.#onTheirWay.values()) this.#store.giveBack(item);
    this.#store.finish(this.#taken, true);
  }

  #take(id: number, waits: boolean): void {
    const asked = this.#store.take(waits);
    const answer = whenAnswered(asked.answer, (taken) => {
      if (taken) this.#onTheirWay.set(id, taken);
      // It has left in the moment in which it was served.
      if (taken && this.#hasLeft) this.#store.giveBack(taken);
      return taken?.item;
    });
    this.#answer(id, { ...asked, answer }, (item) => item !== undefined);
  }

  #answer<T>(id: number, { answer, callOff }: Asked<T>, isFine: (answer: T) => boolean): void {
    if (!(answer instanceof Promise)) return this.#tell(id, isFine(answer), answer);
    this.#waiting.set(id, callOff);
    const tell = (isFine: boolean, answer?: T) => {
      this.#waiting.delete(id);
      this.#tell(id, isFine, answer);
    };
    answer.then((answer) => tell(isFine(answer), answer), () => tell(false));
  }

  #tell(id: number, isFine: boolean, answer: unknown): void {
    const content = typeof answer === "number" ? number(answer) : answer;
    this.#send(packed(isFine ? 1 : 0, id, content instanceof Uint8Array ? content : undefined));
  }

  #done(id: number): void {
    const isOwn = this.#taken > 0;
    if (isOwn) {
      this.#taken--;
      this.#store.finish(1, false);
    }
    this.#send(packed(isOwn ? 1 : 0, id));
  }

  #got(id: number): void {
    if (this.#onTheirWay.delete(id)) this.#taken++;
  }
}

/** The desk of another process: it asks over a line. */
class Telephone implements Desk {
  readonly #place: { address: Address; key: number[] };
  readonly #line = new Line((answer) => this.#hear(answer));
  readonly #asked = new Map<number, PromiseWithResolvers<Uint8Array | undefined>>();
  #last = 0;
  #isOpen = true;

  private constructor(place: { address: Address; key: number[] }) {
    this.#place = place;
  }

  static async call(address: Address, key: number[]): Promise<Telephone> {
    const conn = await connectTo(address).catch(() => undefined);
    if (conn && await showKey(conn, new Uint8Array(key)).catch(() => false)) {
      const telephone = new Telephone({ address, key });
      void telephone.#listen(conn);
      return telephone;
    }
    conn?.close();
    throw closedError("Nobody serves the queue: its process has ended");
  }

  take(waits: boolean): Asked<Uint8Array | undefined> {
    const asked = this.#ask(waits ? ops.take : ops.takeNow);
    const answer = asked.answer.then((item) => {
      if (item) this.#tell(ops.got, asked.id);
      return item;
    });
    return { ...asked, answer };
  }

  add(item: Uint8Array, waits: boolean): Asked<boolean> {
    const asked = this.#ask(waits ? ops.add : ops.addNow, item);
    return { ...asked, answer: asked.answer.then((answer) => answer !== undefined) };
  }

  async size(): Promise<number> {
    return numberIn(await this.#ask(ops.size).answer)!;
  }

  async done(): Promise<boolean> {
    return await this.#ask(ops.done).answer !== undefined;
  }

  join(): Asked<number | undefined> {
    const asked = this.#ask(ops.join);
    return { ...asked, answer: asked.answer.then(numberIn) };
  }

  ticket(): { address: Address; key: number[] } {
    return this.#place;
  }

  async close(): Promise<void> {
    // What was asked for before is answered before, but for those who wait.
    await this.size().catch(() => {});
    this.#end();
    this.#line.close();
  }

  async #listen(conn: Deno.Conn): Promise<void> {
    await this.#line.connect(conn);
    if (this.#isOpen) await lookAfter(this.#place.address);
    this.#end();
  }

  #ask(op: number, content?: Uint8Array): Request {
    const id = this.#last = (this.#last + 1) >>> 0;
    const asked = Promise.withResolvers<Uint8Array | undefined>();
    if (this.#isOpen) {
      this.#asked.set(id, asked);
      this.#line.ref();
      this.#tell(op, id, content);
    } else {
      asked.reject(closedError("The queue is closed: the process that served it has ended"));
    }
    return { id, answer: asked.promise, callOff: () => this.#tell(ops.callOff, id) };
  }

  #tell(op: number, id: number, content?: Uint8Array): void {
    this.#line.post(packed(op, id, content));
  }

  #hear(answer: Uint8Array): void {
    const { op: isFine, id, content } = opened(answer);
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#asked.delete(id);
    this.#line.unref();
    asked.resolve(isFine ? content : undefined);
  }

  #end(): void {
    this.#isOpen = false;
    for (const { reject } of this.#asked.values()) {
      this.#line.unref();
      reject(closedError("The queue is closed: the process that served it has ended"));
    }
    this.#asked.clear();
  }
}

const answered = <T>(answer: T): Asked<T> => ({ answer, callOff() {} });

/** What becomes of the answer, at once if it is there. */
function whenAnswered<T, U>(answer: T | Promise<T>, then: (answer: T) => U): U | Promise<U> {
  return answer instanceof Promise ? answer.then(then) : then(answer);
}

const closedError = (message: string) => new QueueClosed(message);

const isFull = (maxsize: number, size: number) => maxsize > 0 && size >= maxsize;

/** What it asks for or answers, the number of the request, and what it holds. */
function packed(op: number, id: number, content?: Uint8Array): Uint8Array {
  const body = new Uint8Array(5 + (content?.length ?? 0));
  body[0] = op;
  writeNumber(body, 1, id);
  if (content) body.set(content, 5);
  return body;
}

function opened(body: Uint8Array): { op: number; id: number; content: Uint8Array } {
  if (body.length < 5) throw new RangeError("A request has a number");
  return { op: body[0], id: numberAt(body, 1), content: body.subarray(5) };
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeNumber(bytes, 0, value);
  return bytes;
}

const numberIn = (bytes: Uint8Array | undefined) => bytes && numberAt(bytes, 0);
