import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  assertThrows,
  isRunning,
  isThere,
  runLimited,
  runProgramToEnd,
  soon,
  temporaryFolder,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { Pool, PoolError, type PoolOptions, WorkerLost } from "./process_pools.ts";

const module = import.meta.resolve("./fixtures/work.ts");
const late = "The result does not come: who waits for it is never told";

/** A pool that does not hold up a test that has failed already. */
class TestedPool extends Pool {
  override async [Symbol.asyncDispose](): Promise<void> {
    await soon(super[Symbol.asyncDispose](), "The pool does not end").catch(() => {});
  }
}

/** A pool of two workers, unless told otherwise. It is ended at the end of the block. */
function poolOf(options: Partial<PoolOptions> = {}): Pool {
  return new TestedPool({ module, processes: 2, ...options });
}

/** Ends a pool gracefully, and looks whether it comes to its end. */
async function closeAndJoin(pool: Pool): Promise<void> {
  pool.close();
  await soon(pool.join(), "join does not come back after close: somebody is still waited for");
}

const program = (name: string) => new URL(`./fixtures/${name}.ts`, import.meta.url);
/** Runs a program in which something fails that must be reported, or is reported by somebody else. */
function runFailures(way: string, itSeems: string, flags: string[] = []) {
  return runProgramToEnd(program("failures"), itSeems, { args: [way], flags });
}

const errorOf = (promise: Promise<unknown>) => soon(promise.then(() => undefined, (e) => e), late);

// -- [1] a call in another process --

test("[1] a pool has as many workers as the machine has cores, unless told otherwise", () => {
  assertEquals(new Pool({ module }).processes, navigator.hardwareConcurrency);
});

testWithPermission("[1] apply calls the function in another process", async () => {
  await using pool = poolOf();
  assertEquals(await soon(pool.apply("add", [2, 3]), late), 5);
  const pids = new Set<unknown>();
  for (let i = 0; i < 4; i++) pids.add(await soon(pool.apply("pid"), late));
  assertEquals(pids.has(Deno.pid), false, "It ran in this process");
  assertLessOrEqual(pids.size, 2, "Four tasks one by one need no more than the two workers");
  assertEquals(
    await soon(pool.apply("listLength", [[1, 2, 3]]), late),
    3,
    "One list, one argument",
  );
});

testWithPermission("[1] results arrive with every type that a structured clone has", async () => {
  await using pool = poolOf();
  const values = [
    ...[null, undefined, 0, -0, NaN, 12n, "text", new Date(5), /x/g, new Uint8Array([1, 2])],
    ...[new Map([[1, new Set([2])]]), [[]], { a: { b: [1] } }],
  ];
  assertEquals(await soon(pool.apply("echo", [values]), late), values);
  const holes = Object.assign([1, , 3], { price: 2 });
  const back = await soon(pool.apply<object>("echo", [holes]), late);
  assertEquals(Object.keys(back), ["0", "2", "price"], "A list with a hole and a field");
});

testWithPermission(
  "[1] an error of a task arrives with its name, message, fields and cause",
  async () => {
    await using pool = poolOf();
    const error = await errorOf(pool.apply("burn"));
    assertInstanceOf(error, Error);
    const { name, message, cause } = error;
    assertEquals(
      [name, message],
      ["Burnt", "Burnt after 7 minutes"],
      "The name and the message of an error of one's own class: a clone of it is an Error only",
    );
    assertEquals((error as unknown as { minutes: number }).minutes, 7, "Its own fields");
    assertEquals((cause as Error)?.message, "The oven was too hot", "Its cause");
    assertStringIncludes(
      error.stack!,
      "work.ts",
      "The stack tells where it was thrown in the worker",
    );
    assertInstanceOf(
      await errorOf(pool.apply("evenOnly", [1])),
      RangeError,
      "A class of the language",
    );
    const { name: own } = await errorOf(pool.apply("noGas")) as Error;
    assertEquals(own, "NoGas", "A name that its class gives");
    const aborted = await errorOf(pool.apply("abort")) as Error;
    assertEquals(
      [aborted.name, aborted.message],
      ["AbortError", "the guest has left"],
      "A clone of a DOMException has no message",
    );
    assertEquals(await soon(pool.apply("double", [4]), late), 8, "The pool goes on");
  },
);

testWithPermission("[1] a pool that is left open does not keep the program alive", async () => {
  const itSeems = "it waits for its workers, which must be daemons";
  const { code, stdout, stderr } = await runProgramToEnd(program("left_open"), itSeems);
  assertEquals(stdout, "8\n", stderr);
  assertEquals(code, 0, stderr);
});

