import { assertEquals, assertMatch } from "@std/assert";
import { numbers, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  count_primes: {
    "one thread and many count the same primes"(lines) {
      assertMatch(lines[0], / counted by 1 thread in /);
      assertEquals(numbers(lines, /^(\d+) primes, counted by \d+ threads? /), [216_816, 216_816]);
    },
  },
  who_overlaps: {
    "who computes takes turns on the event loop and under one lock, and kettles do not"(lines) {
      assertEquals(lines.slice(0, 3), [
        "two compute on the event loop: 1 at once",
        "two kettles boil on the event loop: 2 at once",
        "two threads compute under one lock: 1 at once",
      ]);
    },
    "two threads are asked as well"(lines) {
      assertMatch(lines.at(-1)!, /^two threads compute: [12] at once$/);
    },
  },
};
