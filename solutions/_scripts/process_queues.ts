import { assertMatch } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  forty_two_by_queue: {
    "what the child has put in comes out in the parent, and nothing else"(lines) {
      const list = String.raw`\[ ?42, (null|None), ["']hello["'] ?\]`;
      assertMatch(lines.join("\n"), new RegExp(`^${list}\nempty: [tT]rue$`));
    },
  },
};
