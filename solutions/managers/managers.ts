/**
 * Objects that several processes share, with the meaning that they have in Python's
 * `multiprocessing.managers`. They live in a server process; everybody else has proxies, each call of
 * which goes to the server and comes back as a promise.
 *
 * The server listens on a Unix socket in a folder that only this user may open. The folder is removed when
 * the manager ends, and when the program that has started it ends in any other way. Who calls has to prove
 * that he knows a key, and so has the server. On Windows, where Deno has no such sockets, it listens on the
 * loopback interface; nothing of it has been tried there.
 *
 * A program that starts a manager needs what {@linkcode Process} needs.
 *
 * @module
 */
import type { Address } from "#solutions/_shared/door.ts";
import { newKey } from "#solutions/_shared/handshake.ts";
import { Process } from "#solutions/processes/processes.ts";
import { refuseClones } from "#solutions/_shared/travelling.ts";
import { requireTimeout } from "#solutions/_shared/waiting.ts";
import { moduleUrl } from "#solutions/_shared/work.ts";
import { ManagerError } from "./errors.ts";
import { root } from "./protocol.ts";
import { BaseProxy, Client } from "./proxies.ts";
import { type Plan, serverModule } from "./server.ts";

export { AuthenticationError, KeyError, ManagerError, RemoteError } from "./errors.ts";
export { BaseProxy } from "./proxies.ts";
export { serveManager } from "./server.ts";

/** What a key of a {@linkcode DictProxy} may be: two copies of such a value are the same key. */
export type DictKey = string | number | bigint | boolean | null | undefined;

/** How a manager is made. */
export interface ManagerOptions {
  /** The URL of the module that exports the functions for types of one's own, and the initializer. */
  module?: string | URL;
  /**
   * Types of one's own: for each name of an exported function, which makes an object, the names of the
   * methods that may be called. Among them can be neither `then`, which `await` would call, nor what
   * every object has, such as `constructor`.
   */
  types?: Readonly<Record<string, readonly string[]>>;
  /** The name of an exported function that the server calls, and waits for, before it serves anybody. */
  initializer?: string;
  /** What the initializer is called with. */
  initArgs?: readonly unknown[];
}

/** Where a manager is, as seen from other programs. */
export interface ManagerAddress {
  /** The name or number of the machine. */
  hostname: string;
  /** The port. */
  port: number;
}

/** How a manager is reached by programs that it has not been handed to. */
export interface ServeOptions {
  /** At which address of this machine; `127.0.0.1` unless given. Everything travels unencrypted. */
  hostname?: string;
  /** The port; one that is free unless given. */
  port?: number;
  /** What both sides have to know. It never travels. Any bytes, also none. */
  authkey: Uint8Array;
  /** What others can get by name. */
  published?: Readonly<Record<string, BaseProxy>>;
  /** How many milliseconds a caller may take to prove that he knows the key; 5,000 unless given. */
  handshakeTimeout?: number;
}

/** How to reach a manager of another program. */
export interface ConnectOptions extends ManagerAddress {
  /** What both sides have to know. It never travels. */
  authkey: Uint8Array;
  /** How many milliseconds to wait at most; for ever unless given. */
  timeout?: number;
}

/** How a call can be given up. */
export interface CallOptions {
  /** Ends the call when it is aborted. Who got what he waited for before that has it. */
  signal?: AbortSignal;
}

/** How long a call waits. */
export interface ManagedWaitOptions extends CallOptions {
  /** How many milliseconds at most; for ever unless given. `RangeError` if it is not a number. */
  timeout?: number;
}

/** How a lock is taken. */
export interface ManagedAcquireOptions extends ManagedWaitOptions {
  /** Whether to wait for it; `true` unless given. */
  blocking?: boolean;
}

