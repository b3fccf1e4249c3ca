// deno-lint-ignore-file require-yield -- a task that never waits is a task as well
import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { GreenletError, GreenletExit } from "#solutions/greenlets/greenlets.ts";
import { assertThrows, inVirtualTime, test, testWhatToFixFirst, toItsEnd } from "../_kit/mod.ts";
import {
  AsyncResult,
  Event,
  Group,
  joinAll,
  Pool,
  run,
  Semaphore,
  sleep,
  spawn,
  spawnLater,
  type Task,
  Timeout,
  wait,
  withTimeout,
} from "./gevents.ts";

type Body<T> = Generator<unknown, T, unknown>;

/** What was printed by `console.error` in this test. */
let printed: string[] = [];

/**
 * A test whose body is a task, in virtual time: when all wait, the clock goes on to the next timer. No
 * timer may be left at its end, and nothing may be printed that `prints` does not name.
 */
function taskTest(name: string, body: () => Body<void>, prints: string[] = []): void {
  test(name, async () => {
    printed = [];
    using _printing = capturedErrors();
    await inVirtualTime(() => toItsEnd(run, body));
    const what = `Each error is printed once. Printed: ${Deno.inspect(printed)}`;
    assertEquals(printed.length, prints.length, what);
    prints.forEach((part, i) => assert(printed[i].includes(part), `${printed[i]} lacks: ${part}`));
  });
}

/** Keeps what is printed by `console.error`, until it is disposed of. */
function capturedErrors(): Disposable {
  const { error } = console;
  console.error = (...words: unknown[]) => {
    printed.push(
      words.map((word) => typeof word === "string" ? word : Deno.inspect(word)).join(" "),
    );
  };
  return { [Symbol.dispose]: () => console.error = error };
}

/** The error that comes out. */
function* errorOf(body: () => Iterable<unknown, unknown, unknown>, why: string): Body<unknown> {
  let result: unknown;
  try {
    result = yield* body();
  } catch (error) {
    return error;
  }
  throw new Error(`${why}: it must throw, but it returned ${Deno.inspect(result)}`);
}

/** What it gives. If it throws, this sentence says what it should have done. */
function* mustGive<T>(sentence: string, body: () => Iterable<unknown, T, unknown>): Body<T> {
  try {
    return yield* body();
  } catch (error) {
    throw new Error(`${sentence}. It threw ${error}`);
  }
}

function* sleeper<T>(ms: number, result: T): Body<T> {
  yield* sleep(ms);
  return result;
}

function* failing(ms: number, error: unknown): Body<never> {
  yield* sleep(ms);
  throw error;
}

/** Some turns of the hub, so that all can go on that do not wait for a time. */
function* turns(): Body<void> {
  for (let turn = 0; turn < 8; turn++) yield* sleep(0);
}

// -- [1] many tasks, one thread --

test("[1] a task begins when whoever has started it waits or ends", async () => {
  const log: string[] = [];
  const notes = function* (what: string): Body<void> {
    log.push(what);
  };
  const spawned = spawn(notes, "spawned");
  const end = run(function* () {
    log.push("run");
    spawn(notes, "task");
    log.push("spawner");
    yield* turns();
  });
  log.push("plain code");
  await end;
  assertEquals(
    log,
    ["plain code", "spawned", "run", "spawner", "task"],
    "An async function would begin at once; a task does not",
  );
  assert(spawned.ready, "Its body has returned, but `ready` is not true");
});

test("[1] run hands arguments and result through, and rejects with the error", async () => {
  function* adds(a: number, b: number): Body<number> {
    yield* sleep(0);
    return a + b;
  }
  assertEquals(await run(adds, 3, 4), 7, "The arguments of run(adds, 3, 4) go to the function");
  assertEquals(
    await run(function* (...list: unknown[]) {
      return list;
    }),
    [],
    "Without arguments the function gets none, and a list is a result like others",
  );
  const failure = new RangeError("burnt");
  printed = [];
  using _printing = capturedErrors();
  const caught = await run(failing, 0, failure).catch((error) => error);
  assertStrictEquals(caught, failure, "The very error of the task");
  assertEquals(printed, [], "The promise has the error, so it is not printed");
});

taskTest("[1] sleep(0) lets the others go on: 1A 2A 1B 2B", function* () {
  const log: string[] = [];
  function* speaks(name: string): Body<void> {
    for (const word of ["A", "B"]) {
      log.push(name + word);
      yield* sleep(0);
    }
  }
  spawn(speaks, "1");
  spawn(speaks, "2");
  yield* turns();
  assertEquals(log, ["1A", "2A", "1B", "2B"], "Each says A, lets the other go on, and says B");
});

taskTest("[1] ten tasks of half a second: five seconds one by one, or half a second", function* () {
  for (let n = 0; n < 10; n++) yield* sleep(500);
  assertEquals(Date.now(), 5_000, "One by one");
  const log: number[] = [];
  for (let n = 0; n < 10; n++) {
    spawn(function* () {
      yield* sleep(500);
      log.push(n);
    });
  }
  yield* sleep(510);
  assertEquals(
    log,
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    "Together all must be done after half a second",
  );
});

