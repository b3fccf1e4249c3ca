import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertNotEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  assertRejects,
  assertThrows,
  cells,
  patience,
  runProgram,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import {
  asCompleted,
  BrokenThreadPool,
  CancelledError,
  Future,
  InvalidStateError,
  ThreadPool,
  ThreadPoolError,
  type ThreadPoolOptions,
  waitFor as unwatchedWaitFor,
} from "./thread_pools.ts";

const module = import.meta.resolve("./fixtures/work.ts");
const late = "The result does not come: who waits for it is never told";
const wide = 2 ** 31 + 10;

/** A clock that stands still, whichever clock a solution looks at. */
function stoppedTime(): FakeTime {
  const time = new FakeTime(0);
  const { now } = performance;
  performance.now = () => Date.now();
  const restore = time[Symbol.dispose].bind(time);
  time[Symbol.dispose] = () => {
    performance.now = now;
    restore();
  };
  return time;
}

/** A test in virtual time. No timer may be left at its end. */
function timedTest(name: string, body: (time: FakeTime) => Promise<void>): void {
  test(name, async () => {
    using time = stoppedTime();
    await body(time);
    await turns();
    assertFalse(time.next(), "A timer is still set though nobody waits any more: clear it");
  });
}

/** Lets everything happen that needs no time. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await null;
}

/** What has become of a promise by now: `waits`, its value, or the name of its error. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = "waits";
  promise.then((value) => state = value, (error) => state = error);
  await turns();
  if (!(state instanceof Error || state instanceof DOMException)) return state;
  // No test expects an error without a class of its own.
  if (state.name === "Error") throw state;
  return state.name;
}

/** Keeps what is reported off the screen until the end of the block. */
function silence(): Disposable {
  const { error } = console;
  console.error = () => {};
  return { [Symbol.dispose]: () => void (console.error = error) };
}

/** The promises, none of which ends the test when it is rejected before anybody looks. */
function watched<P extends Promise<unknown>>(...promises: P[]): P[] {
  for (const promise of promises) promise.catch(() => {});
  return promises;
}

const errorOf = (promise: Promise<unknown>) => soon(promise.then(() => undefined, (e) => e), late);

function finished<T>(value: T): Future<T> {
  const future = new Future<T>();
  future.setRunning();
  future.setResult(value);
  return future;
}

function failed(error: unknown): Future {
  const future = new Future();
  future.setRunning();
  future.setException(error);
  return future;
}

// -- [1] a future --

test("[1] a future is pending, then running, then finished", () => {
  const future = new Future<number>();
  const states = () => [future.running, future.cancelled, future.done];
  assertEquals(states(), [false, false, false], "running, cancelled, done of a pending one");
  assertEquals(future.setRunning(), true, "A future that nobody has cancelled may run");
  assertEquals(states(), [true, false, false], "running, cancelled, done of a running one");
  future.setResult(42);
  assertEquals(states(), [false, false, true], "running, cancelled, done of a finished one");
});

test("[1] result waits for the end, and any number of callers get it", async () => {
  for (const value of [42, 0, "", null, undefined, false]) {
    const future = new Future();
    const callers = watched(future.result(), future.result());
    assertEquals(await now(Promise.race(callers)), "waits", "There is no result yet");
    future.setRunning();
    future.setResult(value);
    for (const caller of [...callers, future.result()]) assertEquals(await now(caller), value);
    assertEquals(await now(future.exception()), undefined, "exception() of one that went well");
  }
});

test("[1] result throws the very error, and exception returns it", async () => {
  const error = new RangeError("too much");
  const future = new Future();
  const early = watched(future.result().catch((error) => error), future.exception());
  future.setRunning();
  future.setException(error);
  for (const caller of early) assertStrictEquals(await caller, error);
  assertStrictEquals(await future.result().catch((error) => error), error);
  assertStrictEquals(await future.exception(), error, "It returns the error and does not throw it");
  assertEquals(await failed("a text").exception(), "a text", "Anything can be thrown");
  assertEquals(await now(failed(undefined).result().then(() => "a result")), undefined);
});

test("[1] only a pending future can be cancelled", () => {
  const future = new Future();
  assertEquals([future.cancel(), future.cancelled, future.done], [true, true, true]);
  assertEquals(future.cancel(), true, "It is cancelled already");
  assertEquals(future.setRunning(), false, "What was cancelled must not run");
  assertEquals([future.cancelled, future.running], [true, false]);
  const running = new Future();
  running.setRunning();
  assertEquals([running.cancel(), running.cancelled], [false, false], "A worker has it already");
  running.setResult(1);
  assertEquals([running.cancel(), running.cancelled], [false, false], "It is finished");
});

