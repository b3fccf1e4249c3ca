import {
  assert,
  assertEquals,
  assertGreater,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { deadline, delay } from "@std/async";
import { FakeTime, TimeError } from "@std/testing/time";
import { assertSpyCall, assertSpyCalls, spy } from "@std/testing/mock";

Deno.test("FakeTime.tick() calls the timers that are due, in the order of their times", () => {
  using time = new FakeTime();
  const calls: string[] = [];
  setTimeout(() => calls.push("late"), 20);
  setTimeout(() => calls.push("early"), 10);
  time.tick(9);
  assertEquals(calls, []);
  time.tick(1);
  assertEquals(calls, ["early"]);
  time.tick(10);
  assertEquals(calls, ["early", "late"]);
});

Deno.test("FakeTime.tick() calls timers of the same time in the order they were set", () => {
  using time = new FakeTime();
  const calls: string[] = [];
  setInterval(() => calls.push("interval"), 10);
  setTimeout(() => calls.push("first"), 20);
  setTimeout(() => calls.push("second"), 20);
  time.tick(20);
  assertEquals(calls, ["interval", "first", "second", "interval"]);
});

Deno.test("FakeTime.tick() calls what the timers themselves set for the same time", () => {
  using time = new FakeTime();
  const again = spy();
  setTimeout(() => setTimeout(again, 0), 10);
  setTimeout(() => setTimeout(again, 5), 10);
  time.tick(10);
  assertSpyCalls(again, 1);
  time.tick(5);
  assertSpyCalls(again, 2);
});

Deno.test("FakeTime.tick() stops at a timer that throws", () => {
  using time = new FakeTime(0);
  const after = spy();
  setTimeout(() => {
    throw new Error("Broken timer");
  }, 10);
  setTimeout(after, 20);
  assertThrows(() => time.tick(100), Error, "Broken timer");
  assertEquals(time.now, 10);
  assertSpyCalls(after, 0);
  time.tick(10);
  assertSpyCalls(after, 1);
});

Deno.test("FakeTime passes the arguments of a timer on", () => {
  using time = new FakeTime();
  const call = spy();
  setTimeout(call, 10, "one", 2);
  time.tick(10);
  assertSpyCall(call, 0, { args: ["one", 2] });
});

Deno.test("FakeTime refuses a timer without a function", () => {
  using _time = new FakeTime();
  assertThrows(() => setTimeout("code" as unknown as () => void), TimeError, "non-function");
});

Deno.test("FakeTime.tick() calls an interval again and again until it is cleared", () => {
  using time = new FakeTime();
  const call = spy();
  const interval = setInterval(call, 10);
  time.tick(35);
  assertSpyCalls(call, 3);
  clearInterval(interval);
  time.tick(100);
  assertSpyCalls(call, 3);
});

Deno.test("an interval can clear itself", () => {
  using time = new FakeTime();
  let calls = 0;
  const interval = setInterval(() => ++calls === 2 && clearInterval(interval), 0);
  time.tick(10);
  assertEquals(calls, 2);
});

Deno.test("clearTimeout() of virtual time forgets a timer, and ignores what is none", () => {
  using time = new FakeTime();
  const call = spy();
  clearTimeout(setTimeout(call, 10));
  clearTimeout(undefined);
  time.tick(10);
  assertSpyCalls(call, 0);
});

Deno.test("FakeTime moves Date", () => {
  using time = new FakeTime("2020-01-01T00:00:00Z");
  assertEquals(new Date().toISOString(), "2020-01-01T00:00:00.000Z");
  time.tick(1_000);
  assertEquals(Date.now() - time.start, 1_000);
  assertEquals(time.now, Date.now());
});

Deno.test("a Date of virtual time is a Date", () => {
  const before = new Date(5);
  using _time = new FakeTime(5);
  assert(before instanceof Date);
  assert(new Date() instanceof Date);
  assertEquals(new Date(), before);
  assertEquals(structuredClone(new Date()), before);
  assertEquals(Date(), before.toString());
  assertEquals(new Date(2020, 1, 2, 3).getHours(), 3);
  assertEquals(Date.UTC(1970, 0), 0);
});

Deno.test("FakeTime begins at a number, a string, a Date, or now", () => {
  const startOf = (start?: number | string | Date | null) => {
    using time = new FakeTime(start);
    return time.start;
  };
  assertEquals(startOf(12.5), 12);
  assertEquals(startOf("1970-01-01T00:00:01Z"), 1_000);
  assertEquals(startOf(new Date(7)), 7);
  const before = Date.now();
  assert(startOf() >= before && startOf(null) <= Date.now());
  assertThrows(() => new FakeTime("no time"), TypeError, "invalid start time");
  assertThrows(() => FakeTime.restore(), TimeError);
});

Deno.test("FakeTime.now can be set, but not to the past", () => {
  using time = new FakeTime(0);
  const call = spy();
  setTimeout(call, 10);
  time.now = 50;
  assertEquals(Date.now(), 50);
  assertSpyCalls(call, 1);
  assertThrows(() => time.now = 49, RangeError, "in the past");
});

Deno.test("FakeTime.tick() can pass years", () => {
  using time = new FakeTime(0);
  const day = 24 * 60 * 60 * 1_000;
  let days = 0;
  setInterval(() => days++, day);
  time.tick(1_000 * day);
  assertEquals(days, 1_000);
});

Deno.test("FakeTime.tickAsync() lets a delay end", async () => {
  using time = new FakeTime();
  let isOver = false;
  const waiting = delay(1_000).then(() => isOver = true);
  await time.tickAsync(999);
  assertEquals(isOver, false);
  await time.tickAsync(1);
  assertEquals(isOver, true);
  await waiting;
});

Deno.test("FakeTime.tickAsync() lets promises settle before time goes on", async () => {
  using time = new FakeTime();
  let isOver = false;
  const waiting = Promise.resolve().then(() => delay(10)).then(() => isOver = true);
  await time.tickAsync(10);
  await time.runMicrotasks();
  assertEquals(isOver, true);
  await waiting;
});

Deno.test("a delay of virtual time can be aborted", async () => {
  using time = new FakeTime(0);
  const controller = new AbortController();
  const waiting = delay(1_000, { signal: controller.signal, persistent: false });
  controller.abort(new Error("Enough"));
  await assertRejects(() => waiting, Error, "Enough");
  assertEquals(time.next(), false);
});

Deno.test("FakeTime.runMicrotasks() lets promises settle and no time pass", async () => {
  using time = new FakeTime(0);
  const call = spy();
  setTimeout(call, 0);
  let isSettled = false;
  (async () => {
    for (let i = 0; i < 10; i++) await undefined;
    isSettled = true;
  })();
  await time.runMicrotasks();
  assertEquals([isSettled, time.now], [true, 0]);
  assertSpyCalls(call, 0);
});

Deno.test("FakeTime.next() goes on to the next timer, and calls all of its time", () => {
  using time = new FakeTime(0);
  const call = spy();
  setTimeout(call, 50);
  setTimeout(call, 50);
  setTimeout(call, 60);
  assertEquals([time.next(), time.now], [true, 50]);
  assertSpyCalls(call, 2);
  assertEquals([time.next(), time.now], [true, 60]);
  assertEquals([time.next(), time.now], [false, 60]);
});

Deno.test("FakeTime.nextAsync() lets promises settle first", async () => {
  using time = new FakeTime(0);
  const waiting = Promise.resolve().then(() => delay(30));
  assertEquals(await time.nextAsync(), true);
  assertEquals(time.now, 30);
  await waiting;
  assertEquals(await time.nextAsync(), false);
});

Deno.test("FakeTime.runAll() calls timers until none is left", () => {
  using time = new FakeTime(0);
  const call = spy();
  setTimeout(() => setTimeout(() => setTimeout(call, 30), 20), 10);
  time.runAll();
  assertSpyCalls(call, 1);
  assertEquals(time.now, 60);
});

Deno.test("FakeTime.runAllAsync() lets promises settle between the timers", async () => {
  using time = new FakeTime(0);
  let rounds = 0;
  const waiting = (async () => {
    for (; rounds < 5; rounds++) await delay(10);
  })();
  await time.runAllAsync();
  assertEquals([rounds, time.now], [5, 50]);
  await waiting;
});

Deno.test("FakeTime moves AbortSignal.timeout, and so deadlines", async () => {
  using time = new FakeTime();
  const signal = AbortSignal.timeout(1_000);
  const late = deadline(new Promise<void>(() => {}), 1_000);
  time.tick(999);
  assertEquals(signal.aborted, false);
  time.tick(1);
  assertEquals(signal.reason.name, "TimeoutError");
  await assertRejects(() => late, DOMException, "timed out");
});

Deno.test("FakeTime passes by itself at a rate", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _time = new FakeTime(0, { advanceRate: 100_000, advanceFrequency: 1 });
  setTimeout(resolve, 1_000_000);
  await promise;
});