test("[1] a loop of sleep(0) lets timers fire", async () => {
  let isFired = false;
  setTimeout(() => isFired = true, 1);
  await run(function* () {
    for (let n = 0; n < 300_000 && !isFired; n++) yield* sleep(0);
  });
  assert(isFired, "Promise jobs starve timers: sleep(0) must let the event loop go round");
  const fired = Promise.withResolvers<void>();
  setTimeout(fired.resolve, 1);
  let begun = 0;
  let isOver = false;
  const chain = function* (): Body<void> {
    if (!isOver && ++begun < 300_000) spawn(chain);
  };
  spawn(chain);
  await fired.promise;
  isOver = true;
  assert(begun < 300_000, "A task begins at a turn of the hub: a chain of tasks starves timers");
});

taskTest("[1] spawnLater starts a task after a time", function* () {
  const log: unknown[] = [];
  const notes = function* (what: string): Body<void> {
    log.push([what, Date.now()]);
  };
  const later = spawnLater(20, notes, "later");
  spawnLater(0, notes, "at once");
  spawn(notes, "spawned");
  yield* sleep(10);
  assertFalse(later.started, "10 of its 20 ms are over: it must not have begun");
  yield* sleep(20);
  assertEquals(
    log.toSorted(),
    [["at once", 0], ["later", 20], ["spawned", 0]],
    "When each has begun, in milliseconds",
  );
});

taskTest("[1] a month of sleep is a month", function* () {
  const month = 30 * 24 * 3_600_000;
  yield* sleep(month);
  assertEquals(
    Date.now(),
    month,
    "setTimeout counts milliseconds in 31 bits, and calls back at once beyond that",
  );
});

taskTest("[1] a fraction of a millisecond is not cut off", function* () {
  yield* sleep(20.5);
  const slept = Date.now();
  assert(slept >= 20.5, `setTimeout knows no fractions: 20.5 ms were over too early, at ${slept}`);
});

taskTest("[1] what makes no sense is refused at once", function* () {
  for (const fn of [undefined, null, 7, sleeper(0, 1)] as unknown as (() => Body<void>)[]) {
    assertThrows(() => spawn(fn), TypeError, "", `spawn(${fn})`);
    assertThrows(() => spawnLater(5, fn), TypeError, "", `spawnLater(5, ${fn})`);
    assertThrows(() => run(fn), TypeError, "", `run(${fn})`);
  }
  for (const ms of [-1, NaN, -Infinity]) {
    const error = yield* errorOf(() => sleep(ms), `sleep(${ms})`);
    assert(error instanceof RangeError, `sleep(${ms}): expected RangeError, got ${error}`);
    assertThrows(() => spawnLater(ms, sleeper, 1, 2), RangeError, "", `spawnLater(${ms})`);
  }
});

test("[1] only a task can wait", () => {
  assertThrows(() => sleep(1).next(), GreenletError, "", "sleep in plain code, outside of a task");
});

taskTest("[1] a task shows whether it has started, and how it has ended", function* () {
  const look = (task: Task) => [task.started, task.ready, task.successful, task.value, task.error];
  const failure = new RangeError("burnt");
  const good: Task = spawn(function* () {
    seen.push(look(good));
    return "bun";
  });
  const bad: Task = spawn(function* bad() {
    throw failure;
  });
  const seen = [look(good), look(bad)];
  yield* turns();
  assertEquals(
    [...seen, look(good), look(bad)],
    [
      [false, false, false, undefined, undefined],
      [false, false, false, undefined, undefined],
      [true, false, false, undefined, undefined],
      [true, true, true, "bun", undefined],
      [true, true, false, undefined, failure],
    ],
    "started, ready, successful, value, error: of two new ones, a running one, and both at the end",
  );
}, ["burnt"]);

taskTest("[1] an error is printed with the task's name, and stops nobody else", function* () {
  const log: string[] = [];
  const failure = new RangeError("The oven is cold"); // Made here, its stack does not name the task.
  spawn(function* baker() {
    yield* sleep(10);
    throw failure;
  });
  const other = spawn(function* () {
    yield* sleep(20);
    log.push("goes on");
  });
  spawn(() => 7 as unknown as Body<void>);
  yield* sleep(30);
  assertEquals(log, ["goes on"], "One task has failed: the other must go on");
  assert(other.successful, "The other one has returned, so it is successful");
  assert(
    printed.some((line) => line.includes("baker") && line.includes("The oven is cold")),
    `One line must name the task 'baker' and its error. Printed: ${Deno.inspect(printed)}`,
  );
}, ["", ""]);

taskTest("[1] a task goes on when its spawner has ended", function* () {
  const log: string[] = [];
  spawn(function* () {
    spawn(function* () {
      yield* sleep(10);
      log.push("child");
    });
  });
  yield* sleep(20);
  assertEquals(log, ["child"], "The end of its spawner must not end it");
});

taskTest("[1] a task prints its name and its state", function* () {
  const task: Task = spawn(function* cook() {
    seen.push(task.toString());
    yield* sleep(10);
  });
  const bad = spawn(function* bad() {
    throw new RangeError("burnt");
  });
  const seen = [task.toString()];
  yield* turns();
  seen.push(task.toString(), bad.toString());
  yield* sleep(10);
  yield* turns();
  seen.push(task.toString(), spawn(function* () {}).toString());
  assertEquals(
    seen,
    [
      "Task(cook, new)",
      "Task(cook, running)",
      "Task(cook, waiting)",
      "Task(bad, failed)",
      "Task(cook, ended)",
      "Task(anonymous, new)",
    ],
    "toString() of each, when it was looked at",
  );
  yield* turns();
}, ["burnt"]);

