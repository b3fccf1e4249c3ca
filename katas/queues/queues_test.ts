import { assert, assertEquals, AssertionError } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { getEventListeners } from "node:events";
import { assertThrows, test, testWhatToFixFirst } from "../_kit/mod.ts";
import { call, calm, mustEnd, mustFail, mustWait, named } from "./fixtures/calls.ts";
import { type Item, type Order, orders } from "./fixtures/model.ts";
import { mustBehaveLike } from "./fixtures/properties.ts";
import {
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  type QueueStore,
} from "./queues.ts";

/** A test in virtual time: nothing in it takes real time, and no timer may be left at its end. */
function timedTest(name: string, body: (time: FakeTime) => Promise<void>): void {
  test(name, async () => {
    using time = new FakeTime(0);
    await body(time);
    await calm();
    assertEquals(
      time.next(),
      false,
      "A timer is still set though nobody waits any more: clear it when the wait is over",
    );
  });
}

/** Everything that can be taken out at once. */
function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.isEmpty) {
    assert(items.length < 10_000, "The queue does not get empty, however much is taken out");
    items.push(takeOut(queue));
  }
  return items;
}

function takeOut<T>(queue: Queue<T>): T {
  const { size } = queue;
  try {
    return queue.getNowait();
  } catch (error) {
    throw new AssertionError(`The size is ${size}, but getNowait threw ${named(error)}`);
  }
}

/** A queue with these items that is full. */
function full<T>(...items: T[]): Queue<T> {
  const queue = new Queue<T>({ maxsize: items.length });
  for (const item of items) queue.putNowait(item);
  return queue;
}

const numbers = { compare: (a: number, b: number) => a - b };

// -- [1] first come, first served, without waiting --

test("[1] items leave a Queue in the order in which they came", () => {
  const queue = new Queue<number>();
  const sent = Array.from({ length: 100 }, (_, i) => i + 1);
  for (let round = 0; round < 2; round++) {
    for (const item of sent) queue.putNowait(item);
    assertEquals(drain(queue), sent, "First in, first out: what was put first must leave first");
  }
});

test("[1] size, isEmpty and isFull follow every put and get", () => {
  const queue = new Queue<string>({ maxsize: 2 });
  const look = () => [queue.size, queue.isEmpty, queue.isFull];
  for (let round = 0; round < 3; round++) {
    assertEquals(look(), [0, true, false], "size, isEmpty and isFull of an empty queue");
    queue.putNowait("a");
    assertEquals(look(), [1, false, false], "size, isEmpty and isFull with 1 of 2 items");
    queue.putNowait("b");
    assertEquals(look(), [2, false, true], "size, isEmpty and isFull with 2 of 2 items");
    queue.getNowait();
    assertEquals(look(), [1, false, false], "size, isEmpty and isFull with 1 of 2 items again");
    queue.getNowait();
  }
  assertEquals(queue.maxsize, 2);
});

test("[1] putNowait on a full queue throws QueueFull and changes nothing", () => {
  const queue = full("a", "b");
  assertThrows(() => queue.putNowait("c"), QueueFull);
  assertEquals(queue.size, 2, "A put that throws must not put anything in");
  assertEquals(drain(queue), ["a", "b"], "What was in the queue must still be there");
});

test("[1] getNowait on an empty queue throws QueueEmpty", () => {
  const queue = new Queue<number>();
  assertThrows(() => queue.getNowait(), QueueEmpty);
  queue.putNowait(1);
  assertEquals(queue.getNowait(), 1, "After a get that failed the queue must work");
  assertThrows(() => queue.getNowait(), QueueEmpty);
});

test("[1] a maxsize of 0 or less, or of Infinity, is no bound", () => {
  assertEquals(new Queue().maxsize, 0, "maxsize is 0 unless given");
  for (const queue of [undefined, 0, -1, Infinity].map((maxsize) => new Queue({ maxsize }))) {
    for (let i = 0; i < 1_000; i++) queue.putNowait(i);
    assertEquals(queue.size, 1_000, `Without a bound everything fits in: maxsize ${queue.maxsize}`);
    assertEquals(queue.isFull, false, "A queue without a bound is never full");
  }
});

test("[1] a Queue keeps the order, however far it has come and however long it is", () => {
  for (let past = 1; past <= 40; past++) {
    const queue = new Queue<number>();
    for (let i = 0; i < past; i++) queue.putNowait(i);
    for (let i = 0; i < past - 1; i++) queue.getNowait();
    const sent = Array.from({ length: 3 * past }, (_, i) => past + i);
    for (const item of sent) queue.putNowait(item);
    assertEquals(drain(queue), [past - 1, ...sent], `After ${past} puts and ${past - 1} gets`);
  }
  const long = new Queue<number>();
  for (let i = 0; i < 50_000; i++) long.putNowait(i);
  for (let i = 0; i < 50_000; i++) {
    const item = long.getNowait();
    if (item !== i) assertEquals(item, i, "In a queue of 50,000 items");
  }
});

test("[1] a LifoQueue hands out the newest item first", () => {
  const queue = new LifoQueue<number>({ maxsize: 3 });
  for (let round = 0; round < 2; round++) {
    for (const item of [111, 333, 222]) queue.putNowait(item);
    assertThrows(() => queue.putNowait(444), QueueFull);
    assertEquals(drain(queue), [222, 333, 111], "Last in, first out");
  }
});

// -- [2] put and get wait --

timedTest("[2] put and get do not wait when they need not", async () => {
  const queue = new Queue<string>({ maxsize: 1 });
  for (let round = 0; round < 2; round++) {
    const put = call(() => queue.put("bun", { timeout: 5 }));
    await mustEnd(put, "A put must end at once when a slot is free");
    assertEquals(queue.size, 1, "The item must be in the queue when put has ended");
    const item = await mustEnd(call(() => queue.get({ timeout: 5 })), "A get must end at once");
    assertEquals(item, "bun");
  }
});

timedTest("[2] a get from an empty queue waits until something is put in", async (time) => {
  const queue = new Queue<string>();
  for (const item of ["first", "second"]) {
    const get = call(() => queue.get());
    await mustWait(get, "The queue is empty: a get must wait");
    time.tick(100_000);
    await mustWait(get, "Without a timeout a get must wait as long as it takes");
    queue.putNowait(item);
    assertEquals(await mustEnd(get, `A get that waits must be given '${item}'`), item);
    assertEquals(queue.size, 0, "What was given to a get is not in the queue any more");
  }
});

timedTest("[2] a put into a full queue waits until something is taken out", async (time) => {
  const queue = full("a", "b");
  const put = call(() => queue.put("c"));
  await mustWait(put, "The queue is full: a put must wait");
  time.tick(100_000);
  await mustWait(put, "Without a timeout a put must wait as long as it takes");
  assertEquals(queue.size, 2, "A put that waits must not be in the queue yet");
  assertEquals(queue.getNowait(), "a");
  await mustEnd(put, "A slot became free: the put that waits must end");
  assertEquals(drain(queue), ["b", "c"]);
});

timedTest("[2] gets that wait are served in the order in which they came", async () => {
  const queue = new Queue<string>();
  const gets = [1, 2, 3].map(() => call(() => queue.get()));
  await calm();
  const given: string[] = [];
  for (const item of ["a", "b", "c"]) queue.putNowait(item);
  for (const get of gets) given.push(await mustEnd(get, "Three items, three gets: all must end"));
  assertEquals(given, ["a", "b", "c"], "Who waits longest must be served first");
});

timedTest("[2] an item wakes one get and leaves the others waiting", async () => {
  const queue = new Queue<string>();
  const [first, second] = [1, 2].map(() => call(() => queue.get()));
  await calm();
  await mustEnd(call(() => queue.put("a")), "The queue is empty: a put must not wait");
  assertEquals(await mustEnd(first, "The get that waits longest must have the item"), "a");
  await mustWait(second, "One item is for one get: the second must go on waiting");
  queue.putNowait("b");
  assertEquals(await mustEnd(second, "The second item is for the second get"), "b");
});

