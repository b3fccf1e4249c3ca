import { assertEquals, assertThrows } from "@std/assert";
import { findKata, findScript, nearest } from "./find.ts";
import { Misuse } from "./guide.ts";
import { kata } from "./testing.ts";

const names = ["locks", "semaphores", "queues", "thread_pools", "process_pools"];

Deno.test("nearest() finds what was misspelt or cut short", () => {
  assertEquals(nearest(names, "lock"), ["locks"]);
  assertEquals(nearest(names, "Quees"), ["queues"]);
  assertEquals(nearest(names, "sem"), ["semaphores"]);
  assertEquals(nearest(names, "pools"), ["thread_pools", "process_pools"]);
  assertEquals(nearest(names, "zebra_crossing"), []);
});

Deno.test("findKata() names the nearest katas", () => {
  const katas = names.map((slug) => kata(slug));
  assertEquals(findKata(katas, "queues").slug, "queues");
  assertThrows(
    () => findKata(katas, "lock"),
    Misuse,
    "There is no kata 'lock': the nearest is 'locks', and 'deno task kata' lists all 5",
  );
  assertThrows(
    () => findKata(katas, "x"),
    Misuse,
    "There is no kata 'x': 'deno task kata' lists all 5",
  );
});

Deno.test("findKata() knows a kata by its folder and its files", () => {
  const katas = names.map((slug) => kata(slug));
  const ways = [
    "katas/locks",
    "katas/locks/",
    "./katas/locks/locks.ts",
    "katas/locks/README.md",
    "locks.ts",
    "locks_test.ts",
    "solutions/locks/locks_bench.ts",
    "katas\\locks\\locks.ts",
  ];
  for (const way of ways) assertEquals(findKata(katas, way).slug, "locks", way);
  assertThrows(() => findKata(katas, "katas/lock/"), Misuse, "the nearest is 'locks'");
});

Deno.test("findScript() knows a script by its name and by its file", () => {
  const scripts = ["say_hi", "counter"].map((name) => ({
    slug: "locks",
    name,
    path: "",
    story: "",
  }));
  for (const name of ["counter", "counter.ts", "katas/locks/scripts/counter.ts"]) {
    assertEquals(findScript(scripts, name), scripts[1]);
  }
  assertThrows(() => findScript(scripts, "count"), Misuse, "the nearest is 'counter', and");
});