// -- [2] what has become of them --

taskTest("[2] get gives what the task returned, or throws what it threw", function* () {
  const failure = new RangeError("burnt");
  const good = spawn(sleeper<unknown>, 10, "bun");
  const bad = spawn(failing, 10, failure);
  const nothing = spawn(failing, 10, undefined);
  for (let round = 0; round < 2; round++) {
    assertEquals(yield* good.get(), "bun", "What the task has returned");
    const error = yield* errorOf(() => bad.get(), "It has failed");
    assertStrictEquals(error, failure, "get() must throw the very error of the task");
    const none = yield* errorOf(() => nothing.get(), "It has thrown undefined, so it has failed");
    assertStrictEquals(none, undefined, "get() must throw what was thrown, also undefined");
  }
  assertEquals(Date.now(), 10, "All ended after 10 ms, and who asks again need not wait");
}, ["burnt", "undefined"]);

taskTest("[2] get gives up by a Timeout, and the task goes on", function* () {
  const task = spawn(sleeper<string>, 30, "bun");
  for (const timeout of [0, 10]) {
    const error = yield* errorOf(() => task.get({ timeout }), "It has not ended");
    assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  }
  assertEquals(Date.now(), 10, "A timeout of 0 waits for nothing, one of 10 for 10 ms");
  assertEquals(yield* task.get({ timeout: 20.5 }), "bun", "It ends after 20 ms more, in time");
  assertEquals(yield* task.get({ timeout: 0 }), "bun", "It has ended: nothing is to be waited for");
});

taskTest("[2] join waits for any end, and throws nothing", function* () {
  const bad = spawn(failing, 10, new RangeError("burnt"));
  assertEquals(yield* bad.join({ timeout: 5 }), false, "After 5 ms it has not ended");
  assertFalse(bad.ready, "It ends after 10 ms");
  assertEquals(yield* bad.join(), true, "It has ended, by an error");
  assertEquals(yield* bad.join({ timeout: 0 }), true, "It has ended: nothing is to be waited for");
  assertEquals(Date.now(), 10, "Its end was after 10 ms");
}, ["burnt"]);

taskTest("[2] joinAll waits for all, and gives them in the order of their ends", function* () {
  const [a, b, c] = [30, 10, 20].map((ms) => spawn(sleeper<number>, ms, ms));
  assertEquals(yield* joinAll([]), [], "Nobody is to be waited for");
  const ended = yield* joinAll([a, b, a, c, b]);
  assertEquals(
    ended.map(({ value }) => value),
    [10, 20, 30],
    "One that is named twice counts once",
  );
  assertEquals(Date.now(), 30, "The slowest one needs 30 ms");
  assertEquals(
    (yield* joinAll([a, b])).map(({ value }) => value),
    [10, 30],
    "The order of their ends, also later",
  );
});

taskTest("[2] joinAll throws nothing, unless it is to raise errors", function* () {
  const [first, second] = [new RangeError("first"), new RangeError("second")];
  const make = () => [
    spawn(failing, 30, second),
    spawn(sleeper<number>, 40, 40),
    spawn(failing, 20, first),
  ];
  const calm = make();
  assertEquals((yield* joinAll<number>(calm)).length, 3, "All three have ended, two by an error");
  const raise = { raiseError: true };
  const late = yield* errorOf(() => joinAll<number>(calm, raise), "Two have failed");
  assertStrictEquals(late, first, "The one that has failed first, and not the first in the list");
  const tasks = make();
  const before = Date.now();
  const error = yield* errorOf(() => joinAll<number>(tasks, raise), "Two fail");
  assertStrictEquals(error, first, "The one that has failed first, and not the first in the list");
  assertEquals(Date.now() - before, 20, "At once, and not when all have ended");
  assertFalse(tasks[0].ready, "The others must go on");
  yield* joinAll<number>(tasks);
  const nothing = spawn(failing, 0, undefined);
  const none = yield* errorOf(() => joinAll<number>([nothing], raise), "It has thrown undefined");
  assertStrictEquals(none, undefined, "What the task has thrown comes out, also undefined");
}, ["first", "second", "first", "second", "undefined"]);

taskTest("[2] joinAll may wait for a time, or for a count", function* () {
  const tasks = [30, 10, 20].map((ms) => spawn(sleeper<number>, ms, ms));
  const one = yield* joinAll(tasks, { count: 1 });
  assertEquals([one.map(({ value }) => value), Date.now()], [[10], 10], "One, after 10 ms");
  const two = yield* joinAll(tasks, { timeout: 15 });
  assertEquals([two.map(({ value }) => value), Date.now()], [[10, 20], 25], "After 15 ms");
  assertFalse(tasks[0].ready, "The other one goes on");
  assertEquals((yield* joinAll(tasks, { count: 9 })).length, 3, "There are no more than 3");
});

taskTest("[2] links are called in their order, also when it has ended before", function* () {
  const log: unknown[] = [];
  const task = spawn(sleeper<string>, 10, "bun");
  for (let n = 1; n <= 3; n++) task.link((ended) => log.push([n, ended === task, ended.value]));
  yield* sleep(20);
  const expected = [1, 2, 3].map((n) => [n, true, "bun"]);
  assertEquals(log, expected, "Each link gets the task, after its end");
  for (let n = 4; n <= 6; n++) task.link((ended) => log.push([n, ended === task, ended.value]));
  assertEquals(log, expected, "Not within the call of link");
  yield* turns();
  assertEquals(
    log.slice(3),
    [4, 5, 6].map((n) => [n, true, "bun"]),
    "Who links to a task that has ended must be called back as well",
  );
});

