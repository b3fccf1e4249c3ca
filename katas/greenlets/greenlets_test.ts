// deno-lint-ignore-file require-yield -- a body that never switches is a body as well
import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { assertThrows, test, testWhatToFixFirst } from "../_kit/mod.ts";
import { Greenlet, type GreenletBody, GreenletError, GreenletExit } from "./greenlets.ts";

/** The error that the call has to throw, whatever it is. */
function thrownBy(call: () => unknown, why: string): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return error;
  }
  throw new Error(`${why}: it must throw, but it returned ${Deno.inspect(result)}`);
}

/** What the call returns. If it throws, this sentence says what it should have done. */
function mustReturn(sentence: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    throw new Error(`${sentence}. It threw ${error}`);
  }
}

/** Starts a body that switches back to the main greenlet, and goes on with what it is sent. */
function waiting(log: unknown[]): Greenlet {
  const main = Greenlet.current;
  const greenlet = new Greenlet(function* patient(): Generator<unknown, string, unknown> {
    try {
      for (;;) log.push(yield* main.switch());
    } finally {
      log.push("cleaned up");
    }
  });
  greenlet.run();
  return greenlet;
}

/**
 * What an `async function*` gives. Its `next` gives promises, and a promise is never `done`: a loop
 * that waits for that would go round for ever, so it is ended.
 */
function promising(): AsyncGenerator {
  const generator = (async function* () {})();
  let calls = 0;
  const never = () => {
    if (++calls > 10) throw new Error("each `next` gives a promise, and a loop would never end");
    return Promise.resolve({ done: false, value: undefined });
  };
  return Object.assign(generator, { next: never, throw: never });
}

// -- [1] a greenlet starts, and ends --

test("[1] making a greenlet runs none of its body", () => {
  const log: string[] = [];
  new Greenlet(function* () {
    log.push("runs");
  });
  assertEquals(log, [], "The body must wait for the first switch");
});

test("[1] run starts the body with its arguments", () => {
  for (const args of [[], [7], [undefined], [1, 2, 3], [[1, 2]], [[]], [null, 0, ""]]) {
    const got = new Greenlet(function* (...got: unknown[]) {
      return got;
    }).run(...args);
    const what = `The arguments of run(${args.map((arg) => Deno.inspect(arg))})`;
    assertEquals(got, args, `${what}, which the body returns as a list`);
  }
});

test("[1] run returns what the body returns", () => {
  const failure = new Error("returned, and not thrown");
  for (const result of [78, undefined, null, [1, 2], [3], [], failure]) {
    const got = new Greenlet(function* () {
      return result;
    }).run();
    assertStrictEquals(got, result, "A result is one value, also if it is a list or an error");
  }
});

test("[1] started and dead follow its life", () => {
  const seen: boolean[][] = [];
  const look = () => seen.push([greenlet.started, greenlet.dead]);
  const greenlet: Greenlet = new Greenlet(function* () {
    look();
  });
  look();
  greenlet.run();
  look();
  assertEquals(
    seen,
    [[false, false], [true, false], [true, true]],
    "started and dead of a new one, of one that runs, and of one that has ended",
  );
});

test("[1] Greenlet.current is the one that runs", () => {
  const main = Greenlet.current;
  assert(main instanceof Greenlet, "The code around all greenlets is a greenlet as well");
  const seen: unknown[] = [];
  const greenlet: Greenlet = new Greenlet(function* () {
    seen.push(Greenlet.current);
  });
  greenlet.run();
  assertStrictEquals(seen[0], greenlet, "In a body Greenlet.current must be its greenlet");
  assertStrictEquals(Greenlet.current, main, "Afterwards the main greenlet must run again");
});

test("[1] an error of the body comes out of run, and the greenlet is dead", () => {
  const main = Greenlet.current;
  for (const failure of [new RangeError("No flour"), undefined, "a text"]) {
    const greenlet = new Greenlet(function* () {
      throw failure;
    });
    const thrown = thrownBy(() => greenlet.run(), "The body threw");
    assertStrictEquals(thrown, failure, "The very thing that was thrown must come out");
    assert(greenlet.dead, "A greenlet that failed is dead");
    assertStrictEquals(Greenlet.current, main, "After a failure the main greenlet runs again");
  }
});

