/** `Atomics` as threads under exploration see it. */
import { coerced, explored, onMemory } from "./arrays.ts";
import { promised } from "./event_loop.ts";
import type { SharedArray } from "./memory.ts";
import { RealAtomics, type Value } from "./operation.ts";

function checkedIndex(array: SharedArray, index: number): number {
  const whole = wholeNumber(index);
  if (whole < 0 || whole >= array.length) {
    throw new RangeError(`Invalid atomic access index: ${index} in an array of ${array.length}`);
  }
  return whole;
}

/** A whole number, as Deno makes it of what it is given: of a bigint it makes none. */
function wholeNumber(value: unknown): number {
  return Math.trunc(+(value as number)) || 0;
}

/** What `Atomics.store` returns: the whole number that it was given, also if it does not fit. */
function stored(cells: SharedArray, value: unknown): Value {
  const isLong = cells.constructor.name.startsWith("Big");
  return isLong ? BigInt(value as bigint) : wholeNumber(value);
}

const noIntegers = new Set([
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "Uint8ClampedArray",
]);

function requireIntegers(cells: SharedArray, name: string): void {
  if (!noIntegers.has(cells.constructor.name)) return;
  throw new TypeError(`Atomics.${name} needs an array of integers`);
}

/** `wait` and `notify` need an element that a thread can sleep on. */
function requireWaitable(cells: SharedArray, name: string): void {
  if (cells.constructor.name === "Int32Array" || cells.constructor.name === "BigInt64Array") return;
  throw new TypeError(`Atomics.${name} needs an Int32Array or a BigInt64Array over shared memory`);
}

/** The milliseconds of a timeout, which is none if it is no number. */
function limitOf(timeout: unknown): number {
  const milliseconds = +(timeout as number);
  return Number.isNaN(milliseconds) ? Infinity : Math.max(0, milliseconds);
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
      requireIntegers(cells, kind);
      const args = values.map((value) => coerced(cells, value));
      const result = onMemory(kind, cells, checkedIndex(cells, index), args);
      return kind === "store" ? stored(cells, values[0]) : result;
    };
  }
  atomics.wait = (array: unknown, index: number, value: unknown, timeout?: number) => {
    const cells = explored(array);
    if (!cells) return RealAtomics.wait(array as Int32Array, index, value as number, timeout);
    requireWaitable(cells, "wait");
    const at = checkedIndex(cells, index);
    return onMemory("wait", cells, at, [coerced(cells, value)], limitOf(timeout));
  };
  atomics.notify = (array: unknown, index: number, count: number = Infinity) => {
    const cells = explored(array);
    if (!cells) return RealAtomics.notify(array as Int32Array, index, count);
    requireWaitable(cells, "notify");
    return onMemory("notify", cells, checkedIndex(cells, index), [Math.max(0, wholeNumber(count))]);
  };
  atomics.waitAsync = (array: unknown, index: number, value: unknown, timeout?: number) => {
    const cells = explored(array);
    if (!cells) return RealAtomics.waitAsync(array as Int32Array, index, value as number, timeout);
    requireWaitable(cells, "waitAsync");
    const at = checkedIndex(cells, index);
    const result = onMemory("waitAsync", cells, at, [coerced(cells, value)], limitOf(timeout));
    if (typeof result === "string") return { async: false, value: result };
    return { async: true, value: promised(result as number) };
  };
  return atomics;
}

/** Outside of an exploration each call goes on to the real one. */
export const StandInAtomics = makeAtomics();

/**
 * Puts the dispatching `Atomics` in place for good. A suite calls it before it imports the code
 * under test, so that `const { load } = Atomics` at the top of a module is seen as well. Outside of
 * an exploration each call goes on to the real one.
 */
export function installAtomics(): void {
  globalThis.Atomics = StandInAtomics;
}