/** A mapping that everybody changes. Made by {@linkcode Manager.dict}. Its keys keep their order. */
export interface DictProxy<K extends DictKey, V> extends BaseProxy, AsyncIterable<K> {
  /** A copy of the value of the key, or `undefined`. */
  get(key: K): Promise<V | undefined>;
  /** Stores a copy of the value. */
  set(key: K, value: V): Promise<void>;
  /** Whether there is such a key. */
  has(key: K): Promise<boolean>;
  /** Removes the key. Resolves to whether there was one. */
  delete(key: K): Promise<boolean>;
  /** How many keys there are. */
  size(): Promise<number>;
  /** All keys at one moment. */
  keys(): Promise<K[]>;
  /** Copies of all values at one moment. */
  values(): Promise<V[]>;
  /** All keys with copies of their values at one moment: `new Map(await dict.entries())` is a copy. */
  entries(): Promise<[K, V][]>;
  /** Removes all keys. */
  clear(): Promise<void>;
  /** Stores the value unless there is one, in one step. Resolves to the one that is there now. */
  setDefault(key: K, value: V): Promise<V>;
  /** Stores all of them in one step. */
  update(entries: ReadonlyMap<K, V> | readonly (readonly [K, V])[]): Promise<void>;
  /** Removes the key and resolves to its value; {@linkcode KeyError} if there is none, and no fallback. */
  pop(key: K, ...fallback: V[]): Promise<V>;
  /** Removes the youngest key and resolves to it and its value; {@linkcode KeyError} if there is none. */
  popItem(): Promise<[K, V]>;
  /** The keys, one call for each; `RangeError` if one was added or removed meanwhile. */
  [Symbol.asyncIterator](): AsyncIterator<K>;
}

