import { assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  say_hi: {
    "each thread says its number once"(lines) {
      assertEquals(sorted(numbers(lines, /^running on number: (\d)$/)), [1, 2]);
    },
    "main tells the names of both, the first one first"(lines) {
      const names = lines.filter((line) => line.startsWith("Thread"));
      assertEquals(names, ["Thread-1 (sayHi)", "Thread-2 (sayHi)"]);
    },
  },
  say_hi_subclass: {
    "each thread says its number once, and nobody says anything else"(lines) {
      assertEquals(lines.toSorted(), ["running on number: 1", "running on number: 2"]);
    },
  },
  ten_threads: {
    "each thread prints its number once"(lines) {
      assertEquals(sorted(numbers(lines, /^thread (\d)$/)), range(0, 10));
    },
    "main says once that it stops"(lines) {
      assertEquals(lines.filter((line) => line === "main thread stop").length, 1);
    },
  },
};
