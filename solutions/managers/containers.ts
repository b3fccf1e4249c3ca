/** The objects of a manager that hold values. */
import { KeyError } from "./errors.ts";
import type { DictKey } from "./managers.ts";

export class Dict {
  readonly #map = new Map<DictKey, unknown>();
  /** How often a key was added or removed. */
  #changes = 0;

  constructor(entries: Iterable<[DictKey, unknown]>) {
    this.update(entries);
  }

  get(key: DictKey): unknown {
    return this.#map.get(requireDictKey(key));
  }

  set(key: DictKey, value: unknown): void {
    if (!this.has(key)) this.#changes++;
    this.#map.set(requireDictKey(key), value);
  }

  has(key: DictKey): boolean {
    return this.#map.has(requireDictKey(key));
  }

  delete(key: DictKey): boolean {
    const wasThere = this.#map.delete(requireDictKey(key));
    if (wasThere) this.#changes++;
    return wasThere;
  }

  size(): number {
    return this.#map.size;
  }

  keys(): DictKey[] {
    return [...this.#map.keys()];
  }

  values(): unknown[] {
    return [...this.#map.values()];
  }

  entries(): [DictKey, unknown][] {
    return [...this.#map];
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  setDefault(key: DictKey, value: unknown): unknown {
    if (!this.has(key)) this.set(key, value);
    return this.get(key);
  }

  update(entries: Iterable<[DictKey, unknown]>): void {
    const all = [...entries];
    for (const [key] of all) requireDictKey(key);
    for (const [key, value] of all) this.set(key, value);
  }

  pop(key: DictKey, ...fallback: unknown[]): unknown {
    if (!this.has(key) && fallback.length > 0) return fallback[0];
    if (!this.has(key)) throw new KeyError(`Cannot pop '${key}': there is no such key`);
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  popItem(): [DictKey, unknown] {
    const last = this.entries().at(-1);
    if (!last) throw new KeyError("Cannot pop an item as there is none");
    this.delete(last[0]);
    return last;
  }

  *iterate(): Generator<DictKey> {
    const changes = this.#changes;
    for (const key of this.#map.keys()) {
      yield key;
      if (this.#changes !== changes) {
        throw new RangeError("Cannot go on as a key of the dict was added or removed meanwhile");
      }
    }
  }
}

/** What is no primitive value is a copy here, and so never the same key again. */
function requireDictKey(key: DictKey): DictKey {
  if (typeof key !== "object" || key === null) return key;
  throw new TypeError("Cannot use an object as a key: take a text, a number or another primitive");
}

/** A list, and also the array of fixed length: of that fewer methods may be called. */
export class List {
  #items: unknown[];

  constructor(items: unknown[]) {
    this.#items = items;
  }

  at(index: number): unknown {
    return this.#items[this.#place(index)];
  }

  set(index: number, value: unknown): void {
    this.#items[this.#place(index)] = value;
  }

  size(): number {
    return this.#items.length;
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end);
  }

  *iterate(): Generator<unknown> {
    for (let i = 0; i < this.#items.length; i++) yield this.#items[i];
  }

  append(item: unknown): void {
    this.#items.push(item);
  }

  extend(items: Iterable<unknown>): void {
    for (const item of items) this.#items.push(item);
  }

  insert(index: number, item: unknown): void {
    this.#items.splice(requireIndex(index), 0, item);
  }

  pop(index = -1): unknown {
    const place = this.#place(index);
    return this.#items.splice(place, 1)[0];
  }

  delete(index: number): void {
    this.pop(index);
  }

  remove(item: unknown): void {
    this.pop(this.index(item));
  }

  index(item: unknown): number {
    const place = this.#items.findIndex((each) => equal(each, item));
    if (place >= 0) return place;
    throw new RangeError("Cannot find the item: none is equal to it");
  }

  includes(item: unknown): boolean {
    return this.count(item) > 0;
  }

  count(item: unknown): number {
    return this.#items.filter((each) => equal(each, item)).length;
  }

  sort({ reverse = false }: { reverse?: boolean } = {}): void {
    const kinds = new Set(this.#items.map((item) => typeof item));
    const [kind = "string"] = kinds;
    if (kinds.size > 1 || !["string", "number", "bigint"].includes(kind)) {
      throw new TypeError("Cannot sort what is neither all numbers nor all texts");
    }
    // deno-lint-ignore no-explicit-any -- both are of the same one of these types
    const compare = (a: any, b: any) => a < b ? -1 : a > b ? 1 : 0;
    this.#items.sort(reverse ? (a, b) => compare(b, a) : compare);
  }

  reverse(): void {
    this.#items.reverse();
  }

  clear(): void {
    this.#items = [];
  }

  repeat(times: number): void {
    this.#items = Array.from({ length: Math.max(0, requireIndex(times)) }, () => this.#items)
      .flat();
  }

  #place(index: number): number {
    const { length } = this.#items;
    const place = requireIndex(index) < 0 ? length + index : index;
    if (place >= 0 && place < length) return place;
    throw new RangeError(`Cannot find item ${index}: there are ${length}`);
  }
}

function requireIndex(index: number): number {
  if (Number.isSafeInteger(index)) return index;
  throw new TypeError(`Cannot use ${index} as it must be an integer`);
}

/** Objects of a manager are equal if they are the same; others, which are copies, if they hold the same. */
function equal(a: unknown, b: unknown): boolean {
  return a === b || process.getBuiltinModule("node:util").isDeepStrictEqual(a, b);
}

export class Namespace {
  readonly #values = new Map<string, unknown>();

  constructor(values: Record<string, unknown>) {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  get(name: string): unknown {
    return this.#values.get(this.#known(name));
  }

  set(name: string, value: unknown): void {
    if (typeof name !== "string" || name.startsWith("_")) {
      throw new TypeError(
        `Cannot set '${name}': a shared name is a text that does not begin with _`,
      );
    }
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#values.delete(this.#known(name));
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  #known(name: string): string {
    if (this.#values.has(name)) return name;
    throw new KeyError(`Cannot find '${name}': nothing has that name`);
  }
}

export class Value {
  #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  get(): unknown {
    return this.#value;
  }

  set(value: unknown): void {
    this.#value = value;
  }
}
