/**
 * What a client and the server of a manager say to each other, and how objects and errors travel.
 */
import { BrokenBarrier } from "#solutions/barriers/barriers.ts";
import { LockError } from "#solutions/locks/locks.ts";
import { ProcessError } from "#solutions/processes/processes.ts";
import { QueueEmpty, QueueFull, QueueShutDown } from "#solutions/queues/queues.ts";
import { SemaphoreError } from "#solutions/semaphores/semaphores.ts";
import { isPlain, serialize } from "#solutions/_shared/encoding.ts";
import { withLeaves, withObjects } from "#solutions/_shared/travelling.ts";
import { messageOf } from "#solutions/_shared/work.ts";
import { KeyError, ManagerError, RemoteError } from "./errors.ts";

/** What is said of an object in the place of it. */
export interface Ref {
  /** Its name. Who was not given it cannot guess it. */
  id: string;
  /** `dict`, or whatever it is. */
  type: string;
  /** What can be called. */
  methods: readonly string[];
}

/** A value in which there may be objects: they are refs, and texts that begin with the mark stand for them. */
export interface Parcel<R> {
  value?: unknown;
  mark?: string;
  refs?: R[];
}

/** What a client asks for. */
export type Call = { id: number; object: string; method: string } & Parcel<string>;

/** What a client says: it makes a call, or gives up the call of that number. */
export type Request = Call | { cancel: number };

/** What the server says: the result of the call of that number, or how it failed. */
export type Answer = { id: number; error?: Failure; isCancelled?: true } & Parcel<Ref>;

/** An error, as it travels. */
export interface Failure {
  name: string;
  message: string;
  stack?: string;
}

/** The name of the object that the server itself is. */
export const root = "manager";

export function isRequest(value: unknown): value is Request {
  if (typeof value !== "object" || value === null) return false;
  return "cancel" in value ||
    ["id", "object", "method"].every((name) => Object.hasOwn(value, name));
}

/** The answer as it travels, or one that says that its result cannot. */
export function serialized(answer: Answer): string | Uint8Array {
  try {
    return serialize(answer);
  } catch (error) {
    const failure = new RemoteError(`The result cannot travel: ${messageOf(error)}`);
    return serialize({ id: answer.id, error: failureOf(failure) });
  }
}

/** The value without its objects. `refOf` says what stands for an object, and nothing of other values. */
export function packed<R>(value: unknown, refOf: (leaf: unknown) => R | undefined): Parcel<R> {
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
export function unpacked<R>(
  { value, mark, refs }: Parcel<R>,
  objectOf: (ref: R) => unknown,
): unknown {
  return mark ? withObjects(value, mark, refs!.map(objectOf)) : value;
}

/** The errors that arrive as what they are. */
const errorClasses: Record<string, new (message: string) => Error> = {
  ...{ Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError },
  ...{ LockError, SemaphoreError, BrokenBarrier, QueueEmpty, QueueFull, QueueShutDown },
  ...{ ProcessError, ManagerError, KeyError, RemoteError },
  ...Deno.errors,
};

export function errorFrom({ name, message, stack }: Failure): Error {
  const isKnown = Object.hasOwn(errorClasses, name);
  const error = isKnown ? new errorClasses[name](message) : new RemoteError(`${name}: ${message}`);
  // Where it was thrown there is worth more than where it was made here.
  if (stack) error.stack = stack;
  return error;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "RemoteError", message: messageOf(error) };
  try {
    const { name, message, stack } = error;
    return { name: String(name), message: String(message), stack: stack && String(stack) };
  } catch {
    return { name: "RemoteError", message: messageOf(error) };
  }
}
