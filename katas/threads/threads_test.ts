import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  assertRejects,
  assertThrows,
  cells,
  runProgramToEnd,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { Worker as NodeWorker } from "node:worker_threads";
import { Lost, SayHi } from "./fixtures/say_hi.ts";
import { activeCount, currentThread, enumerate, Thread, ThreadError } from "./threads.ts";

const work = import.meta.resolve("./fixtures/work.ts");
const fixture = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url);
const never = "The thread does not end: join waits for a sign of its end that never comes";

/** A thread that does one of the functions of `fixtures/work.ts`. */
function threadOf(target: string, args: unknown[] = [], name?: string): Thread {
  return new Thread({ module: work, target, args, name });
}

/** Runs a thread to its end. */
async function runToEnd(thread: Thread): Promise<void> {
  thread.start();
  assertEquals(await soon(thread.join(), never), true, "The thread has ended: join must say so");
}

/** Runs one of the functions that put a text into shared memory, and reads it. */
// deno-lint-ignore no-explicit-any
async function told(thread: (memory: SharedArrayBuffer) => Thread): Promise<any> {
  const memory = new SharedArrayBuffer(4096);
  await runToEnd(thread(memory));
  const [length] = new Int32Array(memory, 0, 1);
  assert(length > 0, "The thread ended and has done nothing");
  return JSON.parse(new TextDecoder().decode(new Uint8Array(memory, 4, length).slice()));
}

function open(gate: Int32Array): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}

// -- [1] a handle, before the start --

test("[1] a new thread is not alive and has no id", () => {
  const thread = new Thread({ name: "new" });
  assertEquals(thread.isAlive, false, "It was not started, so it is not alive");
  assertEquals(thread.id, undefined, "It gets its id when it is started");
  assertEquals(String(thread), "Thread(new, initial)");
});

test("[1] a given name stays, and is a string", () => {
  assertEquals(threadOf("write", [], "till").name, "till");
  assertEquals(new Thread({ name: 7 as unknown as string }).name, "7");
  assertEquals(new Thread({ name: "till" }).name, "till", "Two threads may have the same name");
  const thread = new Thread({ name: "till" });
  thread.name = "oven";
  assertEquals(thread.name, "oven", "A thread can be renamed");
});

test("[1] threads without a name are numbered, and named after their target", () => {
  const first = new Thread();
  const second = threadOf("write");
  const third = new Thread({ name: "" });
  assertMatch(first.name, /^Thread-\d+$/);
  assertMatch(second.name, /^Thread-\d+ \(write\)$/);
  assertMatch(third.name, /^Thread-\d+$/, "An empty name is none");
  const [a, b, c] = [first, second, third].map(({ name }) => parseInt(name.slice(7)));
  assertEquals([b - a, c - b], [1, 1], `The numbers go up one by one: ${a}, ${b}, ${c}`);
});

test("[1] daemon is false unless given, and can be set before the start", () => {
  assertEquals(new Thread().daemon, false);
  const thread = new Thread({ daemon: true });
  assertEquals(thread.daemon, true);
  thread.daemon = false;
  assertEquals(thread.daemon, false);
});

test("[1] join before the start is refused", async () => {
  const thread = new Thread();
  await assertRejects(() => thread.join(), ThreadError);
});

test("[1] a thread refuses what it could not run", () => {
  const refused: [string, object][] = [
    ["a relative module", { module: "./work.ts", target: "write" }],
    ["a target that is a function", { module: work, target: () => {} }],
    ["a target without its module", { target: "write" }],
    ["arguments that are no array", { module: work, target: "write", args: 7 }],
  ];
  assertEquals(threadOf("write").isAlive, false);
  for (const [what, options] of refused) {
    assertThrows(() => new Thread(options), TypeError, "", `${what} must be refused`);
  }
});

test("[1] run does not do a thread's work in this thread", () => {
  const thread = threadOf("write");
  assertThrows(
    () => thread.run(),
    ThreadError,
    "",
    "run() is what the thread does. Whoever calls it instead of start() gets no thread",
  );
  assertEquals(new Thread().run(), undefined, "Without a target there is nothing to do");
});

