import { assert, assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  own_pool: {
    "each of the thirty tasks is begun once, and done after that"(lines) {
      assertEquals(sorted(numbers(lines, /^task (\d+) in /)), range(0, 30));
      assertEquals(sorted(numbers(lines, /^--> task (\d+) is done$/)), range(0, 30));
      for (const task of range(0, 30)) {
        const begun = lines.findIndex((line) => line.startsWith(`task ${task} in`));
        assert(begun < lines.indexOf(`--> task ${task} is done`), `${task} is done first`);
      }
    },
    "five threads have done them at most"(lines) {
      const threads = new Set(numbers(lines, /^task \d+ in worker_(\d+)$/));
      assert(threads.size >= 1 && threads.size <= 5, `${[...threads]} have worked`);
    },
    "main does not wait: all is submitted before the first task is done"(lines) {
      const done = lines.findIndex((line) => line.startsWith("-->"));
      assert(lines.indexOf("all tasks are submitted") < done);
    },
    "at the end the threads are gone"(lines) {
      assertEquals(lines.at(-1), "--- all threads are gone ---");
    },
  },
};
