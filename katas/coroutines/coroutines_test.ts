import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertStringIncludes,
  fail,
} from "@std/assert";
import {
  assertThrows,
  errorOf,
  test,
  testWhatToFixFirst,
  thrownBy,
  thrownOr,
} from "../_kit/mod.ts";
import { Coroutine, coroutine, CoroutineError, CoroutineFinished } from "./coroutines.ts";

/** Writes down each bun that it is sent, and when it is closed. */
function eater<T = number>(log: unknown[], name = "Ann"): Coroutine<T> {
  return coroutine(function* eater(): Generator<void, void, T> {
    try {
      while (true) log.push([name, yield]);
    } finally {
      log.push([name, "closed"]);
    }
  })();
}

/** Takes so many values and returns "full". */
function hungry<T = number>(count: number, log: unknown[] = []): Coroutine<T, void, string> {
  return coroutine(function* hungry(): Generator<void, string, T> {
    for (let n = 0; n < count; n++) log.push(yield);
    return "full";
  })();
}

/** Adds up what it is sent and yields the sum. */
const sums = () =>
  coroutine(function* sums(start: number): Generator<number, never, number> {
    let sum = start;
    while (true) sum += yield sum;
  });

/** The end that the call has to throw. */
function endOf(call: () => unknown, why: string): CoroutineFinished {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    if (error instanceof CoroutineFinished) return error;
    throw error;
  }
  fail(`${why}: it must throw CoroutineFinished, but it returned ${Deno.inspect(result)}`);
}

// -- [1] turns are taken by send --

test("[1] wrapping a generator function runs none of it", () => {
  const log: string[] = [];
  coroutine(function* () {
    log.push("runs");
    yield;
  });
  assertEquals(log, [], "coroutine(fn) only wraps: the body runs when what it returns is called");
});

test("[1] a coroutine has run to its first yield and no further", () => {
  const log: string[] = [];
  const start = coroutine(function* () {
    log.push("before");
    yield;
    log.push("after");
  });
  const started = start();
  assertEquals(
    log,
    ["before"],
    "A new coroutine must wait at its first yield: call next() once before you hand it out, and " +
      "not twice",
  );
  assertFalse(started.finished, "It waits at its first yield, but `finished` is not false");
});

test("[1] the first value that is sent is not lost", () => {
  const log: unknown[] = [];
  const ann = eater(log);
  ann.send(1);
  ann.send(2);
  assertEquals(
    log,
    [["Ann", 1], ["Ann", 2]],
    "A generator that has not started drops the value of its first next(value)",
  );
});

test("[1] send returns what the body yields next", () => {
  const total = sums()(0);
  assertEquals(
    [total.send(10), total.send(10), total.send(10)],
    [10, 20, 30],
    "send must return the value of the yield at which the body waits afterwards",
  );
});

test("[1] each call makes a coroutine of its own with its own arguments", () => {
  const start = sums();
  const [ann, bob] = [start(0), start(100)];
  assertEquals([ann.send(1), bob.send(1), ann.send(1)], [1, 101, 2], "Two coroutines share a sum");
});

test("[1] a coroutine is given all the arguments of the call", () => {
  const log: unknown[] = [];
  const start = coroutine(function* (...args: unknown[]) {
    log.push(args);
    yield;
  });
  start(1, 2, 3);
  start(undefined, null);
  start();
  assertEquals(log, [[1, 2, 3], [undefined, null], []], "What the body was given, call by call");
});

test("[1] new Coroutine runs a generator to its first yield", () => {
  const log: unknown[] = [];
  function* take(): Generator<void, void, number> {
    while (true) log.push(yield);
  }
  const ann = new Coroutine(take(), "ann");
  ann.send(1);
  assertEquals(log, [1], "The constructor must call next() once, or the first value is lost");
  assertEquals(`${ann}`, "Coroutine(ann, waiting)", "It has the name that it was given");
});

test("[1] a bare yield gives undefined and is not the end", () => {
  const ann = hungry(3);
  assertEquals(ann.send(1), undefined, "A bare yield gives undefined");
  assertFalse(ann.finished, "The body yielded undefined and still runs: that is not the end");
});

