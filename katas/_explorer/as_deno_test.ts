import { assertEquals } from "@std/assert";
import { everySchedule } from "./mod.ts";

const types = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float16Array,
  Float32Array,
  Float64Array,
];
const values = [
  0,
  1.7,
  -1.7,
  -0,
  NaN,
  Infinity,
  2 ** 31,
  2 ** 53,
  "7",
  "x",
  "",
  null,
  undefined,
  true,
  {},
]
  .concat([5n, -(2n ** 63n), 2n ** 64n, [3]] as never[]);
const indices = [1, -1, 0.5, "1", "x", 99, NaN, undefined, null, 2n];
const operations = ["store", "exchange", "add", "sub", "and", "or", "xor"] as const;

// What the types forbid is tried as well.
// deno-lint-ignore no-explicit-any
type Anything = any;
type Deed = (array: Anything, atomics: Anything) => unknown;

const nine = (array: Anything) => typeof array[0] === "bigint" ? 9n : 9;
const filled = (array: Anything) => {
  array[1] = typeof array[0] === "bigint" ? 30n : 30;
  array[0] = nine(array);
  return array;
};

/** What can be done with an array, by what it is called. */
function* deeds(): Generator<[string, Deed]> {
  for (const value of values) {
    for (const name of operations) {
      yield [`${name} of ${String(value)}`, (array, atomics) => [
        atomics[name](array, 0, value),
        array[0],
      ]];
    }
    yield [`compareExchange to ${String(value)}`, (array, atomics) => [
      atomics.compareExchange(array, 0, array[0], value),
      atomics.compareExchange(array, 0, value, value),
      array[0],
    ]];
    yield [`writing ${String(value)}`, (array) => [array[0] = value, array[0]]];
    yield [`notify of ${String(value)}`, (array, atomics) => atomics.notify(array, 0, value)];
    yield [`wait for ${String(value)}`, (array, atomics) => atomics.wait(array, 0, value, 0)];
  }
  for (const index of indices) {
    yield [`load at ${String(index)}`, (array, atomics) => atomics.load(array, index)];
    yield [`notify at ${String(index)}`, (array, atomics) => atomics.notify(array, index)];
    yield [`reading at ${String(index)}`, (array) => array[index as number]];
  }
  yield ["a timeout that is a bigint", (array, atomics) => atomics.wait(array, 0, array[0], 5n)];
  yield ["pause", (_, atomics) => atomics.pause()];
  yield ["pause of a word", (_, atomics) => atomics.pause("x")];
  for (const name of ["toSorted", "toReversed", "sort", "reverse", "slice"]) {
    yield [name, (array) => listed(filled(array)[name]())];
  }
  yield ["map", (array) => listed(filled(array).map((value: Anything) => value))];
  yield ["filter", (array) => listed(filled(array).filter((value: Anything) => value > 0))];
  yield ["with", (array) => listed(array.with(0, nine(array)))];
  yield ["set", (array) => (array.set([nine(array)], array.length - 1), listed(array))];
  yield ["set beyond the end", (array) => array.set([nine(array)], array.length)];
  yield ["set before the start", (array) => array.set([], -1)];
  yield ["methods of other arrays", (array) => [array.push, array.concat]];
  yield ["isView", (array) => ArrayBuffer.isView(array)];
}

function listed(array: Anything): unknown {
  return [array.constructor.name, ...array];
}

/** What it comes to, as text. */
function told(deed: () => unknown): string {
  try {
    return JSON.stringify(deed(), (_, value) => {
      if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
      return typeof value === "bigint" ? `${value}n` : value === undefined ? "undefined" : value;
    });
  } catch (error) {
    return (error as Error).name;
  }
}

for (const type of types) {
  Deno.test(`a thread finds in Atomics and ${type.name} what Deno has there`, () => {
    const shared = () => ({
      array: Reflect.construct(Reflect.get(globalThis, type.name), [
        new SharedArrayBuffer(16),
      ]),
    });
    for (const [name, deed] of deeds()) {
      let explored = "";
      everySchedule({
        shared,
        threads: 1,
        run: ({ array }) => {
          try {
            const value = deed(array, Atomics);
            return () => value;
          } catch (error) {
            return () => {
              throw error;
            };
          }
        },
        after: (_, [come]) => void (explored = told(come as () => unknown)),
      });
      assertEquals(explored, told(() => deed(shared().array, Atomics)), name);
    }
  });
}
