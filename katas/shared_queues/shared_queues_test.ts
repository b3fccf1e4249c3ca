import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { cells, everySchedule, takenInOneStep, type VirtualThread } from "../_kit/exploring.ts";
import {
  assertRejects,
  assertThrows,
  patience,
  runProgram,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { Lock } from "#solutions/locks/locks.ts";
import { QueueEmpty, QueueFull, QueueShutDown } from "#solutions/queues/queues.ts";
import { SharedQueue, type SharedQueueOptions } from "./shared_queues.ts";

/** Bounds the search where another right solution may need many more states. */
const bounds = { maxStates: 40_000, samples: 100 };

/** `everySchedule`, with a queue whose lock is taken in one step: the lock has tests of its own. */
const everyScheduleOfMany: typeof everySchedule = (program) =>
  takenInOneStep(Lock, { ...program, ...bounds });

interface Belt {
  belt: SharedArrayBuffer;
}

type Body<Shared = Belt> = (shared: Shared, thread: VirtualThread) => unknown;

const at = ({ belt }: Belt) => SharedQueue.attach<number>(belt);

/** A short belt with these numbers on it: the explorer keeps all of its memory for each state. */
const beltOf = (options: SharedQueueOptions, ...items: number[]) => (): Belt => {
  const belt = new SharedQueue<number>({ bytes: 64, ...options });
  for (const item of items) belt.putNowait(item);
  return { belt: belt.buffer };
};

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone(
  shared: () => Belt,
  run: (belt: SharedQueue<number>, thread: VirtualThread) => void,
) {
  return everySchedule({ shared, threads: 1, run: (shared, thread) => run(at(shared), thread) });
}

/** What lies on the belt; it is empty then. */
function rest(shared: Belt): number[] {
  const belt = at(shared);
  return Array.from({ length: belt.size }, () => belt.getNowait());
}

const puts = (...items: number[]): Body => (shared) => {
  const belt = at(shared);
  for (const item of items) belt.put(item);
};

const gets = (count: number): Body => (shared) => {
  const belt = at(shared);
  return Array.from({ length: count }, () => belt.get());
};

/** What came of it: a value, or the name of the error. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueueEmpty || error instanceof QueueFull) return error.name;
    if (error instanceof QueueShutDown) return error.name;
    throw error;
  }
}

// -- [1] first in, first out, without waiting --

test("[1] items leave in the order in which they came", () =>
  alone(beltOf({}), (belt) => {
    for (const item of [111, 333, 222]) belt.putNowait(item);
    const out = [belt.getNowait(), belt.getNowait(), belt.getNowait()];
    assertEquals(out, [111, 333, 222], "First in, first out");
  }));

test("[1] a queue of 3 takes three items and refuses the fourth", () =>
  alone(beltOf({ maxsize: 3 }), (belt) => {
    for (const item of [1, 2, 3]) belt.putNowait(item);
    assertThrows(() => belt.putNowait(4), QueueFull, "", "There is room for three");
    const out = [belt.getNowait(), belt.getNowait(), belt.getNowait()];
    assertEquals(out, [1, 2, 3], "A refused put must overwrite nothing");
    assertThrows(() => belt.getNowait(), QueueEmpty, "", "Three were put in and three taken out");
  }));

test("[1] size, isEmpty and isFull follow every put and get", () =>
  alone(beltOf({ maxsize: 2 }), (belt) => {
    const seen = () => [belt.size, belt.isEmpty, belt.isFull];
    assertEquals(belt.maxsize, 2);
    assertEquals(seen(), [0, true, false], "A new queue is empty");
    belt.putNowait(0);
    assertEquals(seen(), [1, false, false], "One of two");
    belt.putNowait(0);
    assertEquals(seen(), [2, false, true], "Two of two: it is full with its last slot, not before");
    belt.getNowait();
    assertEquals(seen(), [1, false, false], "One was taken out");
    belt.getNowait();
    assertEquals(seen(), [0, true, false], "Both were taken out");
  }));

test("[1] a queue goes round and round", () =>
  alone(beltOf({ maxsize: 3, bytes: 32 }), (belt) => {
    for (let i = 0; i < 14; i += 2) {
      belt.putNowait(i);
      belt.putNowait(i + 1);
      const out = [belt.getNowait(), belt.getNowait()];
      assertEquals(out, [i, i + 1], "Where the memory ends, the next item goes to its beginning");
    }
    assertEquals(belt.size, 0, "As many were taken out as were put in");
  }));

test("[1] without a maxsize only the memory is a bound", () => {
  for (const options of [{}, { maxsize: 0 }, { maxsize: -1 }]) {
    const belt = new SharedQueue<number>({ ...options, bytes: 4_096 });
    const count = fill(belt);
    assert(count >= 100, `In 4,096 bytes only ${count} numbers had room`);
    assertFalse(belt.isFull, "isFull tells of maxsize, and there is none");
    assertThrows(() => belt.putNowait(0), QueueFull, "", "There is no memory left");
    for (let i = 0; i < count; i++) assertEquals(belt.getNowait(), i, "It must overwrite nothing");
    assertEquals(fill(belt), count, "The memory is free again: so many numbers have room");
  }
});

/** Puts numbers in until no more has room, and returns how many had. */
function fill(belt: SharedQueue<number>): number {
  for (let count = 0;; count++) {
    if (outcome(() => belt.putNowait(count)) === "QueueFull") return count;
    if (count > 10_000) throw new Error("The queue takes more items than it has memory for");
  }
}

test("[1] attach sees the same queue, and another queue is another", () =>
  alone(beltOf({ maxsize: 2 }, 7), (belt) => {
    const same = SharedQueue.attach<number>(belt.buffer);
    assertEquals([same.size, same.maxsize], [1, 2], "All state must live in the shared buffer");
    belt.putNowait(8);
    assertThrows(() => same.putNowait(9), QueueFull, "", "The bound is the same in every view");
    assertEquals([same.getNowait(), belt.getNowait()], [7, 8], "Both views take from one queue");
  }));

test("[1] attach refuses what is not the buffer of a queue", () => {
  assertEquals(SharedQueue.attach(new SharedQueue().buffer).size, 0);
  const notShared = new ArrayBuffer(65_600) as unknown as SharedArrayBuffer;
  for (const buffer of [notShared, new SharedArrayBuffer(4), new SharedArrayBuffer(12_345)]) {
    assertThrows(() => SharedQueue.attach(buffer), TypeError);
  }
});

test("[1] bounds that make no sense are refused", () => {
  assertEquals(new SharedQueue({ maxsize: 3, bytes: 8 }).maxsize, 3);
  for (const maxsize of [0.5, NaN, Infinity]) {
    assertThrows(() => new SharedQueue({ maxsize }), RangeError, "", `maxsize ${maxsize}`);
  }
  for (const bytes of [0, -8, 7, 100.5, NaN, Infinity]) {
    assertThrows(() => new SharedQueue({ bytes }), RangeError, "", `${bytes} bytes`);
  }
});

test("[1] a queue prints how many items it has, and how many fit", () => {
  const belt = new SharedQueue<number>({ maxsize: 8 });
  for (let i = 0; i < 5; i++) belt.putNowait(0);
  assertStringIncludes(`${belt}`, "5", "The printed form must show how many items there are");
  assertStringIncludes(`${belt}`, "8", "The printed form must show how many fit");
});

test("[1] two writers lose no item", () =>
  everySchedule({
    shared: beltOf({}),
    threads: {
      first: (shared) => at(shared).putNowait(1),
      second: (shared) => at(shared).putNowait(2),
    },
    after: (shared) => assertEquals(rest(shared).toSorted(), [1, 2], "What is on the belt"),
  }));

test("[1] two readers do not get the same item", () =>
  everySchedule({
    shared: beltOf({}, 1),
    threads: 2,
    run: (shared) => outcome(() => at(shared).getNowait()),
    after: (_, got) =>
      assertEquals(got.toSorted(), [1, "QueueEmpty"], "There was one item: what the two got"),
  }));

test("[1] a reader never finds half an item", () =>
  everySchedule({
    shared: beltOf({ maxsize: 1 }),
    threads: {
      writer: (shared) => at(shared).putNowait(77),
      reader: (shared) => outcome(() => at(shared).getNowait()),
    },
    after(shared, [, got]) {
      const all = got === "QueueEmpty" ? rest(shared) : [got];
      assertEquals(all, [77], "The item is on the belt, or the reader has it");
    },
  }));

test("[1] of two writers and one slot exactly one gets it", () =>
  everySchedule({
    shared: beltOf({ maxsize: 2 }, 5),
    threads: 2,
    run: (shared, { id }) => outcome(() => at(shared).putNowait(id)),
    after(shared, said) {
      assertEquals(said.filter((one) => one === "QueueFull").length, 1, "One slot was free");
      assertEquals(at(shared).size, 2, "The belt is full: its size");
    },
  }));

// -- [2] anything that can be cloned --

test("[2] numbers of every kind arrive as they were", () => {
  const belt = new SharedQueue<number>();
  const numbers = [
    0,
    1,
    -1,
    2 ** 30 - 1,
    2 ** 30,
    -(2 ** 30),
    -(2 ** 30) - 1,
    2 ** 31 - 1,
    2 ** 31,
  ];
  numbers.push(-(2 ** 31), 2 ** 32, 2 ** 53, 0.5, -0, NaN, Infinity, -Infinity, 1e300);
  for (const number of numbers) {
    belt.putNowait(number);
    const got = belt.getNowait();
    assert(Object.is(got, number), `${Object.is(number, -0) ? "-0" : number} came out as ${got}`);
  }
});

test("[2] whatever can be cloned arrives as it was", () => {
  const ring: unknown[] = [1];
  ring.push(ring);
  const items = [
    ...[undefined, null, true, false, "", "dumplings", "包子 🥟", 10n ** 30n, [], {}, [1, , 3]],
    { id: 1, name: "noodles", with: ["egg", undefined, { hot: true }] },
    ...[new Date(0), /a+/gi, new Map([[{ a: 1 }, new Set([1])]]), new Float64Array([0.5])],
    ring,
  ];
  const belt = new SharedQueue<unknown>();
  for (const item of items) belt.putNowait(item);
  for (const item of items) assertEquals(belt.getNowait(), item, "What came out, and went in");
  const error = new RangeError("too hot", { cause: 7 });
  belt.putNowait(error);
  const got = belt.getNowait() as Error;
  assert(got instanceof RangeError, "An error keeps its class");
  assertEquals([got.message, got.cause], ["too hot", 7]);
});

/**
 * A Worker that has loaded the fixture, and listens. The file's name is in a variable: else `deno test`
 * would check its types, in the test's time.
 */
async function listeningWorker(fixture: "other" | "reader"): Promise<Worker> {
  const file = JSON.stringify(import.meta.resolve(`./fixtures/${fixture}.ts`));
  const source = `const file = ${file}; await import(file); postMessage("it listens");`;
  const worker = new Worker(`data:text/javascript,${source}`, { type: "module" });
  await soon(new Promise((resolve) => worker.onmessage = resolve), "The Worker did not start");
  return worker;
}

testWithPermission("[2] what one thread has put in arrives in another", async () => {
  const belt = new SharedQueue<unknown>();
  const item = { when: new Date(0), with: new Map([["egg", [1n, undefined]]]) };
  belt.putNowait(item);
  const worker = await listeningWorker("other");
  try {
    const answer = new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.postMessage(belt.buffer);
    const said = await soon(answer, "The other thread does not get the item");
    assertEquals(said, { got: item }, "What a thread got that has never put anything in");
  } finally {
    worker.terminate();
  }
});

test("[2] a reader gets a copy of what was put in", () => {
  const belt = new SharedQueue<number[]>();
  const order = [1];
  belt.putNowait(order);
  order.push(2);
  const got = belt.getNowait();
  assertEquals(got, [1], "What the writer does with its list afterwards is nobody's business");
  got.push(3);
  assertEquals(order, [1, 2], "Nor does the writer see what the reader does");
});

test("[2] items of every length go round the end of the memory", () => {
  const belt = new SharedQueue<string>({ bytes: 256 });
  const text = (n: number) => String.fromCharCode(97 + n % 26).repeat(n * 7 % 61);
  belt.putNowait(text(0));
  for (let n = 1; n < 500; n++) {
    belt.putNowait(text(n));
    assertEquals(belt.getNowait(), text(n - 1), `Item ${n - 1}, of ${text(n - 1).length} letters`);
  }
});

test("[2] an item as large as most of the memory has room wherever the last one ended", () => {
  const belt = new SharedQueue<string | number>({ bytes: 1_024 });
  const large = "x".repeat(700);
  for (let i = 0; i < 300; i++) {
    belt.putNowait(i);
    belt.getNowait();
    const said = outcome(() => belt.putNowait(large));
    assertEquals(said, undefined, `It was empty, and had no room for 700 of 1,024 bytes (${i})`);
    assertEquals(belt.getNowait(), large);
  }
});

test("[2] an item of fifty thousand letters arrives whole", () => {
  const belt = new SharedQueue<string>();
  const long = "noodles, ".repeat(5_555);
  belt.putNowait(long);
  assert(belt.getNowait() === long, "It is not the text that was put in");
});

test("[2] an item that is larger than the memory is refused, and nothing happens", () => {
  const belt = new SharedQueue<string>({ bytes: 256, maxsize: 2 });
  belt.putNowait("first");
  for (const length of [257, 5_000, 100_000]) {
    const put = () => belt.putNowait("x".repeat(length));
    assertThrows(put, RangeError, "", `${length} letters never fit: waiting would not help`);
  }
  assertEquals(belt.size, 1, "A put that throws has put nothing in: the size");
  belt.putNowait("second");
  assertEquals([belt.getNowait(), belt.getNowait()], ["first", "second"]);
});

test("[2] an item that cannot travel is refused, and nothing happens", () => {
  const belt = new SharedQueue<unknown>({ maxsize: 1 });
  for (const item of [() => 1, Symbol("s"), { deep: [() => 1] }, new WeakMap()]) {
    const error = assertThrows(() => belt.putNowait(item), DOMException);
    assertEquals(error.name, "DataCloneError");
    assertEquals(belt.size, 0, "A put that throws has put nothing in: the size");
  }
  belt.putNowait("works");
  assertEquals(belt.getNowait(), "works");
});

// -- [3] put and get wait --

test("[3] a get that finds nothing waits for a put", () =>
  everySchedule({
    shared: beltOf({}),
    threads: { writer: puts(7), reader: gets(1) },
    after: (_, [, got]) => assertEquals(got, [7], "What the reader got"),
  }));

test("[3] a put that finds no slot waits for a get", () =>
  everySchedule({
    shared: beltOf({ maxsize: 1 }, 1),
    threads: {
      writer(shared) {
        const belt = at(shared);
        belt.put(2);
        assertEquals(belt.size, 1, "There was one slot: the size after the put");
      },
      reader: gets(1),
    },
    after(shared, [, got]) {
      assertEquals(got, [1], "The reader got what came first");
      assertEquals(rest(shared), [2], "What is on the belt");
    },
  }));

test("[3] a belt for one item carries three, in their order", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }),
    threads: { writer: puts(1, 2, 3), reader: gets(3) },
    after: (_, [, got]) => assertEquals(got, [1, 2, 3], "What the reader got"),
  }));

