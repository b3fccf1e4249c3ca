import { assertEquals, assertThrows } from "@std/assert";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, ExplorationError, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";
import { enumerate } from "./search/naive.ts";

const programs = isAllowed
  ? await probed<typeof import("./corpus/children.ts")>(
    import.meta.resolve("./corpus/children.ts"),
  )
  : await import("./corpus/children.ts");

function failureOf(program: Sample): ScheduleError {
  return assertThrows(() => everySchedule(program), ScheduleError);
}

probedTest("what is handed over by starting and joining is no race", () => {
  const { sentence, outcomes } = everySchedule(programs.handedOver);
  assertEquals([sentence, [...outcomes.keys()]], ["proved: the only schedule (7 states)", ["7"]]);
});

probedTest("without a join there is a race", () => {
  const { kind, verdict } = failureOf(programs.notJoined);
  assertEquals([kind, /parent reads .* child writes|child writes .* parent reads/.test(verdict)], [
    "race",
    true,
  ]);
});

probedTest("a thread that was started can start the next one", () => {
  const plain = enumerate({ ...programs.chain, localStates: false });
  for (const localStates of [true, false]) {
    const { complete, schedules, outcomes } = everySchedule({ ...programs.chain, localStates });
    assertEquals([complete, schedules, [...outcomes.keys()]], [true, plain.schedules, ["3"]]);
  }
});

probedTest("threads that join each other wait for ever", () => {
  const { verdict, kind, schedule } = failureOf(programs.joinEachOther);
  assertEquals([kind, verdict], ["deadlock", "Deadlock: threads left and right wait for ever."]);
  assertEquals(failureOf({ ...programs.joinEachOther, schedule }).verdict, verdict);
});

probedTest("a thread that nobody starts keeps nobody waiting", () => {
  const { outcomes } = everySchedule(programs.maybeStarted);
  assertEquals([...outcomes.keys()].sort(), ["0", "1"]);
});

probedTest("a thread waits for ever for one that spins", () => {
  const { kind, verdict } = failureOf(programs.spinningChild);
  assertEquals([kind, verdict], [
    "spin",
    "Spin deadlock: thread parent waits for ever and thread child spins for ever.",
  ]);
});

probedTest("a thread can be started once, and be joined only then", () => {
  assertEquals(
    failureOf(programs.startedTwice).verdict.replace(/Thread [AB]/, "A thread"),
    "A thread threw Error: Thread child was started before",
  );
  assertEquals(
    failureOf(programs.joinedTooEarly).verdict,
    "Thread parent threw Error: Thread child was never started",
  );
});

probedTest("only a child can be started, and it does its body once", () => {
  const message = (program: Sample) =>
    assertThrows(() => everySchedule(program), ExplorationError).message;
  const stranger = message({ ...programs.startedTwice, children: [] });
  assertEquals(
    stranger,
    "child is no thread that another one starts: name it in `children`, and in `threads`",
  );
  const rounds = message({ ...programs.chain, rounds: 2 });
  assertEquals(rounds, "Threads that start others do their body once: leave out `rounds`");
});

probedTest("a schedule cannot go on with a thread that waits for another one", () => {
  assertThrows(
    () => everySchedule({ ...programs.handedOver, schedule: "parent:wfj" }),
    ExplorationError,
    "at step 3: thread parent waits for another thread",
  );
});
