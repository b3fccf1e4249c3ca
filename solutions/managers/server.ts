/** The server of a manager: it holds the objects, and makes the calls. */
import { parentProcess } from "#solutions/processes/processes.ts";
import { type Address, Door } from "#solutions/_shared/door.ts";
import { decode } from "#solutions/_shared/encoding.ts";
import { knowsKey } from "#solutions/_shared/handshake.ts";
import { Line } from "#solutions/_shared/line.ts";
import { settlesWithin } from "#solutions/_shared/waiting.ts";
import { whenEnded } from "#solutions/_shared/when_ended.ts";
import { builtIn, type Type } from "./built_in.ts";
import { KeyError, ManagerError } from "./errors.ts";
import {
  type Answer,
  type Call,
  failureOf,
  isRequest,
  packed,
  root,
  serialized,
  unpacked,
} from "./protocol.ts";
import { Calling, givenUp, Held, type Opening, Session } from "./sessions.ts";

/** What the process of a server loads. */
export const serverModule: string = import.meta.url;

/** What the server of a manager is told. */
export interface Plan {
  module: string | null;
  types: Readonly<Record<string, readonly string[]>>;
  initializer: string | null;
  initArgs: readonly unknown[];
}

/**
 * The life of a server: what the process of a {@linkcode Manager} does. It is not for others to call.
 *
 * @throws {Error} What the initializer or the module has thrown.
 */
export async function serveManager(...args: unknown[]): Promise<never> {
  const [key, { module, types, initializer, initArgs }] = args as [number[], Plan];
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
  const address = server.open(new Uint8Array(key));
  const sweeper = address.transport === "unix"
    ? whenEnded('rm -f "$1"; rmdir "${1%/*}"', address.path)
    : undefined;
  const parent = parentProcess()!;
  parent.send(address);
  await parent.receive().catch(() => {}); // It asks for the end, or has died.
  sweeper?.unref();
  return Deno.exit();
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
    line.post(serialized(answer));
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

function isIterator(value: unknown): value is Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return "next" in value && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** What can be called of an iterator. */
const iteratorMethods = ["next", "return"];
