import { assert, assertEquals, assertFalse } from "@std/assert";
import { cells, everySchedule, type VirtualThread } from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { Barrier, type BarrierOptions, BrokenBarrier } from "./barriers.ts";

/** Bounds the search where another right solution may need many more states. */
const maxStates = 30_000;

interface Bus {
  bus: SharedArrayBuffer;
}

type Body<Shared> = (shared: Shared, thread: VirtualThread) => unknown;

const busFor = (parties: number, options?: BarrierOptions) => (): Bus => ({
  bus: new Barrier(parties, options).buffer,
});

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone<Shared>(shared: () => Shared, run: Body<Shared>) {
  return everySchedule({ shared, threads: 1, run });
}

/** The index that wait returns, or `"broken"`. */
function board(bus: Barrier, options?: { timeout?: number }): number | "broken" {
  try {
    return bus.wait(options);
  } catch (error) {
    if (error instanceof BrokenBarrier) return "broken";
    throw error;
  }
}

const comeAt = (time: number): Body<Bus> => ({ bus }, thread) => {
  thread.sleep(time);
  return board(Barrier.attach(bus));
};

const doAt = (time: number, action: (bus: Barrier) => void): Body<Bus> => ({ bus }, thread) => {
  thread.sleep(time);
  action(Barrier.attach(bus));
};

// -- [1] the bus leaves when it is full --

test("[1] a new barrier knows its parties, and nobody waits", () => {
  const bus = new Barrier(3);
  assertEquals(bus.parties, 3);
  assertEquals(bus.waiting, 0);
  assertEquals(`${bus}`, "Barrier(0 of 3 waiting)");
});

test("[1] a barrier is for one thread at least", () => {
  for (const parties of [1, 257, 65_537, 2 ** 28 - 1]) {
    assertEquals(new Barrier(parties).parties, parties, `new Barrier(${parties})`);
  }
  for (const parties of [0, -1, 1.5, NaN, Infinity, 2 ** 28, 2 ** 32]) {
    assertThrows(() => new Barrier(parties), RangeError, "", `new Barrier(${parties})`);
  }
});

test("[1] a barrier for one lets it pass, again and again", () =>
  alone(busFor(1), ({ bus }) => {
    const mine = Barrier.attach(bus);
    for (let i = 0; i < 3; i++) {
      assertEquals(mine.wait(), 0, "It is the first and the last, so its index is 0");
      assertEquals(mine.waiting, 0, "Nobody waits any more");
    }
  }));

test("[1] attach refuses what is not the buffer of a barrier", () => {
  const bus = new Barrier(3);
  const notShared = new ArrayBuffer(bus.buffer.byteLength) as unknown as SharedArrayBuffer;
  assertEquals(Barrier.attach(bus.buffer).parties, 3, "All state must live in the shared buffer");
  assertThrows(() => Barrier.attach(notShared), TypeError, "", "Memory that is not shared");
  assertThrows(() => Barrier.attach(new SharedArrayBuffer(1024)), TypeError, "", "Another buffer");
});

test("[1] nobody goes on before all have come", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), come: cells(1) }),
    threads: 2,
    run({ bus, come }) {
      Atomics.add(come, 0, 1);
      const mine = Barrier.attach(bus);
      mine.wait();
      assertEquals(Atomics.load(come, 0), 2, "How many had come when this thread went on");
      assertEquals(mine.waiting, 0, "The bus has left: how many wait");
    },
  }));

test("[1] of three threads each gets another index", () =>
  everySchedule({
    shared: busFor(3),
    threads: 3,
    maxStates,
    run: ({ bus }) => Barrier.attach(bus).wait(),
    after({ bus }, indices) {
      assertEquals(indices.toSorted(), [0, 1, 2], "What wait returned in the three threads");
      assertEquals(Barrier.attach(bus).waiting, 0, "All have left: how many wait");
    },
  }));