// -- [2] it does its work once, in another thread --

testWithPermission("[2] start runs the target with its arguments", async () => {
  for (const module of [work, new URL(work)]) {
    const row = cells(3);
    await runToEnd(new Thread({ module, target: "write", args: [row, 10, 20, 30] }));
    assertEquals([...row], [10, 20, 30], "write(row, 10, 20, 30) fills the row");
  }
});

testWithPermission("[2] arguments arrive one by one, as they were", async () => {
  const args = [[1], [[2, 3]], "text", { a: new Date(0) }, null];
  const arrived = await told((memory) => threadOf("describeArguments", [memory, ...args]));
  assertEquals(
    arrived,
    JSON.parse(JSON.stringify(args)),
    "The target gets each argument unchanged",
  );
});

testWithPermission("[2] arguments are copies, except for shared memory", async () => {
  const list = [1];
  const length = cells(1);
  await runToEnd(threadOf("change", [list, length]));
  assertEquals(length[0], 2, "The thread has added to its list");
  assertEquals(list, [1], "The list of this side is another one");
});

testWithPermission("[2] arguments are what they were when the thread was started", async () => {
  const list = [1];
  const length = cells(1);
  const thread = threadOf("change", [list, length]);
  list.push(2);
  thread.start();
  list.push(3, 4, 5);
  await soon(thread.join(), never);
  assertEquals(length[0], 3, "Two items when it was started, and one that the thread has added");
});

testWithPermission("[2] a view of much memory travels as fast as its buffer", async () => {
  const size = 8_000_000;
  const timeOf = async (argument: ArrayBuffer | Uint8Array) => {
    const row = cells(1);
    const thread = threadOf("measure", [row, argument]);
    const begun = performance.now();
    await runToEnd(thread);
    assertEquals(row[0], size, "The thread must get all of it");
    return performance.now() - begun;
  };
  const buffer = await timeOf(new ArrayBuffer(size));
  // On a busy machine one try may take long. Going through each byte takes fifty times as long always.
  const views: number[] = [];
  const isSlow = () => Math.min(...views) > 8 * buffer;
  const total = () => views.reduce((sum, time) => sum + time, 0);
  do views.push(await timeOf(new Uint8Array(size))); while (isSlow() && total() < 3_000);
  assert(
    !isSlow(),
    `${size} bytes took ${Math.round(Math.min(...views))} ms as a Uint8Array and ` +
      `${Math.round(buffer)} ms as their buffer: the runtime goes through each byte. It does not ` +
      "look into a Map",
  );
});

testWithPermission("[2] a thread without a target does nothing and ends", async () => {
  await runToEnd(new Thread());
});

testWithPermission("[2] a thread is alive from its start to its end", async () => {
  const gate = cells(1);
  const thread = threadOf("waitAtGate", [gate]);
  thread.start();
  assertEquals(thread.isAlive, true, "After start() the thread is alive");
  await soon(thread.ready, "`ready` must resolve when the thread begins its work");
  assertEquals(thread.isAlive, true, "It waits at the gate");
  const { id } = thread;
  assert(id !== undefined && id > 0, "A started thread has an id");
  assertMatch(String(thread), /^Thread\(.*, started\)$/);
  open(gate);
  await soon(thread.join(), never);
  assertEquals(thread.isAlive, false, "It has ended");
  assertEquals(thread.id, id, "It keeps its id");
  assertMatch(String(thread), /^Thread\(.*, stopped\)$/);
});

testWithPermission("[2] who asks for `ready` before the start waits for it", async () => {
  const thread = threadOf("write", [cells(1)]);
  const ready = thread.ready;
  const early = await Promise.race([ready, new Promise((go) => setTimeout(go, 5, "not yet"))]);
  assertEquals(early, "not yet", "Nobody has started it");
  thread.start();
  await soon(
    ready,
    "`ready` must resolve when the thread begins its work, whenever it was asked for",
  );
  await soon(thread.join(), never);
  await soon(thread.ready, "The work of this thread has begun, and ended since then");
});

