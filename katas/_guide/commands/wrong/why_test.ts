import { assertEquals, assertRejects } from "@std/assert";
import { Misuse } from "../guide.ts";
import { note } from "../progress/progress.ts";
import { smallGuide } from "../testing.ts";
import { headerOf, why } from "./why.ts";

Deno.test("why() shows each wrong answer, its bug and what convicts it", async () => {
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

red  the answer is 42

Wrong: 41
    at katas/locks/locks_test.ts:6:30

Your code printed:
nearly
`,
  );
});

Deno.test("why() names the wrong answers that there are", async () => {
  await using guide = await smallGuide(["locks"]);
  await assertRejects(
    () => why(guide, "locks", "off_by", { spoil: true }),
    Misuse,
    "locks has no wrong solution 'off_by', but off_by_one",
  );
});

Deno.test("headerOf() reads a bug of several lines", () => {
  assertEquals(
    headerOf("/**\n * One\n * two.\n * @rejectedBy a test\n * @because x\n */\n/** y */"),
    {
      bug: "One two.",
      rejectedBy: "a test",
    },
  );
});