test("[1] who comes first waits for the last", () =>
  everySchedule({
    shared: busFor(3),
    timers: "quiet",
    threads: {
      first({ bus }, thread) {
        Barrier.attach(bus).wait();
        assertEquals(thread.now(), 30, "The third one comes after 30 milliseconds: it left after");
      },
      second: comeAt(20),
      third: comeAt(30),
      onlooker({ bus }, thread) {
        const seen = [];
        const mine = Barrier.attach(bus);
        for (const time of [10, 25, 40]) {
          thread.sleep(time - thread.now());
          seen.push(mine.waiting);
        }
        assertEquals(seen, [1, 2, 0], "How many wait after 10, 25 and 40 milliseconds");
      },
    },
  }));

test("[1] what was written before is there after wait", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), seats: cells(2) }),
    threads: {
      left({ bus, seats }) {
        seats[0] = 7;
        Barrier.attach(bus).wait();
        assertEquals(seats[1], 8, "What the right one wrote before it came");
      },
      right({ bus, seats }) {
        seats[1] = 8;
        Barrier.attach(bus).wait();
        assertEquals(seats[0], 7, "What the left one wrote before it came");
      },
    },
  }));

test("[1] a thread that waits sleeps and does not spin", () => {
  const run: Body<Bus> = ({ bus }) => void Barrier.attach(bus).wait();
  const proof = everySchedule({ shared: busFor(3), threads: 3, run, maxStates });
  assertFalse(
    proof.spun,
    "A waiting thread went round and round a loop. It burns a core that the others could use: " +
      "let it sleep in Atomics.wait until the last one comes",
  );
  return proof;
});

// -- [2] again and again --

/** Each thread goes through the rounds, and counts in one cell a round who has come. */
function testRounds(threads: number, rounds: number): void {
  test(`[2] ${threads} threads meet in each of ${rounds} rounds`, () =>
    everySchedule({
      shared: () => ({ ...busFor(threads)(), come: cells(rounds), indices: cells(rounds) }),
      threads,
      maxStates,
      run({ bus, come, indices }) {
        const mine = Barrier.attach(bus);
        for (let round = 0; round < rounds; round++) {
          Atomics.add(come, round, 1);
          const index = mine.wait();
          const there = Atomics.load(come, round);
          assertEquals(there, threads, `How many had come to round ${round} when this one went on`);
          Atomics.add(indices, round, 10 ** index);
        }
      },
      after({ bus, indices }) {
        for (const sum of indices) {
          assertEquals(`${sum}`, "1".repeat(threads), "How often each index was given in a round");
        }
        assertEquals(Barrier.attach(bus).waiting, 0, "All have left: how many wait");
      },
    }));
}

testRounds(2, 3);
testRounds(3, 2);

test("[2] two buses full of people leave with two each", () =>
  everySchedule({
    shared: busFor(2),
    threads: 4,
    maxStates,
    run: ({ bus }) => Barrier.attach(bus).wait(),
    after({ bus }, indices) {
      assertEquals(indices.toSorted(), [0, 0, 1, 1], "What wait returned in the four threads");
      assertEquals(Barrier.attach(bus).waiting, 0, "All have left: how many wait");
    },
  }));

test("[2] who comes too late for this bus waits for the next one", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), come: cells(1) }),
    timers: "quiet",
    maxStates,
    threads: {
      first: comeAt(0),
      second: comeAt(10),
      third({ bus, come }, thread) {
        thread.sleep(10);
        Atomics.store(come, 0, 1);
        Barrier.attach(bus).wait();
      },
      last: comeAt(20),
    },
    after({ bus }, results) {
      assertFalse(results.includes("broken"), "Nobody has broken the barrier");
      assertEquals(Barrier.attach(bus).waiting, 0, "Two buses left with two each: how many wait");
    },
  }));

testWithPermission("[2] five Workers meet a thousand times", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/rounds.ts", import.meta.url),
  );
  assertEquals(timedOut, false, `Somebody seems to sleep for ever. So far: ${stdout}`);
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "5000 passed, 0 too early, 1000 of each index\n", "5 Workers, 1000 rounds");
});

// -- [3] the last one has something to do --

test("[3] the action is done once a round, before anybody goes on", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), trips: cells(1) }),
    threads: 2,
    maxStates,
    run({ bus, trips }) {
      const mine = Barrier.attach(bus, { action: () => void trips[0]++ });
      for (let round = 1; round <= 2; round++) {
        mine.wait();
        assertEquals(Atomics.load(trips, 0), round, "How often the action was done before");
      }
    },
  }));

