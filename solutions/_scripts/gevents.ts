import { assert, assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  foo_and_bar: {
    "each lets the other one go on, and says the rest"(lines) {
      assertEquals(lines, [
        "Running in foo",
        "Explicit context to bar",
        "Explicit context switch to foo again",
        "Implicit context switch back to bar",
      ]);
    },
  },
  one_by_one_or_together: {
    "ten tasks are done in their order, one by one and together"(lines) {
      assertEquals(numbers(lines, /^Task (\d+) done$/), [...range(1, 11), ...range(1, 11)]);
    },
    "its clock shows five seconds for one by one, and half a second for together, or more"(lines) {
      assertEquals([lines[0], lines[12]], ["One by one:", "Together:"]);
      const [oneByOne, together] = numbers(lines, /^That took (\d+\.\d) seconds$/);
      assert(oneByOne >= 5, `One by one they took ${oneByOne} seconds`);
      assert(together >= 0.5, `Together they took ${together} seconds`);
    },
  },
};
