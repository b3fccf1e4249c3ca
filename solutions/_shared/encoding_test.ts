import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { Buffer } from "node:buffer";
import { decode, encode } from "./encoding.ts";

// deno-lint-ignore no-explicit-any
const copy = (value: unknown): any => decode(Buffer.from(encode(value)));

Deno.test("a value comes back as structuredClone copies it", () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
  });
  fc.assert(fc.property(anything, (value) => {
    assertEquals(copy(value), structuredClone(value));
  }));
});

Deno.test("what JSON would change comes back unchanged", () => {
  for (const value of [undefined, -0, NaN, Infinity, [undefined], [, 1], { a: undefined }]) {
    assertEquals(copy(value), value);
  }
  assertEquals(0 in copy([, 1]), false, "A hole stays a hole");
  const date = { day: new Date(5), toJSON: 7 };
  assertEquals(copy(date), date);
  const record = JSON.parse(`{"__proto__": 1}`);
  assertEquals(Object.keys(copy(record)), ["__proto__"]);
  const list = Object.assign([1], { extra: 2 });
  assertEquals(copy(list).extra, 2);
  class Till {
    toJSON() {
      return "till";
    }
  }
  assertEquals(copy(new Till()), {});
});

Deno.test("an object that comes twice is one object, and may hold itself", () => {
  const bun = { name: "bun" };
  const [first, second] = copy([bun, bun]);
  assertStrictEquals(first, second);
  const ring: unknown[] = [];
  ring.push(ring);
  const copied = copy(ring);
  assertStrictEquals(copied[0], copied);
});

Deno.test("what cannot travel is a DataCloneError", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  for (const value of [() => {}, Symbol(), [{ call() {} }], new SharedArrayBuffer(4), deep]) {
    const error = assertThrows(() => encode(value), DOMException);
    assertEquals(error.name, "DataCloneError");
  }
});

Deno.test("records, lists and texts take no more bytes than JSON", () => {
  const order = { fn: "cook", calls: [[1, "two", null, true]] };
  assert(encode(order).length <= JSON.stringify(order).length);
});