test("[1] a pool refuses what makes no sense", () => {
  assertEquals(poolOf({ processes: 3 }).processes, 3);
  assertEquals(
    String(poolOf({ processes: 3 })),
    "Pool(open, 0 of 3 workers busy, 0 tasks waiting)",
  );
  for (const n of [0, -1, 1.5, NaN, "2"] as number[]) {
    const refused = `${n} must be refused: a pool without workers would never do anything`;
    assertThrows(() => poolOf({ processes: n }), RangeError, "", refused);
    assertThrows(() => poolOf({ maxTasksPerChild: n }), RangeError, "", refused);
  }
  assertThrows(() => poolOf({ module: "./work.ts" }), TypeError);
  const initializer = (() => {}) as unknown as string;
  assertThrows(() => poolOf({ initializer }), TypeError, "", "A function cannot travel: name it");
});

// -- [2] many tasks, a callback for each --

testWithPermission("[2] tasks are begun in the order in which they came", async () => {
  await using pool = poolOf({ processes: 1 });
  const seen: unknown[] = [];
  const callback = (value: unknown) => seen.push(value);
  const tasks = [1, 2, 3, 4].map((n) => pool.applyAsync("echo", [n], { callback }));
  await soon(Promise.all(tasks.map((task) => task.get())), late);
  assertEquals(seen, [1, 2, 3, 4], "The one that has waited longest is next");
});

testWithPermission("[2] callbacks come in the order in which tasks are done", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const calls: unknown[] = [];
  const callback = (value: unknown) => calls.push(value);
  const gate = `${folder.path}/gate`;
  const slow = pool.applyAsync("afterFile", [gate, "slow"], { callback });
  const fast = pool.applyAsync("echo", ["fast"], { callback });
  await soon(fast.get(), late);
  await Deno.writeTextFile(gate, "");
  await soon(slow.get(), late);
  assertEquals(calls, ["fast", "slow"]);
});

testWithPermission("[2] get gives up when its time is over, and the task goes on", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const gate = `${folder.path}/gate`;
  const result = pool.applyAsync("afterFile", [gate, "done"]);
  for (const timeout of [0, 20]) {
    const error = await errorOf(result.get({ timeout }));
    assertEquals((error as DOMException)?.name, "TimeoutError", `get({ timeout: ${timeout} })`);
  }
  assertEquals(await result.wait({ timeout: 1 }), false, "wait says whether it is done");
  const patient = [2 ** 31 - 0.5, 2 ** 40].flatMap((timeout) => [
    result.get({ timeout }).catch((error) => error),
    result.wait({ timeout }),
  ]);
  const nap = new Promise((go) => setTimeout(go, 20, "at work"));
  const first = await Promise.race([...patient, nap]);
  assertEquals(first, "at work", "A timeout of many days or years is not over at once");
  assertEquals(result.ready, false);
  assertThrows(() => result.successful, PoolError, "", "It is not done: nobody can tell");
  await Deno.writeTextFile(gate, "");
  assertEquals(await soon(result.get(), late), "done", "A get that gives up does not end the task");
  assertEquals(await soon(Promise.all(patient), late), ["done", true, "done", true]);
  assertEquals([result.ready, result.successful], [true, true]);
  const failure = pool.applyAsync("evenOnly", [1]);
  assertEquals(await soon(failure.wait(), late), true);
  assertEquals([failure.ready, failure.successful], [true, false]);
  assertInstanceOf(await errorOf(failure.wait({ timeout: NaN })), RangeError);
});

testWithPermission("[2] a callback that throws is reported, and stops nothing", async () => {
  const { code, stdout, stderr } = await runFailures("callbacks", "a result does not come");
  assertEquals(
    stdout,
    "results: 2 4 6 8\nerrorCallback of a task that went well: no\nthe task fails: RangeError, false\n",
    `Each task ends as it does without a callback. ${stderr}`,
  );
  for (
    const error of ["Error: told at once", "Error: told later", "told by nothing", "told of 5"]
  ) {
    assertEquals(stderr.split(error).length, 2, `'${error}' must be reported once: ${stderr}`);
  }
  assertEquals(code, 0, "The program goes on");
});

/** Each of these methods refuses a function in the place of a name. */
async function refuseFunctions(
  ...methods: ("apply" | "applyAsync" | "map" | "mapAsync" | "starmap" | "imap")[]
): Promise<void> {
  const pool = poolOf();
  const double = ((n: number) => 2 * n) as unknown as string;
  for (const how of methods) {
    const call = async () => await pool[how](double, [[1]]);
    assertInstanceOf(await errorOf(call()), TypeError, `${how}: a function cannot travel`);
  }
  await closeAndJoin(pool);
}

