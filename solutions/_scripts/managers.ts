import { assertEquals, assertMatch } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  dict_and_list: {
    "the dict has three keys, each of another type, whoever was the last to set them"(lines) {
      // As JavaScript shows it, or Python.
      assertMatch(
        lines[0],
        /\{ ?1(:| =>) ["']1["'], ["']2["'](:| =>) 2, 0.25(:| =>) (null|None) ?\}$/,
      );
    },
    "the list was turned round an even number of times"(lines) {
      const list = lines.slice(1).join(" ").match(/\d/g);
      assertEquals(list?.join(" "), "0 1 2 3 4 5 6 7 8 9");
    },
  },
};
