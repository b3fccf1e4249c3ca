/** Programs whose threads do what is hard to see, each with what is true. */
import { Buffer } from "node:buffer";
import { type Claim, claim } from "./claims.ts";
import type { Cells } from "./parts.ts";

const EarlyInt32Array = Int32Array;
const EarlySharedArrayBuffer = SharedArrayBuffer;
const { from: earlyFrom } = Array;

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

const plainly: Record<string, (m: Cells) => unknown> = {
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
    for (const value of m) return value;
  },
  "for in": (m) => {
    for (const key in m) return m[key];
  },
  "reduce": (m) => m.reduce((a, b) => a + b),
  "join": (m) => m.join(),
  "a string": (m) => `${m}`,
  "toLocaleString": (m) => m.toLocaleString(),
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
  "the constructor of the prototype": (m) =>
    new (Object.getPrototypeOf(m).constructor as Int32ArrayConstructor)(m.buffer)[0],
  "Reflect.construct": (m) => Reflect.construct(Int32Array, [m.buffer])[0],
  "a bound constructor": (m) => new (Int32Array.bind(null, m.buffer))()[0],
  "a constructor taken before": (m) => new EarlyInt32Array(m.buffer)[0],
  "a class from before": (m) => new Words(m.buffer).first(),
  "a DataView": (m) => new DataView(m.buffer).getInt32(0, true),
  "a DataView's constructor": (m) =>
    new (DataView.prototype.constructor as DataViewConstructor)(m.buffer).getInt32(0, true),
  "Buffer.from": (m) => Buffer.from(m.buffer)[0],
  "Buffer.from a view": (m) => Buffer.from(m)[0],
  "Buffer.concat": (m) => Buffer.concat([m as unknown as Uint8Array])[0],
  "a slice of the buffer": (m) => new Int32Array(m.buffer.slice(0))[0],
  "a clone of the buffer": (m) => new Int32Array(structuredClone(m.buffer))[0],
  "a clone of the view": (m) => structuredClone(m)[0],
  "TextDecoder": (m) => new TextDecoder().decode(m.buffer),
  "TextDecoder, a view": (m) => new TextDecoder().decode(m),
  "Blob": (m) => new Blob([m]).size,
  "Response": (m) => new Response(m.buffer as never).status,
  "the prototype's slice": (m) => Int32Array.prototype.slice.call(m)[0],
  "the prototype's at": (m) => Int32Array.prototype.at.call(m, 0),
  "WebAssembly": (m) => WebAssembly.validate(m.buffer as never),
  "console": (m) => Deno.inspect(m),
  "inspect, the buffer": (m) => Deno.inspect(m.buffer),
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
};

export const reads: Record<string, Claim> = Object.fromEntries(
  Object.entries(plainly).map(([name, read]) => [
    name,
    claim("Data race on m", {
      shared: () => ({ m: new Int32Array(new SharedArrayBuffer(8)) }),
      threads: {
        A: ({ m }) => void Atomics.store(m, 0, 1),
        B: ({ m }) => void read(m),
      },
    }),
  ]),
);