test("[1] who waits for a future that is cancelled gets a CancelledError", async () => {
  const future = new Future();
  const waiting = watched(future.result(), future.exception());
  for (const caller of waiting) assertEquals(await now(caller), "waits");
  future.cancel();
  for (const caller of [...waiting, future.result(), future.exception()]) {
    assertInstanceOf(await errorOf(caller), CancelledError);
  }
});

test("[1] a future ends once, and a second end changes nothing", async () => {
  const future = finished("first");
  for (const again of [() => future.setResult("second"), () => future.setException("second")]) {
    assertThrows(again, InvalidStateError);
  }
  assertThrows(() => future.setRunning(), InvalidStateError);
  assertEquals([await future.result(), await future.exception()], ["first", undefined]);
  const running = new Future();
  running.setRunning();
  assertThrows(() => running.setRunning(), InvalidStateError);
  const cancelled = new Future();
  cancelled.cancel();
  assertThrows(() => cancelled.setResult("too late"), InvalidStateError);
  assertEquals(cancelled.cancelled, true);
  const bad = failed("first");
  assertThrows(() => bad.setException("second"), InvalidStateError);
  assertEquals(await bad.exception(), "first");
});

timedTest(
  "[1] result and exception give up after the timeout, and the task goes on",
  async (time) => {
    const future = new Future();
    const callers = watched(
      future.result({ timeout: 100 }),
      future.exception({ timeout: 100 }),
    );
    await time.tickAsync(99);
    for (const caller of callers) assertEquals(await now(caller), "waits", "It is too early");
    await time.tickAsync(1);
    for (const caller of callers) assertEquals(await now(caller), "TimeoutError");
    future.setRunning();
    future.setResult("late");
    assertEquals(await future.result({ timeout: 100 }), "late");
  },
);

timedTest("[1] a timeout of 0 or less takes what is there", async (time) => {
  const future = new Future();
  for (const timeout of [0, -5]) {
    const given = watched(future.result({ timeout }), future.exception({ timeout }));
    await time.tickAsync(1);
    for (const caller of given) assertEquals(await now(caller), "TimeoutError");
    assertEquals(await now(finished(7).result({ timeout })), 7);
  }
  for (const one of [future, finished(7)]) {
    await assertRejects(() => one.result({ timeout: NaN }), RangeError);
  }
});

timedTest("[1] a timeout may be longer than timers count, and leaves none behind", async (time) => {
  const future = new Future();
  const [caller] = watched(future.result({ timeout: wide }));
  await time.tickAsync(1_000);
  assertEquals(await now(caller), "waits", "Timers count in 32 bits: a longer one fires at once");
  future.setRunning();
  future.setResult(1);
  assertEquals(await now(caller), 1);
});

test("[1] a callback gets the future, however that ends", () => {
  const ends: ((future: Future) => unknown)[] = [
    (future) => future.setRunning() && future.setResult(1),
    (future) => future.setRunning() && future.setException("bad"),
    (future) => future.cancel(),
  ];
  for (const end of ends) {
    const future = new Future();
    const got: [unknown, boolean][] = [];
    future.addDoneCallback((one) => got.push([one, one.done]));
    assertEquals(got, [], "It is not done yet");
    end(future);
    assertEquals(got.length, 1, "How often a callback was called");
    assertStrictEquals(got[0][0], future, "It gets the future, not the result");
    assertEquals(got[0][1], true, "It is done when the callback is called");
  }
});

test("[1] callbacks are called in their order, and before those who wait come back", async () => {
  const log: string[] = [];
  const future = new Future();
  const [waiting] = watched(future.result().then(() => log.push("waiter")));
  const again = () => log.push("again");
  future.addDoneCallback(() => log.push("one"));
  for (const callback of [again, again]) future.addDoneCallback(callback);
  future.setRunning();
  future.setResult(1);
  await waiting;
  assertEquals(log, ["one", "again", "again", "waiter"]);
});

test("[1] a callback that is added after the end is called at once", () => {
  const cancelled = new Future();
  cancelled.cancel();
  for (const future of [finished(1), failed("bad"), cancelled]) {
    let calls = 0;
    future.addDoneCallback((one) => {
      assertStrictEquals(one as unknown, future);
      calls++;
    });
    assertEquals(calls, 1);
  }
});

test("[1] a callback that throws, at once or later, stops nobody", async () => {
  using _silent = silence();
  const log: string[] = [];
  const future = new Future();
  future.addDoneCallback(() => {
    throw new Error("of a callback");
  });
  future.addDoneCallback(() => Promise.reject(new Error("of an async callback")) as never);
  future.addDoneCallback(() => log.push("third"));
  future.setRunning();
  future.setResult("dish");
  assertEquals(log, ["third"]);
  assertEquals(await future.result(), "dish");
  future.addDoneCallback(() => {
    throw new Error("of a late callback");
  });
  await new Promise((resolve) => setTimeout(resolve, 1));
});