test("[1] what is no generator function is refused", () => {
  for (const body of [undefined, null, 7, {}] as unknown as GreenletBody[]) {
    assertThrows(() => new Greenlet(body), TypeError, "", `a body that is ${body}`);
  }
  const others: Record<string, () => unknown> = {
    "a function that returns a number": () => 7,
    "a function that returns nothing": () => {},
    "an async generator": promising,
    "an async function*": async function* () {},
    "a list": () => [1, 2],
    "the iterator of a list": () => [].values(),
  };
  for (const [name, body] of Object.entries(others)) {
    const greenlet = new Greenlet(body as GreenletBody);
    const error = thrownBy(() => greenlet.run(), name);
    assert(error instanceof TypeError, `${name}: expected TypeError, got ${error}`);
    assert(greenlet.dead, `${name}: it has failed, so it must be dead`);
  }
});

test("[1] a subclass has its body as a method", () => {
  class Counter extends Greenlet {
    constructor(readonly step: number) {
      super();
    }

    override *body(from: number): Generator<unknown, number, unknown> {
      return from + this.step;
    }
  }
  assertEquals(new Counter(10).run(7), 17, "The method must run, with the right `this`");
});

// -- [2] they switch to each other --

test("[2] 12, 56, 34, 78", () => {
  const printed: number[] = [];
  const one: Greenlet = new Greenlet(function* () {
    printed.push(12);
    yield* two.switch();
    printed.push(34);
    yield* two.switch();
  });
  const two: Greenlet = new Greenlet(function* () {
    printed.push(56);
    yield* one.switch();
    printed.push(78);
  });
  one.run();
  assertEquals(printed, [12, 56, 34, 78], "A switch goes on where the other one has stopped");
});

test("[2] without its last switch 78 is never printed", () => {
  const printed: number[] = [];
  const one: Greenlet = new Greenlet(function* () {
    printed.push(12);
    yield* two.switch();
    printed.push(34);
  });
  const two: Greenlet = new Greenlet(function* () {
    printed.push(56);
    yield* one.switch();
    printed.push(78);
  });
  one.run();
  assertEquals(printed, [12, 56, 34], "Nobody switches back to the second one: it must not go on");
  assertEquals([one.dead, two.dead], [true, false], "dead of the first and of the second");
});

test("[2] a switch gives what somebody switches back with", () => {
  for (const sent of [[], [7], [undefined], [1, 2, 3], [[1, 2]], [[]]]) {
    const expected = sent.length < 2 ? sent[0] : sent;
    const first: Greenlet = new Greenlet(function* () {
      return [yield* second.switch()];
    });
    const second: Greenlet = new Greenlet(function* () {
      yield* first.switch(...sent);
    });
    assertEquals(
      first.run(),
      [expected],
      `switch(${sent.map((arg) => Deno.inspect(arg))}): no argument is undefined, one is itself, ` +
        "several are a list",
    );
    const self: Greenlet = new Greenlet(function* () {
      return [yield* self.switch(...sent)];
    });
    assertEquals(self.run(), [expected], "Who switches to itself gets it back at once");
  }
});

test("[2] the first switch to a greenlet gives its body the arguments", () => {
  for (const sent of [[], [7], [undefined], [1, 2, 3], [[1, 2]]]) {
    const first: Greenlet = new Greenlet(function* () {
      yield* second.switch(...sent);
    });
    const second: Greenlet = new Greenlet(function* (...args: unknown[]) {
      return args;
    });
    assertEquals(first.run(), sent, "The arguments of the body, also when a body switches to it");
  }
});

test("[2] who switches back need not be the one that was switched to", () => {
  const log: unknown[] = [];
  const main = Greenlet.current;
  const ring: Greenlet[] = ["Ann", "Bob", "Cid"].map((name, i) =>
    new Greenlet(function* (from: string) {
      for (let got = from;;) {
        log.push(`${name} has the ball of ${got}`);
        const next = log.length < 7 ? ring[(i + 1) % 3] : main;
        got = yield* next.switch<string>(name);
      }
    })
  );
  assertEquals(ring[0].run("main"), "Ann", "At the end Ann throws to the main greenlet");
  assertEquals(log, [
    "Ann has the ball of main",
    "Bob has the ball of Ann",
    "Cid has the ball of Bob",
    "Ann has the ball of Cid",
    "Bob has the ball of Ann",
    "Cid has the ball of Bob",
    "Ann has the ball of Cid",
  ], "Ann throws to Bob and gets the ball from Cid");
});

