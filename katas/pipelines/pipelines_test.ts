import { assert, assertEquals, assertStrictEquals, fail } from "@std/assert";
import {
  type Coroutine,
  coroutine,
  CoroutineError,
  CoroutineFinished,
} from "#solutions/coroutines/coroutines.ts";
import {
  assertThrows,
  errorOf,
  test,
  testWhatToFixFirst,
  thrownBy,
  thrownOr,
} from "../_kit/mod.ts";
import { broadcast, pipeline, type Stage } from "./pipelines.ts";

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

/** An object with all that a coroutine has. It is none. */
const double = {
  ...{ finished: false, value: undefined, name: "double" },
  ...{ send() {}, throw() {}, close() {}, [Symbol.dispose]() {} },
};

// -- [1] broadcast: one value for many --

test("[1] broadcast sends each value to all targets, in their order", () => {
  const log: unknown[] = [];
  const both = broadcast<unknown>(eater<unknown>(log, "Ann"), eater<unknown>(log, "Bob"));
  for (const bun of [1, undefined, null]) both.send(bun);
  assertEquals(log, [
    ...[["Ann", 1], ["Bob", 1]],
    ...[["Ann", undefined], ["Bob", undefined]],
    ...[["Ann", null], ["Bob", null]],
  ], "Every target must get every value, also those that look like nothing");
});

test("[1] closing a broadcast closes its targets, in their order", () => {
  const log: unknown[] = [];
  const both = broadcast(eater(log, "Ann"), eater(log, "Bob"));
  both.close();
  assertEquals(
    log,
    [["Ann", "closed"], ["Bob", "closed"]],
    "Who waits for more must be told, the first target first",
  );
});

test("[1] a broadcast goes on without a target that is finished, and ends with the last", () => {
  const log: unknown[] = [];
  const all = broadcast(hungry(0), hungry(1), eater(log, "Bob"), hungry(2));
  all.send(1);
  all.send(2);
  all.send(3);
  assertEquals(log, [["Bob", 1], ["Bob", 2], ["Bob", 3]], "What the hungriest got");
  const two = broadcast(hungry(1, log), hungry(2, log));
  two.send(4);
  endOf(() => two.send(5), "The last target has had enough");
  assertEquals(log.slice(3), [4, 4, 5], "What the two got");
});

test("[1] a target that somebody else has closed is left out like one that has had enough", () => {
  const log: unknown[] = [];
  const [ann, bob] = [eater([]), eater(log, "Bob")];
  const both = broadcast(ann, bob);
  both.send(1);
  ann.close();
  both.send(2);
  assertEquals(log, [["Bob", 1], ["Bob", 2]], "Bob still waits for buns");
  bob.close();
  endOf(() => both.send(3), "Nobody is left");
});

test("[1] a broadcast to nobody is finished", () => {
  assert(broadcast().finished, "It has no target: there is nothing to wait for");
  assert(broadcast(hungry(0)).finished, "Its only target is finished: there is nobody to wait for");
});

test("[1] broadcast takes coroutines only", () => {
  const log: unknown[] = [];
  for (
    const [what, wrong] of Object.entries({ "A function": eater, "What looks like one": double })
  ) {
    const error = thrownBy(() => broadcast(eater(log), wrong as never), `${what} is no target`);
    assert(error instanceof TypeError, `${what}: expected TypeError, got ${error}`);
  }
});

test("[1] an error thrown into a broadcast ends it, and its targets are closed", () => {
  const log: unknown[] = [];
  const both = broadcast(eater(log, "Ann"), eater(log, "Bob"));
  const failure = new Error("fire");
  const thrown = thrownBy(() => both.throw(failure), "Nobody catches it");
  assertStrictEquals(thrown, failure, "The very error that was thrown in must come out");
  assert(both.finished, "It is a coroutine like others, and this one does not catch errors");
  assertEquals(log, [["Ann", "closed"], ["Bob", "closed"]], "When it ends it closes its targets");
  const calm = coroutine(function* (): Generator<void, void, number> {
    while (true) {
      try {
        yield;
      } catch (error) {
        log.push(error);
      }
    }
  })();
  const again = thrownBy(() => broadcast(calm).throw(failure), "It ends");
  assertStrictEquals(again, failure, "The error is for the broadcast, not for its targets");
  assertEquals([calm.finished, log.length], [true, 2], "Its targets are closed, and hear no error");
});