test("[1] sending undefined only asks for the next value", () => {
  const counter = coroutine(function* (): Generator<number, void, number | undefined> {
    for (let n = 0; n < 4; n++) n = (yield n) ?? n;
  })();
  assertEquals(counter.send(undefined), 1, "Nothing was sent: the body counts on");
  assertEquals(counter.send(2), 3, "2 was sent: the body counts on from there");
});

test("[1] undefined, null, 0, NaN, false and an empty string are values like others", () => {
  const values = [undefined, null, 0, NaN, false, ""];
  const echo = coroutine(function* (): Generator<unknown, never, unknown> {
    let value = yield;
    while (true) value = yield value;
  })();
  assertEquals(values.map((value) => echo.send(value)), values, "What echo gave back");
  assertFalse(echo.finished, "None of these values means the end");
});

test("[1] an error is a value too, when it is sent or yielded", () => {
  const bun = new Error("A bun with this name");
  const echo = coroutine(function* (): Generator<unknown, never, unknown> {
    let value = yield;
    while (true) value = yield value;
  })();
  assertStrictEquals(echo.send(bun), bun, "What is not thrown is a value like others");
});

test("[1] a function that gives no generator, or an async one, is refused", () => {
  assertEquals(sums()(1).send(1), 2);
  const listen = async function* () {
    yield await 1;
  };
  const end = () => ({ done: false, value: 1, [Symbol.iterator]: end });
  const wrong: Record<string, () => unknown> = {
    "an async generator": listen,
    "an async generator from a plain function": () => listen(),
    "no star": () => {},
    "a list": () => [1, 2],
    "the iterator of a list": () => [1, 2].values(),
    "an object with a method next": () => ({ next: () => ({ done: false }) }),
    "an object that looks like a generator": () => ({ next: end, return: end, throw: end }),
  };
  for (const [name, fn] of Object.entries(wrong)) {
    const start = coroutine(fn as never); // Nothing is called here, and so nothing is known.
    for (const call of [() => start(), () => new Coroutine(fn() as never)]) {
      const error = thrownBy(call, `${name} is no generator`);
      assert(
        error instanceof TypeError,
        `${name}: it cannot be sent to, thrown into and closed. Expected TypeError: ${error}`,
      );
    }
  }
});

// -- [2] a coroutine ends, or is closed --

test("[2] when the body returns, send throws CoroutineFinished with the value", () => {
  const failure = new Error("A value, and not thrown");
  for (const value of ["full", [1, 2], failure, undefined, null, 0]) {
    const start = coroutine(function* (): Generator<number, unknown, void> {
      yield 1;
      return value;
    });
    const body = start();
    const end = endOf(() => body.send(), "The body returned, it did not yield");
    assertStrictEquals(end.value, value, "CoroutineFinished.value is what the body returned");
    assertStrictEquals(end.coroutine, body, "CoroutineFinished.coroutine is the one that ended");
    assertStringIncludes(end.message, `${body}`, "The message names the coroutine, and its end");
    assert(body.finished, "The body has returned, but `finished` is not true");
  }
});

test("[2] a finished coroutine stays finished and remembers its value", () => {
  let runs = 0;
  const ann = coroutine(function* (): Generator<void, string, number> {
    runs++;
    yield;
    return "full";
  })();
  for (const when of ["first", "second", "third"]) {
    const end = endOf(() => ann.send(1), `The ${when} send after the last yield`);
    assertEquals(end.value, "full", `The value that the ${when} send reports`);
  }
  assertEquals(runs, 1, "A finished body must not start again");
});

test("[2] a body that returns before its first yield makes a finished coroutine", () => {
  const ann = hungry(0);
  assert(ann.finished, "The body has returned already, but `finished` is not true");
  assertEquals(endOf(() => ann.send(1), "The body has returned").value, "full");
});

test("[2] an error in the body comes out of send and finishes the coroutine", () => {
  const failure = new Error("Burnt", { cause: "the oven" });
  const cook = coroutine(function* (): Generator<void, string, void> {
    yield;
    throw failure;
  })();
  const thrown = thrownBy(() => cook.send(), "The body threw an error");
  assertStrictEquals(thrown, failure, "The very error must come out: a copy loses its cause");
  assert(cook.finished, "An error has ended the body, but `finished` is not true");
  assertEquals(endOf(() => cook.send(), "The body has failed").value, undefined);
});