testWithPermission("[2] a thread starts once", async () => {
  const gate = cells(1);
  const thread = threadOf("waitAtGate", [gate]);
  thread.start();
  assertThrows(() => thread.start(), ThreadError, "", "It runs: it cannot be started again");
  assertThrows(() => thread.daemon = true, ThreadError, "", "It runs: `daemon` is settled");
  open(gate);
  await soon(thread.join(), never);
  assertThrows(() => thread.start(), ThreadError, "", "It has ended: it cannot be started again");
  assertThrows(() => thread.daemon = true, ThreadError, "", "It has ended: `daemon` is settled");
});

test("[2] a subclass must say which module it is in", () => {
  const lost = new Lost();
  assertThrows(() => lost.start(), TypeError);
  assertEquals(lost.isAlive, false, "A thread whose start has failed is not alive");
});

testWithPermission("[2] a subclass runs its own run, with its own fields", async () => {
  const greeted = cells(2);
  const hi = new SayHi(7, greeted);
  assertEquals(String(hi), "SayHi(hi 7, initial)");
  await runToEnd(hi);
  assertEquals(greeted[0], 7, "run() adds this.number to this.greeted in the thread");
  assertEquals(greeted[1], 0, "The constructor has run on this side, and runs once");
});

// -- [3] its end can be waited for --

testWithPermission("[3] many may join, and join again when the thread has ended", async () => {
  const gate = cells(1);
  const thread = threadOf("waitAtGate", [gate]);
  thread.start();
  const joining = [thread.join(), thread.join(), thread.join({ timeout: 60_000 })];
  open(gate);
  assertEquals(await soon(Promise.all(joining), "Not all who joined came back"), [
    true,
    true,
    true,
  ]);
  assertEquals(await soon(thread.join(), "join of an ended thread must return"), true);
  assertEquals(await soon(thread.join({ timeout: 0 }), "join of an ended thread"), true);
});

testWithPermission("[3] join with a timeout says whether the thread has ended", async () => {
  const gate = cells(1);
  const thread = threadOf("waitAtGate", [gate]);
  thread.start();
  for (const timeout of [0, -1, 20]) {
    const joining = soon(
      thread.join({ timeout }),
      `join({ timeout: ${timeout} }) does not give up`,
    );
    assertEquals(await joining, false, `join({ timeout: ${timeout} }) of a thread that is at work`);
  }
  assertEquals(thread.isAlive, true, "A join that gives up leaves the thread alone");
  await assertRejects(() => thread.join({ timeout: NaN }), RangeError);
  const long = [2 ** 31 - 1, 2 ** 31 - 0.5, 2 ** 31, 2 ** 32 + 1, 2 ** 40, Infinity];
  const patient = long.map((timeout) => thread.join({ timeout }));
  const first = await Promise.race([
    ...patient,
    new Promise((go) => setTimeout(go, 20, "at work")),
  ]);
  assertEquals(first, "at work", "A timeout of many days is not over at once");
  open(gate);
  assertEquals(await soon(Promise.all(patient), never), long.map(() => true));
});

testWithPermission("[3] join waits for an async target too", async () => {
  const gate = cells(1);
  const done = cells(1);
  const thread = threadOf("waitAtGateAsync", [gate, done]);
  thread.start();
  await soon(thread.ready, "`ready` must resolve when the thread begins its work");
  const early = soon(thread.join({ timeout: 30 }), "join({ timeout: 30 }) does not give up");
  assertFalse(await early, "The promise of the target is still open");
  open(gate);
  await soon(thread.join(), never);
  assertEquals(done[0], 1, "join came back before the target was done");
});

testWithPermission("[3] a thread has ended though one that it has started lives", async () => {
  const [gate, done] = [cells(1), cells(1)];
  try {
    await runToEnd(threadOf("startAndReturn", [gate, done]));
    assertEquals(done[0], 0, "The other thread waits at the gate. Nobody has joined that one");
  } finally {
    open(gate);
  }
  await until(() => Atomics.load(done, 0) === 1, "The other thread does not go on");
});