test("[3] the last one that comes does its own action", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), did: cells(2) }),
    threads: {
      left: ({ bus, did }) => Barrier.attach(bus, { action: () => void did[0]++ }).wait(),
      right: ({ bus, did }) => Barrier.attach(bus, { action: () => void did[1]++ }).wait(),
    },
    after({ did }, indices) {
      const last = indices.map((index) => Number(index === 1));
      assertEquals(
        [...did],
        last,
        "How often each thread did its action: the one with index 1 does",
      );
    },
  }));

test("[3] the maker of a barrier has an action too", () =>
  alone(() => {
    const did = cells(1);
    return { did, bus: new Barrier(1, { action: () => void did[0]++ }) };
  }, ({ did, bus }) => {
    bus.wait();
    bus.wait();
    assertEquals(did[0], 2, "How often the action was done in two rounds");
  }));

test("[3] a barrier without an action needs none", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), did: cells(1) }),
    threads: {
      with: ({ bus, did }) => Barrier.attach(bus, { action: () => void did[0]++ }).wait(),
      without: ({ bus }) => Barrier.attach(bus).wait(),
    },
    after: ({ did }, [index]) => assertEquals(did[0], index, "Only who has an action does one"),
  }));

class FlatTyre extends Error {}

test("[3] an action that throws breaks the barrier, and only its thread gets the error", () =>
  everySchedule({
    shared: busFor(3),
    threads: 3,
    maxStates,
    run({ bus }) {
      const action = () => {
        throw new FlatTyre("no bus today");
      };
      try {
        return board(Barrier.attach(bus, { action }));
      } catch (error) {
        if (error instanceof FlatTyre) return "flat tyre";
        throw error;
      }
    },
    after({ bus }, results) {
      assertEquals(
        results.toSorted(),
        ["broken", "broken", "flat tyre"],
        "The last one gets the error of its action, the others a BrokenBarrier",
      );
      assertEquals(new Barrier(3).broken, false, "A new barrier");
      const { broken, waiting } = Barrier.attach(bus);
      assertEquals({ broken, waiting }, { broken: true, waiting: 0 }, "The barrier after that");
    },
  }));

/** Two threads: the bus is full after 10 milliseconds, and the action takes its time. */
function fullAt10ThenActs(milliseconds: number): Record<"first" | "last", Body<Bus>> {
  return {
    first: comeAt(0),
    last({ bus }, thread) {
      thread.sleep(10);
      return board(Barrier.attach(bus, { action: () => thread.sleep(milliseconds) }));
    },
  };
}

test("[3] the bus is full: nobody gives up while the action is done", () =>
  everySchedule({
    shared: busFor(2, { timeout: 20 }),
    timers: "quiet",
    threads: fullAt10ThenActs(50),
    after: (_, results) =>
      assertEquals(results, [0, 1], "All came in time, however long the action took: the indices"),
  }));

test("[3] who comes while the action is done waits for the next bus", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    threads: {
      ...fullAt10ThenActs(50),
      next({ bus }, thread) {
        thread.sleep(20);
        const index = board(Barrier.attach(bus));
        assertEquals(thread.now(), 100, "The bus that it can take leaves after 100 milliseconds");
        return index;
      },
      nextLast: comeAt(100),
    },
    after: (_, results) => assertEquals(results, [0, 1, 0, 1], "The indices of two buses"),
  }));

// -- [4] not all will come --

test("[4] abort wakes all four who wait, with a BrokenBarrier", () => {
  const guest = (time: number): Body<Bus> => ({ bus }, thread) => {
    thread.sleep(time);
    assertEquals(
      board(Barrier.attach(bus)),
      "broken",
      "It waited as somebody called abort: it got",
    );
  };
  return everySchedule({
    shared: busFor(5),
    timers: "quiet",
    maxStates,
    threads: {
      first: guest(1),
      second: guest(2),
      third: guest(3),
      fourth: guest(4),
      driver: doAt(10, (bus) => bus.abort()),
    },
    after({ bus }) {
      const { broken, waiting } = Barrier.attach(bus);
      assertEquals({ broken, waiting }, { broken: true, waiting: 0 }, "The barrier after abort");
    },
  });
});