test("[3] two readers get one item each", () =>
  everyScheduleOfMany({
    shared: beltOf({}),
    threads: { first: gets(1), second: gets(1), writer: puts(1, 2) },
    after: (_, [first, second]) =>
      assertEquals([first, second].flat().toSorted(), [1, 2], "What the two got together"),
  }));

test("[3] two writers wait for the same slot, and both get in", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }, 9),
    threads: { first: puts(1), second: puts(2), reader: gets(2) },
    after(shared, [, , got]) {
      const all = [...(got as number[]), ...rest(shared)];
      assertEquals(all[0], 9, "What came first leaves first");
      assertEquals(all.toSorted(), [1, 2, 9], "What the reader got, and what is on the belt");
    },
  }));

test("[3] two writers and two readers share a belt for one item", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }),
    threads: { first: puts(1), second: puts(2), "one reader": gets(1), "other reader": gets(1) },
    after: (_, [, , one, other]) =>
      assertEquals([one, other].flat().toSorted(), [1, 2], "What the two got together"),
  }));

test("[3] two puts that wait for memory go on when a large item leaves", () =>
  everyScheduleOfMany({
    shared() {
      const belt = new SharedQueue<unknown>({ bytes: 64 });
      // As large as it can be.
      for (let n = 64; outcome(() => put(belt, n)) !== undefined; n--);
      while (outcome(() => belt.putNowait(5)) === undefined);
      return { belt: belt.buffer };
    },
    threads: {
      first: puts(1),
      second: puts(2),
      reader: (shared) => void at(shared).get(),
    },
    after: (shared) =>
      assertEquals(rest(shared).slice(-2).toSorted(), [1, 2], "The last two on the belt"),
  }));

