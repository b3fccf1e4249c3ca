/** Who calls in the server of a manager, and what he calls. */
import { unlessGivenUp } from "#solutions/_shared/waiting.ts";
import { KeyError } from "./errors.ts";
import type { Ref } from "./protocol.ts";

/** An object that the server holds. */
export class Held {
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
    if (this.knowsCaller) return method.call(this.object, caller, ...args);
    const result = method.apply(this.object, args);
    if (!(result instanceof Promise)) return result;
    // One of one's own does not know who calls: it goes on, and the call ends.
    return unlessGivenUp(result, caller, () => {});
  }
}

/** How `serve` opens the server. */
export interface Opening {
  at: { hostname: string; port: number };
  key: Uint8Array;
  handshakeTimeout: number;
  published: Record<string, Held>;
}

/** One client, as the server sees it. */
export class Session {
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
export interface Caller {
  session: Session;
  /** Aborted when he gives this call up, or has gone. */
  signal: AbortSignal;
}

/** Few calls look at the signal, so it is made when one does. */
export class Calling implements Caller {
  constructor(readonly session: Session, readonly id: number) {}

  get signal(): AbortSignal {
    const { waiting } = this.session;
    const call = waiting.get(this.id) ?? new AbortController();
    waiting.set(this.id, call);
    return call.signal;
  }
}

export const givenUp = new Error("The caller has given up");