taskTest(
  "[2] a link that fails stops no other one, and an unlinked one is not called",
  function* () {
    const log: number[] = [];
    const task = spawn(sleeper<number>, 10, 1);
    const third = () => log.push(3);
    task.link(() => {
      throw new RangeError("a broken link");
    });
    task.link(() => {
      log.push(2);
      task.unlink(third);
    });
    task.link(third);
    task.link(() => log.push(4));
    task.unlink(() => {});
    yield* sleep(20);
    assertEquals(log, [2, 4], "The second one unlinks the third, even while they are called");
    assertEquals(
      [task.successful, task.value, task.error],
      [true, 1, undefined],
      "Its link has failed, and not the task: successful, value, error",
    );
  },
  ["a broken link"],
);

// -- [3] stopped from outside --

const success = "A killed task counts as a success: who waits for it gets no error";

taskTest("[3] who is killed before it has begun never begins", function* () {
  const log: string[] = [];
  const body = function* () {
    log.push("runs");
  };
  for (const task of [spawn(body), spawnLater(50, body)]) {
    task.link(() => log.push("link"));
    task.kill();
    const exit = yield* mustGive(success, () => task.get());
    assert(exit instanceof GreenletExit, `get() must give the GreenletExit, got ${exit}`);
    assertEquals([task.started, task.successful], [false, true], "started, successful");
    yield* turns();
  }
  yield* sleep(60);
  assertEquals(log, ["link", "link"], "The body must not run, the links must be called");
});

taskTest("[3] who is killed while it waits cleans up, and does nothing more", function* () {
  const log: string[] = [];
  const task = spawn(function* () {
    try {
      yield* sleep(10_000);
      log.push("slept on");
    } finally {
      log.push("cleaned up");
    }
    log.push("went on");
  });
  yield* sleep(10);
  yield* task.kill();
  assertEquals(log, ["cleaned up"], "The kill must arrive at its sleep, and its finally block run");
  assertEquals(Date.now(), 10, "It must not sleep to its end first");
  assert(task.successful, "A killed task counts as a success: its value is the GreenletExit");
  assert(task.value instanceof GreenletExit, `value must be the GreenletExit, not ${task.value}`);
  const exit = yield* mustGive(success, () => task.get());
  assertStrictEquals(exit, task.value, "get() must give the GreenletExit");
  for (const raiseError of [true, false]) {
    const ended = yield* mustGive(success, () => joinAll([task], { raiseError }));
    assertEquals(ended, [task], "joinAll raises nothing");
  }
});

taskTest(
  "[3] a kill takes effect later, and who waits for it waits until the task has cleaned up",
  function* () {
    const task = spawn(function* () {
      try {
        yield* sleep(10_000);
      } finally {
        yield* sleep(20);
      }
    });
    yield* sleep(10);
    assertEquals(yield* task.kill(undefined, { timeout: 5 }), false, "Its cleaning takes longer");
    assertFalse(task.ready, "It is still cleaning up");
    assertEquals(yield* task.kill(), true, "Killed once more: this waits for its end, and no more");
    assertEquals(
      [task.ready, Date.now()],
      [true, 30],
      "It was killed after 10 ms and cleans up for 20: a second kill must not cut that off",
    );
    const log: string[] = [];
    const other = spawn(function* () {
      try {
        yield* sleep(10_000);
      } finally {
        log.push("cleaned up");
      }
    });
    yield* turns();
    other.kill();
    log.push("killer goes on");
    yield* turns();
    assertEquals(
      log,
      ["killer goes on", "cleaned up"],
      "kill() itself runs nothing of the other one, which is thrown into at the next turn",
    );
    assert(other.ready, "It has cleaned up, so it has ended");
  },
);

taskTest("[3] a task is killed once, and in peace", function* () {
  const log: unknown[] = [];
  const task = spawn(function* () {
    try {
      yield* sleep(10_000);
    } finally {
      log.push("begins to clean");
      yield* sleep(20);
      log.push("is clean");
    }
  });
  yield* turns();
  task.kill();
  task.kill();
  yield* sleep(10);
  task.kill();
  yield* task.join();
  assertEquals(log, ["begins to clean", "is clean"], "Further kills must not cut the cleaning off");
  assertEquals(yield* task.kill(new RangeError("too late")), true, "It has ended");
  assert(task.successful, "It has ended by the first kill: one that comes later changes nothing");
});

taskTest("[3] who is killed by another error has failed with it", function* () {
  const failure = new RangeError("fire");
  for (const delay of [0, 1]) {
    const task = spawn(sleeper<number>, 10_000, 1);
    yield* sleep(delay * 10);
    if (delay === 0) yield* turns();
    yield* task.kill(failure);
    assertEquals(
      [task.ready, task.successful, task.error],
      [true, false, failure],
      "ready, successful, error: only a GreenletExit counts as a success",
    );
  }
  const unborn = spawn(sleeper<number>, 10_000, 1);
  unborn.kill(failure);
  const error = yield* errorOf(() => unborn.get(), "It was killed by an error");
  assertStrictEquals(error, failure, "Killed before it has begun, it fails with that error");
}, ["fire", "fire", "fire"]);