/** A list of fixed length that everybody changes. Made by {@linkcode Manager.array}. */
export interface ArrayProxy<T> extends BaseProxy, AsyncIterable<T> {
  /** A copy of the item; a negative index counts from the end. `RangeError` if there is none. */
  at(index: number): Promise<T>;
  /** Puts a copy of the value in its place. `RangeError` if there is no such place. */
  set(index: number, value: T): Promise<void>;
  /** How many items there are. */
  size(): Promise<number>;
  /** Copies of the items from `start` to before `end`, as in `Array.slice`: all of them unless given. */
  slice(start?: number, end?: number): Promise<T[]>;
  /** The items, one call for each. What is changed meanwhile is seen. */
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

/** A list that everybody changes. Made by {@linkcode Manager.list}. */
export interface ListProxy<T> extends ArrayProxy<T> {
  /** Adds a copy of the item at the end. */
  append(item: T): Promise<void>;
  /** Adds all of them at the end. */
  extend(items: readonly T[]): Promise<void>;
  /** Puts the item before the one at that index; at an end if there is no such index. */
  insert(index: number, item: T): Promise<void>;
  /** Removes the item at the index, the last one unless given; `RangeError` if there is none. */
  pop(index?: number): Promise<T>;
  /** Removes the item at the index; `RangeError` if there is none. */
  delete(index: number): Promise<void>;
  /** Removes the first item that equals it; `RangeError` if none does. */
  remove(item: T): Promise<void>;
  /** Where the first item is that equals it; `RangeError` if none does. */
  index(item: T): Promise<number>;
  /** Whether an item equals it. */
  includes(item: T): Promise<boolean>;
  /** How many items equal it. */
  count(item: T): Promise<number>;
  /** Puts numbers, or texts, in their order; `TypeError` if there are others, and nothing is changed. */
  sort(options?: { reverse?: boolean }): Promise<void>;
  /** Turns the order round. */
  reverse(): Promise<void>;
  /** Removes all items. */
  clear(): Promise<void>;
  /** Makes it so many times as long, with the same items again and again. Python's `list *= n`. */
  repeat(times: number): Promise<void>;
}

/** A record that everybody changes. Made by {@linkcode Manager.namespace}. */
export interface NamespaceProxy<T extends object> extends BaseProxy {
  /** A copy of the value; {@linkcode KeyError} if there is none. */
  get<Name extends keyof T & string>(name: Name): Promise<T[Name]>;
  /** Stores a copy of the value; `TypeError` if the name begins with `_`, which is for one's own. */
  set<Name extends keyof T & string>(name: Name, value: T[Name]): Promise<void>;
  /** Removes the value; {@linkcode KeyError} if there is none. */
  delete(name: keyof T & string): Promise<void>;
  /** All names at one moment. */
  names(): Promise<(keyof T & string)[]>;
}

/** One value that everybody changes. Made by {@linkcode Manager.value}. */
export interface ValueProxy<T> extends BaseProxy {
  /** A copy of the value. */
  get(): Promise<T>;
  /** Stores a copy of the value. */
  set(value: T): Promise<void>;
}

/** A lock. Made by {@linkcode Manager.lock} and {@linkcode Manager.rlock}. */
export interface LockProxy extends BaseProxy {
  /** Takes it, first come, first served. Resolves to whether it was taken in time. */
  acquire(options?: ManagedAcquireOptions): Promise<boolean>;
  /** Gives it back; {@linkcode LockError} if it is not held, or an RLock is held by somebody else. */
  release(): Promise<void>;
  /** Whether somebody holds it. */
  locked(): Promise<boolean>;
  /** Takes it, until the end of the block: `await using _held = await lock.hold()`. */
  hold(options?: CallOptions): Promise<AsyncDisposable>;
}

/** A semaphore. Made by {@linkcode Manager.semaphore} and {@linkcode Manager.boundedSemaphore}. */
export interface SemaphoreProxy extends BaseProxy {
  /** Takes a permit, first come, first served. Resolves to whether there was one in time. */
  acquire(options?: ManagedAcquireOptions): Promise<boolean>;
  /**
   * Gives permits back, one unless given; {@linkcode SemaphoreError} above the bound, and nothing is
   * changed. `RangeError` if that is no number of permits.
   */
  release(n?: number): Promise<void>;
  /** How many permits are free. */
  value(): Promise<number>;
  /** Takes a permit, until the end of the block. */
  hold(options?: CallOptions): Promise<AsyncDisposable>;
}

/** A lock with a place to wait. Made by {@linkcode Manager.condition}. */
export interface ConditionProxy extends LockProxy {
  /**
   * Gives the lock back, waits to be notified, and takes the lock again, also when it gives up. Resolves to
   * whether it was notified in time; {@linkcode LockError} if the lock is not held.
   */
  wait(options?: ManagedWaitOptions): Promise<boolean>;
  /** Waits until the predicate, which is called here, is true. Resolves to what it has said last. */
  waitFor<R>(predicate: () => R | Promise<R>, options?: ManagedWaitOptions): Promise<R>;
  /**
   * Wakes as many as `n` of those who wait, one unless given, who has waited longest first;
   * {@linkcode LockError} if the lock is not held, `RangeError` if that is no number of them.
   */
  notify(n?: number): Promise<void>;
  /** Wakes all who wait; {@linkcode LockError} if the lock is not held. */
  notifyAll(): Promise<void>;
}

/** A flag to wait for. Made by {@linkcode Manager.event}. */
export interface EventProxy extends BaseProxy {
  /** Raises the flag: all who wait go on, also if it is lowered at once. */
  set(): Promise<void>;
  /** Lowers the flag. */
  clear(): Promise<void>;
  /** Whether it is raised. */
  isSet(): Promise<boolean>;
  /** Waits for it. Resolves to whether it was raised in time. */
  wait(options?: ManagedWaitOptions): Promise<boolean>;
}

/** A place where so many wait for each other. Made by {@linkcode Manager.barrier}. */
export interface BarrierProxy extends BaseProxy {
  /**
   * Waits for the others. Resolves to a number from 0, another one for each of the round;
   * {@linkcode BrokenBarrier} if somebody gives up or ends while he waits, or the barrier is broken.
   */
  wait(options?: ManagedWaitOptions): Promise<number>;
  /** Makes it new. Who waits gets {@linkcode BrokenBarrier}. */
  reset(): Promise<void>;
  /** Breaks it: who waits gets {@linkcode BrokenBarrier}, and who comes later. */
  abort(): Promise<void>;
  /** How many it waits for. */
  parties(): Promise<number>;
  /** How many wait now. */
  waiting(): Promise<number>;
  /** Whether it is broken. */
  broken(): Promise<boolean>;
}

/** A queue. Made by {@linkcode Manager.queue}. */
export interface QueueProxy<T> extends BaseProxy {
  /** Waits for a free slot and puts a copy of the item in; {@linkcode QueueFull} if its time is over. */
  put(item: T, options?: ManagedWaitOptions): Promise<void>;
  /** Waits for an item and takes it out; {@linkcode QueueEmpty} if its time is over. */
  get(options?: ManagedWaitOptions): Promise<T>;
  /** Puts a copy of the item in; {@linkcode QueueFull} if there is no slot. */
  putNowait(item: T): Promise<void>;
  /** Takes an item out; {@linkcode QueueEmpty} if there is none. */
  getNowait(): Promise<T>;
  /** How many items are in it. */
  size(): Promise<number>;
  /** Whether there is none. */
  isEmpty(): Promise<boolean>;
  /** Whether there is no free slot. */
  isFull(): Promise<boolean>;
  /** Says that one of the items that were taken is done; `RangeError` if all are. */
  taskDone(): Promise<void>;
  /** Waits until all items are done. Resolves to whether they were in time. */
  join(options?: ManagedWaitOptions): Promise<boolean>;
  /** Refuses more items with {@linkcode QueueShutDown}; `immediate` drops those that are in it. */
  shutdown(options?: { immediate?: boolean }): Promise<void>;
}

/**
 * A server process that holds objects which many processes share. Python's `multiprocessing.Manager()`, a
 * `SyncManager`.
 *
 * What is stored in an object is a copy, and so is what is read: who changes it has to store it again. Only
 * a proxy stands for the object itself, also inside another one. Calls of one client begin in the order
 * in which they are made; a call that waits holds up no other. Objects live as long as the manager.
 *
 * @example A number of each
 * ```ts
 * import { Manager } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = await Manager.start();
 * const buns = await manager.dict<string, number>();
 * await buns.set("pork", 3); // So can every process that was given `buns`.
 * assertEquals(await buns.entries(), [["pork", 3]]);
 * ```
 */
export class Manager implements AsyncDisposable {
  #client!: Client;
  #process?: Process;
  #ending?: Promise<void>;

