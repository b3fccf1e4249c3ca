/**
 * What every program finds: the global object, the language's own objects and the runtime's. Each thread has its
 * own, so a field there is no place for state that threads share.
 */
import { Outside } from "./outside.ts";
import { isPutThere, isWithoutProbes } from "./strangers.ts";
import { describeConstants, isConstant, isMade } from "./values.ts";

interface BuiltIn {
  owner: object;
  name: string;
  properties: Map<PropertyKey, PropertyDescriptor>;
  /** How many keys of it can be enumerated: what is assigned to it is one more, which is quick to see. */
  enumerable: number;
  /** Whether that is quick: of most nothing can be enumerated. */
  isQuick: boolean;
  /** How many symbols are keys of it. */
  symbols: number;
  /** The keys of its values, and the values. */
  keys: PropertyKey[];
  values: unknown[];
}

/** How well to look: at all properties, or for what was assigned anew, which is quick. */
export type Look = "all" | "new";

/** What the explorer itself changes. */
const own = new Set<PropertyKey>(["prepareStackTrace"]);

/** What was found last, which most explorations find again. */
let found: readonly BuiltIn[] = [];
/** The functions of a program that were found there. */
let additions: ReadonlyMap<string, () => unknown> = new Map();
let owners: ReadonlySet<object> = new Set();
describeConstants((value) => owners.has(value) && !prototypes.has(value));

/** The built-in objects as they were when a program's memory was made. */
export class BuiltIns {
  readonly #list: readonly BuiltIn[];
  /** What code has put on the global object before. */
  readonly #fields = new Outside();

  constructor() {
    if (found.length === 0 || found.some((it) => hasMore(it) || hasOther(it))) take();
    this.#list = found;
    const keys = Reflect.ownKeys(globalThis)
      .filter((key) => isData(key, Object.getOwnPropertyDescriptor(globalThis, key)!.value));
    this.#fields.add([
      ...additions,
      ...keys.map((key): [string, () => unknown] => [
        nameOf("globalThis", key),
        () => Reflect.get(globalThis, key),
      ]),
    ]);
  }

  /** The name of one that was changed, which is put back. */
  changed(look: Look): string | null {
    const field = this.#fields.changed();
    for (const it of this.#list) {
      const isSuspect = field !== null || it.isQuick && hasMore(it) ||
        look === "all" && (hasMore(it) || hasOther(it));
      const key = isSuspect ? changedIn(it) : null;
      if (key === null) continue;
      const before = it.properties.get(key);
      if (before) Object.defineProperty(it.owner, key, before);
      else Reflect.deleteProperty(it.owner, key);
      return nameOf(it.name, key);
    }
    return field;
  }
}

/** Whether it is one of those whose properties are compared. */
export function isCompared(it: object): boolean {
  return owners.has(it) || !isMade(it) && owners.has(real(it) as object);
}

/**
 * The name of an object that every program finds: one of those, or one of their functions, or the prototype of a
 * class. Null if it is the program's own.
 */
export function nameOfBuiltIn(it: object): string | null {
  if (isCompared(it)) return found.find(({ owner }) => owner === it || owner === real(it))!.name;
  if (isMade(it) || isConstant(it)) return null;
  if (typeof it === "function") return isWithoutProbes(it) ? `the function ${it.name}` : null;
  const maker = Object.getOwnPropertyDescriptor(it, "constructor")?.value;
  const isPrototype = typeof maker === "function" && maker.prototype === it &&
    !isMade(maker) && isWithoutProbes(maker);
  return isPrototype ? `${maker.name}.prototype` : null;
}

/** Whether something was assigned anew. */
function hasMore({ owner, enumerable, symbols }: BuiltIn): boolean {
  return Object.keys(owner).length !== enumerable ||
    owner === globalThis && Object.getOwnPropertySymbols(owner).length !== symbols;
}

/** Whether something else has changed. */
function hasOther({ owner, properties, keys, values }: BuiltIn): boolean {
  for (let i = 0; i < keys.length; i++) {
    if (!Object.is(Reflect.get(owner, keys[i]), values[i])) return true;
  }
  return Reflect.ownKeys(owner).length !== properties.size;
}

/** The first property that is not as it was. */
function changedIn({ owner, properties }: BuiltIn): PropertyKey | null {
  const keys = Reflect.ownKeys(owner);
  for (const key of keys) {
    const before = properties.get(key);
    if (own.has(key)) continue;
    if (!before) return key;
    const now = Object.getOwnPropertyDescriptor(owner, key)!;
    const isSame = Object.is(now.value, before.value) && now.get === before.get &&
      now.set === before.set;
    if (!isSame) return key;
  }
  if (keys.length >= properties.size) return null;
  return properties.keys().find((key) => !own.has(key) && !Object.hasOwn(owner, key)) ?? null;
}