/** Puts in a text of that length, or says that it does not fit. */
function put(belt: SharedQueue<unknown>, length: number): unknown {
  try {
    return belt.putNowait("x".repeat(length));
  } catch (error) {
    if (error instanceof RangeError) return "too large";
    throw error;
  }
}

test("[3] who waits sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: beltOf({ maxsize: 1 }, 1),
    ...bounds,
    threads: { writer: puts(2), reader: gets(2) },
  });
  assertFalse(
    proof.spun,
    "A waiting thread went round and round a loop. It burns a core that the others could use: " +
      "let it sleep in Atomics.wait until a put or a get wakes it",
  );
  return proof;
});

test("[3] a thread that is woken for no reason has got nothing", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }),
    strayNotifies: 2,
    threads: { writer: puts(1, 2), reader: gets(2) },
    after: (_, [, got]) => assertEquals(got, [1, 2], "What the reader got"),
  }));

// -- [4] a wait may have an end --

test("[4] a timeout that makes no sense is refused, whether there is room or not", () =>
  alone(beltOf({ maxsize: 1 }, 7), (belt) => {
    for (let round = 0; round < 2; round++) {
      for (const timeout of [-1, NaN, -Infinity]) {
        assertThrows(() => belt.put(8, { timeout }), RangeError, "", `put, timeout ${timeout}`);
        assertThrows(() => belt.get({ timeout }), RangeError, "", `get, timeout ${timeout}`);
      }
      assertEquals(belt.size, 1 - round, "A refused call must do nothing: the size");
      if (round === 0) belt.getNowait();
    }
  }));

