import { assert, assertEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

const cooked = /^order (\d) is cooked in process \d+$/;
const served = /^--> dish (\d+) is done, says process \d+$/;

export const facts: ScriptFacts = {
  five_cooks: {
    "each of the ten orders is cooked once"(lines) {
      assertEquals(sorted(numbers(lines, cooked)), range(0, 10));
    },
    "main is called back once for each dish, after it was cooked"(lines) {
      assertEquals(sorted(numbers(lines, served)), range(100, 110));
      for (const dish of range(100, 110)) {
        const isCooked = lines.findIndex((line) => line.startsWith(`order ${dish - 100} `));
        assert(isCooked < lines.findIndex((line) => line.startsWith(`--> dish ${dish} `)));
      }
    },
    "main does not wait: all orders are on the counter before the first dish is done"(lines) {
      assert(lines.indexOf("end of the orders") < lines.findIndex((line) => served.test(line)));
    },
    "at most five processes cook, and main serves alone"(lines) {
      const [main] = numbers(lines, /^main process id: (\d+)$/);
      const cooks = new Set(numbers(lines, /is cooked in process (\d+)$/));
      assert(cooks.size <= 5 && !cooks.has(main), `${[...cooks]} cook, and ${main} is main`);
      assertEquals([...new Set(numbers(lines, /says process (\d+)$/))], [main]);
    },
  },
};