test("[1] a failed future that nobody asks is silent", async () => {
  let unhandled = 0;
  const note = (event: Event) => {
    event.preventDefault();
    unhandled++;
  };
  addEventListener("unhandledrejection", note);
  try {
    failed(new Error("nobody asks"));
    new Future().cancel();
    await new Promise((resolve) => setTimeout(resolve, 1));
  } finally {
    removeEventListener("unhandledrejection", note);
  }
  assertEquals(unhandled, 0, "A promise was rejected and nobody has caught it: that ends programs");
});

test("[1] a future prints how far it is", () => {
  const future = new Future();
  assertEquals(`${future}`, "Future(pending)");
  future.setRunning();
  assertEquals(`${future}`, "Future(running)");
  assertEquals(`${finished(1)}`, "Future(finished, returned)");
  assertEquals(`${failed(undefined)}`, "Future(finished, raised)");
  const cancelled = new Future();
  cancelled.cancel();
  assertEquals(`${cancelled}`, "Future(cancelled)");
});

// -- [2] many futures --

const three = () => [new Future<number>(), new Future<number>(), new Future<number>()];

function finish(future: Future<number>, value = 1): void {
  future.setRunning();
  future.setResult(value);
}

function fail(future: Future<number>): void {
  future.setRunning();
  future.setException(new Error("bad"));
}

const waitFor: typeof unwatchedWaitFor = (...args) => watched(unwatchedWaitFor(...args))[0];

/** Which of the futures are done, by the answer of waitFor. */
async function doneOf(
  futures: readonly Future<number>[],
  waiting: ReturnType<typeof waitFor<number>>,
): Promise<unknown> {
  const answer = await now(waiting);
  if (typeof answer === "string") return answer;
  const { done, notDone } = answer as Awaited<typeof waiting>;
  assertEquals(done.size + notDone.size, new Set(futures).size, "Each is in one of the two sets");
  for (const future of futures) assertNotEquals(done.has(future), notDone.has(future));
  return futures.map((future) => done.has(future));
}

test("[2] waitFor waits for all, however they end", async () => {
  const futures = three();
  finish(futures[0]);
  const waiting = waitFor(futures);
  assertEquals(await doneOf(futures, waiting), "waits");
  fail(futures[1]);
  assertEquals(await doneOf(futures, waiting), "waits", "An error is not the end of all");
  futures[2].cancel();
  assertEquals(await doneOf(futures, waiting), [true, true, true]);
  assertEquals(await doneOf(futures, waitFor(futures)), [true, true, true]);
});

test("[2] waitFor may wait for the first that ends", async () => {
  for (const end of [finish, fail, (future: Future<number>) => void future.cancel()]) {
    const futures = three();
    const waiting = waitFor(futures, { returnWhen: "firstCompleted" });
    assertEquals(await doneOf(futures, waiting), "waits");
    end(futures[1]);
    assertEquals(await doneOf(futures, waiting), [false, true, false]);
    const again = waitFor(futures, { returnWhen: "firstCompleted" });
    assertEquals(await doneOf(futures, again), [false, true, false], "One is done already");
  }
});

test("[2] waitFor may wait for the first that fails", async () => {
  const futures = three();
  const waiting = waitFor(futures, { returnWhen: "firstException" });
  finish(futures[0]);
  assertEquals(await doneOf(futures, waiting), "waits", "It went well");
  fail(futures[2]);
  assertEquals(await doneOf(futures, waiting), [true, false, true]);
  const again = waitFor(futures, { returnWhen: "firstException" });
  assertEquals(await doneOf(futures, again), [true, false, true], "One has failed already");
  const good = three();
  const all = waitFor(good, { returnWhen: "firstException" });
  finish(good[0]);
  good[1].cancel();
  assertEquals(await doneOf(good, all), "waits", "A cancelled one has not failed");
  finish(good[2]);
  assertEquals(await doneOf(good, all), [true, true, true], "None fails: all are waited for");
});

timedTest("[2] waitFor gives up in time, and that is no error", async (time) => {
  const futures = three();
  finish(futures[1]);
  const waiting = waitFor(futures, { timeout: 100 });
  await time.tickAsync(99);
  assertEquals(await doneOf(futures, waiting), "waits");
  await time.tickAsync(1);
  assertEquals(await doneOf(futures, waiting), [false, true, false]);
  const look = waitFor(futures, { timeout: 0 });
  await time.tickAsync(1);
  assertEquals(await doneOf(futures, look), [false, true, false]);
  await assertRejects(() => waitFor(futures, { timeout: NaN }), RangeError);
  const long = waitFor(futures, { timeout: wide });
  await time.tickAsync(1_000);
  assertEquals(await doneOf(futures, long), "waits", "Timers count in 32 bits");
  for (const at of [0, 2]) finish(futures[at]);
  assertEquals(await doneOf(futures, long), [true, true, true]);
});

