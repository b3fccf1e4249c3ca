import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { everySchedule, runProgram, test, testWithPermission } from "../_kit/mod.ts";
import { atExit, Flag, Service } from "./daemons.ts";

const program = new URL("./fixtures/program.ts", import.meta.url);
const module = import.meta.resolve("./fixtures/work.ts");
const oneFlag = () => ({ flag: new Flag().buffer });

/** Runs a program to its end, which has to come by itself. */
async function run(name: string): Promise<{ code: number; lines: string[]; stderr: string }> {
  const { code, stdout, stderr, timedOut } = await runProgram(program, { args: [name] });
  assert(!timedOut, `The program does not end: something keeps it alive. It printed: ${stdout}`);
  return { code, lines: stdout.split("\n").slice(0, -1), stderr };
}

// -- A flag --

test("a new flag is down, and stays up when it was raised", () =>
  everySchedule({
    shared: oneFlag,
    threads: 1,
    run({ flag }) {
      const mine = Flag.attach(flag);
      assertEquals(mine.isRaised, false, "Nobody has raised it yet");
      mine.raise();
      mine.raise();
      assertEquals(mine.isRaised, true);
      assertEquals(mine.wait(), true, "Who waits for a raised flag goes on at once");
      assertEquals(mine.wait({ timeout: 0 }), true, "It was raised, so no time is needed");
    },
  }));

test("a wait gives up when its time is over, and not before", () =>
  everySchedule({
    shared: oneFlag,
    threads: 1,
    run({ flag }, thread) {
      const mine = Flag.attach(flag);
      for (const timeout of [0, -5]) {
        assertEquals(mine.wait({ timeout }), false, `Nobody raises the flag: timeout ${timeout}`);
      }
      assertEquals(thread.now(), 0, "A timeout of 0 or less does not wait");
      assertEquals(mine.wait({ timeout: 30 }), false);
      assertEquals(
        Math.round(thread.now()),
        30,
        "wait({ timeout: 30 }) took that many milliseconds",
      );
      assertThrows(() => mine.wait({ timeout: NaN }), RangeError);
    },
  }));

test("everybody who waits for a flag goes on when it is raised", () => {
  const wait = ({ flag }: { flag: SharedArrayBuffer }) => {
    assertEquals(Flag.attach(flag).wait(), true, "A wait without a limit returns true");
  };
  const raise = ({ flag }: { flag: SharedArrayBuffer }) => Flag.attach(flag).raise();
  return everySchedule({ shared: oneFlag, threads: { one: wait, two: wait, raiser: raise } });
});

test("a wait is not over because of a wake-up without a reason", () =>
  everySchedule({
    shared: oneFlag,
    strayNotifies: 1,
    threads: {
      waiter({ flag }) {
        const mine = Flag.attach(flag);
        assertEquals(mine.wait(), true);
        assertEquals(mine.isRaised, true, "wait came back, but the flag is down");
      },
      raiser: ({ flag }) => Flag.attach(flag).raise(),
    },
  }));

test("the timeout of a wait counts from the call, however often the thread is woken", () =>
  everySchedule({
    shared: oneFlag,
    timers: "quiet",
    threads: {
      waiter({ flag }, thread) {
        const raised = Flag.attach(flag).wait({ timeout: 100 });
        assertEquals([raised, Math.round(thread.now())], [false, 100], "[raised, milliseconds]");
      },
      disturber({ flag }, thread) {
        const mine = new Int32Array(flag);
        thread.sleep(60);
        Atomics.notify(mine, 0);
      },
    },
  }));

test("a wait sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: oneFlag,
    threads: {
      waiter: ({ flag }) => void Flag.attach(flag).wait(),
      raiser: ({ flag }) => Flag.attach(flag).raise(),
    },
  });
  assert(!proof.spun, "A waiting thread went round a loop: let it sleep in Atomics.wait");
  return proof;
});

// -- Who is waited for --