test("[2] run goes on where a greenlet has switched to the main one", () => {
  const main = Greenlet.current;
  const greenlet = new Greenlet(function* (a: string) {
    const b = yield* main.switch<string>(`${a}!`);
    const c = yield* main.switch<string>(`${b}!`, `${b}?`);
    return `${c}!`;
  });
  assertEquals(greenlet.run("a"), "a!", "What it switches to the main greenlet with");
  assertStrictEquals(Greenlet.current, main, "The main greenlet runs again");
  assertFalse(greenlet.dead, "It waits in the middle");
  assertEquals(greenlet.run("b"), ["b!", "b?"], "It goes on in the middle, and switches with two");
  assertEquals(greenlet.run("c"), "c!", "It goes on in the middle, and returns");
  assert(greenlet.dead, "It has returned, so it is dead");
});

test("[2] each greenlet of one function keeps its own place", () => {
  const log: string[] = [];
  const main = Greenlet.current;
  const make = (name: string) =>
    new Greenlet(function* () {
      for (let n = 1; n <= 3; n++) {
        log.push(`${name}${n}`);
        yield* main.switch();
      }
    });
  const [a, b] = [make("a"), make("b")];
  for (const greenlet of [a, b, b, a, b, a]) greenlet.run();
  assertEquals(
    log,
    ["a1", "b1", "b2", "a2", "b3", "a3"],
    "Each goes on where that one has stopped, whoever ran in between",
  );
});

test("[2] only a switch makes another one run", () => {
  const log: string[] = [];
  const other = new Greenlet(function* () {
    log.push("other");
  });
  const one = new Greenlet(function* () {
    log.push("before");
    other.switch(); // Nobody has said yield*.
    log.push("after");
  });
  one.run();
  assertEquals(log, ["before", "after"], "Without yield* a switch must do nothing");
  assertFalse(other.started, "Nobody has switched to it");
});

test("[2] a switch deep in nested calls stops all the callers", () => {
  const log: string[] = [];
  const main = Greenlet.current;
  function* kitchen(depth: number): Generator<unknown, string, unknown> {
    log.push(`down ${depth}`);
    const order = depth > 0 ? yield* kitchen(depth - 1) : yield* main.switch<string>("what?");
    log.push(`up ${depth}`);
    return order;
  }
  const waiter = new Greenlet(function* () {
    return yield* kitchen(3);
  });
  assertEquals(waiter.run(), "what?", "The innermost switches to the main greenlet");
  assertEquals(log, ["down 3", "down 2", "down 1", "down 0"], "No caller may run on");
  assertEquals(waiter.run("soup"), "soup", "The value goes to the innermost, and up by return");
  assertEquals(log.slice(4), ["up 0", "up 1", "up 2", "up 3"], "All callers go on");
});

test("[2] who switches to itself goes on at once", () => {
  const greenlet: Greenlet = new Greenlet(function* () {
    return [yield* greenlet.switch(5), yield* greenlet.switch(1, 2)];
  });
  assertEquals(greenlet.run(), [5, [1, 2]], "It gets what it has sent, one value, then a list");
});

test("[2] neither many switches nor many greenlets fill the stack", () => {
  let sum = 0;
  const one: Greenlet = new Greenlet(function* () {
    for (let i = 0; i < 100_000; i++) sum += yield* two.switch<number>(i);
  });
  const two: Greenlet = new Greenlet(function* (i: number) {
    for (;;) i = yield* one.switch<number>(i);
  });
  one.run();
  assertEquals(sum, 4_999_950_000, "The sum of what went there and came back");
  const long = (left: number): Greenlet =>
    new Greenlet(function* () {
      return left === 0 ? "end" : yield* long(left - 1).switch();
    });
  assertEquals(
    long(20_000).run(),
    "end",
    "Each of 20,000 makes the next, and waits for its result",
  );
});

