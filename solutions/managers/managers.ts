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
import { BrokenBarrier } from "#solutions/barriers/barriers.ts";
import { LockError } from "#solutions/locks/locks.ts";
import { parentProcess, Process } from "#solutions/processes/processes.ts";
import { Queue, QueueEmpty, QueueFull, QueueShutDown } from "#solutions/queues/queues.ts";
import { SemaphoreError } from "#solutions/semaphores/semaphores.ts";
import { decode, encode, isPlain } from "#solutions/_shared/encoding.ts";
import { type Address, connectTo, Door, needsOf } from "#solutions/_shared/door.ts";
import { knowsKey, newKey, showKey } from "#solutions/_shared/handshake.ts";
import { holding } from "#solutions/_shared/holding.ts";
import { framed, Line } from "#solutions/_shared/line.ts";
import {
  arrive,
  depart,
  type Departure,
  refuseClones,
  withLeaves,
  withObjects,
} from "#solutions/_shared/travelling.ts";
import { requireTimeout, settlesWithin, waitLimit } from "#solutions/_shared/waiting.ts";
import { messageOf, moduleUrl } from "#solutions/_shared/work.ts";

/** A manager was asked for what it cannot do, or has ended. Python's `EOFError` and `AssertionError`. */
export class ManagerError extends Error {
  /** `ManagerError`. */
  override name = "ManagerError";
}

/** One of the two sides does not know the key. Python's `AuthenticationError`. */
export class AuthenticationError extends Error {
  /** `AuthenticationError`. */
  override name = "AuthenticationError";
}

/**
 * A call has failed in the server with an error of a class that is not known here, or its result cannot
 * travel. Python's `RemoteError`.
 */
export class RemoteError extends Error {
  /** `RemoteError`. */
  override name = "RemoteError";
}

/** There is nothing of that name, or with that key. Python's `KeyError` and `AttributeError`. */
export class KeyError extends Error {
  /** `KeyError`. */
  override name = "KeyError";
}

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

/** What is said of an object in the place of it. */
interface Ref {
  /** Its name. Who was not given it cannot guess it. */
  id: string;
  /** `dict`, or whatever it is. */
  type: string;
  /** What can be called. */
  methods: readonly string[];
}

/** A value in which there may be objects: they are refs, and texts that begin with the mark stand for them. */
interface Parcel<R> {
  value?: unknown;
  mark?: string;
  refs?: R[];
}

/** What a client asks for. */
type Call = { id: number; object: string; method: string } & Parcel<string>;

/** What a client says: it makes a call, or gives up the call of that number. */
type Request = Call | { cancel: number };

/** What the server says: the result of the call of that number, or how it failed. */
type Answer = { id: number; error?: Failure; isCancelled?: true } & Parcel<Ref>;

/** An error, as it travels. */
interface Failure {
  name: string;
  message: string;
  stack?: string;
}

/** The name of the object that the server itself is. */
const root = "manager";

let makeProxy: (client: Client, ref: Ref) => BaseProxy;
let idOf: (proxy: BaseProxy, client: Client) => string;

/**
 * An object of a manager, as everybody sees it but the server: each method makes a call of the server, and
 * is a promise. It can be an argument of a {@linkcode Process}, and travel in its messages; in another
 * object of the same manager it is that object itself, and not a copy. Python's `BaseProxy`.
 */
export class BaseProxy {
  #client!: Client;
  #ref!: Ref;

