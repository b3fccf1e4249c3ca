import { assertEquals, assertThrows } from "@std/assert";
import { sectionFor, wholeFile, wrongOn } from "./page.ts";

const section = `## off_by_one

Counts one too few. It looks right,
for the first one is not counted.

- rejected by: [1] the answer is 42, and a name that is so long that an editor has broken it into
  two lines
- because: Wrong: 41

\`\`\`diff
-  return 42;
+  return 41;
\`\`\`
`;

const page = `# Wrong solutions\n\nAn introduction.\n\n${section}`;

Deno.test("wrongOn() reads each section", () => {
  assertEquals(wrongOn(page), [{
    name: "off_by_one",
    bug: "Counts one too few. It looks right, for the first one is not counted.",
    rejectedBy: [
      "[1] the answer is 42, and a name that is so long that an editor has broken it into two lines",
    ],
    because: ["Wrong: 41"],
    edits: [["-  return 42;", "+  return 41;"]],
  }]);
  assertEquals(wrongOn(page.replaceAll("\n", "\r\n")), wrongOn(page));
});

Deno.test("wrongOn() says what a section lacks", () => {
  const lacks = (part: RegExp | string, what: string) =>
    assertThrows(() => wrongOn(page.replace(part, "")), Error, `lacks ${what}`);
  lacks("off_by_one", "a name");
  lacks(/Counts.*\n.*counted\./, "a sentence");
  lacks(/- rejected by: .*\n.*/, "'- rejected by: '");
  lacks(/- because: .*/, "'- because: '");
  lacks(/```diff[^]*```/, "a `diff` block");
  assertThrows(() => wrongOn(page + section), Error, "two wrong solutions 'off_by_one'");
});

Deno.test("sectionFor() writes what wrongOn() reads", () => {
  const reference = "function f() {\n\n  return 42;\n}\n\nfunction g() {\n\n  return 42;\n}\n";
  const file = "function f() {\n\n  return 41;\n}\n\nfunction g() {\n\n  return 42;\n}\n";
  const [{ edits: _, ...head }] = wrongOn(page);
  const [wrong] = wrongOn(sectionFor(head, file, reference));
  assertEquals({ ...wrong, edits: [] }, { ...head, edits: [] });
  assertEquals(wholeFile(wrong, reference), file);
});

Deno.test("wholeFile() says which block of which section does not fit", () => {
  const [wrong] = wrongOn(page);
  assertThrows(
    () => wholeFile(wrong, "return 43;\n"),
    Error,
    "'off_by_one', block 1 of 1: Its lines",
  );
});