test("[1] an error in a target comes out of the broadcast after all targets are closed", () => {
  const log: unknown[] = [];
  const failure = new Error("Ann chokes");
  const choking = coroutine(function* (): Generator<void, void, number> {
    yield;
    throw failure;
  });
  const both = broadcast(eater(log, "Bob"), choking(), eater(log, "Eve"));
  const thrown = thrownBy(() => both.send(1), "A target failed");
  assertStrictEquals(thrown, failure, "The sender must hear of the error");
  assertEquals(
    log.filter((line) => `${line}`.endsWith("closed")),
    [["Bob", "closed"], ["Eve", "closed"]],
    "They wait for buns that nobody will send: close the targets in their order when the " +
      "broadcast ends",
  );
  assert(both.finished, "The broadcast has failed, but `finished` is not true");
  for (const nothing of [undefined, null, 0, ""]) {
    const failing = coroutine(function* (): Generator<void, void, number> {
      yield;
      throw nothing;
    });
    const sent = thrownOr("no error", () => broadcast(failing(), eater([])).send(1));
    assertStrictEquals(sent, nothing, "Whatever a target has thrown comes out of send");
    const closed = thrownOr("no error", () => broadcast(stuck(nothing), eater([])).close());
    assertStrictEquals(
      closed,
      nothing,
      "Whatever a target throws when it is closed comes out of close",
    );
  }
  const leaking = coroutine(function* (): Generator<void, void, number> {
    hungry(0).send(yield);
  });
  const error = thrownBy(() => broadcast(leaking()).send(1), "A target lets another's end out");
  assert(
    error instanceof CoroutineError,
    `Of all errors only the end of the target itself is no failure, but ${error}`,
  );
});

/** Fails when it is closed. */
function stuck(failure: unknown): Coroutine<number> {
  return coroutine(function* stuck(): Generator<void, void, number> {
    try {
      while (true) yield;
    } finally {
      // deno-lint-ignore no-unsafe-finally -- That is what it is for.
      throw failure;
    }
  })();
}

/** Requires that both errors can be found, the first one as what the second one has suppressed. */
function requireBoth(thrown: unknown, first: unknown, second: unknown) {
  assert(
    thrown instanceof SuppressedError,
    `One error while another one is on its way: neither may hide the other. Expected ` +
      `SuppressedError, as a DisposableStack makes it, but ${thrown}`,
  );
  assertStrictEquals(thrown.suppressed, first, "SuppressedError.suppressed is what came first");
  assertStrictEquals(thrown.error, second, "SuppressedError.error is what came after it");
}

test("[1] a broadcast closes all its targets even if one of them fails", () => {
  const log: unknown[] = [];
  const lid = stuck(new Error("The lid is stuck"));
  const all = broadcast(eater(log, "Ann"), lid, eater(log, "Bob"));
  const { message } = thrownBy(() => all.close(), "A target that is closed throws") as Error;
  assertEquals(message, "The lid is stuck", "The error of a target comes out of close");
  assertEquals(
    log,
    [["Ann", "closed"], ["Bob", "closed"]],
    "A target that fails must not keep the others open",
  );
});

test("[1] no error in a broadcast hides another", () => {
  const [first, second] = [new Error("Ann chokes"), new Error("The lid is stuck")];
  const choking = coroutine(function* (): Generator<void, void, number> {
    yield;
    throw first;
  });
  const sending = broadcast<number>(choking(), stuck(second));
  requireBoth(thrownBy(() => sending.send(1), "A target failed"), first, second);
  const closing = broadcast(stuck(first), stuck(second));
  requireBoth(thrownBy(() => closing.close(), "Two targets failed"), first, second);
  const jammed = broadcast<number>(stuck(second));
  const both = thrownBy(() => jammed.throw(first), "A target failed while an error closed it");
  requireBoth(both, first, second);
});

