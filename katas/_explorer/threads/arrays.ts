/** Typed arrays over shared memory whose plain reads and writes are operations of the exploration. */
import {
  adopt,
  foreignMemory,
  isBufferStandIn,
  realBuffer,
  RealSharedArrayBuffer,
  refuseField,
  refuseUnseen,
  standInForBuffer,
} from "./buffers.ts";
import { exploration, refuse } from "./exploration.ts";
import type { SharedArray } from "./memory.ts";
import { endLeftover } from "./leftovers.ts";
import type { StandIn } from "./guarded.ts";
import type { Kind, Value } from "./operation.ts";
import { RealProxy } from "./proxies.ts";
import { answer } from "./run.ts";
import { describe } from "./values.ts";

/** Asks for an operation on an element. */
export function onMemory(
  kind: Kind,
  array: SharedArray,
  index: number,
  args: Value[],
  timeout = Infinity,
) {
  if (!exploration) endLeftover();
  if (!exploration.memory.has(array.buffer)) refuse(foreignMemory);
  const address = exploration.memory.address(array, index);
  const width = array.BYTES_PER_ELEMENT;
  return answer({ kind, array, index, address, width, args, timeout, section: "", limit: 1 });
}

const realArrays = new WeakMap<object, SharedArray>();
const standIns = new WeakMap<SharedArray, object>();

/** The real array behind a stand-in, if the array is part of the exploration. */
export function explored(array: unknown): SharedArray | null {
  if (!exploration) return realArrays.has(array as object) ? endLeftover() : null;
  const real = realArrays.get(array as object) ?? array as SharedArray;
  const isShared = ArrayBuffer.isView(real) && real.buffer instanceof RealSharedArrayBuffer;
  if (!isShared) return null;
  if (exploration.memory.has(real.buffer)) return real;
  if (exploration.run) refuse(foreignMemory);
  return null;
}

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
  const buffer = realBuffer(value);
  if (buffer instanceof RealSharedArrayBuffer) {
    return exploration?.memory.has(buffer) ? `b${exploration.memory.startOf(buffer)}` : null;
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
  standIn = new RealProxy(real, {
    get(target, key) {
      if (isIndex(key)) {
        return Number(key) < target.length ? onMemory("read", target, Number(key), []) : undefined;
      }
      if (key === "buffer") return standInForBuffer(target.buffer);
      if (key === "constructor") return constructors.get(target.constructor) ?? target.constructor;
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
      if (key in target && typeof arrayMethods[key] === "function") return arrayMethods[key];
      return Reflect.get(target, key, target);
    },
    set(target, key, value) {
      if (isIndex(key)) {
        if (Number(key) < target.length) {
          onMemory("write", target, Number(key), [coerced(target, value)]);
        }
        return true;
      }
      return exploration?.run ? refuseField(key) : Reflect.set(target, key, value, target);
    },
    getOwnPropertyDescriptor(target, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
      if (descriptor && isIndex(key)) {
        descriptor.value = onMemory("read", target, Number(key), []);
      }
      return descriptor;
    },
    defineProperty(target, key, descriptor) {
      if (!exploration?.run) return Reflect.defineProperty(target, key, descriptor);
      return isIndex(key)
        ? refuseUnseen("an element of a typed array was defined as a property")
        : refuseField(key);
    },
  });
  standIns.set(real, standIn);
  realArrays.set(standIn, real);
  return standIn;
}

const { apply } = Reflect;

/** The methods of typed arrays by themselves, called on a stand-in: to the real ones that is no typed array. */
export const methodsOfArrays: readonly StandIn[] = methodsOf(
  Object.getPrototypeOf(Int32Array.prototype),
  isSeen,
);

/** The same for buffers. */
export const methodsOfBuffers: readonly StandIn[] = methodsOf(
  RealSharedArrayBuffer.prototype,
  isBufferStandIn,
);

function methodsOf(prototype: object, isStandIn: (it: object) => boolean): StandIn[] {
  return Reflect.ownKeys(prototype).filter((key) => key !== "constructor").flatMap((key) => {
    const real = Object.getOwnPropertyDescriptor(prototype, key)!.value;
    if (typeof real !== "function") return [];
    const value = function (this: object, ...args: unknown[]) {
      return exploration?.run && isStandIn(this)
        ? apply(Reflect.get(this, key), this, args)
        : apply(real, this, args);
    };
    return [[prototype, key, { value }] as StandIn];
  });
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

/** The constructors of typed arrays, by their names. */
export const arrayConstructors = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Uint8ClampedArray,
  Float16Array,
  Float32Array,
  Float64Array,
};

/** What stands in for each: its arrays over the program's memory are stand-ins. */
export const constructors: ReadonlyMap<unknown, object> = new Map(
  Object.values(arrayConstructors).map((real) => [
    real,
    new RealProxy(real, {
      construct(target, [source, ...rest], newTarget) {
        const array = Reflect.construct(target, [realBuffer(source), ...rest], newTarget);
        if (!exploration || !(array.buffer instanceof RealSharedArrayBuffer)) return array;
        if (adopt(array.buffer, isBufferStandIn(source))) return standInFor(array);
        return array;
      },
    }),
  ]),
);