test("[2] waitFor of nothing is over at once, and a future that comes twice is one", async () => {
  for (const returnWhen of ["allCompleted", "firstCompleted", "firstException"] as const) {
    assertEquals(await doneOf([], waitFor([], { returnWhen })), [], returnWhen);
  }
  const future = new Future<number>();
  const waiting = waitFor([future, future]);
  finish(future);
  assertEquals(await doneOf([future], waiting), [true]);
});

test("[2] asCompleted gives futures in the order in which they end", async () => {
  const [a, b, c] = three();
  const d = finished(4);
  const given = asCompleted([a, b, a, c, d]);
  assertStrictEquals((await given.next()).value, d, "This one is done already");
  const second = given.next();
  assertEquals(await now(second), "waits");
  fail(c);
  assertStrictEquals((await second).value, c, "One that has failed is given too");
  b.cancel();
  finish(a);
  assertStrictEquals((await given.next()).value, b, "Both ended while nobody asked");
  assertStrictEquals((await given.next()).value, a);
  assertEquals((await given.next()).done, true, "Each is given once");
  assertEquals(await Array.fromAsync(asCompleted([])), []);
});

timedTest("[2] the timeout of asCompleted is for all of them", async (time) => {
  const futures = three();
  const given = asCompleted(futures, { timeout: 100 });
  const first = given.next();
  await time.tickAsync(60);
  finish(futures[2]);
  assertStrictEquals((await first).value, futures[2]);
  const second = given.next();
  second.catch(() => {});
  await time.tickAsync(39);
  assertEquals(await now(second), "waits");
  await time.tickAsync(1);
  assertEquals(await now(second), "TimeoutError", "It began to count anew for each future");
  const { message } = await second.catch((error) => error);
  assertStringIncludes(message, "2 (of 3)", "How many are not done");
});

timedTest("[2] asCompleted with no time gives those that are done", async (time) => {
  const futures = [new Future<number>(), finished(1), finished(2)];
  const given = asCompleted(futures, { timeout: 0 });
  for (const at of [1, 2]) assertStrictEquals((await given.next()).value, futures[at]);
  const last = given.next();
  last.catch(() => {});
  await time.tickAsync(1);
  assertEquals(await now(last), "TimeoutError");
  assertThrows(() => asCompleted(futures, { timeout: NaN }), RangeError);
});

test("[2] a hundred futures that end in one moment are all seen", async () => {
  const futures = Array.from({ length: 100 }, () => new Future<number>());
  const waiting = waitFor(futures);
  const given = Array.fromAsync(asCompleted(futures), (future) => future.result());
  await turns();
  futures.forEach(finish);
  assertEquals((await waiting).done.size, 100);
  assertEquals(await given, Array.from(futures, (_, i) => i));
});

// -- [3] a task in another thread --

/** A pool that does not hold up a test that has failed already. */
class TestedPool extends ThreadPool {
  override async [Symbol.asyncDispose](): Promise<void> {
    const tooLong = Promise.withResolvers<void>();
    const timer = setTimeout(tooLong.resolve, patience / 4);
    await Promise.race([super[Symbol.asyncDispose]().catch(unlessUnwritten), tooLong.promise]);
    clearTimeout(timer);
  }
}

/** Before step 6 a pool need not end: its threads are left behind then. */
function unlessUnwritten(error: Error): void {
  if (!error.message.includes("is not implemented yet")) throw error;
}

/** A pool of two workers, unless told otherwise. */
function poolOf(options: Partial<ThreadPoolOptions> = {}): ThreadPool {
  return new TestedPool({ module, workers: 2, ...options });
}

/** A gate that is opened at the end of the block, so that nobody sleeps there for ever. */
function closedGate() {
  const gate = cells(1);
  const open = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return { gate, open, [Symbol.dispose]: open };
}

const begins = (begun: Int32Array, many: number) =>
  until(() => Atomics.load(begun, 0) >= many, `${many} tasks do not begin`);

/** The result of a task. */
const resultOf = <T>(future: Future<T>) => soon(future.result(), late);

test("[3] a pool has as many workers as the machine has cores, unless told otherwise", () => {
  assertEquals(new ThreadPool({ module }).workers, navigator.hardwareConcurrency);
  assertEquals(new ThreadPool({ module, workers: 3 }).workers, 3);
});

test("[3] a pool refuses what makes no sense", () => {
  for (const workers of [0, -1, 1.5, NaN]) {
    assertThrows(() => new ThreadPool({ module, workers }), RangeError);
  }
  assertThrows(() => new ThreadPool({ module: "work.ts" }), TypeError);
  const fn = (() => {}) as unknown as string;
  assertThrows(() => new ThreadPool({ module, initializer: fn }), TypeError);
  assertThrows(() => new ThreadPool({ module }).submit(fn), TypeError);
});

