import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { restless } from "./corpus/restless.ts";
import { cells, everySchedule, ExplorationError, type Program, ScheduleError } from "./mod.ts";
import { enumerate } from "./search/naive.ts";

const counter: Program<{ m: Int32Array<SharedArrayBuffer> }> = {
  shared: () => ({ m: cells(1) }),
  threads: 2,
  run({ m }) {
    for (let i = 0; i < 2; i++) Atomics.store(m, 0, Atomics.load(m, 0) + 1);
  },
  outcome: ({ m }) => m[0],
};

Deno.test("everySchedule() counts the schedules of each outcome", () => {
  const { schedules, outcomes } = everySchedule(counter);
  assertEquals(schedules, 70);
  assertEquals(outcomes, new Map([["2", 32], ["3", 32], ["4", 6]]));
  const plain = enumerate(counter);
  assertEquals([plain.schedules, plain.results], [70, new Set(["2", "3", "4"])]);
});

Deno.test("everySchedule() fails when a reachable outcome is never reached", () => {
  assert(everySchedule({ ...counter, reachable: [2, 4] }).complete);
  const { kind } = assertThrows(
    () => everySchedule({ ...counter, reachable: [5] }),
    ScheduleError,
    "No schedule has the outcome 5",
  );
  assertEquals(kind, "unreachable");
});

Deno.test("everySchedule() reports columns, a diagnosis and the schedule", () => {
  const { message, schedule } = assertThrows(
    () =>
      everySchedule({
        ...counter,
        after: ({ m }) => assertEquals(m[0], 4, "An update was lost"),
      }),
    ScheduleError,
  );
  assertStringIncludes(message, "An update was lost");
  assertStringIncludes(message, "Shortest schedule: 8 steps, 1 forced switch");
  assertMatch(message, /thread A +thread B +memory/);
  assertMatch(message, /1 {2}:\d+ load\(m\) → 0/);
  assertMatch(message, /read m at step \d+ and acted on it at step \d+; . had changed it at step/);
  assertStringIncludes(message, `-- --schedule '${schedule}'`);
  for (const line of message.split("\n")) assert(line.length <= 100 || !/^ *\d+ /.test(line), line);
});

Deno.test("everySchedule() shows no table of a failure before the first step", () => {
  const run = () => assertEquals(1, 2, "Before any step");
  const { message, steps } = assertThrows(
    () => everySchedule({ shared: () => ({ m: cells(1) }), threads: 1, run }),
    ScheduleError,
  );
  assertEquals(steps, 0);
  assertEquals(message.includes("memory"), false, message);
});

Deno.test("everySchedule() says at which step a schedule does not fit", () => {
  const replay = (schedule: string) => () => everySchedule({ ...counter, schedule });
  assertThrows(replay("A:ls B:ss"), ExplorationError, "at step 3: thread B would load");
  assertThrows(replay("A:lslsl"), ExplorationError, "at step 5: thread A has ended");
  assertThrows(replay("A:l~"), ExplorationError, "at step 2: thread A is not asleep");
  assertThrows(replay("C:l"), ExplorationError, "Cannot read 'C:l'");
  assertStringIncludes(everySchedule({ ...counter, schedule: "A:lsls" }).sentence, "4 steps");
});

Deno.test("everySchedule() leaves every global as it was", () => {
  const globals = () => [
    Atomics,
    SharedArrayBuffer,
    Int32Array,
    DataView,
    Date.now,
    performance.now,
    Math.random,
    setTimeout,
    Error.stackTraceLimit,
    Object.hasOwn(performance, "now"),
  ];
  const before = globals();
  everySchedule(counter);
  assertEquals(globals().map((value, i) => value === before[i]), before.map(() => true));
  assertThrows(() => everySchedule({ ...counter, after: () => assert(false) }));
  assertThrows(() => everySchedule({ ...counter, shared: () => assert(false) as never }));
  assertEquals(globals().map((value, i) => value === before[i]), before.map(() => true));
});

Deno.test("everySchedule() says what was covered when the states run out", () => {
  const { complete, sentence } = everySchedule({ ...counter, maxStates: 20, samples: 10 });
  assertFalse(complete);
  assertMatch(
    sentence,
    /^checked, not proved: .*10 random schedules, seed 1; livelocks are not checked$/,
  );
});