// -- [3] who ends hands its result to its parent --

test("[3] the parent is who makes it, unless another is given", () => {
  const main = Greenlet.current;
  const outer = new Greenlet(function* () {
    return [new Greenlet(function* () {}), new Greenlet(function* () {}, { parent: main })];
  });
  assertStrictEquals(outer.parent, main, "Made in plain code: its parent is the main greenlet");
  const [inner, given] = outer.run<Greenlet[]>();
  assertStrictEquals(inner.parent, outer, "Made in a body: its parent is that greenlet");
  assertStrictEquals(given.parent, main, "The parent that was given");
});

test("[3] the result goes to the parent, and not to who has switched there", () => {
  const log: unknown[] = [];
  const friend: Greenlet = new Greenlet(function* () {
    log.push(yield* worker.switch());
  });
  const worker = new Greenlet(function* () {
    return "result";
  });
  assertEquals(
    friend.run(),
    "result",
    "The worker was made in plain code. Its result must come out of run",
  );
  assertEquals(log, [], "Who has switched to the worker is not its parent, and must still wait");
  assertFalse(friend.dead, "It waits in its switch");
});

test("[3] a parent that was given gets the result", () => {
  const parent: Greenlet = new Greenlet(function* () {
    return `parent has ${yield* child.switch()}`;
  });
  const child = new Greenlet(function* () {
    return "a child's result";
  }, { parent });
  assertEquals(parent.run(), "parent has a child's result", "The result arrives at its switch");
});

test("[3] greenlets make others, and get their results one level up", () => {
  const log: string[] = [];
  const a = new Greenlet(function* () {
    log.push("a");
    const b = new Greenlet(function* () {
      log.push("b");
      const c = new Greenlet(function* () {
        log.push("c");
        return 1;
      });
      return 1 + (yield* c.switch<number>());
    });
    return 1 + (yield* b.switch<number>());
  });
  assertEquals(a.run(), 3, "Each adds 1 to the result of the one that it made");
  assertEquals(log, ["a", "b", "c"], "Each body runs once");
});

test("[3] an error goes to the parent, and not to who has switched there", () => {
  const log: unknown[] = [];
  const failure = new RangeError("burnt");
  const parent: Greenlet = new Greenlet(function* () {
    try {
      return yield* friend.switch();
    } catch (error) {
      return error;
    }
  });
  const friend = new Greenlet(function* () {
    try {
      yield* worker.switch();
    } catch (error) {
      log.push(error);
    }
  });
  const worker = new Greenlet(function* () {
    throw failure;
  }, { parent });
  const caught = "The error must be thrown at the parent's switch, and be caught there";
  assertStrictEquals(mustReturn(caught, () => parent.run()), failure, caught);
  assertEquals(log, [], "Who has switched to the one that failed must not get its error");
  assertEquals([worker.dead, friend.dead], [true, false], "One has failed, the other one waits");
});

test("[3] another parent can be set, and gets the result and the error", () => {
  const main = Greenlet.current;
  for (const fails of [false, true]) {
    const log: unknown[] = [];
    const second: Greenlet = new Greenlet(function* () {
      try {
        log.push(yield* first.switch());
      } catch (error) {
        log.push((error as Error).message);
      }
    });
    const first: Greenlet = new Greenlet(function* () {
      yield* main.switch("ready");
      if (fails) throw new Error("done");
      return "done";
    });
    assertEquals(first.run(), "ready", "It switches to the main greenlet, and waits");
    first.parent = second;
    assertStrictEquals(first.parent, second, "The parent that was set");
    const sentence = `The new parent must get the ${fails ? "error" : "result"}`;
    mustReturn(sentence, () => second.run());
    assertEquals(log, ["done"], sentence);
  }
});

test("[3] a switch to a dead one goes to its parent, and further up", () => {
  const nothing = function* () {};
  const grandparent: Greenlet = new Greenlet(function* () {
    yield* parent.switch();
    yield* child.switch();
    return yield* stranger.switch();
  });
  const parent: Greenlet = new Greenlet(nothing, { parent: grandparent });
  const child = new Greenlet(nothing, { parent });
  const stranger = new Greenlet(function* () {
    return yield* child.switch("for the dead", 25);
  });
  assertEquals(
    grandparent.run(),
    ["for the dead", 25],
    "Child and parent are dead: what is sent to the child goes to the grandparent",
  );
  assertFalse(stranger.dead, "It has switched, and nobody has switched back");
});

