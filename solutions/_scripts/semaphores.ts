import { assert, assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  five_of_twenty: {
    "each of the twenty threads runs once"(lines) {
      assertEquals(sorted(numbers(lines, /^run the thread: (\d+) /)), range(0, 20));
    },
    "never more than five are inside"(lines) {
      const inside = numbers(lines, /\((\d+) inside\)$/);
      assertEquals(inside.length, 20);
      assert(inside.every((count) => 1 <= count && count <= 5), `${inside} are inside`);
    },
    "all are done at the end"(lines) {
      assertEquals(lines.at(-1), "--- all threads done ---");
    },
  },
};