testWithPermission("[3] a flag in shared memory stops a tight loop", async () => {
  const flags = cells(2);
  const thread = threadOf("spin", [flags]);
  thread.start();
  await soon(thread.ready, "`ready` must resolve when the thread begins its work");
  const early = soon(thread.join({ timeout: 20 }), "join({ timeout: 20 }) does not give up");
  assertFalse(await early, "Nobody has told it to stop yet");
  Atomics.store(flags, 1, 1);
  assertEquals(await soon(thread.join(), never), true);
});

testWithPermission("[3] a daemon that somebody waits for keeps the program alive", async () => {
  const { code, stdout, stderr } = await runProgramToEnd(
    fixture("joined_daemon"),
    "the daemon has ended, but it seems to be waited for still",
  );
  assertEquals(
    stdout,
    "ready\nleft: false\ndaemon\njoined: true\n",
    `The program ended while somebody waited. ${stderr}`,
  );
  assertEquals(code, 0);
});

testWithPermission("[3] who gives up does not change for whom the program waits", async () => {
  const { code, stdout, stderr } = await runProgramToEnd(
    fixture("given_up"),
    "it waits for a daemon that nobody joins any more",
  );
  assertEquals(
    stdout,
    "thread: false\ndaemon: false\nmain\nthread\n",
    `The program waits for the thread, and then not for the daemon. ${stderr}`,
  );
  assertEquals(code, 0);
});

// -- [4] every thread knows who it is --

test("[4] the main thread is a thread too", async () => {
  const main = currentThread();
  assertEquals([main.name, main.isAlive, main.daemon], ["MainThread", true, false]);
  assert(Number.isInteger(main.id) && main.id > 0, `An id is a positive number: ${main.id}`);
  assertStrictEquals(currentThread(), main, "Asked twice, it is the same object");
  assertEquals(enumerate(), [main]);
  assertEquals(activeCount(), 1);
  new Thread();
  assertEquals(activeCount(), 1, "A thread that was not started does not count");
  await soon(main.ready, "The main thread is at work: its `ready` must resolve");
  const joining = assertRejects(() => main.join(), ThreadError);
  await soon(joining, "The main thread waits for itself, for ever");
});

testWithPermission("[4] every thread has an id of its own", async () => {
  const threads = [1, 2, 3].map(() => threadOf("write", [cells(1)]));
  for (const thread of threads) thread.start();
  for (const thread of threads) await soon(thread.join(), never);
  const ids = [currentThread(), ...threads].map(({ id }) => id);
  assertEquals(new Set(ids).size, 4, `Four threads, four ids: ${ids}`);
});

testWithPermission("[4] in a thread, currentThread is that thread", async () => {
  let thread: Thread | undefined;
  const me = await told((memory) => thread = threadOf("describeMe", [memory], "cook"));
  assertEquals(me.name, "cook", "The name travels to the thread");
  assertEquals(me.id, thread!.id, "Both sides know the thread by the same id");
  assertEquals([me.isAlive, me.daemon], [true, false]);
  assertEquals([me.names, me.count], [["cook"], 1], "It has started nobody");
});

testWithPermission("[4] a thread cannot join itself", async () => {
  const error = await told((memory) => threadOf("joinMyself", [memory]));
  assertEquals(error, "ThreadError", "It would wait for itself, for ever");
});

testWithPermission(
  "[4] threads that threads start have names, ids and `daemon` of their own",
  async () => {
    const starters: Thread[] = [];
    const start = (daemon: boolean) => (memory: SharedArrayBuffer) => {
      const starter = new Thread({ module: work, target: "startAnother", args: [memory], daemon });
      starters.push(starter);
      return starter;
    };
    const started = await Promise.all([told(start(false)), told(start(true))]);
    const all = [currentThread(), ...starters, ...started];
    const names = all.map(({ name }) => name);
    assertEquals(new Set(names).size, 5, `The numbers count in the whole program: ${names}`);
    const ids = all.map(({ id }) => id);
    assertEquals(new Set(ids).size, 5, `Every thread of the program has another id: ${ids}`);
    assertEquals(
      started.map(({ daemon }) => daemon),
      [false, true],
      "A daemon starts daemons, and another thread does not, unless told otherwise",
    );
  },
);