test("[3] a switch to a dead one whose parent one is gives the value at once", () => {
  const dead = new Greenlet(function* () {});
  dead.run();
  assertEquals(dead.run(25), 25, "It is dead: what you send comes back, for you are its parent");
  assertEquals(dead.run(), undefined, "No value comes back as undefined");
  assertEquals(dead.run(1, 2), [1, 2], "Several come back as a list");
  const parent = new Greenlet(function* () {
    const child = new Greenlet(function* () {});
    yield* child.switch();
    return yield* child.switch("again");
  });
  assertEquals(parent.run(), "again", "A dead one must not be started again");
});

test("[3] a parent that has not started is started with the result", () => {
  for (const result of [42, [1, 2], undefined]) {
    const parent = new Greenlet(function* (...args: unknown[]) {
      return args;
    });
    const child = new Greenlet(function* () {
      return result;
    }, { parent });
    assertEquals(child.run(), [result], "The result is the one argument of the parent's body");
  }
});

test("[3] a parent that has not started ends by an error without running", () => {
  const log: string[] = [];
  const failure = new RangeError("burnt");
  const parent = new Greenlet(function* () {
    log.push("runs");
  });
  const child = new Greenlet(function* () {
    throw failure;
  }, { parent });
  const thrown = thrownBy(() => child.run(), "The child failed, and its parent has not started");
  assertStrictEquals(thrown, failure, "The error goes on to the parent's parent, which is main");
  assertEquals(log, [], "There is no switch at which the error could be thrown");
  assertEquals([parent.started, parent.dead], [false, true], "started and dead of the parent");
});

test("[3] the main greenlet has no parent and never ends", () => {
  const main = Greenlet.current;
  const look = () => [main.parent, main.started, main.dead];
  assertEquals(look(), [null, true, false], "parent, started and dead of the main greenlet");
  const other = new Greenlet(function* () {});
  other.run();
  const failing = new Greenlet(function* () {
    throw new RangeError("no");
  });
  assertThrows(() => failing.run(), RangeError, "", "The error arrives at the main greenlet");
  assertEquals(look(), [null, true, false], "Results and errors that arrive must not end it");
  assertThrows(() => main.parent = other, GreenletError, "", "A parent for the main greenlet");
  assertEquals(main.parent, null, "A parent that was refused must not be set");
});

test("[3] a generator can be built on greenlets, and nested", () => {
  /** Python's test of the same name: whoever asks is the parent. */
  function* valuesOf(
    each: (give: (value: number) => Iterable<unknown, unknown, unknown>) => Iterable<
      unknown,
      unknown,
      unknown
    >,
  ): Generator<number, void, unknown> {
    const producer: Greenlet = new Greenlet(function* () {
      yield* each((value) => producer.parent!.switch(value));
      return "end";
    });
    for (;;) {
      const value = producer.run<number | "end">();
      if (value === "end") return;
      yield value;
    }
  }
  const upTo = (n: number) =>
    valuesOf(function* (give) {
      for (let i = 0; i < n; i++) yield* give(i);
    });
  for (let round = 0; round < 3; round++) {
    assertEquals(
      [...upTo(5)],
      [0, 1, 2, 3, 4],
      "Each value goes to whoever asks, and one at a time",
    );
  }
  const pairs: number[][] = [];
  for (const a of upTo(3)) for (const b of upTo(2)) pairs.push([a, b]);
  assertEquals(
    pairs,
    [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]],
    "Two at once, one in the other: they must not get each other's values",
  );
});

