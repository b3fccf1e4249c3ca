/**
 * The stand-ins for `Atomics`, the typed arrays and the clock that let a thread be stopped at each
 * shared operation, and answered from a record when it is run again.
 */
import { ExplorationError } from "../errors.ts";
import type { Call } from "../machine/linearizable.ts";
import type { Memory, SharedArray } from "./memory.ts";
import {
  localState,
  type Recorded,
  recordOperation,
  runningStatements,
  startRecording,
  stopRecording,
} from "./frames.ts";
import { Outside } from "./outside.ts";
import { describe } from "./values.ts";
import {
  type Kind,
  type Operation,
  perform,
  RealAtomics,
  type Result,
  type Value,
  valueAt,
} from "./operation.ts";

/** Thrown into a thread at its first operation without an answer; made once, for speed. */
const stopped = new Error("The explorer stopped this thread here. Let this error pass");

/** One run of a thread's body from its start. */
export interface Run extends Recorded {
  /** The results of the operations that are already decided. */
  log: readonly Result[];
  /** The first operation beyond the log. */
  pending: Operation | null;
  /** The statements that ran when it was stopped, and its local state there, if it was recorded. */
  statements: number[];
  local: string | null;
  /** How many parts that are one step it is inside of, and whether it has done an operation there. */
  atomic: number;
  hasBegun: boolean;
}

interface Exploration {
  memory: Memory;
  /** The thread's run, or null while setup and assertions run. */
  run: Run | null;
  clock: number;
  onLook: () => void;
  /** Whether the program's memory is made, and nobody may bring more. */
  isSealed: boolean;
  /** What threads see and may not change. */
  outside: Outside;
  /** Why the program cannot be explored; a thread may have caught the error that says so. */
  refusal: Error | null;
}

let exploration: Exploration | null = null;

const RealSharedArrayBuffer = globalThis.SharedArrayBuffer;
const wallStart = 1_600_000_000_000;
const thisFolder = new URL("../", import.meta.url).href;

let putBack: (() => void)[] = [];

/** Runs `explore` with the stand-ins in place; every global is put back afterwards. */
export function withStandIns<T>(memory: Memory, explore: () => T): T {
  if (exploration) {
    throw new ExplorationError(
      "An exploration cannot start inside another one: call everySchedule outside of thread bodies",
    );
  }
  putBack = [
    ...[...replacedGlobals()].map(([owner, key, value]) => replace(owner, key, value)),
    replace(Error, "stackTraceLimit", 16),
  ].reverse();
  exploration = {
    memory,
    run: null,
    clock: 0,
    onLook: () => {},
    isSealed: false,
    outside: new Outside(),
    refusal: null,
  };
  handleStops();
  try {
    return explore();
  } finally {
    removeStandIns();
  }
}

/**
 * Puts every global back. Only needed after a test was ended from outside in the middle of an
 * exploration: then no `finally` has run.
 */
export function removeStandIns(): void {
  exploration = null;
  for (const restore of putBack) restore();
  putBack = [];
}

/**
 * Says that the program's memory is made: what comes later belongs to nobody else. Threads may not change
 * these variables.
 */
export function seal(outside: Record<string, () => unknown>): void {
  exploration!.isSealed = true;
  for (const name in outside) exploration!.outside.add(name, outside[name]);
}

let handlesStops = false;

/** An async function that was stopped or refused is no error that nobody handles. */
function handleStops(): void {
  if (handlesStops) return;
  handlesStops = true;
  globalThis.addEventListener("unhandledrejection", (event) => {
    const isOurs = event.reason === stopped || event.reason instanceof ExplorationError;
    if (isOurs) event.preventDefault();
  });
}

/** Ends the exploration with this error, whatever the thread does with it. */
export function refuse(error: string | Error): never {
  const refusal = typeof error === "string" ? new ExplorationError(error) : error;
  if (exploration) exploration.refusal ??= refusal;
  throw refusal;
}