test("[1] a broadcast that a target yields to while it closes says so", () => {
  const log: unknown[] = [];
  const all = broadcast<unknown>(reluctant([], 1), eater<unknown>(log));
  const error = thrownBy(() => all.close(), "A target yielded while it was closed");
  assert(error instanceof CoroutineError, `Expected CoroutineError, got ${error}`);
  assertEquals(log, [["Ann", "closed"]], "The others are closed all the same");
});

test("[1] a target that sends to its own broadcast gets a TypeError, and that comes out", () => {
  const log: unknown[] = [];
  const loop: Coroutine<number> = broadcast(
    coroutine(function* (): Generator<void, void, number> {
      while (true) {
        const bun = yield;
        loop.send(bun);
      }
    })(),
    eater(log),
  );
  const error = thrownBy(() => loop.send(1), "The broadcast is running");
  assert(error instanceof TypeError, `Expected TypeError, got ${error}`);
  assertEquals(log.at(-1), ["Ann", "closed"], "Whether the others have got this value is open");
  let inside: unknown;
  const running: Coroutine<number> = coroutine(function* (): Generator<void, void, number> {
    yield;
    inside = errorOf(() => back.send(2));
    yield;
  })();
  const back = broadcast(running);
  running.send(1);
  assert(
    inside instanceof Error,
    `A target that runs takes nothing, and that is said: ${inside}`,
  );
});

// -- [2] pipeline: from the source to the end --

/** What a source throws that nobody stops. */
const unstopped = new Error("The source was asked for 100 items that nobody wants");

/** Runs a pipeline in which a stage has enough. */
function enough(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error === unstopped) throw error;
    fail(`A stage that has had enough ends the pipeline, and that is no error, but ${error}`);
  }
}

/** Cooks buns for ever, as far as the test wants to go, and writes down what happens to it. */
function* cook(log: unknown[], count = Infinity): Generator<number, void, void> {
  try {
    for (let n = 1; n <= count; n++) {
      if (n > 100) throw unstopped;
      log.push(`cook ${n}`);
      yield n;
    }
  } finally {
    log.push("cook closed");
  }
}

/** Passes each value on, and writes down what happens to it. */
function waiter(log: unknown[], name: string): Stage<number, number> {
  return coroutine(function* waiter(target: Coroutine<number>): Generator<void, void, number> {
    try {
      while (true) {
        const bun = yield;
        log.push(`${name} ${bun}`);
        target.send(bun);
      }
    } finally {
      log.push(`${name} closed`);
    }
  });
}

/** Sends so many values at a time, and what is left over when it is closed. */
function steamer(size: number): Stage<number, number[]> {
  return coroutine(function* steamer(target: Coroutine<number[]>): Generator<void, void, number> {
    const buns: number[] = [];
    try {
      while (true) {
        buns.push(yield);
        if (buns.length === size) target.send(buns.splice(0));
      }
    } finally {
      if (buns.length > 0) target.send(buns);
    }
  });
}

/** Lets so many values through, and returns. */
function first<T>(count: number): Stage<T, T> {
  return coroutine(function* first(target: Coroutine<T>): Generator<void, void, T> {
    for (let n = 0; n < count; n++) target.send(yield);
  });
}

test("[2] a pipeline takes each item all the way before it asks for the next", () => {
  const log: unknown[] = [];
  pipeline(cook(log, 2), waiter(log, "waiter"), eater(log));
  assertEquals(
    log.slice(0, 6),
    ["cook 1", "waiter 1", ["Ann", 1], "cook 2", "waiter 2", ["Ann", 2]],
    "An item that is read ahead waits in memory, and a source without end never comes to an end",
  );
});

