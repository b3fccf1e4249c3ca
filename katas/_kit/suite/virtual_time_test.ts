import { assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { inVirtualTime } from "./virtual_time.ts";

const sleep = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

Deno.test("inVirtualTime() lets the clock go on when all wait", async () => {
  await inVirtualTime(async () => {
    await sleep(3_600_000);
    assertEquals(Date.now(), 3_600_000);
  });
});

Deno.test("inVirtualTime() sees a timer that is set after much that needs no time", async () => {
  await inVirtualTime(async () => {
    for (let turn = 0; turn < 200; turn++) await new Promise<void>((go) => setImmediate(go));
    await sleep(20);
    assertEquals(Date.now(), 20);
  });
});

Deno.test("inVirtualTime() fails when nothing would ever come, and when a timer is left", async () => {
  await assertRejects(() => inVirtualTime(() => new Promise(() => {})), Error, "will wake it");
  const leaves = () => Promise.resolve(setTimeout(() => {}, 5));
  await assertRejects(() => inVirtualTime(leaves), Error, "A timer is still set");
});