test("[4] who comes to a broken barrier gets a BrokenBarrier at once", () =>
  alone(busFor(2), ({ bus }) => {
    const mine = Barrier.attach(bus);
    mine.abort();
    mine.abort();
    assertEquals(mine.broken, true, "It was aborted, though nobody waited");
    for (let i = 0; i < 3; i++) assertThrows(() => mine.wait(), BrokenBarrier);
    assertEquals(mine.waiting, 0, "Who was refused does not wait");
    assertEquals(`${mine}`, "Barrier(broken)");
  }));

test("[4] a BrokenBarrier is an Error of its own name", () => {
  const error = new BrokenBarrier("not all came");
  assert(error instanceof Error);
  assertEquals(error.name, "BrokenBarrier");
  const bus = new Barrier(2);
  bus.abort();
  assertThrows(() => bus.wait(), BrokenBarrier);
});

test("[4] abort or a full bus: all go on, or none", () =>
  everySchedule({
    shared: busFor(2),
    threads: { first: comeAt(0), second: comeAt(0), driver: doAt(0, (bus) => bus.abort()) },
    maxStates,
    after({ bus }, [first, second]) {
      assertAllOrNone([first, second]);
      assertEquals(Barrier.attach(bus).broken, true, "It was aborted, and nobody has reset it");
    },
  }));

test("[4] a bus that was full has left, though somebody aborts right after that", () =>
  everySchedule({
    shared: busFor(3),
    threads: {
      first: comeAt(0),
      second: comeAt(0),
      third({ bus }) {
        const mine = Barrier.attach(bus);
        const index = board(mine);
        mine.abort();
        return index;
      },
    },
    maxStates,
    after: (_, results) =>
      assertFalse(
        results.includes("broken"),
        `All three had come before the abort, so all go on: ${results.join(", ")}`,
      ),
  }));

test("[4] abort while the action is done: all go on, or none", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    threads: {
      ...fullAt10ThenActs(50),
      next: comeAt(15),
      driver({ bus }, thread) {
        thread.sleep(20);
        Barrier.attach(bus).abort();
        assertEquals(thread.now(), 20, "abort does not wait for the action. It came back at");
      },
    },
    after: ({ bus }, [first, last, next]) => {
      assertAllOrNone([first, last]);
      assertEquals(next, "broken", "Who waited for the next bus got");
      assertEquals(Barrier.attach(bus).broken, true, "It was aborted, and nobody has reset it");
    },
  }));

function assertAllOrNone(results: unknown[]): void {
  const count = results.filter((result) => result === "broken").length;
  const got = results.join(", ");
  assert(count === 0 || count === results.length, `All go on, or none does: they got ${got}`);
}

// -- [5] a new bus --

test("[5] reset sends away who waits, and makes the barrier as new", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    maxStates,
    threads: {
      early: comeAt(0),
      driver: doAt(10, (bus) => bus.reset()),
      first: comeAt(20),
      second: comeAt(30),
    },
    after({ bus }, [early, , ...indices]) {
      assertEquals(early, "broken", "It waited as the barrier was reset, so it gets");
      assertEquals(indices, [0, 1], "The two who came after the reset got");
      assertEquals(Barrier.attach(bus).broken, false, "The barrier was reset");
    },
  }));

test("[5] reset mends a broken barrier", () =>
  alone(busFor(1), ({ bus }) => {
    const mine = Barrier.attach(bus);
    mine.abort();
    mine.reset();
    assertEquals(mine.broken, false, "It was reset");
    assertEquals(mine.wait(), 0, "It works again");
    mine.reset();
    assertEquals(mine.broken, false, "A reset where nobody waits breaks nothing");
    assertEquals(mine.wait(), 0, "It works again");
  }));