  private constructor() {
    refuseClones(this);
  }

  /**
   * Starts the server, and waits until it serves. It is a daemon: it ends with this process, however that
   * ends. Python's `multiprocessing.Manager()`.
   *
   * @throws {TypeError} If the options make no sense.
   * @throws {Error} What the initializer or the module has thrown, or the system.
   */
  static async start(options: ManagerOptions = {}): Promise<Manager> {
    const key = newKey();
    const args = [key, planOf(options)];
    const process = new Process({
      module: serverModule,
      target: "serveManager",
      args,
      name: "Manager",
      daemon: true,
    });
    process.start();
    const address = await process.receive().catch(() => process.result()) as Address;
    const client = new Client({ address, key });
    try {
      await client.connect();
    } catch (error) {
      process.kill();
      throw error;
    }
    return Manager.#of(client, process);
  }

  /**
   * Joins the manager of another program, which {@linkcode Manager.serve} has opened. What is made and
   * got here lives there. Python's `BaseManager.connect`.
   *
   * @throws {AuthenticationError} If one of the two does not know the key.
   * @throws {ManagerError} If nobody answers at that address.
   * @throws {DOMException} `TimeoutError`, if its time is over.
   * @throws {TypeError} If the key is not made of bytes.
   * @throws {RangeError} If the timeout is not a number.
   */
  static async connect(options: ConnectOptions): Promise<Manager> {
    const { hostname, port, authkey, timeout = Infinity } = options;
    requireTimeout("connect", timeout);
    const address = { transport: "tcp", hostname, port } as const;
    const client = new Client({ address, key: requireKey(authkey) });
    await client.connect(timeout);
    return Manager.#of(client);
  }

  /** The number that the system knows the server by; `undefined` if another program has started it. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** A new dict, with copies of these entries. */
  dict<K extends DictKey, V>(
    entries: ReadonlyMap<K, V> | readonly (readonly [K, V])[] = [],
  ): Promise<DictProxy<K, V>> {
    return this.create("dict", [...entries]);
  }

  /** A new list, with copies of these items. */
  list<T>(items: Iterable<T> = []): Promise<ListProxy<T>> {
    return this.create("list", [...items]);
  }

  /** A new record, with copies of these values. */
  namespace<T extends object>(values: Partial<T> = {}): Promise<NamespaceProxy<T>> {
    return this.create("namespace", values);
  }

  /** A new value, of any type: Python asks for a typecode and does not look at it. */
  value<T>(value: T): Promise<ValueProxy<T>> {
    return this.create("value", value);
  }

  /** A new list of fixed length, with copies of these items. */
  array<T>(items: Iterable<T>): Promise<ArrayProxy<T>> {
    return this.create("array", [...items]);
  }

  /** A new lock. It belongs to nobody: whoever has it may let somebody else release it. */
  lock(): Promise<LockProxy> {
    return this.create("lock");
  }

  /**
   * A new lock that belongs to the thread of the process that has taken it. That one may take it again,
   * and releases it as often. It is free again when its owner has ended.
   */
  rlock(): Promise<LockProxy> {
    return this.create("rlock");
  }

  /** A new semaphore of so many permits. `RangeError` if that is no number of permits. */
  semaphore(value: number = 1): Promise<SemaphoreProxy> {
    return this.create("semaphore", value);
  }

  /** A new semaphore that never has more permits than at first. */
  boundedSemaphore(value: number = 1): Promise<SemaphoreProxy> {
    return this.create("boundedSemaphore", value);
  }

  /** A new condition over that lock, or over an RLock of its own. */
  condition(lock?: LockProxy): Promise<ConditionProxy> {
    return this.create("condition", ...lock ? [lock] : []);
  }

  /** A new event, which is not set. */
  event(): Promise<EventProxy> {
    return this.create("event");
  }

