import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { applied, type EditError, editsBetween } from "./edit.ts";

const text = ["a", "b", "c", "b", "d", ""].join("\n");

Deno.test("applied() replaces, adds and takes away whole lines", () => {
  assertEquals(applied(text, [["-c", "+C", "+CC"]]), "a\nb\nC\nCC\nb\nd\n");
  assertEquals(applied(text, [[" a", "+new"], [" c", "-b"]]), "a\nnew\nb\nc\nd\n");
});

Deno.test("applied() seeks each edit in the text as it was", () => {
  assertEquals(applied("a\nb\n", [["-a", "+b"], ["-b", "+c"]]), "b\nc\n");
});

Deno.test("applied() refuses lines that stand there several times, and says where", () => {
  const error = assertThrows(() => applied(text, [["-a"], ["-b"]]), Error, "2 times");
  assertEquals((error as EditError).index, 1);
  assertThrows(() => applied(text, [["-b"]]), Error, "at the lines 2, 4: add a line");
});

Deno.test("applied() shows the nearest place of lines that are not there", () => {
  const code = "function f() {\n  return 1;\n}\nfunction g() {\n  return 22;\n}\n";
  const error = assertThrows(() => applied(code, [[" function g() {", "-  return 23;"]]), Error);
  assertEquals(
    error.message,
    `Its lines do not stand in the reference:
        function g() {
          return 23;
The nearest place, with ! where it differs:
     4  function g() {
!    5    return 22;`,
  );
});

Deno.test("applied() refuses edits without a place, and two that overlap", () => {
  assertThrows(() => applied(text, [["+x"]]), Error, "nobody can say where it belongs");
  assertThrows(() => applied(text, [["-a", " b"], [" b", "-c"]]), Error, "another block");
});

Deno.test("editsBetween() gives edits that make the one text of the other", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "", "  d"), { minLength: 1, maxLength: 12 })
    .map((lines) => lines.join("\n"));
  fc.assert(fc.property(lines, lines, (before, after) => {
    assertEquals(applied(before, editsBetween(before, after)), after);
  }));
});

Deno.test("editsBetween() keeps no more lines around a change than it takes to find it", () => {
  assertEquals(editsBetween("a\nb\nc\n", "a\nB\nc\n"), [["-b", "+B"]]);
  assertEquals(editsBetween(text, "a\nb\nc\nB\nd\n"), [[" c", "-b", "+B"]]);
});

Deno.test("editsBetween() begins and ends no edit with a blank line, which a formatter takes away", () => {
  assertEquals(editsBetween("f\n\nx\ng\nx\n", "f\n\ny\ng\nx\n"), [["-x", "+y", " g"]]);
  assertEquals(editsBetween("h\n\nx\n\nx\n", "h\n\ny\n\nx\n"), [[" h", " ", "-x", "+y"]]);
});
