import { assertEquals, assertLess } from "@std/assert";
import { count, cut, padded, pagesIn, rowsOf, seconds, wrapped } from "./text.ts";

Deno.test("wrapped() breaks at words and indents what follows", () => {
  assertEquals(wrapped("aaaa bbbb cccc dddd eeee", 24, "    "), "aaaa bbbb cccc dddd\n    eeee");
});

Deno.test("padded() and cut() count columns, and not characters", () => {
  assertEquals(padded("漢字", 6), "漢字  ");
  assertEquals(cut("漢字漢字", 5), "漢字…");
  assertEquals(cut("abc", 3), "abc");
});

Deno.test("cut() takes no time for a megabyte", () => {
  const start = performance.now();
  assertEquals(cut("x".repeat(1_000_000), 10), "xxxxxxxxx…");
  assertLess(performance.now() - start, 1_000);
});

Deno.test("rowsOf() counts the rows of long lines", () => {
  assertEquals(rowsOf("one\n\nthree", 10), 3);
  assertEquals(rowsOf(`${"x".repeat(21)}\n漢字漢字漢字`, 10), 5);
});

Deno.test("seconds() and count() speak plainly", () => {
  assertEquals(seconds(3_999), "3 s");
  assertEquals([count(1, "test"), count(2, "test")], ["1 test", "2 tests"]);
});

Deno.test("pagesIn() cuts no line, and counts the rows of long ones", () => {
  assertEquals(pagesIn("a\nb\nc\nd\ne", 10, 2), ["a\nb", "c\nd", "e"]);
  const long = "x".repeat(15);
  assertEquals(pagesIn(`a\n${long}\nb`, 10, 2), ["a", long, "b"]);
  assertEquals(pagesIn("x".repeat(50), 10, 2), ["x".repeat(50)]);
  assertEquals(pagesIn("", 10, 2), [""]);
});
