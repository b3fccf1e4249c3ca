/** The objects of a manager as everybody sees them but the server, and the line to the server. */
import { type Address, connectTo, needsOf } from "#solutions/_shared/door.ts";
import { decode, serialize } from "#solutions/_shared/encoding.ts";
import { showKey } from "#solutions/_shared/handshake.ts";
import { holding } from "#solutions/_shared/holding.ts";
import { Line } from "#solutions/_shared/line.ts";
import { arrive, depart, type Departure, refuseClones } from "#solutions/_shared/travelling.ts";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import { AuthenticationError, ManagerError } from "./errors.ts";
import type { CallOptions, ConditionProxy, ManagedWaitOptions } from "./managers.ts";
import {
  type Answer,
  errorFrom,
  packed,
  type Ref,
  type Request,
  root,
  unpacked,
} from "./protocol.ts";

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

/** What another process has to know to be a client of the same server. */
interface ClientData {
  address: Address;
  /** Bytes, which travel as numbers: that is JSON, for which nothing has to be loaded. */
  key: ArrayLike<number>;
  /** The server's name for itself, as soon as it is known. */
  server?: string;
}

/** Who calls: this thread, in the eyes of every server. */
const self = crypto.randomUUID();

/** This thread's line to a server, shared by all proxies of its objects. */
export class Client {
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
    this.#key = new Uint8Array(key);
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
    return { address: this.address, key: Array.from(this.#key), server: this.#server };
  }

  toString(): string {
    const { address } = this;
    return address.transport === "tcp" ? `${address.hostname}:${address.port}` : address.path;
  }

  /** Connects, and says who calls. */
  connect(timeout = Infinity): Promise<void> {
    if (!this.#connecting) {
      this.#connecting = this.#connect(timeout);
      this.#connecting.catch(() => {}); // Each call fails with the same error.
    }
    return this.#connecting;
  }

  /** Calls a method of the object of that name. The program stays until it has its answer. */
  call(object: string, method: string, args: unknown[], signal?: AbortSignal): Promise<unknown> {
    void this.connect();
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
    this.#line.post(serialize(request));
  }
}

/** What a call that was given up fails with, before it gets the reason of its signal. */
const cancelled = Symbol("cancelled");