test("[5] who was sent away is not counted for the next bus, nor let go with it", () =>
  everySchedule({
    shared: () => ({ ...busFor(2)(), isReset: cells(1) }),
    timers: "quiet",
    maxStates,
    threads: {
      early: comeAt(0),
      // The early one may still be on its way out when the next bus is full.
      driver({ bus, isReset }, thread) {
        thread.sleep(10);
        const mine = Barrier.attach(bus);
        mine.reset();
        Atomics.store(isReset, 0, 1);
        Atomics.notify(isReset, 0);
        return board(mine);
      },
      next({ bus, isReset }) {
        Atomics.wait(isReset, 0, 0);
        return board(Barrier.attach(bus));
      },
    },
    after(_, [early, ...indices]) {
      assertEquals(early, "broken", "It waited as the barrier was reset, so it gets");
      assertEquals(indices.toSorted(), [0, 1], "The two who came after the reset got");
    },
  }));

test("[5] abort and reset at once: who waited is told", () =>
  everySchedule({
    shared: busFor(3),
    timers: "quiet",
    maxStates,
    threads: {
      first: comeAt(0),
      second: comeAt(0),
      driver: doAt(10, (bus) => {
        bus.abort();
        bus.reset();
      }),
    },
    after({ bus }, results) {
      assertEquals(results.slice(0, 2), ["broken", "broken"], "What the two who waited got");
      const { broken, waiting } = Barrier.attach(bus);
      assertEquals({ broken, waiting }, { broken: false, waiting: 0 }, "The barrier after that");
    },
  }));

test("[5] reset while the action is done: all go on, or none, and the next bus is as new", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    maxStates,
    threads: {
      ...fullAt10ThenActs(50),
      driver: doAt(20, (bus) => bus.reset()),
      next: comeAt(100),
      nextLast: comeAt(110),
    },
    after({ bus }, [first, last, , ...indices]) {
      assertAllOrNone([first, last]);
      assertEquals(indices, [0, 1], "The two who came after that got");
      const { broken, waiting } = Barrier.attach(bus);
      assertEquals({ broken, waiting }, { broken: false, waiting: 0 }, "The barrier after that");
    },
  }));

test("[5] a bus that was full has left, though somebody resets right after that", () =>
  everySchedule({
    shared: busFor(2),
    threads: {
      first: ({ bus }) => board(Barrier.attach(bus)),
      second({ bus }) {
        const mine = Barrier.attach(bus);
        const index = board(mine);
        mine.reset();
        return index;
      },
    },
    after({ bus }, results) {
      assertEquals(results.toSorted(), [0, 1], "Both had come before the reset, so both go on");
      assertEquals(Barrier.attach(bus).waiting, 0, "How many wait");
    },
  }));

// -- [6] a wait may have an end --

test("[6] who waits for too long breaks the barrier for all", () =>
  everySchedule({
    shared: busFor(3),
    timers: "quiet",
    threads: {
      patient({ bus }, thread) {
        const got = board(Barrier.attach(bus));
        assertEquals(got, "broken", "Somebody gave up, so the bus will never be full: it got");
        return thread.now();
      },
      impatient({ bus }, thread) {
        assertEquals(board(Barrier.attach(bus), { timeout: 10.5 }), "broken", "Its time was over");
        return thread.now();
      },
    },
    after({ bus }, times) {
      assertEquals(times, [10.5, 10.5], "The milliseconds that the two waited");
      const { broken, waiting } = Barrier.attach(bus);
      assertEquals({ broken, waiting }, { broken: true, waiting: 0 }, "The barrier after that");
    },
  }));

for (
  const [made, asked, expected] of [
    [20, undefined, 20],
    [20, { timeout: undefined }, 20],
    [20, { timeout: 5 }, 5],
    [20, { timeout: 50 }, 50],
    [20, { timeout: 0 }, 0],
    [20, { timeout: -1 }, 0],
    [undefined, { timeout: 7 }, 7],
    [0, undefined, 0],
    [0.5, undefined, 0.5],
    [2 ** 33, undefined, 2 ** 33],
  ] as const
) {
  const call = asked ? `wait({ timeout: ${asked.timeout} })` : "wait()";
  test(`[6] a barrier of timeout ${made}: ${call} gives up after ${expected} milliseconds`, () =>
    everySchedule({
      shared: busFor(2, { timeout: made }),
      threads: 1,
      timers: "quiet",
      run({ bus }, thread) {
        assertEquals(board(Barrier.attach(bus), asked), "broken", "Nobody else comes");
        assertEquals(thread.now(), expected, "The milliseconds that it waited");
      },
    }));
}

