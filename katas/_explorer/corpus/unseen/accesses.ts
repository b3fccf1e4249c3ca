/** Ways to read shared memory: each is seen as a read, or refused by name. */
import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";
import type { Cells } from "../parts.ts";

const EarlyInt32Array = Int32Array;
const { from: earlyFrom } = Array;
const { values: earlyValues } = Int32Array.prototype;

/** The real one, whatever stands in for it while this module is loaded. */
const RealInt32Array = new Int32Array(1).constructor as Int32ArrayConstructor;
const unseenAccess = "Shared memory is reached in a way that the explorer cannot see";

class Words extends Int32Array<SharedArrayBuffer> {
  first(): number {
    return this[0];
  }
}

class Holder {
  readonly #view: Cells;
  constructor(view: Cells) {
    this.#view = view;
  }
  static over(buffer: SharedArrayBuffer): Holder {
    return new Holder(new Int32Array(buffer));
  }
  get first(): number {
    return this.#view[0];
  }
}

/** Learners catch what they do not know. */
function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch {
    return 0;
  }
}

/** Each of these is a plain read. */
const seen: Record<string, (m: Cells) => unknown> = {
  "a view made in the body": (m) => new Int32Array(m.buffer)[0],
  "a view of other elements": (m) => new Uint8Array(m.buffer)[0],
  "a private field": (m) => Holder.over(m.buffer).first,
  "an array destructured": (m) => {
    const [first] = m;
    return first;
  },
  "an object destructured": ({ 0: first }) => first,
  "a subarray": (m) => m.subarray(0, 1)[0],
  "a copy": (m) => m.slice()[0],
  "Array.from": (m) => Array.from(m)[0],
  "Array.from, taken before": (m) => earlyFrom(m)[0],
  "a spread": (m) => [...m][0],
  "a spread into an object": (m) => ({ ...m })[0],
  "indexOf": (m) => m.indexOf(1),
  "includes": (m) => m.includes(1),
  "at": (m) => m.at(0),
  "for of": (m) => {
    let last;
    for (const value of m) last = value;
    return last;
  },
  "for in": (m) => {
    const found = [];
    for (const key in m) found.push(m[key]);
    return found;
  },
  "reduce": (m) => m.reduce((a, b) => a + b),
  "join": (m) => m.join(),
  "a string": (m) => `${m}`,
  "toLocaleString": (m: Cells) => m.toLocaleString(),
  "toSorted": (m) => m.toSorted()[0],
  "Reflect.get": (m) => Reflect.get(m, 0),
  "a property's descriptor": (m) => Object.getOwnPropertyDescriptor(m, 0)!.value,
  "all descriptors": (m) => Object.getOwnPropertyDescriptors(m)[0].value,
  "Object.entries": (m) => Object.entries(m)[0],
  "Object.assign": (m) => Object.assign([], m)[0],
  "JSON": (m) => JSON.stringify(m),
  "Math.max": (m) => Math.max(...m),
  "apply": (m) => Math.max.apply(null, m as unknown as number[]),
  "concat": (m) => [].concat(m as never)[0][0],
  "an object that inherits": (m) => Object.create(m)[0],
  "a typed array of a view": (m) => new Int32Array(m)[0],
  "a typed array from a view": (m) => Int32Array.from(m)[0],
  "set": (m) => {
    const mine = new Int32Array(1);
    mine.set(m.subarray(0, 1));
    return mine[0];
  },
  "the constructor of a view": (m) =>
    new (m.constructor as Int32ArrayConstructor)(m.buffer as SharedArrayBuffer)[0],
  "Reflect.construct": (m) => Reflect.construct(Int32Array, [m.buffer])[0],
  "a bound constructor": (m) => new (Function.prototype.bind.call(Int32Array, null, m.buffer))()[0],
  "a constructor taken before": (m) => new EarlyInt32Array(m.buffer)[0],
  "a class from before": (m) => new Words(m.buffer).first(),
  "Buffer.from a view": (m) => Buffer.from(m)[0],
  "Blob": (m) => new Blob([m as never]).size,
  "an iterator": (m) => m.values().next().value,
  "entries": (m) => m.entries().next().value,
  "Iterator.from": (m) => Iterator.from(m).toArray()[0],
  "Object.is": (m) => Object.is(m[0], 1),
  "with": (m) => m.with(1, 3)[0],
  "Map.groupBy": (m) => Map.groupBy(m, (x) => x).size,
  "new Set": (m) => new Set(m).size,
  "String.fromCharCode": (m) => String.fromCharCode(...m),
  "isEqual": (m) => m.every((x) => x === 0),
  "find": (m) => m.find((x) => x === 1),
  "a Proxy": (m) => new Proxy(m, {})[0],
  "the prototype's slice": (m) => Int32Array.prototype.slice.call(m)[0],
  "the prototype's at": (m) => Int32Array.prototype.at.call(m, 0),
  "the prototype's join": (m) => caught(() => Int32Array.prototype.join.call(m)),
  "the prototype's set": (m) => new Int32Array(2).set(Uint8Array.prototype.subarray.call(m, 0, 1)),
  "the prototype's values": (m) => earlyValues.call(m).next().value,
  "the prototype's toSorted": (m) => Reflect.apply(Int8Array.prototype.toSorted, m, [])[0],
};

