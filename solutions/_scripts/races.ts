import { assertEquals } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  lost_update: {
    "the tutorial's way says how often its five numbers are not 0"(lines) {
      const [, list, wrong] = lines[0].match(/^num -= 1: final num ([\d, ]+); not 0: (\d) of 5$/) ??
        [];
      const nums = list.split(", ").map(Number);
      assertEquals(nums.length, 5);
      assertEquals(nums.filter((num) => num !== 0).length, Number(wrong));
    },
    "countDown loses nothing"(lines) {
      assertEquals(lines.slice(1), ["countDown: final num 0, 0, 0, 0, 0; not 0: 0 of 5"]);
    },
  },
};
