import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, type FaultKind, ScheduleError } from "./mod.ts";
import { enumerate } from "./search/naive.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";

const { faulty } = isAllowed
  ? await probed<typeof import("./corpus/faulty.ts")>(import.meta.resolve("./corpus/faulty.ts"))
  : await import("./corpus/faulty.ts");
const { politeThreads, right } = isAllowed
  ? await probed<typeof import("./corpus/right.ts")>(import.meta.resolve("./corpus/right.ts"))
  : await import("./corpus/right.ts");

type Pinned = [
  kind: FaultKind,
  preemptions: number,
  steps: number,
  states: number,
  schedule: string,
];

const faults: Record<string, Pinned> = {
  "lost update, plain": ["after", 1, 4, 8, "A:r B:rw A:w"],
  "lost update, plain, races are errors": ["race", 0, 1, 2, "A:r"],
  "lost update of load and store, two rounds": ["after", 1, 8, 23, "A:lsl B:lsls A:s"],
  "counter of three threads ends at two": [
    "after",
    4,
    18,
    1380,
    "A:l B:lslsls C:lsls A:sl C:l A:sls C:s",
  ],
  "test then set": ["exclusion", 2, 6, 19, "A:l B:lsi A:si"],
  "Peterson, turn before flag": ["exclusion", 2, 9, 96, "A:s B:ssli A:slli"],
  "flags, checked before set": ["exclusion", 2, 6, 33, "A:l B:lsi A:si"],
  "flags, set before checked": ["spin", 1, 4, 21, "A:s B:s A:l B:l"],
  "Peterson, plain": ["race", 0, 2, 4, "A:ww"],
  "unlock forgets to notify": ["deadlock", 1, 6, 16, "A:cio B:cz A:s"],
  "woken thread takes state 1": ["deadlock", 1, 15, 53, "A:cio B:cxz C:cz A:asn B:xioa"],
  "semaphore, check then subtract": ["always", 1, 4, 7, "A:l B:la A:a"],
  "semaphore notifies on 0 to 1 only": ["deadlock", 0, 9, 18, "A:lz B:lz C:ana A:lc"],
  "event, notify before store": ["deadlock", 1, 3, 8, "B:n A:z B:s"],
  "waits on a value read again": ["deadlock", 1, 5, 15, "A:l B:sn A:lz"],
  "two philosophers": ["deadlock", 1, 6, 50, "A:c B:ccz A:cz"],
  "three philosophers": ["deadlock", 1, 9, 219, "A:c C:ccz B:ccz A:cz"],
  "four philosophers": ["deadlock", 1, 12, 835, "A:c D:ccz C:ccz B:ccz A:cz"],
  "flag published before data": ["error", 1, 3, 9, "A:s B:ll"],
  "plain flag, plain data": ["race", 0, 1, 2, "A:w"],
  "ticket taken with load and store": ["spin", 1, 9, 27, "A:l B:lslios A:sl"],
  "check then act on an account": ["after", 1, 4, 7, "A:l B:la A:a"],
  "two locks in different order": ["deadlock", 1, 6, 50, "A:c B:ccz A:cz"],
  "if instead of while, and a stray wake-up": ["error", 1, 4, 15, "A:lz!l"],
  "once, the loser is too early": ["error", 1, 3, 7, "A:c B:cl"],
  "barrier without generation": ["deadlock", 0, 11, 12, "A:alz B:asnalz A:lz"],
  "condition waited for with if": ["error", 1, 19, 316, "A:cllsnz C:caans B:cllasn A:cl"],
  "buffer with one condition wakes one": [
    "deadlock",
    0,
    38,
    204,
    "A:cllsnz B:cllsnz C:clsansncllsnz A:clsansn B:cllsnz",
  ],
  "stack that mistakes a node for itself": ["after", 1, 12, 73, "A:ll B:llcllclsc A:c"],
  "readers overtake a writer": ["bypass", 1, 19, 394, "A:lc writer:q B:lcioalcioalcioa A:i"],
  "sequence lock, the reader does not look again": ["error", 1, 7, 22, "B:ll A:assa B:l"],
  "two readers both upgrade": ["spin", 1, 4, 8, "A:a B:ac A:c"],
  "notify hits the wrong kind of waiter": ["deadlock", 0, 8, 26, "A:lz B:lz C:sn A:lz"],
  "timed lock leaks its waiter": ["after", 2, 8, 26, "A:c B:caz A:sl B:~ A:n"],
  "ring publishes its tail before the slot": ["error", 1, 5, 18, "A:lls B:ll"],
  "observed at one exact moment": ["error", 2, 7, 46, "A:s B:lll A:ss B:l"],
};

/** The states of a proof, and its schedules unless a loop makes them endless. */
const proofs: Record<string, [states: number, schedules: number | undefined]> = {
  "Peterson, one round": [58, undefined],
  "Peterson, two rounds": [210, undefined],
  "mutex of two states": [24, 66],
  "mutex of three states, two threads": [39, 316],
  "mutex of three states, three threads": [180, 45714192],
  "semaphore notifies always": [66, 40816],
  "barrier with generation, two threads": [55, 27114],
  "barrier with generation, three threads": [171, 127697817030],
  "data published by an atomic flag": [7, 3],
  "two locks in the same order": [29, 98],
  "buffer with one condition wakes all": [286, 3091836299],
  "condition waited for with while": [884, 1954189412094676],
};

const merges = [{ symmetry: true }, { symmetry: false }];

