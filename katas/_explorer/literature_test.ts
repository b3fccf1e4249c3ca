import { assertEquals } from "@std/assert";
import type { Verdict } from "./corpus/literature/family.ts";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";

const { literature } = isAllowed
  ? await probed<typeof import("./corpus/literature/mod.ts")>(
    import.meta.resolve("./corpus/literature/mod.ts"),
  )
  : await import("./corpus/literature/mod.ts");

for (const [name, [verdict, program]] of Object.entries(literature)) {
  probedTest(`everySchedule() says what the literature says: ${name}: ${verdict}`, () => {
    assertEquals(decide(program), verdict);
  });
}

/** What a search of all states says; random schedules would make it a matter of luck. */
function decide(program: Sample): Verdict | "undecided" {
  try {
    const { complete } = everySchedule({ ...program, samples: 0 });
    return complete ? "proved" : "undecided";
  } catch (error) {
    if (error instanceof ScheduleError) return error.kind;
    throw error;
  }
}