testWithPermission("[4] enumerate lists the living threads only", async () => {
  const gate = cells(1);
  const threads = ["one", "two"].map((name) => threadOf("waitAtGate", [gate], name));
  threads[1].daemon = true;
  for (const thread of threads) thread.start();
  const names = () => enumerate().map(({ name }) => name);
  assertEquals(names(), ["MainThread", "one", "two"], "Only threads that live are listed");
  assertEquals(activeCount(), 3);
  open(gate);
  for (const thread of threads) await soon(thread.join(), never);
  assertEquals(names(), ["MainThread"], "Only threads that live are listed: after join it is not");
});

testWithPermission("[4] two threads of one name are two threads", async () => {
  const gates = [cells(1), cells(1)];
  const threads = gates.map((gate) => threadOf("waitAtGate", [gate], "twin"));
  for (const thread of threads) thread.start();
  open(gates[1]);
  assertEquals(await soon(threads[1].join(), never), true);
  assertEquals(
    [...enumerate()].map(({ name }) => name),
    ["MainThread", "twin"],
    "One of them has ended, and the other one waits",
  );
  assertEquals(threads.map(({ isAlive }) => isAlive), [true, false]);
  open(gates[0]);
  assertEquals(await soon(threads[0].join(), never), true);
  await runToEnd(threadOf("write", [cells(1)], currentThread().name));
});

/** A Worker's module. Its name is in a variable: else `deno test` would check its types, in the test's time. */
const foreign = new URL(
  `data:text/javascript,const it = ${JSON.stringify(fixture("foreign").href)}; await import(it);`,
);

testWithPermission("[4] a Worker that is no Thread has an identity too", async () => {
  const worker = new Worker(foreign, { type: "module", name: "stranger" });
  const { promise, resolve } = Promise.withResolvers<Partial<Thread>>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    resolve({ name: event.message });
  };
  const { id, name, isAlive } = await soon(promise, "The Worker does not answer");
  worker.terminate();
  assertEquals([name, isAlive], ["stranger", true]);
  assert(id! > 0 && id !== currentThread().id, `Its id must be its own: ${id}`);
});

testWithPermission("[4] a Worker of somebody else is taken for no Thread", async () => {
  const mine = { module: work, target: "fail", args: ["taken for a thread"], name: "mine" };
  for (const workerData of [undefined, null, 7, mine, { thread: mine }, { job: mine }]) {
    const worker = new NodeWorker(foreign, { workerData });
    const answer = new Promise<Partial<Thread>>((resolve) => {
      worker.on("message", resolve);
      worker.on("error", (error: Error) => resolve({ name: String(error) }));
    });
    const { id, name, isAlive } = await soon(answer, "The Worker does not answer");
    await worker.terminate();
    const sentence = `A Worker that was made with ${JSON.stringify({ workerData })}`;
    assertEquals([name, isAlive], ["Worker", true], sentence);
    assert(id! > 0 && id !== currentThread().id, `Its id must be its own: ${id}`);
  }
});

testWithPermission(
  "[4] numbered threads say hi, in function style and in subclass style",
  async () => {
    const { code, stdout, stderr } = await runProgramToEnd(
      fixture("say_hi"),
      "somebody joins a thread whose end is not noticed",
    );
    const lines = stdout.trim().split("\n");
    assertEquals(
      lines.splice(4),
      ["greeted by 7", "please", "hi, I am thread 5, polite", "thank you"],
      `First all four say hi. Then a subclass does its target's work with super.run(). ${stderr}`,
    );
    assertEquals(lines.sort(), [
      "hi, I am thread 1, Thread-1 (sayHi)",
      "hi, I am thread 2, Thread-2 (sayHi)",
      "hi, I am thread 3, hi 3",
      "hi, I am thread 4, hi 4",
    ]);
    assertEquals(code, 0);
  },
);