test("[2] a function must be named, and a pool cannot travel", async () => {
  await refuseFunctions("apply", "applyAsync");
  const pool = poolOf();
  assertThrows(() => structuredClone(pool), DOMException, "", "Its copy would be an empty shell");
  await closeAndJoin(pool);
});

test("[2] join is refused as long as the pool takes tasks", async () => {
  const pool = poolOf();
  const error = await soon(pool.join().catch((e) => e), "join before close waits for ever");
  assertInstanceOf(error, PoolError);
  await closeAndJoin(pool);
  await closeAndJoin(pool);
});

testWithPermission("[2] three cooks and ten orders", async () => {
  await using cooks = poolOf({ processes: 3 });
  const served: string[] = [];
  const sentBack: string[] = [];
  const orders = Array.from({ length: 10 }, (_, i) => ({
    dish: i % 5 === 4 ? "pizza" : "noodles",
    number: i + 1,
  }));
  for (const order of orders) {
    cooks.applyAsync<string>("cook", [order], {
      callback: (dish) => served.push(dish),
      errorCallback: (error) => sentBack.push((error as Error).message),
    });
  }
  await closeAndJoin(cooks);
  assertEquals(served.length, 8, "A callback for each dish");
  assertEquals(new Set(served).size, 8, "and each of them once");
  assertEquals(sentBack, ["pizza is off the menu", "pizza is off the menu"]);
});

// -- [3] many items, every worker busy --

const hundred = Array.from({ length: 100 }, (_, i) => i);

testWithPermission("[3] map keeps the order of its items, whatever the chunksize", async () => {
  await using pool = poolOf();
  const expected = hundred.map((n) => 2 * n);
  for (const chunksize of [undefined, 1, 7, 20, 1_000]) {
    const options = chunksize === undefined ? {} : { chunksize };
    assertEquals(await soon(pool.map("double", hundred, options), late), expected, `${chunksize}`);
  }
  assertEquals(await soon(pool.map("double", new Set([3, 1, 2])), late), [6, 2, 4]);
  assertEquals(await soon(pool.map("listLength", [[1], [1, 2]]), late), [1, 2], "Lists are items");
  const pairs: [number, number][] = [[1, 2], [3, 4]];
  assertEquals(await soon(pool.starmap("add", pairs), late), [3, 7], "starmap spreads them");
  const pids = await soon(pool.map("pid", hundred, { chunksize: 50 }), late);
  const shares = [pids.slice(0, 50), pids.slice(50)].map((share) => new Set(share).size);
  assertEquals(shares, [1, 1], "A chunk of 50 items is for one worker");
});

testWithPermission("[3] as many tasks as workers are done at the same time", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf({ processes: 3 });
  const calls = hundred.slice(0, 12).map((n) => [folder.path, 3, n]);
  const pids = await soon(
    pool.starmap("meet", calls),
    "Three workers must be at work together, each waits for the others: a chunk must leave some",
  );
  assertEquals(new Set(pids).size, 3);
});

testWithPermission("[3] a slow task holds up nobody but its own worker", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const gate = `${folder.path}/gate`;
  const slow = pool.applyAsync("afterFile", [gate, "slow"]);
  const others = hundred.map((n) => pool.apply<number>("double", [n]));
  await soon(Promise.all(others), "A share of the tasks was given to the worker that is busy");
  await Deno.writeTextFile(gate, "");
  assertEquals(await soon(slow.get(), late), "slow");
});

testWithPermission(
  "[3] a worker makes the calls of a chunk one by one, and all of them",
  async () => {
    await using pool = poolOf({ processes: 1 });
    const most = await soon(pool.map("countAtOnce", [1, 2, 3, 4], { chunksize: 4 }), late);
    assertEquals(most, [1, 1, 1, 1], "A worker has one call at a time");
    await errorOf(pool.map("countOrFail", [1, -1, 1, 1, 1], { chunksize: 5 }));
    assertEquals(
      await soon(pool.apply("counted"), late),
      4,
      "Calls after a failed one are made too",
    );
  },
);

test("[3] the function for many items must be named", () =>
  refuseFunctions("map", "mapAsync", "starmap"));

testWithPermission("[3] map fails with the first error, when all calls have ended", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const gate = `${folder.path}/gate`;
  const items = [[gate, "the first item"], [null, "the first in time"]];
  const mapping = pool.map("failAfterFile", items, { chunksize: 1 });
  let hasSettled = false;
  mapping.catch(() => hasSettled = true);
  // Only the worker whose call has failed is free to do this.
  await soon(pool.apply("double", [1]), late);
  assertEquals(hasSettled, false, "Who stops at the first error leaves calls behind at work");
  await Deno.writeTextFile(gate, "");
  const first = await errorOf(mapping) as Error;
  assertEquals(first.message, "the first item", "Of all errors that of the first item comes");
  const error = await errorOf(pool.map("evenOnly", [2, 3, 4, 5], { chunksize: 1 }));
  assertEquals((error as Error).message, "3 is odd", "The first item that fails");
});

