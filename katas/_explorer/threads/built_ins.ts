/**
 * What every program finds: the global object, the language's own objects and the runtime's. Each thread has its
 * own, so a field there is no place for state that threads share.
 */
import { Outside } from "./outside.ts";

interface BuiltIn {
  owner: object;
  name: string;
  /** How many keys of it can be enumerated: what is assigned to it is one more, which is quick to see. */
  keys: number;
  symbols: number;
  properties: Map<PropertyKey, PropertyDescriptor>;
}

/** How well to look: at all properties, or for what was assigned anew, which is quick. */
export type Look = "all" | "new";

/** What the explorer itself changes. */
const own = new Set<PropertyKey>(["prepareStackTrace", "stackTraceLimit"]);

/** What was found last, which most explorations find again. */
let found: readonly BuiltIn[] = [];

/** The built-in objects as they were when a program's memory was made. */
export class BuiltIns {
  readonly #list: readonly BuiltIn[];
  /** What code has put on the global object before. */
  readonly #fields = new Outside();

  constructor() {
    if (found.length === 0 || found.some((it) => changedIn(it) !== null)) found = take();
    this.#list = found;
    for (const key of Reflect.ownKeys(globalThis)) {
      const { value } = Object.getOwnPropertyDescriptor(globalThis, key)!;
      if (!isData(key, value)) continue;
      this.#fields.add(nameOf("globalThis", key), () => Reflect.get(globalThis, key));
    }
  }

  /** The name of one that was changed, which is put back. */
  changed(look: Look): string | null {
    const field = this.#fields.changed();
    for (const it of this.#list) {
      const key = field !== null || look === "all" || hasMore(it) ? changedIn(it) : null;
      if (key === null) continue;
      const before = it.properties.get(key);
      if (before) Object.defineProperty(it.owner, key, before);
      else Reflect.deleteProperty(it.owner, key);
      return nameOf(it.name, key);
    }
    return field;
  }
}

function hasMore({ owner, keys, symbols }: BuiltIn): boolean {
  return Object.keys(owner).length !== keys ||
    owner === globalThis && Object.getOwnPropertySymbols(owner).length !== symbols;
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

/** All that can be reached by a name: what stands there, its prototype, and the prototypes of those. */
function take(): BuiltIn[] {
  const list = new Map<unknown, BuiltIn>();
  const add = (owner: unknown, name: string) => {
    if (!isObject(owner) || list.has(owner)) return;
    const properties = new Map(
      Reflect.ownKeys(owner).map((key) => [key, Object.getOwnPropertyDescriptor(owner, key)!]),
    );
    const symbols = Object.getOwnPropertySymbols(owner).length;
    list.set(owner, { owner, name, properties, keys: Object.keys(owner).length, symbols });
    const prototype = typeof owner === "function" && properties.get("prototype")?.value;
    if (prototype) add(prototype, `${name}.prototype`);
  };
  add(globalThis, "globalThis");
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    // What threads may not ask or change at all.
    if (name !== "Deno" && !isData(name, value)) add(value, name);
  }
  add(Reflect.get(globalThis, "process"), "process");
  // A list grows while it is gone through.
  for (const [owner, { name }] of list) {
    add(Object.getPrototypeOf(owner), `the prototype of ${name}`);
  }
  return [...list.values()];
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
  if (value === undefined || typeof value === "function" || constant.has(key)) return false;
  return typeof value !== "object" || plain.has(Object.getPrototypeOf(value));
}

const plain = new Set<unknown>([
  ...[Object.prototype, Array.prototype, Map.prototype, Set.prototype, null],
]);