test("[2] a pipeline without stages sends everything into its end", () => {
  const log: unknown[] = [];
  pipeline([undefined, 0, null], eater<number | null | undefined>(log));
  pipeline([], eater(log));
  assertEquals(log, [
    ...[["Ann", undefined], ["Ann", 0], ["Ann", null], ["Ann", "closed"]],
    ["Ann", "closed"],
  ], "All items must arrive, and at the end of the source the last coroutine is closed as well");
});

test("[2] a pipeline takes every source that for…of takes, as for…of does", () => {
  const log: unknown[] = [];
  const eaten = (source: Iterable<unknown>) => {
    log.length = 0;
    pipeline(source, eater<unknown>(log));
    return log.filter((line) => `${line}` !== "Ann,closed").map((line) => (line as unknown[])[1]);
  };
  assertEquals(eaten("ab"), ["a", "b"], "A text");
  assertEquals(eaten(new Set([1, 2])), [1, 2], "A set");
  const growing = [1, 2];
  const grower: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      while (true) {
        const bun = yield;
        if (bun < 3) growing.push(bun + 2);
        target.send(bun);
      }
    },
  );
  const grown: unknown[] = [];
  pipeline(growing, grower, eater(grown));
  assertEquals(grown.length, 5, "A list that grows meanwhile: it must not be read ahead");
  let closed = 0;
  const counted = (): IterableIterator<number> => {
    const items = [1, 2, 3].values();
    return {
      next: () => items.next(),
      return: () => ({ done: true, value: closed++ }),
      [Symbol.iterator]() {
        return this;
      },
    };
  };
  assertEquals(eaten(counted()), [1, 2, 3], "An iterator that is its own iterable");
  assertEquals(closed, 0, "A source that has come to its end itself is not closed");
  pipeline(counted(), hungry(2));
  assertEquals(closed, 1, "A source that is left is closed");
  enough(() => pipeline([1, 2, 3], hungry(2))); // The iterator of a list cannot be closed.
});

test("[2] at the end of its source a pipeline closes the stages in their order", () => {
  const log: unknown[] = [];
  pipeline(cook([], 1), waiter([], "a"), waiter(log, "b"), waiter(log, "c"), eater(log));
  assertEquals(
    log.slice(-3),
    ["b closed", "c closed", ["Ann", "closed"]],
    "A stage is closed before those that it sends to, for it may have something left",
  );
  const batches: unknown[] = [];
  pipeline(cook([], 5), steamer(2), eater<number[]>(batches));
  assertEquals(
    batches,
    [["Ann", [1, 2]], ["Ann", [3, 4]], ["Ann", [5]], ["Ann", "closed"]],
    "What a stage had kept was lost when it was closed",
  );
});

test("[2] a stage that has enough stops the pipeline, and the source is closed", () => {
  const log: unknown[] = [];
  enough(() => pipeline(cook(log), waiter(log, "waiter"), first(2), eater(log)));
  assertEquals(log.filter((line) => `${line}`.startsWith("cook")), [
    "cook 1",
    "cook 2",
    "cook closed",
  ], "The source must be asked for 2 items and then closed, as for…of does when it is left");
  assertEquals(log.filter((line) => `${line}`.startsWith("Ann")), [
    ["Ann", 1],
    ["Ann", 2],
    ["Ann", "closed"],
  ], "What came out at the end");
  assert(log.includes("waiter closed"), "The stage before the one that had enough must be closed");
});

test("[2] whichever stage has enough, first the source is closed, and then the stages in order", () => {
  for (const place of [0, 1, 2, 3]) {
    const log: unknown[] = [];
    const names = ["a", "b", "c"];
    const stages = names.map((name) => waiter(log, name));
    stages.splice(place, 0, first<number>(1));
    enough(() => pipeline(cook(log), ...stages, eater(log)));
    // Those before it have let its end out, and have ended by that, one after the other.
    const before = names.slice(0, place).toReversed();
    assertEquals(
      log.map(String).filter((line) => line.endsWith("closed")),
      [...before, "cook", ...names.slice(place), "Ann"].map((name) =>
        name === "Ann" ? "Ann,closed" : `${name} closed`
      ),
      `Stage ${place + 1} of 4 has enough after one bun`,
    );
  }
});