timedTest("[2] puts that wait go in in the order in which they came", async () => {
  const queue = full("a");
  const puts = ["b", "c", "d"].map((item) => call(() => queue.put(item)));
  const taken: string[] = [];
  for (const [i, put] of puts.entries()) {
    await mustWait(put, `The queue is full: put number ${i + 1} must wait for its slot`);
    taken.push(queue.getNowait());
    await mustEnd(put, "A slot became free: the put that waits longest must end");
    assertEquals(queue.size, 1, "One free slot is for one put");
  }
  assertEquals([...taken, ...drain(queue)], ["a", "b", "c", "d"]);
});

timedTest("[2] undefined, null, 0 and the empty string are items", async () => {
  const items = [undefined, null, 0, "", false, NaN];
  const queue = new Queue<unknown>();
  const gets = items.map(() => call(() => queue.get()));
  for (const item of items) queue.putNowait(item);
  for (const [i, item] of items.entries()) {
    const got = await mustEnd(gets[i], `A get that waits must be given ${Deno.inspect(item)}`);
    assertEquals(got, item);
  }
  for (const item of items) queue.putNowait(item);
  assertEquals(drain(queue), items, "They are items like any other: ask for the size instead");
  const tight = full<unknown>(undefined);
  const put = call(() => tight.put(null));
  await mustWait(put, "A queue with undefined in it is full: a put must wait");
  assertEquals(tight.getNowait(), undefined);
  await mustEnd(put, "A slot became free: the put that waits must end");
  assertEquals(tight.getNowait(), null);
});

timedTest("[2] who comes later does not overtake who waits", async () => {
  const queue = full("a");
  const early = call(() => queue.put("early"));
  await calm();
  const taken = [queue.getNowait()];
  const late = call(() => queue.put("late"));
  await calm();
  for (let i = 0; i < 3 && !queue.isEmpty; i++) {
    taken.push(takeOut(queue));
    await calm();
  }
  const why =
    "A slot became free while 'early' waited, and 'late' took it: keep it for the longest";
  assertEquals(taken, ["a", "early", "late"], why);
  await mustEnd(early, "The put must end");
  await mustEnd(late, "The put must end");

  const patient = call(() => queue.get());
  await calm();
  queue.putNowait("bun");
  const newcomer = call(() => queue.get());
  assertEquals(await mustEnd(patient, "It waited first, so the item is its own"), "bun");
  await mustWait(newcomer, "The item belongs to the get that waited: a newcomer must wait");
  queue.putNowait("rice");
  await mustEnd(newcomer, "The second item is for the newcomer");
});

timedTest("[2] who comes in the same turn does not overtake who waits", async () => {
  const queue = new Queue<string>();
  const patient = call(() => queue.get());
  await calm();
  queue.putNowait("bun");
  assertThrows(
    () => queue.getNowait(),
    QueueEmpty,
    "",
    "The item belongs to the get that waited, and nobody may take it before that one runs",
  );
  assertEquals(await mustEnd(patient, "It waited first"), "bun");
  const tight = full("a");
  const early = call(() => tight.put("early"));
  await calm();
  tight.getNowait();
  assertThrows(() => tight.putNowait("late"), QueueFull, "", "The slot belongs to who waited");
  await mustEnd(early, "It waited first");
  assertEquals(drain(tight), ["early"]);
});

timedTest("[2] a fast producer is held back, and gets as far as it may", async (time) => {
  const queue = new Queue<number>({ maxsize: 3 });
  let [made, eaten, most] = [0, 0, 0];
  const producer = call(async () => {
    while (made < 20) {
      await queue.put(made++);
      most = Math.max(most, queue.size);
    }
  });
  const consumer = call(async () => {
    for (; eaten < 20; eaten++) {
      assertEquals(await queue.get(), eaten, "One producer, one consumer: the order must be kept");
      await new Promise((wake) => setTimeout(wake, 10));
    }
  });
  await calm();
  assertEquals(made, 5, "With 3 slots, 1 bun in the mouth and 1 in the hand: 5 buns are made");
  for (let i = 0; i < 20; i++) await calmTick(time, 10);
  await mustEnd(producer, "The producer must come to its end");
  await mustEnd(consumer, "The consumer must come to its end");
  assertEquals(most, 3, "The queue must fill up to its bound and no further");
});

async function calmTick(time: FakeTime, ms: number): Promise<void> {
  time.tick(ms);
  await calm();
}

// -- [3] giving up --

timedTest("[3] a put gives up with QueueFull when its time is over", async (time) => {
  const queue = full("a");
  const put = call(() => queue.put("b", { timeout: 100 }));
  await calmTick(time, 99);
  await mustWait(put, "After 99 of 100 ms a put must still wait");
  time.tick(1);
  await mustFail(put, QueueFull, "After 100 ms the put must reject with QueueFull");
  assertEquals(drain(queue), ["a"], "The put gave up, so its item must never come in");
  await calm();
  assertEquals(queue.size, 0, "The put gave up, so its item must never come in");
});

timedTest("[3] a get gives up with QueueEmpty when its time is over", async (time) => {
  const queue = new Queue<string>();
  const get = call(() => queue.get({ timeout: 100 }));
  await calmTick(time, 99);
  await mustWait(get, "After 99 of 100 ms a get must still wait");
  time.tick(1);
  await mustFail(get, QueueEmpty, "After 100 ms the get must reject with QueueEmpty");
});

timedTest("[3] a timeout of 0 does not wait, and takes what is there", async (time) => {
  const queue = new Queue<string>({ maxsize: 1 });
  const none = call(() => queue.get({ timeout: 0 }));
  await calmTick(time, 0);
  await mustFail(none, QueueEmpty, "A get with a timeout of 0 must not wait");
  const put = call(() => queue.put("a", { timeout: 0 }));
  await mustEnd(put, "A slot is free, so the put must succeed whatever the timeout");
  const another = call(() => queue.put("b", { timeout: 0 }));
  await calmTick(time, 0);
  await mustFail(another, QueueFull, "A put with a timeout of 0 must not wait");
  const item = await mustEnd(call(() => queue.get({ timeout: 0 })), "An item is there");
  assertEquals(item, "a");
  const quick = call(() => queue.get({ timeout: 0 }));
  queue.putNowait("later");
  await mustFail(quick, QueueEmpty, "The item came in the same turn, but later");
  const quickPut = call(() => queue.put("b", { timeout: 0 }));
  assertEquals(queue.getNowait(), "later");
  await mustFail(quickPut, QueueFull, "The slot became free in the same turn, but later");
  assertEquals(queue.size, 0);
});

timedTest("[3] a timeout that makes no sense is refused", async () => {
  const [empty, tight] = [new Queue<string>(), full("a")];
  for (const timeout of [-1, NaN, -Infinity]) {
    for (const queue of [empty, tight]) {
      const put = call(() => queue.put("b", { timeout }));
      await mustFail(
        put,
        RangeError,
        `put with a timeout of ${timeout} must reject with RangeError`,
      );
      const get = call(() => queue.get({ timeout }));
      await mustFail(
        get,
        RangeError,
        `get with a timeout of ${timeout} must reject with RangeError`,
      );
    }
  }
  assertEquals(empty.size, 0, "A put that was refused must not put anything in");
  empty.putNowait("mine");
  assertEquals(empty.size, 1, "A get that was refused must not wait for the next item");
  assertEquals(drain(tight), ["a"], "A put that was refused must not put anything in");
});

