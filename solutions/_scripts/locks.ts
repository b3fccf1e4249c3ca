import { assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  counter: {
    "a hundred threads see the number"(lines) {
      assertEquals(numbers(lines, /^get num: (\d+)$/).length, 100);
    },
    "at the end it is 0"(lines) {
      assertEquals(lines.at(-1), "final num: 0");
    },
  },
  nested_locks: {
    "what a thread does under the lock is never mixed with another's"(lines) {
      assertEquals(
        lines.slice(0, -2),
        range(1, 11).flatMap((n) => [
          "grab the first part of the data",
          "--- between run1 and run2 ---",
          "grab the second part of the data",
          `${n} ${n}`,
        ]),
      );
    },
    "at the end ten threads have added 1 to both numbers"(lines) {
      assertEquals(lines.slice(-2), ["--- all threads done ---", "10 10"]);
    },
  },
};