test("[3] nobody is its own ancestor, and only greenlets are parents", () => {
  const make = (parent?: Greenlet) => new Greenlet(function* () {}, { parent });
  const a = make();
  const b = make(a);
  const c = make(b);
  for (const ancestor of [a, b, c]) {
    assertThrows(
      () => a.parent = ancestor,
      GreenletError,
      "",
      "A circle of parents: a result would go round for ever",
    );
  }
  for (const value of [null, undefined, {}, "main"] as unknown as Greenlet[]) {
    assertThrows(() => a.parent = value, TypeError, "", `a parent that is ${value}`);
    if (value !== undefined) {
      assertThrows(() => make(value), TypeError, "", `a parent that is ${value}`);
    }
  }
  assertStrictEquals(a.parent, Greenlet.current, "A parent that was refused must not be set");
  const d = make();
  c.parent = d;
  a.parent = c.parent;
  assertEquals([a.parent, c.parent], [d, d], "That is no circle");
});

// -- [4] an error is thrown in --

const asValue = "A GreenletExit that is let out comes as a value";

test("[4] an error is thrown at the switch where a greenlet waits", () => {
  const main = Greenlet.current;
  const greenlet = new Greenlet(function* () {
    try {
      return yield* main.switch("ready");
    } catch (error) {
      const got = yield* main.switch(`caught ${(error as Error).message}`);
      return `goes on with ${got}`;
    }
  });
  assertEquals(greenlet.run(), "ready", "It waits in its switch");
  const caught = "The error must be thrown at its switch, and caught there";
  const smoke = mustReturn(caught, () => greenlet.raise(new RangeError("smoke")));
  assertEquals(smoke, "caught smoke", caught);
  assertFalse(greenlet.dead, "It has caught the error, so it must live on");
  assertEquals(greenlet.run("tea"), "goes on with tea", "It waits in its second switch");
});

test("[4] a greenlet throws into another, and waits", () => {
  const log: unknown[] = [];
  const one: Greenlet = new Greenlet(function* () {
    yield* two.switch();
    return yield* two.throw(new RangeError("smoke"));
  });
  const two: Greenlet = new Greenlet(function* () {
    try {
      yield* one.switch();
    } catch (error) {
      log.push((error as Error).message);
      yield* one.switch("thanks");
    }
  });
  const sentence = "throw must give what somebody switches back with";
  assertEquals(mustReturn(sentence, () => one.run()), "thanks", sentence);
  assertEquals(log, ["smoke"], "The error must be thrown at the switch of the other one");
});

test("[4] an error that is not caught ends it, and goes to its parent", () => {
  const log: unknown[] = [];
  const greenlet = waiting(log);
  const failure = new RangeError("smoke");
  const thrown = thrownBy(() => greenlet.raise(failure), "Nobody catches it");
  assertStrictEquals(thrown, failure, "The very error arrives at the parent, which is main");
  assert(greenlet.dead, "It has let the error out, so it is dead");
  assertEquals(log, ["cleaned up"], "Its finally block must run, and nothing else");
});

test("[4] what is thrown into one that has not started runs none of it", () => {
  const log: string[] = [];
  const make = () =>
    new Greenlet(function* () {
      log.push("runs");
    });
  const failed = make();
  const failure = new RangeError("smoke");
  const thrown = thrownBy(() => failed.raise(failure), "It has not started");
  assertStrictEquals(thrown, failure, "It cannot catch the error, which goes to its parent");
  const left = make();
  assert(mustReturn(asValue, () => left.raise()) instanceof GreenletExit, asValue);
  assertEquals(log, [], "The body must not run");
  assertEquals(
    [failed.started, failed.dead, left.dead],
    [false, true, true],
    "It is dead and has never started: started, dead, and dead after a GreenletExit",
  );
  assertEquals([failed.run(7), log], [7, []], "It is dead: a switch to it goes to its parent");
});

test("[4] without an error it is a GreenletExit, which arrives as a value", () => {
  const log: unknown[] = [];
  const greenlet = waiting(log);
  const exit = mustReturn(asValue, () => greenlet.raise());
  assert(exit instanceof GreenletExit, `raise() must return the GreenletExit, got ${exit}`);
  assert(greenlet.dead, "It has let the GreenletExit out, so it is dead");
  assertEquals(log, ["cleaned up"], "Its finally block must run, and nothing else");

  const own = new GreenletExit("enough");
  const back = mustReturn(asValue, () => waiting([]).raise(own));
  assertStrictEquals(back, own, "The very exit that was thrown comes back");
  const leaves = new Greenlet(function* () {
    throw own;
  });
  assertStrictEquals(mustReturn(asValue, () => leaves.run()), own, "A body may throw it itself");
});

