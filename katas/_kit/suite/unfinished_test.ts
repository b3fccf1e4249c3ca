import * as std from "@std/assert";
import { assertRejects, assertThrows } from "./unfinished.ts";
import { unfinishedIn } from "./unfinished_sentence.ts";

const words = "Lock.acquire is not implemented yet: katas/locks/README.md";
const unfinished = () => {
  throw new Error(words);
};

Deno.test("assertThrows() lets what is not written yet pass, whatever was expected", () => {
  for (const expected of [[], [Error], [RangeError, "", "It must be refused"]]) {
    const error = std.assertThrows(() => assertThrows(unfinished, ...expected as []));
    std.assertEquals(unfinishedIn(error), words);
  }
});

Deno.test("what is not written yet is found in an error that another one has suppressed", () => {
  const [error, other] = [new Error(words), new RangeError("too much")];
  for (const both of [new SuppressedError(error, other), new SuppressedError(other, error)]) {
    std.assertEquals(unfinishedIn(both), words);
  }
  std.assertEquals(unfinishedIn(new SuppressedError(other, other)), undefined);
});

Deno.test("assertRejects() lets what is not written yet pass, thrown or rejected", async () => {
  // deno-lint-ignore require-await -- a rejection is what is tested
  for (const call of [unfinished, async () => unfinished()]) {
    for (const expected of [[], [Error], [RangeError, "", "It must be refused"]]) {
      const error = await std.assertRejects(() => assertRejects(call, ...expected as []));
      std.assertEquals(unfinishedIn(error), words);
    }
  }
});

Deno.test("assertThrows() and assertRejects() are those of @std in all other cases", async () => {
  const fail = () => {
    throw new RangeError("too much");
  };
  std.assertEquals(assertThrows(fail, RangeError, "too").message, "too much");
  std.assertThrows(() => assertThrows(fail, TypeError), std.AssertionError);
  std.assertThrows(() => assertThrows(() => {}), std.AssertionError);
  const reject = () => Promise.reject(new RangeError("too much"));
  std.assertEquals((await assertRejects(reject, RangeError, "too")).message, "too much");
  await std.assertRejects(() => assertRejects(reject, TypeError), std.AssertionError);
  await std.assertRejects(() => assertRejects(() => Promise.resolve()), std.AssertionError);
});

const rest = " is not implemented yet: katas/locks/README.md";

Deno.test("unfinishedIn() finds the sentence of any part, and none elsewhere", () => {
  for (const part of ["new Lock", "Lock.acquire", "Lock.#take", "Lock[Symbol.dispose]", "answer"]) {
    std.assertEquals(unfinishedIn(`Thread A threw Error: ${part}${rest}\n    at x`), part + rest);
  }
  for (const message of ["", "Wrong", rest, "x is not implemented yet", `x${rest.slice(0, -3)}`]) {
    std.assertEquals(unfinishedIn(message), undefined, message);
  }
});

Deno.test("unfinishedIn() takes no time for a megabyte", () => {
  const start = performance.now();
  const long = "x".repeat(1_000_000);
  std.assertEquals(unfinishedIn(new Error(long)), undefined);
  std.assertEquals(unfinishedIn(`${long} Lock${rest}`), `Lock${rest}`);
  std.assertLess(performance.now() - start, 5_000);
});
