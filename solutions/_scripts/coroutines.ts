import { assertEquals } from "@std/assert";
import { range, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  baozi_by_yield: {
    "the eaters are ready before the cook begins"(lines) {
      const ready = ["Ann is ready to eat baozi", "Bob is ready to eat baozi"];
      assertEquals(lines.slice(0, 2), ready);
    },
    "cook and eaters take turns, five times"(lines) {
      assertEquals(
        lines.slice(2, -2),
        range(1, 6).flatMap((n) => [
          `[cook] is making baozi ${n}`,
          `[Ann] is eating baozi ${n}`,
          `[Bob] is eating baozi ${n}`,
        ]),
      );
    },
    "at the end both are full, the last one first"(lines) {
      assertEquals(lines.slice(-2), ["[Bob] is full", "[Ann] is full"]);
    },
  },
};
