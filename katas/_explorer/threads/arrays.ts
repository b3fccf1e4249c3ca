/** Typed arrays over shared memory whose plain reads and writes are operations of the exploration. */
import { exploration, refuse } from "./exploration.ts";
import type { SharedArray } from "./memory.ts";
import type { Kind, Value } from "./operation.ts";
import { answer } from "./run.ts";
import { describe } from "./values.ts";

/** The real one, taken before any stand-in is put in its place. */
export const RealSharedArrayBuffer = globalThis.SharedArrayBuffer;

/** Asks for an operation on an element. */
export function onMemory(
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
export function explored(array: unknown): SharedArray | null {
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

/** The value as an element of the array holds it. */
export function coerced(array: SharedArray, value: unknown): Value {
  const type = array.constructor as Int32ArrayConstructor;
  let cell = cellOf.get(type);
  if (!cell) cellOf.set(type, cell = new type(1));
  cell[0] = value as number;
  return cell[0];
}

/** One element of each type. */
const cellOf = new Map<Int32ArrayConstructor, Int32Array>();

/** Whether plain accesses to the array are seen. */
export function isSeen(array: object): boolean {
  return realArrays.has(array);
}

describe((value) => {
  if (value instanceof RealSharedArrayBuffer) {
    return exploration?.memory.has(value) ? `b${exploration.memory.startOf(value)}` : null;
  }
  const array = realArrays.get(value);
  if (!array || !exploration?.memory.has(array.buffer)) return null;
  return `a${array.constructor.name}${exploration.memory.address(array, 0)}+${array.length}`;
});

const arrayMethods = Array.prototype as unknown as Record<string | symbol, unknown>;

/** The methods that make a typed array of the same kind, which is in no shared memory. */
const makers = new Set<string | symbol>([
  "slice",
  "map",
  "filter",
  "with",
  "toSorted",
  "toReversed",
]);

function madeAnew(target: SharedArray, key: string | symbol) {
  const method = arrayMethods[key] as (...args: unknown[]) => number[];
  return function (this: unknown, ...args: unknown[]) {
    if (key === "toSorted" && args[0] === undefined) args = [numerically];
    return (target.constructor as Int32ArrayConstructor).from(method.apply(this, args));
  };
}

function numerically(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isIndex(key: string | symbol): boolean {
  return typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);
}

/** A typed array whose plain reads and writes are operations of the exploration. */
export function standInFor(real: SharedArray): object {
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
      if (makers.has(key)) return madeAnew(target, key);
      if (key === "sort") {
        return (order = numerically) => Array.prototype.sort.call(standIn, order);
      }
      // The generic array methods reach the elements through this stand-in, one by one.
      const isMethod = key in target && typeof arrayMethods[key] === "function";
      if (isMethod && key !== "constructor") return arrayMethods[key];
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

function setElements(
  this: Record<number, Value> & { length: number },
  source: ArrayLike<Value>,
  offset = 0,
): void {
  if (offset < 0 || offset + source.length > this.length) {
    throw new RangeError("offset is out of bounds");
  }
  for (let i = 0; i < source.length; i++) this[offset + i] = source[i];
}

/**
 * Takes a buffer into the exploration, and returns whether it is part of it. Only setup may bring one; what
 * assertions make is their own.
 */
export function adopt(buffer: SharedArrayBuffer): boolean {
  const { memory, run, isSealed } = exploration!;
  if (memory.has(buffer)) return true;
  if (run) refuse(foreignMemory);
  if (isSealed) return false;
  if (buffer.growable) refuse("A buffer that can grow cannot be explored: give it its size");
  memory.add(buffer);
  return true;
}