/** Everything that FakeTime may replace. */
function globals() {
  const names = ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];
  return {
    timeout: Object.getOwnPropertyDescriptor(AbortSignal, "timeout"),
    ...Object.fromEntries(
      names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
    ),
  };
}

Deno.test("the end of the block gives the real time back", async () => {
  const real = globals();
  const stale = spy();
  {
    using _time = new FakeTime(0);
    assertEquals(Date.now(), 0);
    setTimeout(stale, 1);
  }
  assertEquals(globals(), real);
  assertGreater(Date.now(), 0);
  await delay(5);
  assertSpyCalls(stale, 0);
});

Deno.test("FakeTime leaves AbortSignal.timeout as it was", () => {
  const { timeout } = AbortSignal;
  {
    using _time = new FakeTime();
  }
  assertStrictEquals(AbortSignal.timeout, timeout);
});

Deno.test("a failed test gives the real time back too", () => {
  const real = globals();
  assertThrows(() => {
    using _time = new FakeTime();
    throw new Error("Failed");
  });
  assertEquals(globals(), real);
});

Deno.test("only one FakeTime can be active", () => {
  const time = new FakeTime(0);
  assertThrows(() => new FakeTime(), TimeError, "already faked");
  assertEquals(Date.now(), 0);
  time.restore();
  using second = new FakeTime(1);
  assertEquals(second.now, 1);
});

