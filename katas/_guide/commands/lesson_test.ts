import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { curriculum } from "../../curriculum.ts";
import { Misuse } from "../guide.ts";
import { hint, hintsOf, lesson } from "./lesson.ts";
import { smallGuide } from "../testing.ts";

Deno.test("hint() shows one hint at a time, and how to get the next", async () => {
  await using guide = await smallGuide(["locks"]);
  await hint(guide, "locks");
  assertEquals(
    guide.screen.written,
    `Hint 1 of 3: First

The text of First.

The next hint tells more: deno task kata hint locks 2
`,
  );
  guide.screen.written = "";
  await hint(guide, "locks", "3");
  assertStringIncludes(guide.screen.written, "deno task kata compare locks --spoil");
  await assertRejects(() => hint(guide, "locks", "4"), Misuse, "the hints 1, 2 and 3");
});

Deno.test("hintsOf() finds the three hints of every kata", async () => {
  for (const { slug } of curriculum) {
    const markdown = await Deno.readTextFile(new URL(`../../${slug}/HINTS.md`, import.meta.url));
    const hints = hintsOf(markdown);
    assertEquals(hints.length, 3, slug);
    for (const { title, body } of hints) assertEquals([title === "", body === ""], [false, false]);
  }
});

Deno.test("lesson() shows the lesson", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await lesson(guide, "locks"), 0);
  assertEquals(guide.screen.written, "locks\n\nThe lesson of locks.\n");
});