/** Tells assertions what time it is; `onLook` is called when one asks. */
export function setClock(milliseconds: number, onLook: () => void): void {
  exploration!.clock = milliseconds;
  exploration!.onLook = onLook;
}

/** How a run ended: stopped before an operation, returned, or threw. */
export type Ending =
  | { pending: Operation; statements: number[]; local: string | null }
  | { pending: null; returned: unknown }
  | { pending: null; threw: unknown };

/**
 * Runs a body from its start, answering its operations from the log. Given the statements at which an
 * earlier run of the same log was stopped, it tells the local state as well.
 */
export function runBody(
  body: () => unknown,
  log: readonly Result[],
  statements: readonly number[] = [],
): Ending {
  const run: Run = {
    log,
    cursor: 0,
    pending: null,
    statements: [],
    local: null,
    atomic: 0,
    hasBegun: false,
    alarm,
    awaits,
  };
  const before = exploration!.memory.copy();
  exploration!.run = run;
  startRecording(run, statements);
  let ending: Ending;
  try {
    const returned = body();
    ending = { pending: null, returned };
    requireSynchronous(returned);
  } catch (error) {
    ending = { pending: null, threw: error };
  } finally {
    exploration!.run = null;
    exploration!.outside.watch(stopRecording());
  }
  const { refusal, memory, outside } = exploration!;
  if (refusal) throw refusal;
  outside.check();
  if (!isSameMemory(before, memory.copy())) {
    throw new ExplorationError(
      "A thread wrote to shared memory in a way that the explorer does not see: take typed arrays by " +
        "their own names, as `new Int32Array(buffer)`, not by a name or a class from before",
    );
  }
  return run.pending
    ? { pending: run.pending, statements: run.statements, local: run.local }
    : ending;
}

function awaits(): void {
  refuse("A thread called an async function: only code that does not await can be explored");
}

function isSameMemory(a: Int32Array, b: Int32Array): boolean {
  return a.every((word, i) => word === b[i]);
}

/** Code that awaits or yields has not run when it returns. */
function requireSynchronous(returned: unknown): void {
  const thing = returned as { then?: unknown; next?: unknown } | null | undefined;
  if (typeof thing?.then === "function") {
    // What it was stopped by is no error that nobody handles.
    Promise.resolve(returned).catch(() => {});
    refuse("A thread's body returned a promise: only code that does not await can be explored");
  }
  if (typeof thing?.next === "function" && Symbol.iterator in (thing as object)) {
    refuse("A thread's body is a generator, which has not run: write a plain function");
  }
}

/** Ends a thread that was stopped and goes on all the same, or that goes round and round. */
function alarm(): never {
  if (exploration!.run!.pending) throw stopped;
  return refuse(
    "A thread goes round and round without an operation on shared memory, so no other thread can " +
      "help it. All state must live in the shared buffer",
  );
}

/** A request of a thread that touches no memory: markers, the clock, a sleep. */
export function request(
  kind: "enter" | "exit" | "request" | "call" | "return" | "clock" | "sleep",
  details: { section?: string; limit?: number; timeout?: number; call?: Call } = {},
): Result {
  const { section = "", limit = 1, timeout = Infinity, call } = details;
  return answer({ kind, index: 0, address: -1, width: 0, args: [], timeout, section, limit, call });
}

/** Runs a part of a thread as one step. */
export function asOneStep<T>(part: () => T): T {
  const run = exploration?.run;
  if (!run) return part();
  if (run.atomic++ === 0) run.hasBegun = false;
  try {
    return part();
  } finally {
    run.atomic--;
  }
}