test("[6] who comes last needs no time", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    threads: {
      first: comeAt(0),
      last({ bus }, thread) {
        thread.sleep(10);
        return board(Barrier.attach(bus), { timeout: 0 });
      },
    },
    after: (_, results) => assertEquals(results, [0, 1], "All have come: the indices"),
  }));

test("[6] a timeout that is not a number is refused, and nobody is counted", () =>
  alone(busFor(2), ({ bus }) => {
    const mine = Barrier.attach(bus);
    assertThrows(() => mine.wait({ timeout: NaN }), RangeError, "", "wait({ timeout: NaN })");
    assertThrows(() => new Barrier(2, { timeout: NaN }), RangeError, "", "a timeout of NaN");
    const { broken, waiting } = mine;
    assertEquals({ broken, waiting }, { broken: false, waiting: 0 }, "The barrier after that");
  }));

test("[6] a timeout counts from the call, whoever comes meanwhile", () =>
  everySchedule({
    shared: busFor(4),
    timers: "quiet",
    maxStates,
    threads: {
      first({ bus }, thread) {
        assertEquals(board(Barrier.attach(bus), { timeout: 100 }), "broken", "Not all have come");
        const waited = Math.round(thread.now());
        assertEquals(waited, 100, "wait({ timeout: 100 }) gave up after that many milliseconds");
      },
      second: comeAt(60),
      third: comeAt(80),
    },
  }));

test("[6] a timeout of many days is not over at once", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    threads: {
      first: ({ bus }) => board(Barrier.attach(bus), { timeout: 2 ** 40 }),
      last: comeAt(2 ** 32),
    },
    after: (_, results) =>
      assertEquals(results, [0, 1], "It came after 2 ** 32 of 2 ** 40 milliseconds: the indices"),
  }));

test("[6] the last one comes as a time is over: all go on, or none", () =>
  everySchedule({
    shared: busFor(3),
    timers: "quiet",
    maxStates,
    threads: {
      patient: comeAt(0),
      impatient: ({ bus }) => board(Barrier.attach(bus), { timeout: 10 }),
      last: comeAt(10),
    },
    after: ({ bus }, results) => assertOver(results, Barrier.attach(bus)),
  }));

for (const timeout of [0, 10]) {
  test(`[6] a time of ${timeout} is over at any moment: all go on, or none`, () =>
    everySchedule({
      shared: busFor(2),
      threads: 2,
      run: ({ bus }) => board(Barrier.attach(bus), { timeout }),
      after: ({ bus }, results) => assertOver(results, Barrier.attach(bus)),
    }));
}

function assertOver(results: unknown[], bus: Barrier): void {
  assertAllOrNone(results);
  const got = results.join(", ");
  assertEquals(bus.broken, results.includes("broken"), `They got ${got}: broken`);
  assertEquals(bus.waiting, 0, `They got ${got}: how many wait`);
}

test("[6] a barrier that broke by a timeout can be reset", () =>
  everySchedule({
    shared: busFor(2),
    timers: "quiet",
    maxStates,
    threads: {
      impatient: ({ bus }) => board(Barrier.attach(bus), { timeout: 10 }),
      driver: doAt(20, (bus) => bus.reset()),
      first: comeAt(30),
      second: comeAt(40),
    },
    after: (_, results) =>
      assertEquals(results, ["broken", undefined, 0, 1], "Who gave up, and two after the reset"),
  }));

test("[6] who is slow to leave is not told of what breaks the next round", () =>
  everySchedule({
    shared: busFor(2),
    maxStates,
    threads: {
      slow: ({ bus }) => board(Barrier.attach(bus)),
      quick({ bus }) {
        const mine = Barrier.attach(bus);
        const index = board(mine);
        assertEquals(board(mine, { timeout: 0 }), "broken", "Nobody comes to the next round");
        mine.reset();
        return index;
      },
    },
    after: (_, results) =>
      assertEquals(results.toSorted(), [0, 1], "Both had come, so both go on: the indices"),
  }));

testWhatToFixFirst();