// -- [5] its failure is its own --

/** Runs a program with threads that fail. */
function runFailures(
  arg: string,
  itSeems = "somebody waits for a thread that has failed, and whose end is not noticed",
) {
  return runProgramToEnd(fixture("failures"), itSeems, { args: [arg] });
}

testWithPermission("[5] start refuses arguments that cannot travel", async () => {
  const thread = threadOf("write", [() => "a function"]);
  assertThrows(() => thread.start(), DOMException);
  assertEquals([thread.isAlive, activeCount()], [false, 1], "Nothing was started");
  await assertRejects(() => thread.join(), ThreadError);
});

testWithPermission("[5] an uncaught error is reported and ends its thread only", async () => {
  const { code, stdout, stderr } = await runFailures("errors");
  assertMatch(
    stdout,
    /^thrower: RangeError: too much, alive false, 1 thread\nrecursion: RangeError: .*, alive false, 1 thread\noddity: .*, alive false, 1 thread\nnothing: .*, alive false, 1 thread\nzero: number, alive false, 1 thread\nsymbol: .*, alive false, 1 thread\nhostile: .*, alive false, 1 thread\nmain goes on\n$/,
    `join must come back from a thread that failed, and main go on. ${stderr}`,
  );
  const reports: string[] = stderr.match(/^Exception in thread .*?: .*$/gm) ?? [];
  assertEquals(reports.length, 7, `Each failure is reported once on stderr: ${stderr}`);
  assertStringIncludes(reports[0], "Exception in thread thrower: RangeError: too much");
  assertStringIncludes(reports[1], "Exception in thread recursion: RangeError");
  assertStringIncludes(reports[2], "Exception in thread oddity: ");
  assertStringIncludes(reports[3], "Exception in thread nothing: undefined");
  assertStringIncludes(reports[4], "Exception in thread zero: 0");
  assertStringIncludes(reports[5], "Exception in thread symbol: Symbol(odd)");
  assertStringIncludes(reports[6], "Exception in thread hostile: ");
  assertEquals(code, 0, "The error of a thread does not change the program's exit code");
});

testWithPermission("[5] an error in a timer or in a promise ends the thread as well", async () => {
  const { code, stdout, stderr } = await runFailures("late errors");
  assertStringIncludes(stderr, "Exception in thread timer: RangeError: in a timer");
  assertStringIncludes(stderr, "Exception in thread promise: Error: in a promise");
  assertEquals(
    stdout,
    "timer: RangeError: in a timer, alive false, 1 thread\n" +
      "promise: Error: in a promise, alive false, 1 thread\n" +
      "main goes on\n",
    stderr,
  );
  assertEquals(code, 0);
});

testWithPermission("[5] Deno.exit in a thread ends that thread only, without a word", async () => {
  const [atWork, loading] = await Promise.all(
    ["exit", "exit while it loads"].map((arg) => runFailures(arg)),
  );
  const said = "leaver: undefined, alive false, 1 thread\nmain goes on\n";
  assertEquals(atWork.stdout, said, atWork.stderr);
  assertEquals(
    loading.stdout,
    "leaver: refused, alive false, 1 thread\nmain goes on\n",
    `Its module has called Deno.exit: it has ended, and its work has never begun. ${loading.stderr}`,
  );
  assertEquals([atWork.code, atWork.stderr, loading.code, loading.stderr], [0, "", 0, ""]);
});

testWithPermission(
  "[5] what a target posts to its Worker's port is not for the thread",
  async () => {
    const [gate, row] = [cells(1), cells(1)];
    const thread = threadOf("postByMyself", [gate, row]);
    thread.start();
    await soon(thread.ready, "`ready` must resolve when the thread begins its work");
    assertFalse(
      await soon(thread.join({ timeout: 30 }), "join({ timeout: 30 }) does not give up"),
      "The thread waits at the gate. What it has posted itself does not tell of its end",
    );
    open(gate);
    await soon(thread.join(), never);
    assertEquals([row[0], thread.error], [7, undefined]);
  },
);

