import { assertEquals } from "@std/assert";
import { numbers, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  lost_update: {
    "the tutorial's way ends with some number"(lines) {
      assertEquals(numbers(lines, /^final num: (\d+)$/).length, 1);
    },
    "countDown loses nothing"(lines) {
      assertEquals(lines.slice(1), ["final num with countDown: 0"]);
    },
  },
};
