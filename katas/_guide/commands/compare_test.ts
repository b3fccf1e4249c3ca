import { assertEquals, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { compare } from "./compare.ts";
import { paths } from "../guide.ts";
import { note } from "../progress/progress.ts";
import { fakeScreen, right, save, smallGuide, stub } from "../testing.ts";

permittedTest("compare() shows no answer before green", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await compare(guide, "locks"), 1);
  assertEquals(guide.screen.written, "");
  assertStringIncludes(guide.screen.warned, "deno task kata compare locks --spoil");
  assertEquals(await compare(guide, "locks", { spoil: true }), 0);
  assertEquals(
    guide.screen.written,
    `--- katas/locks/locks.ts
+++ solutions/locks/locks.ts
@@ -1,1 +1,1 @@
-export const answer = (): number => 0;
+export const answer = (): number => 42;

What to notice
- Yours has 1 line of code, the reference 1.
- Answers that look right and are not: deno task kata why locks
`,
  );
});

permittedTest("compare() shows the reference's remarks after green", async () => {
  await using guide = await smallGuide(["locks"], fakeScreen({ width: 130 }));
  await note(guide, "locks", { stub: "abc", isGreen: true });
  await save(guide, paths.reference("locks"), `// It is the answer.\n${right}`);
  assertEquals(await compare(guide, "locks"), 0);
  assertStringIncludes(guide.screen.written, " │ ");
  assertStringIncludes(guide.screen.written, "- The reference at line 2: It is the answer.");
  await save(guide, paths.stub("locks"), `// It is the answer.\n${right}`);
  guide.screen.written = "";
  await compare(guide, "locks");
  assertEquals(guide.screen.written, "Yours is the reference, word for word.\n");
});

permittedTest("compare() shows the parts of the reference as well", async () => {
  await using guide = await smallGuide(["locks"]);
  const own = `import { six } from "./six.ts";\n\nexport const answer = (): number => six * 7;\n`;
  await save(guide, paths.reference("locks"), own);
  await save(guide, "solutions/locks/six.ts", "\n// Not seven.\nexport const six = 6;\n");
  await compare(guide, "locks", { spoil: true });
  const { written } = guide.screen;
  assertStringIncludes(written, "+// ---- six.ts ----\n");
  assertStringIncludes(written, "+export const six = 6;\n");
  assertStringIncludes(written, "- Yours has 1 line of code, the reference 3.");
  assertStringIncludes(written, "- six.ts at line 3: Not seven.");
});

permittedTest("compare() does not mind the line ends of another system", async () => {
  await using guide = await smallGuide(["locks"]);
  const long = Array.from({ length: 40 }, (_, i) => `const line${i} = ${i};\n`).join("");
  await save(guide, paths.reference("locks"), `${right}${long}`);
  await save(guide, paths.stub("locks"), `${right}${long}`.replaceAll("\n", "\r\n"));
  await compare(guide, "locks", { spoil: true });
  assertEquals(guide.screen.written, "Yours is the reference, word for word.\n");
  guide.screen.written = "";
  await save(guide, paths.stub("locks"), `${stub}${long}`.replaceAll("\n", "\r\n"));
  await compare(guide, "locks", { spoil: true });
  const changed = guide.screen.written.split("\n").filter((line) => /^[-+][^-+ ]/.test(line));
  assertEquals(changed, [
    "-export const answer = (): number => 0;",
    "+export const answer = (): number => 42;",
  ]);
});