test("[4] a GreenletExit arrives at the parent, and not where it came from", () => {
  const log: unknown[] = [];
  const main = Greenlet.current;
  const parent: Greenlet = new Greenlet(function* () {
    const child = new Greenlet(function* () {
      yield* main.switch("waits");
    });
    yield* main.switch(child);
    log.push(yield* child.switch());
  });
  const child = parent.run<Greenlet>();
  assertEquals(parent.run(), "waits", "The child switches to the main greenlet");
  const killer = new Greenlet(function* () {
    log.push(yield* child.throw());
  });
  mustReturn(asValue, () => killer.run());
  assertEquals(log.length, 1, "The parent of the one that was ended goes on, the killer waits");
  assert(log[0] instanceof GreenletExit, `It is a value for the parent, got ${log[0]}`);
  assert(parent.dead && child.dead, "The child was ended, and the parent has gone on to its end");
  assertFalse(killer.dead, "Nobody has switched back to the killer");
});

test("[4] a GreenletExit starts a parent that has not started, as every value does", () => {
  const main = Greenlet.current;
  const log: unknown[] = [];
  const parent = new Greenlet(function* (...args: unknown[]) {
    log.push(...args);
    return "the parent ran";
  });
  const child = new Greenlet(function* () {
    yield* main.switch();
  }, { parent });
  child.run();
  const exit = new GreenletExit();
  const got = mustReturn(asValue, () => child.raise(exit));
  assertEquals(`${got}`, "the parent ran", "It comes as a value, so it starts the parent's body");
  assert(log.length === 1 && log[0] === exit, "It is the one argument of the parent's body");
});

test("[4] what is thrown into a dead one goes to its parent", () => {
  const greenlet = new Greenlet(function* () {});
  greenlet.run();
  assert(mustReturn(asValue, () => greenlet.raise()) instanceof GreenletExit, asValue);
  const failure = new RangeError("too late");
  const thrown = thrownBy(() => greenlet.raise(failure), "It is dead");
  assertStrictEquals(thrown, failure, "The error goes on to its parent, which is main");
});

test("[4] a greenlet may clean up and switch while it is ended, or refuse to end", () => {
  const main = Greenlet.current;
  const tidy = new Greenlet(function* () {
    try {
      yield* main.switch();
    } finally {
      yield* main.switch("one moment");
    }
  });
  tidy.run();
  assertEquals(tidy.raise(), "one moment", "Its finally block switches, so it is not dead yet");
  assertFalse(tidy.dead, "It waits in its finally block");
  assert(tidy.run() instanceof GreenletExit, "Then the exit goes on");
  assert(tidy.dead, "Its finally block is over");

  const stubborn = new Greenlet(function* () {
    try {
      yield* main.switch();
    } catch (error) {
      if (!(error instanceof GreenletExit)) throw error;
    }
    return yield* main.switch("no");
  });
  stubborn.run();
  assertEquals(stubborn.raise(), "no", "It has caught the GreenletExit, and switches to main");
  assertEquals(stubborn.run("then stay"), "then stay", "It lives on");
});

test("[4] an error can be thrown into the main greenlet, and into oneself", () => {
  const main = Greenlet.current;
  for (const failure of [new RangeError("help"), new GreenletExit("not even that")]) {
    const greenlet = new Greenlet(function* () {
      yield* main.throw(failure);
      return "went on";
    });
    const thrown = thrownBy(() => greenlet.run(), `${failure.name} was thrown into the main one`);
    assertStrictEquals(thrown, failure, "Thrown into the main one, it comes out of run as it is");
    assertStrictEquals(Greenlet.current, main, "The main greenlet runs again");
    assertFalse(main.dead, "The main greenlet never ends");
    assertEquals(greenlet.run(), "went on", "Who has thrown waits, and goes on when it is resumed");
  }
  const self: Greenlet = new Greenlet(function* () {
    try {
      return yield* self.throw(new RangeError("ouch"));
    } catch (error) {
      return (error as Error).message;
    }
  });
  const ouch = "Thrown into oneself, it can be caught there";
  assertEquals(mustReturn(ouch, () => self.run()), "ouch", ouch);
});