timedTest("[3] a wait that ends in time clears its timer", async (time) => {
  const queue = new Queue<string>({ maxsize: 1 });
  const get = call(() => queue.get({ timeout: 100 }));
  await calmTick(time, 60);
  queue.putNowait("a");
  assertEquals(await mustEnd(get, "The item came after 60 of 100 ms"), "a");
  queue.putNowait("b");
  const put = call(() => queue.put("c", { timeout: 100 }));
  await calmTick(time, 60);
  queue.getNowait();
  await mustEnd(put, "The slot became free after 60 of 100 ms");
});

timedTest("[3] a timeout goes on while others are served", async (time) => {
  const queue = new Queue<string>();
  const first = call(() => queue.get());
  const second = call(() => queue.get({ timeout: 100 }));
  await calmTick(time, 60);
  queue.putNowait("a");
  await mustEnd(first, "The item is for the first");
  await calmTick(time, 40);
  await mustFail(second, QueueEmpty, "Its 100 ms are over: they count from its call");
});

timedTest("[3] a get that gave up swallows no later item", async (time) => {
  const queue = new Queue<string>();
  const gone = call(() => queue.get({ timeout: 10 }));
  const patient = call(() => queue.get());
  await calmTick(time, 10);
  await mustFail(gone, QueueEmpty, "Its time is over");
  queue.putNowait("a");
  const item = await mustEnd(
    patient,
    "The item must go to the get that still waits, not to a dead one",
  );
  assertEquals(item, "a");
  const again = call(() => queue.get({ timeout: 10 }));
  await calmTick(time, 10);
  await mustFail(again, QueueEmpty, "Its time is over");
  queue.putNowait("b");
  assertEquals(drain(queue), ["b"], "Nobody waits any more, so the item must stay in the queue");
});

timedTest(
  "[3] a put that gave up does not go in later, nor keep the next one out",
  async (time) => {
    const queue = full("a");
    const gone = call(() => queue.put("gone", { timeout: 10 }));
    const patient = call(() => queue.put("patient"));
    await calmTick(time, 10);
    await mustFail(gone, QueueFull, "Its time is over");
    assertEquals(queue.getNowait(), "a");
    await mustEnd(patient, "The slot must go to the put that still waits, not to a dead one");
    assertEquals(drain(queue), ["patient"], "A put that gave up must not put anything in");
  },
);

timedTest("[3] a get that is aborted rejects with the reason and takes nothing", async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const gone = call(() => queue.get({ signal: controller.signal, timeout: 1_000 }));
  const patient = call(() => queue.get());
  await mustWait(gone, "Nobody has aborted yet: the get must wait");
  const reason = new Error("The guest has left");
  controller.abort(reason);
  await mustFail(gone, reason, "An aborted get must reject with the signal's own reason");
  queue.putNowait("a");
  const item = await mustEnd(
    patient,
    "The item must go to the get that still waits, not to a dead one",
  );
  assertEquals(item, "a");
});

timedTest("[3] a call that waits rejects with whatever the reason of its signal is", async () => {
  for (const reason of [0, "", false, null]) {
    const calls: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => new Queue<string>().get({ signal }),
      (signal) => full("a").put("b", { signal }),
    ];
    for (const start of calls) {
      const controller = new AbortController();
      const gone = call(() => start(controller.signal));
      await mustWait(gone, "Nobody has aborted yet");
      controller.abort(reason);
      await mustFail(gone, reason, `The reason ${reason} is one like others`);
    }
  }
});

timedTest("[3] a put that is aborted rejects with the reason and puts nothing in", async () => {
  const queue = full("a");
  const controller = new AbortController();
  const gone = call(() => queue.put("gone", { signal: controller.signal, timeout: 1_000 }));
  const patient = call(() => queue.put("patient"));
  controller.abort();
  const { reason } = controller.signal;
  await mustFail(gone, reason, "An aborted put must reject with the signal's own reason");
  assertEquals(queue.getNowait(), "a");
  await mustEnd(patient, "The slot must go to the put that still waits, not to a dead one");
  assertEquals(drain(queue), ["patient"], "An aborted put must not put anything in");
});

timedTest("[3] a signal that is aborted beforehand takes nothing and puts nothing in", async () => {
  for (const reason of [new Error("Closed"), 0, "", null, undefined]) {
    const signal = AbortSignal.abort(reason);
    const [empty, tight] = [new Queue<string>(), full("a")];
    for (const queue of [empty, tight]) {
      for (const timeout of [undefined, 0, 10]) {
        const get = call(() => queue.get({ signal, timeout }));
        await mustFail(
          get,
          signal.reason,
          "A get with an aborted signal must reject with its reason",
        );
        const put = call(() => queue.put("b", { signal, timeout }));
        await mustFail(
          put,
          signal.reason,
          "A put with an aborted signal must reject with its reason",
        );
      }
    }
    assertEquals(drain(tight), ["a"], "A get with an aborted signal must leave the item there");
    assertEquals(empty.size, 0, "A put with an aborted signal must not put anything in");
  }
});

timedTest("[3] an abort in the same turn as the item neither loses nor repeats it", async () => {
  for (const abortFirst of [true, false]) {
    const queue = new Queue<string>();
    const controller = new AbortController();
    const first = call(() => queue.get({ signal: controller.signal }));
    const second = call(() => queue.get());
    await calm();
    if (abortFirst) controller.abort("enough");
    queue.putNowait("a");
    if (!abortFirst) controller.abort("enough");
    await calm();
    const given = [first, second].flatMap(({ state }) =>
      state !== "waits" && "value" in state ? [state.value] : []
    );
    assertEquals(
      [...given, ...drain(queue)],
      ["a"],
      "The item must go to exactly one get. Who was chosen and is aborted must pass it on",
    );
    assertEquals(given.length, 1, "The second get waits beside an item: nobody told it");
    if (second.state === "waits") queue.putNowait("b");
  }
});

timedTest("[3] a signal is let go when the wait is over", async (time) => {
  const queue = new Queue<number>({ maxsize: 1 });
  const controller = new AbortController();
  const { signal } = controller;
  const options = { signal, timeout: 10 };
  for (let i = 0; i < 3; i++) {
    const get = call(() => queue.get(options));
    await calm();
    queue.putNowait(i);
    assertEquals(await mustEnd(get, "The item is there"), i);
    await mustEnd(call(() => queue.put(i, options)), "A slot is free");
    const put = call(() => queue.put(i, options));
    await calmTick(time, 10);
    await mustFail(put, QueueFull, "Its time is over");
    queue.getNowait();
  }
  assertEquals(
    getEventListeners(signal, "abort").length,
    0,
    "All calls are over, but they still listen to the signal: a long-lived one gathers them all",
  );
  queue.putNowait(7);
  controller.abort();
  assertEquals(drain(queue), [7], "An abort after the call must change nothing");
});

timedTest("[3] a very long timeout is very long", async (time) => {
  const day = 24 * 60 * 60 * 1_000;
  const month = { timeout: 31 * day };
  const season = { timeout: 90 * day };
  for (const [queue, late, start] of longWaits()) {
    const [short, long, served, forever, undecided] = [
      month,
      season,
      season,
      { timeout: Infinity },
      { timeout: undefined, signal: undefined },
    ].map((options) => call(() => start(options)));
    await calmTick(time, 1_000);
    const waiting = [short, long, served, forever, undecided];
    for (const call of waiting) {
      await mustWait(call, "A month is longer than setTimeout can wait, which then fires at once");
    }
    for (let days = 0; days < 30; days++) await calmTick(time, day);
    await mustWait(short, "A timeout of 31 days must not be over after 30");
    for (let days = 0; days < 2; days++) await calmTick(time, day);
    await mustFail(short, late, "A timeout of a month must be over after a month");
    for (let days = 0; days < 57; days++) await calmTick(time, day);
    await mustWait(long, "A timeout of 90 days must not be over after 89");
    // The first of those that wait is served now: nothing of its long timer may be left.
    serveOne(queue);
    await mustEnd(long, "It has been served at the last moment");
    for (let days = 0; days < 2; days++) await calmTick(time, day);
    await mustFail(served, late, "A timeout of 90 days must be over after 90 days");
    for (const call of [forever, undecided]) {
      await mustWait(call, "Infinity is no limit, and undefined is none");
      serveOne(queue);
      await mustEnd(call, "Who has no limit waits for ever");
    }
  }
});

