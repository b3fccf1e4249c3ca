import { assertEquals } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  first_last_urgent: {
    "each kind of queue has its own order"(lines) {
      assertEquals(lines.slice(0, 3), [
        "first come:  rice soup tea",
        "last come:   tea soup rice",
        "most urgent: -1 soup 3 tea 10 rice",
      ]);
    },
    "a get from an empty queue gives up, and a put into a full one"(lines) {
      assertEquals(lines.slice(3, 5), ["a get gives up: true true", "a put gives up: true true"]);
    },
    "join comes back when the work is done, not when the dish was taken"(lines) {
      const taken = "dumplings are taken, 0 left";
      assertEquals(lines.slice(5), [taken, "dumplings are eaten", "all is done"]);
    },
  },
};