function failureOf(program: Sample): ScheduleError {
  return assertThrows(() => everySchedule(program), ScheduleError);
}

probedTest("everySchedule() reports a table that is at most 100 columns wide", () => {
  for (const [name, program] of Object.entries(faulty)) {
    const lines = failureOf(program).message.split("\n");
    const wide = lines.filter((line) => /^ {2,}\d*/.test(line) && line.length > 100);
    assertEquals(wide, [], name);
  }
});

const rowOfTable = /^ *\d+ {2}/;

/** They have to change a variable of the environment. */
const ignore = Deno.permissions.querySync({ name: "env" }).state !== "granted";

for (const columns of [50, 80, 100]) {
  const name = `everySchedule() reports each step under its thread, in ${columns} columns`;
  Deno.test({ name, ignore }, () => {
    Deno.env.set("COLUMNS", String(columns));
    try {
      for (const [name, program] of Object.entries(faulty)) {
        const { message } = failureOf(program);
        const lines = message.split("\n");
        const head = lines.find((line) => /^ {5}thread\b.*memory$/.test(line))!;
        const starts = new Set(head.matchAll(/thread/g).map(({ index }) => index));
        for (const row of lines.filter((line) => rowOfTable.test(line))) {
          const start = row.search(/(?<=^ *\d+ +)[^ \d]/);
          assert(starts.has(start), `${name}: in no column: ${row}`);
          assert(row.length <= columns || starts.size === 1, `${name}: too wide: ${row}`);
        }
      }
    } finally {
      Deno.env.delete("COLUMNS");
    }
  });
}

for (const [name, program] of Object.entries(faulty)) {
  probedTest(`everySchedule() finds the cheapest failure: ${name}`, () => {
    const { kind, preemptions, steps, states, schedule } = failureOf(program);
    assertEquals([kind, preemptions, steps, states, schedule], faults[name]);
  });

  probedTest(`everySchedule() finds the same with any merge: ${name}`, () => {
    const [kind, preemptions, steps] = faults[name];
    for (const merge of merges) {
      const found = failureOf({ ...program, ...merge });
      assertEquals([found.kind, found.preemptions], [kind, preemptions]);
      // How many laps of a spin loop are shown depends on the merge.
      if (kind !== "spin") assertEquals(found.steps, steps);
    }
  });

  probedTest(`everySchedule() replays the failing schedule: ${name}`, () => {
    const { schedule, verdict, preemptions } = failureOf(program);
    const replayed = failureOf({ ...program, schedule });
    assertEquals([replayed.verdict, replayed.preemptions], [verdict, preemptions]);
  });
}

for (const [name, program] of Object.entries(right)) {
  probedTest(`everySchedule() proves: ${name}`, () => {
    const { complete, states, schedules } = everySchedule(program);
    assert(complete);
    assertEquals([states, schedules], proofs[name]);
  });

  if (isLarge(program)) continue;
  probedTest(`everySchedule() proves with any merge: ${name}`, () => {
    for (const merge of merges) assert(everySchedule({ ...program, ...merge }).complete);
  });
}

probedTest("everySchedule() shows a lap in which two threads retreat for each other", () => {
  const { kind, verdict, schedule } = failureOf(politeThreads);
  assertEquals(kind, "livelock");
  assertEquals(verdict, "Livelock: threads A and B act for ever, and nobody gets on.");
  assertEquals(failureOf({ ...politeThreads, schedule }).verdict, verdict);
});

const small = { ...faulty, ...right };
// Too many interleavings for plain enumeration.
for (
  const name of [
    "counter of three threads ends at two",
    "woken thread takes state 1",
    "three philosophers",
    "four philosophers",
    "Peterson, two rounds",
    "mutex of three states, three threads",
    "semaphore notifies always",
    "semaphore notifies on 0 to 1 only",
    "barrier with generation, two threads",
    "barrier with generation, three threads",
    "condition waited for with if",
    "condition waited for with while",
    "buffer with one condition wakes one",
    "buffer with one condition wakes all",
    "readers overtake a writer",
  ]
) delete small[name];

for (const [name, program] of Object.entries(small)) {
  probedTest(`everySchedule() agrees with plain enumeration: ${name}`, () => {
    const kinds = [...enumerate(program).results].filter((result) => result !== "");
    const found = faults[name]?.[0];
    // A spin deadlock ends no schedule, so enumeration does not come by it.
    if (found && found !== "spin") assert(kinds.includes(found), `${found} is not in ${kinds}`);
    if (!found) assertEquals(kinds, []);
  });

  // A fault ends the search, so only what cannot fail has all its outcomes.
  if (!["after", "always", "race", undefined].includes(faults[name]?.[0])) continue;
  probedTest(`everySchedule() finds the outcomes of plain enumeration: ${name}`, () => {
    const outcomes = [...enumerate(observed(program)).results].sort();
    for (const merge of merges) {
      const proof = everySchedule({ ...observed(program), ...merge });
      assertEquals([...proof.outcomes.keys()].sort(), outcomes);
    }
  });
}

/** The program, whose outcome is its memory and which asserts nothing about it. */
function observed({ after: _after, always: _always, ...program }: Sample): Sample {
  return { ...program, races: "allow", outcome: ({ m }) => [...m] };
}

/** Whether it takes more states than a search without merges should be given. */
function isLarge({ maxStates }: Sample): boolean {
  return maxStates !== undefined;
}
