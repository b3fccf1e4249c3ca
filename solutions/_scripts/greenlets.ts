import { assertEquals } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  twelve_to_seventy_eight: {
    "the two greenlets take turns"(lines) {
      assertEquals(lines, ["12", "56", "34", "78"]);
    },
  },
};