testWithPermission(
  "[3] each task calls one callback once, in this process, before get returns",
  async () => {
    await using pool = poolOf({ processes: 1 });
    const calls: string[] = [];
    const options = {
      callback: (value: unknown) => calls.push(`result ${value}`),
      errorCallback: (error: unknown) => calls.push(`error ${(error as Error).message}`),
    };
    await soon(pool.applyAsync("evenOnly", [2], options).get(), late);
    assertEquals(calls, ["result 2"], "The callback comes before get returns");
    await errorOf(pool.applyAsync("evenOnly", [3], options).get());
    assertEquals(calls, ["result 2", "error 3 is odd"]);
    await soon(pool.mapAsync("double", [1, 2, 3], options).get(), late);
    assertEquals(calls.slice(2), ["result 2,4,6"], "map calls it once, with all results");
    await errorOf(pool.mapAsync("evenOnly", [2, 3, 5], options).get());
    assertEquals(calls.slice(3), ["error 3 is odd"], "and the errorCallback once");
  },
);

testWithPermission("[3] 3,000 trivial tasks are done", async () => {
  await using pool = poolOf();
  const tasks = Array.from({ length: 3_000 }, (_, i) => pool.apply<number>("double", [i]));
  const results = await Promise.all(tasks);
  assertEquals(results.reduce((sum, n) => sum + n, 0), 2_999 * 3_000);
});

// -- [4] workers come and go --

testWithPermission(
  "[4] the initializer runs once in each worker, before its first task",
  async () => {
    await using folder = await temporaryFolder();
    const [begun, gate] = [`${folder.path}/begun`, `${folder.path}/gate`];
    await using pool = poolOf({ initializer: "putOnApron", initArgs: ["white", begun, gate] });
    const mapping = pool.map<[string, number]>("myApron", hundred);
    await until(() => isThere(begun), "No worker has called the initializer");
    // Who does not wait for the initializer has done a task before another pool starts and does one.
    await using other = poolOf({ processes: 1 });
    await Promise.race([mapping, other.apply("double", [1])]);
    await Deno.writeTextFile(gate, "");
    const aprons = await soon(mapping, late);
    for (const [apron, pid] of aprons) {
      assertEquals(apron, "white");
      assertNotEquals(pid, Deno.pid);
    }
  },
);

testWithPermission("[4] an initializer that fails fails the task, and nothing hangs", async () => {
  const pool = poolOf({ initializer: "failToStart", processes: 1 });
  for (let i = 0; i < 2; i++) {
    const error = await errorOf(pool.apply("double", [1]));
    assertInstanceOf(error, RangeError, "The task fails with the error of the initializer");
  }
  await closeAndJoin(pool);
});

testWithPermission("[4] a killed worker fails its task and is replaced", async () => {
  const pool = poolOf({ processes: 1 });
  const waiting = pool.applyAsync("double", [4]);
  const killed = await errorOf(pool.apply("killMyself"));
  assertInstanceOf(killed, WorkerLost, "A task whose worker is gone must fail, not wait for ever");
  assertEquals(killed.exitCode, -9, "The exit code of a worker is that of its process");
  for (const code of [3, 0]) {
    const left = await errorOf(pool.apply("exit", [code]));
    assertInstanceOf(left, WorkerLost, "Deno.exit ends the worker");
    assertEquals(left.exitCode, code);
  }
  assertEquals(await soon(waiting.get(), late), 8);
  assertEquals(
    await soon(pool.apply("double", [5]), late),
    10,
    "A new worker does what comes next",
  );
  const last = pool.apply("killMyself");
  last.catch(() => {});
  await closeAndJoin(pool);
  assertInstanceOf(await errorOf(last), WorkerLost, "A closed pool can lose a worker as well");
});

testWithPermission("[4] a task without a worker fails, and the next one is tried", async () => {
  const aside = await runFailures("aside", "nobody is told that a worker has failed by itself");
  assertEquals(
    aside.stdout,
    "WorkerLost 1\n8\n",
    `A promise that nobody waits for has failed in the worker, and ended it. ${aside.stderr}`,
  );
  const itSeems = "no worker can be started, and nobody is told";
  const none = await runFailures("none", itSeems, ["--deny-run"]);
  assertEquals(none.stdout, "NotCapable\nNotCapable\njoined\n", none.stderr);
});