/** Each of these reads where nobody sees it. */
const unseen: Record<string, (m: Cells) => unknown> = {
  "the constructor of the prototype": (m) =>
    new (Object.getPrototypeOf(m).constructor as Int32ArrayConstructor)(m.buffer)[0],
  "Buffer.from": (m) => Buffer.from(m.buffer)[0],
  "the prototype's slice of a buffer": (m) =>
    caught(() => new Int32Array(SharedArrayBuffer.prototype.slice.call(m.buffer))[0]),
  "a slice of the buffer": (m) => new Int32Array(m.buffer.slice(0))[0],
  "a clone of the buffer": (m) => new Int32Array(structuredClone(m.buffer))[0],
  "a clone of the view": (m) => structuredClone(m)[0],
  "TextDecoder": (m) => new TextDecoder().decode(m.buffer),
  "TextDecoder, a view": (m) => new TextDecoder().decode(m),
  "Response": (m) => new Response(m.buffer as never).status,
  "console": (m) => Deno.inspect(m),
  "inspect, the buffer": (m) => Deno.inspect(m.buffer),
  "inspect of Node": (m) => inspect(m),
  "Buffer.concat": (m) => caught(() => Buffer.concat([m as unknown as Uint8Array])[0]),
  "copy of Buffer": (m) => Buffer.alloc(4).copy(new Uint8Array(m.buffer)),
  "encodeInto": (m) => caught(() => new TextEncoder().encodeInto("a", new Uint8Array(m.buffer))),
  "WebAssembly": (m) => caught(() => WebAssembly.validate(m.buffer as never)),
};

const views: Record<string, (m: Cells) => unknown> = {
  "a DataView": (m) => new DataView(m.buffer).getInt32(0, true),
  "a DataView's constructor": (m) =>
    new (DataView.prototype.constructor as DataViewConstructor)(m.buffer).getInt32(0, true),
};

/** Each of these is a plain write. */
const written: Record<string, (m: Cells) => unknown> = {
  "an element": (m) => m[0] = 1,
  "an element of another view": (m) => new Uint8Array(m.buffer)[0] = 1,
  "an element of a subarray": (m) => m.subarray(0, 1)[0] = 1,
  "destructuring": (m) => [m[0]] = [1],
  "increment": (m) => m[0]++,
  "set": (m) => m.set([1]),
  "fill": (m) => m.fill(1),
  "copyWithin": (m) => m.copyWithin(0, 1),
  "reverse": (m) => m.reverse(),
  "sort": (m) => m.sort(),
  "Reflect.set": (m) => Reflect.set(m, 0, 1),
  "Object.assign": (m) => Object.assign(m, [1]),
  "the prototype's fill": (m) => caught(() => Int32Array.prototype.fill.call(m, 1)),
  "the prototype's copyWithin": (m) => Int32Array.prototype.copyWithin.call(m, 0, 1),
  "Array.prototype.fill": (m) => Array.prototype.fill.call(m, 1),
  "a class from before": (m) => new Words(m.buffer)[0] = 1,
};

/** Each of these writes where nobody sees it, or keeps something beside the memory. */
const fields: Record<string, [truth: string, (m: Cells) => unknown]> = {
  "an element as a property": [unseenAccess, (m) => Object.defineProperty(m, 0, { value: 1 })],
  "an early constructor": [unseenAccess, (m) => new RealInt32Array(m.buffer)[0] = 1],
  "a field of an array": ["A thread changed the field held", (m) => Object.assign(m, { held: 1 })],
  "a field of a buffer": [
    "A thread changed the field held",
    (m) => Object.assign(m.buffer, { held: 1 }),
  ],
  "a field that is defined": [
    "A thread changed the field held",
    (m) => Object.defineProperty(m.buffer, "held", { value: 1 }),
  ],
};

function beside(truth: string, act: (m: Cells) => unknown): Claim {
  return claim(truth, {
    shared: () => ({ m: cells(2) }),
    threads: { A: ({ m }) => void Atomics.store(m, 0, 1), B: ({ m }) => void act(m) },
  });
}

function all(truth: string, acts: Record<string, (m: Cells) => unknown>): Record<string, Claim> {
  return Object.fromEntries(
    Object.entries(acts).map(([name, act]) => [name, beside(truth, act)]),
  );
}

export const reads: Record<string, Claim> = {
  ...all("Data race on m", seen),
  ...all(unseenAccess, unseen),
  ...all("A DataView over shared memory cannot be explored", views),
};

export const writes: Record<string, Claim> = {
  ...all("Data race on m", written),
  ...Object.fromEntries(
    Object.entries(fields).map(([name, [truth, act]]) => [name, beside(truth, act)]),
  ),
};
