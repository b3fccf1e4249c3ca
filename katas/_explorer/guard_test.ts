import { assert, assertEquals } from "@std/assert";
import { ExplorationError } from "./mod.ts";
import { comesToAnEnd } from "./threads/guard.ts";

const now = performance.now.bind(performance);

Deno.test("a run that ends as its time is up stops no other code", () => {
  let ended = 0;
  for (let i = 0; i < 1_500; i++) {
    const length = 0.9 + (i % 200) / 1_000;
    try {
      const run = () => {
        const end = now() + length;
        while (now() < end);
        ended++;
      };
      const before = ended;
      assertEquals(comesToAnEnd(run, 1), ended > before);
    } catch (error) {
      assert(error instanceof ExplorationError, `${error}`);
    }
  }
});

Deno.test("a run that does not end is stopped, whatever it catches", () => {
  const run = () => {
    for (;;) {
      try {
        for (;;);
      } finally {
        // deno-lint-ignore no-unsafe-finally
        continue;
      }
    }
  };
  try {
    assertEquals(comesToAnEnd(run, 50), false);
  } catch (error) {
    assert(error instanceof ExplorationError, `${error}`);
  }
});
