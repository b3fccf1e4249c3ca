import { assertMatch } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  forty_two_by_pipe: {
    "the list arrives as it was, then the child has its answer, and then comes the end"(lines) {
      const list = String.raw`\[ ?42, (null|None), ["']hello["'] ?\]`;
      const expected = `^parent heard: ${list}\nchild heard: thanks\nthe end: [tT]rue$`;
      assertMatch(lines.join("\n"), new RegExp(expected));
    },
  },
};