test("[4] a get that gives up has waited for as long as it says", () =>
  alone(beltOf({}), (belt, thread) => {
    assertThrows(() => belt.get({ timeout: 10.5 }), QueueEmpty, "", "Nothing came");
    assert(thread.now() >= 10.5, `It gave up after ${thread.now()} of 10.5 milliseconds`);
    assertThrows(() => belt.get({ timeout: 0 }), QueueEmpty);
    belt.put(7, { timeout: 0 });
    assertEquals(belt.get({ timeout: 0 }), 7, "A timeout of 0 takes what is there");
  }));

test("[4] a put that gives up has put nothing in", () =>
  alone(beltOf({ maxsize: 1 }, 7), (belt, thread) => {
    assertThrows(() => belt.put(8, { timeout: 10.5 }), QueueFull, "", "No slot came free");
    assert(thread.now() >= 10.5, `It gave up after ${thread.now()} of 10.5 milliseconds`);
    assertEquals([belt.size, belt.get()], [1, 7], "The size, and the only item");
    assertThrows(() => belt.getNowait(), QueueEmpty, "", "A put that gave up came back");
  }));

test("[4] a timeout of many years is not over at once", () =>
  everySchedule({
    shared: beltOf({}),
    timers: "quiet",
    threads: {
      reader: (shared) => at(shared).get({ timeout: 2 ** 40 }),
      writer(shared, thread) {
        thread.sleep(2 ** 32);
        at(shared).put(7);
      },
    },
    after: (_, [got]) => assertEquals(got, 7, "It came after 2 ** 32 of 2 ** 40 milliseconds"),
  }));

