import type { Call } from "../machine/linearizable.ts";
import type { SharedArray } from "./memory.ts";

/** The real Atomics, taken before any stand-in is put in its place. */
export const RealAtomics: typeof Atomics = globalThis.Atomics;

/** What a thread can do that others can notice. `read` and `write` are plain accesses. */
export type Kind =
  | "read"
  | "write"
  | "load"
  | "store"
  | "exchange"
  | "compareExchange"
  | "add"
  | "sub"
  | "and"
  | "or"
  | "xor"
  | "wait"
  | "notify"
  | "waitAsync"
  | "idle"
  | "callback"
  | "deliver"
  | "begin"
  | "start"
  | "join"
  | "enter"
  | "exit"
  | "request"
  | "call"
  | "return"
  | "clock"
  | "sleep";

/** A value in shared memory. */
export type Value = number | bigint;

/** What an operation hands back to the thread. */
export type Result = Value | string | undefined;

/** One shared operation that a thread is about to perform. */
export interface Operation {
  kind: Kind;
  /** The element it touches; markers and the clock touch none. */
  array?: SharedArray;
  index: number;
  address: number;
  width: number;
  args: Value[];
  /** Milliseconds, for `wait` and `sleep`. */
  timeout: number;
  /**
   * The section of a marker; of a recorded call, the call as it reads, and of its end the result; the thread to
   * start or to join; what an asynchronous wait came to.
   */
  section: string;
  call?: Call;
  /** Whether no other thread may act between the thread's operation before this one and this one. */
  continues?: boolean;
  /** How many may be inside the section. */
  limit: number;
  /** File, line and column in the program under test. */
  where: string;
  /** The calls that led here, innermost first, each as URL, line and column. */
  calls: readonly string[];
}

/** An operation that does not know its place yet. */
export type Request = Omit<Operation, "where" | "calls">;

/** Whether the two are the same request, apart from where in the source they stand. */
export function isSameRequest(a: Operation, b: Operation): boolean {
  return a.kind === b.kind && a.address === b.address && a.section === b.section &&
    Object.is(a.timeout, b.timeout) && a.args.length === b.args.length &&
    a.args.every((value, i) => Object.is(value, b.args[i]));
}

/** Whether the operation is a plain access, which a race can spoil. */
export function isPlain({ kind }: Operation): boolean {
  return kind === "read" || kind === "write";
}

/** The operations that only look. */
export const readers = new Set<Kind>(["read", "load", "wait", "waitAsync"]);

/** Whether the operation touches memory at all. */
export function touchesMemory({ address, kind }: Operation): boolean {
  return address >= 0 && kind !== "notify";
}

/** Whether two operations that may come in either order are a data race. */
export function isRace(a: Operation, b: Operation): boolean {
  if (!touchesMemory(a) || !touchesMemory(b)) return false;
  if (!isPlain(a) && !isPlain(b)) return false;
  if (readers.has(a.kind) && readers.has(b.kind)) return false;
  return a.address < b.address + b.width && b.address < a.address + a.width;
}

/** What stands now in the element that the operation touches. */
export function valueAt({ array, index }: Pick<Operation, "array" | "index">): Value {
  return array![index];
}

/**
 * Performs an operation on the real memory; no other thread runs meanwhile, so it is atomic. Waits, markers and the
 * clock are not its business.
 */
export function perform({ kind, array, index, args }: Request): Result {
  // The element types of array and value fit each other, which the compiler cannot see.
  const cells = array as Int32Array;
  const value = args[0] as number;
  const before = cells[index];
  switch (kind) {
    case "read":
    case "load":
      return before;
    case "write":
      cells[index] = value;
      return undefined;
    case "store":
      return cells[index] = value;
    case "exchange":
      cells[index] = value;
      return before;
    case "compareExchange":
      if (before === value) cells[index] = args[1] as number;
      return before;
    case "add":
      cells[index] = before + value;
      return before;
    case "sub":
      cells[index] = before - value;
      return before;
    case "and":
      cells[index] = before & value;
      return before;
    case "or":
      cells[index] = before | value;
      return before;
    case "xor":
      cells[index] = before ^ value;
      return before;
    default:
      throw new Error(`Cannot perform '${kind}' on memory`);
  }
}

/**
 * Whether the operation with this result left everything as it was, so that doing it again is
 * only waiting. A store is not silent: its result does not tell what stood there before.
 */
export function isSilent({ kind, args }: Operation, result: Result): boolean {
  switch (kind) {
    case "read":
    case "load":
    case "clock":
      return true;
    case "wait":
      return result === "not-equal";
    case "notify":
      return result === 0;
    case "compareExchange":
      return result !== args[0] || args[0] === args[1];
    case "exchange":
      return result === args[0];
    case "add":
    case "sub":
      return Number(args[0]) === 0;
    default:
      return false;
  }
}
