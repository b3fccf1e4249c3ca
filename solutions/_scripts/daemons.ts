import { assert, assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  join_and_daemon: {
    "threads are started one after the other"(lines) {
      const started = numbers(lines, /^starting thread (\d)$/);
      assertEquals(started, range(0, started.length));
    },
    "no thread runs that was not started"(lines) {
      for (const number of numbers(lines, /^\[(\d)\] -+ running/)) {
        const start = lines.indexOf(`starting thread ${number}`);
        const run = lines.findIndex((line) => line.startsWith(`[${number}]`));
        assert(start >= 0 && start < run, `${number} runs before it was started`);
      }
    },
    "main says once that it is done"(lines) {
      assertEquals(lines.filter((line) => line.includes("main thread done")).length, 1);
    },
    // Main goes after two and a half seconds. The last thread would be done after six.
    "the last thread never comes to its end: the program has ended before"(lines) {
      assertEquals(lines.filter((line) => /^\[4\] -+ done/.test(line)), []);
    },
  },
};
