import { assertEquals } from "@std/assert";
import { hungSentence, usually, whyHung, withoutHung } from "./hung.ts";

Deno.test("whyHung() finds what that usually is", () => {
  const output = `one\n${hungSentence("[1] a", "The clock stands still")}\ntwo`;
  assertEquals(whyHung(output, "[1] a"), "The clock stands still");
  assertEquals(whyHung(output, "[1] b"), undefined);
});

Deno.test("withoutHung() leaves what the code has printed itself", () => {
  const name = "[1] a lock is free (or not)";
  const sentence = hungSentence(name, usually);
  assertEquals(withoutHung(`one\n${sentence}\ntwo`, name), "one\ntwo");
  assertEquals(withoutHung(sentence, "[1] another"), sentence);
});