testWithPermission("[3] submit gives a future, and the function is called elsewhere", async () => {
  await using pool = poolOf();
  const future = pool.submit<number>("add", [2, 3]);
  assertInstanceOf(future, Future);
  assertFalse(future.done, "submit must not wait");
  assertEquals(await resultOf(future), 5);
  assertEquals(await resultOf(pool.submit("later", ["tea"])), "tea", "Promises are waited for");
  using closed = closedGate();
  const begun = cells(1);
  const waiting = pool.submit("waitAtGate", [closed.gate, begun]);
  await begins(begun, 1);
  closed.open();
  assertEquals(await resultOf(waiting), "through");
});

testWithPermission("[3] memory is shared, and all else is copied with its type", async () => {
  await using pool = poolOf();
  const shared = cells(1);
  await resultOf(pool.submit("count", [shared]));
  assertEquals(shared[0], 1, "The task has counted in other memory");
  const values = [
    ...[null, undefined, 0, -0, NaN, 12n, "text", new Date(5), /x/g, new Uint8Array([1, 2])],
    ...[new Map([[1, new Set([2])]]), [[]], { a: { b: [1] } }],
  ];
  assertEquals(await resultOf(pool.submit("echo", [values])), values);
  assertEquals(await resultOf(pool.submit("echo")), undefined, "Without arguments");
});

testWithPermission("[3] an error arrives with its name, message, fields and cause", async () => {
  await using pool = poolOf();
  const error = await soon(pool.submit("burn").exception(), late) as Error & { minutes: number };
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.message], ["Burnt", "Burnt after 7 minutes"]);
  assertEquals(error.minutes, 7, "Its own fields");
  assertEquals((error.cause as Error).message, "The oven was too hot");
  const odd = pool.submit("evenOnly", [3]);
  assertInstanceOf(await errorOf(odd.result()), RangeError, "A class of the language");
  assertEquals(await errorOf(pool.submit("throwText").result()), "no error, a text");
  const aborted = await errorOf(pool.submit("abort").result()) as Error;
  assertEquals([aborted.name, aborted.message], ["AbortError", "the guest has left"]);
  assertEquals(await resultOf(pool.submit("evenOnly", [4])), 4, "The pool goes on");
});

testWithPermission("[3] what cannot travel or cannot be called fails its own task", async () => {
  await using pool = poolOf({ workers: 1 });
  const futures = [
    pool.submit("noSuchFunction"),
    pool.submit("cannotTravel"),
    pool.submit("echo", [() => {}]),
    pool.submit("throwMute"),
  ];
  for (const future of futures) assertInstanceOf(await errorOf(future.result()), Error);
  const message = `${await futures[0].exception()}`;
  assertStringIncludes(message, "noSuchFunction", "It says what is not there");
  assertEquals(await resultOf(pool.submit("double", [4])), 8, "The pool goes on");
});

testWithPermission("[3] a worker that is free is used again", async () => {
  await using pool = poolOf();
  const ids = new Set<number>();
  for (let i = 0; i < 3; i++) ids.add(await resultOf(pool.submit<number>("threadId")));
  assertEquals(ids.size, 1, "One task after the other needs one thread");
});

// -- [4] workers --

testWithPermission("[4] as many tasks as workers really run at once", async () => {
  await using pool = poolOf({ workers: 3 });
  const met = cells(1);
  const tasks = [1, 2, 3].map(() => pool.submit("meet", [met, 3]));
  for (const task of tasks) assertEquals(await resultOf(task), true, "They never meet");
});

testWithPermission("[4] never more run than there are workers", async () => {
  await using pool = poolOf();
  const inside = cells(2);
  const tasks = Array.from({ length: 30 }, () => pool.submit<number>("beInside", [inside]));
  const ids = new Set<number>();
  for (const task of tasks) ids.add(await resultOf(task));
  assert(inside[1] <= 2, `${inside[1]} tasks were at work at once in a pool of 2 workers`);
  assert(ids.size <= 2, `${ids.size} threads were started for 2 workers`);
});

testWithPermission("[4] a slow task holds up nobody else", async () => {
  await using pool = poolOf();
  using closed = closedGate();
  const begun = cells(1);
  const slow = pool.submit("waitAtGate", [closed.gate, begun]);
  await begins(begun, 1);
  const tasks = Array.from({ length: 10 }, (_, i) => pool.submit<number>("double", [i]));
  for (const [i, task] of tasks.entries()) {
    const waits = `Task ${i} waits behind the slow one though the other worker is free`;
    assertEquals(await soon(task.result(), waits), 2 * i);
  }
  assertFalse(slow.done);
});