Deno.test("restoring twice throws", () => {
  const time = new FakeTime();
  time.restore();
  assertThrows(() => time.restore(), TimeError, "already restored");
  assertThrows(() => FakeTime.restore(), TimeError, "already restored");
});

Deno.test("FakeTime.restore() gives the real time back without the object", () => {
  const real = globals();
  new FakeTime();
  FakeTime.restore();
  assertEquals(globals(), real);
});

Deno.test("FakeTime.restoreFor() gives the real time back for a while", async () => {
  using _time = new FakeTime(0);
  const now = await FakeTime.restoreFor(async (ms: number) => {
    await delay(ms);
    return Date.now();
  }, 1);
  assertGreater(now, 0);
  assertEquals(Date.now(), 0);
});

Deno.test("FakeTime.restoreFor() goes back to virtual time when the callback fails", async () => {
  using _time = new FakeTime(0);
  const fails = () => {
    throw new Error("Failed");
  };
  await assertRejects(() => FakeTime.restoreFor(fails), Error, "Failed");
  assertEquals(Date.now(), 0);
  await assertRejects(() => FakeTime.restoreFor(() => Promise.reject(new Error("Later"))));
  assertEquals(Date.now(), 0);
});

Deno.test("FakeTime.restoreFor() needs virtual time", async () => {
  await assertRejects(() => FakeTime.restoreFor(() => {}), TimeError, "not faked");
});
