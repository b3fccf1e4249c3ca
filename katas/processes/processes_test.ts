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
  ownTemporaryFiles,
  patience,
  runLimited,
  runProgramToEnd,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { fixtureUrl } from "./fixtures/judged.ts";
import { argumentsOf, livingOf, look } from "./fixtures/system.ts";
import {
  activeChildren,
  currentProcess,
  parentProcess,
  Process,
  ProcessError,
  type ProcessOptions,
} from "./processes.ts";

const work = fixtureUrl("work");
const program = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url);
const never = "The process does not end: join waits for a sign of its end that never comes";
const noResult = "The process has ended, but its result does not arrive";
const silent = "No message arrives from the process";

/** A process that does one of the functions of `fixtures/work.ts`. */
function processOf(target: string, args: unknown[] = [], options: ProcessOptions = {}): Process {
  return new Process({ module: work, target, args, ...options });
}

function started(target: string, ...args: unknown[]): Process {
  const process = processOf(target, args);
  process.start();
  return process;
}

/** Runs a process to its end and returns its result. */
// deno-lint-ignore no-explicit-any
async function resultOf(process: Process): Promise<any> {
  process.start();
  return await soon(process.result(), noResult);
}

let pipesBefore = Infinity;

/** A test after which no child, no zombie and no pipe may be left. */
function processTest(name: string, body: () => Promise<void>): void {
  testWithPermission(name, async () => {
    let left: string[] = [];
    const expected = pipesBefore;
    try {
      await body();
    } finally {
      const seen = await lookFor(expected);
      left = seen.children;
      pipesBefore = seen.pipes;
      end(left);
    }
    assertEquals(left, [], "A child is left when all have been waited for. Z is a zombie");
    const more = pipesBefore - expected;
    assert(!(more > 0), `${more} pipes to processes that have ended are still open`);
  });
}

/** What there is when all pipes have been closed that will be: so many are left, if all goes well. */
async function lookFor(pipes: number): Promise<Awaited<ReturnType<typeof look>>> {
  const end = performance.now() + 2_000;
  let seen;
  while ((seen = await look()).pipes > pipes && performance.now() < end);
  return seen;
}

/** Takes the errors that nobody catches, until it is disposed of. */
function listenForUncaught(): Disposable & { errors: string[] } {
  const errors: string[] = [];
  const listener = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    errors.push(String("error" in event ? event.error : event.reason));
  };
  addEventListener("error", listener);
  addEventListener("unhandledrejection", listener);
  const stop = () => {
    removeEventListener("error", listener);
    removeEventListener("unhandledrejection", listener);
  };
  return { errors, [Symbol.dispose]: stop };
}

