import { assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  add_a_hundred: {
    "each child has added 100, and found another sum"(lines) {
      const sums = sorted(numbers(lines, /^child \d+: (\d+)$/));
      assertEquals(sums, range(1, 21).map((n) => 11 + 100 * n));
    },
    "at the end nothing is lost"(lines) {
      assertEquals(lines.slice(20), ["2011 22 33 44"]);
    },
  },
  array_under_a_lock: {
    "each child shows all four numbers in one go, with its own at the front"(lines) {
      const children = range(0, 20).map((turn) => Number(lines[4 * turn].split(" ")[0]));
      assertEquals(sorted(children), range(0, 20));
      assertEquals(
        lines,
        children.flatMap((child) =>
          [100 + child, 22, 33, 44].map((number) => `${child} ----> ${number}`)
        ),
      );
    },
  },
};