testWithPermission("[4] a worker that ends after its task is replaced as well", async () => {
  await using pool = poolOf({ processes: 1 });
  const nobody = "Nobody has begun this task, so another worker can do it";
  const pid = await soon(pool.apply<number>("exitLater"), late);
  await until(() => !isRunning(pid), "The worker does not end");
  assertEquals(await errorOf(pool.apply("double", [4])), undefined, nobody);
  Deno.kill(await soon(pool.apply<number>("pid"), late), "SIGKILL");
  const value = await soon(pool.apply("double", [4]).catch((error) => error), late);
  assertEquals(value, 8, nobody);
});

testWithPermission(
  "[4] a worker is replaced after maxTasksPerChild tasks, and no task is lost",
  async () => {
    const pool = poolOf({ processes: 1, maxTasksPerChild: 3 });
    const mapping = pool.map<number>("pid", hundred.slice(0, 7), { chunksize: 1 });
    pool.close();
    const pids = await soon(mapping, "Nobody takes the place of a worker that has done its tasks");
    const runs = pids.map((pid) => pids.indexOf(pid));
    assertEquals(runs, [0, 0, 0, 3, 3, 3, 6], "Three tasks each, and then a new process");
    await soon(pool.join(), "join waits for a worker that has ended long ago");
    assertEquals(pids.filter(isRunning), [], "All workers have ended");
  },
);

testWithPermission("[4] a worker is gone before another one takes its place", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf({ processes: 1, maxTasksPerChild: 1 });
  const file = `${folder.path}/pid`;
  assertEquals(await soon(pool.apply("hasPredecessor", [file]), late), false);
  const both = await soon(pool.apply("hasPredecessor", [file]), late);
  assertEquals(both, false, "Two processes were there, and one is allowed");
});

testWithPermission("[4] a worker ends, whatever timers its tasks have left", async () => {
  for (const end of ["close", "terminate"] as const) {
    const pool = poolOf({ processes: 1 });
    const pid = await soon(pool.apply<number>("leaveTimer"), late);
    pool[end]();
    await soon(pool.join(), `join after ${end} waits for a timer that a task has left behind`);
    assertEquals(isRunning(pid), false);
  }
});

testWithPermission("[4] a worker may do no more than the program that has the pool", async () => {
  await runLimited(program("limited"), "its pool does not end");
});

// -- [5] results one by one --

test("[5] the function of an iterator must be named", () => refuseFunctions("imap"));

testWithPermission("[5] imap gives results in order, each as soon as it is there", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const gate = `${folder.path}/gate`;
  const results = pool.imap("afterFileOf", [[null, 1], [gate, 2], [null, 3]]);
  assertEquals(await soon(results.next(), late), { done: false, value: 1 });
  const error = await errorOf(results.next({ timeout: 20 }));
  assertEquals((error as DOMException)?.name, "TimeoutError", "The second result is not there yet");
  await Deno.writeTextFile(gate, "");
  assertEquals(await soon(results.next(), late), { done: false, value: 2 }, "It was not lost");
  assertEquals(await soon(results.next(), late), { done: false, value: 3 });
  assertEquals(await soon(results.next(), late), { done: true, value: undefined });
  assertEquals(await soon(results.next(), late), { done: true, value: undefined });
  const meeting = pool.imap("meetOf", [1, 2].map((n) => [`${folder.path}`, 3, n]));
  await soon(meeting.next(), "Both workers must be at work together");
  const three = pool.imap("double", [1, 2, 3]);
  const all = await soon(Promise.all([1, 2, 3, 4].map(() => three.next())), late);
  assertEquals(
    all.map(({ value }) => value),
    [2, 4, 6, undefined],
    "Who asks first gets the first",
  );
});

testWithPermission("[5] imapUnordered gives results as they are done", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf();
  const gate = `${folder.path}/gate`;
  const results = pool.imapUnordered<string>("afterFileOf", [[gate, "slow"], [null, "fast"]]);
  assertEquals((await soon(results.next(), late)).value, "fast");
  await Deno.writeTextFile(gate, "");
  assertEquals((await soon(results.next(), late)).value, "slow");
  const gate2 = `${folder.path}/gate2`;
  const later = pool.imapUnordered<string>("afterFileOf", [[gate2, "slow"], [null, "fast"]]);
  await soon(pool.apply("double", [1]), late);
  await Deno.writeTextFile(gate2, "");
  // Two can meet when both workers are free: then both results are there, in their order.
  const both = [1, 2].map((n) => [folder.path, 4, n] as const);
  await soon(pool.starmap("meet", both, { chunksize: 1 }), late);
  assertEquals((await soon(later.next(), late)).value, "fast", "It was done first");
  const all = await soon(
    Array.fromAsync(pool.imapUnordered("double", hundred, { chunksize: 7 })),
    late,
  );
  assertEquals((all as number[]).sort((a, b) => a - b), hundred.map((n) => 2 * n));
});