test("[4] a timeout counts from the call, however often the thread is woken", () =>
  everySchedule({
    shared: beltOf({}),
    timers: "quiet",
    threads: {
      reader(shared, thread) {
        const got = outcome(() => at(shared).get({ timeout: 100 }));
        const waited = Math.round(thread.now());
        if (got === "QueueEmpty") assertEquals(waited, 100, "It gave up after that long");
      },
      // Wakes the reader, and mostly takes the item before it.
      passer(shared, thread) {
        thread.sleep(60);
        const belt = at(shared);
        belt.put(7);
        outcome(() => belt.getNowait());
      },
    },
  }));

test("[4] a get that gives up costs nobody an item or a wake-up", () =>
  everyScheduleOfMany({
    shared: beltOf({}),
    threads: {
      impatient: (shared) => outcome(() => at(shared).get({ timeout: 10 })),
      patient: gets(1),
      writer: puts(1, 2),
    },
    after(shared, [impatient, patient]) {
      const all = [impatient, ...(patient as number[]), ...rest(shared)];
      const items = all.filter((one) => one !== "QueueEmpty");
      assertEquals(items.toSorted(), [1, 2], `Two were put in. impatient got ${impatient}`);
    },
  }));

test("[4] a put that gives up costs nobody a slot or a wake-up", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }, 9),
    threads: {
      impatient: (shared) => outcome(() => at(shared).put(1, { timeout: 10 })),
      patient: puts(2),
      reader: gets(2),
    },
    after(shared, [impatient, , got]) {
      const all = [...(got as number[]), ...rest(shared)];
      const expected = impatient === "QueueFull" ? [2, 9] : [1, 2, 9];
      assertEquals(all.toSorted(), expected, `The impatient one said ${impatient ?? "nothing"}`);
    },
  }));

// -- [5] the end of the work --