test("[2] an error before the first yield comes out of the call", () => {
  const failure = new Error("No flour");
  const start = coroutine(function* (): Generator<void, void, void> {
    yield* [];
    throw failure;
  });
  assertStrictEquals(thrownBy(() => start(), "The body failed before its first yield"), failure);
});

test("[2] close runs the finally blocks, the inner ones first", () => {
  const log: string[] = [];
  const cook = coroutine(function* (): Generator<void, void, void> {
    try {
      try {
        yield;
        log.push("went on");
      } finally {
        log.push("inner");
      }
    } finally {
      log.push("outer");
    }
  })();
  cook.close();
  assertEquals(log, ["inner", "outer"], "close ends the body at its yield, through every finally");
  assert(cook.finished, "The coroutine is closed, but `finished` is not true");
  assertEquals(endOf(() => cook.send(), "The coroutine is closed").value, undefined);
});

test("[2] a body that catches every error does not catch close", () => {
  const log: unknown[] = [];
  const cook = coroutine(function* (): Generator<void, void, void> {
    while (log.length < 10) {
      try {
        yield;
      } catch (error) {
        log.push(error);
      }
    }
  })();
  const thrown = errorOf(() => cook.close());
  assertEquals(log, [], "close threw an error at the yield, and a catch block took it for its own");
  assertEquals(thrown, undefined, "close must not throw: the body ends without an error");
  assert(cook.finished, "The coroutine is closed, but `finished` is not true");
});

test("[2] close returns what a finally block returns, and else undefined", () => {
  const start = coroutine(function* (counts: boolean): Generator<void, number, number> {
    let buns = 0;
    try {
      while (true) buns += yield;
    } finally {
      // deno-lint-ignore no-unsafe-finally -- That is what this test is about.
      if (counts) return buns;
    }
  });
  const [counting, other] = [start(true), start(false)];
  counting.send(2);
  other.send(2);
  assertEquals(counting.close(), 2, "The finally block returned a value: close returns it");
  assertEquals(other.close(), undefined, "The body returned nothing: close returns undefined");
});

test("[2] an error in a finally block comes out of close", () => {
  const failure = new Error("The lid is stuck");
  const cook = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
    } finally {
      // deno-lint-ignore no-unsafe-finally -- That is what this test is about.
      throw failure;
    }
  })();
  assertStrictEquals(thrownBy(() => cook.close(), "A finally block failed"), failure);
  assert(cook.finished, "An error has ended the body, but `finished` is not true");
  const careless = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
    } finally {
      (undefined as unknown as Coroutine).close();
    }
  })();
  const error = thrownBy(() => careless.close(), "A finally block failed");
  assert(error instanceof TypeError, `A TypeError of the body is its own error: ${error}`);
});

/** Yields each value while it is being closed, one after the other. */
function reluctant(log: unknown[], ...values: unknown[]): Coroutine {
  return coroutine(function* reluctant() {
    try {
      yield "ready";
    } finally {
      for (const value of values) {
        try {
          log.push(yield value);
        } finally {
          log.push("closed");
        }
      }
    }
  })();
}

test("[2] a body that yields while it is closed is an error", () => {
  for (const value of ["one moment", undefined]) {
    const log: unknown[] = [];
    const cook = reluctant(log, value);
    const error = thrownBy(() => cook.close(), `The body yielded ${value}, so it is not closed`);
    assert(error instanceof CoroutineError, `Expected CoroutineError, got ${error}`);
    assertFalse(cook.finished, "The body waits in its finally block: it is not finished");
    cook.close();
    assert(cook.finished, "The second close ended the body, but `finished` is not true");
    assertEquals(
      log,
      ["closed"],
      "The second close must end the body at the yield where it waited",
    );
  }
});

test("[2] a body that has refused to be closed waits as before", () => {
  const log: unknown[] = [];
  const cook = reluctant(log, "one moment", "another");
  thrownBy(() => cook.close(), "The body yielded, so it is not closed");
  assertEquals(cook.send("bun"), "another", "It can be sent to");
  assertEquals(log, ["bun", "closed"]);
  cook.close();
  assert(cook.finished);
  const twice = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
    } finally {
      try {
        yield;
      } finally {
        yield;
      }
    }
  })();
  for (const time of ["first", "second"]) {
    const error = thrownBy(() => twice.close(), `The ${time} close: the body yielded`);
    assert(error instanceof CoroutineError, `Expected CoroutineError, got ${error}`);
  }
  twice.close();
  assert(twice.finished, "The third close ended the body");
});