testWithPermission("[5] a thread that cannot be loaded says so and is not alive", async () => {
  const { code, stdout, stderr } = await runFailures("load");
  assertEquals(
    stdout,
    "nowhere: refused, alive false, 1 thread\nnobody: refused, alive false, 1 thread\n" +
      "unasked: alive false, 1 thread\nsymbol: refused, alive false, 1 thread\nmain goes on\n",
    `\`ready\` must reject with a ThreadError, and join come back, whoever looks at \`ready\`. ${stderr}`,
  );
  assertStringIncludes(stderr, "Exception in thread nowhere:", "The failure is reported");
  assertStringIncludes(stderr, "Exception in thread nobody:", "The failure is reported");
  assertStringIncludes(stderr, "noSuchFunction", "The report names what is missing");
  assertEquals(code, 0, "The program must go on, whoever looks at `ready`");
});

testWithPermission(
  "[5] the program waits for threads that nobody joins, whoever started them",
  async () => {
    // Side by side, because a Worker that starts another one takes half a second for it.
    const [ending, failing] = await Promise.all([
      runProgramToEnd(fixture("unjoined"), "it waits for a thread that has ended"),
      runFailures(
        "parents",
        "it waits for a thread that has gone with the one that has started it",
      ),
    ]);
    assertEquals(
      ending.stdout,
      "main\nthe thread that main started\nthe thread that the thread started\n",
      `The program must not end before its threads, and a thread not before those it started. ${ending.stderr}`,
    );
    assertEquals(
      failing.stdout.trim().split("\n").sort(),
      [
        "main goes on",
        "started by one that fails in a timer",
        "started by one that throws",
        "thrower: RangeError: first",
        "timer: RangeError: in a timer",
      ],
      `A thread that fails ends by its first error, and those that it has started go on. ${failing.stderr}`,
    );
    assertEquals([ending.code, failing.code], [0, 0]);
  },
);

testWithPermission("[5] a timer that the work has left behind ends with the thread", async () => {
  const { code, stderr } = await runProgramToEnd(
    fixture("families"),
    "the thread has returned, and its interval goes on",
    { args: ["leaveInterval"] },
  );
  assertEquals(code, 0, stderr);
});

testWithPermission("[5] threads that threads start are waited for, at any depth", async () => {
  const run = (...args: string[]) =>
    runProgramToEnd(
      fixture("families"),
      "one waits for the thread that it has started, and that has ended",
      {
        args,
      },
    );
  const [chain, timer, exit] = await Promise.all([
    run("chain", "3"),
    run("leaveTimer"),
    run("exit"),
  ]);
  assertEquals(
    chain.stdout,
    "3 to come\n2 to come\n1 to come\n0 to come\n",
    `Each one starts the next and returns at once. A Worker must stay until those that it has started ` +
      `have gone, and not only until their work has ended. ${chain.stderr}`,
  );
  assertEquals(
    timer.stdout,
    "started by the work\nstarted by a timer\n",
    `A timer goes on while the Worker stays, and may start one more. ${timer.stderr}`,
  );
  assertEquals(
    exit.stdout,
    "started by one that exits\n",
    `Deno.exit ends its thread only. In \`unload\` a Worker may still block. ${exit.stderr}`,
  );
  assertEquals([chain.code, timer.code, exit.code], [0, 0, 0]);
});

testWithPermission(
  "[5] a thread's daemon is left behind, unless somebody waits for it",
  async () => {
    const run = (arg: string) =>
      runProgramToEnd(fixture("families"), "a thread waits for its daemon, for ever", {
        args: [arg],
      });
    const [sleeper, waiter] = await Promise.all([run("leaveSleeper"), run("leaveWaiter")]);
    assertEquals(sleeper.code, 0, sleeper.stderr);
    assertEquals(
      waiter.stdout,
      "the daemon\njoined: true\n",
      `The thread has returned, but somebody in it waits for the daemon. ${waiter.stderr}`,
    );
  },
);

testWhatToFixFirst();