function answer(operation: Omit<Operation, "where">): Result {
  const { run, refusal } = exploration!;
  if (run === null) return answerOutside(operation);
  if (refusal) throw refusal;
  // Code that caught the stop goes on until its next operation, and is stopped there again.
  if (run.pending) throw stopped;
  if (run.cursor < run.log.length) {
    recordOperation(false);
    run.hasBegun = true;
    return run.log[run.cursor++];
  }
  run.pending = placed(operation, run.atomic > 0 && run.hasBegun);
  run.statements = runningStatements();
  run.local = localState((from, to) => run.log.slice(from, to).map(textOf).join());
  recordOperation(true);
  throw stopped;
}

function textOf(result: Result): string {
  return typeof result === "string"
    ? `"${result}"`
    : typeof result === "bigint"
    ? `${result}n`
    : `${result}`;
}

/** The operation, which tells where it stands in the source. A stack is dear to read, and few are asked for. */
function placed(operation: Omit<Operation, "where">, continues: boolean): Operation {
  const here = new Error();
  let where: string | undefined;
  return {
    ...operation,
    continues,
    get where() {
      return where ??= position(here.stack!);
    },
  };
}

/** Setup and assertions act on the memory at once: no other thread runs beside them. */
function answerOutside(operation: Omit<Operation, "where">): Result {
  switch (operation.kind) {
    case "wait":
      if (valueAt(operation) !== operation.args[0]) return "not-equal";
      if (operation.timeout < Infinity) {
        exploration!.clock += operation.timeout;
        return "timed-out";
      }
      throw new ExplorationError(
        "This would sleep for ever: outside of the threads' bodies nobody can wake it",
      );
    case "notify":
      return 0;
    case "clock":
      exploration!.onLook();
      // Time goes by, so that code which spins until a deadline comes to its end.
      return exploration!.clock += 0.01;
    case "enter":
    case "exit":
    case "request":
    case "call":
    case "return":
    case "sleep":
      return undefined;
    default:
      return perform(operation);
  }
}

/** The first line of the call stack that is not the explorer's own. */
function position(stack: string): string {
  const lines = stack.split("\n").slice(1);
  const line = lines.find((line) =>
    !line.includes(thisFolder) || /_test\.ts|\/corpus\//.test(line)
  );
  return line?.match(/([^/\\(\s]+:\d+:\d+)\)?$/)?.[1] ?? "unknown";
}

function onMemory(
  kind: Kind,
  array: SharedArray,
  index: number,
  args: Value[],
  timeout = Infinity,
) {
  const address = exploration!.memory.address(array, index);
  const width = array.BYTES_PER_ELEMENT;
  return answer({ kind, array, index, address, width, args, timeout, section: "", limit: 1 });
}

const realArrays = new WeakMap<object, SharedArray>();
const standIns = new WeakMap<SharedArray, object>();

/** The real array behind a stand-in, if the array is part of the exploration. */
function explored(array: unknown): SharedArray | null {
  if (!exploration) return null;
  const real = realArrays.get(array as object) ?? array as SharedArray;
  const isShared = ArrayBuffer.isView(real) && real.buffer instanceof RealSharedArrayBuffer;
  if (!isShared) return null;
  if (exploration.memory.has(real.buffer)) return real;
  if (exploration.run) refuse(foreignMemory);
  return null;
}

const foreignMemory =
  "A thread made or found shared memory that is not the program's: use the buffer that it was handed, " +
  "and make that in `shared`";

function checkedIndex(array: SharedArray, index: number): number {
  const whole = Math.trunc(Number(index)) || 0;
  if (whole < 0 || whole >= array.length) {
    throw new RangeError(`Invalid atomic access index: ${index} in an array of ${array.length}`);
  }
  return whole;
}

function coerced(array: SharedArray, value: unknown): Value {
  const cell = new (array.constructor as Int32ArrayConstructor)(1);
  cell[0] = value as number;
  return cell[0];
}

describe((value) => {
  if (value instanceof RealSharedArrayBuffer) {
    return exploration?.memory.has(value) ? `b${exploration.memory.startOf(value)}` : null;
  }
  const array = realArrays.get(value);
  if (!array || !exploration?.memory.has(array.buffer)) return null;
  return `a${array.constructor.name}${exploration.memory.address(array, 0)}+${array.length}`;
});

