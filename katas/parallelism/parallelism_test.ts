import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  assertRejects,
  assertThrows,
  cells,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { Future, ThreadPool } from "#solutions/thread_pools/thread_pools.ts";
import { exploredIfPossible, loadedAtOnce } from "../_kit/suite/at_once.ts";
import { haveMet } from "./fixtures/places.ts";
import { copierOf, tasksOf } from "./fixtures/tasks.ts";
import * as work from "./fixtures/work.ts";
import {
  type Interval,
  type Load,
  mostAtOnce,
  overlaps,
  parallelMap,
  type ParallelMapOptions,
  type Place,
} from "./parallelism.ts";

const module = import.meta.resolve("./fixtures/work.ts");

// -- [1] what runs at once --

const loads: readonly Load[] = ["computing", "waiting", "computing, then waiting"];

/** Does the jobs, and compares what was seen with what was said. */
function predictionTest(name: string, place: Place): void {
  testWithPermission(name, async () => {
    const met = await haveMet(place, loads);
    for (const [i, load] of loads.entries()) {
      const said = overlaps(place, load);
      const seen = met[i];
      const what = seen
        ? "they do not overlap, but one was at work while the other was"
        : "they overlap, but one began when the other had ended";
      assertEquals(said, seen, `Two jobs, ${load}, in: ${place}. You say that ${what}`);
    }
  });
}

predictionTest("[1] two functions on one event loop", "event loop");
predictionTest("[1] two threads with one big lock", "threads with one lock");
predictionTest("[1] two threads", "threads");
predictionTest("[1] two processes", "processes");

// -- [2] how much ran at once --

/** Intervals, each from its beginning to its end. */
const intervals = (...times: [number, number][]): Interval[] =>
  times.map(([begin, end]) => ({ begin, end }));

test("[2] nobody is at work in no interval, and one in one", () => {
  assertEquals(mostAtOnce([]), 0, "No interval");
  assertEquals(mostAtOnce(intervals([2, 5])), 1, "2 to 5 alone");
  assertEquals(mostAtOnce(new Set(intervals([2, 5]))), 1, "Anything that can be iterated over");
});

test("[2] intervals that meet are counted, in whatever order they come", () => {
  const both = intervals([0, 4], [3, 6]);
  assertEquals(mostAtOnce(both), 2, "0 to 4, and 3 to 6");
  assertEquals(mostAtOnce(both.toReversed()), 2, "3 to 6, and 0 to 4");
  assertEquals(mostAtOnce(intervals([0, 9], [3, 6])), 2, "One is within the other");
  assertEquals(mostAtOnce(intervals([0, 1], [0, 1], [0, 1])), 3, "All are the same");
  assertEquals(mostAtOnce(intervals([9, 10], [80, 90], [100, 110])), 1, "Numbers, not texts");
});

test("[2] what follows directly does not meet", () => {
  assertEquals(mostAtOnce(intervals([0, 3], [3, 6], [6, 9])), 1, "0 to 3, 3 to 6, and 6 to 9");
  assertEquals(mostAtOnce(intervals([3, 6], [0, 3])), 1, "3 to 6, and 0 to 3");
  assertEquals(mostAtOnce(intervals([3, 3], [3, 3])), 0, "They end when they begin");
  assertEquals(mostAtOnce(intervals([0, 6], [3, 3])), 1, "0 to 6, and 3 to 3");
});

test("[2] one that meets two others, one after the other, makes two and not three", () => {
  assertEquals(mostAtOnce(intervals([0, 10], [1, 3], [5, 8])), 2, "0 to 10, 1 to 3, and 5 to 8");
  assertEquals(mostAtOnce(intervals([0, 5], [4, 9], [8, 12])), 2, "0 to 5, 4 to 9, and 8 to 12");
});

test("[2] an interval may have no end", () => {
  assertEquals(mostAtOnce(intervals([0, Infinity], [5, Infinity], [-Infinity, 1])), 2);
});

test("[2] what is no interval is refused", () => {
  for (const [begin, end] of [[2, 1], [NaN, 1], [1, NaN]]) {
    assertThrows(() => mostAtOnce(intervals([0, 1], [begin, end])), RangeError);
  }
});