type Start = (options: { timeout?: number; signal?: AbortSignal }) => Promise<unknown>;

/** A queue in which gets wait, and one in which puts wait, with what they fail with. */
function longWaits(): [Queue<string>, typeof QueueEmpty | typeof QueueFull, Start][] {
  const [empty, tight] = [new Queue<string>(), full("a")];
  return [
    [empty, QueueEmpty, (options) => empty.get(options)],
    [tight, QueueFull, (options) => tight.put("b", options)],
  ];
}

/** Gives the call that waits longest at such a queue what it waits for. */
function serveOne(queue: Queue<string>): void {
  if (queue.isEmpty) queue.putNowait("a");
  else queue.getNowait();
}

timedTest("[3] a long timer of many turns is cleared as well", async (time) => {
  const day = 24 * 60 * 60 * 1_000;
  for (const [queue, , start] of longWaits()) {
    const waiting = call(() => start({ timeout: 31 * day }));
    for (let days = 0; days < 26; days++) await calmTick(time, day);
    serveOne(queue);
    await mustEnd(waiting, "It was served after 26 of 31 days");
  }
});

// -- [4] the end of the work --

timedTest("[4] join of a queue with nothing to do ends at once", async () => {
  const queue = new Queue<string>();
  await mustEnd(call(() => queue.join()), "Nothing was put in: join must not wait");
  queue.putNowait("a");
  queue.getNowait();
  queue.taskDone();
  await mustEnd(call(() => queue.join()), "All is done: join must not wait");
});

timedTest("[4] a get is not a done: join waits for taskDone", async () => {
  const queue = new Queue<string>();
  queue.putNowait("a");
  queue.putNowait("b");
  const join = call(() => queue.join());
  await mustWait(join, "Two items are in the queue: join must wait");
  drain(queue);
  await mustWait(
    join,
    "Both items were taken out, but the work on them is not done: join must wait",
  );
  queue.taskDone();
  await mustWait(join, "One of two items is done: join must wait");
  queue.taskDone();
  queue.putNowait("c");
  await mustEnd(join, "Every item was done when the last taskDone came: join must end");
});

timedTest("[4] an item that goes straight to a waiting get is work as well", async () => {
  const queue = new Queue<string>();
  const get = call(() => queue.get());
  await calm();
  await mustEnd(call(() => queue.put("a")), "The put need not wait");
  await mustEnd(get, "The item is for the get that waits");
  const join = call(() => queue.join());
  await mustWait(join, "An item was put in and is not done: join must wait");
  queue.taskDone();
  await mustEnd(join, "The item is done: join must end");
});

timedTest("[4] join ends for everybody, and works again", async () => {
  const queue = new Queue<number>();
  for (let round = 0; round < 3; round++) {
    queue.putNowait(round);
    const joins = [1, 2, 3].map(() => call(() => queue.join()));
    for (const join of joins) await mustWait(join, `Round ${round + 1}: join must wait again`);
    queue.getNowait();
    queue.taskDone();
    for (const join of joins) await mustEnd(join, "All is done: every join must end");
  }
});

timedTest("[4] a put that failed is no work", async (time) => {
  const queue = full("a");
  const controller = new AbortController();
  assertThrows(() => queue.putNowait("b"), QueueFull);
  const late = call(() => queue.put("c", { timeout: 10 }));
  const aborted = call(() => queue.put("d", { signal: controller.signal }));
  await calmTick(time, 10);
  await mustFail(late, QueueFull, "Its time is over");
  controller.abort("enough");
  await mustFail(aborted, "enough", "It was aborted");
  queue.getNowait();
  queue.taskDone();
  await mustEnd(
    call(() => queue.join()),
    "One item came in and is done; three puts failed and must not count: join must end",
  );
});

timedTest("[4] one taskDone too many throws RangeError and changes nothing", async () => {
  const queue = new Queue<string>();
  assertThrows(() => queue.taskDone(), RangeError, "", "No item was put in");
  queue.putNowait("a");
  const join = call(() => queue.join());
  await mustWait(join, "A wrong taskDone must not count for a later item: join must wait");
  queue.getNowait();
  queue.taskDone();
  assertThrows(() => queue.taskDone(), RangeError, "", "The only item is done already");
  await mustEnd(join, "The item is done: join must end");
  await mustEnd(call(() => queue.join()), "A wrong taskDone must not stop a later join");
});

timedTest("[4] when join ends, two workers have added up 0 to 99", async (time) => {
  const queue = new Queue<number>({ maxsize: 5 });
  let sum = 0;
  const worker = async (pause: number) => {
    for (let item; (item = await queue.get()) >= 0;) {
      await new Promise((wake) => setTimeout(wake, pause));
      sum += item;
      queue.taskDone();
    }
    queue.taskDone();
  };
  const workers = [1, 3].map((pause) => call(() => worker(pause)));
  for (let round = 1; round <= 2; round++) {
    const sumAtJoin = call(async () => {
      for (let i = 0; i < 100; i++) await queue.put(i);
      await queue.join();
      return sum;
    });
    for (let i = 0; i < 120; i++) await calmTick(time, 1);
    const added = await mustEnd(sumAtJoin, `Round ${round}: join must end when all is added up`);
    assertEquals(added, 4_950 * round, "join ended before the work was done");
  }
  for (const _ of workers) queue.putNowait(-1);
  for (const worker of workers) await mustEnd(worker, "One sentinel for each: a worker must end");
});

timedTest(
  "[4] a queue that is shut down takes no more, and an empty one gives no more",
  async () => {
    for (const immediate of [false, true]) {
      const queue = new Queue<string>({ maxsize: 1 });
      queue.shutdown({ immediate });
      assertThrows(() => queue.putNowait("a"), QueueShutDown);
      assertThrows(() => queue.getNowait(), QueueShutDown, "", "It is not only empty for now");
      for (const options of [undefined, { timeout: 0 }, { timeout: 10 }]) {
        const put = call(() => queue.put("a", options));
        await mustFail(put, QueueShutDown, "The queue is shut down: a put must reject");
        const get = call(() => queue.get(options));
        await mustFail(get, QueueShutDown, "Nothing will ever come again: a get must reject");
      }
      assertEquals(queue.size, 0, "Nothing may be put into a queue that is shut down");
    }
  },
);

timedTest("[4] after shutdown what is left can still be taken out and done", async () => {
  const queue = full("a", "b", "c");
  const join = call(() => queue.join());
  queue.shutdown();
  assertThrows(() => queue.putNowait("d"), QueueShutDown, "", "Full or not, it is shut down");
  assertEquals(await mustEnd(call(() => queue.get()), "Three items are left"), "a");
  assertEquals(await mustEnd(call(() => queue.get({ timeout: 5 })), "Two items are left"), "b");
  assertEquals(queue.getNowait(), "c");
  await mustFail(call(() => queue.get()), QueueShutDown, "Nothing is left: a get must reject");
  for (let i = 0; i < 3; i++) {
    await mustWait(join, "An item is not done: join must wait, shut down or not");
    queue.taskDone();
  }
  await mustEnd(join, "What was left is done: join must end");
});