/** What `Atomics.store` returns: the whole number that it was given, also if it does not fit. */
function stored(value: unknown): Value {
  if (typeof value === "bigint") return value;
  return Math.trunc(Number(value)) || 0;
}

/** `wait` and `notify` need an element that a thread can sleep on. */
function requireWaitable(cells: SharedArray, name: string): void {
  if (cells.constructor.name === "Int32Array" || cells.constructor.name === "BigInt64Array") return;
  throw new TypeError(`Atomics.${name} needs an Int32Array or a BigInt64Array over shared memory`);
}

const readModifyWrite = [
  "load",
  "store",
  "exchange",
  "compareExchange",
  "add",
  "sub",
  "and",
  "or",
  "xor",
] as const;

/** `Atomics` as threads under exploration see it; outside of one it is the real one. */
function makeAtomics(): typeof Atomics {
  // deno-lint-ignore no-explicit-any
  const atomics: any = Object.create(
    Object.prototype,
    Object.getOwnPropertyDescriptors(RealAtomics),
  );
  for (const kind of readModifyWrite) {
    // deno-lint-ignore no-explicit-any
    const real = RealAtomics[kind] as any;
    atomics[kind] = (array: unknown, index: number, ...values: unknown[]) => {
      const cells = explored(array);
      if (!cells) return real(array, index, ...values);
      const args = values.map((value) => coerced(cells, value));
      const result = onMemory(kind, cells, checkedIndex(cells, index), args);
      return kind === "store" ? stored(values[0]) : result;
    };
  }
  atomics.wait = (array: unknown, index: number, value: unknown, timeout?: number) => {
    const cells = explored(array);
    if (!cells) return RealAtomics.wait(array as Int32Array, index, value as number, timeout);
    requireWaitable(cells, "wait");
    const at = checkedIndex(cells, index);
    const limit = timeout === undefined || Number.isNaN(Number(timeout))
      ? Infinity
      : Math.max(0, Number(timeout));
    return onMemory("wait", cells, at, [coerced(cells, value)], limit);
  };
  atomics.notify = (array: unknown, index: number, count: number = Infinity) => {
    const cells = explored(array);
    if (!cells) return RealAtomics.notify(array as Int32Array, index, count);
    requireWaitable(cells, "notify");
    return onMemory("notify", cells, checkedIndex(cells, index), [Math.max(0, Number(count) || 0)]);
  };
  atomics.waitAsync = (array: unknown, ...rest: [number, number, number?]) => {
    if (!explored(array)) return RealAtomics.waitAsync(array as Int32Array, ...rest);
    return refuse("Atomics.waitAsync cannot be explored: use Atomics.wait");
  };
  atomics.pause = (...args: unknown[]) => {
    // deno-lint-ignore no-explicit-any
    if (!exploration) (RealAtomics as any).pause(...args);
  };
  return atomics;
}

const StandInAtomics = makeAtomics();

/**
 * Puts the dispatching `Atomics` in place for good. A suite calls it before it imports the code
 * under test, so that `const { load } = Atomics` at the top of a module is seen as well. Outside of
 * an exploration each call goes on to the real one.
 */
export function installAtomics(): void {
  globalThis.Atomics = StandInAtomics;
}

const arrayMethods = Array.prototype as unknown as Record<string | symbol, unknown>;

function isIndex(key: string | symbol): boolean {
  return typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);
}