test("[4] only errors can be thrown", () => {
  const log: unknown[] = [];
  const greenlet = waiting(log);
  for (const value of [null, "smoke", 7, { message: "smoke" }, RangeError] as unknown as Error[]) {
    assertThrows(
      () => greenlet.raise(value),
      TypeError,
      "",
      `raise(${Deno.inspect(value)}) must be refused, with a TypeError`,
    );
    const thrower = new Greenlet(function* () {
      yield* greenlet.throw(value);
    });
    assertThrows(
      () => thrower.run(),
      TypeError,
      "",
      `throw(${value}) must be refused, with a TypeError`,
    );
  }
  assertEquals([greenlet.dead, log], [false, []], "What was refused must not arrive");
  greenlet.raise();
});

// -- [5] against the rules --

test("[5] a yield without its star is an error at that place", () => {
  const log: unknown[] = [];
  const other = new Greenlet(function* () {
    return "the other one ran";
  });
  const starless: Record<string, () => unknown> = {
    "yield": () => undefined,
    "yield 7": () => 7,
    "yield other.switch()": () => other.switch(),
    "yield other.throw()": () => other.throw(),
  };
  const greenlet: Greenlet = new Greenlet(function* () {
    for (const [words, make] of Object.entries(starless)) {
      try {
        yield make();
        log.push(`${words}: went on as if nothing had been`);
      } catch (error) {
        log.push(`${words}: ${(error as Error).name}`);
      }
    }
    return Greenlet.current === greenlet;
  });
  const result = greenlet.run();
  assertEquals(
    log,
    Object.keys(starless).map((words) => `${words}: TypeError`),
    "A greenlet gives up control by `yield* other.switch()` only",
  );
  assertEquals(result, true, "It has caught the errors, so it must go on");
  assertEquals([other.started, other.dead], [false, false], "Nobody has switched to the other one");
  const careless = new Greenlet(function* () {
    yield;
  });
  assertThrows(() => careless.run(), TypeError, "", "It does not catch the error");
  assert(careless.dead, "It has let the error out, so it is dead");
});

test("[5] a greenlet that blocks the others by run or raise gets a GreenletError", () => {
  const main = Greenlet.current;
  const log: unknown[] = [];
  const other = waiting(log);
  const fresh = new Greenlet(function* () {
    log.push("runs");
  });
  const calls: Record<string, () => unknown> = {
    "run of another": () => other.run(),
    "run of one that has not started": () => fresh.run(),
    "run of itself": () => greenlet.run(),
    "run of the main greenlet": () => main.run(),
    "raise": () => other.raise(),
  };
  const greenlet: Greenlet = new Greenlet(function* () {
    for (const [name, call] of Object.entries(calls)) {
      const error = thrownBy(call, `${name} in a body`);
      assert(error instanceof GreenletError, `${name}: expected GreenletError, got ${error}`);
      assertStrictEquals(Greenlet.current, greenlet, `${name}: it must run on as before`);
    }
    return yield* main.switch("and works");
  });
  assertEquals(greenlet.run(), "and works", "After each refusal the body goes on");
  assertEquals(log, [], "What was refused must not run anybody");
  assertEquals(main.run("main to main"), "main to main", "The main greenlet may run itself");
});

test("[5] a greenlet prints its name and its state", () => {
  const main = Greenlet.current;
  assertEquals(main.toString(), "Greenlet(main, running)", "The main greenlet, in plain code");
  const seen: string[] = [];
  const greenlet: Greenlet = new Greenlet(function* cook() {
    seen.push(greenlet.toString(), main.toString());
    yield* main.switch();
  });
  seen.push(greenlet.toString());
  greenlet.run();
  seen.push(greenlet.toString());
  greenlet.run();
  seen.push(greenlet.toString());
  assertEquals(seen, [
    "Greenlet(cook, new)",
    "Greenlet(cook, running)",
    "Greenlet(main, waiting)",
    "Greenlet(cook, waiting)",
    "Greenlet(cook, dead)",
  ], "toString() of each, when it was looked at");
  const nameless = new Greenlet(function* () {});
  assertEquals(nameless.toString(), "Greenlet(anonymous, new)", "Its function has no name");
});

testWhatToFixFirst();
