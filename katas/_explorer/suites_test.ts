import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";
import { enumerate } from "./search/naive.ts";

const { counting, queue, register, restlessWorker, sleeping, worker } = isAllowed
  ? await probed<typeof import("./corpus/suites.ts")>(
    import.meta.resolve("./corpus/suites.ts"),
  )
  : await import("./corpus/suites.ts");

function failureOf(program: Sample): ScheduleError {
  return assertThrows(() => everySchedule(program), ScheduleError);
}

probedTest("a daemon may still sleep when all others have ended", () => {
  assertEquals(failureOf(worker).verdict, "Deadlock: thread worker sleeps for ever.");
  assert(everySchedule({ ...worker, daemons: ["worker"] }).complete);
});

probedTest("a daemon may also wake from time to time", () => {
  assertEquals(failureOf(restlessWorker).verdict, "Spin deadlock: thread worker spins for ever.");
  assert(everySchedule({ ...restlessWorker, daemons: ["worker"] }).complete);
});

probedTest("a daemon may sleep, and others may not for its sake", () => {
  assertEquals(failureOf({ ...worker, daemons: ["asker"] }).kind, "deadlock");
});

probedTest("a part that is one step leaves fewer states and the same outcomes", () => {
  const [whole, parts] = [true, false].map((isOneStep) => everySchedule(counting(isOneStep)));
  assert(whole.complete && parts.complete);
  assert(1.5 * whole.states < parts.states, `${whole.states} of ${parts.states} states`);
  assertEquals([...whole.outcomes.keys()], [...parts.outcomes.keys()]);
});

probedTest("what a part does after it has slept is one more step", () => {
  const outcomes = (isOneStep: boolean) => [...everySchedule(sleeping(isOneStep)).outcomes.keys()];
  assertEquals(outcomes(false).sort(), ["0", "7"]);
  assertEquals(outcomes(true), ["7"]);
  assertEquals([...enumerate(sleeping(true)).results], ["7"]);
});

probedTest("calls that come out as one after the other are proved", () => {
  assert(everySchedule(register(true)).complete);
  assert(everySchedule(queue(true)).complete);
});

probedTest("calls that come out in no order are drawn", () => {
  const { kind, message, schedule } = failureOf(register(false));
  assertEquals(kind, "order");
  assertMatch(message, /^In no order, one after the other, do these calls have these results/);
  assertMatch(message, /writer {2}set\(11\) +├─/);
  assertMatch(message, /reader {2}get\(\) → \d+ +├─+┤/);
  assertEquals(failureOf({ ...register(false), schedule }).kind, "order");
});

probedTest("an item that two get has no place in any order", () => {
  assertEquals(failureOf(queue(false)).kind, "order");
});