/** The built-in objects that programs have to do with. */
const names = [
  ...["Object", "Function", "Array", "String", "Number", "Boolean", "Symbol", "BigInt", "Math"],
  ...["Date", "RegExp", "JSON", "Reflect", "Proxy", "Promise", "Intl", "Temporal", "Iterator"],
  ...["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "globalThis"],
  ...["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError", "AggregateError"],
  ...["ArrayBuffer", "SharedArrayBuffer", "Atomics", "DataView"],
  ...["Int8Array", "Uint8Array", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ...["BigInt64Array", "BigUint64Array", "Uint8ClampedArray", "Float16Array", "Float32Array"],
  ...["Float64Array"],
  ...["console", "process", "performance", "crypto", "navigator", "Event", "EventTarget", "URL"],
  ...["WebAssembly"],
];

/** Prototypes without a name, those of what goes through lists and texts. */
const nameless = Object.fromEntries(
  Object.entries({
    arrays: [].values(),
    maps: new Map().keys(),
    sets: new Set().keys(),
    strings: ""[Symbol.iterator](),
    matches: "".matchAll(/a/g),
    "other iterators": [].values().map(Number),
  }).map(([what, it]) => [`the prototype of iterators of ${what}`, Object.getPrototypeOf(it)]),
);
/** What inherits from these is no constant. */
const prototypes = new Set<object>(Object.values(nameless));

/** All that can be reached by a name: what stands there, its prototype, and the prototypes of those. */
function take(): void {
  const list = new Map<unknown, BuiltIn>();
  const add = (owner: unknown, name: string) => {
    if (!isObject(owner) || list.has(owner)) return;
    const properties = new Map(
      Reflect.ownKeys(owner).map((key) => [key, Object.getOwnPropertyDescriptor(owner, key)!]),
    );
    const keys = Reflect.ownKeys(owner).filter((key) => "value" in properties.get(key)!)
      .filter((key) => !own.has(key));
    const values = keys.map((key) => properties.get(key)!.value);
    const enumerable = Object.keys(owner).length;
    const symbols = Object.getOwnPropertySymbols(owner).length;
    const isQuick = enumerable === 0 || owner === globalThis;
    list.set(owner, { owner, name, properties, enumerable, isQuick, symbols, keys, values });
    const prototype = typeof owner === "function" && properties.get("prototype")?.value;
    if (prototype) add(prototype, `${name}.prototype`);
  };
  for (const name of names) add(real(Reflect.get(globalThis, name)), name);
  for (const [name, it] of Object.entries(nameless)) add(it, name);
  // A list grows while it is gone through.
  for (const [owner, { name }] of list) {
    add(Object.getPrototypeOf(owner), `the prototype of ${name}`);
  }
  found = [...list.values()];
  owners = new Set(found.map(({ owner }) => owner));
  additions = new Map(found.flatMap(additionsTo));
}

function additionsTo({ owner, name, properties }: BuiltIn): [string, () => unknown][] {
  return [...properties].flatMap(([key, { value, get, set }]) => {
    const functions = [value, get, set].filter((it) => typeof it === "function");
    const isOwn = functions.some(isMade) || owner === globalThis && isPutThere(key);
    return isOwn ? [[nameOf(name, key), () => functions]] : [];
  });
}

/** A class itself, where another one stands in for it. */
function real(value: unknown): unknown {
  return typeof value === "function" && value.prototype?.constructor || value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null || typeof value === "function";
}

function nameOf(owner: string, key: PropertyKey): string {
  return typeof key === "symbol" ? `${owner}[${String(key)}]` : `${owner}.${String(key)}`;
}

/** What is there in every program. */
const constant = new Set<PropertyKey>([
  ...["undefined", "Infinity", "NaN", "globalThis", "global", "window", "self", "name", "location"],
  ...["JSON", "Math", "Intl", "Atomics", "Reflect", "console", "Temporal", "WebAssembly", "Deno"],
]);

/** Whether a field of the global object is one of the program's, and not of the language or the runtime. */
function isData(key: PropertyKey, value: unknown): boolean {
  if (value === undefined || ["function", "symbol"].includes(typeof value) || constant.has(key)) {
    return false;
  }
  return typeof value !== "object" || plain.has(Object.getPrototypeOf(value));
}

const plain = new Set<unknown>([
  ...[Object.prototype, Array.prototype, Map.prototype, Set.prototype, null],
]);