taskTest("[3] who catches the kill lives on", function* () {
  const task = spawn(function* () {
    try {
      yield* sleep(10_000);
    } catch (error) {
      if (!(error instanceof GreenletExit)) throw error;
    }
    yield* sleep(10);
    return "still here";
  });
  yield* turns();
  task.kill();
  assertEquals(yield* task.get(), "still here", "It has caught the kill, and went on to its end");
});

taskTest("[3] a task may kill itself, and whoever waits for another", function* () {
  const log: string[] = [];
  const self: Task = spawn(function* () {
    const end = self.kill();
    log.push("before");
    yield* end;
    log.push("after");
  });
  yield* self.join();
  assertEquals(log, ["before"], "It waits for its own end, and that is where the kill arrives");
  const slow = spawn(sleeper<number>, 50, 50);
  const waiting = spawn(function* () {
    yield* slow.join();
    log.push("after");
  });
  yield* turns();
  yield* waiting.kill();
  assertFalse(slow.ready, "Only the one that waits was killed");
  yield* slow.join();
  assertEquals(log, ["before"], "Who was killed goes on nowhere");
});

taskTest("[3] only errors kill", function* () {
  const task = spawn(sleeper<number>, 10, 1);
  yield* turns();
  for (const error of [null, "fire", 7] as unknown as Error[]) {
    assertThrows(() => task.kill(error), TypeError, "", `kill(${error})`);
  }
  assertEquals(yield* task.get(), 1, "What was refused must not kill");
});

// -- [4] no longer than that --

taskTest("[4] a timeout throws itself, or another error, when its time is over", function* () {
  const timeout = new Timeout(20);
  assertFalse(timeout.pending, "It was not started");
  const error = yield* errorOf(function* () {
    using _running = timeout.start();
    assert(timeout.pending, "It runs");
    yield* sleep(10_000);
  }, "20 ms are over");
  assertStrictEquals(error, timeout, "It throws itself, so that one can tell whose time is over");
  assertEquals([Date.now(), timeout.pending], [20, false], "It fired after 20 ms: time, pending");
  const failure = new RangeError("too slow");
  const other = yield* errorOf(function* () {
    using _running = new Timeout(20, { error: failure }).start();
    yield* sleep(10_000);
  }, "20 ms are over");
  assertStrictEquals(other, failure, "The error that was given is thrown in its place");
  for (const error of [null, "slow", 7] as unknown as Error[]) {
    assertThrows(() => new Timeout(20, { error }), TypeError, "", `an error that is ${error}`);
  }
});

taskTest("[4] a timeout that was not needed is gone", function* () {
  {
    using _running = new Timeout(20).start();
    yield* sleep(10);
  }
  yield* sleep(100);
  assertEquals(Date.now(), 110, "It must not fire in code that comes later");
});

taskTest("[4] of nested timeouts each one is its own", function* () {
  const [outer, inner] = [new Timeout(20), new Timeout(50)];
  const log: string[] = [];
  const error = yield* errorOf(function* () {
    using _outer = outer.start();
    try {
      using _inner = inner.start();
      yield* sleep(10_000);
    } catch (error) {
      log.push(error === inner ? "inner" : "outer");
      throw error;
    }
  }, "The time of the outer one is over");
  assertStrictEquals(error, outer, "The time of the outer one is over first");
  assertEquals(log, ["outer"], "The inner one has 30 ms left");
});

taskTest("[4] without a time a timeout never fires, with 0 at the next turn", function* () {
  for (const never of [undefined, Infinity]) {
    using _running = new Timeout(never).start();
    yield* sleep(3_600_000);
  }
  const zero = new Timeout(0);
  const before = Date.now();
  const error = yield* errorOf(function* () {
    using _running = zero.start();
    yield* sleep(10_000);
  }, "0 ms are over at once");
  assertStrictEquals(error, zero, "0 is a time as well");
  assert(Date.now() - before <= 1, "0 ms must be over at once");
  for (const ms of [-1, NaN]) assertThrows(() => new Timeout(ms), RangeError, "", `${ms} ms`);
});

taskTest("[4] a timeout can be cancelled, and started again", function* () {
  const timeout = new Timeout(20).start();
  assertThrows(() => timeout.start(), GreenletError, "", "It runs already");
  timeout.cancel();
  yield* sleep(30);
  timeout.start();
  yield* sleep(10);
  timeout.cancel();
  timeout.start();
  const error = yield* errorOf(() => sleep(10_000), "20 ms after the last start");
  assertStrictEquals(error, timeout, "What it throws is itself");
  assertEquals(
    Date.now(),
    60,
    "It counts from its last start, after 40 ms, and not from an earlier",
  );
  timeout.start();
  const again = yield* errorOf(() => sleep(10_000), "It was started again");
  assertStrictEquals(again, timeout, "After it has fired it can be started again");
});

test("[4] only a task has timeouts", () => {
  assertThrows(() => new Timeout(10).start(), GreenletError, "", "start() in plain code");
});

taskTest("[4] withTimeout cuts a function off", function* () {
  for (const ms of [20, undefined, Infinity]) {
    assertEquals(yield* withTimeout(ms, () => sleeper(10, "bun")), "bun", `In time for ${ms} ms`);
  }
  const other = yield* withTimeout(20, () => sleeper(30, "bun"), { instead: "rice" });
  assertEquals(other, "rice", "It was too slow: what is to be returned instead");
  const nothing = yield* withTimeout<unknown>(5, () => sleeper(30, 1), { instead: undefined });
  assertEquals(nothing, undefined, "undefined may be what is returned instead");
  const error = yield* errorOf(() => withTimeout(20, () => sleeper(30, "bun")), "It is too slow");
  assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
});