timedTest("[4] shutdown wakes every get that waits", async () => {
  for (const immediate of [false, true]) {
    const queue = new Queue<string>();
    const gets = [1, 2, 3].map(() => call(() => queue.get({ timeout: 100 })));
    await calm();
    queue.putNowait("a");
    queue.putNowait("b");
    await calm();
    queue.shutdown({ immediate });
    const items = [await mustEnd(gets[0], "An item came"), await mustEnd(gets[1], "An item came")];
    assertEquals(items, ["a", "b"]);
    await mustFail(
      gets[2],
      QueueShutDown,
      "Nothing will ever come: a get that waits must be woken",
    );
  }
});

timedTest("[4] shutdown refuses every put that waits, and lets none in later", async () => {
  for (const immediate of [false, true]) {
    const queue = full("a");
    const puts = ["b", "c"].map((item) => call(() => queue.put(item, { timeout: 100 })));
    await mustWait(puts[0], "The queue is full: a put must wait");
    queue.shutdown({ immediate });
    for (const put of puts) {
      await mustFail(
        put,
        QueueShutDown,
        "The queue is shut down: a put that waits must be refused",
      );
    }
    assertEquals(drain(queue), immediate ? [] : ["a"]);
    await calm();
    assertEquals(queue.size, 0, "An item came in after the shutdown");
  }
});

timedTest("[4] an immediate shutdown drops what is left and counts it as done", async () => {
  const queue = full("a", "b");
  const join = call(() => queue.join());
  await mustWait(join, "Two items are not done: join must wait");
  queue.shutdown({ immediate: true });
  assertEquals([queue.size, queue.isEmpty, queue.isFull], [0, true, false], "All was dropped");
  await mustFail(call(() => queue.get()), QueueShutDown, "What was dropped must not be given out");
  await mustEnd(join, "What was dropped counts as done: join must end");
  assertThrows(() => queue.taskDone(), RangeError, "", "What was dropped is done already");
});

timedTest("[4] an immediate shutdown leaves the work in progress to its worker", async () => {
  const queue = full("a", "b", "c");
  const join = call(() => queue.join());
  queue.getNowait();
  queue.shutdown({ immediate: true });
  await mustWait(join, "One item was taken out and is not done: join must wait for it");
  queue.taskDone();
  await mustEnd(join, "The last item is done: join must end");
  assertThrows(() => queue.taskDone(), RangeError);
});

timedTest(
  "[4] an immediate shutdown does not count twice what was done before it was taken out",
  async () => {
    const queue = full("a", "b");
    queue.taskDone();
    queue.taskDone();
    queue.shutdown({ immediate: true });
    await mustEnd(
      call(() => queue.join()),
      "Two items were done and then dropped: two puts and two dones, so join must end",
    );
    assertThrows(() => queue.taskDone(), RangeError, "", "All is done already");
  },
);

timedTest("[4] a queue never opens again, and may be shut down more sharply", async () => {
  const queue = full("a", "b");
  queue.shutdown();
  queue.shutdown({ immediate: true });
  assertEquals(queue.size, 0, "After a plain shutdown an immediate one must still drop the rest");
  queue.shutdown({ immediate: false });
  queue.shutdown();
  await mustFail(call(() => queue.get()), QueueShutDown, "Shut down twice is still shut down");
  await mustFail(call(() => queue.put("c")), QueueShutDown, "Shut down twice is still shut down");
});

// -- [5] the most urgent first --

test("[5] a PriorityQueue hands out the smallest item first", () => {
  const queue = new PriorityQueue<number>({ ...numbers, maxsize: 5 });
  for (let round = 0; round < 2; round++) {
    for (const item of [10, 9, 111, 100, 1]) queue.putNowait(item);
    assertThrows(() => queue.putNowait(0), QueueFull);
    assertEquals(drain(queue), [1, 9, 10, 100, 111], "Only `compare` may say what is smaller");
  }
  const largest = new PriorityQueue<number>({ compare: (a, b) => b - a });
  for (const item of [2, 3, 1]) largest.putNowait(item);
  assertEquals(drain(largest), [3, 2, 1], "With the order turned round the largest leaves first");
});

test("[5] a PriorityQueue is in order for every sequence of five", () => {
  for (const items of permutations([1, 2, 3, 4, 5])) {
    const queue = new PriorityQueue<number>(numbers);
    for (const item of items) queue.putNowait(item);
    assertEquals(drain(queue), [1, 2, 3, 4, 5], `After ${items} were put in`);
  }
});

function permutations(items: number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest])
  );
}

test("[5] equal items of a PriorityQueue keep their order", () => {
  const queue = new PriorityQueue<Item>({ compare: (a, b) => a.urgency - b.urgency });
  const got: string[] = [];
  for (let i = 0; i < 60; i++) {
    queue.putNowait({ urgency: i % 2, name: `${i % 2}:${String(i).padStart(2, "0")}` });
    if (i % 10 === 9) got.push(queue.getNowait().name);
  }
  got.push(...drain(queue).map(({ name }) => name));
  const ofUrgency = (urgency: number) => got.filter((name) => name.startsWith(`${urgency}:`));
  for (const urgency of [0, 1]) {
    const names = ofUrgency(urgency);
    assertEquals(names.length, 30);
    assertEquals(
      names,
      names.toSorted(),
      "Of equal items the one that came first must leave first",
    );
  }
});

test("[5] equal items keep their order for as long as the queue lives", () => {
  const queue = new PriorityQueue<number>({ compare: () => 0 });
  const sent = Array.from({ length: 300 }, (_, i) => i);
  for (let round = 0; round < 2; round++) {
    for (const item of sent) queue.putNowait(item);
    assertEquals(drain(queue), sent, "Of 300 equal items");
  }
  const again = new PriorityQueue<string>({ compare: () => 0 });
  again.putNowait("a");
  again.getNowait();
  for (const item of ["b", "a"]) again.putNowait(item);
  assertEquals(drain(again), ["b", "a"], "'a' has come anew, and so after 'b'");
  const mixed: number[] = [];
  for (const item of sent) {
    queue.putNowait(item);
    if (item % 3 === 2) mixed.push(queue.getNowait());
  }
  assertEquals([...mixed, ...drain(queue)], sent, "With a get after every third put");
});

test("[5] equal items are different items", () => {
  const item = { urgency: 1 };
  const compare = () => 0;
  for (const queue of [new Queue(), new LifoQueue(), new PriorityQueue<unknown>({ compare })]) {
    for (let i = 0; i < 2; i++) queue.putNowait(item);
    assertEquals(
      queue.size,
      2,
      `Two items in a ${queue.constructor.name}, though they are the same`,
    );
    for (const got of drain(queue)) assert(got === item, "What comes out is what was put in");
  }
});

test("[5] a comparison may give any number, as for Array.sort", () => {
  const ordered = (compare: (a: number, b: number) => number, items: number[]) => {
    const queue = new PriorityQueue<number>({ compare });
    for (const item of items) queue.putNowait(item);
    return drain(queue);
  };
  const minus = (a: number, b: number) => a - b;
  assertEquals(ordered(minus, [0.9, 0.5, 0.1]), [0.1, 0.5, 0.9], "Half a number is a number");
  assertEquals(ordered(minus, [1, Infinity, 0]), [0, 1, Infinity], "So is Infinity");
  const equal = ["a", "b", "c", "d", "e"];
  const queue = new PriorityQueue<string>({ compare: () => -0 });
  for (const item of equal) queue.putNowait(item);
  assertEquals(drain(queue), equal, "-0 is 0: the items are equal");
});

timedTest("[5] a put that waits takes its place in the order when it comes in", async () => {
  const queue = new PriorityQueue<number>({ ...numbers, maxsize: 2 });
  queue.putNowait(5);
  queue.putNowait(7);
  const put = call(() => queue.put(1));
  await mustWait(put, "The queue is full: a put must wait, however urgent");
  assertEquals(queue.getNowait(), 5, "An item that waits outside is not in the queue yet");
  await mustEnd(put, "A slot became free");
  assertEquals(drain(queue), [1, 7]);
});

