/** Time that goes on by itself when everybody waits. */
import { FakeTime } from "@std/testing/time";
import { setImmediate } from "node:timers";

/**
 * Runs it in virtual time: when all wait, the clock goes on to the next timer. Fails when it waits
 * for nothing that would come, and when a timer is left at its end.
 */
export async function inVirtualTime(body: () => Promise<unknown>): Promise<void> {
  using time = new FakeTime(0);
  let end: { error?: unknown } | undefined;
  body().then(() => end = {}, (error) => end = { error });
  for (let steps = 0, without = 0;; steps++) {
    await calm();
    if (end) break;
    without = time.next() ? 0 : without + 1;
    // Without a timer it waits for nothing, or it has much to do that needs no time.
    if (without > 100) throw new Error("The task of this test waits, and nothing will wake it");
    if (steps > 2_000) throw new Error("The task of this test does not come to its end");
  }
  if (end && "error" in end) throw end.error;
  await calm();
  if (time.next()) throw new Error("A timer is still set, though nobody waits for it any more");
}

/** Lets everything happen that needs no time. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise<void>((go) => setImmediate(go));
}
