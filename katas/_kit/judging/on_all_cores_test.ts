import { assertEquals, assertRejects } from "@std/assert";
import { onAllCores } from "./on_all_cores.ts";

const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

Deno.test("as many calls as cores run at once, and results keep their order", async () => {
  const items = Array.from({ length: 3 * navigator.hardwareConcurrency }, (_, i) => i);
  let running = 0;
  let most = 0;
  const results = await onAllCores(items, async (item, i) => {
    most = Math.max(most, ++running);
    // The earlier ones are the slower ones.
    for (let left = items.length - i; left > 0; left--) await turn();
    running--;
    return 2 * item;
  });
  assertEquals(results, items.map((item) => 2 * item));
  assertEquals(most, navigator.hardwareConcurrency);
});

Deno.test("an error is thrown when all calls have ended", async () => {
  let ended = 0;
  const error = await assertRejects(() =>
    onAllCores(["bad", "good", "good"], async (item) => {
      if (item === "bad") throw new Error("It is bad");
      await turn();
      ended++;
    }), Error);
  assertEquals([error.message, ended], ["It is bad", 2]);
});