test("[5] a PriorityQueue of ten thousand items needs few comparisons", () => {
  let comparisons = 0;
  const queue = new PriorityQueue<number>({
    compare(a, b) {
      comparisons++;
      return a - b;
    },
  });
  const count = 10_000;
  const few = (what: string, rounds: number, work: () => void) => {
    comparisons = 0;
    work();
    const each = comparisons / rounds;
    assert(
      each < 6 * Math.log2(count),
      `A put and a get of ${count} items ${what} took ${
        each.toFixed(0)
      } comparisons. A heap takes ` +
        `about ${(2 * Math.log2(count)).toFixed(0)}: it looks only at parents and children`,
    );
  };
  const orders: Record<string, (i: number) => number> = {
    "in order": (i) => i,
    "in reverse": (i) => count - i,
    "all mixed up": (i) => i * 7_919 % count,
  };
  for (const [what, item] of Object.entries(orders)) {
    few(what, count, () => {
      for (let i = 0; i < count; i++) queue.putNowait(item(i));
      for (let i = 0; i < count; i++) queue.getNowait();
    });
  }
  for (let i = 0; i < count; i++) queue.putNowait(i * 7_919 % count);
  few("by turns", 100, () => {
    for (let i = 0; i < 100; i++) {
      queue.putNowait(i * 97);
      queue.getNowait();
    }
  });
});

test("[5] a comparison that gives NaN throws TypeError and stores nothing", () => {
  const queue = new PriorityQueue<{ urgency?: number }>({
    compare: (a, b) => a.urgency! - b.urgency!,
  });
  queue.putNowait({ urgency: 1 });
  assertThrows(
    () => queue.putNowait({}),
    TypeError,
    "",
    "undefined - 1 is NaN, which is neither less nor more: the order would be lost in silence",
  );
  queue.putNowait({ urgency: 0 });
  assertEquals(drain(queue), [{ urgency: 0 }, { urgency: 1 }]);
});

timedTest("[5] an item whose comparison throws is not put in", async () => {
  const queue = new PriorityQueue<number>({ compare: pickyCompare });
  queue.putNowait(1);
  assertThrows(() => queue.putNowait(-1), Error, "-1 is no priority");
  const put = call(() => queue.put(-1));
  await mustFail(put, Error, "put must reject with what the comparison threw");
  assertEquals(queue.size, 1, "An item whose comparison throws must not be stored");
  queue.putNowait(0);
  assertEquals(drain(queue), [0, 1], "The others must be there, and in order");
  queue.taskDone();
  queue.taskDone();
  await mustEnd(call(() => queue.join()), "What was not put in is no work: join must end");
});

function pickyCompare(a: number, b: number): number {
  if (a < 0 || b < 0) throw new Error(`${Math.min(a, b)} is no priority`);
  return a - b;
}

timedTest("[5] what a comparison throws is what the call fails with", async () => {
  let failure: Error | undefined = undefined;
  const queue = new PriorityQueue<number>({
    maxsize: 2,
    compare(a, b) {
      if (failure) throw failure;
      return a - b;
    },
  });
  for (const item of [1, 2]) queue.putNowait(item);
  const waiting = call(() => queue.put(3));
  await calm();
  assertEquals(queue.getNowait(), 1);
  await mustEnd(waiting, "A slot became free");
  failure = new QueueFull("The scales are broken");
  let thrown: unknown;
  const unlimited = new PriorityQueue<number>({ compare: () => fail(failure) });
  unlimited.putNowait(1);
  try {
    unlimited.putNowait(2);
  } catch (error) {
    thrown = error;
  }
  assert(thrown === failure, `putNowait must throw the very error of the comparison: ${thrown}`);
  await mustFail(call(() => unlimited.put(2)), failure, "put must reject with the very error");
  unlimited.getNowait();
  queue.getNowait();
  await mustFail(call(() => queue.put(4)), failure, "put must reject with the very error");
});

function fail(error: unknown): never {
  throw error;
}

timedTest(
  "[5] a put that waits and cannot be compared is refused, and the next goes in",
  async () => {
    const queue = new PriorityQueue<number>({ compare: pickyCompare, maxsize: 2 });
    for (const item of [1, 2]) queue.putNowait(item);
    const bad = call(() => queue.put(-1));
    const good = call(() => queue.put(3));
    await calm();
    assertEquals(queue.getNowait(), 1, "The get must not suffer from somebody else's bad item");
    await mustFail(bad, Error, "Its comparison throws: the put must reject");
    await mustEnd(good, "The slot is still free: it must go to the next put");
    assertEquals(drain(queue), [2, 3]);
    for (let i = 0; i < 3; i++) queue.taskDone();
    await mustEnd(call(() => queue.join()), "Three items came in and are done: join must end");
    for (const item of [1, 2]) queue.putNowait(item);
    const many = Array.from({ length: 8_000 }, () => call(() => queue.put(-1)));
    assertEquals(queue.getNowait(), 1, "However many bad items wait");
    await mustFail(many[7_999], Error, "Its comparison throws: the put must reject");
  },
);

test("[5] an item that cannot be compared any more stays where it is", () => {
  const urgencies = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  // The first one leaves while one of the others has lost its number.
  for (const odd of urgencies.slice(1)) {
    const queue = new PriorityQueue<{ urgency: number }>({
      compare: (a, b) => a.urgency - b.urgency,
    });
    const items = urgencies.map((urgency) => ({ urgency }));
    for (const urgency of [1, 3, 2, 7, 6, 5, 4, 9, 8]) queue.putNowait(items[urgency - 1]);
    items[odd - 1].urgency = NaN;
    const taken = [];
    try {
      // A heap may have to compare that one now, and a sorted list has not.
      taken.push(queue.getNowait());
    } catch (error) {
      assert(error instanceof TypeError, `A comparison gave NaN: expected TypeError, got ${error}`);
    }
    items[odd - 1].urgency = odd;
    assertEquals(
      [...taken, ...drain(queue)],
      items,
      "A get that meets NaN must take and move nothing: the order would be lost in silence",
    );
  }
});

test("[5] a put whose comparison throws leaves everything in its place", () => {
  const items = [1, 4, 2, 8, 5, 7, 9, 3, 6];
  for (let comparisons = 0;; comparisons++) {
    let countdown = Infinity;
    const failure = new Error("The scales are broken");
    const queue = new PriorityQueue<number>({
      compare(a, b) {
        if (countdown-- <= 0) throw failure;
        return a - b;
      },
    });
    for (const item of items) queue.putNowait(item);
    countdown = comparisons;
    let thrown: unknown;
    try {
      queue.putNowait(0);
    } catch (error) {
      thrown = error;
    }
    countdown = Infinity;
    const left = drain(queue);
    const sorted = items.toSorted();
    if (thrown === undefined) return assertEquals(left, [0, ...sorted]);
    assertEquals(left, sorted, "A put that fails must put and move nothing");
  }
});

timedTest("[5] a get whose comparison throws leaves everything in its place", async () => {
  let countdown = Infinity;
  const compare = (a: number, b: number) => {
    if (countdown-- <= 0) throw new Error("The scales are broken");
    return a - b;
  };
  const items = [4, 8, 5, 9, 1, 7, 3, 6, 2];
  // The scales break at the first, the second ... comparison of a get, until one gets through.
  for (let comparisons = 0;; comparisons++) {
    const queue = new PriorityQueue<number>({ compare });
    for (const item of items) queue.putNowait(item);
    countdown = comparisons;
    const get = call(() => queue.get());
    await calm();
    countdown = Infinity;
    const worked = get.state !== "waits" && "value" in get.state;
    const left = [...(worked ? [await mustEnd(get, "It ended")] : []), ...drain(queue)];
    assertEquals(left, [1, 2, 3, 4, 5, 6, 7, 8, 9], "A get that fails must take and move nothing");
    if (worked) return;
    await mustFail(get, Error, "The get must reject with what the comparison threw");
  }
});

