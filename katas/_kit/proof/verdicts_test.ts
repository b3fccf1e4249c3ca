import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TestResult } from "../judging/junit.ts";
import { referenceFault, rejectionFault, stubFault } from "./verdicts.ts";

const passed: TestResult = { name: "it works", outcome: "passed", message: "" };
const failed: TestResult = { name: "it ends", outcome: "failed", message: "It never\n  ends" };
const open: TestResult = {
  name: "it begins",
  outcome: "failed",
  message: "f is not implemented yet: katas/f/README.md",
};
const judgement = { output: "", tests: [passed] };
const wrong = {
  name: "w",
  bug: "B",
  edits: [],
  rejectedBy: ["it ends"],
  because: ["it never ends"],
};

Deno.test("referenceFault() wants every test to pass", () => {
  assertEquals(referenceFault({ ...judgement, verdict: "passed" }), null);
  assertStringIncludes(referenceFault({ ...judgement, verdict: "failed" })!, "take the reference");
  const tests: TestResult[] = [passed, { name: "asleep", outcome: "ignored", message: "" }];
  const fault = referenceFault({ verdict: "passed", tests, output: "" });
  assertStringIncludes(fault!, "no test may be ignored: asleep");
});

Deno.test("stubFault() wants every test to fail by the stub's sentence", () => {
  const of = (...tests: TestResult[]) => stubFault({ verdict: "failed", tests, output: "" });
  assertEquals(of(open), null);
  assertStringIncludes(of(open, passed)!, "'it works' asserts nothing");
  assertStringIncludes(of(open, failed)!, "'it ends' does not say");
  const long = { ...open, message: `A property has failed\nCaused by: ${open.message}` };
  assertStringIncludes(of(open, long)!, "'it begins' does not say");
  assertStringIncludes(stubFault({ ...judgement, verdict: "timed out" })!, "must fail: timed out");
});

Deno.test("rejectionFault() wants the named tests to fail, and to say one of the words", () => {
  assertEquals(rejectionFault(wrong, [failed]), null);
  const other = { ...wrong, because: ["nobody says this", "it never ends"] };
  assertEquals(rejectionFault(other, [failed]), null);
  assertStringIncludes(rejectionFault(wrong, [passed])!, "came to no result");
  const green: TestResult = { ...failed, outcome: "passed" };
  assertStringIncludes(rejectionFault(wrong, [green])!, "must reject it, and has passed");
  const words = { ...failed, message: "Else" };
  assertStringIncludes(rejectionFault(wrong, [words])!, "must say 'it never ends', and says: Else");
  const two = { ...wrong, rejectedBy: ["it ends", "it works"] };
  assertStringIncludes(rejectionFault(two, [failed, passed])!, "'it works' must reject it");
});
