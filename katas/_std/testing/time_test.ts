import { assertEquals, assertGreater, assertThrows } from "@std/assert";
import { delay } from "@std/async";
import { FakeTime, TimeError } from "@std/testing/time";

Deno.test("FakeTime.tick() calls the timers that are due", () => {
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

Deno.test("FakeTime.tick() calls an interval again and again", () => {
  using time = new FakeTime();
  let calls = 0;
  const interval = setInterval(() => calls++, 10);
  time.tick(35);
  assertEquals(calls, 3);
  clearInterval(interval);
  time.tick(100);
  assertEquals(calls, 3);
});

Deno.test("FakeTime moves Date", () => {
  using time = new FakeTime("2020-01-01T00:00:00Z");
  assertEquals(new Date().toISOString(), "2020-01-01T00:00:00.000Z");
  time.tick(1_000);
  assertEquals(Date.now() - time.start, 1_000);
  assertEquals(time.now, Date.now());
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

Deno.test("FakeTime.next() goes on to the next timer", () => {
  using time = new FakeTime(0);
  setTimeout(() => {}, 50);
  assertEquals([time.next(), time.now], [true, 50]);
  assertEquals(time.next(), false);
});

Deno.test("FakeTime.restore() gives the real time back", () => {
  const real = { Date, setTimeout, setInterval, clearTimeout };
  {
    using _time = new FakeTime(0);
    assertEquals(Date.now(), 0);
    assertThrows(() => new FakeTime(), TimeError, "already faked");
  }
  assertEquals({ Date, setTimeout, setInterval, clearTimeout }, real);
  assertGreater(Date.now(), 0);
  assertThrows(() => FakeTime.restore(), TimeError, "not faked");
});
