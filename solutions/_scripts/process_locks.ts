import { assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  hello_in_order: {
    "no line is mixed with another one, and each child has its own"(lines) {
      assertEquals(lines.length, 10);
      assertEquals(sorted(numbers(lines, /^hello world (\d)$/)), range(0, 10));
    },
  },
};