testWithPermission("[4] tasks are begun in the order in which they were submitted", async () => {
  await using pool = poolOf({ workers: 1 });
  const order = cells(11);
  const tasks = Array.from({ length: 10 }, (_, i) => pool.submit("note", [order, i]));
  for (const task of tasks) await resultOf(task);
  assertEquals([...order.slice(1)], Array.from(tasks, (_, i) => i));
  await using two = poolOf();
  using closed = closedGate();
  const [begun, notes] = [cells(1), cells(11)];
  two.submit("waitAtGate", [closed.gate, begun]);
  for (const task of [...tasks.keys()].map((i) => two.submit("note", [notes, i]))) {
    await resultOf(task);
  }
  const words = "The order, while one of two workers is at a slow task";
  assertEquals([...notes.slice(1)], Array.from(tasks, (_, i) => i), words);
});

testWithPermission("[4] a result does not wait for the next task of its worker", async () => {
  await using pool = poolOf({ workers: 1 });
  using closed = closedGate();
  const begun = cells(1);
  const [first] = [pool.submit("double", [4]), pool.submit("waitAtGate", [closed.gate, begun])];
  const waits = "The result waits until its worker has done the next task";
  assertEquals(await soon(first.result(), waits), 8);
});

testWithPermission("[4] a task can be cancelled until a worker has it", async () => {
  await using pool = poolOf({ workers: 1 });
  using closed = closedGate();
  const [begun, counted] = [cells(1), cells(1)];
  const running = pool.submit("waitAtGate", [closed.gate, begun]);
  await begins(begun, 1);
  const [first, second] = [1, 2].map(() => pool.submit("count", [counted]));
  assertEquals([running.running, first.running, first.done], [true, false, false]);
  assertEquals([running.cancel(), first.cancel()], [false, true]);
  closed.open();
  assertEquals(await resultOf(running), "through");
  await resultOf(second);
  assertEquals(counted[0], 1, "The cancelled task was run");
  assertInstanceOf(await errorOf(first.result()), CancelledError);
});

testWithPermission("[4] a worker's name begins with the pool's, and is its own", async () => {
  await using pool = poolOf({ name: "kitchen" });
  const met = cells(1);
  // Two tasks that meet are in two threads.
  const meeting = [1, 2].map(() => pool.submit<string>("nameAtMeeting", [met, 2]));
  const names = new Set<string>();
  for (const task of meeting) names.add(await resultOf(task));
  assertEquals(names.size, 2, `Two threads have the same name: ${[...names]}`);
  for (const name of names) assert(name.startsWith("kitchen"), `A thread is called '${name}'`);
  await using one = poolOf();
  await using two = poolOf();
  const [a, b] = [
    await resultOf(one.submit("threadName")),
    await resultOf(two.submit("threadName")),
  ];
  assertNotEquals(a, b, "Threads of two pools without names cannot be told apart");
});

testWithPermission(
  "[4] each worker calls the initializer once, before its first task",
  async () => {
    const [prepared, met] = [cells(1), cells(1)];
    await using pool = poolOf({ initializer: "prepare", initArgs: [prepared, 10] });
    const first = [1, 2].map(() => pool.submit("isPreparedNow", [met, 2]));
    for (const task of first) assertEquals(await resultOf(task), true, "A task came too early");
    for (let i = 0; i < 5; i++) await resultOf(pool.submit("double", [i]));
    assertEquals(prepared[0], 20, "Two workers, and 10 for each");
  },
);

testWithPermission("[4] an initializer that fails breaks the pool", async () => {
  using _silent = silence();
  await using pool = poolOf({ initializer: "prepareInVain" });
  const tasks = [1, 2, 3].map(() => pool.submit("double", [1]));
  for (const task of tasks) {
    const error = await errorOf(task.result());
    assertInstanceOf(error, BrokenThreadPool, "A task of a pool without workers must fail");
  }
  assertThrows(() => pool.submit("double", [1]), BrokenThreadPool);
});

testWithPermission("[4] a module that cannot be loaded breaks the pool", async () => {
  using _silent = silence();
  await using pool = poolOf({ module: import.meta.resolve("./fixtures/no_such_module.ts") });
  assertInstanceOf(await errorOf(pool.submit("double", [1]).result()), BrokenThreadPool);
});

testWithPermission(
  "[4] a thread that ends in the middle of a task fails that task only",
  async () => {
    using _silent = silence();
    await using pool = poolOf({ workers: 1 });
    const lost = pool.submit("exit");
    const next = pool.submit("double", [4]);
    assertInstanceOf(await errorOf(lost.result()), ThreadPoolError);
    assertEquals(await resultOf(next), 8, "The next task gets a new thread");
  },
);

testWithPermission("[4] an error that a task leaves behind harms nobody", async () => {
  await using pool = poolOf({ workers: 1 });
  const moment = cells(2);
  await resultOf(pool.submit("leaveErrorBehind", [moment]));
  const meanwhile = pool.submit("beAtWorkMeanwhile", [moment]);
  assertEquals(await resultOf(meanwhile), "still at work", "It is not its error");
  assertEquals(await resultOf(pool.submit("later", ["tea"])), "tea", "The pool goes on");
});

