import { assertEquals } from "@std/assert";
import { testsOf } from "./stopped.ts";

const output = `Check katas/locks/locks_test.ts
running 7 tests from ./katas/locks/locks_test.ts
[1] a new lock is free ... ok (2ms)
[1] it proves much ...
  proved: 12 schedules (49 states) ... ok (0ms)
[1] it proves much ... ok (35ms)
[1] \x1b[0mit is said ...\x1b[0m
------- output -------
here I am ... and there
----- output end -----
[1] it is said ... FAILED (1ms)
[2] it waits in vain ... FAILED (10s)
[2] it takes long ... FAILED (1m2s)
[2] it has a condition (needs -P) ... ignored (0ms)
[2] it runs ...
Warning Permissions are new.
`;

Deno.test("testsOf() knows what had ended, what hung and what was running", () => {
  assertEquals(
    testsOf(output).map(({ name, outcome, isRunning, hangs }) => [name, outcome, isRunning, hangs]),
    [
      ["[1] a new lock is free", "passed", false, false],
      ["[1] it proves much", "passed", false, false],
      ["[1] it is said", "failed", false, false],
      ["[2] it waits in vain", "failed", false, false],
      ["[2] it takes long", "failed", false, true],
      ["[2] it has a condition (needs -P)", "ignored", false, false],
      ["[2] it runs", "failed", true, true],
    ],
  );
  assertEquals(testsOf(""), []);
});