// -- [6] other stores, and everything in any order --

/** Keeps the items in a set, so that an item that is there already is not stored again. */
class SetStore implements QueueStore<string> {
  readonly items = new Set<string>();
  readonly log: string[] = [];
  readonly failure = new Error("The shelf is stuck");
  readonly refusal = new Error("The shelf refuses it");
  most = 0;

  get size(): number {
    return this.items.size;
  }

  add(item: string): void {
    if (item === "bad") throw this.refusal;
    if (item === "too large") throw new QueueFull("The shelf has no slot of that size");
    this.log.push(`add ${item}`);
    this.items.add(item);
    this.most = Math.max(this.most, this.size);
  }

  take(): string {
    const [item] = this.items;
    if (item === "stuck") throw this.failure;
    this.log.push(`take ${item}`);
    this.items.delete(item);
    return item;
  }
}

timedTest("[6] a queue keeps its items in the store that it is given", async () => {
  const store = new SetStore();
  const queue = new Queue<string>({ maxsize: 2 }, store);
  queue.putNowait("a");
  await mustEnd(call(() => queue.put("b", { timeout: 5 })), "A slot is free");
  assertEquals([queue.size, store.size, queue.isFull], [2, 2, true], "The store's size counts");
  const put = call(() => queue.put("c"));
  await mustWait(put, "The queue is full: a put must wait");
  assertEquals(store.log, ["add a", "add b"], "A put that waits must not touch the store");
  assertEquals(queue.getNowait(), "a");
  await mustEnd(put, "A slot became free");
  assertEquals([queue.getNowait(), await mustEnd(call(() => queue.get()), "c is left")], [
    "b",
    "c",
  ]);
  assertEquals(store.log.filter((line) => line.startsWith("add")), ["add a", "add b", "add c"]);
  assertEquals(store.log.filter((line) => line.startsWith("take")), ["take a", "take b", "take c"]);
  assertEquals(store.most, 2, "The store was never asked to hold more than maxsize");
});

timedTest("[6] the size of the store counts, whatever is put in", async () => {
  const store = new SetStore();
  const queue = new Queue<string>({ maxsize: 2 }, store);
  for (const item of ["a", "a", "b"]) {
    const put = call(() => queue.put(item));
    await mustEnd(put, "The store has 'a' once, so the second one takes no slot");
  }
  assertEquals([queue.size, queue.isFull], [2, true], "The store has 'a' once");
  const puts = ["b", "c", "d"].map((item) => call(() => queue.put(item)));
  await calm();
  queue.getNowait();
  for (const put of puts.slice(0, 2)) {
    await mustEnd(put, "The store has 'b' already, so the slot is still free for 'c'");
  }
  await mustWait(puts[2], "The store is full");
  queue.shutdown({ immediate: true });
  await mustFail(puts[2], QueueShutDown, "The queue is shut down");
  const filled = new SetStore();
  for (const item of ["a", "b", "c"]) filled.items.add(item);
  assert(
    new Queue({ maxsize: 2 }, filled).isFull,
    "It holds three already, which is not less than 2",
  );
  const dropping: QueueStore<string> = { size: 0, add: () => {}, take: () => fail("It is empty") };
  const lossy = new Queue<string>({}, dropping);
  const get = call(() => lossy.get());
  lossy.putNowait("spam");
  await mustWait(get, "The store has dropped the item: there is nothing to take");
  lossy.shutdown();
  await mustFail(get, QueueShutDown, "The queue is shut down");
});

timedTest("[6] a store that fails loses no item", async () => {
  const store = new SetStore();
  const queue = new Queue<string>({ maxsize: 2 }, store);
  assertThrows(() => queue.putNowait("bad"), Error, "The shelf refuses it");
  const bad = call(() => queue.put("bad"));
  await mustFail(bad, store.refusal, "put must reject with the store's error");
  const large = call(() => queue.put("too large"));
  await mustFail(large, QueueFull, "A slot is free, and the store has thrown: nothing to wait for");
  queue.putNowait("stuck");
  assertThrows(() => queue.getNowait(), Error, "The shelf is stuck");
  await mustFail(call(() => queue.get()), store.failure, "get must reject with the store's error");
  assertEquals(queue.size, 1, "A get that fails must leave the item in the queue");
  const join = call(() => queue.join());
  await mustWait(join, "The item is not done: join must wait");
  store.items.delete("stuck");
  queue.putNowait("a");
  assertEquals(queue.getNowait(), "a", "After a failure the queue must work");
  queue.taskDone();
  queue.taskDone();
  await mustEnd(join, "Two items came in and both are done: join must end");
});

timedTest("[6] a get that fails while it waits does not fail the put", async () => {
  const store = new SetStore();
  const queue = new Queue<string>({}, store);
  const { signal } = new AbortController();
  const get = call(() => queue.get({ signal, timeout: 1_000 }));
  const put = call(() => queue.put("stuck"));
  await mustEnd(put, "The item is in: only the get, which could not take it, has failed");
  await mustFail(get, store.failure, "get must reject with the store's error");
  assertEquals(queue.size, 1, "A get that fails must leave the item in the queue");
  assertEquals(getEventListeners(signal, "abort").length, 0, "It is over, but still listens");
  const join = call(() => queue.join());
  await mustWait(join, "The item is in and not done: a get that fails is no done");
  queue.shutdown();
  await mustFail(call(() => queue.get()), store.failure, "Shut down or not, the store has failed");
  store.items.delete("stuck");
  queue.taskDone();
  await mustEnd(join, "The item is done");
});

/** A list whose `take` throws what it is told to, once. */
class MoodyStore implements QueueStore<string> {
  readonly items: string[] = [];
  moods: unknown[] = [];

  get size(): number {
    return this.items.length;
  }

  add(item: string): void {
    this.items.push(item);
  }

  take(): string {
    if (this.moods.length > 0) throw this.moods.shift();
    return this.items.shift()!;
  }
}

timedTest("[6] an item that one get could not take is for the next that waits", async () => {
  for (const failure of [new Error("Not now"), new QueueEmpty("Not now"), undefined]) {
    const store = new MoodyStore();
    const queue = new Queue<string>({}, store);
    store.moods = [failure];
    const [first, second] = [1, 2].map(() => call(() => queue.get()));
    await calm();
    queue.putNowait("a");
    await mustFail(first, failure, "The store has failed it, with whatever that was");
    assertEquals(await mustEnd(second, "Nobody may wait beside an item"), "a");
    store.moods = [failure];
    queue.putNowait("b");
    const get = call(() => queue.get());
    await mustFail(get, failure, "An item is there, and the store has failed: nothing to wait for");
    assertEquals(drain(queue), ["b"]);
  }
});

timedTest("[6] a put that the store refuses while it waits leaves nothing behind", async () => {
  const store = new SetStore();
  const queue = new Queue<string>({ maxsize: 1 }, store);
  queue.putNowait("a");
  const { signal } = new AbortController();
  const put = call(() => queue.put("bad", { signal, timeout: 1_000 }));
  await calm();
  assertEquals(queue.getNowait(), "a");
  await mustFail(put, store.refusal, "put must reject with the store's error");
  assertEquals(getEventListeners(signal, "abort").length, 0, "It is over, but still listens");
});

