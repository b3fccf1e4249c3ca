import { assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { soon, until } from "./wait.ts";

Deno.test("soon() is what the promise becomes", async () => {
  assertEquals(await soon(Promise.resolve(7), "Too late"), 7);
  await assertRejects(() => soon(Promise.reject(new TypeError("no")), "Too late"), TypeError, "no");
});

Deno.test("soon() fails with the sentence when nothing comes", async () => {
  using time = new FakeTime();
  const waiting = assertRejects(() => soon(new Promise(() => {}), "Too late"), Error, "Too late");
  await time.tickAsync(60_000);
  await waiting;
});

Deno.test("until() waits for the condition", async () => {
  let isOver = false;
  setTimeout(() => isOver = true, 5);
  await until(() => isOver, "Too late");
});