taskTest("[4] withTimeout hides no other error", function* () {
  const failure = new RangeError("burnt");
  const own = () => withTimeout(20, () => failing(10, failure), { instead: 0 as never });
  const burnt = yield* errorOf(own, "The function has failed");
  assertStrictEquals(burnt, failure, "The error of the function must come out as it is");
  const outer = new Timeout(10);
  const error = yield* errorOf(function* () {
    using _running = outer.start();
    return yield* withTimeout(50, () => sleeper(100, 1), { instead: 0 });
  }, "The outer time is over");
  assertStrictEquals(error, outer, "It is not the inner one's time that is over");
});

// -- [5] the bridge to promises --

taskTest("[5] wait gives what a promise becomes, and meanwhile the others go on", function* () {
  assertEquals(yield* wait(Promise.resolve("bun")), "bun", "What the promise resolves with");
  const slow = new Promise((resolve) => setTimeout(resolve, 20, "rice"));
  assertEquals(yield* wait(slow), "rice", "What the slow promise resolves with");
  assertEquals(Date.now(), 20, "It resolves after 20 ms");
  for (const failure of [new RangeError("burnt"), undefined, "a text"]) {
    const fails = () => Promise.reject(failure);
    for (const waits of [() => wait(fails()), () => wait(fails)]) {
      const error = yield* errorOf(waits, "The promise was rejected");
      assertStrictEquals(error, failure, "What it was rejected with must come out, whatever it is");
    }
  }
  const log: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  spawn(function* () {
    log.push(yield* wait(promise));
  });
  spawn(function* () {
    yield* sleep(10);
    log.push("other");
    resolve("bun");
  });
  yield* sleep(20);
  assertEquals(log, ["other", "bun"], "The other task goes on while this one waits");
});

taskTest("[5] a kill cuts a wait off, and what the promise becomes is nobody's", function* () {
  const log: string[] = [];
  for (const end of ["resolve", "reject"] as const) {
    const promise = Promise.withResolvers<string>();
    const task = spawn(function* () {
      try {
        yield* wait(promise.promise);
      } finally {
        log.push("cleaned up");
        yield* sleep(10);
        log.push("in peace");
      }
    });
    yield* turns();
    const killed = task.kill();
    yield* turns();
    promise[end](end === "reject" ? new RangeError("too late") as never : "too late");
    yield* killed;
    assert(task.value instanceof GreenletExit, "The kill has cut the wait off");
  }
  assertEquals(
    log,
    ["cleaned up", "in peace", "cleaned up", "in peace"],
    "A promise that settles after the kill must not touch the task",
  );
});

