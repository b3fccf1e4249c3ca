// deno-lint-ignore-file require-yield -- a task that never waits is a task as well
import { assertEquals, assertRejects } from "@std/assert";
import { run, sleep, spawn } from "#solutions/gevents/gevents.ts";
import { GreenletExit } from "#solutions/greenlets/greenlets.ts";
import { toItsEnd } from "./to_its_end.ts";

Deno.test("toItsEnd() runs the body as a task, to its last line", async () => {
  const log: string[] = [];
  await toItsEnd(run, function* () {
    yield* sleep(0);
    log.push("end");
  });
  assertEquals(log, ["end"]);
});

Deno.test("toItsEnd() fails with what the body throws, also if that counts as a success", async () => {
  const fails = function* () {
    throw new RangeError("burnt");
  };
  await assertRejects(() => toItsEnd(run, fails), RangeError, "burnt");
  const leaves = function* () {
    yield* sleep(0);
    throw new GreenletExit("killed");
  };
  const left = "did not come to its last line: what was called there threw GreenletExit: killed";
  await assertRejects(() => toItsEnd(run, leaves), Error, left);
});

Deno.test("toItsEnd() fails when the body is still under way", async () => {
  const early: typeof run = (fn, ...args) => Promise.resolve(void spawn(fn, ...args) as never);
  const slow = function* () {
    yield* sleep(0);
  };
  await assertRejects(() => toItsEnd(early, slow), Error, "`run` resolved too early");
});