test("[2] a using block closes its coroutine, and lets the error pass", () => {
  const log: unknown[] = [];
  const eatAndFail = () => {
    using ann = eater(log);
    ann.send(1);
    throw new Error("The table broke");
  };
  assertThrows(eatAndFail, Error, "The table broke");
  assertEquals(
    log,
    [["Ann", 1], ["Ann", "closed"]],
    "JavaScript never runs the finally blocks of a generator that is merely forgotten",
  );
});

test("[2] the end of a using block is a close, with all that comes of it", () => {
  const failure = new Error("The lid is stuck");
  const log: unknown[] = [];
  const cook = coroutine(function* (fails: boolean): Generator<void, void, void> {
    try {
      while (true) {
        try {
          yield;
        } catch (error) {
          log.push(error);
        }
      }
    } finally {
      // deno-lint-ignore no-unsafe-finally -- That is what this test is about.
      if (fails) throw failure;
    }
  });
  const ends = (body: Disposable) => {
    using _body = body;
  };
  const calm = cook(false);
  ends(calm);
  assertEquals([log, calm.finished], [[], true], "No catch block can stop it");
  assertStrictEquals(thrownBy(() => ends(cook(true)), "A finally block failed"), failure);
  const error = thrownBy(() => ends(reluctant([], 1)), "The body yielded, so it is not closed");
  assert(error instanceof CoroutineError, `Expected CoroutineError, got ${error}`);
});

test("[2] yield* passes what is sent to the inner generator, and is its result", () => {
  function* course(name: string): Generator<string, number, number> {
    let buns = 0;
    while (buns < 3) buns += yield `${name} ${buns}`;
    return buns;
  }
  const dinner = coroutine(function* (): Generator<string, number, number> {
    yield* [];
    return (yield* course("starter")) + (yield* course("main"));
  })();
  assertEquals(
    [dinner.send(2), dinner.send(1), dinner.send(1)],
    ["starter 2", "main 0", "main 1"],
    "Each value goes to the generator that waits at the moment, the inner one",
  );
  const end = endOf(() => dinner.send(5), "The outer generator returned");
  assertEquals(end.value, 9, "yield* has the value that the inner generator returned");
});

test("[2] one cook and two eaters take turns, until the cook closes the kitchen", () => {
  const log: string[] = [];
  const eater = coroutine(function* (name: string): Generator<string, string, number> {
    try {
      log.push(`${name} sits down`);
      for (let eaten = 0; eaten < 2; eaten++) {
        log.push(`${name} eats ${yield `${name} has had ${eaten}`}`);
      }
      return `${name} is full`;
    } finally {
      log.push(`${name} leaves`);
    }
  });
  const serve = (guest: Coroutine<number, string, string>, bun: number) => {
    log.push(`The cook makes ${bun}`);
    log.push(guest.send(bun));
  };
  const [ann, bob] = [eater("Ann"), eater("Bob")];
  serve(ann, 1);
  serve(bob, 2);
  const end = endOf(() => serve(ann, 3), "Ann has had two buns");
  log.push(`${end.value}`);
  bob.close();
  assertEquals(log, [
    ...["Ann sits down", "Bob sits down"],
    ...["The cook makes 1", "Ann eats 1", "Ann has had 1"],
    ...["The cook makes 2", "Bob eats 2", "Bob has had 1"],
    ...["The cook makes 3", "Ann eats 3", "Ann leaves", "Ann is full"],
    "Bob leaves",
  ], "Nobody runs but by a send, and each send comes back at the next yield");
});

// -- [3] errors are thrown in, and come out --

