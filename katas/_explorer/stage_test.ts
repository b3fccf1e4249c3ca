import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Sample } from "./corpus/parts.ts";
import { cells, everySchedule, ExplorationError, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";
import type { Drawing } from "./stage/drawing.ts";
import { drawn, someSchedule, wayToFail } from "./stage/stage.ts";

const { faulty } = isAllowed
  ? await probed<typeof import("./corpus/faulty.ts")>(import.meta.resolve("./corpus/faulty.ts"))
  : await import("./corpus/faulty.ts");
const { politeThreads, right } = isAllowed
  ? await probed<typeof import("./corpus/right.ts")>(import.meta.resolve("./corpus/right.ts"))
  : await import("./corpus/right.ts");

function failureOf(program: Sample): ScheduleError {
  return assertThrows(() => everySchedule(program), ScheduleError);
}

/** What the rows say, as the table of a report has it. */
function rowsOf({ rows }: Drawing): string[] {
  return rows.map(({ place, does }) => `${place.replace(/^\w+\.ts(?=:)/, "")} ${does}`.trim());
}

probedTest("drawn() has the rows and the verdict of the report, for every fault", () => {
  for (const [name, program] of Object.entries({ ...faulty, politeThreads })) {
    const error = failureOf(program);
    const drawing = drawn(program, error.schedule);
    assertEquals(drawing.fault?.[0], error.verdict, name);
    assertEquals([drawing.rows.length, drawing.moments.length], [error.steps, error.steps + 1]);
    const lines = error.message.split("\n").filter((line) => /^ *\d+ {2}/.test(line));
    assertEquals(lines.length, error.steps, name);
    rowsOf(drawing).forEach((row, i) => assertStringIncludes(lines[i], row, name));
    drawing.rows.forEach(({ change }, i) => assert(lines[i].endsWith(change), name));
  }
});

probedTest("each row of drawn() is one of the moves of the moment before it", () => {
  for (const [name, program] of Object.entries(faulty)) {
    const { rows, moments } = drawn(program, failureOf(program).schedule);
    rows.forEach(({ thread, turn, isEvent }, i) => {
      const isMove = moments[i].moves.some((move) =>
        move.thread === thread && move.turn === turn && move.isEvent === isEvent
      );
      assert(isMove, `${name}: ${turn} at step ${i + 1}`);
    });
    assertEquals(moments.at(-1)!.moves, [], "Nobody goes on from where it is broken");
  }
});

probedTest("wayToFail() finds a way from any moment of a failing schedule", () => {
  for (const [name, program] of Object.entries(faulty)) {
    const { rows } = drawn(program, failureOf(program).schedule);
    for (const at of [0, Math.floor(rows.length / 2), rows.length - 1]) {
      const line = rows.slice(0, at).map(({ turn }) => turn).join(" ");
      const way = wayToFail(program, line);
      assert("schedule" in way, `${name} from '${line}': ${JSON.stringify(way)}`);
      assert(way.schedule.startsWith(line), name);
      assert(drawn(program, way.schedule).fault !== null, `${name}: ${way.schedule}`);
    }
  }
});

probedTest("wayToFail() says what is proved where nothing can fail", () => {
  for (const [name, program] of Object.entries(right)) {
    const way = wayToFail(program, "");
    assert("none" in way && /^proved: /.test(way.none), `${name}: ${JSON.stringify(way)}`);
  }
});

probedTest("someSchedule() leads a right program to its end", () => {
  for (const [name, program] of Object.entries(right)) {
    const { fault, moments } = drawn(program, someSchedule(program));
    assertEquals(fault, null, name);
    const last = moments.at(-1)!;
    assertEquals(last.threads.map(({ is }) => is), last.threads.map(() => "ended"), name);
  }
});

Deno.test("drawn() tells how each thread is, and what each cell holds", () => {
  const program: Sample = {
    shared: () => ({ m: cells(3) }),
    threads: {
      sleeper({ m }, thread) {
        thread.inside("the bed", () => Atomics.wait(m, 2, 0, 5));
      },
      waker({ m }) {
        Atomics.store(m, 2, 7);
        Atomics.notify(m, 2);
      },
    },
  };
  const { names, cells: labels, rows, moments } = drawn(program, "sleeper:iz waker:sn sleeper:o");
  assertEquals([names, labels], [["sleeper", "waker"], ["m[2]"]]);
  assertEquals(moments.map(({ memory }) => memory[0]), ["0", "0", "0", "7", "7", "7"]);
  const of = (thread: number) => moments.map(({ threads }) => threads[thread].is);
  assertEquals(of(0), ["ready", "ready", "asleep", "asleep", "ready", "ended"]);
  assertEquals(of(1), ["ready", "ready", "ready", "ready", "ended", "ended"]);
  assertEquals(moments[2].threads[0].inside, ["the bed"]);
  assertEquals(moments[2].moves.map(({ turn }) => turn), ["waker:s", "sleeper:~"]);
  assertEquals(rows.map(({ fellAsleep }) => fellAsleep), [false, true, false, false, false]);
  assertEquals(rows[3].wakes, [0]);
  assertEquals(rows[2].change, "m[2] = 7");
  assertEquals(rows[2].calls.at(0)?.file, import.meta.url);
});

Deno.test("drawn() tells who called, also where a thread begins", () => {
  const down = (m: Int32Array, depth: number): number =>
    depth === 0 ? Atomics.load(m, 0) : down(m, depth - 1);
  const program: Sample = {
    shared: () => ({ m: cells(1) }),
    threads: 1,
    run({ m }) {
      down(m, 8);
      down(m, 8);
    },
  };
  const { moments } = drawn(program, "A:l");
  for (const { threads: [{ calls }] } of moments) assert(calls.length >= 10, `${calls.length}`);
});

Deno.test("drawn() refuses a schedule that does not fit", () => {
  const program: Sample = {
    shared: () => ({ m: cells(1) }),
    threads: 1,
    run: ({ m }) => Atomics.load(m, 0),
  };
  assertThrows(() => drawn(program, "A:s"), ExplorationError, "does not fit at step 1");
  assertThrows(() => drawn(program, "A:ll"), ExplorationError, "A has ended");
});

Deno.test("drawn() has a lane for a wait of Atomics.waitAsync", () => {
  const program: Sample = {
    shared: () => ({ m: cells(2) }),
    threads: {
      A({ m }) {
        const waited = Atomics.waitAsync(m, 0, 0);
        if (waited.async) waited.value.then(() => void Atomics.store(m, 1, 1));
      },
      B({ m }) {
        Atomics.store(m, 0, 1);
        Atomics.notify(m, 0);
      },
    },
    after: ({ m }) => assertEquals(m[1], 0, "It was called back"),
  };
  const { schedule, verdict } = failureOf(program);
  assertEquals(failureOf({ ...program, schedule }).verdict, verdict, "It can be replayed");
  const { names, moments, fault } = drawn(program, schedule);
  assertEquals([names, fault?.[0]], [["A", "B", "A+1"], verdict]);
  const wait = moments.map(({ threads }) => threads[2].is);
  assertEquals([wait[0], wait[1], wait.at(-1)], ["unborn", "asleep", "unborn"]);
});