function end(children: string[]): void {
  for (const child of children) {
    try {
      Deno.kill(parseInt(child), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

// -- [1] a function runs in another process --

test("[1] a new process is not alive and has neither pid nor exit code", () => {
  const process = new Process({ name: "new" });
  assertEquals(process.isAlive, false, "It was not started, so it is not alive");
  assertEquals(process.pid, undefined, "The system numbers it when it is started");
  assertEquals(process.exitCode, undefined, "It has not ended");
  assertEquals(process.parentPid, Deno.pid, "Its parent is the process that made it");
  assertEquals(String(process), "Process(new, initial)");
});

test("[1] a given name stays, and is a string", () => {
  assertEquals(processOf("give", [], { name: "till" }).name, "till");
  assertEquals(new Process({ name: 7 as unknown as string }).name, "7");
  const process = new Process({ name: "till" });
  process.name = "oven";
  assertEquals(process.name, "oven", "A process can be renamed");
});

test("[1] processes without a name are numbered", () => {
  const names = [new Process(), processOf("give"), new Process({ name: "" })]
    .map(({ name }) => name);
  for (const name of names) assertMatch(name, /^Process-\d+$/);
  const [a, b, c] = names.map((name) => parseInt(name.slice(8)));
  assertEquals([b - a, c - b], [1, 1], `The numbers go up one by one: ${a}, ${b}, ${c}`);
});

test("[1] daemon is false unless given, and can be set before the start", () => {
  assertEquals(new Process().daemon, false);
  const process = new Process({ daemon: true });
  assertEquals(process.daemon, true);
  process.daemon = false;
  assertEquals(process.daemon, false);
});

test("[1] a process refuses what it could not run", () => {
  new Process({ module: work, target: "give", args: [7] });
  const refused: [string, object][] = [
    ["a relative module", { module: "./work.ts", target: "give" }],
    ["a target that is a function", { module: work, target: () => {} }],
    ["a target without its module", { target: "give" }],
    ["arguments that are no array", { module: work, target: "give", args: 7 }],
  ];
  for (const [what, options] of refused) {
    assertThrows(() => new Process(options), TypeError, "", `${what} must be refused`);
  }
});

processTest("[1] start runs the target with its arguments in another process", async () => {
  const process = processOf("give", [1, "two"]);
  const text = await resultOf(process);
  assertEquals(text, [1, "two"], "give(...args) returns its arguments");
  assert(process.pid !== undefined && process.pid !== Deno.pid, "It has a pid of its own");
});

processTest("[1] memory is not shared: a child cannot change the parent's list", async () => {
  const { buns } = await import(work);
  const own = ["mine"];
  assertEquals(await resultOf(processOf("eat", [own])), [0, 0], "The child empties its lists");
  assertEquals(buns, ["bun"], "The module's list of this side is another one");
  assertEquals(own, ["mine"], "The argument is a copy");
});

processTest("[1] arguments and results of every kind travel", async () => {
  const circle: { me?: unknown } = {};
  circle.me = circle;
  const buffer = new Uint8Array([7]).buffer;
  const values = {
    nothing: [undefined, null],
    numbers: [0, -0, NaN, Infinity, 2n ** 80n],
    text: ["", "zwölf 🥟"],
    date: new Date(5),
    pattern: /a+/gi,
    map: new Map<unknown, unknown>([["set", new Set([1, "1"])]]),
    bytes: [new Uint8Array([1, 2, 3]).subarray(1), new Float64Array([1.5])],
    buffer,
    view: new Uint8Array(buffer),
    error: new RangeError("too much", { cause: new TypeError("why") }),
    circle,
    holes: Object.assign([1, , 3], { price: 2 }),
  };
  const large = new Uint8Array(3_000_000).map((_, i) => i);
  const [back, largeBack] = await resultOf(processOf("give", [values, large]));
  for (const [kind, value] of Object.entries(values)) {
    assertEquals(back[kind], value, `What has become of ${kind}`);
  }
  assertEquals(Object.keys(back.holes), ["0", "2", "price"], "A list with a hole and a field");
  assertEquals(String(back.error.cause), "TypeError: why", "The cause of an error travels too");
  // Not assertStrictEquals: to show how two large buffers differ takes seconds.
  assert(back.view.buffer === back.buffer, "A view stays a view of its buffer");
  assertStrictEquals(back.circle.me, back.circle, "A circle is a circle on the other side");
  assert(Object.is(back.numbers[1], -0), "-0 is not 0");
  assertEquals(largeBack.length, large.length, "A large value comes in many pieces");
  assert(large.every((byte, i) => largeBack[i] === byte), "A large value must arrive unchanged");
});

processTest("[1] a process without a target does nothing and ends", async () => {
  const process = new Process();
  assertEquals(await resultOf(process), undefined);
  assertEquals(process.exitCode, 0);
});

// -- [2] messages, and the wait for the end --

processTest("[2] messages arrive in their order, whatever they are", async () => {
  const process = started("echo");
  const values = [1, undefined, null, 0, "", false, new Map([[1, 2]]), "two"];
  for (const value of values) process.send(value);
  for (const value of values) {
    const back = await soon(process.receive(), silent);
    assertEquals(back, value, "Each message comes back once and in its turn, null and 0 too");
  }
  const waiting = [process.receive(), process.receive()];
  process.send("first");
  process.send("second");
  assertEquals(await soon(Promise.all(waiting), silent), ["first", "second"], "First come, first");
  const many = Array.from({ length: 300 }, (_, i) => ({ i, text: "x".repeat(500) }));
  for (const value of many) process.send(value);
  const manyBack = await soon(Array.fromAsync(many, () => process.receive()), silent);
  assertEquals(manyBack, many, "300 messages, none lost and none twice");
  const list = [1];
  process.send(list);
  list.push(2);
  assertEquals(await soon(process.receive(), silent), [1], "What was sent is a copy");
  const bun = { price: -0 };
  process.send([bun, bun]);
  const [one, other] = await soon(process.receive(), silent) as typeof bun[];
  assertStrictEquals(one, other, "An object that comes twice is one object on the other side");
  assertEquals(one, bun, "A record arrives as it was");
  assertThrows(() => process.send(() => {}), DOMException, "", "A function cannot travel");
  process.send("end");
  assertEquals(await soon(process.join(), never), true);
  assertEquals(process.exitCode, 0, "A message that was refused does no harm");
});

processTest("[2] what a process has sent is there when it has ended", async () => {
  const process = started("sendAll", "one", "two");
  await soon(process.join(), never);
  assertEquals(await soon(process.receive(), silent), "one");
  assertEquals(await soon(process.receive(), silent), "two");
  const empty = "The process has ended, and receive waits for another message";
  await assertRejects(() => soon(process.receive(), empty), ProcessError);
  assertThrows(() => process.send("hello?"), ProcessError, "", "Nobody is there to take it");
});

processTest("[2] a process is alive from its start to its end", async () => {
  const process = processOf("waitForMessage");
  process.start();
  assertEquals(process.isAlive, true, "After start() the process is alive");
  assertStrictEquals(activeChildren().at(-1), process, "It is a child of this process");
  const { pid } = process;
  assertEquals(await livingOf([pid!]), [pid], `The system knows no process ${pid}`);
  assertEquals(await soon(process.receive(), silent), "waiting");
  assertEquals(process.exitCode, undefined, "It has not ended, so it has no exit code");
  assertEquals(String(process), `Process(${process.name}, started)`);
  process.send("go on");
  assertEquals(await soon(process.join(), never), true);
  assertEquals([process.isAlive, process.exitCode], [false, 0], "It has ended, and all went well");
  assertEquals(activeChildren(), [], "After join it is not listed any more");
  assertEquals(process.pid, pid, "It keeps its pid");
  assertEquals(await process.result(), "go on", "The promise of an async target is waited for");
  assertEquals(String(process), `Process(${process.name}, exit code 0)`);
});

processTest("[2] many may join, and join again when the process has ended", async () => {
  const process = started("waitForMessage");
  const joining = [process.join(), process.join(), process.join({ timeout: 60_000 })];
  process.send("go on");
  assertEquals(await soon(Promise.all(joining), "Not all who joined came back"), [
    true,
    true,
    true,
  ]);
  const late = "join of an ended process must return";
  assertEquals(await soon(process.join(), late), true);
  assertEquals(await soon(process.join({ timeout: 0 }), late), true);
});

processTest("[2] join with a timeout says whether the process has ended", async () => {
  const process = started("waitForMessage");
  for (const timeout of [0, -1, 20]) {
    const joining = soon(
      process.join({ timeout }),
      `join({ timeout: ${timeout} }) does not give up`,
    );
    assertEquals(await joining, false, `join({ timeout: ${timeout} }) of a process at work`);
  }
  assertEquals(process.isAlive, true, "A join that gives up leaves the process alone");
  await assertRejects(() => process.join({ timeout: NaN }), RangeError);
  const patient = [2 ** 31 - 0.5, 2 ** 31, 2 ** 40, Infinity].map((timeout) =>
    process.join({ timeout })
  );
  const first = await Promise.race([
    ...patient,
    new Promise((go) => setTimeout(go, 20, "at work")),
  ]);
  assertEquals(first, "at work", "A timeout of many days or years is not over at once");
  process.send("go on");
  assertEquals(await soon(Promise.all(patient), never), [true, true, true, true]);
});

processTest("[2] many processes end each with its own result", async () => {
  const processes = [0, 1].map((i) => started("give", i));
  assertEquals(activeChildren(), processes);
  const results = await soon(Promise.all(processes.map((process) => process.result())), noResult);
  assertEquals(results, [[0], [1]]);
  const again = await soon(Promise.all(processes.map((process) => process.result())), noResult);
  assertEquals(again, results, "The result is there for everybody who asks");
  assertEquals(processes.map(({ exitCode }) => exitCode), [0, 0]);
});

processTest("[2] many small messages are as good as one", async () => {
  const count = 15_000;
  const process = started("addUp", count);
  for (let i = 0; i < count; i++) process.send(i);
  const sum = await soon(process.result(), "Not all of 15,000 messages arrive");
  assertEquals(sum, (count - 1) * count / 2, "Each of 15,000 messages arrives once");
});

processTest("[2] a process starts once", async () => {
  const process = started("waitForMessage");
  assertThrows(() => process.start(), ProcessError, "", "It runs: it cannot be started again");
  assertThrows(() => process.daemon = true, ProcessError, "", "It runs: `daemon` is settled");
  process.send("go on");
  await soon(process.join(), never);
  assertThrows(() => process.start(), ProcessError, "", "It has ended: make a new process");
});

processTest("[2] start refuses arguments that cannot travel", async () => {
  for (const bad of [() => "a function", Symbol("s"), new SharedArrayBuffer(4)]) {
    const process = processOf("give", [bad]);
    assertThrows(() => process.start(), DOMException, "", `${String(bad)} cannot travel`);
    assertEquals([process.isAlive, activeChildren().length], [false, 0], "Nothing was started");
    await assertRejects(() => process.join(), ProcessError);
  }
});

// -- [3] how a process ends --

/** Runs a program whose children end in these ways. */
function runFailures(args: string[]) {
  const itSeems = "somebody waits for a child whose end is not noticed, or a child does not end";
  return runProgramToEnd(program("failures"), itSeems, { args });
}

processTest("[3] the exit code is what the process gave", async () => {
  const args = ["exit", "exit 143", "exitCode 5"];
  const { code, stdout, stderr } = await runFailures(args);
  assertEquals(
    stdout,
    "exit: exit code 0, rejected: ProcessError\n" +
      "exit 143: exit code 143, rejected: ProcessError\n" +
      "exitCode 5: exit code 5, undefined\n" +
      "main goes on, 0 alive\n",
    `Deno.exit leaves no result, and its code is no signal. ${stderr}`,
  );
  assertEquals([code, stderr], [0, ""]);
});

processTest("[3] an uncaught error is printed and gives exit code 1", async () => {
  const args = ["thrower", "odd", "nothing", "late", "timer", "function", "nowhere", "nobody"];
  const reports = RegExp(`^Exception in process (${args.join("|")}): .*\n( .*\n)*`, "gm");
  const besideReports = (stderr: string) => stderr.replace(reports, "");
  const { code, stdout, stderr } = await runFailures(args);
  assertEquals(
    stdout,
    "thrower: exit code 1, rejected: RangeError: too much\n" +
      `odd: exit code 1, rejected: ${stdout.match(/odd: .*rejected: (.*)/)?.[1]}\n` +
      "nothing: exit code 1, rejected: undefined\n" +
      "late: exit code 1, rejected: RangeError: after the result\n" +
      "late has sent 3000000 letters\n" +
      "timer: exit code 1, rejected: RangeError: in a timer\n" +
      `function: exit code 1, rejected: ${stdout.match(/function: .*rejected: (.*)/)?.[1]}\n` +
      `nowhere: exit code 1, rejected: ${stdout.match(/rejected: (.*no_such_module.*)/)?.[1]}\n` +
      `nobody: exit code 1, rejected: ${stdout.match(/rejected: (.*noSuchFunction.*)/)?.[1]}\n` +
      "main goes on, 0 alive\n",
    `The result must reject with the error, and the parent go on. ${besideReports(stderr)}`,
  );
  for (
    const report of [
      "thrower: RangeError: too much",
      "odd:",
      "timer: RangeError: in a timer",
      "function: DataCloneError",
      "nowhere:",
      "nobody:",
    ]
  ) {
    assertStringIncludes(
      stderr,
      `Exception in process ${report}`,
      "The report on stderr names the process and the error",
    );
  }
  assertEquals(code, 0, "The error of a child does not change its parent's exit code");
});

processTest("[3] terminate, kill and other signals give a negative exit code", async () => {
  const processes = ["waitForMessage", "spin", "waitForMessage"].map((name) => started(name));
  const [terminated, killed, alarmed] = processes;
  for (const process of processes) await soon(process.receive(), silent);
  using uncaught = listenForUncaught();
  terminated.terminate();
  killed.send(new Uint8Array(3_000_000)); // It is busy, and dies without having taken it.
  killed.kill();
  Deno.kill(alarmed.pid!, "SIGALRM");
  for (const process of processes) await soon(process.join(), never);
  assertEquals(
    processes.map(({ exitCode }) => exitCode),
    [-15, -9, -14],
    "SIGTERM, SIGKILL and SIGALRM. 128 and more is how a shell tells it",
  );
  assertEquals(processes.map(({ isAlive }) => isAlive), [false, false, false]);
  assertEquals(activeChildren(), [], "Who has been ended is not listed any more");
  terminated.terminate();
  terminated.kill();
  assertEquals(terminated.exitCode, -15, "Ending it again changes nothing");
  assertEquals(String(killed), `Process(${killed.name}, exit code -9)`);
  // A write to a dead process fails a moment after its end is known.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(
    uncaught.errors,
    [],
    "A message that a dead child cannot take is the end of its parent",
  );
});

processTest("[3] a process may end in its own way when it is asked to, or not at all", async () => {
  const [polite, stubborn] = ["endPolitely", "endNever"].map((name) => started(name));
  for (const process of [polite, stubborn]) {
    await soon(process.receive(), silent);
    process.terminate();
  }
  await soon(polite.join(), never);
  assertEquals(polite.exitCode, 7, "It was asked to end, and has ended by Deno.exit(7)");
  assertEquals(await soon(stubborn.receive(), silent), "no");
  assertEquals(stubborn.isAlive, true, "SIGTERM is a request");
  stubborn.kill();
  await soon(stubborn.join(), "kill() after terminate() must end it");
  assertEquals(stubborn.exitCode, -9);
});

processTest("[3] who waits for a message is told when the process dies", async () => {
  const process = started("waitForMessage");
  await soon(process.receive(), silent);
  const waiting = [1, 2, 3, 4].map(() =>
    process.receive().then(() => "a message", (error) => error)
  );
  process.kill();
  const forEver = "The process is dead, and receive waits for ever";
  for (const heard of await soon(Promise.all(waiting), forEver)) {
    assert(heard instanceof ProcessError, `receive must say that the process has ended: ${heard}`);
  }
  await soon(process.join(), never);
  const results = [process.result(), process.result()].map((result) => result.catch((e) => e));
  for (const error of await soon(Promise.all(results), noResult)) {
    assert(error instanceof ProcessError, `It was killed and has no result, but ${error}`);
  }
});

test("[3] a process that was not started cannot be joined, asked or ended", async () => {
  const process = new Process();
  await assertRejects(() => process.join(), ProcessError);
  await assertRejects(() => process.result(), ProcessError);
  await assertRejects(() => process.receive(), ProcessError);
  assertThrows(() => process.send(1), ProcessError);
  assertThrows(() => process.terminate(), ProcessError);
  assertThrows(() => process.kill(), ProcessError);
});

processTest("[3] join does not wait for a program that the process has left behind", async () => {
  const { pipes } = await lookFor(pipesBefore);
  const process = started("leaveProgram");
  const pid = await soon(process.receive(), silent) as number;
  try {
    await soon(process.join(), "join waits for the pipe, which another program holds open as well");
    assertEquals(process.exitCode, 0);
    const left = (await lookFor(pipes)).pipes - pipes;
    assert(left <= 0, "The process has ended: this side must close its end of the pipe");
  } finally {
    Deno.kill(pid, "SIGKILL");
  }
});

// -- [4] who is who --

test("[4] the main process is a process too", async () => {
  const main = currentProcess();
  assertEquals([main.name, main.isAlive, main.daemon], ["MainProcess", true, false]);
  assertEquals([main.pid, main.parentPid], [Deno.pid, Deno.ppid]);
  assertEquals(main.exitCode, undefined, "It has not ended");
  assertStrictEquals(currentProcess(), main, "Asked twice, it is the same object");
  assertEquals(parentProcess(), undefined, "No Process has started the main process");
  assertEquals(activeChildren(), []);
  new Process();
  assertEquals(activeChildren(), [], "A process that was not started does not count");
  await assertRejects(
    () => soon(main.join(), "The main process waits for itself, for ever"),
    ProcessError,
  );
  assertThrows(() => main.terminate(), ProcessError, "", "It would end itself");
});

processTest(
  "[4] in a process, currentProcess is that process and parentProcess is this one",
  async () => {
    const process = processOf("describe");
    process.name = "cook";
    const me = await resultOf(process);
    assertEquals(me.name, "cook", "The name travels to the process");
    assertEquals(
      [me.pid, me.systemPid],
      [process.pid, process.pid],
      "Both sides know the same pid",
    );
    assertEquals(me.parentPid, Deno.pid);
    assertEquals(me.parent, { pid: Deno.pid, name: "MainProcess" });
    assertEquals([me.isAlive, me.daemon, me.exitCode], [true, false, undefined]);
    assertEquals(me.children, 0, "It has started nobody");
    assertEquals(me.isSame, true, "Asked twice, it is the same object");
    assertEquals(me.joinMyself, "ProcessError", "It would wait for itself, for ever");
  },
);

processTest("[4] processes start processes, each with a name and a parent of its own", async () => {
  const process = processOf("line", [3]);
  const line = await resultOf(process);
  assertEquals(
    line.map(({ name }: Process) => name),
    [process.name, `${process.name}:1`, `${process.name}:1:1`],
    "The number of a child comes after the number of its parent",
  );
  assertEquals(
    line.map(({ parentPid }: Process) => parentPid),
    [Deno.pid, line[0].pid, line[1].pid],
    "Each one's parent is the one that started it",
  );
  assertEquals(
    line.map(({ parentName }: { parentName: string }) => parentName),
    ["MainProcess", process.name, `${process.name}:1`],
  );
  assertEquals(new Set(line.map(({ pid }: Process) => pid)).size, 3, "Three processes, three pids");
});

test("[4] run does not do a process's work in this process", () => {
  assertEquals(new Process().run(), undefined, "Without a target there is nothing to do");
  assertThrows(
    () => processOf("give").run(),
    ProcessError,
    "",
    "run() is what the process does. Whoever calls it instead of start() gets no process",
  );
});

// It does not say where it is.
class Lost extends Process {}

test("[4] a subclass must say which module it is in", () => {
  const lost = new Lost();
  const unsaid = "Its child would not know which module to load";
  assertThrows(() => lost.start(), TypeError, "", unsaid);
  assertEquals(lost.isAlive, false, "A process whose start has failed is not alive");
});

processTest("[4] a subclass runs its own run, with its own fields", async () => {
  const { SayHi } = await import(fixtureUrl("say_hi"));
  const hi = new SayHi(0, new Map([["all", 9]]));
  assertEquals(String(hi), "SayHi(hi 0, initial)");
  assertEquals(
    await resultOf(hi),
    "hi, I am hi 0, number 0 of 9",
    "run() sees this.number and this.friends in the child",
  );
  const { Polite } = await import(fixtureUrl("say_hi"));
  const polite = new Polite({ target: "greet", args: ["bob"] });
  assertEquals(await resultOf(polite), ["please", "hi, bob"], "super.run() calls the target");
});

processTest("[4] main process line, then function f in a child of it", async () => {
  const { code, stdout, stderr } = await runProgramToEnd(
    program("say_hi"),
    "it waits for a child that has ended",
  );
  const [main, pid] = stdout.match(/^main process line: \d+ (\d+)\n/) ?? [];
  assert(main, stderr);
  const [, child] = stdout.match(/main process: (\d+)/) ?? [];
  assertEquals(
    stdout,
    `${main}function f: bob ${pid} ${child} MainProcess first,bob\nmain process: ${child} first\n`,
    `The child's parent is the main process, and the list of the main process is unchanged. ${stderr}`,
  );
  assertEquals(code, 0);
});

processTest("[4] a child does not read the input of its parent", async () => {
  const main = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", fixtureUrl("input")],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = main.stdin.getWriter();
  await input.write(new TextEncoder().encode("hello"));
  await input.close();
  const { stdout, stderr } = await main.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(text(stdout), "child: nothing\nmain: hello\n", text(stderr));
});

processTest(
  "[4] a child may do what its parent may, and none starts where none may",
  async () => {
    const { child, others, code, stderr } = await runLimited(
      program("limited"),
      "it waits for a child that was never started, or cannot do its work",
    );
    assertEquals(
      child.slice(0, 4),
      ["read a file", "write a file", "connect to a port", "run a program"],
      `What its parent may do without limits, a child may do as well. ${stderr}`,
    );
    assertEquals(
      others,
      [
        "without sh: fine",
        "without permission: refused, alive: false, files left: 0",
        "main goes on",
        "",
      ],
      `start() must throw the reason if there can be no process, and leave nothing behind. ${stderr}`,
    );
    assertEquals(code, 0);
  },
);

processTest("[4] nobody but the child gets its work, and no file of it is left", async () => {
  using folder = ownTemporaryFiles();
  const process = started("tellPid");
  Deno.kill(process.pid!, "SIGSTOP"); // Whoever starts now is there before it.
  const twin = new Deno.Command(Deno.execPath(), {
    args: await argumentsOf(process.pid!),
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  const timer = setTimeout(() => twin.kill("SIGKILL"), patience / 2);
  await twin.status;
  clearTimeout(timer);
  Deno.kill(process.pid!, "SIGCONT");
  assertEquals(
    await soon(process.receive(), "The child is not let in: a stranger was there before it"),
    process.pid,
    "A stranger with the same arguments got the work: let the child prove that it is the child",
  );
  assertEquals(folder.entries(), [], "Who is killed now leaves these files behind for ever");
  process.send("end");
  await soon(process.join(), never);
});

// -- [5] daemons, and the end of a program --

processTest("[5] a program waits for its children, and they for theirs", async () => {
  const run = (target: string, itSeems: string) =>
    runProgramToEnd(program("unjoined"), itSeems, { args: [target] });
  const [ending, failing] = await Promise.all([
    run("printAndPassOn", "it waits for a child that has ended, or its child does"),
    run("passOnAndFail", "its child has failed, and waits for its own daemon or for the dead"),
  ]);
  assertEquals(
    ending.stdout,
    "main\nthe child\nthe child of the child\nthe child ends\nmain ends\n",
    `Timers and children keep a process alive, though nobody joins it, and it hears "unload" then. ${ending.stderr}`,
  );
  assertEquals(
    failing.stdout,
    "main\nthe child of the child\nthe child ends\nmain ends\n",
    `A child that fails waits for its children too, except for daemons, and hears "unload" then. ${failing.stderr}`,
  );
  assertEquals([ending.code, failing.code], [0, 0]);
});

processTest("[5] who waits for a daemon gets what it waits for", async () => {
  const { code, stdout, stderr } = await runProgramToEnd(
    program("waited_daemon"),
    "its daemons have ended, but one of them seems to be waited for still",
  );
  assertEquals(
    stdout,
    "daemon\njoined: true\nresult: 1\nheard: hello,again\n",
    `The program ended while it waited for a daemon. ${stderr}`,
  );
  assertEquals(code, 0);
});

processTest("[5] a daemon may not have children", async () => {
  const process = processOf("wantChild");
  process.daemon = true;
  const result = resultOf(process);
  assertEquals(activeChildren(), [process], "A daemon is a child too");
  assertEquals(
    await result,
    [true, "ProcessError"],
    "daemon is inherited, and start() in a daemon is refused: nobody would end its children",
  );
});

/** Runs the program with the daemons and waits until they are gone. */
async function runDaemons(way: string): Promise<{ code: number; stdout: string }> {
  const file = await Deno.makeTempFile();
  const args = [way, file];
  const { code, stdout, stderr } = await runProgramToEnd(
    program("daemons"),
    "it waits for its daemons",
    { args },
  )
    .finally(() => Deno.remove(file));
  const [pids] = stdout.match(/^[1-9]\d*( [1-9]\d*)*$/m) ?? [];
  assert(pids, `The program has not come far: ${stdout}${stderr}`);
  const end = performance.now() + patience;
  const [spinning, asleep] = pids.split(" ").map(Number);
  let left = [spinning, asleep].filter(Boolean);
  while (left.length > 0 && performance.now() < end) {
    left = await livingOf(left);
  }
  for (const pid of left) Deno.kill(pid, "SIGKILL");
  assertFalse(left.includes(asleep), "A daemon that waits outlives its parent");
  assertFalse(left.includes(spinning), "A daemon that is busy outlives its parent");
  return { code, stdout };
}

processTest("[5] daemons end with the program, however it ends", async () => {
  const ways = ["end", "exit"];
  const ended = await Promise.all(ways.map(runDaemons));
  assertEquals(
    ended.map(({ code }) => code),
    [0, 3],
    `How the program ends is not changed by its daemons: ${ways}`,
  );
  for (const { stdout } of ended) assertMatch(stdout, /^\d+\n$/, "A daemon says nothing more");
});

processTest("[5] daemons die with a parent that is killed, and others live on", async () => {
  const { code, stdout } = await runDaemons("killed");
  assertEquals(code, 137, "The program kills itself");
  const [, said] = stdout.split("\n");
  assertEquals(
    said,
    "survived: ProcessError, knows its parent: true",
    "A process that is no daemon goes on when its parent is killed: receive() tells it",
  );
});

processTest("[5] a start while the module is loaded is refused in the child", async () => {
  const { code, stdout, stderr } = await runProgramToEnd(
    program("unguarded"),
    "it waits for a child that could not load its module",
  );
  assertEquals(
    stdout,
    "loaded, generation 1\nloaded, generation 2\nexit code 1\n",
    `Each child loads the module and starts the next one, for ever, unless start() throws. ${stderr}`,
  );
  assertStringIncludes(stderr, "Exception in process unguarded: ProcessError");
  assertEquals(code, 0);
});

testWhatToFixFirst();