test("[3] throw raises the error at the yield, and returns what the body yields then", () => {
  const cook = coroutine(function* (): Generator<string, void, string> {
    let answer = "ready";
    while (true) {
      try {
        answer = `made ${yield answer}`;
      } catch (error) {
        answer = `sorry: ${(error as Error).message}`;
      }
    }
  })();
  assertEquals(cook.send("one"), "made one");
  assertEquals(
    cook.throw(new Error("burnt")),
    "sorry: burnt",
    "The body caught the error and yielded: throw returns that value",
  );
  assertEquals(cook.send("two"), "made two", "The body caught the error, so it goes on");
});

test("[3] an error that the body does not catch comes back from throw", () => {
  const log: string[] = [];
  const cook = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
      log.push("went on");
    } finally {
      log.push("finally");
    }
  })();
  const failure = new RangeError("Too hot", { cause: "the oven" });
  assertStrictEquals(thrownBy(() => cook.throw(failure), "Nobody caught the error"), failure);
  assertEquals(log, ["finally"], "The error leaves the body through its finally block");
  assert(cook.finished, "An error has ended the body, but `finished` is not true");
});

test("[3] a body that returns after a throw is finished with that value", () => {
  const cook = coroutine(function* (): Generator<void, string, void> {
    try {
      yield;
    } catch { /* The kitchen closes. */ }
    return "closed for today";
  })();
  const end = endOf(() => cook.throw(new Error("fire")), "The body caught the error and returned");
  assertEquals(end.value, "closed for today");
  const silent = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
    } catch { /* The kitchen closes. */ }
  })();
  endOf(() => silent.throw(new Error("fire")), "The body returned, though without a value");
});

test("[3] throw into a finished coroutine throws at once and runs nothing", () => {
  const log: unknown[] = [];
  const [closed, failed] = [eater(log), eater(log)];
  closed.close();
  assertThrows(() => failed.throw(new Error("burnt")), Error, "burnt");
  const failure = new Error("too late");
  for (const [how, ann] of Object.entries({ closed, failed, returned: hungry(0) })) {
    const thrown = thrownBy(() => ann.throw(failure), "Nobody can catch the error");
    assertStrictEquals(thrown, failure, `The coroutine was ${how}`);
    const refused = thrownBy(() => ann.throw("too late" as never), "That is no error");
    assert(refused instanceof TypeError, `throw takes errors only, at any time: ${refused}`);
  }
  assertEquals(log, [["Ann", "closed"], ["Ann", "closed"]], "A finished body must not run again");
});

test("[3] throw takes errors only", () => {
  const log: unknown[] = [];
  const ann = eater(log);
  const likeAnError = { name: "Error", message: "burnt", stack: "" };
  for (const value of ["a string", undefined, null, {}, RangeError, likeAnError] as unknown[]) {
    const error = thrownBy(() => ann.throw(value as Error), `throw was given ${value}`);
    assert(
      error instanceof TypeError,
      `What is no error has no stack: throw(${value}) must throw a TypeError`,
    );
  }
  assertEquals(log, [], "A refused throw must not reach the body");
  ann.send(1);
  assertEquals(log, [["Ann", 1]], "After a refused throw the body waits as before");
  class Stop extends Error {}
  for (const error of [new Stop(), AbortSignal.abort().reason, new DOMException("a", "b")]) {
    const thrown = thrownBy(() => eater([]).throw(error), "Nobody caught the error");
    assertStrictEquals(thrown, error, "Everything that is instanceof Error is an error");
  }
});

test("[3] what a body throws comes out as it is, whatever it is", () => {
  const cause = new Error("The oven");
  const error = new CoroutineError("Its own", { cause });
  for (const thrown of ["burnt", undefined, null, error, new TypeError("Mine", { cause })]) {
    const cook = coroutine(function* (): Generator<void, void, void> {
      yield;
      throw thrown;
    })();
    assertStrictEquals(
      thrownOr("nothing", () => cook.send()),
      thrown,
      "No copy, no wrapping: who catches it must know it again",
    );
    if (thrown instanceof Error) assertStrictEquals(thrown.cause, cause, "Its cause is the body's");
    assert(cook.finished, "An error has ended the body, but `finished` is not true");
  }
  const other = new Error("Another one");
  const cook = coroutine(function* (): Generator<void, void, void> {
    try {
      yield;
    } catch {
      throw other;
    }
  })();
  assertStrictEquals(thrownBy(() => cook.throw(new Error("fire")), "The body threw"), other);
  assertFalse("cause" in other, "The body gave its error no cause");
});