  static {
    makeProxy = (client, ref) => {
      const proxy = new BaseProxy();
      proxy.#client = client;
      proxy.#ref = ref;
      const own = Object.fromEntries(ref.methods.map((name) => [
        name,
        (...args: unknown[]) => proxy.callMethod(name, ...args),
      ]));
      const all = { ...own, ...conveniences(proxy, ref) };
      for (const key of Reflect.ownKeys(all)) {
        Object.defineProperty(proxy, key, { value: all[key as string] });
      }
      return proxy;
    };
    idOf = (proxy, client) => {
      if (proxy.#client.server === client.server) return proxy.#ref.id;
      throw new TypeError(`Cannot send ${proxy} as it belongs to another manager`);
    };
  }

  private constructor() {
    refuseClones(this);
  }

  /**
   * Calls the method of that name, whether or not this object has it: the server decides. A `signal` in
   * the last argument ends the wait. Python's `BaseProxy._callmethod`.
   *
   * @throws {TypeError} If it is not among the methods that may be called.
   * @throws {ManagerError} If the manager has ended.
   * @throws {DOMException} `DataCloneError`, if an argument cannot travel.
   * @throws {Error} What the method has thrown; a {@linkcode RemoteError} if its class is not known here.
   */
  callMethod(name: string, ...args: unknown[]): Promise<unknown> {
    const last = args.at(-1) as CallOptions | undefined;
    if (!(last?.signal instanceof AbortSignal)) return this.#client.call(this.#ref.id, name, args);
    const { signal, ...options } = last;
    return this.#client.call(this.#ref.id, name, [...args.slice(0, -1), options], signal);
  }

  /** `Proxy(dict 3f2a9c41)`: what it stands for, and how its name begins. It asks nobody. */
  toString(): string {
    return `Proxy(${this.#ref.type} ${this.#ref.id.slice(0, 8)})`;
  }

  /** What `console.log` shows: the same. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** How it travels to another process. */
  [depart](): Departure {
    const data = [this.#client.toData(), this.#ref];
    return { module: import.meta.url, data, needs: needsOf(this.#client.address) };
  }

  /** Makes it again there. */
  static [arrive](departed: unknown): BaseProxy {
    const [data, ref] = departed as [ClientData, Ref];
    return makeProxy(Client.from(data), ref);
  }
}

/** What proxies do on this side, with the methods that they have. */
function conveniences(proxy: BaseProxy, { methods }: Ref): object {
  const call = (name: string, ...args: unknown[]) => proxy.callMethod(name, ...args);
  const has = (name: string) => methods.includes(name);
  return {
    ...has("acquire") && {
      async hold(options: CallOptions = {}) {
        await call("acquire", options);
        return { [Symbol.asyncDispose]: () => call("release") };
      },
    },
    ...has("notify") && {
      waitFor: (predicate: () => unknown, options?: ManagedWaitOptions) =>
        waitFor(proxy as ConditionProxy, predicate, options),
    },
    ...has("iterate") && {
      async *[Symbol.asyncIterator]() {
        yield* await call("iterate") as AsyncIterable<unknown>;
      },
    },
    ...has("next") && {
      async *[Symbol.asyncIterator]() {
        let isOver = false;
        try {
          for (;;) {
            isOver = true; // If the call fails.
            const { done = false, value } = await call("next") as IteratorResult<unknown>;
            isOver = done;
            if (done) return value;
            yield value;
          }
        } finally {
          if (!isOver) await call("return");
        }
      },
    },
  };
}

async function waitFor<R>(
  condition: ConditionProxy,
  predicate: () => R | Promise<R>,
  { timeout = Infinity, signal }: ManagedWaitOptions = {},
): Promise<R> {
  requireTimeout("wait", timeout);
  const end = performance.now() + timeout;
  for (;;) {
    const said = await predicate();
    const left = end - performance.now();
    if (said || left <= 0) return said;
    await condition.wait({ timeout: left, signal });
  }
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
      module: import.meta.url,
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

/** What the server of a manager is told. */
interface Plan {
  module?: string;
  types: Readonly<Record<string, readonly string[]>>;
  initializer?: string;
  initArgs: readonly unknown[];
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

/** What another process has to know to be a client of the same server. */
interface ClientData {
  address: Address;
  key: Uint8Array;
  /** The server's name for itself, as soon as it is known. */
  server?: string;
}

/** Who calls: this thread, in the eyes of every server. */
const self = crypto.randomUUID();

/** This thread's line to a server, shared by all proxies of its objects. */
class Client {
  static readonly #known = new Map<string, Client>();

  readonly address: Address;
  readonly #key: Uint8Array;
  readonly #line: Line;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  /** A connection to somebody who has not proved anything yet. */
  #unproven?: Deno.Conn;
  #connecting?: Promise<void>;
  #failure?: Error;
  #calls = 0;
  #server?: string;

  constructor({ address, key, server }: ClientData) {
    this.address = address;
    this.#key = key;
    this.#line = new Line((body) => {
      const answer = decode(body);
      return answer instanceof Promise
        ? answer.then((answer) => this.#hear(answer))
        : this.#hear(answer as Answer);
    });
    this.#know(server);
  }

  /** The client of that server in this thread. */
  static from(data: ClientData): Client {
    return Client.#known.get(data.server!) ?? new Client(data);
  }

  /** The server's name for itself. */
  get server(): string | undefined {
    return this.#server;
  }

  toData(): ClientData {
    return { address: this.address, key: this.#key, server: this.#server };
  }

  toString(): string {
    const { address } = this;
    return address.transport === "tcp" ? `${address.hostname}:${address.port}` : address.path;
  }

  /** Connects, and says who calls. */
  connect(timeout = Infinity): Promise<void> {
    return this.#connecting ??= this.#connect(timeout);
  }

  /** Calls a method of the object of that name. The program stays until it has its answer. */
  call(object: string, method: string, args: unknown[], signal?: AbortSignal): Promise<unknown> {
    this.connect().catch(() => {}); // The call fails with the same error.
    return this.#ask(object, method, args, signal);
  }

  /** Ends the line. Who waits for an answer gets an error. */
  close(error: Error = new ManagerError("The line to the manager was closed")): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#line.close();
    this.#unproven?.close();
    if (Client.#known.get(this.#server!) === this) Client.#known.delete(this.#server!);
    for (const answer of this.#pending.values()) answer.reject(error);
    this.#pending.clear();
  }

  #know(server: string | undefined): void {
    this.#server = server;
    if (server && !Client.#known.has(server)) Client.#known.set(server, this);
  }

  async #connect(timeout: number): Promise<void> {
    const greeting = this.#ask(root, "greet", [self]) as Promise<string>;
    void this.#reach();
    if (!await settlesWithin(greeting.then(() => {}, () => {}), timeout)) {
      const sentence = `No manager within ${timeout} milliseconds at ${this}`;
      this.close(new DOMException(sentence, "TimeoutError"));
    }
    this.#know(await greeting);
  }

  async #reach(): Promise<void> {
    try {
      const conn = this.#unproven = await connectTo(this.address);
      if (this.#failure) return conn.close();
      const isProven = await showKey(conn, this.#key).catch(() => false);
      if (this.#failure) return;
      if (!isProven) return this.close(this.#unprovenError());
      this.#unproven = undefined;
      await this.#line.connect(conn);
      this.close(new ManagerError(`The manager at ${this} has ended`));
    } catch (cause) {
      this.close(new ManagerError(`No manager answers at ${this}: it has ended`, { cause }));
    }
  }

  /** The key of a socket came from the server itself, so that one has died meanwhile. */
  #unprovenError(): Error {
    const isOurs = this.address.transport === "unix";
    if (isOurs) return new ManagerError(`No manager answers at ${this}: it has ended`);
    return new AuthenticationError(`The manager at ${this} has another key`);
  }

  async #ask(
    object: string,
    method: string,
    args: unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#failure) throw this.#failure;
    const id = ++this.#calls;
    const parcel = packed(args, (leaf) => leaf instanceof BaseProxy ? idOf(leaf, this) : undefined);
    this.#send({ id, object, method, ...parcel });
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    const onAbort = () => this.#send({ cancel: id });
    signal?.addEventListener("abort", onAbort);
    this.#line.ref();
    try {
      return await holding(answer.promise);
    } catch (error) {
      throw error === cancelled ? signal!.reason : error;
    } finally {
      this.#line.unref();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #hear(answer: Answer): void {
    const { resolve, reject } = this.#pending.get(answer.id)!;
    this.#pending.delete(answer.id);
    if (answer.isCancelled) reject(cancelled);
    else if (answer.error) reject(errorFrom(answer.error));
    else resolve(unpacked(answer, (ref) => makeProxy(this, ref)));
  }

  #send(request: Request): void {
    // Who sends to a server that has ended is told by the end of the line.
    this.#line.send(framed(encode(request))).catch(() => {});
  }
}

/** What a call that was given up fails with, before it gets the reason of its signal. */
const cancelled = Symbol("cancelled");

/** The value without its objects. `refOf` says what stands for an object, and nothing of other values. */
function packed<R>(value: unknown, refOf: (leaf: unknown) => R | undefined): Parcel<R> {
  if (isPlain(value)) return { value };
  const refs: R[] = [];
  let mark = "";
  const plain = withLeaves(value, (leaf) => {
    const ref = refOf(leaf);
    if (ref === undefined) return leaf;
    mark ||= crypto.randomUUID();
    return mark + (refs.push(ref) - 1);
  });
  if (refs.length > 0) return { value: plain, mark, refs };
  return value === undefined ? {} : { value };
}

/** The value with its objects. */
function unpacked<R>({ value, mark, refs }: Parcel<R>, objectOf: (ref: R) => unknown): unknown {
  return mark ? withObjects(value, mark, refs!.map(objectOf)) : value;
}

/** The errors that arrive as what they are. */
const errorClasses: Record<string, new (message: string) => Error> = {
  ...{ Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError },
  ...{ LockError, SemaphoreError, BrokenBarrier, QueueEmpty, QueueFull, QueueShutDown },
  ...{ ManagerError, KeyError, RemoteError },
  ...Deno.errors,
};

function errorFrom({ name, message, stack }: Failure): Error {
  const isKnown = Object.hasOwn(errorClasses, name);
  const error = isKnown ? new errorClasses[name](message) : new RemoteError(`${name}: ${message}`);
  // Where it was thrown there is worth more than where it was made here.
  if (stack) error.stack = stack;
  return error;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "RemoteError", message: messageOf(error) };
  try {
    const { name, message, stack } = error;
    return { name: String(name), message: String(message), stack: stack && String(stack) };
  } catch {
    return { name: "RemoteError", message: messageOf(error) };
  }
}

/** An object that the server holds. */
class Held {
  constructor(
    readonly ref: Ref,
    readonly object: object,
    /** Whether its methods are told who calls, before their arguments. */
    readonly knowsCaller: boolean,
  ) {}

  /** Calls a method, if it is one of those that may be called: no other, whatever the object inherits. */
  call(caller: Caller, name: string, args: unknown[]): unknown {
    const { type, methods } = this.ref;
    if (!methods.includes(name)) {
      throw new TypeError(`Cannot call '${name}' of a ${type}: it has no such method`);
    }
    const method = (this.object as Record<string, (...args: unknown[]) => unknown>)[name];
    return method.apply(this.object, this.knowsCaller ? [caller, ...args] : args);
  }
}

/** One client, as the server sees it. */
class Session {
  /** The same for all lines of a thread, as soon as it has said who it is. */
  who: string = crypto.randomUUID();
  /** His calls that wait. */
  readonly waiting = new Map<number, AbortController>();
  readonly #opening?: Opening;
  readonly #gone = new AbortController();

  /** One who has come in by that door; by that of the program that has started the server, unless given. */
  constructor(opening?: Opening) {
    this.#opening = opening;
  }

  /** Whether he is of the program that has started the server, or was given a proxy by it. */
  get isOwn(): boolean {
    return this.#opening === undefined;
  }

  /** What is published at his door under that name. */
  get(name: string): Held {
    const { published = {} } = this.#opening ?? {};
    if (Object.hasOwn(published, name)) return published[name];
    throw new KeyError(`Cannot get '${name}': nothing is published under that name`);
  }

  /** Aborted when he has gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  end(): void {
    for (const call of this.waiting.values()) call.abort(givenUp);
    this.#gone.abort(givenUp);
  }
}

/** Who calls, in one of his calls. */
interface Caller {
  session: Session;
  /** Aborted when he gives this call up, or has gone. */
  signal: AbortSignal;
}

/** Few calls look at the signal, so it is made when one does. */
class Calling implements Caller {
  constructor(readonly session: Session, readonly id: number) {}

  get signal(): AbortSignal {
    const { waiting } = this.session;
    const call = waiting.get(this.id) ?? new AbortController();
    waiting.set(this.id, call);
    return call.signal;
  }
}

const givenUp = new Error("The caller has given up");

/** What can be called of an iterator. */
const iteratorMethods = ["next", "return"];

/** What can be made: how, and what can be called then. */
interface Type {
  make(...args: unknown[]): object | Promise<object>;
  methods: readonly string[];
  knowsCaller?: boolean;
}

/** The server of a manager. */
class Server {
  readonly #name = crypto.randomUUID();
  readonly #types: ReadonlyMap<string, Type>;
  readonly #held = new Map<string, Held>();
  /** What a function of one's own has returned is found again. */
  readonly #known = new WeakMap<object, Held>();

  constructor(types: ReadonlyMap<string, Type>) {
    this.#types = types;
  }

  /** Lets in whoever knows the key, and proves it in time: by a door of one's own, or for others. */
  open(key: Uint8Array, opening?: Opening): Address {
    const { at, handshakeTimeout = Infinity } = opening ?? {};
    const door = new Door({
      prefix: "manager_",
      at,
      async knows(caller) {
        const verdict = knowsKey(caller, key).catch(() => false);
        return await settlesWithin(verdict.then(() => {}), handshakeTimeout) && await verdict;
      },
      admit: (caller) => void this.#serve(caller, new Session(opening)),
    });
    return door.address;
  }

  async #serve(caller: Deno.Conn, session: Session): Promise<void> {
    const reply = (request: unknown) => {
      // An error in here ends the line.
      if (!isRequest(request)) throw new TypeError("That is no request");
      if ("cancel" in request) session.waiting.get(request.cancel)?.abort(givenUp);
      else void this.#reply(line, session, request);
    };
    const line = new Line((body) => {
      const request = decode(body);
      return request instanceof Promise ? request.then(reply) : reply(request);
    });
    await line.connect(caller);
    session.end();
  }

  /** Makes the call, which may take as long as it likes, and sends what comes of it. */
  async #reply(line: Line, session: Session, request: Call): Promise<void> {
    const { id } = request;
    let answer: Answer;
    try {
      const value = await this.#perform(new Calling(session, id), request);
      const result = this.#shared(session, value);
      answer = { id, ...packed(result, (leaf) => leaf instanceof Held ? leaf.ref : undefined) };
    } catch (error) {
      answer = error === givenUp ? { id, isCancelled: true } : { id, error: failureOf(error) };
    }
    session.waiting.delete(id);
    line.send(framed(encoded(answer))).catch(() => {}); // He has gone.
  }

  /** The result, or in the place of an iterator an object that lives until it is done, or he has gone. */
  #shared({ gone }: Session, result: unknown): unknown {
    if (!isIterator(result)) return result;
    const forget = () => {
      gone.removeEventListener("abort", end);
      this.#held.delete(held.ref.id);
    };
    const end = async () => {
      forget();
      await result.return?.();
    };
    const next = async () => {
      let isOver = true; // If it fails.
      try {
        const step = await result.next();
        isOver = step.done ?? false;
        return step;
      } finally {
        if (isOver) forget();
      }
    };
    const held = this.#hold("iterator", iteratorMethods, { next, return: end });
    gone.addEventListener("abort", end);
    return held;
  }

  #perform(caller: Calling, { object, method, ...parcel }: Call): unknown {
    const args = unpacked(parcel, (id) => this.#find(id)) as unknown[];
    if (object !== root) return this.#find(object).call(caller, method, args);
    const { session } = caller;
    const [first, ...rest] = args;
    switch (method) {
      case "greet":
        session.who = String(first);
        return this.#name;
      case "create":
        return this.#create(String(first), rest);
      case "get":
        return session.get(String(first));
      case "serve":
        if (session.isOwn) return this.open((first as Opening).key, first as Opening);
    }
    throw new TypeError(`Cannot call '${method}' of the manager: it has no such method`);
  }

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (held) return held;
    throw new ManagerError("Cannot find the object: it is gone");
  }

  async #create(name: string, args: unknown[]): Promise<Held> {
    const type = this.#types.get(name);
    if (!type) throw new KeyError(`Cannot make a '${name}': the manager has no such type`);
    const object = await type.make(...args);
    if (typeof object !== "object" || object === null) {
      throw new TypeError(`Cannot make a '${name}': its function returns no object`);
    }
    const known = this.#known.get(object);
    if (known) return known;
    const held = this.#hold(name, type.methods, object, type.knowsCaller);
    this.#known.set(object, held);
    return held;
  }

  #hold(type: string, methods: readonly string[], object: object, knowsCaller = false): Held {
    const held = new Held({ id: crypto.randomUUID(), type, methods }, object, knowsCaller);
    this.#held.set(held.ref.id, held);
    return held;
  }
}

/** How `serve` opens the server. */
interface Opening {
  at: { hostname: string; port: number };
  key: Uint8Array;
  handshakeTimeout: number;
  published: Record<string, Held>;
}

function isRequest(value: unknown): value is Request {
  if (typeof value !== "object" || value === null) return false;
  return "cancel" in value ||
    ["id", "object", "method"].every((name) => Object.hasOwn(value, name));
}

function isIterator(value: unknown): value is Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return "next" in value && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** The answer as bytes, or one that says that its result cannot travel. */
function encoded(answer: Answer): Uint8Array {
  try {
    return encode(answer);
  } catch (error) {
    const failure = new RemoteError(`The result cannot travel: ${messageOf(error)}`);
    return encode({ id: answer.id, error: failureOf(failure) });
  }
}

/** The types that every manager has. */
const builtIn: Record<string, Type> = {
  dict: {
    make: (entries) => new Dict(entries as [DictKey, unknown][]),
    methods: [
      ...["get", "set", "has", "delete", "size", "keys", "values", "entries", "clear"],
      ...["setDefault", "update", "pop", "popItem", "iterate"],
    ],
  },
  list: {
    make: (items) => new List(items as unknown[]),
    methods: [
      ...["at", "set", "size", "slice", "iterate", "append", "extend", "insert", "pop", "delete"],
      ...["remove", "index", "includes", "count", "sort", "reverse", "clear", "repeat"],
    ],
  },
  array: {
    make: (items) => new List(items as unknown[]),
    methods: ["at", "set", "size", "slice", "iterate"],
  },
  namespace: {
    make: (values) => new Namespace(values as Record<string, unknown>),
    methods: ["get", "set", "delete", "names"],
  },
  value: { make: (value) => new Value(value), methods: ["get", "set"] },
  lock: {
    make: () => new Mutex(),
    methods: ["acquire", "release", "locked"],
    knowsCaller: true,
  },
  rlock: {
    make: () => new RMutex(),
    methods: ["acquire", "release", "locked"],
    knowsCaller: true,
  },
  semaphore: {
    make: (value) => new Permits(value as number),
    methods: ["acquire", "release", "value"],
    knowsCaller: true,
  },
  boundedSemaphore: {
    make: (value) => new Permits(value as number, value as number),
    methods: ["acquire", "release", "value"],
    knowsCaller: true,
  },
  condition: {
    make: (lock) => new Hatch(lock === undefined ? new RMutex() : mutexOf(lock)),
    methods: ["acquire", "release", "locked", "wait", "notify", "notifyAll"],
    knowsCaller: true,
  },
  event: {
    make: () => new Flag(),
    methods: ["set", "clear", "isSet", "wait"],
    knowsCaller: true,
  },
  barrier: {
    make: (parties, timeout) => new Meeting(parties as number, timeout as number),
    methods: ["wait", "reset", "abort", "parties", "waiting", "broken"],
    knowsCaller: true,
  },
  queue: {
    make: (maxsize) => new Belt(maxsize as number),
    methods: [
      ...["put", "get", "putNowait", "getNowait", "size", "isEmpty", "isFull"],
      ...["taskDone", "join", "shutdown"],
    ],
    knowsCaller: true,
  },
};

class Dict {
  readonly #map = new Map<DictKey, unknown>();