testWithPermission(
  "[4] a task that an ended thread has never begun goes to another one",
  async () => {
    await using pool = poolOf({ workers: 1 });
    for (let i = 0; i < 10; i++) {
      await resultOf(pool.submit("leaveExitBehind"));
      assertEquals(await resultOf(pool.submit("double", [i])), 2 * i);
    }
  },
);

testWithPermission("[4] a pool prints what it does", async () => {
  await using pool = poolOf({ workers: 1 });
  assertEquals(`${pool}`, "ThreadPool(open, 0 of 1 threads busy, 0 tasks waiting)");
  using closed = closedGate();
  const begun = cells(1);
  const tasks = [1, 2, 3].map(() => pool.submit("waitAtGate", [closed.gate, begun]));
  await begins(begun, 1);
  assertEquals(`${pool}`, "ThreadPool(open, 1 of 1 threads busy, 2 tasks waiting)");
  closed.open();
  for (const task of tasks) await resultOf(task);
});

// -- [5] map --

testWithPermission("[5] map gives results in the order of the items", async () => {
  await using pool = poolOf();
  using closed = closedGate();
  const begun = cells(1);
  const items = [{ n: 0, gate: closed.gate }, { n: 1 }, { n: 2, begun }];
  const results = pool.map<number>("passGate", items);
  await begins(begun, 1);
  const first = results.next();
  assertEquals(await now(first), "waits", "The first one is not done, though the last one is");
  closed.open();
  assertEquals((await soon(first, late)).value, 0);
  assertEquals(await soon(Array.fromAsync(results), late), [1, 2]);
  assertEquals(await soon(Array.fromAsync(pool.map("double", [])), late), []);
  const doubled = await soon(Array.fromAsync(pool.map("double", new Set([1, 2, 3]))), late);
  assertEquals(doubled, [2, 4, 6], "Anything that can be iterated over");
});

testWithPermission(
  "[5] map submits everything at once, also if nobody takes the results",
  async () => {
    await using pool = poolOf();
    const counted = cells(1);
    pool.map("count", Array(20).fill(counted));
    await until(() => Atomics.load(counted, 0) === 20, "Only what is asked for is done");
  },
);

testWithPermission("[5] an error comes at its place in map, and ends it", async () => {
  await using pool = poolOf();
  const results = pool.map<number>("evenOnly", [0, 2, 3, 4]);
  assertEquals((await soon(results.next(), late)).value, 0);
  assertEquals((await soon(results.next(), late)).value, 2);
  assertInstanceOf(await errorOf(results.next()), RangeError);
  assertEquals((await soon(results.next(), late)).done, true, "Nothing comes after an error");
});

testWithPermission("[5] tasks that are not begun are cancelled when map ends early", async () => {
  await using pool = poolOf({ workers: 1 });
  for (const takes of [0, 1]) {
    using closed = closedGate();
    const begun = cells(1);
    const { gate } = closed;
    const first = takes === 1 ? [{ n: 0 }] : [];
    const results = pool.map("passGate", [...first, ...Array(5).fill({ n: 1, gate, begun })]);
    if (takes === 1) await soon(results.next(), late);
    await begins(begun, 1);
    await soon(results.return!(), "return does not come back");
    closed.open();
    await resultOf(pool.submit("double", [1]));
    assertEquals(begun[0], 1, "Tasks were begun whose results nobody takes any more");
    assertEquals((await soon(results.next(), late)).done, true, "It has ended");
  }
});

testWithPermission("[5] the timeout of map is for all of it", async () => {
  using closed = closedGate();
  await using pool = poolOf({ workers: 1 });
  await resultOf(pool.submit("double", [1]));
  const begun = cells(1);
  {
    using time = stoppedTime();
    const { gate } = closed;
    const items = [{ n: 0 }, ...Array(3).fill({ n: 1, gate, begun })];
    const results = pool.map("passGate", items, { timeout: 100 });
    await time.tickAsync(60);
    assertEquals((await results.next()).value, 0, "What is done is given");
    const second = results.next();
    second.catch(() => {});
    await time.tickAsync(39);
    assertEquals(await now(second), "waits");
    await time.tickAsync(1);
    assertEquals(await now(second), "TimeoutError", "It began to count anew for each item");
  }
  closed.open();
  await resultOf(pool.submit("double", [1]));
  assertEquals(begun[0], 1, "Tasks were begun though the time for them was over");
  assertThrows(() => pool.map("double", [1], { timeout: NaN }), RangeError);
});

// -- [6] the end --