test("[5] empty input gives an empty result at once, and calls the callback", async () => {
  const pool = poolOf();
  assertEquals(await soon(pool.map("double", []), late), []);
  assertEquals(await soon(pool.starmap("add", []), late), []);
  assertEquals(await soon(Array.fromAsync(pool.imap("double", [])), late), []);
  assertEquals(await soon(Array.fromAsync(pool.imapUnordered("double", [])), late), []);
  const results: unknown[] = [];
  await soon(pool.mapAsync("double", [], { callback: (all) => results.push(all) }).get(), late);
  assertEquals(results, [[]], "Who waits for the callback would wait for ever");
  await closeAndJoin(pool);
});

test("[5] a chunksize that makes no sense is refused", async () => {
  const pool = poolOf();
  for (const chunksize of [0, -1, 1.5, NaN]) {
    assertThrows(() => pool.mapAsync("double", [1], { chunksize }), RangeError, "", `${chunksize}`);
    assertThrows(() => pool.imap("double", [1], { chunksize }), RangeError, "", `${chunksize}`);
  }
  await closeAndJoin(pool);
});

testWithPermission("[5] an iteration goes on after a call that failed", async () => {
  await using pool = poolOf({ processes: 1 });
  for (const chunksize of [1, 3]) {
    const results = pool.imap("evenOnly", [0, 1, 2], { chunksize });
    assertEquals((await soon(results.next(), late)).value, 0);
    assertEquals((await errorOf(results.next()) as Error).message, "1 is odd", "At its place");
    assertEquals((await soon(results.next(), late)).value, 2, "The one after it");
    assertEquals((await soon(results.next(), late)).done, true);
  }
});

testWithPermission(
  "[5] whatever is thrown is an error, and whatever is returned a result",
  async () => {
    await using pool = poolOf({ processes: 1 });
    const nothing = [undefined, null, 0, "", false, NaN];
    for (const thrown of [...nothing, "no gas", { code: 4 }]) {
      const outcome = pool.apply("throwIt", [thrown]).then(
        (value) => ({ value }),
        (error) => ({ error }),
      );
      assertEquals(await soon(outcome, late), { error: thrown });
    }
    assertEquals(await soon(Array.fromAsync(pool.imap("echo", nothing)), late), nothing);
    assertEquals(await soon(pool.map("echo", nothing), late), nothing);
  },
);

testWithPermission("[5] what cannot travel fails its task and nothing else", async () => {
  await using pool = poolOf({ processes: 1 });
  assertInstanceOf(await errorOf(pool.apply("echo", [() => {}])), Error, "An argument");
  const pid = await soon(pool.apply("pid"), late);
  const odd = ["throwFunction", "throwField", "throwSecret", "throwMute"];
  for (const fn of [...odd, "makeFunction", "makeSharedMemory"]) {
    const error = await errorOf(pool.apply(fn));
    assertInstanceOf(error, Error, fn);
    assertFalse(error instanceof WorkerLost, `${fn}: the worker must not die of it`);
  }
  assertEquals(await soon(pool.apply("pid"), late), pid, "The same worker goes on");
  assertInstanceOf(
    await errorOf(pool.apply("noSuchFunction")),
    Error,
    "A function that is not there",
  );
  for (const fn of ["functionIfOdd", "symbolIfOdd"]) {
    const results = pool.imap(fn, [0, 1, 2], { chunksize: 3 });
    assertEquals((await soon(results.next(), late)).value, 0);
    assertInstanceOf(await errorOf(results.next()), Error, "The one that cannot travel");
    assertEquals((await soon(results.next(), late)).value, 2, "and not those beside it");
  }
  assertEquals(await soon(pool.apply("double", [4]), late), 8, "The pool goes on");
});

testWithPermission(
  "[5] a lost worker loses the calls that it had, once, and no others",
  async () => {
    await using folder = await temporaryFolder();
    await using pool = poolOf({ processes: 1 });
    const results = pool.imap("exitIf", [0, 3, 0, 0], { chunksize: 3 });
    for (const i of [1, 2, 3]) {
      const outcome = await soon(results.next().catch((error) => error), late);
      // Who settles each call of a chunk by itself has not lost the first, and can make the third.
      if (i === 2 || outcome.value !== 0) {
        assertInstanceOf(outcome, WorkerLost, `Call ${i} of the chunk`);
      }
    }
    assertEquals(await soon(results.next(), late), { done: false, value: 0 }, "The next chunk");
    assertEquals((await soon(results.next(), late)).done, true);
    const file = `${folder.path}/notes`;
    assertInstanceOf(await errorOf(pool.apply("noteAndExit", [file])), WorkerLost);
    assertEquals(await Deno.readTextFile(file), "x", "A call that was lost is not made again");
  },
);

