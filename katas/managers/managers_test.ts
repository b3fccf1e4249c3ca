import { assertEquals } from "@std/assert";
import { test, testWhatToFixFirst } from "../_kit/mod.ts";
import { answer } from "./managers.ts";

// -- [1] what works after the first step --

test("[1] the name of a test is a sentence about the learner's object", () => {
  assertEquals(answer(), 42, "Says what was expected, and what a failure usually means");
});

testWhatToFixFirst();