test("[5] join waits for the work, and not for the belt", () =>
  everyScheduleOfMany({
    shared: () => ({ ...beltOf({}, 1, 2)(), done: cells(1) }),
    threads: {
      cook(shared) {
        const belt = at(shared);
        for (let i = 0; i < 2; i++) {
          belt.get();
          Atomics.add(shared.done, 0, 1);
          belt.taskDone();
        }
      },
      boss(shared) {
        assertEquals(at(shared).join(), true, "All was done, so join must return true");
        const done = Atomics.load(shared.done, 0);
        assertEquals(done, 2, "An item that was taken off is not cooked yet: how many were");
      },
    },
  }));

test("[5] a join with nothing to do returns at once, and can be used again", () =>
  alone(beltOf({}), (belt, thread) => {
    assertEquals(belt.join(), true, "Nothing was put in");
    for (let i = 0; i < 2; i++) {
      belt.put(i);
      assertEquals(belt.join({ timeout: 10 }), false, "The item is still on the belt");
      belt.get();
      assertEquals(belt.join({ timeout: 10 }), false, "The item was taken, and is not done");
      belt.taskDone();
      assertEquals(belt.join(), true, "All that was put in is done");
    }
    assert(thread.now() >= 40, "Four joins gave up after 10 milliseconds each");
    assertThrows(() => belt.join({ timeout: -1 }), RangeError);
    assertThrows(() => belt.join({ timeout: NaN }), RangeError);
  }));

test("[5] taskDone once too often is refused", () =>
  alone(beltOf({}), (belt) => {
    assertThrows(() => belt.taskDone(), RangeError, "", "Nothing was put in");
    belt.put(1);
    belt.put(2);
    belt.taskDone();
    belt.taskDone();
    assertThrows(() => belt.taskDone(), RangeError, "", "Two were put in, and are done");
    assertEquals(belt.join(), true, "A refused taskDone changes nothing");
    assertEquals(belt.size, 2, "taskDone takes nothing off the belt: the size");
  }));

test("[5] hundreds of items are hundreds of things to do", () => {
  const belt = new SharedQueue<number>();
  for (let i = 0; i < 300; i++) belt.put(i);
  for (let i = 0; i < 300; i++) {
    assertFalse(belt.join({ timeout: 0 }), `${i} of 300 items were done, and join came back`);
    belt.taskDone();
  }
  assert(belt.join({ timeout: 0 }), "All 300 items were done, and join waits on");
});

test("[5] the last taskDone wakes everybody who joins", () =>
  everyScheduleOfMany({
    shared: beltOf({}, 1),
    threads: {
      first: (shared) => at(shared).join(),
      second: (shared) => at(shared).join(),
      cook(shared) {
        const belt = at(shared);
        belt.get();
        belt.taskDone();
      },
    },
    after: (_, [first, second]) => assertEquals([first, second], [true, true]),
  }));

test("[5] a put that was refused is no work", () =>
  alone(beltOf({ maxsize: 1 }, 1), (belt) => {
    outcome(() => belt.putNowait(2));
    outcome(() => belt.put(2, { timeout: 10 }));
    belt.taskDone();
    assertEquals(belt.join({ timeout: 10 }), true, "One item went in, and one is done");
  }));

test("[5] after a shutdown puts fail, and gets take what is left", () =>
  alone(beltOf({ maxsize: 2 }, 1, 2), (belt) => {
    belt.shutdown();
    const names = [
      outcome(() => belt.put(3)),
      outcome(() => belt.putNowait(3)),
      outcome(() => belt.put(3, { timeout: 5 })),
    ];
    assertEquals(names, Array(3).fill("QueueShutDown"), "put, putNowait, and put with a timeout");
    assertEquals([belt.get(), belt.getNowait()], [1, 2], "What was in it can be taken out");
    const after = [
      outcome(() => belt.get()),
      outcome(() => belt.getNowait()),
      outcome(() => belt.get({ timeout: 5 })),
      outcome(() => belt.putNowait(3)),
    ];
    assertEquals(after, Array(4).fill("QueueShutDown"), "Not QueueEmpty, which says: try again");
    belt.taskDone();
    assertEquals(belt.join({ timeout: 5 }), false, "What was taken out is still to be done");
    belt.taskDone();
    assertEquals(belt.join(), true, "taskDone and join work to the end");
    belt.shutdown();
    assertEquals(outcome(() => belt.putNowait(3)), "QueueShutDown", "It never opens again");
    assertStringIncludes(`${belt}`, "shut", "The printed form must show that it is shut down");
  }));