testWithPermission("[6] shutdown does all that was submitted, and then takes no more", async () => {
  await using pool = poolOf();
  const counted = cells(1);
  const tasks = Array.from({ length: 50 }, () => pool.submit("count", [counted]));
  await soon(pool.shutdown(), "shutdown does not come back");
  assertEquals(counted[0], 50);
  for (const task of tasks) assert(task.done, "A future is left open");
  assertThrows(() => pool.submit("count", [counted]), ThreadPoolError);
  assertThrows(() => pool.map("count", [counted]), ThreadPoolError);
  await soon(pool.shutdown(), "A second shutdown does not come back");
  assertEquals(`${pool}`, "ThreadPool(shut down, 0 of 2 threads busy, 0 tasks waiting)");
});

testWithPermission("[6] a pool that is broken maps nothing, and ends", async () => {
  using _silent = silence();
  await using pool = poolOf({ initializer: "prepareInVain" });
  await errorOf(pool.submit("double", [1]).result());
  assertThrows(() => pool.map("double", [1]), BrokenThreadPool);
  await soon(pool.shutdown(), "A broken pool does not end");
});

testWithPermission(
  "[6] shutdown refuses new tasks at once, and waits for those at work",
  async () => {
    await using pool = poolOf({ workers: 1 });
    using closed = closedGate();
    const begun = cells(1);
    const running = pool.submit("waitAtGate", [closed.gate, begun]);
    const waiting = pool.submit<number>("double", [4]);
    await begins(begun, 1);
    const end = pool.shutdown();
    assertThrows(() => pool.submit("double", [1]), ThreadPoolError);
    assertEquals(await now(end), "waits", "A task is still at work");
    await soon(pool.shutdown({ wait: false }), "It need not wait");
    assertFalse(running.done, "shutdown must not cut off a task");
    closed.open();
    await soon(end, "shutdown does not come back");
    assertEquals([await resultOf(running), await resultOf(waiting)], ["through", 8]);
  },
);

testWithPermission("[6] shutdown may cancel what no worker has taken", async () => {
  await using pool = poolOf();
  using closed = closedGate();
  const [begun, counted] = [cells(1), cells(1)];
  const running = [1, 2].map(() => pool.submit("waitAtGate", [closed.gate, begun]));
  await begins(begun, 2);
  const waiting = Array.from({ length: 20 }, () => pool.submit("count", [counted]));
  const end = pool.shutdown({ cancelFutures: true });
  for (const future of waiting) assert(future.cancelled, "A waiting task was not cancelled");
  closed.open();
  await soon(end, "shutdown does not come back");
  for (const future of running) assertEquals(await resultOf(future), "through");
  assertEquals(counted[0], 0, "A cancelled task was run");
});

testWithPermission("[6] a task that was cancelled does not hold up the end", async () => {
  await using pool = poolOf({ workers: 1 });
  using closed = closedGate();
  const begun = cells(1);
  pool.submit("waitAtGate", [closed.gate, begun]);
  await begins(begun, 1);
  const waiting = [1, 2].map(() => pool.submit("double", [1]));
  for (const future of waiting) future.cancel();
  const end = pool.shutdown();
  closed.open();
  await soon(end, "The pool waits for tasks that were cancelled");
});

testWithPermission("[6] the end of a block shuts the pool down, also after an error", async () => {
  await using _unused = new ThreadPool({ module });
  const counted = cells(1);
  const block = async () => {
    await using pool = new ThreadPool({ module, workers: 2 });
    for (let i = 0; i < 20; i++) pool.submit("count", [counted]);
    throw new RangeError("in the block");
  };
  assertInstanceOf(await errorOf(block()), RangeError);
  assertEquals(counted[0], 20, "Tasks were lost at the end of the block");
});

testWithPermission(
  "[6] no thread is left after the end, whatever its tasks have left",
  async () => {
    await using pool = poolOf();
    const counted = cells(1);
    for (let i = 0; i < 4; i++) await resultOf(pool.submit("leaveTimerBehind", [counted]));
    await soon(pool.shutdown(), "shutdown waits for a timer that a task has left behind");
    const last = Atomics.load(counted, 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assertEquals(Atomics.load(counted, 0), last, "A thread of the pool is still at work");
  },
);

testWithPermission("[6] a program does its tasks and ends, also without a shutdown", async () => {
  const program = new URL("./fixtures/left_open.ts", import.meta.url);
  const { code, stdout, stderr, timedOut } = await runProgram(program);
  assertEquals(stderr, "", "The program fails");
  assertFalse(timedOut, "The program does not end: the threads of an idle pool keep it alive");
  const lines = stdout.trim().split("\n").sort();
  const tasks = [1, 2, 3].map((n) => `task ${n}`);
  assertEquals(lines, ["main ends", ...tasks], "Tasks were lost at the end of the program");
  assertEquals(code, 0);
});

testWhatToFixFirst();
