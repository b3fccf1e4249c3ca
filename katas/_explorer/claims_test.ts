import { assertEquals, assertThrows } from "@std/assert";
import { cells, everySchedule, ExplorationError, type Program, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";

const { claims } = isAllowed
  ? await probed<typeof import("./corpus/claims.ts")>(
    import.meta.resolve("./corpus/claims.ts"),
  )
  : await import("./corpus/claims.ts");
const { endless, restless } = isAllowed
  ? await probed<typeof import("./corpus/restless.ts")>(
    import.meta.resolve("./corpus/restless.ts"),
  )
  : await import("./corpus/restless.ts");

for (const [name, [truth, program]] of Object.entries(claims)) {
  probedTest(`everySchedule() says what is so: ${name}`, () => {
    const said = saidOf(() => everySchedule(program).sentence);
    assertEquals(said.slice(0, truth.length), truth);
  });
}

const restlessTruths: Record<string, string> = {
  "catches all and tries again": "proved",
  "tries again at another operation": "checked, not proved",
  "goes round in a finally": "proved",
  "has a generator that catches all": "checked, not proved",
  "has an iterator that catches all": "checked, not proved",
  "tries again in what a promise calls back": "proved",
  "calls itself again": "proved",
  "has a finally that leaves by no error": "Spin deadlock",
  "looks at nothing that others can change": "A thread goes round and round",
};

for (const [what, run] of Object.entries({ ...restless, ...endless })) {
  probedTest(`everySchedule() comes to an end with a thread that ${what}`, () => {
    const said = saidOf(() =>
      everySchedule({
        shared: () => ({ m: cells(2) }),
        threads: { A: ({ m }) => run(m) },
        maxStates: 200,
        samples: 10,
      }).sentence
    );
    assertEquals(said.slice(0, restlessTruths[what].length), restlessTruths[what]);
  });
}

probedTest("everySchedule() finds again in a schedule what it found in the program", () => {
  for (const [name, [, program]] of Object.entries(claims)) {
    const found = failureOf(program);
    // What no schedule comes to has none to be found again.
    if (!found || found.kind === "unreachable") continue;
    const again = failureOf({ ...program, schedule: found.schedule });
    // A schedule that goes on for ever does not tell whether others end.
    const kind = again?.kind === "livelock" ? "spin" : again?.kind;
    assertEquals(kind, found.kind, name);
  }
});

function failureOf(program: Program<never>): ScheduleError | null {
  try {
    everySchedule(program);
  } catch (error) {
    if (error instanceof ScheduleError) return error;
  }
  return null;
}

function saidOf(explore: () => string): string {
  try {
    return explore();
  } catch (error) {
    if (error instanceof ScheduleError) return error.verdict;
    if (error instanceof ExplorationError) return error.message;
    throw error;
  }
}

probedTest("a printed schedule can be pasted into a shell, whatever the threads are called", () => {
  const names = ["the cook", "", "it's", "a:b", "$HOME!"];
  const program = {
    shared: () => ({ m: new Int32Array(new SharedArrayBuffer(4)) }),
    threads: Object.fromEntries(
      names.map((name) => [name, ({ m }: { m: Int32Array }) => Atomics.add(m, 0, 1)]),
    ),
    always: ({ m }: { m: Int32Array }) => assertEquals(m[0] < names.length, true, "all have come"),
  };
  const { schedule } = assertThrows(() => everySchedule(program), ScheduleError, "all have come");
  assertEquals(schedule.replace(/[\w%: ]/g, ""), "");
  assertThrows(() => everySchedule({ ...program, schedule }), ScheduleError, "all have come");
});
