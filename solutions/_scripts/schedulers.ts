import { assertEquals } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  one_cpu_many_books: {
    "each of the three charts has a line for each book"(lines) {
      for (const book of ["novel", "cooking", "poems"]) {
        assertEquals(lines.filter((line) => line.startsWith(book)).length, 3, book);
      }
    },
    "turns cost switches, and the time is the same unless a switch takes time"(lines) {
      assertEquals(
        lines.filter((line) => line.includes("switches,")),
        [
          "10 switches, 4 of 40 ms idle",
          "14 switches, 4 of 40 ms idle",
          "14 switches, 4 of 54 ms idle",
        ],
      );
    },
  },
};