  constructor(entries: Iterable<[DictKey, unknown]>) {
    this.update(entries);
  }

  get(key: DictKey): unknown {
    return this.#map.get(requireDictKey(key));
  }

  set(key: DictKey, value: unknown): void {
    this.#map.set(requireDictKey(key), value);
  }

  has(key: DictKey): boolean {
    return this.#map.has(requireDictKey(key));
  }

  delete(key: DictKey): boolean {
    return this.#map.delete(requireDictKey(key));
  }

  size(): number {
    return this.#map.size;
  }

  keys(): DictKey[] {
    return [...this.#map.keys()];
  }

  values(): unknown[] {
    return [...this.#map.values()];
  }

  entries(): [DictKey, unknown][] {
    return [...this.#map];
  }

  clear(): void {
    this.#map.clear();
  }

  setDefault(key: DictKey, value: unknown): unknown {
    if (!this.has(key)) this.set(key, value);
    return this.get(key);
  }

  update(entries: Iterable<[DictKey, unknown]>): void {
    const all = [...entries];
    for (const [key] of all) requireDictKey(key);
    for (const [key, value] of all) this.#map.set(key, value);
  }

  pop(key: DictKey, ...fallback: unknown[]): unknown {
    if (!this.has(key) && fallback.length > 0) return fallback[0];
    if (!this.has(key)) throw new KeyError(`Cannot pop '${key}': there is no such key`);
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  popItem(): [DictKey, unknown] {
    const last = this.entries().at(-1);
    if (!last) throw new KeyError("Cannot pop an item as there is none");
    this.delete(last[0]);
    return last;
  }

  *iterate(): Generator<DictKey> {
    const size = this.size();
    for (const key of this.#map.keys()) {
      yield key;
      if (this.size() !== size) {
        throw new RangeError(`Cannot go on as the dict has ${this.size()} keys now, not ${size}`);
      }
    }
  }
}

/** What is no primitive value is a copy here, and so never the same key again. */
function requireDictKey(key: DictKey): DictKey {
  if (typeof key !== "object" || key === null) return key;
  throw new TypeError("Cannot use an object as a key: take a text, a number or another primitive");
}

/** A list, and also the array of fixed length: of that fewer methods may be called. */
class List {
  #items: unknown[];

  constructor(items: unknown[]) {
    this.#items = items;
  }

  at(index: number): unknown {
    return this.#items[this.#place(index)];
  }

  set(index: number, value: unknown): void {
    this.#items[this.#place(index)] = value;
  }

  size(): number {
    return this.#items.length;
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end);
  }

  *iterate(): Generator<unknown> {
    for (let i = 0; i < this.#items.length; i++) yield this.#items[i];
  }

  append(item: unknown): void {
    this.#items.push(item);
  }

  extend(items: Iterable<unknown>): void {
    for (const item of items) this.#items.push(item);
  }

  insert(index: number, item: unknown): void {
    this.#items.splice(requireIndex(index), 0, item);
  }

  pop(index = -1): unknown {
    const place = this.#place(index);
    return this.#items.splice(place, 1)[0];
  }

  delete(index: number): void {
    this.pop(index);
  }

  remove(item: unknown): void {
    this.pop(this.index(item));
  }

  index(item: unknown): number {
    const place = this.#items.findIndex((each) => equal(each, item));
    if (place >= 0) return place;
    throw new RangeError("Cannot find the item: none is equal to it");
  }

  includes(item: unknown): boolean {
    return this.count(item) > 0;
  }

  count(item: unknown): number {
    return this.#items.filter((each) => equal(each, item)).length;
  }

  sort({ reverse = false }: { reverse?: boolean } = {}): void {
    const kinds = new Set(this.#items.map((item) => typeof item));
    const [kind = "string"] = kinds;
    if (kinds.size > 1 || !["string", "number", "bigint"].includes(kind)) {
      throw new TypeError("Cannot sort what is neither all numbers nor all texts");
    }
    // deno-lint-ignore no-explicit-any -- both are of the same one of these types
    const compare = (a: any, b: any) => a < b ? -1 : a > b ? 1 : 0;
    this.#items.sort(reverse ? (a, b) => compare(b, a) : compare);
  }

  reverse(): void {
    this.#items.reverse();
  }

  clear(): void {
    this.#items = [];
  }

  repeat(times: number): void {
    this.#items = Array.from({ length: Math.max(0, requireIndex(times)) }, () => this.#items)
      .flat();
  }

  #place(index: number): number {
    const { length } = this.#items;
    const place = requireIndex(index) < 0 ? length + index : index;
    if (place >= 0 && place < length) return place;
    throw new RangeError(`Cannot find item ${index}: there are ${length}`);
  }
}

function requireIndex(index: number): number {
  if (Number.isSafeInteger(index)) return index;
  throw new TypeError(`Cannot use ${index} as it must be an integer`);
}

/** Objects of a manager are equal if they are the same; others, which are copies, if they hold the same. */
function equal(a: unknown, b: unknown): boolean {
  return a === b || process.getBuiltinModule("node:util").isDeepStrictEqual(a, b);
}

class Namespace {
  readonly #values = new Map<string, unknown>();

  constructor(values: Record<string, unknown>) {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  get(name: string): unknown {
    return this.#values.get(this.#known(name));
  }

  set(name: string, value: unknown): void {
    if (typeof name !== "string" || name.startsWith("_")) {
      throw new TypeError(
        `Cannot set '${name}': a shared name is a text that does not begin with _`,
      );
    }
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#values.delete(this.#known(name));
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  #known(name: string): string {
    if (this.#values.has(name)) return name;
    throw new KeyError(`Cannot find '${name}': nothing has that name`);
  }
}

class Value {
  #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  get(): unknown {
    return this.#value;
  }

  set(value: unknown): void {
    this.#value = value;
  }
}

/** Those who wait for the same, the longest first. */
class Waiters {
  readonly #waiters = new Set<{ signal: AbortSignal; serve(): void }>();

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Waits to be served, and resolves to whether that was so in time. `take` is called at that very moment,
   * so that nobody can come between. Rejects with the reason of the signal, but not who was served first.
   */
  async wait(limit: number, signal: AbortSignal, take = () => {}): Promise<boolean> {
    signal.throwIfAborted();
    if (limit <= 0) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    let isServed = false;
    const waiter = {
      signal,
      serve() {
        isServed = true;
        take();
        resolve();
      },
    };
    const leave = () => {
      this.#waiters.delete(waiter);
      resolve();
    };
    this.#waiters.add(waiter);
    signal.addEventListener("abort", leave);
    await settlesWithin(promise, limit);
    signal.removeEventListener("abort", leave);
    this.#waiters.delete(waiter);
    if (!isServed) signal.throwIfAborted();
    return isServed;
  }

  /** Lets the first `count` go on. Returns how many did. One that has just gone is nobody. */
  serve(count: number): number {
    const present = [...this.#waiters].filter(({ signal }) => !signal.aborted);
    const first = present.slice(0, count);
    for (const waiter of first) {
      this.#waiters.delete(waiter);
      waiter.serve();
    }
    return first.length;
  }
}

/** A lock that belongs to nobody. */
class Mutex {
  #isHeld = false;
  readonly #waiters = new Waiters();

  async acquire({ signal }: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    // Who is served finds it held, by himself.
    if (this.#isHeld) return await this.#waiters.wait(limit, signal);
    return this.#isHeld = true;
  }

  release(caller: Caller): void {
    this.requireHeld(caller, "release");
    if (this.#waiters.serve(1) === 0) this.#isHeld = false;
  }

  locked(): boolean {
    return this.#isHeld;
  }

  requireHeld(_caller: Caller, what: string): void {
    if (!this.#isHeld) throw new LockError(`Cannot ${what} as the lock is not held`);
  }

  /** Gives it back for a wait. The result takes it again. */
  giveUp(caller: Caller): (caller: Caller) => Promise<unknown> {
    this.release(caller);
    return (caller) => this.acquire(caller);
  }
}

/** A lock that belongs to the thread that has taken it. */
class RMutex {
  #owner?: string;
  #depth = 0;
  #session?: Session;
  readonly #waiters = new Waiters();
  readonly #orphaned = () => this.#pass();

  async acquire(caller: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    return await this.#take(caller, limit, 1);
  }

  release(caller: Caller): void {
    this.requireHeld(caller, "release");
    if (--this.#depth === 0) this.#pass();
  }

  locked(): boolean {
    return this.#depth > 0;
  }

  requireHeld({ session }: Caller, what: string): void {
    if (this.#owner === session.who) return;
    const holder = this.#owner === undefined ? "nobody holds it" : "somebody else holds it";
    throw new LockError(`Cannot ${what} as this is not held by the caller: ${holder}`);
  }

  giveUp(caller: Caller): (caller: Caller) => Promise<unknown> {
    this.requireHeld(caller, "wait");
    const depth = this.#depth;
    this.#pass();
    return (caller) => this.#take(caller, Infinity, depth);
  }

  async #take(caller: Caller, limit: number, depth: number): Promise<boolean> {
    if (this.#owner === caller.session.who) {
      this.#depth += depth;
      return true;
    }
    const take = () => this.#own(caller.session, depth);
    if (this.#owner !== undefined) return await this.#waiters.wait(limit, caller.signal, take);
    take();
    return true;
  }

  #own(session: Session, depth: number): void {
    this.#owner = session.who;
    this.#depth = depth;
    this.#session = session;
    session.gone.addEventListener("abort", this.#orphaned);
  }

  /** Nobody else can release it, so it is also called when its owner has gone. */
  #pass(): void {
    this.#session!.gone.removeEventListener("abort", this.#orphaned);
    this.#owner = undefined;
    this.#depth = 0;
    this.#waiters.serve(1);
  }
}

function mutexOf(lock: unknown): Mutex | RMutex {
  const object = lock instanceof Held ? lock.object : undefined;
  if (object instanceof Mutex || object instanceof RMutex) return object;
  throw new TypeError("Cannot make a condition over what is no lock of this manager");
}

class Permits {
  #value: number;
  readonly #bound: number;
  readonly #waiters = new Waiters();

  constructor(value: number, bound = Infinity) {
    this.#value = requireCount("a semaphore", value, 0);
    this.#bound = bound;
  }

  async acquire({ signal }: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    if (this.#value === 0) return await this.#waiters.wait(limit, signal);
    this.#value--;
    return true;
  }

  release(_caller: Caller, n = 1): void {
    requireCount("a release", n, 1);
    if (this.#value + n > this.#bound) {
      throw new SemaphoreError(
        `Cannot release ${n} as there would be ${
          this.#value + n
        } permits, more than ${this.#bound}`,
      );
    }
    this.#value += n - this.#waiters.serve(n);
  }

  value(): number {
    return this.#value;
  }
}

function requireCount(of: string, n: number, least: number): number {
  if (Number.isSafeInteger(n) && n >= least) return n;
  throw new RangeError(`Cannot make ${of} of ${n} as it must be an integer from ${least} up`);
}

class Hatch {
  readonly #lock: Mutex | RMutex;
  readonly #waiters = new Waiters();

  constructor(lock: Mutex | RMutex) {
    this.#lock = lock;
  }

  acquire(caller: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    return this.#lock.acquire(caller, options);
  }

  release(caller: Caller): void {
    this.#lock.release(caller);
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  async wait(caller: Caller, { timeout = Infinity }: ManagedWaitOptions = {}): Promise<boolean> {
    requireTimeout("wait", timeout);
    this.#lock.requireHeld(caller, "wait");
    const waiting = this.#waiters.wait(timeout, caller.signal);
    const takeAgain = this.#lock.giveUp(caller);
    try {
      return await waiting;
    } finally {
      // Who gives up has to have it again as well, but not who has gone.
      const { session } = caller;
      if (!session.gone.aborted) await takeAgain({ session, signal: session.gone });
    }
  }

  notify(caller: Caller, n = 1): void {
    this.#lock.requireHeld(caller, "notify");
    this.#waiters.serve(requireCount("a notify", n, 0));
  }

  notifyAll(caller: Caller): void {
    this.notify(caller, this.#waiters.size);
  }
}

class Flag {
  #isSet = false;
  readonly #waiters = new Waiters();

  set(): void {
    this.#isSet = true;
    this.#waiters.serve(Infinity);
  }

  clear(): void {
    this.#isSet = false;
  }

  isSet(): boolean {
    return this.#isSet;
  }

  async wait(
    { signal }: Caller,
    { timeout = Infinity }: ManagedWaitOptions = {},
  ): Promise<boolean> {
    requireTimeout("wait", timeout);
    return this.#isSet || await this.#waiters.wait(timeout, signal);
  }
}

/** Those who come together, before the next ones do. */
class Round {
  readonly waiters = new Waiters();
  arrived = 0;
  isBroken = false;

  break(): void {
    this.isBroken = true;
    this.waiters.serve(Infinity);
  }
}

class Meeting {
  readonly #parties: number;
  readonly #timeout: number;
  #round = new Round();

  constructor(parties: number, timeout = Infinity) {
    this.#parties = requireCount("a barrier", parties, 1);
    requireTimeout("make a barrier", timeout);
    this.#timeout = timeout;
  }

  async wait(
    { signal }: Caller,
    { timeout = this.#timeout }: ManagedWaitOptions = {},
  ): Promise<number> {
    requireTimeout("wait", timeout);
    const round = this.#round;
    if (round.isBroken) throw brokenBarrier();
    const index = round.arrived++;
    if (round.arrived === this.#parties) {
      this.#round = new Round();
      round.waiters.serve(Infinity);
      return index;
    }
    try {
      if (!await round.waiters.wait(timeout, signal)) round.break();
    } catch (error) {
      round.break();
      throw error;
    }
    if (round.isBroken) throw brokenBarrier();
    return index;
  }

  reset(): void {
    const round = this.#round;
    this.#round = new Round();
    round.break();
  }

  abort(): void {
    this.#round.break();
  }

  parties(): number {
    return this.#parties;
  }

  waiting(): number {
    return this.#round.waiters.size;
  }

  broken(): boolean {
    return this.#round.isBroken;
  }
}

function brokenBarrier(): BrokenBarrier {
  return new BrokenBarrier("The barrier is broken: not all will come");
}

class Belt {
  readonly #queue: Queue<unknown>;

  constructor(maxsize: number) {
    this.#queue = new Queue({ maxsize });
  }

  put({ signal }: Caller, item: unknown, { timeout }: ManagedWaitOptions = {}): Promise<void> {
    return this.#queue.put(item, { timeout, signal });
  }

  get({ signal }: Caller, { timeout }: ManagedWaitOptions = {}): Promise<unknown> {
    return this.#queue.get({ timeout, signal });
  }

  putNowait(_caller: Caller, item: unknown): void {
    this.#queue.putNowait(item);
  }

  getNowait(): unknown {
    return this.#queue.getNowait();
  }

  size(): number {
    return this.#queue.size;
  }

  isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  isFull(): boolean {
    return this.#queue.isFull;
  }

  taskDone(): void {
    this.#queue.taskDone();
  }

  async join(
    { signal }: Caller,
    { timeout = Infinity }: ManagedWaitOptions = {},
  ): Promise<boolean> {
    requireTimeout("join", timeout);
    const { promise: givesUp, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([settlesWithin(this.#queue.join(), timeout), givesUp]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  shutdown(_caller: Caller, options?: { immediate?: boolean }): void {
    this.#queue.shutdown(options);
  }
}

/**
 * The life of a server: what the process of a {@linkcode Manager} does. It is not for others to call.
 *
 * @throws {Error} What the initializer or the module has thrown.
 */
export async function serveManager(...args: unknown[]): Promise<never> {
  const [key, { module, types, initializer, initArgs }] = args as [Uint8Array, Plan];
  // Ctrl-C is for the program, which may still need its objects to come to its end.
  Deno.addSignalListener("SIGINT", () => {});
  const exports = module ? await import(module) : {};
  const find = (name: string) => {
    if (Object.hasOwn(exports, name) && typeof exports[name] === "function") return exports[name];
    throw new ManagerError(`'${name}' must be a function that ${module} exports`);
  };
  const own = Object.entries(types)
    .map(([name, methods]) => [name, { make: find(name), methods }] as const);
  if (initializer) await find(initializer)(...initArgs);
  const server = new Server(new Map([...Object.entries(builtIn), ...own]));
  const address = server.open(key);
  const sweeper = sweepAfter(address);
  const parent = parentProcess()!;
  parent.send(address);
  await parent.receive().catch(() => {}); // It asks for the end, or has died.
  sweeper?.unref();
  return Deno.exit();
}

/**
 * A shell that removes what a door has in the file system when this process has ended, however: its end of
 * the pipe is closed then. Who is killed removes nothing himself.
 */
function sweepAfter(address: Address): Deno.ChildProcess | undefined {
  if (address.transport !== "unix") return undefined;
  const args = ["-c", sweeping, "sh", address.path];
  const options = { args, stdin: "piped", stdout: "null", stderr: "null" } as const;
  return new Deno.Command("sh", options).spawn();
}

/** Ctrl-C goes to the shell as well, which has to live until it has seen the end of the pipe. */
const sweeping = `trap "" HUP INT TERM; read -r line; rm -f "$1"; rmdir "\${1%/*}"`;