test("[5] an immediate shutdown drops what is left, and counts it as done", () =>
  alone(beltOf({}, 1, 2, 3), (belt) => {
    belt.get();
    belt.shutdown();
    belt.shutdown({ immediate: true });
    assertEquals(belt.size, 0, "What was left is dropped: the size");
    assertEquals(outcome(() => belt.get()), "QueueShutDown");
    assertEquals(belt.join({ timeout: 5 }), false, "One was taken before, and is still to be done");
    belt.taskDone();
    assertEquals(belt.join({ timeout: 5 }), true, "What was dropped need not be done");
    assertThrows(() => belt.taskDone(), RangeError, "", "What was dropped counts as done already");
  }));

test("[5] a shutdown reaches those who wait for an item", () =>
  everyScheduleOfMany({
    shared: beltOf({}),
    threads: {
      first: (shared) => outcome(() => at(shared).get()),
      second: (shared) => outcome(() => at(shared).get()),
      writer(shared) {
        const belt = at(shared);
        belt.put(7);
        belt.shutdown();
      },
    },
    after: (_, [first, second]) =>
      assertEquals([first, second].toSorted(), [7, "QueueShutDown"], "Two gets and one item"),
  }));

test("[5] a shutdown reaches those who wait for a slot", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }, 9),
    threads: {
      first: (shared) => outcome(() => at(shared).put(1)),
      second: (shared) => outcome(() => at(shared).put(2)),
      boss: (shared) => at(shared).shutdown(),
    },
    after(shared, [first, second]) {
      assertEquals([first, second], ["QueueShutDown", "QueueShutDown"], "No slot came free");
      assertEquals(rest(shared), [9], "No item sneaks in after the shutdown");
    },
  }));

test("[5] an immediate shutdown lets nobody in, and reaches those who join", () =>
  everyScheduleOfMany({
    shared: beltOf({ maxsize: 1 }, 9),
    threads: {
      writer: (shared) => outcome(() => at(shared).put(1)),
      joiner: (shared) => at(shared).join(),
      boss: (shared) => at(shared).shutdown({ immediate: true }),
    },
    after(shared, [writer, joiner]) {
      assertEquals(writer, "QueueShutDown", "The slot that came free was not for a put");
      assertEquals(joiner, true, "What was dropped counts as done");
      assertEquals(at(shared).size, 0, "The size");
    },
  }));

testWithPermission(
  "[5] three writers and three readers lose nothing and repeat nothing",
  () =>
    requireLines(
      "./fixtures/many.ts",
      ["3000 put, 3000 got, each once", "in the order of each writer", "at most 5 at once"],
    ),
);

testWithPermission(
  "[5] a shutdown in the middle of the work loses nothing, and all end",
  () =>
    requireLines(
      "./fixtures/closing.ts",
      ["all six have ended", "what was put in was taken out"],
    ),
);

async function requireLines(fixture: string, lines: readonly string[]): Promise<void> {
  const program = new URL(fixture, import.meta.url);
  const { code, stdout, stderr, timedOut } = await runProgram(program);
  assertFalse(timedOut, `The threads did not finish: somebody seems to wait for ever. ${stdout}`);
  assertEquals(code, 0, stderr);
  assertEquals(stdout.trim().split("\n"), lines);
}

// -- [6] a thread that must not block, and threads that die --

test("[6] getAsync takes what is there, and waits for what comes", async () => {
  const belt = new SharedQueue<string>();
  belt.put("there");
  assertEquals(await soon(belt.getAsync(), "getAsync must take what is there"), "there");
  const later = belt.getAsync();
  await new Promise((done) => setTimeout(done)); // The event loop goes on.
  belt.put("comes");
  assertEquals(await soon(later, "getAsync must be woken by a put"), "comes");
  assertEquals(belt.size, 0, "It has taken the item off the belt: the size");
});

test("[6] two that wait on the event loop get one item each", async () => {
  const belt = new SharedQueue<number>();
  const both = Promise.all([belt.getAsync(), belt.getAsync()]);
  belt.put(1);
  belt.put(2);
  const got = await soon(both, "Two items came, and somebody still waits");
  assertEquals(got.toSorted(), [1, 2]);
});

test("[6] getAsync gives up when its time is over, and takes nothing", async () => {
  const belt = new SharedQueue<number>();
  for (const timeout of [0, 20]) {
    await assertRejects(() => belt.getAsync({ timeout }), QueueEmpty);
  }
  for (const timeout of [-1, NaN]) {
    await assertRejects(() => belt.getAsync({ timeout }), RangeError);
  }
  belt.put(7);
  assertEquals(belt.size, 1, "A get that gave up took an item that came later: the size");
  assertEquals(await belt.getAsync({ timeout: 0 }), 7, "A timeout of 0 takes what is there");
});

