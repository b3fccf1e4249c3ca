import { assertEquals } from "@std/assert";
import { hungSentence, usually, withoutHung } from "./hung.ts";

Deno.test("withoutHung() leaves what the code has printed itself", () => {
  const name = "[1] a lock is free (or not)";
  const sentence = hungSentence(name, usually);
  assertEquals(withoutHung(`one\n${sentence}\ntwo`, name), "one\ntwo");
  assertEquals(withoutHung(sentence, "[1] another"), sentence);
});
