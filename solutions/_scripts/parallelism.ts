import { assertEquals } from "@std/assert";
import { numbers, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  count_primes: {
    "one thread and many count the same primes"(lines) {
      assertEquals(numbers(lines, /^(\d+) primes, counted by \d+ threads/), [216_816, 216_816]);
    },
  },
};