Deno.test("everySchedule() finds faults by random schedules when the states run out", () => {
  const program = {
    ...counter,
    maxStates: 2,
    after: ({ m }: { m: Int32Array }) => assertEquals(m[0], 4),
  };
  const { message, schedule } = assertThrows(() => everySchedule(program), ScheduleError);
  assertStringIncludes(message, "not the shortest");
  assertThrows(() => everySchedule({ ...program, schedule }), ScheduleError);
});

type Cells = { m: Int32Array<SharedArrayBuffer> };

Deno.test("everySchedule() refuses what it cannot explore", () => {
  let calls = 0;
  const refuse = (run: Program<{ m: Int32Array<SharedArrayBuffer> }>["run"], message: string) =>
    assertThrows(() => everySchedule({ ...counter, run }), ExplorationError, message);
  refuse(({ m }) => Atomics.add(m, 0, calls++), "did not do the same twice");
  refuse(() => void cells(1), "shared memory that is not the program's");
  refuse(async () => await 0, "returned a promise");
  refuse(() => Promise.resolve(), "A promise cannot be explored");
  refuse(() => void setTimeout(() => {}, 1), "must not wait for the event loop");
  refuse(({ m }) => void new DataView(m.buffer), "use a typed array");
  refuse(() => void everySchedule(counter), "inside another one");
  assertThrows(() => everySchedule({ ...counter, threads: 0 }), ExplorationError, "1 to 8");
});

Deno.test("a thread that swallows errors is stopped all the same", () => {
  const proof = everySchedule({
    ...counter,
    run({ m }) {
      try {
        Atomics.add(m, 0, 1);
      } catch {
        // Learners write this.
      }
      Atomics.add(m, 0, 1);
    },
  });
  assertEquals([...proof.outcomes.keys()], ["4"]);
});

for (const [what, run] of Object.entries(restless)) {
  Deno.test(`a thread is refused that ${what}`, () => {
    const program = { shared: () => ({ m: cells(2) }), threads: { A: ({ m }: Cells) => run(m) } };
    assertThrows(() => everySchedule(program), ExplorationError, "A thread catches every error");
  });
}

Deno.test("a thread is refused that catches the refusal of a random number, and tries again", () => {
  const program = {
    shared: () => ({ m: cells(1) }),
    threads: {
      A({ m }: Cells) {
        for (;;) {
          try {
            return Atomics.store(m, 0, Math.random());
          } catch {
            // Again.
          }
        }
      },
    },
  };
  assertThrows(() => everySchedule(program), ExplorationError, "Math.random cannot be explored");
});

Deno.test("an async body does not even begin", () => {
  let begun = false;
  const program = {
    shared: () => ({ m: cells(1) }),
    threads: {
      async A({ m }: Cells) {
        begun = true;
        for (;;) {
          try {
            return Atomics.load(m, 0);
          } catch {
            await null;
          }
        }
      },
    },
  };
  assertThrows(() => everySchedule(program), ExplorationError, "returned a promise");
  assertEquals(begun, false);
});

Deno.test("array methods are operations one by one", () => {
  const { outcomes } = everySchedule({
    shared: () => ({ m: cells(2) }),
    threads: { A: ({ m }) => void m.fill(1), B: ({ m }) => [...m] },
    races: "allow",
    outcome: (_, results) => results[1],
  });
  assertEquals(
    [...outcomes.keys()].sort(),
    ["[0,0]", "[0,1]", "[1,0]", "[1,1]"].filter((outcome) => outcomes.has(outcome)),
  );
  assert(outcomes.size >= 3, `Outcomes: ${[...outcomes.keys()]}`);
});

Deno.test("a quiet clock moves only when nobody can go on", () => {
  everySchedule({
    shared: () => ({ m: cells(1) }),
    timers: "quiet",
    threads: {
      sleeper({ m }, thread) {
        assertEquals(Atomics.wait(m, 0, 0, 30), "timed-out");
        assertEquals([thread.now(), performance.now()], [30, 30]);
      },
      other(_, thread) {
        thread.sleep(10);
        assertEquals(thread.now(), 10);
      },
    },
  });
});