test("[6] getAsync ends when its signal is aborted, and costs nobody an item", async () => {
  const belt = new SharedQueue<number>();
  const reason = new Error("the shop is closed");
  const control = new AbortController();
  const aborted = belt.getAsync({ signal: control.signal });
  const other = belt.getAsync();
  control.abort(reason);
  const error = await assertRejects(() => soon(aborted, "An abort must end the wait"), Error);
  assert(error === reason, `It must reject with the signal's reason, and rejected with ${error}`);
  belt.put(7);
  const got = await soon(other, "The item went to the wait that was aborted, and is lost");
  assertEquals(got, 7);
  belt.put(8);
  const never = await assertRejects(() => belt.getAsync({ signal: control.signal }), Error);
  assert(never === reason, "A signal that was aborted beforehand ends it at once");
  assertEquals(belt.size, 1, "and leaves the item on the belt: the size");
});

test("[6] a shutdown reaches getAsync", async () => {
  const belt = new SharedQueue<number>();
  const waiting = belt.getAsync();
  belt.shutdown();
  await assertRejects(() => soon(waiting, "A shutdown must end the wait"), QueueShutDown);
  await assertRejects(() => belt.getAsync(), QueueShutDown);
});

testWithPermission(
  "[6] a program lives while it waits in getAsync, and no longer",
  () => requireLines("./fixtures/alone.ts", ["nothing came", "tea", "the end"]),
);

testWithPermission(
  "[6] an event loop that is busy keeps no item from a thread",
  () =>
    withReader(async (belt, reader) => {
      for (let round = 1; round <= 10; round++) {
        const own = belt.getAsync();
        await reader.tell(round);
        belt.put(1);
        reader.requireTaken(round, "A getAsync was woken that has no time to look");
        belt.put(2);
        assertEquals(await soon(own, "Two items came, and getAsync still waits"), 2);
      }
    }),
);

testWithPermission(
  "[6] a getAsync that was aborted keeps no item from a thread",
  () =>
    withReader(async (belt, reader) => {
      for (let round = 1; round <= 10; round++) {
        const control = new AbortController();
        const aborted = belt.getAsync({ signal: control.signal });
        control.abort();
        await assertRejects(() => aborted, DOMException);
        await reader.tell(round);
        belt.put(1);
        reader.requireTaken(round, "The wait of a getAsync was woken that was aborted before");
      }
    }),
);

testWithPermission(
  "[6] a reader that is terminated costs at most the item that it waited for",
  () =>
    withReader(async (belt, reader) => {
      const dead = await startReader(belt);
      await dead.tell(1);
      dead.worker.terminate();
      await reader.tell(1);
      belt.put(1);
      belt.put(2);
      reader.requireTaken(1, "Two items came, and one reader was terminated before");
    }),
);

interface Reader {
  worker: Worker;
  /** Tells it to get its next item, and lets it begin to. */
  tell(round: number): Promise<void>;
  /** Blocks this thread until it has got so many. */
  requireTaken(count: number, usually: string): void;
}

/** A Worker that gets an item whenever it is told to. */
async function startReader(belt: SharedQueue<number>): Promise<Reader> {
  const worker = await listeningWorker("reader");
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const ready = new Promise((resolve) => worker.onmessage = resolve);
  worker.postMessage({ belt: belt.buffer, counts: counts.buffer });
  await soon(ready, "The Worker did not start");
  return {
    worker,
    async tell(round) {
      Atomics.store(counts, 1, round);
      Atomics.notify(counts, 1);
      // Time to fall asleep. If it does not, the item finds it awake.
      await new Promise((done) => setTimeout(done, 20));
    },
    requireTaken(count, usually) {
      const said = Atomics.wait(counts, 0, count - 1, patience);
      assert(said !== "timed-out", `The item lies there, and the reader sleeps on. ${usually}`);
    },
  };
}

async function withReader(
  run: (belt: SharedQueue<number>, reader: Reader) => Promise<void>,
): Promise<void> {
  const belt = new SharedQueue<number>();
  const reader = await startReader(belt);
  try {
    await run(belt, reader);
  } finally {
    belt.shutdown({ immediate: true });
    await reader.tell(1_000);
    reader.worker.terminate();
  }
}

testWhatToFixFirst();
