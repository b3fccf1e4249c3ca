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