test("[2] what a stage has kept when another has enough still goes all the way", () => {
  const log: unknown[] = [];
  enough(() => pipeline(cook(log), first<number>(3), steamer(2), eater<number[]>(log)));
  assertEquals(
    log.slice(-4),
    ["cook 3", "cook closed", ["Ann", [3]], ["Ann", "closed"]],
    "The steamer had kept bun 3. Closed before Ann, it can still send it",
  );
  enough(() => pipeline(cook([]), first<number>(1), steamer(2), hungry(1, log)));
  assertEquals(log.slice(-1), [[1]], "Whoever has enough of that does no harm either");
});

test("[2] a stage that has enough stops the pipeline, also if the one before it goes on", () => {
  const log: unknown[] = [];
  const calm: Stage<number, number> = coroutine(function* (target): Generator<void, void, number> {
    while (true) {
      const bun = yield;
      errorOf(() => target.send(bun));
    }
  });
  enough(() => pipeline(cook(log), calm, hungry(2)));
  assertEquals(log, ["cook 1", "cook 2", "cook closed"], "Nobody wants what comes after that");
  log.length = 0;
  enough(() => pipeline(cook(log), calm, calm, first<number>(2), calm, calm, eater([])));
  assertEquals(log, ["cook 1", "cook 2", "cook closed"], "Wherever the one stands that has enough");
});

test("[2] an end that has enough stops the pipeline", () => {
  const log: unknown[] = [];
  enough(() => pipeline(cook([]), waiter([], "waiter"), hungry(2, log)));
  assertEquals(log, [1, 2], "It wants two");
  enough(() => pipeline(cook([]), waiter([], "waiter"), broadcast(hungry(1, log), hungry(2, log))));
  assertEquals(log.slice(2), [1, 1, 2], "The first wants one, the second wants two");
  enough(() => pipeline(cook([]), waiter([], "waiter"), hungry(0, log)));
  assertEquals(log.length, 5, "An end that wants nothing must get nothing");
  enough(() => pipeline(cook(log), hungry(1)));
  assertEquals(log.slice(5), ["cook 1", "cook closed"], "Without stages it is the same");
  enough(() => pipeline(cook(log), hungry(0)));
  assertEquals(
    log.length,
    7,
    "It has had enough before the first item: the source is not asked for one",
  );
});

test("[2] a stage that has enough while the pipeline is built wants no item", () => {
  const log: unknown[] = [];
  const header: Stage<string, string> = coroutine(
    function* (target): Generator<void, void, string> {
      target.send("header");
      while (true) target.send(yield);
    },
  );
  enough(() => pipeline(["line"], header, hungry<string>(1, log)));
  assertEquals(log, ["header"], "A stage may send before its first yield, and need not catch");
});

test("[2] a source is closed also if a stage has enough while the pipeline is built", () => {
  const log: unknown[] = [];
  const source = cook(log);
  source.next();
  const header: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      target.send(0);
      while (true) target.send(yield);
    },
  );
  enough(() => pipeline(source, header, hungry(1)));
  assertEquals(log, ["cook 1", "cook closed"], "The source was at work before, and stands open");
});

test("[2] a stage may have enough while the pipeline is being closed", () => {
  const log: unknown[] = [];
  enough(() => pipeline(cook([], 3), steamer(4), first(1), eater<number[]>(log)));
  assertEquals(
    log,
    [["Ann", [1, 2, 3]], ["Ann", "closed"]],
    "The last batch comes when the stages are closed: the one that has enough of it must not keep " +
      "the others open",
  );
});

