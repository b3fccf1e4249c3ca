import { assert, assertEquals } from "@std/assert";
import type { ScriptFacts } from "./facts.ts";

export const facts: ScriptFacts = {
  traffic_light: {
    "a car that goes on at green has waited for the red light before"(lines) {
      for (const car of [1, 2, 3]) {
        const said = lines.filter((line) => line.startsWith(`car [${car}]`));
        for (const [i, line] of said.entries()) {
          if (!line.endsWith("goes on at green")) continue;
          assertEquals(said[i - 1], `car [${car}] is waiting for the red light`);
        }
      }
    },
    "the lamp shows a colour"(lines) {
      assert(lines.some((line) => /^--(green|yellow|red) light on--$/.test(line)));
    },
    "the light is off at the end"(lines) {
      assertEquals(lines.at(-1), "light off");
    },
  },
};
