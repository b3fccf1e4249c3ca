import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, ExplorationError, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";
import { enumerate } from "./search/naive.ts";

const programs = isAllowed
  ? await probed<typeof import("./corpus/promises.ts")>(
    import.meta.resolve("./corpus/promises.ts"),
  )
  : await import("./corpus/promises.ts");

function failureOf(program: Sample): ScheduleError {
  return assertThrows(() => everySchedule(program), ScheduleError);
}

/** The outcomes of a program that is proved; without local states and by plain enumeration they are the same. */
function outcomesOf(program: Sample): string[] {
  const plain = enumerate({ ...program, localStates: false });
  const results = [...plain.results].sort();
  for (const localStates of [true, false]) {
    const { complete, schedules, outcomes } = everySchedule({ ...program, localStates });
    assertEquals([complete, schedules], [true, plain.schedules]);
    assertEquals([...outcomes.keys()].sort(), results);
  }
  return results;
}

probedTest("a thread is told that a cell has changed", () => {
  assertEquals(outcomesOf(programs.told), ["1"]);
  assertEquals(everySchedule(programs.told).sentence, "proved: all 6 schedules (17 states)");
});

probedTest("a notify before the change is lost", () => {
  const { kind, verdict, schedule, message } = failureOf(programs.neverTold);
  assertEquals([kind, verdict], ["deadlock", "Deadlock: thread waiter waits for ever."]);
  assertStringIncludes(message, "waitAsync(m[0], 0) → a promise");
  assertEquals(failureOf({ ...programs.neverTold, schedule }).verdict, verdict);
});

probedTest("a thread is told when its code has run to the end", () => {
  assertEquals(outcomesOf(programs.toldAtTheEnd), ["3"]);
});

probedTest("a sleeper and a promise stand in one queue", () => {
  assertEquals(outcomesOf(programs.firstComeFirst), ['"1 timed-out"']);
});

probedTest("two promises are kept in either order, and callbacks are called in theirs", () => {
  assertEquals(outcomesOf(programs.twoPromises), [
    "0",
    "132456",
    "135",
    "135246",
    "241365",
    "246",
    "246135",
  ]);
});

probedTest("a promise is kept in time, or too late", () => {
  assertEquals(outcomesOf(programs.inTime), ["1", "2"]);
});

probedTest("a wake-up can be taken by a promise in which nobody is interested", () => {
  assertEquals(
    failureOf(programs.takenByNobody).verdict,
    "Deadlock: thread sleeper sleeps for ever.",
  );
});

probedTest("a thread can wait again when it is told", () => {
  assert(everySchedule(programs.again).complete);
});

for (const [name, [reason, program]] of Object.entries(programs.refused)) {
  probedTest(`what cannot be explored is refused: ${name}`, () => {
    assertThrows(() => everySchedule(program), ExplorationError, reason);
  });
}