test("[2] ten thousand intervals are counted quickly", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ begin: i, end: i + 100 }));
  assertEquals(mostAtOnce(many), 100);
});

// -- [3] a map --

type Items = Int32Array<SharedArrayBuffer>;

/** Whole numbers in shared memory, with some cells behind them. */
function numbers(...values: number[]): Items {
  const items = cells(values.length + 4).subarray(0, values.length);
  items.set(values);
  return items;
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

function mapped<Numbers extends Items | Float64Array<SharedArrayBuffer>>(
  fn: string,
  items: Numbers,
  options: Partial<ParallelMapOptions> = {},
): Promise<Numbers> {
  const result = parallelMap(fn, items, { module, workers: 2, ...options });
  return soon(result, "The map does not come back");
}

/** Until the first task of a pool has an item, no other task begins: so it is known who has which item. */
async function oneAfterTheOther<T>(items: Items, work: () => Promise<T>): Promise<T> {
  const { submit } = ThreadPool.prototype;
  let tasks = 0;
  ThreadPool.prototype.submit = function <Result>(fn: string, args: readonly unknown[] = []) {
    if (tasks++ === 0) return submit.call(this, fn, args) as Future<Result>;
    const future = new Future<Result>();
    const begin = async () => {
      await until(() => new Int32Array(items.buffer)[items.length] > 0, "No thread has an item");
      if (future.setRunning()) {
        future.setResult(await submit.call(this, fn, args).result() as Result);
      }
    };
    void begin().catch((error) => future.setException(error));
    return future;
  };
  try {
    return await work();
  } finally {
    ThreadPool.prototype.submit = submit;
  }
}

testWithPermission("[3] each item is mapped once, for every chunk size", async () => {
  for (const chunksize of [1, 3, 11, undefined]) {
    const items = numbers(...range(10));
    const results = await mapped("doubleOnce", items, { chunksize });
    const shown = `with chunks of ${chunksize}`;
    assertEquals([...results], range(10).map((n) => 2 * n), `What came out ${shown}`);
    const marked = range(10).map((n) => n + 1_000_000);
    assertEquals([...items], marked, `An item was given twice, or not at all, ${shown}`);
  }
});

/** What the threads of the map do, but for the wait until their module is there: so it can be explored. */
const atOnce = await loadedAtOnce(import.meta.resolve("./parallelism.ts"), { [module]: work })
  .catch(() => null);

test("[3] no item is mapped twice, however many threads ask for the next", async () => {
  const items = cells(3);
  const tasks = await tasksOf(() => mapped("tally", items, { chunksize: 1 }));
  if (!atOnce || tasks.length < 2) {
    return { sentence: "not explored: real threads have to show it" };
  }
  const copier = copierOf([items, tasks]);
  const threads = tasks.map(({ fn }, i) => [
    `thread ${i + 1}`,
    ({ args }: { args: unknown[][] }) => atOnce[fn](...args[i]),
  ]);
  return exploredIfPossible({
    shared() {
      const copy = copier();
      return { items: copy(items), args: copy(tasks.map(({ args }) => [...args])) };
    },
    threads: Object.fromEntries(threads),
    // What threads write down for the others may be written without Atomics, if it is read at the end.
    races: "allow",
    after({ items }) {
      const twice = items.findIndex((count) => count > 1);
      assertEquals(twice, -1, `The function was called twice for item ${twice}`);
    },
  });
});

testWithPermission("[3] real threads map each of many items once", async () => {
  const items = new Int32Array(new SharedArrayBuffer(4 * 20_000));
  await mapped("tally", items, { chunksize: 1, workers: 3 });
  const wrong = items.findIndex((count) => count !== 1);
  assertEquals(wrong, -1, `The function was not called once for item ${wrong}`);
});

testWithPermission("[3] results are of the same kind, in shared memory of their own", async () => {
  const items = new Float64Array(new SharedArrayBuffer(24));
  items.set([1, 2, 3]);
  const results = await mapped("half", items);
  assertInstanceOf(results, Float64Array);
  assertInstanceOf(results.buffer, SharedArrayBuffer);
  assertEquals([...results], [0.5, 1, 1.5]);
  assertEquals([...items], [1, 2, 3], "The items must stay as they are");
});

testWithPermission("[3] items may be a part of a larger memory", async () => {
  const memory = cells(8);
  memory.set(range(8));
  const results = await mapped("square", memory.subarray(2, 5));
  assertEquals([...results], [4, 9, 16]);
  assertEquals([...memory], range(8));
});

test("[3] no items are an empty result, and nobody is asked", async () => {
  const results = await mapped("noSuchFunction", numbers());
  assertEquals([...results], []);
});

test("[3] what makes no sense is refused", async () => {
  for (const count of [0, -1, 1.5, NaN]) {
    await assertRejects(() => mapped("square", numbers(1), { workers: count }), RangeError);
    await assertRejects(() => mapped("square", numbers(1), { chunksize: count }), RangeError);
  }
  await assertRejects(() => mapped("square", numbers(1), { module: "work.ts" }), TypeError);
  const own = new Int32Array([1, 2]) as unknown as Int32Array<SharedArrayBuffer>;
  await assertRejects(() => mapped("square", own), TypeError);
});

testWithPermission("[3] a function that the module does not export is a TypeError", async () => {
  await assertRejects(() => mapped("noSuchFunction", numbers(1)), TypeError, "noSuchFunction");
});

testWithPermission("[3] a chunk may be far larger than all there is", async () => {
  const results = await mapped("square", numbers(1, 2, 3), { chunksize: 2 ** 30, workers: 4 });
  assertEquals([...results], [1, 4, 9]);
});

// -- [4] all cores, and errors --

testWithPermission("[4] as many threads as workers are at work at once", async () => {
  const met = await mapped("meet", numbers(3, 3, 3), { workers: 3, chunksize: 1 });
  assertEquals([...met], [1, 1, 1], "They never meet: fewer threads are at work");
});

testWithPermission("[4] never more threads are started than workers", async () => {
  const threads = new Set(await mapped("threadOf", numbers(...range(6)), { chunksize: 1 }));
  assert(threads.size <= 2, `${threads.size} threads for 2 workers`);
});

testWithPermission("[4] a slow chunk holds up nobody else", async () => {
  const results = await mapped("waitForOthers", numbers(...range(20)), { chunksize: 1 });
  assertEquals(results[0], 1, "Chunks were dealt out: some wait behind the slow one");
});

testWithPermission(
  "[4] the error is that of the first item, when all threads are back",
  async () => {
    const items = numbers(...range(12));
    await assertRejects(
      () => mapped("failTwice", items, { chunksize: 1 }),
      RangeError,
      "item 2",
      "Items 2 and 5 fail. Item 5 was faster, but the map must reject with the error of item 2",
    );
  },
);

testWithPermission("[4] the first item counts, and not the first thread", async () => {
  for (const [fn, first] of [["failAtOneAndTwo", 1], ["failAtZeroAndOne", 0]] as const) {
    const items = numbers(...range(6));
    await assertRejects(
      () => oneAfterTheOther(items, () => mapped(fn, items, { chunksize: 1 })),
      RangeError,
      `item ${first}`,
      `${fn}: the error of the first item that has failed`,
    );
  }
});

testWithPermission("[4] a chunk that was begun before a failure is done to its end", async () => {
  await assertRejects(
    () => mapped("failBehindASlowOne", numbers(...range(4)), { chunksize: 2 }),
    RangeError,
    "item 1",
    "Item 2 fails while one thread is at items 0 and 1. Then item 1 fails, and comes before it",
  );
});

testWithPermission("[4] after a failure the other chunks are left out", async () => {
  const items = numbers(...range(1_500));
  await assertRejects(() => mapped("failFirst", items, { chunksize: 1 }), RangeError, "item 0");
  const [called] = new Int32Array(items.buffer, items.byteLength);
  // Some may have been on their way.
  assert(called < 1_000, `The map goes on though it has failed: ${called} items were done`);
});

testWhatToFixFirst();