taskTest("[5] a signal tells when a wait is cut off, and only then", function* () {
  const signals: AbortSignal[] = [];
  const never = (signal: AbortSignal) => {
    signals.push(signal);
    // As `fetch` does it. Nobody waits for that rejection any more, and it must harm nobody.
    return new Promise<string>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const task = spawn(function* () {
    yield* wait(never);
  });
  yield* turns();
  assertFalse(signals[0].aborted, "It waits");
  yield* task.kill();
  assert(signals[0].aborted, "It was killed: whatever works for it must be told to stop");
  const error = yield* errorOf(() => wait(never, { timeout: 10 }), "10 ms are over");
  assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  assert(signals[1].aborted, "The time was over");
  yield* errorOf(function* () {
    using _running = new Timeout(10).start();
    yield* wait(never);
  }, "10 ms are over");
  assert(signals[2].aborted, "A timeout has cut it off");
  yield* wait((signal) => {
    signals.push(signal);
    return Promise.resolve("bun");
  });
  yield* turns();
  assertFalse(
    signals[3].aborted,
    "It has its answer: an abort would break what is still read from it",
  );
});

taskTest("[5] a function that throws before it gives a promise does no harm", function* () {
  const failure = new RangeError("no address");
  const fails = (): Promise<string> => {
    throw failure;
  };
  const task = spawn(function* () {
    const error = yield* errorOf(() => wait(fails, { timeout: 500 }), "The function has failed");
    assertStrictEquals(error, failure, "The error of the function must come out of wait");
    yield* sleep(20);
    return "goes on";
  });
  assertEquals(yield* task.get(), "goes on", "Its next wait is a wait like others");
  assertEquals(Date.now(), 20, "Its next wait is 20 ms, as asked for");
});

// -- [6] together --

taskTest("[6] an event wakes all who wait, also if it is cleared at once", function* () {
  const event = new Event();
  const tasks = Array.from({ length: 100 }, () => spawn(() => event.wait()));
  const late = spawn(() => event.wait({ timeout: 10 }));
  assertEquals(yield* late.get(), false, "Nobody has set it in 10 ms");
  event.set();
  assert(event.isSet, "set() was called");
  event.clear();
  const woken = yield* joinAll(tasks, { timeout: 10 });
  const count = woken.filter(({ value }) => value === true).length;
  assertEquals(count, 100, "It was set while 100 tasks waited: all of them go on");
  const again = spawn(() => event.wait({ timeout: 10 }));
  assertEquals(yield* again.get(), false, "It is cleared: who comes now must wait");
  event.set();
  for (const options of [{}, { timeout: 0 }]) {
    assertEquals(yield* event.wait(options), true, "It is set: nothing is to be waited for");
  }
});

taskTest("[6] a timeout that fires as the wait ends is not thrown after its block", function* () {
  const event = new Event();
  setTimeout(() => event.set(), 10);
  {
    using _running = new Timeout(10).start();
    // Both happen at the same time: the event first, and then the timeout.
    assertEquals(yield* event.wait(), true, "What the task had got already must not be lost");
  }
  yield* sleep(50);
  assertEquals(Date.now(), 60, "The block was left: its timeout must not hit what comes later");
});

taskTest("[6] who is killed as it begins to wait leaves no rejection behind", function* () {
  const unhandled: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", note);
  try {
    const event = new Event();
    const task = spawn(function* () {
      yield* event.wait();
      yield* wait(Promise.reject(new RangeError("burnt")));
    });
    yield* turns();
    event.set();
    yield* task.kill();
    assert(task.value instanceof GreenletExit, "The kill came before its wait, and ends that wait");
    yield* turns();
  } finally {
    removeEventListener("unhandledrejection", note);
  }
  assertEquals(unhandled, [], "What was to be waited for was rejected: nobody looks after it");
});

taskTest("[6] a semaphore lets so many in, and the others in their order", function* () {
  const semaphore = new Semaphore(2);
  const log: number[] = [];
  let [inside, most] = [0, 0];
  const tasks = [1, 2, 3, 4, 5].map((n) =>
    spawn(function* () {
      yield* semaphore.acquire();
      most = Math.max(most, ++inside);
      log.push(n);
      yield* sleep(10);
      inside--;
      semaphore.release();
    })
  );
  yield* joinAll(tasks, { raiseError: true });
  assertEquals(
    [most, log, semaphore.value, Date.now()],
    [2, [1, 2, 3, 4, 5], 2, 30],
    "2 permits, 5 tasks of 10 ms: how many at once, in which order, permits at the end, time",
  );
  for (const value of [-1, NaN, 1.5]) {
    assertThrows(() => new Semaphore(value), RangeError, "", `${value} permits`);
  }
});

taskTest("[6] a permit that is given back belongs to who waits, at once", function* () {
  const semaphore = new Semaphore(0);
  const log: string[] = [];
  spawn(function* () {
    yield* semaphore.acquire();
    log.push("has it");
  });
  yield* turns();
  semaphore.release();
  const got = yield* semaphore.acquire({ timeout: 0 });
  yield* turns();
  assertEquals([got, log], [false, ["has it"]], "Who comes later must not take it away");
});

taskTest("[6] who gives up or is killed leaves no dead waiter in a semaphore's line", function* () {
  const semaphore = new Semaphore(0);
  assertEquals(yield* semaphore.acquire({ timeout: 10 }), false, "Nobody releases");
  const killed = spawn(() => semaphore.acquire());
  yield* turns();
  const patient = spawn(() => semaphore.acquire());
  yield* turns();
  killed.kill();
  semaphore.release();
  assertEquals(yield* patient.join({ timeout: 10 }), true, "The permit went to one who has left");
  semaphore.release();
  assertEquals(semaphore.value, 1, "Nobody waits any more: this permit is free");
  for (const isFree of [true, false]) {
    const got = yield* semaphore.acquire({ timeout: 0 });
    assertEquals(got, isFree, "With a timeout of 0 it takes what is free, and waits for nothing");
  }
});

taskTest("[6] a permit that was handed over is not lost by a kill", function* () {
  const semaphore = new Semaphore(0);
  const log: unknown[] = [];
  const task = spawn(function* () {
    log.push(yield* semaphore.acquire());
    try {
      yield* sleep(10_000);
    } finally {
      semaphore.release();
    }
  });
  yield* turns();
  semaphore.release();
  yield* task.kill();
  assertEquals([log, semaphore.value], [[true], 1], "It was its own already when the kill came");
});

taskTest("[6] an AsyncResult comes once, for all", function* () {
  const result = new AsyncResult<string>();
  const error = yield* errorOf(() => result.get({ timeout: 10 }), "It has not come");
  assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  assertFalse(result.ready, "Nothing was set");
  const readers = [1, 2, 3].map(() => spawn(() => result.get()));
  spawnLater(10, function* () {
    result.set("bun");
  });
  yield* joinAll(readers, { raiseError: true });
  assertEquals(readers.map(({ value }) => value), ["bun", "bun", "bun"], "All who wait get it");
  assertEquals([yield* result.get(), result.ready], ["bun", true], "It stays: value, ready");
  assertEquals(yield* result.get({ timeout: 0 }), "bun", "Nothing is to be waited for");
  for (const failure of [new RangeError("burnt"), undefined]) {
    const bad = new AsyncResult<string>();
    bad.setError(failure);
    for (let n = 0; n < 2; n++) {
      const thrown = yield* errorOf(() => bad.get(), "An error was set");
      assertStrictEquals(thrown, failure, "The very error comes out, each time, also undefined");
    }
  }
});

taskTest("[6] a group knows those that have not ended, and is killed at once", function* () {
  const group = new Group();
  assertEquals(yield* group.join(), true, "An empty group has ended");
  const ended = spawn(sleeper<number>, 0, 1);
  yield* ended.join();
  group.add(ended);
  assertEquals(group.size, 0, "One that has ended does not belong to it");
  group.spawn(sleeper<number>, 10, 1);
  group.add(spawn(sleeper<number>, 30, 1));
  assertEquals(group.size, 2, "One was spawned, one was added");
  yield* sleep(20);
  assertEquals(group.size, 1, "One has ended, and belongs no more");
  assertEquals(yield* group.join({ timeout: 5 }), false, "After 5 ms the other has not ended");
  assertEquals(yield* group.join(), true, "It waits for the slowest");
  assertEquals([group.size, Date.now()], [0, 30], "All have ended after 30 ms: size, time");
  const tasks = Array.from({ length: 5 }, () =>
    group.spawn(function* () {
      try {
        yield* sleep(10_000);
      } finally {
        yield* sleep(20);
      }
    }));
  yield* sleep(10);
  assertEquals(yield* group.kill(), true, "All have ended");
  assertEquals(Date.now(), 60, "All clean up at the same time");
  assert(tasks.every(({ successful }) => successful), "Who is killed counts as a success");
  assertEquals(group.size, 0, "Who has ended belongs no more");
});

taskTest("[6] a pool runs so many at once, and really so many", function* () {
  const pool = new Pool(3);
  let [inside, most] = [0, 0];
  for (let n = 0; n < 7; n++) {
    yield* pool.spawn(function* () {
      most = Math.max(most, ++inside);
      yield* sleep(10);
      inside--;
    });
  }
  assertEquals(
    [pool.size, pool.freeCount, Date.now()],
    [1, 2, 20],
    "The 7th begins after 20 ms, when all six before it have ended: size, freeCount, time",
  );
  assertEquals(yield* pool.join(), true, "All have ended");
  assertEquals(
    [most, pool.size, pool.freeCount, Date.now()],
    [3, 0, 3, 30],
    "7 tasks of 10 ms in 3 slots: how many at once, size, freeCount, time",
  );
});

taskTest("[6] a slot is free again, however its task ends", function* () {
  const pool = new Pool(1);
  yield* pool.spawn(failing, 10, new RangeError("burnt"));
  const killed = yield* pool.spawn(sleeper<number>, 10_000, 1);
  yield* turns();
  yield* killed.kill();
  yield* turns();
  const unborn = yield* pool.spawn(sleeper<number>, 10_000, 1);
  unborn.kill();
  const last = yield* pool.spawn(sleeper<number>, 10, 1);
  yield* last.join();
  yield* turns();
  assertEquals(
    [pool.freeCount, pool.size, Date.now()],
    [1, 0, 20],
    "One has failed, two were killed, one has returned: freeCount, size, time",
  );
}, ["burnt"]);

taskTest("[6] who gives up waiting for a slot takes none", function* () {
  const full = new Pool(0);
  const instead = { instead: null };
  const none = yield* withTimeout<unknown>(10, () => full.spawn(sleeper, 1, 1), instead);
  assertEquals(none, null, "A pool without slots is always full: the timeout ends the waiting");
  const pool = new Pool(1);
  yield* pool.spawn(sleeper<number>, 50, 1);
  const late = yield* withTimeout<unknown>(10, () => pool.spawn(sleeper, 1, 1), instead);
  assertEquals(late, null, "Its only slot is taken for 50 ms");
  yield* pool.join();
  yield* turns();
  assertEquals(
    [pool.freeCount, pool.size],
    [1, 0],
    "Who gave up has taken a slot: freeCount, size",
  );
  for (const size of [-1, NaN, 1.5]) {
    assertThrows(() => new Pool(size), RangeError, "", `a pool of ${size}`);
  }
});

taskTest("[6] map gives the results in the order of the items", function* () {
  const asked: number[] = [];
  const ends: number[] = [];
  function* orders(): Generator<number, void, unknown> {
    for (const ms of [30, 10, 20]) {
      asked.push(Date.now());
      yield ms;
    }
  }
  for (const size of [1, 2, 3, 10, Infinity]) {
    assertEquals(yield* new Pool(size).map((ms) => sleeper(ms, `${ms}!`), orders()), [
      "30!",
      "10!",
      "20!",
    ], `A pool of ${size}`);
    ends.push(Date.now());
  }
  assertEquals(yield* new Pool(2).map((ms: number) => sleeper(ms, ms), []), [], "No items");
  assertEquals(ends, [60, 90, 120, 150, 180], "A pool of 1 needs 60 ms, the others 30");
  assert(
    asked.slice(0, 3).at(-1)! >= 30,
    "A pool of 1 must not ask for the third item while it is busy with the first",
  );
  const failure = new RangeError("burnt");
  const fails = function* (ms: number): Body<number> {
    if (ms === 10) throw failure;
    return yield* sleeper(ms, ms);
  };
  const pool = new Pool(2);
  const error = yield* errorOf(() => pool.map(fails, [20, 10, 30]), "One fails");
  assertStrictEquals(error, failure, "The error of the one that failed must come out of map");
  assert(pool.size > 0, "The others go on: map must not wait for them before it throws");
  yield* pool.join();
}, ["burnt"]);

taskTest("[6] ten thousand tasks are joined", function* () {
  const tasks = Array.from({ length: 10_000 }, (_, n) => spawn(sleeper<number>, n % 3, n));
  const ended = yield* joinAll(tasks, { raiseError: true });
  assertEquals(ended.length, 10_000, "How many have ended");
});

testWhatToFixFirst();
