import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { curriculum } from "../../curriculum.ts";
import { Misuse, paths, read } from "../guide.ts";
import { note } from "../progress/progress.ts";
import { readProgress } from "../progress/progress_file.ts";
import { hint, hintsOf, lesson } from "./lesson.ts";
import { reset } from "./reset.ts";
import { right, save, smallGuide } from "../testing.ts";

permittedTest("hint() shows one hint at a time, and how to get the next", async () => {
  await using guide = await smallGuide(["locks"]);
  await hint(guide, "locks");
  assertEquals(
    guide.screen.written,
    `Hint 1 of 3: First

The text of First.

The next hint tells more: deno task kata hint locks
`,
  );
  for (const title of ["2 of 3: Second", "3 of 3: Third", "3 of 3: Third"]) {
    guide.screen.written = "";
    await hint(guide, "locks");
    assertStringIncludes(guide.screen.written, `Hint ${title}`);
  }
  guide.screen.written = "";
  await hint(guide, "locks", "3");
  assertStringIncludes(guide.screen.written, "deno task kata compare locks --spoil");
  await assertRejects(() => hint(guide, "locks", "4"), Misuse, "the hints 1, 2 and 3");
});

permittedTest("hintsOf() finds the three hints of every kata", async () => {
  for (const { slug } of curriculum) {
    const markdown = await Deno.readTextFile(new URL(`../../${slug}/HINTS.md`, import.meta.url));
    const hints = hintsOf(markdown);
    assertEquals(hints.length, 3, slug);
    for (const { title, body } of hints) assertEquals([title === "", body === ""], [false, false]);
  }
});

permittedTest("lesson() shows the lesson", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await lesson(guide, "locks"), 0);
  assertEquals(guide.screen.written, "locks\n\nThe lesson of locks.\n");
});

permittedTest("hint() begins anew after a reset, and keeps what was green", async () => {
  await using guide = await smallGuide(["locks"]);
  await hint(guide, "locks", "2");
  await note(guide, "locks", { stub: "abc", isGreen: true });
  await hint(guide, "locks");
  const { green, hints } = (await readProgress(guide)).locks;
  assertEquals([green, hints], ["abc", 3]);
  await save(guide, paths.stub("locks"), right);
  await reset(guide, "locks", { yes: true });
  guide.screen.written = "";
  await hint(guide, "locks");
  assertStringIncludes(guide.screen.written, "Hint 1 of 3");
});

permittedTest("lesson() takes a kata's folder, and knows how to read a schedule", async () => {
  await using guide = await smallGuide(["locks"]);
  await lesson(guide, "katas/locks/");
  assertEquals(guide.screen.written, "locks\n\nThe lesson of locks.\n");
  const root = new URL("../../../", import.meta.url);
  guide.screen.written = "";
  assertEquals(await lesson({ ...guide, root }, "schedules"), 0);
  for (const word of ["CAS", "plain access", "forced switch"]) {
    assertStringIncludes(guide.screen.written, word);
  }
});

permittedTest("lesson() tells every letter that a schedule can have", async () => {
  await using guide = await smallGuide([]);
  const root = new URL("../../../", import.meta.url);
  const source = await read({ root }, "katas/_explorer/report/schedule.ts");
  const letters = source.matchAll(/^( {2}\w+: |const \w+Letter = )"(.)"[,;]$/gm)
    .map(([, , letter]) => letter).toArray();
  assertEquals(letters.filter((letter) => "lsz~".includes(letter)).length, 4);
  await lesson({ ...guide, root }, "schedules");
  for (const letter of letters) assertStringIncludes(guide.screen.written, `\`${letter}\``);
});