Deno.test("in which order threads fall asleep for a time is not seen by others", () => {
  const nap = (milliseconds: number): Program<null>["run"] => (_, thread) =>
    thread.sleep(milliseconds);
  const threads = { A: nap(1)!, B: nap(2)!, C: nap(3)! };
  const program: Program<null> = { shared: () => null, threads, timers: "quiet" };
  const { schedules, states } = everySchedule(program);
  // Each set of them may be asleep; then they end one after the other.
  assertEquals([schedules, states], [6, 2 ** 3 + 3]);
  assertEquals(enumerate(program).schedules, 6);
});

Deno.test("an adversarial clock times out at any moment", () => {
  const { outcomes } = everySchedule({
    shared: () => ({ m: cells(1) }),
    threads: {
      waiter: ({ m }) => Atomics.wait(m, 0, 0, 30),
      waker: ({ m }) => Atomics.notify(m, 0),
    },
    outcome: (_, results) => results[0],
  });
  assertEquals([...outcomes.keys()].sort(), ['"ok"', '"timed-out"']);
});

Deno.test("a body that is done in rounds is a loop that keeps nothing", () => {
  const once: Program<{ m: Int32Array<SharedArrayBuffer> }>["run"] = ({ m }) => {
    Atomics.store(m, 0, Atomics.load(m, 0) + 1);
  };
  const { outcome, shared } = counter;
  const proof = everySchedule({ shared, outcome, threads: 2, run: once, rounds: 2 });
  const { schedules, outcomes } = everySchedule(counter);
  assertEquals([proof.schedules, proof.outcomes], [schedules, outcomes]);
  const plain = enumerate({ shared, outcome, threads: 2, run: once, rounds: 2 });
  assertEquals([plain.schedules, plain.results], [70, new Set(["2", "3", "4"])]);
});

Deno.test("more threads than a state has bits for are told apart", () => {
  const threads = Object.fromEntries(
    Array.from({ length: 17 }, (_, i) => [
      `t${i}`,
      ({ m }: { m: Int32Array<SharedArrayBuffer> }) => {
        Atomics.wait(m, 0, 0);
        return Atomics.add(m, 1, i);
      },
    ]),
  );
  const everybody = {
    ...threads,
    waker: ({ m }: { m: Int32Array<SharedArrayBuffer> }) => {
      Atomics.store(m, 0, 1);
      Atomics.notify(m, 0);
    },
  };
  const program = {
    shared: () => ({ m: cells(2) }),
    threads: everybody,
    maxStates: 3_000,
    samples: 20,
  };
  const after = ({ m }: { m: Int32Array }) => assertEquals(m[1], 17 * 8);
  assertFalse(everySchedule({ ...program, after }).complete);
  const wrong = () => everySchedule({ ...program, after: ({ m }) => assertEquals(m[1], 0) });
  const { schedule } = assertThrows(wrong, ScheduleError);
  assertThrows(() =>
    everySchedule({ ...program, schedule, after: ({ m }) => assertEquals(m[1], 0) })
  );
});

Deno.test("everySchedule() keeps threads apart that do the same, wherever they stand", () => {
  type Shared = { c: Int32Array<SharedArrayBuffer> };
  const up = ({ c }: Shared) => {
    Atomics.add(c, 0, 1);
    Atomics.add(c, 0, 1);
  };
  const down = ({ c }: Shared) => {
    Atomics.sub(c, 1, 1);
  };
  const program: Program<Shared> = {
    shared: () => ({ c: cells(2) }),
    threads: { a: up, b: down, c: up, d: down, e: up },
    after: ({ c }) => assertEquals([...c], [6, -2]),
  };
  const { complete, schedules } = everySchedule(program);
  assertEquals([complete, schedules], [
    true,
    everySchedule({ ...program, symmetry: false }).schedules,
  ]);
  const beside = { ...program, threads: { a: up, c: up, e: up, b: down, d: down } };
  assertEquals(everySchedule(beside).schedules, schedules);
});

Deno.test("a loop that ends by the clock is no deadlock, also where its variables cannot be read", () => {
  const { sentence } = everySchedule({
    shared: () => ({ m: cells(1) }),
    threads: 1,
    run({ m }) {
      const end = performance.now() + 50;
      while (Atomics.compareExchange(m, 0, 0, 1) !== 5) if (performance.now() >= end) return;
    },
  });
  assertStringIncludes(sentence, "checked, not proved");
  assertStringIncludes(sentence, "a thread takes more steps than are followed");
});
