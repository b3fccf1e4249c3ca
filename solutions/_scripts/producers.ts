import { assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  baozi: {
    "each of the two cooks' ten buns is eaten once"(lines) {
      for (const cook of [0, 1]) {
        const buns = numbers(lines, new RegExp(`eats bun (\\d+) of cook \\[${cook}\\]`));
        assertEquals(sorted(buns), range(0, 10));
      }
    },
    "an eater eats the buns of one cook in their order"(lines) {
      for (const eater of [0, 1, 2]) {
        for (const cook of [0, 1]) {
          const pattern = new RegExp(`eater \\[${eater}\\] eats bun (\\d+) of cook \\[${cook}\\]`);
          const buns = numbers(lines, pattern);
          assertEquals(buns, sorted(buns));
        }
      }
    },
    "the kitchen adds up at the end"(lines) {
      assertEquals(lines.at(-1), "baked 20 buns, ate 20, the kitchen is closed");
    },
  },
};
