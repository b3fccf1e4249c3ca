import { assert, assertEquals } from "@std/assert";
import type { Verdict } from "./corpus/literature/family.ts";
import { literature, undecidedToday } from "./corpus/literature/mod.ts";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, ExplorationError, ScheduleError } from "./mod.ts";

for (const [name, [verdict, program]] of Object.entries(literature)) {
  const expected = undecidedToday.includes(name) ? "undecided" : verdict;
  Deno.test(`everySchedule() says what the literature says: ${name}: ${expected}`, () => {
    assertEquals(decide(program), expected);
  });
}

Deno.test("undecidedToday names programs of the literature, each once", () => {
  assert(undecidedToday.every((name) => name in literature));
  assertEquals(new Set(undecidedToday).size, undecidedToday.length);
});

/** What a search of all states says; random schedules would make it a matter of luck. */
function decide(program: Sample): Verdict | "undecided" {
  try {
    const { complete } = everySchedule({ ...program, samples: 0 });
    return complete ? "proved" : "undecided";
  } catch (error) {
    if (error instanceof ScheduleError) return error.kind;
    if (error instanceof ExplorationError && /steps and does not end/.test(error.message)) {
      return "undecided";
    }
    throw error;
  }
}
