import { assertEquals } from "@std/assert";
import { keysIn } from "./keys.ts";

Deno.test("keysIn() gives characters one by one, and no arrows", () => {
  assertEquals(keysIn("h"), ["h"]);
  assertEquals(keysIn("hq"), ["h", "q"]);
  assertEquals(keysIn("\x1b[A\x1b[1;5Cq"), ["q"]);
});
