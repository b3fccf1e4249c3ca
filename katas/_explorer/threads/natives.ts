/** What objects of the language's own classes hold beside their fields. */

// Taken before any stand-in is put in its place, and before a class of a program's redefines them.
const { entries } = Map.prototype;
const { values } = Set.prototype;
const { getTime } = Date.prototype;
const { toString } = RegExp.prototype;

// deno-lint-ignore no-explicit-any
type Read = (it: any) => unknown[];

const boxed: Read = (it) => [it.valueOf()];
const nothing: Read = () => [];

/** By the prototype that objects of the class have. */
const reads = new Map<object, Read>([
  [Object.prototype, nothing],
  [Array.prototype, nothing],
  [Map.prototype, (it) => [...entries.call(it)].flat()],
  [Set.prototype, (it) => [...values.call(it)]],
  [Date.prototype, (it) => [getTime.call(it)]],
  [RegExp.prototype, (it) => [toString.call(it)]],
  [Number.prototype, boxed],
  [String.prototype, boxed],
  [Boolean.prototype, boxed],
  [BigInt.prototype, boxed],
  [Symbol.prototype, boxed],
  [URL.prototype, (it) => [it.href]],
  [URLSearchParams.prototype, (it) => [String(it)]],
  [Headers.prototype, (it) => [...it].flat()],
]);

/** What an object of the class with this prototype holds; null if no code can tell. */
export function heldBy(it: object, prototype: object): unknown[] | null {
  return reads.get(prototype)?.(it) ?? null;
}

// deno-lint-ignore no-explicit-any
const { Temporal } = globalThis as any;
const constants = new Set(
  [...classesOf(Intl), ...classesOf(Temporal ?? {}), TextEncoder, TextDecoder, Promise].map((it) =>
    it.prototype
  ),
);

function classesOf(namespace: object): { prototype: object }[] {
  return Object.values(Object.getOwnPropertyDescriptors(namespace))
    .map(({ value }) => value).filter((value) => typeof value === "function" && value.prototype);
}

/** Whether an object of the class with this prototype never changes: a decoder only where threads may not. */
export function isConstantClass(prototype: object): boolean {
  return constants.has(prototype);
}