test("[2] a pipeline is made of functions, and ends in a coroutine", () => {
  const log: unknown[] = [];
  const wrong: Record<string, unknown[]> = {
    "a source and nothing behind it": [],
    "a function in the last place": [waiter([], "a")],
    "an object that looks like a coroutine": [double],
    "a coroutine as a stage": [eater([]), eater(log)],
    "a stage that gives a bare generator": [function* () {}, eater(log)],
    "a stage that gives what looks like a coroutine": [() => double, eater(log)],
  };
  for (const [name, stages] of Object.entries(wrong)) {
    const asked: unknown[] = [];
    const error = thrownBy(() => pipeline(cook(asked), ...(stages as [Coroutine<never>])), name);
    assert(error instanceof TypeError, `${name}: expected TypeError, got ${error}`);
    assertEquals(asked, [], `${name}: it must be refused before the source is asked for an item`);
  }
});

// -- [3] pipeline: no error is hidden --

test("[3] an error in a stage comes out of the pipeline after everything is closed", () => {
  const log: unknown[] = [];
  const failure = new RangeError("Bun 2 is burnt");
  const taster: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      while (true) {
        const bun = yield;
        if (bun === 2) throw failure;
        target.send(bun);
      }
    },
  );
  const thrown = thrownBy(
    () => pipeline(cook(log), waiter(log, "waiter"), taster, eater(log)),
    "A stage failed",
  );
  assertStrictEquals(thrown, failure, "The very error of the stage must come out");
  assertEquals(log.slice(-4).toSorted(), [
    ["Ann", "closed"],
    "cook closed",
    "waiter 2",
    "waiter closed",
  ], "After an error the source and all stages must be closed");
});

test("[3] an error in the source comes out of the pipeline after the stages are closed", () => {
  const log: unknown[] = [];
  function* noFlour() {
    yield 1;
    throw new RangeError("No flour");
  }
  const ann = eater<number[]>(log);
  assertThrows(
    () => pipeline(noFlour(), steamer(2), ann),
    RangeError,
    "No flour",
    "The source has failed",
  );
  assertEquals(log, [["Ann", [1]], ["Ann", "closed"]], "The stages must be closed in their order");
  const failing = {
    next: () => fail("No flour"),
    return: () =>
      fail("A source that has failed has ended, and is not closed: for…of does not either"),
    [Symbol.iterator]: () => failing,
  };
  assertThrows(() => pipeline(failing, eater(log)), Error, "No flour", "The source has failed");
});

test("[3] an error while a pipeline is built comes out, after what there is is closed", () => {
  const log: unknown[] = [];
  const ann = eater(log);
  const broken = coroutine(function* (_target: Coroutine<number>): Generator<void, void, number> {
    if (log.length === 0) throw new RangeError("No tray");
    yield;
  });
  const thrown = thrownBy(
    () => pipeline(cook([]), broken, waiter(log, "waiter"), ann),
    "A stage failed before its first yield",
  );
  assert(thrown instanceof RangeError, `The error of the stage must come out, and not ${thrown}`);
  assertEquals(
    log,
    ["waiter closed", ["Ann", "closed"]],
    "They wait for buns that nobody will send",
  );
});

test("[3] a source is closed also if a stage fails while the pipeline is built", () => {
  const log: unknown[] = [];
  const source = cook(log);
  source.next();
  const broken: Stage<number, number> = coroutine(
    // deno-lint-ignore require-yield -- it fails before
    function* (): Generator<void, void, number> {
      throw new RangeError("No tray");
    },
  );
  assertThrows(
    () => pipeline(source, broken, eater(log)),
    RangeError,
    "No tray",
    "A stage failed before its first yield",
  );
  assertEquals(
    log.toSorted(),
    [["Ann", "closed"], "cook 1", "cook closed"],
    "The source was at work before: it must be closed, and the last coroutine as well",
  );
});

test("[3] an error while a pipeline closes comes out, after everything is closed", () => {
  const log: unknown[] = [];
  const failure = new RangeError("The lid is stuck");
  const thrown = thrownBy(
    () => pipeline(cook([], 1), waiter([], "waiter"), lid(failure), eater(log)),
    "A stage failed in its finally block",
  );
  assertStrictEquals(thrown, failure, "The error of the stage must come out");
  assertEquals(log, [["Ann", 1], ["Ann", "closed"]], "The ones behind it must be closed as well");
  const early = thrownBy(
    () => pipeline(cook([]), first<number>(1), lid(failure), eater(log)),
    "A stage failed in its finally block after another had enough",
  );
  assertStrictEquals(early, failure, "The end of a stage is no error, and hides none");
});

