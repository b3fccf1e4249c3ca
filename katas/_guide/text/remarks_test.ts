import { assertEquals } from "@std/assert";
import { codeLines, remarksOf } from "./remarks.ts";

const source = `// deno-lint-ignore-file
/**
 * A doc comment.
 */
// Only the owner writes it,
// so no other can.
const a = 1;

  // And this.
const url = "https://example.com";
`;

Deno.test("remarksOf() finds plain comments and the code that they speak of", () => {
  assertEquals(remarksOf(source), [
    { line: 7, text: "Only the owner writes it, so no other can." },
    { line: 10, text: "And this." },
  ]);
});

Deno.test("codeLines() counts neither comments nor blank lines", () => {
  assertEquals(codeLines(source), 2);
});
