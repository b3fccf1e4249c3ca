import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { everySchedule } from "../_kit/exploring.ts";
import {
  assertRejects,
  assertThrows,
  patience,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { atExit, Flag, Service } from "./daemons.ts";

const module = import.meta.resolve("./fixtures/work.ts");
const oneFlag = () => ({ flag: new Flag().buffer });

interface Run {
  code: number;
  lines: string[];
  stderr: string;
}

/** Runs one of the programs to its end, which has to come by itself. */
async function run(name: string, file = "program"): Promise<Run> {
  const program = new URL(`./fixtures/${file}.ts`, import.meta.url);
  const args = [name, String(patience / 2)];
  const { code, stdout, stderr, timedOut } = await runProgram(program, { args });
  const left = stderr.match(/^left: (.*)$/m)?.[1] ??
    "its main thread sleeps or goes round for ever, for something that does not come";
  assert(
    !timedOut,
    `The program '${name}' does not end: ${left}. It printed: ${stdout} ${stderr}`,
  );
  return { code, lines: stdout.split("\n").slice(0, -1), stderr };
}

/** Runs programs with services side by side. */
function runServices(...names: string[]): Promise<Run[]> {
  return Promise.all(names.map((name) => run(name, "services")));
}

/** That both services have put everything away, and atExit came after that. */
function assertFlushed({ lines, stderr }: Run, sentence: string): void {
  const flushed = lines.filter((line) => line.endsWith("flushed, 5 lines")).sort();
  assertEquals(
    flushed,
    ["one: flushed, 5 lines", "two: flushed, 5 lines"],
    `${sentence} It printed: ${lines}. ${stderr}`,
  );
  assertEquals(lines.at(-1), "callback", "atExit comes last, when the services have ended");
}

// -- [1] a flag is raised once, and waited for --

test("[1] a new flag is down, and stays up when it was raised", () =>
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

test("[1] a wait gives up when its time is over, and not before", () =>
  everySchedule({
    shared: oneFlag,
    threads: 1,
    timers: "quiet", // an exact time is asked for
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

test("[1] everybody who waits for a flag goes on when it is raised", () => {
  const wait = ({ flag }: { flag: SharedArrayBuffer }) => {
    assertEquals(Flag.attach(flag).wait(), true, "A wait without a limit returns true");
  };
  const raise = ({ flag }: { flag: SharedArrayBuffer }) => Flag.attach(flag).raise();
  return everySchedule({ shared: oneFlag, threads: { one: wait, two: wait, raiser: raise } });
});

test("[1] a wait is not over because of a wake-up without a reason", () =>
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

test("[1] the timeout of a wait counts from the call, however often the thread is woken", () =>
  everySchedule({
    shared: oneFlag,
    timers: "quiet",
    threads: {
      waiter({ flag }, thread) {
        // A clock without fractions would take this for 1.
        thread.sleep(1.9);
        const start = thread.now();
        const raised = Flag.attach(flag).wait({ timeout: 100 });
        const waited = Math.round(thread.now() - start);
        assertEquals([raised, waited], [false, 100], "[raised, milliseconds]");
      },
      disturber({ flag }, thread) {
        const mine = new Int32Array(flag);
        thread.sleep(60);
        Atomics.notify(mine, 0);
      },
    },
  }));

test("[1] a wait sleeps and does not spin", () => {
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

// -- [2] the program waits for one kind of thread, and not for the other --

testWithPermission("[2] the program waits for a foreground thread", async () => {
  const { code, lines, stderr } = await run("foreground");
  const expected = ["main ends", "the report is written", "the file is closed"];
  assertEquals(lines, expected, `The report must be written. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("[2] a daemon that prints for ever ends with the program", async () => {
  const { code, lines, stderr } = await run("heartbeat");
  assertEquals(lines, ["three beats"], `The daemon works beside the program. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("[2] a daemon that spins ends with the program", async () => {
  const { code, lines, stderr } = await run("spin");
  assertEquals(lines, ["main ends"], stderr);
  assertEquals(code, 0);
});

testWithPermission(
  "[2] a daemon that sleeps for ever ends with the program, without finally",
  async () => {
    const { code, lines, stderr } = await run("sleep");
    assertEquals(lines, ["main ends"], `A daemon is left behind where it is. ${stderr}`);
    assertEquals(code, 0);
  },
);

testWithPermission("[2] a daemon beside a foreground thread ends with that one", async () => {
  const { code, lines, stderr } = await run("both");
  const expected = ["main ends", "the report is written", "the file is closed"];
  assertEquals(lines, expected, `The foreground thread is waited for, the daemon not. ${stderr}`);
  assertEquals(code, 0);
});

testWithPermission("[2] a daemon that fails is reported, and the program goes on", async () => {
  const { code, lines, stderr } = await run("failing");
  assertEquals(lines, ["main goes on"], stderr);
  assertStringIncludes(
    stderr,
    "Exception in thread heart: RangeError: the heart stops, as it should",
  );
  assertEquals(code, 0);
});

// -- [3] callbacks are called last --

testWithPermission(
  "[3] atExit callbacks run in reverse order, after the foreground threads",
  async () => {
    const { code, lines, stderr } = await run("callbacks");
    assertEquals(
      lines,
      [
        ...["main ends", "the report is written", "the file is closed"],
        ...["callback 3", "callback 2", "callback 1"],
      ],
      `The last one that was registered is called first, when the threads have ended. ${stderr}`,
    );
    assertEquals(code, 0);
  },
);

testWithPermission(
  "[3] atExit callbacks run when Deno.exit is called, which keeps its code",
  async () => {
    const { code, lines, stderr } = await run("callbacksAtExit");
    assertEquals(lines, ["callback 2", "callback 1"], `Deno.exit is an end as well. ${stderr}`);
    assertEquals(code, 3, "The program ends with the code that Deno.exit was given");
  },
);

testWithPermission(
  "[3] atExit callbacks run after an uncaught error, which keeps its report",
  async () => {
    const { code, lines, stderr } = await run("callbacksAtError");
    assertEquals(lines, ["callback 2", "callback 1"], `An error is an end as well. ${stderr}`);
    assertStringIncludes(stderr, "main fails", "The error must still be reported");
    assertEquals(code, 1, "The program still ends by its error");
    const caught = await run("callbacksAfterCaughtError");
    assertEquals(
      caught.lines,
      ["main goes on", "callback"],
      `A listener has prevented the default of the error, so it is not the end. ${caught.stderr}`,
    );
  },
);

testWithPermission("[3] atExit callbacks wait for work that comes with beforeunload", async () => {
  const { lines, stderr } = await run("callbacksAfterMoreWork");
  assertEquals(
    lines,
    ["more work", "and more", "callback"],
    `Neither beforeunload nor node's beforeExit is the end yet. ${stderr}`,
  );
});

testWithPermission("[3] atExit in another thread is for the end of that one", async () => {
  const { lines, stderr } = await run("callbacksOfThread");
  const expected = ["the thread works", "callback of the thread", "callback of main"];
  assertEquals(lines, expected, `Each thread calls its own callbacks when it ends. ${stderr}`);
});

testWithPermission(
  "[3] an atExit callback that throws is reported and stops no other",
  async () => {
    const { code, lines, stderr } = await run("callbacksThatFail");
    assertEquals(lines, ["callback 3", "callback 1"], `The second one throws. ${stderr}`);
    assertMatch(
      stderr,
      /Error: callback 2 fails, as it should/,
      "What a callback throws is told on stderr",
    );
    assertEquals(code, 0, "An error of a callback does not change the exit code");
  },
);

testWithPermission(
  "[3] atExit registrations are taken back one by one, and may come late",
  async () => {
    const { code, lines, stderr } = await run("callbacksOfCallbacks");
    assertEquals(
      lines,
      ["begun", "late", "between", "again"],
      `One is async, and one was registered twice and the second registration taken back. ${stderr}`,
    );
    assertEquals(code, 0);
  },
);

test("[3] atExit returns a function that takes the registration back", () => {
  const takeBack = atExit(() => {
    throw new Error("This registration was taken back");
  });
  takeBack();
  takeBack();
});

// -- [4] a service puts everything away before the end --

class Sub extends Service {}

test("[4] a service is a daemon thread that does nothing before its start", async () => {
  const service = new Service({ module, target: "writeLines", name: "report" });
  assertEquals([service.daemon, service.isAlive, service.name], [true, false, "report"]);
  await assertRejects(() => service.stop(), Error, "", "Before its start there is nothing to stop");
  const subclass = "What a service does is its target: a subclass is refused";
  assertThrows(() => new Sub({ module, target: "writeLines" }), TypeError, "", subclass);
});

testWithPermission("[4] stop lets a service put everything away, and waits for it", async () => {
  const { code, lines, stderr } = await run("stop", "services");
  assertEquals(
    lines.filter((line) => !line.endsWith("in time")),
    ["report: flushed, 5 lines", "alive: false", "stopped"],
    `stop() comes back when the service has ended, however often it is called. ${stderr}`,
  );
  assertEquals(code, 0);
});

testWithPermission("[4] tellToStop only tells, and stop is for one service", async () => {
  const [tell, stopOne, early] = await runServices("tell", "stopOne", "early");
  assertEquals(
    tell.lines,
    ["told, alive: true", "answered", "stopped"],
    `The service needs the main thread to end: neither call may block it. ${tell.stderr}`,
  );
  assertStringIncludes(
    stopOne.lines.join(),
    "two has ended: false",
    `The other service was not told to stop. ${stopOne.stderr}`,
  );
  assertEquals(
    early.lines.slice(0, 3),
    ["ThreadError", "ThreadError", "ended: false"],
    `Before the start nobody is there to be told, and nothing is remembered. ${early.stderr}`,
  );
});

testWithPermission("[4] a service that fails is reported and can be stopped", async () => {
  const [stopped, left] = await runServices("broken", "brokenAndLeft");
  assertEquals(stopped.lines, ["alive: false"], `stop() must come back. ${stopped.stderr}`);
  assertStringIncludes(
    stopped.stderr,
    "Exception in thread failAtOnce: RangeError: the pen is dry",
  );
  assertEquals(stopped.code, 0);
  assertEquals(left.lines, ["main ends"], left.stderr);
  assertEquals(left.code, 3, `The program must not wait for the dead. ${left.stderr}`);
  const [unborn, dry] = await runServices("startFailed", "waitsForNothing");
  assert(unborn.lines.includes("DataCloneError"), unborn.stderr);
  assertEquals(
    unborn.lines.at(-1),
    "one: flushed, 5 lines",
    `A service whose start has failed must not keep the others from being told. ${unborn.stderr}`,
  );
  assertEquals(dry.lines, ["main ends"], dry.stderr);
  assertEquals(
    [unborn.code, dry.code],
    [3, 3],
    `The program must not wait for the dead, nor die of them. ${unborn.stderr}`,
  );
});

testWithPermission(
  "[4] a foreground thread is none of a daemon's kind, and services are of main",
  async () => {
    const { lines, stderr } = await run("nested");
    const expected = ["inner is a daemon: false", "a service here: ThreadError"];
    assertEquals(
      lines,
      expected,
      `This is what a daemon gets to see. ${stderr}`,
    );
    assertStringIncludes(stderr, "Exception in thread inner", "The foreground thread has its name");
  },
);

testWithPermission("[4] a service starts once, and never in a Web Worker", async () => {
  const [twice, web] = await runServices("startTwice", "web");
  assertEquals(
    twice.lines,
    ["ThreadError"],
    `A second start is refused, as of any thread. ${twice.stderr}`,
  );
  assertEquals(
    web.lines,
    ["ThreadError"],
    `A Web Worker is not the main thread, though its isMainThread says so. ${web.stderr}`,
  );
});

testWithPermission(
  "[4] services are not told while a listener has found something to do",
  async () => {
    for (const { code, lines, stderr } of await runServices("moreWork", "moreWorkLater")) {
      assertEquals(
        [lines[0], lines.at(-1)],
        ["one has ended: false", "one: flushed, 5 lines"],
        `A listener of beforeunload has prevented the default: the program goes on, with its service. ${stderr}`,
      );
      assertEquals(code, 0);
    }
  },
);

testWithPermission(
  "[4] a service that an atExit callback starts is told and waited for",
  async () => {
    const [idle, exit] = await runServices("inCallback", "inCallbackAtExit");
    const order = idle.lines.filter((line) => !line.startsWith("one"));
    assertEquals(
      order,
      ["callback 2", "a late one", "callback 1"],
      `A callback may wait for the service that it has started. ${idle.stderr}`,
    );
    assertEquals([exit.lines, exit.code], [["a late one"], 3], exit.stderr);
  },
);

testWithPermission("[4] services are stopped when the program has nothing else to do", async () => {
  const [idle, asked, twice] = await runServices("idle", "idleAsked", "idleTwice");
  assertFlushed(idle, "Nobody calls stop(): the end of the program does.");
  assertEquals(idle.lines[0], "main ends");
  assertEquals(idle.code, 5, "The program has set Deno.exitCode to 5");
  assertEquals(
    asked.lines,
    ["main ends", "answered"],
    `The main thread must not block: the service waits for its answer. ${asked.stderr}`,
  );
  assertEquals(
    twice.lines,
    ["answered", "answered", "callback"],
    `The second service was started when the first one had been told to stop. ${twice.stderr}`,
  );
});

testWithPermission("[4] services are stopped when Deno.exit is called", async () => {
  const [exit, atOnce, stopped] = await runServices("exit", "exitAtOnce", "stopAndExit");
  assertFlushed(exit, "The program must not end before its services.");
  assertEquals(
    atOnce.lines.at(-1),
    "one: flushed, 5 lines",
    `A service that has been started counts, even if it has not begun yet. ${atOnce.stderr}`,
  );
  assertEquals(
    stopped.lines.at(-1),
    "one: flushed, 5 lines",
    `A service that was told has not ended yet, though nobody awaits stop(). ${stopped.stderr}`,
  );
  assertEquals([exit.code, atOnce.code, stopped.code], [3, 3, 3]);
});

testWithPermission("[4] services are stopped after an uncaught error", async () => {
  for (const failed of await runServices("error", "errorInTimer")) {
    assertFlushed(failed, "The services must be waited for before the error ends the program.");
    assertMatch(
      failed.stderr,
      /^error: Uncaught .*main fails/m,
      "The error must still be reported, by Deno",
    );
    assertEquals(failed.code, 1, "The program still ends by its error");
  }
});

testWithPermission("[4] an error that somebody has caught is not the end", async () => {
  const [{ code, lines, stderr }] = await runServices("errorCaught");
  assertEquals(
    lines[0],
    "one has ended: false",
    `A listener has prevented the default, so the program goes on, with its service. ${stderr}`,
  );
  assertEquals(code, 0, stderr);
});

testWithPermission("[4] the program sleeps while it waits for its services", async () => {
  for (const { lines, stderr } of await runServices("idleAsleep", "exitAsleep")) {
    assertEquals(lines.length, 1, stderr);
    const work = parseInt(lines[0]);
    assert(
      work < 100,
      `${work} ms of work while a service slept for 800 ms: wait, and do not spin`,
    );
  }
});

testWhatToFixFirst();