timedTest("[6] an immediate shutdown does not ask the store", async () => {
  const store = new SetStore();
  store.add("rice");
  new Queue({}, store).shutdown({ immediate: true });
  assertEquals(store.log, ["add rice"], "What is dropped is not taken out");
  const queue = new Queue<string>({ maxsize: 1 }, new SetStore());
  queue.putNowait("stuck");
  const put = call(() => queue.put("a"));
  const join = call(() => queue.join());
  queue.shutdown({ immediate: true });
  await mustFail(put, QueueShutDown, "A store that fails must not keep the others waiting");
  await mustEnd(join, "What is dropped counts as done");
  assertEquals(queue.size, 0, "The items are dropped");
});

timedTest("[6] equal items that wait are different items", async () => {
  const queue = full("a");
  const controller = new AbortController();
  const [first, gone, last] = [{}, { signal: controller.signal }, {}]
    .map((options) => call(() => queue.put("bun", options)));
  await calm();
  controller.abort("enough");
  await mustFail(gone, "enough", "The second of three equal puts was aborted");
  queue.getNowait();
  await mustEnd(first, "A slot became free: the first of the equal puts must end");
  await mustWait(last, "The first of them has taken the slot");
  assertEquals(queue.getNowait(), "bun");
  await mustEnd(last, "A slot became free: the last of the equal puts must end");
  assertEquals(drain(queue), ["bun"], "Each put that has ended has put one item in");
});

timedTest("[6] one signal may end several calls, and each has its own timeout", async (time) => {
  for (const [queue, late, start] of longWaits()) {
    const controller = new AbortController();
    const { signal } = controller;
    const [served, ...others] = [1, 2, 3].map(() => call(() => start({ signal, timeout: 100 })));
    await calm();
    serveOne(queue);
    await mustEnd(served, "It waits longest");
    controller.abort("enough");
    for (const other of others) {
      await mustFail(
        other,
        "enough",
        "The signal is of all three: one of them is over, two are not",
      );
    }
    const another = new AbortController().signal;
    const [first, second] = [1, 2].map(() => call(() => start({ signal: another, timeout: 10 })));
    await calm();
    serveOne(queue);
    await mustEnd(first, "It waits longest");
    await calmTick(time, 10);
    await mustFail(second, late, "Its time is over, though the other's wait has ended before");
  }
});

timedTest("[6] a signal is let go, however the call ends", async (time) => {
  const endings: Record<
    string,
    (start: Start, queue: Queue<string>, signal: AbortSignal) => unknown
  > = {
    "a call that is served": async (start, queue, signal) => {
      const waiting = call(() => start({ signal, timeout: 10 }));
      await calm();
      serveOne(queue);
      await mustEnd(waiting, "It was served");
    },
    "a call whose time is over": async (start, _queue, signal) => {
      const waiting = call(() => start({ signal, timeout: 10 }));
      await calmTick(time, 10);
      assert(waiting.state !== "waits", "Its time is over");
    },
    "a call that is refused by a shutdown": async (start, queue, signal) => {
      const waiting = call(() => start({ signal, timeout: 10 }));
      await calm();
      queue.shutdown();
      await mustFail(waiting, QueueShutDown, "The queue is shut down");
    },
    "a call that need not wait": async (_start, queue, signal) => {
      if (queue.isEmpty) await mustEnd(call(() => queue.put("a", { signal })), "A slot is free");
      else await mustEnd(call(() => queue.get({ signal })), "An item is there");
    },
  };
  for (const [name, end] of Object.entries(endings)) {
    for (const [queue, late, start] of longWaits()) {
      const { signal } = new AbortController();
      await end(start, queue, signal);
      assertEquals(
        getEventListeners(signal, "abort").length,
        0,
        `${late === QueueEmpty ? "get" : "put"}, ${name}: it is over, but still listens`,
      );
    }
  }
});

timedTest("[6] a queue prints what is in it and who waits", async (time) => {
  const queue = full("a", "b", "c");
  const put = call(() => queue.put("d"));
  await mustWait(put, "The queue is full: a put must wait");
  assertEquals(`${queue}`, "Queue(3 of 3 items, 1 put waits)");
  const another = call(() => queue.put("e"));
  await calm();
  assertEquals(`${queue}`, "Queue(3 of 3 items, 2 puts wait)");
  queue.shutdown({ immediate: true });
  for (const refused of [put, another]) await mustFail(refused, QueueShutDown, "It is shut down");
  assertEquals(`${queue}`, "Queue(0 of 3 items, shut down)");
  const empty = new LifoQueue<string>({ maxsize: -1 });
  const gets = [undefined, 5, undefined].map((timeout) => call(() => empty.get({ timeout })));
  await calm();
  assertEquals(`${empty}`, "LifoQueue(0 items, 3 gets wait)");
  await calmTick(time, 5);
  assertEquals(`${empty}`, "LifoQueue(0 items, 2 gets wait)", "One has given up");
  empty.putNowait("a");
  assertEquals(`${empty}`, "LifoQueue(0 items, 1 get waits)");
  empty.putNowait("b");
  for (const get of [gets[0], gets[2]]) await mustEnd(get, "Two items, two gets");
  assertEquals(`${empty}`, "LifoQueue(0 items)");
  class Shelf extends PriorityQueue<number> {}
  const shelf = new Shelf(numbers);
  shelf.putNowait(1);
  shelf.shutdown();
  assertEquals([`${shelf}`, `${new PriorityQueue(numbers)}`], [
    "Shelf(1 item, shut down)",
    "PriorityQueue(0 items)",
  ]);
});

const kinds: [string, Order, (maxsize: number) => Queue<Item>][] = [
  ["Queue", orders.Queue, (maxsize) => new Queue({ maxsize })],
  ["LifoQueue", orders.LifoQueue, (maxsize) => new LifoQueue({ maxsize })],
  [
    "PriorityQueue",
    orders.PriorityQueue,
    (maxsize) => new PriorityQueue({ maxsize, compare: (a, b) => a.urgency - b.urgency }),
  ],
];

for (const [name, order, make] of kinds) {
  test(`[6] a ${name} does what a plain array does, whatever is done in whatever order`, () =>
    mustBehaveLike(order, name, make));
}

timedTest("[6] four writers and six readers stop when the queue is shut down", async (time) => {
  for (const immediate of [false, true]) {
    const queue = new Queue<string>({ maxsize: 7 });
    const [put, got]: [string[], string[]] = [[], []];
    const writer = async (name: number) => {
      for (let i = 0;; i++) {
        await queue.put(`${name}/${i}`);
        put.push(`${name}/${i}`);
        if (i % 7 === name) await new Promise((wake) => setTimeout(wake, 1));
      }
    };
    const reader = async (pause: number) => {
      for (;;) {
        got.push(await queue.get({ timeout: 1_000 }));
        await new Promise((wake) => setTimeout(wake, pause));
        queue.taskDone();
      }
    };
    const tasks = [
      ...[1, 2, 3, 4].map((name) => call(() => writer(name))),
      ...[1, 1, 2, 2, 3, 3].map((pause) => call(() => reader(pause))),
    ];
    const join = call(() => queue.join());
    for (let i = 0; i < 100; i++) await calmTick(time, 1);
    const dropped = immediate ? queue.size : 0;
    queue.shutdown({ immediate });
    for (let i = 0; i < 20; i++) await calmTick(time, 1);
    for (const task of tasks) {
      await mustFail(task, QueueShutDown, "Writers and readers must all hear of the shutdown");
    }
    await mustEnd(join, "Everybody has finished its work: join must end");
    assert(got.length > 100, `The readers got only ${got.length} items in 100 ms`);
    assertEquals(put.length - got.length, dropped, "Items that were put in and never came out");
    assertEquals(new Set(got).size, got.length, "An item was given out twice");
    const ofFirst = got.filter((item) => item.startsWith("1/"));
    assertEquals(ofFirst, ofFirst.map((_, i) => `1/${i}`), "Each writer's order must be kept");
  }
});

testWhatToFixFirst();
