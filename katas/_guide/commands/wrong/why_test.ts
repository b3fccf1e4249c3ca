import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../../_kit/suite/permission.ts";
import { Misuse, paths, read } from "../../guide.ts";
import { note } from "../../progress/progress.ts";
import { fakeScreen, save, smallGuide, wrongPage } from "../../testing.ts";
import { why } from "./why.ts";

permittedTest("why() shows each wrong answer, its bug and what convicts it", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await why(guide, "locks", undefined), 1);
  assertEquals(guide.screen.written, "");
  await note(guide, "locks", { stub: "abc", isGreen: true });
  assertEquals(await why(guide, "locks", undefined), 0);
  assertEquals(
    guide.screen.written,
    `1 answer to locks that look right and are not:

off_by_one
Counts one too few.

  -export const answer = (): number => 42;
  +export const answer = (): number => 41;

red  the answer is 42

Wrong: 41
    at katas/locks/locks_test.ts:6:30

Your code printed:
nearly
`,
  );
});

permittedTest("why() does not mind the line ends of another system", async () => {
  await using guide = await smallGuide(["locks"]);
  for (const path of [paths.wrong("locks"), paths.reference("locks")]) {
    await save(guide, path, (await read(guide, path)).replaceAll("\n", "\r\n"));
  }
  assertEquals(await why(guide, "locks", undefined, { spoil: true }), 0);
  assertStringIncludes(guide.screen.written, "Wrong: 41");
});

permittedTest("why() names the wrong answers that there are", async () => {
  await using guide = await smallGuide(["locks"]);
  await assertRejects(
    () => why(guide, "locks", "off_by", { spoil: true }),
    Misuse,
    "locks has no wrong solution 'off_by', but off_by_one",
  );
});

permittedTest("why() colours what was changed, and names further tests", async () => {
  await using guide = await smallGuide(["locks"], fakeScreen({ colour: true }));
  const also = "- rejected by: the answer is 42\n- rejected by: the answer is positive\n";
  await save(guide, paths.wrong("locks"), wrongPage.replace(/- rejected by: .*\n/, also));
  await why(guide, "locks", "off_by_one", { spoil: true });
  assertStringIncludes(guide.screen.written, "\x1b[31m-export const answer");
  assertStringIncludes(guide.screen.written, "\x1b[32m+export const answer");
  assertStringIncludes(guide.screen.written, "\nRejected as well by: the answer is positive\n");
});

permittedTest("why() says what is wrong with the page, and which block does not fit", async () => {
  await using guide = await smallGuide(["locks"]);
  const spoil = { spoil: true };
  await save(guide, paths.reference("locks"), "export const answer = () => 42;\n");
  const misfit = "solutions/locks/WRONG.md: 'off_by_one', block 1 of 1: Its lines do not stand in";
  await assertRejects(() => why(guide, "locks", undefined, spoil), Misuse, misfit);
  await save(guide, paths.wrong("locks"), wrongPage.replace(/- because.*\n/, ""));
  const lacks = "solutions/locks/WRONG.md: 'off_by_one' lacks '- because: '";
  await assertRejects(() => why(guide, "locks", undefined, spoil), Misuse, lacks);
  await Deno.remove(new URL(paths.wrong("locks"), guide.root));
  const missing = "solutions/locks/WRONG.md is missing";
  await assertRejects(() => why(guide, "locks", undefined, spoil), Misuse, missing);
});
