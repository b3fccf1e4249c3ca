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

const { models } = isAllowed
  ? await probed<typeof import("./corpus/literature/models.ts")>(
    import.meta.resolve("./corpus/literature/models.ts"),
  )
  : await import("./corpus/literature/models.ts");

for (const [name, [verdict, program]] of Object.entries(literature)) {
  probedTest(`everySchedule() says what the literature says: ${name}: ${verdict}`, () => {
    assertEquals(decide(program), verdict);
  });
}

for (const { name, threads, rounds, program, states } of models) {
  probedTest(
    `everySchedule() has the states of SPIN's model: ${name}, ${threads} × ${rounds}`,
    () => {
      const proof = everySchedule({ ...program, symmetry: false });
      assertEquals([proof.complete, proof.states], [true, states]);
    },
  );
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