/** A stage that passes everything on and fails when it is closed. */
function lid(failure: Error): Stage<number, number> {
  return coroutine(function* lid(target: Coroutine<number>): Generator<void, void, number> {
    try {
      while (true) target.send(yield);
    } finally {
      // deno-lint-ignore no-unsafe-finally -- That is what it is for.
      throw failure;
    }
  });
}

test("[3] no error in a pipeline hides another", () => {
  const [burnt, jammed] = [new Error("The bun is burnt"), new Error("The lid is stuck")];
  function* fire(): Generator<number, void, void> {
    yield 1;
    throw burnt;
  }
  const log: unknown[] = [];
  const thrown = thrownBy(() => pipeline(fire(), lid(jammed), eater(log)), "Two things failed");
  requireBoth(thrown, burnt, jammed);
  assertEquals(log, [["Ann", 1], ["Ann", "closed"]], "Whatever fails, the others must be closed");
});

/** The error, or all of those that it holds together. */
function errorsIn(thrown: unknown): unknown[] {
  if (!(thrown instanceof SuppressedError)) return [thrown];
  return [...errorsIn(thrown.suppressed), ...errorsIn(thrown.error)];
}

test("[3] of three errors none is hidden either", () => {
  const errors = ["The bun is burnt", "The lid is stuck", "The steamer is stuck"].map((text) =>
    new Error(text)
  );
  function* fire(): Generator<number, void, void> {
    yield 1;
    throw errors[0];
  }
  const lids = [lid(errors[1]), lid(errors[2])] as const;
  const thrown = thrownBy(() => pipeline(fire(), ...lids, eater([])), "Three things failed");
  const found = errorsIn(thrown);
  for (const error of errors) {
    assert(found.includes(error), `'${error.message}' is not in what was thrown: ${found}`);
  }
});

/** A source that fails when it is closed. */
function* oven(failure: Error): Generator<number, void, void> {
  try {
    for (let n = 1;; n++) yield n;
  } finally {
    // deno-lint-ignore no-unsafe-finally -- That is what it is for.
    throw failure;
  }
}

test("[3] an error while the source is closed comes out, though a stage had enough", () => {
  const failure = new RangeError("The oven door is stuck");
  const log: unknown[] = [];
  const thrown = thrownBy(
    () => pipeline(oven(failure), first<number>(1), eater(log)),
    "The source failed in its finally block",
  );
  assertStrictEquals(thrown, failure, "The end of a stage is no error, and hides none");
  assertEquals(log, [["Ann", 1], ["Ann", "closed"]], "The source has failed: close the others");
});

test("[3] an error while the source is closed comes out, though a stage has failed", () => {
  const [burnt, jammed] = [new Error("The bun is burnt"), new Error("The oven door is stuck")];
  const log: unknown[] = [];
  const taster: Stage<number, number> = coroutine(
    function* (_target): Generator<void, void, number> {
      yield;
      throw burnt;
    },
  );
  const thrown = thrownBy(() => pipeline(oven(jammed), taster, eater(log)), "Two things failed");
  requireBoth(thrown, burnt, jammed);
  assertEquals(log, [["Ann", "closed"]], "Two have failed: close the others all the same");
});

test("[3] a yield while a pipeline closes is an error", () => {
  const log: unknown[] = [];
  const stage: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      try {
        while (true) target.send(yield);
      } finally {
        yield;
      }
    },
  );
  const ways = {
    "at the end of the source": () => pipeline([1], stage, eater(log)),
    "after a stage had enough": () => pipeline(cook([]), first<number>(1), stage, eater(log)),
  };
  for (const [when, run] of Object.entries(ways)) {
    const error = thrownBy(run, `A stage yielded while it was closed ${when}`);
    assert(error instanceof CoroutineError, `${when}: expected CoroutineError, got ${error}`);
  }
  assertEquals(
    log,
    [["Ann", 1], ["Ann", "closed"], ["Ann", 1], ["Ann", "closed"]],
    "One could not be closed: those behind it must be closed all the same",
  );
});