testWithPermission("the program waits for a foreground thread", async () => {
  const { code, lines, stderr } = await run("foreground");
  const expected = ["main ends", "the report is written", "the file is closed"];
  assertEquals(lines, expected, `The report must be written. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("a daemon that prints for ever ends with the program", async () => {
  const { code, lines, stderr } = await run("heartbeat");
  assertEquals(lines, ["three beats"], `The daemon works beside the program. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("a daemon that spins ends with the program", async () => {
  const { code, lines, stderr } = await run("spin");
  assertEquals(lines, ["main ends"], stderr);
  assertEquals(code, 0);
});

testWithPermission(
  "a daemon that sleeps for ever ends with the program, without finally",
  async () => {
    const { code, lines, stderr } = await run("sleep");
    assertEquals(lines, ["main ends"], `A daemon is left behind where it is. ${stderr}`);
    assertEquals(code, 0);
  },
);

testWithPermission("a daemon beside a foreground thread ends with that one", async () => {
  const { code, lines, stderr } = await run("both");
  const expected = ["main ends", "the report is written", "the file is closed"];
  assertEquals(lines, expected, `The foreground thread is waited for, the daemon not. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("a daemon that fails is reported, and the program goes on", async () => {
  const { code, lines, stderr } = await run("failing");
  assertEquals(lines, ["main goes on"], stderr);
  assertStringIncludes(stderr, "Exception in thread heart: RangeError: the heart stops");
  assertEquals(code, 0);
});

// -- What is done last --

testWithPermission(
  "atExit callbacks run in reverse order, after the foreground threads",
  async () => {
    const { code, lines, stderr } = await run("callbacks");
    assertEquals(
      lines,
      [
        ...["main ends", "the report is written", "the file is closed"],
        ...["callback 3", "callback 2", "callback 1"],
      ],
      stderr,
    );
    assertEquals(code, 0);
  },
);

testWithPermission(
  "atExit callbacks run when Deno.exit is called, which keeps its code",
  async () => {
    const { code, lines, stderr } = await run("callbacksAtExit");
    assertEquals(lines, ["callback 2", "callback 1"], stderr);
    assertEquals(code, 3);
  },
);

testWithPermission(
  "atExit callbacks run after an uncaught error, which keeps its report",
  async () => {
    const { code, lines, stderr } = await run("callbacksAtError");
    assertEquals(lines, ["callback 2", "callback 1"], stderr);
    assertStringIncludes(stderr, "main fails", "The error must still be reported");
    assertEquals(code, 1);
  },
);

testWithPermission("an atExit callback that throws is reported and stops no other", async () => {
  const { code, lines, stderr } = await run("callbacksThatFail");
  assertEquals(lines, ["callback 3", "callback 1"], stderr);
  assertMatch(stderr, /^Exception in atExit callback: Error: callback 2 fails/m);
  assertEquals(code, 0);
});

testWithPermission(
  "atExit registrations are taken back one by one, and may come late",
  async () => {
    const { code, lines, stderr } = await run("callbacksOfCallbacks");
    assertEquals(
      lines,
      ["late", "again", "again"],
      `Registered thrice, taken back once. ${stderr}`,
    );
    assertEquals(code, 0);
  },
);

test("atExit returns a function that takes the registration back", () => {
  const takeBack = atExit(() => {
    throw new Error("This registration was taken back");
  });
  takeBack();
  takeBack();
});

// -- A service that ends gracefully --

test("a service is a daemon thread that does nothing before its start", async () => {
  const service = new Service({ module, target: "writeLines", name: "report" });
  assertEquals([service.daemon, service.isAlive, service.name], [true, false, "report"]);
  await assertRejects(() => service.stop(), Error, "", "Before its start there is nothing to stop");
});

testWithPermission("stop lets a service put everything away, and waits for it", async () => {
  const { code, lines, stderr } = await run("stop");
  assertEquals(
    lines.filter((line) => !line.endsWith("in time")),
    ["report: flushed, 5 lines", "alive: false", "stopped"],
    `stop() comes back when the service has ended, however often it is called. ${stderr}`,
  );
  assertEquals(code, 0);
});

testWithPermission("services are stopped when the program has nothing else to do", async () => {
  const { code, lines, stderr } = await run("idle");
  const flushed = lines.filter((line) => line.endsWith("flushed, 5 lines")).sort();
  assertEquals(
    flushed,
    ["one: flushed, 5 lines", "two: flushed, 5 lines"],
    `Nobody calls stop(): the end of the program does. It printed: ${lines}. ${stderr}`,
  );
  assertEquals([lines[0], lines.at(-1)], ["main ends", "callback"], "atExit comes last");
  assertEquals(code, 0);
});

testWithPermission("services are stopped when Deno.exit is called", async () => {
  const { code, lines, stderr } = await run("exit");
  const flushed = lines.filter((line) => line.endsWith("flushed, 5 lines")).sort();
  assertEquals(
    flushed,
    ["one: flushed, 5 lines", "two: flushed, 5 lines"],
    `The program must not end before its services. It printed: ${lines}. ${stderr}`,
  );
  assertEquals(lines.at(-1), "callback", "atExit comes last");
  assertEquals(code, 3);
});

testWithPermission("services are stopped after an uncaught error", async () => {
  const { code, lines, stderr } = await run("error");
  assertEquals(lines.at(-1), "one: flushed, 5 lines", stderr);
  assertStringIncludes(stderr, "main fails", "The error must still be reported");
  assertEquals(code, 1);
});

testWithPermission("a service that fails is reported and can be stopped", async () => {
  const { code, lines, stderr } = await run("brokenService");
  assertEquals(lines, ["alive: false"], `stop() must come back. ${stderr}`);
  assertStringIncludes(stderr, "Exception in thread pen: RangeError: the pen is dry");
  assertEquals(code, 0);
});