  /**
   * A new barrier for so many. Who does not say how long he waits, waits for `timeout` milliseconds.
   * `RangeError` if nobody could ever wait at it.
   */
  barrier(parties: number, { timeout }: { timeout?: number } = {}): Promise<BarrierProxy> {
    return this.create("barrier", parties, ...timeout === undefined ? [] : [timeout]);
  }

  /** A new queue of as many slots; without a bound if 0 or less. */
  queue<T>({ maxsize = 0 }: { maxsize?: number } = {}): Promise<QueueProxy<T>> {
    return this.create("queue", maxsize);
  }

  /**
   * A new object of a type, made with these arguments. An object that a function of one's own returns
   * again is the same one for all. Python's `BaseManager.register`.
   *
   * @throws {KeyError} If the manager has no such type.
   */
  create<T extends BaseProxy>(type: string, ...args: unknown[]): Promise<T> {
    return this.#client.call(root, "create", [type, ...args]) as Promise<T>;
  }

  /**
   * Opens the manager for other programs, until it ends. Resolves to where it is. Only who knows the key
   * is let in, may make objects, and can get those that are published.
   *
   * @throws {TypeError} If the key is not made of bytes.
   * @throws {ManagerError} If another program has started the manager.
   * @throws {Error} Deno's own, if the address cannot be had.
   */
  async serve(options: ServeOptions): Promise<ManagerAddress> {
    const { hostname = "127.0.0.1", port = 0, published = {}, handshakeTimeout = 5_000 } = options;
    requireTimeout("serve", handshakeTimeout);
    const key = requireKey(options.authkey);
    this.#requireOwn("serve");
    const opening = { at: { hostname, port }, key, published, handshakeTimeout };
    const { port: found } = await this.#client.call(root, "serve", [opening]) as ManagerAddress;
    return { hostname, port: found };
  }

  /**
   * What is published under that name.
   *
   * @throws {KeyError} If there is nothing.
   */
  get<T extends BaseProxy>(name: string): Promise<T> {
    return this.#client.call(root, "get", [name]) as Promise<T>;
  }

  /**
   * Ends the server and waits for its end. Whoever waits for it gets a {@linkcode ManagerError}. One that
   * does not end within a second is killed. More calls do no harm. Python's `SyncManager.shutdown`.
   *
   * @throws {ManagerError} If another program has started the manager.
   */
  shutdown(): Promise<void> {
    try {
      this.#requireOwn("shut down");
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#ending ??= this.#end(this.#process!);
  }

  /** Ends the server, or if another program has started it, the line to it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process) await this.shutdown();
    else this.#client.close();
  }

  /** `Manager(pid 123)`, or where it is if another program has started it. */
  toString(): string {
    return `Manager(${this.#process ? `pid ${this.pid}` : this.#client})`;
  }

  static #of(client: Client, process?: Process): Manager {
    const manager = new Manager();
    manager.#client = client;
    manager.#process = process;
    return manager;
  }

  #requireOwn(what: string): void {
    if (!this.#process) {
      throw new ManagerError(`Cannot ${what} ${this}: only the program that has started it can`);
    }
  }

  async #end(process: Process): Promise<void> {
    if (process.isAlive) process.send("end");
    if (!await process.join({ timeout: 1_000 })) process.kill();
    await process.join();
    this.#client.close();
  }
}

function planOf({ module, types = {}, initializer, initArgs = [] }: ManagerOptions): Plan {
  const url = moduleUrl("manager", module);
  if (!url && (initializer !== undefined || Object.keys(types).length > 0)) {
    throw new TypeError("Cannot make a manager as its functions need the 'module' they are in");
  }
  if (initializer !== undefined && typeof initializer !== "string") {
    throw new TypeError("Cannot make a manager as 'initializer' must be the name of a function");
  }
  for (const [name, methods] of Object.entries(types)) {
    if (!Array.isArray(methods) || !methods.every(isCallable)) {
      throw new TypeError(
        `Cannot make a manager as the methods of '${name}' must be names that no other object has`,
      );
    }
  }
  return { module: url, types, initializer, initArgs };
}

/** Whether a proxy can have such a method. One with a `then` would be a promise in the eyes of `await`. */
function isCallable(name: unknown): boolean {
  return typeof name === "string" && name !== "then" && !(name in BaseProxy.prototype);
}

function requireKey(key: Uint8Array): Uint8Array {
  if (key instanceof Uint8Array) return key;
  throw new TypeError("Cannot use that 'authkey' as it must be a Uint8Array");
}
