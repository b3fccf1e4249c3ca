import { assertEquals, assertStringIncludes } from "@std/assert";
import { coloursIf } from "../terminal/colours.ts";
import { sideBySide, unified } from "./diff_text.ts";

const plain = coloursIf(false);
const left = { name: "yours.ts", text: "one\ntwo\nthree\nfour\n" };
const right = { name: "reference.ts", text: "one\nzwei\ntwo and a half\nthree\nfour\n" };

Deno.test("unified() is a patch", () => {
  assertEquals(
    unified(left, right, plain),
    `--- yours.ts
+++ reference.ts
@@ -1,4 +1,5 @@
 one
-two
+zwei
+two and a half
 three
 four`,
  );
});

Deno.test("sideBySide() puts what differs beside each other, with line numbers", () => {
  assertEquals(
    sideBySide(left, right, 50, plain),
    `yours.ts                │ reference.ts
─────────────────────────────────────────────────
   1   one              │    1   one
   2 - two              │    2 + zwei
                        │    3 + two and a half
   3   three            │    4   three
   4   four             │    5   four`,
  );
});

Deno.test("sideBySide() breaks long lines inside of their column", () => {
  const long = { name: "a", text: "x".repeat(30) };
  for (const line of sideBySide(long, right, 50, plain).split("\n").slice(2)) {
    assertEquals(line.length <= 50, true, line);
    assertStringIncludes(line, "│");
  }
});

Deno.test("sideBySide() marks the words that differ", () => {
  const text = sideBySide(
    { name: "a", text: "lock(a)\n" },
    { name: "b", text: "lock(b)\n" },
    60,
    coloursIf(true),
  );
  assertStringIncludes(text, "\x1b[1m\x1b[31ma\x1b[39m\x1b[22m");
  assertStringIncludes(text, "\x1b[1m\x1b[32mb\x1b[39m\x1b[22m");
});
