import { assertEquals, assertLess } from "@std/assert";
import { unfinishedIn } from "./unfinished.ts";

const rest = " is not implemented yet: katas/locks/README.md";

Deno.test("unfinishedIn() finds the part and its sentence", () => {
  for (const part of ["new Lock", "Lock.acquire", "Lock.#take", "Lock[Symbol.dispose]", "answer"]) {
    for (const message of [part + rest, `Thread A threw Error: ${part}${rest}\n    at x`]) {
      assertEquals(unfinishedIn(message), { part, sentence: part + rest });
    }
  }
});

Deno.test("unfinishedIn() finds none elsewhere", () => {
  for (const message of ["", "Wrong", rest, "x is not implemented yet", `x${rest.slice(0, -3)}`]) {
    assertEquals(unfinishedIn(message), undefined, message);
  }
});

Deno.test("unfinishedIn() takes no time for a megabyte", () => {
  const start = performance.now();
  const long = "x".repeat(1_000_000);
  assertEquals(unfinishedIn(long), undefined);
  assertEquals(unfinishedIn(`${long} Lock${rest}`)?.part, "Lock");
  assertLess(performance.now() - start, 5_000);
});