test("[3] closing a finished coroutine does nothing", () => {
  const log: unknown[] = [];
  const closed = eater(log);
  closed.close();
  closed.close();
  assertEquals(log, [["Ann", "closed"]], "The second close must not run the body again");
  const returned = hungry(0);
  const value = endOf(() => returned.send(1), "The coroutine had returned").value;
  assertEquals(returned.close(), value, "It returns the value of the coroutine");
  endOf(() => returned.send(1), "A coroutine that had returned was closed");
  const failed = eater(log);
  assertThrows(() => failed.throw(new Error("burnt")), Error, "burnt");
  failed.close();
  assert(failed.finished, "A coroutine that failed is finished");
});

test("[3] the value of a finished coroutine stays, however it ended and whoever asks", () => {
  const failure = new Error("fire");
  const start = coroutine(function* (value: unknown): Generator<void, unknown, void> {
    try {
      yield;
    } catch {
      /* The kitchen closes. */
    } finally {
      // deno-lint-ignore no-unsafe-finally -- close has a value only if a finally block returns one.
      return value;
    }
  });
  const ways: Record<string, (body: Coroutine<void>) => unknown> = {
    "a send": (body) => endOf(() => body.send(), "The body returned").value,
    "a throw": (body) => endOf(() => body.throw(failure), "The body returned").value,
    "a close": (body) => body.close(),
  };
  for (const [way, end] of Object.entries(ways)) {
    for (const value of ["full", 0, "", null, false, undefined]) {
      const body = start(value);
      const values = [end(body)];
      start("the value of another one").close();
      values.push(
        body.close(),
        body.close(),
        endOf(() => body.send(), "The body has returned").value,
        endOf(() => body.send(), "The body has returned").value,
        body.close(),
      );
      assertEquals(
        values,
        Array(6).fill(value),
        `The body returned ${Deno.inspect(value)} to ${way}. What the end, two closes, two sends ` +
          "and a close give",
      );
    }
  }
});

test("[3] a body that resumes itself gets a TypeError and goes on", () => {
  const ways: Record<string, (self: Coroutine<string>) => void> = {
    send: (self) => self.send("me"),
    throw: (self) => self.throw(new Error("me")),
    close: (self) => self.close(),
  };
  for (const [name, resume] of Object.entries(ways)) {
    let error: unknown;
    let finished: boolean | undefined;
    const self: Coroutine<string> = coroutine(function* (): Generator<string, void, string> {
      yield "ready";
      error = errorOf(() => resume(self));
      finished = self.finished;
      yield "still here";
    })();
    const result = self.send("go");
    assert(error instanceof TypeError, `${name} in a running body must throw TypeError: ${error}`);
    assertEquals(
      [finished, result, self.finished],
      [false, "still here", false],
      `After a ${name} in the running body: [finished inside, what the outer send returned, ` +
        "finished after]. The body goes on as if nothing had been",
    );
    endOf(() => self.send("go"), "The body returned");
  }
});

test("[3] a body that is resumed in a roundabout way gets a TypeError and goes on", () => {
  const log: unknown[] = [];
  const ann: Coroutine<string> = coroutine(function* ann(): Generator<string, void, string> {
    yield "ready";
    bob.send("from Ann");
    yield "Ann is back";
  })();
  const bob: Coroutine<string> = coroutine(function* bob(): Generator<void, void, string> {
    yield;
    log.push(errorOf(() => ann.send("from Bob")) instanceof TypeError, ann.finished, `${ann}`);
    yield;
  })();
  assertEquals(ann.send("go"), "Ann is back");
  assertEquals(
    log,
    [true, false, "Coroutine(ann, running)"],
    "Ann waits for Bob, and so she runs: [TypeError for who sends to her, finished, printed]",
  );
});

