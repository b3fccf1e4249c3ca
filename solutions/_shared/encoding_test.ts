import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { decode, encode } from "./encoding.ts";

// deno-lint-ignore no-explicit-any
const copy = (value: unknown): Promise<any> => Promise.resolve(decode(encode(value)));

Deno.test("a value comes back as structuredClone copies it", async () => {
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
  await fc.assert(fc.asyncProperty(anything, async (value) => {
    assertEquals(await copy(value), structuredClone(value));
  }));
});

Deno.test("what JSON would change comes back unchanged", async () => {
  for (const value of [undefined, -0, NaN, Infinity, [undefined], [, 1], { a: undefined }]) {
    assertEquals(await copy(value), value);
  }
  assertEquals(0 in await copy([, 1]), false, "A hole stays a hole");
  const date = { day: new Date(5), toJSON: 7 };
  assertEquals(await copy(date), date);
  const record = JSON.parse(`{"__proto__": 1}`);
  assertEquals(Object.keys(await copy(record)), ["__proto__"]);
  for (const items of [[], [1], [1, , 3], [, ,], [1, ,]]) {
    const list = Object.assign(items, { extra: 2 });
    const back = await copy(list);
    assertEquals(Object.entries(back), Object.entries(list));
    assertEquals(back.length, list.length);
  }
  class Till {
    toJSON() {
      return "till";
    }
  }
  assertEquals(await copy(new Till()), {});
});

Deno.test("an object that comes twice is one object, and may hold itself", async () => {
  const bun = { name: "bun" };
  const [first, second] = await copy([bun, bun]);
  assertStrictEquals(first, second);
  const ring: unknown[] = [];
  ring.push(ring);
  const copied = await copy(ring);
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