testWithPermission(
  "[5] items that throw while they are read fail the call, not the pool",
  async () => {
    await using pool = poolOf();
    function* failing(count: number) {
      for (let i = 0; i < count; i++) yield i;
      throw new SyntaxError("The list of orders is torn");
    }
    for (const [count, chunksize] of [[0, 1], [3, 2], [30, 1]]) {
      const options = { chunksize };
      const mapping = async () => await pool.map("double", failing(count), options);
      assertInstanceOf(await errorOf(mapping()), SyntaxError, `map ${count}`);
      for (const kind of ["imap", "imapUnordered"] as const) {
        const seen: unknown[] = [];
        const reading = (async () => {
          for await (const value of pool[kind]("double", failing(count), options)) seen.push(value);
        })();
        assertInstanceOf(await errorOf(reading), SyntaxError, `${kind} ${count}`);
        assertEquals(seen.length, count, `${kind}: the items before the tear have results`);
        const results = pool[kind]("double", failing(0), options);
        assertInstanceOf(await errorOf(results.next()), SyntaxError);
        assertEquals(
          (await soon(results.next(), late)).done,
          true,
          `${kind}: the end comes after it`,
        );
      }
    }
    await using folder = await temporaryFolder();
    const [gate, notes] = ["gate", "notes"].map((name) => `${folder.path}/${name}`);
    const items = tornAfter([gate, notes]);
    const torn = (async () => await pool.map("noteAround", items, { chunksize: 1 }))();
    // Who reads all items first has called nobody.
    const notesThen = torn.then(String, () => isThere(notes) ? Deno.readTextFileSync(notes) : "");
    await soon(pool.apply("double", [1]), late);
    await Deno.writeTextFile(gate, "");
    assertInstanceOf(await errorOf(torn), SyntaxError);
    assertMatch(await notesThen, /^(begun ended )?$/, "map comes back when all calls have ended");
    assertEquals(await soon(pool.map("double", [1]), late), [2], "The pool goes on");
  },
);

function* tornAfter<T>(item: T): Generator<T> {
  yield item;
  throw new SyntaxError("The list of orders is torn");
}

testWithPermission("[5] return ends an iteration: what nobody has begun is not done", async () => {
  await using folder = await temporaryFolder();
  await using pool = poolOf({ processes: 1 });
  const [gate, notes] = ["gate", "notes"].map((name) => `${folder.path}/${name}`);
  let isClosed = false;
  function* orders() {
    try {
      for (;;) yield notes;
    } finally {
      isClosed = true;
    }
  }
  const slow = pool.applyAsync("afterFile", [gate, "slow"]);
  const results = pool.imap("note", orders());
  const others = [1, 2].map((n) => pool.applyAsync("double", [n]));
  const waiting = [results.next(), results.next()];
  await results.return();
  const ends = await soon(
    Promise.all(waiting),
    "Not all who wait for a result are told of the end",
  );
  assertEquals(ends.map(({ done }) => done), [true, true]);
  assertEquals(isClosed, true, "A generator that nobody reads any more runs its finally blocks");
  assertEquals(String(pool), "Pool(open, 1 of 1 workers busy, 2 tasks waiting)");
  await Deno.writeTextFile(gate, "");
  await soon(Promise.all([slow, ...others].map((task) => task.get())), late);
  assertEquals(isThere(notes), false, "These calls are of use to nobody any more");
});

function* closing(pool: Pool): Generator<number> {
  yield 1;
  yield 2;
  pool.close();
}

testWithPermission("[5] a generator may close the pool that reads it", async () => {
  for (const way of ["map", "imap"] as const) {
    const pool = poolOf({ processes: 1 });
    const results = way === "map"
      ? pool.map("double", closing(pool))
      : Array.fromAsync(pool.imap("double", closing(pool)));
    assertEquals(await soon(results, late), [2, 4], `${way}: all that was read is done`);
    await soon(pool.join(), `${way}: join does not come back`);
  }
});

testWithPermission("[5] endless input is read only as far as results are taken", async () => {
  await using pool = poolOf({ processes: 1 });
  let read = 0;
  function* endless() {
    for (;;) yield read++;
  }
  const results = pool.imap<number>("double", endless());
  for (let i = 0; i < 50; i++) assertEquals((await soon(results.next(), late)).value, 2 * i);
  assertLessOrEqual(read, 1_050, "It must not read much further than its results are taken");
  await results.return();
  assertEquals((await soon(results.next(), late)).done, true, "After return there is no more");
  const others = pool.imap<number>("double", endless());
  await soon(others.next(), late);
  const before = read;
  pool.close();
  assertLessOrEqual(read, before + 1_000, "close must not read endless input to its end");
  await others.return();
  await soon(pool.join(), "join waits for input that nobody wants any more");
});