test("[3] a body runs, whichever call has resumed it", () => {
  const self: { it?: Coroutine<string> } = {};
  const log: unknown[] = [];
  const look = () => {
    log.push(`${self.it}`, errorOf(() => self.it!.send("me")) instanceof TypeError);
    log.push(errorOf(() => self.it![Symbol.dispose]()) instanceof TypeError);
  };
  self.it = coroutine(function* cook(): Generator<void, void, string> {
    try {
      yield;
    } catch {
      look();
    }
    try {
      yield;
    } finally {
      look();
    }
  })();
  self.it.throw(new Error("burnt"));
  self.it.close();
  const seen = ["Coroutine(cook, running)", true, true];
  assertEquals(
    log,
    [...seen, ...seen],
    "In a catch block after throw, and in a finally block during close: [printed, TypeError for " +
      "send, TypeError for the end of a using block]",
  );
});

test("[3] a coroutine prints its name and whether it waits", () => {
  const self: { it?: Coroutine; inside?: string } = {};
  self.it = coroutine(function* cook(): Generator<void, void, unknown> {
    yield;
    self.inside = `${self.it}`;
    yield;
  })();
  assertEquals(`${self.it}`, "Coroutine(cook, waiting)");
  self.it.send(1);
  assertEquals(self.inside, "Coroutine(cook, running)");
  self.it.close();
  const failed = eater([]);
  assertThrows(() => failed.throw(new Error("burnt")), Error, "burnt");
  assertEquals(
    [self.it, hungry(0), failed].map(String),
    ["cook", "hungry", "eater"].map((name) => `Coroutine(${name}, finished)`),
    "One that was closed, one that returned, and one that failed",
  );
  const nameless = coroutine((() => function* () {})());
  assertEquals(`${nameless()}`, "Coroutine(anonymous, finished)");
});

test("[3] the end of another coroutine, let out by a body, is not its own end", () => {
  const start = coroutine(function* waiter(first: boolean): Generator<void, string, number> {
    const ann = hungry(0);
    if (first) ann.send(0);
    yield;
    ann.send(1);
    return "served";
  });
  const ways = {
    send: (waiter: Coroutine<number>) => waiter.send(1),
    throw: (waiter: Coroutine<number>) => waiter.throw(endOf(() => hungry(0).send(1), "")),
  };
  for (const [name, resume] of Object.entries(ways)) {
    const waiter = start(false);
    requireLeak(() => resume(waiter), name);
    assert(waiter.finished, "The waiter's body has failed, but `finished` is not true");
  }
  requireLeak(() => start(true), "the call that starts it");
  const last = coroutine(function* (): Generator<void, void, number> {
    try {
      yield;
    } finally {
      hungry(0).send(1);
    }
  })();
  requireLeak(() => last.close(), "close");
});

function requireLeak(call: () => unknown, name: string) {
  const error = thrownBy(call, "The body let a CoroutineFinished out");
  assert(
    error instanceof CoroutineError,
    `A body sent to a finished coroutine and did not catch its CoroutineFinished. Passed on as ` +
      `it is, that looks as if the body had returned: ${name} must throw CoroutineError. It threw ` +
      error,
  );
  assert(
    error.cause instanceof CoroutineFinished,
    "The cause of the CoroutineError is the CoroutineFinished that was let out",
  );
  assertEquals(error.cause.value, "full", "It still has the value of the one that had ended");
}

test("[3] yield* passes throw to the inner generator first", () => {
  function* inner(): Generator<string, void, void> {
    try {
      yield "inner waits";
    } catch (error) {
      yield `inner caught ${(error as Error).message}`;
    }
  }
  const outer = coroutine(function* (): Generator<string, void, void> {
    try {
      yield* inner();
    } catch (error) {
      yield `outer caught ${(error as Error).message}`;
    }
  })();
  assertEquals(
    outer.throw(new Error("one")),
    "inner caught one",
    "The inner one waits: it catches",
  );
  assertEquals(
    outer.throw(new Error("two")),
    "outer caught two",
    "The inner one waits outside of its try block: the outer one catches at its yield*",
  );
});

test("[3] a coroutine cannot be copied or sent to a Worker", () => {
  for (const ann of [eater([]), hungry(0)]) {
    let copy: unknown;
    try {
      copy = structuredClone(ann);
    } catch (error) {
      assertEquals((error as Error).name, "DataCloneError", `${error}`);
      continue;
    }
    fail(
      `structuredClone made ${
        Deno.inspect(copy)
      } of it, which is no coroutine. It drops #private ` +
        "fields and methods in silence: keep a generator or a function in a public field too",
    );
  }
});

testWhatToFixFirst();