test("[3] nothing but the end of a stage is forgiven", () => {
  const finished = hungry(0);
  const cause = endOf(() => finished.send(0), "The coroutine had returned");
  const throwing = (what: unknown, when: "sent to" | "closed"): Stage<number, number> =>
    coroutine(function* throwing(target): Generator<void, void, number> {
      try {
        while (true) {
          const bun = yield;
          if (when === "sent to") throw what;
          target.send(bun);
        }
      } finally {
        // deno-lint-ignore no-unsafe-finally -- That is what this test is about.
        if (when === "closed") throw what;
      }
    });
  const others = {
    "another's end": cause,
    "an error of another's end": new CoroutineError("A leak", { cause }),
    "a CoroutineError of its own": new CoroutineError("A mistake"),
    "null": null,
    "undefined": undefined,
  };
  for (const [name, what] of Object.entries(others)) {
    for (const when of ["sent to", "closed"] as const) {
      const out = thrownOr("nothing", () => pipeline([1], throwing(what, when), eater([])));
      const isLeak = what === cause && (out as Error)?.cause === cause;
      assert(isLeak || out === what, `A stage threw ${name} when it was ${when}: ${out} came out`);
    }
  }
  const error = thrownBy(
    () => pipeline([1], throwing(0, "sent to"), broadcast(reluctant([], 1) as never)),
    "A stage failed, and then another yielded while it was closed",
  );
  assert(error instanceof SuppressedError, `Two errors, and not ${error}`);
  const leaving: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      yield;
      target.close();
      finished.send(1);
    },
  );
  const left = thrownBy(() => pipeline([1], leaving, eater([])), "A stage sent to another");
  assert(left instanceof CoroutineError, `It is no stage that the leak comes of, but ${left}`);
  function* taster(): Generator<number, void, void> {
    yield 1;
    finished.send(1);
  }
  const leak = thrownBy(() => pipeline(taster(), eater([])), "The source sent to another");
  assert(leak instanceof CoroutineFinished, `The source's own error must come out, not ${leak}`);
});

test("[3] the end of a coroutine that is no stage does not stop a pipeline in silence", () => {
  const log: unknown[] = [];
  const counter = hungry(1);
  const counting: Stage<number, number> = coroutine(
    function* (target): Generator<void, void, number> {
      while (true) {
        const bun = yield;
        counter.send(bun);
        target.send(bun);
      }
    },
  );
  const error = thrownBy(
    () => pipeline(cook(log), counting, eater(log)),
    "A stage sent to a finished coroutine that belongs to somebody else. That is a mistake",
  );
  assert(error instanceof CoroutineError, `Expected CoroutineError, got ${error}`);
  assert(log.includes("cook closed"), "After an error the source must be closed");
});

test("[3] what a stage makes of the end of another is its own error, unless it is a CoroutineError", () => {
  const rethrowing = (wrap: (cause: unknown) => unknown): Stage<number, number> =>
    coroutine(function* rethrowing(target): Generator<void, void, number> {
      while (true) {
        const bun = yield;
        try {
          target.send(bun);
        } catch (error) {
          throw wrap(error);
        }
      }
    });
  const again = rethrowing((cause) => new CoroutineError("again", { cause }));
  enough(() => pipeline(cook([]), waiter([], "a"), again, again, waiter([], "b"), hungry(2)));
  const failure = new RangeError("cannot deliver");
  const own = rethrowing((cause) => Object.assign(failure, { cause }));
  const thrown = thrownBy(
    () => pipeline(cook([]), own, hungry(2)),
    "The stage has made an error of its own of it",
  );
  assertStrictEquals(thrown, failure, "Only CoroutineErrors come of the end of a stage");
});

testWhatToFixFirst();