// -- [6] the end of a pool --

test("[6] a closed or terminated pool takes no tasks", async () => {
  for (const end of ["close", "terminate"] as const) {
    const pool = poolOf();
    pool[end]();
    assertThrows(() => pool.applyAsync("double", [1]), PoolError, "", `after ${end}`);
    assertThrows(() => pool.mapAsync("double", [1]), PoolError, "", `after ${end}`);
    assertThrows(() => pool.imap("double", [1]), PoolError, "", `after ${end}`);
    await soon(pool.join(), `join after ${end}`);
  }
});

testWithPermission("[6] close lets the pool do what it has, and then its workers end", async () => {
  const pool = poolOf();
  const pid = await soon(pool.apply<number>("pid"), late);
  const results = hundred.map((n) => pool.applyAsync<number>("double", [n]));
  const mapping = pool.map("double", hundred, { chunksize: 1 });
  const iterating = pool.imap("double", hundred);
  await closeAndJoin(pool);
  assert(results.every((result) => result.ready), "join came back, but tasks are not done");
  assertEquals(await soon(mapping, late), hundred.map((n) => 2 * n));
  assertEquals((await soon(Array.fromAsync(iterating), late)).length, 100);
  assertEquals(isRunning(pid), false, "After join no worker is left, not even as a zombie");
});

testWithPermission("[6] terminate ends workers in the middle of their tasks", async () => {
  const pool = poolOf();
  const pids = await soon(pool.map<number>("pid", hundred, { chunksize: 1 }), late);
  await using folder = await temporaryFolder();
  const [asleep, spinning] = ["asleep", "spinning"].map((name) => `${folder.path}/${name}`);
  const tasks = [
    ...[["sleepForEver", asleep], ["spinForEver", spinning]]
      .map(([fn, file]) => pool.applyAsync(fn, [file])),
    ...hundred.map((n) => pool.applyAsync("double", [n])),
  ];
  const mapping = pool.map("sleepForEver", [1, 2]);
  mapping.catch(() => {});
  await until(() => isThere(asleep) && isThere(spinning), "The two workers have not begun");
  pool.terminate();
  pool.terminate();
  await soon(pool.join(), "join after terminate waits for tasks that never end");
  for (const task of tasks) {
    assertInstanceOf(await errorOf(task.get()), PoolError, "Who waits for a result must be told");
  }
  assertInstanceOf(await errorOf(mapping), PoolError);
  assertEquals([...new Set(pids)].filter(isRunning), [], "After join no worker is left");
});

testWithPermission(
  "[6] terminate ends iterations with an error, and reads no further",
  async () => {
    const pool = poolOf({ processes: 1 });
    let read = 0;
    function* endless() {
      for (;;) yield read++;
    }
    const results = pool.imap("double", endless());
    await soon(results.next(), late);
    // What was read is done when it is this task's turn.
    await soon(pool.apply("double", [1]), late);
    pool.terminate();
    await soon(pool.join(), "join after terminate waits for somebody to take results");
    const before = read;
    const reading = (async () => {
      // Results that were there before are given out, and so many items may have been read ahead.
      for (let i = 0; i < 1_100; i++) if ((await results.next()).done) return;
    })();
    assertInstanceOf(await errorOf(reading), PoolError, "It must not look as if all were done");
    assertEquals(read, before, "After terminate nothing more is read");
  },
);

testWithPermission("[6] the end of an `await using` block terminates the pool", async () => {
  let task;
  {
    await using pool = poolOf();
    await soon(pool.apply("double", [1]), late);
    task = pool.applyAsync("sleepForEver");
  }
  assertInstanceOf(await errorOf(task.get()), PoolError, "Take results inside of the block");
});

testWithPermission("[6] a pool ends once, whatever is called in whatever order", async () => {
  const idle = poolOf({ processes: 1 });
  const pid = await soon(idle.apply<number>("pid"), late);
  idle.close();
  idle.close();
  await soon(idle.join(), "join after close and close");
  assertEquals(isRunning(pid), false, "join came back before the end");
  for (const [first, second] of [["close", "terminate"], ["terminate", "close"]] as const) {
    const pool = poolOf({ processes: 1 });
    const task = pool.applyAsync("sleepForEver");
    pool[first]();
    pool[second]();
    await soon(pool.join(), `join after ${first} and ${second}`);
    assertInstanceOf(await errorOf(task.get()), PoolError, `${first}, ${second}`);
  }
});

testWhatToFixFirst();