/** A typed array whose plain reads and writes are operations of the exploration. */
function standInFor(real: SharedArray): object {
  let standIn = standIns.get(real);
  if (standIn) return standIn;
  standIn = new Proxy(real, {
    get(target, key) {
      if (isIndex(key)) {
        return Number(key) < target.length ? onMemory("read", target, Number(key), []) : undefined;
      }
      if (key === "set") return setElements;
      if (key === "subarray") {
        return (start?: number, end?: number) =>
          standInFor(target.subarray(start, end) as SharedArray);
      }
      if (key === "slice") {
        return (start?: number, end?: number) =>
          (target.constructor as Int32ArrayConstructor).from(
            Array.prototype.slice.call(standIn, start, end),
          );
      }
      // The generic array methods reach the elements through this stand-in, one by one.
      if (typeof arrayMethods[key] === "function" && key !== "constructor") {
        return arrayMethods[key];
      }
      return Reflect.get(target, key, target);
    },
    set(target, key, value) {
      if (isIndex(key)) {
        if (Number(key) < target.length) {
          onMemory("write", target, Number(key), [coerced(target, value)]);
        }
        return true;
      }
      return Reflect.set(target, key, value, target);
    },
  });
  standIns.set(real, standIn);
  realArrays.set(standIn, real);
  return standIn;
}

function setElements(this: Record<number, Value>, source: ArrayLike<Value>, offset = 0): void {
  for (let i = 0; i < source.length; i++) this[offset + i] = source[i];
}

/**
 * Takes a buffer into the exploration, and returns whether it is part of it. Only setup may bring one; what
 * assertions make is their own.
 */
function adopt(buffer: SharedArrayBuffer): boolean {
  const { memory, run, isSealed } = exploration!;
  if (memory.has(buffer)) return true;
  if (run) refuse(foreignMemory);
  if (isSealed) return false;
  if (buffer.growable) refuse("A buffer that can grow cannot be explored: give it its size");
  memory.add(buffer);
  return true;
}

const sharedArrayTypes = [
  "Int8Array",
  "Uint8Array",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Uint8ClampedArray",
  "Float16Array",
  "Float32Array",
  "Float64Array",
] as const; // deno-fmt-ignore

function* replacedGlobals(): Generator<[object, PropertyKey, unknown]> {
  yield [globalThis, "Atomics", StandInAtomics];
  yield [globalThis, "SharedArrayBuffer", new Proxy(RealSharedArrayBuffer, {
    construct(target, args) {
      const buffer = Reflect.construct(target, args);
      adopt(buffer);
      return buffer;
    },
  })];
  for (const name of sharedArrayTypes) {
    yield [globalThis, name, new Proxy(globalThis[name], {
      construct(target, args, newTarget) {
        const array = Reflect.construct(target, args, newTarget);
        if (!(array.buffer instanceof RealSharedArrayBuffer)) return array;
        return adopt(array.buffer) ? standInFor(array) : array;
      },
    })];
  }
  yield [globalThis, "DataView", new Proxy(DataView, {
    construct(target, args, newTarget) {
      if (args[0] instanceof RealSharedArrayBuffer) {
        refuse("A DataView over shared memory cannot be explored: use a typed array");
      }
      return Reflect.construct(target, args, newTarget);
    },
  })];
  yield [performance, "now", () => request("clock")];
  yield [Date, "now", () => wallStart + (request("clock") as number)];
  yield [Math, "random", known(Math.random.bind(Math), "Math.random")];
  for (const name of ["getRandomValues", "randomUUID"] as const) {
    // deno-lint-ignore no-explicit-any
    yield [crypto, name, known((crypto[name] as any).bind(crypto), `crypto.${name}`)];
  }
  for (const name of ["setTimeout", "setInterval", "queueMicrotask"]) {
    yield [globalThis, name, () => {
      refuse(`${name} cannot be explored: a thread's body must not wait for the event loop`);
    }];
  }
}

/** Random numbers: setup may have them, threads may not. */
function known<Args extends unknown[], T>(real: (...args: Args) => T, name: string) {
  return (...args: Args): T => {
    if (!exploration?.run) return real(...args);
    return refuse(
      `${name} cannot be explored: what a thread does may depend on nothing but its operations`,
    );
  };
}

function replace(owner: object, key: PropertyKey, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, key, before);
    else Reflect.deleteProperty(owner, key);
  };
}
