import { assertEquals } from "@std/assert";
import type { TestResult } from "../../_kit/judging/junit.ts";
import { kata } from "../testing.ts";
import { firstOpen, greenSteps, stepOf, stepsJson } from "./steps.ts";

const locks = kata("locks", { steps: ["one by one", "many", "in time"] });
const plain = kata("plain");
const result = (name: string, outcome: TestResult["outcome"]) => ({ name, outcome, message: "" });

Deno.test("stepOf() reads the number before a test's name", () => {
  assertEquals(stepOf("[2] a third waits", locks), 2);
  assertEquals(stepOf("[2] a third waits", plain), 1);
  assertEquals(stepOf("a third [2] waits", locks), 3);
});

Deno.test("greenSteps() are those of which all tests pass", () => {
  const tests = [
    result("[1] a", "passed"),
    result("[1] b (needs -P)", "ignored"),
    result("[2] c", "passed"),
    result("[2] d", "failed"),
    result("[3] e", "passed"),
  ];
  assertEquals(greenSteps(locks, tests), [1, 3]);
  assertEquals(greenSteps(plain, tests), []);
  assertEquals(greenSteps(locks, [result("[1] b (needs -P)", "ignored")]), []);
  assertEquals(greenSteps(plain, [result("a", "passed")]), [1]);
});

Deno.test("firstOpen() is the first step that is not done", () => {
  assertEquals(firstOpen(locks, [1, 3]), 2);
  assertEquals(firstOpen(locks, [1, 2, 3]), undefined);
  assertEquals(firstOpen(plain, []), 1);
});

Deno.test("stepsJson() names the steps, and none where there are none", () => {
  assertEquals(stepsJson(locks, [2]).map(({ title, done }) => [title, done]), [
    ["one by one", false],
    ["many", true],
    ["in time", false],
  ]);
  assertEquals(stepsJson(plain, [1]), []);
});
