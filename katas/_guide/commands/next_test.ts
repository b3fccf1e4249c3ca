import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { Misuse, paths } from "../guide.ts";
import { next } from "./next.ts";
import { guideInSteps, right, save, smallGuide } from "../testing.ts";

permittedTest("next() shows where the kata is, and its first failing test", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals(await next(guide), 1);
  assertEquals(
    guide.screen.written,
    `locks, medium: the story of locks
  lesson  katas/locks/README.md
  yours   katas/locks/locks.ts

red  the answer is 42

Wrong: 0
    at katas/locks/locks_test.ts:6:30

1 of 3 tests pass. This is the first that fails: fix it first.

  at every save  deno task kata watch
  a hint         deno task kata hint locks
`,
  );
});

permittedTest("next() opens the kata that is asked for", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  assertEquals(await next(guide, "queues"), 1);
  const { written } = guide.screen;
  assertStringIncludes(written, "queues, medium: the story of queues\n");
  assertStringIncludes(written, "at every save  deno task kata watch queues\n");
  await assertRejects(() => next(guide, "nowhere"), Misuse);
});

permittedTest("next() goes on after green, and ends when all is done", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  assertEquals(await next(guide), 0);
  guide.screen.written = "";
  assertEquals(await next(guide), 0);
  assertEquals(guide.screen.written, "All 1 katas are done.\n");
});

permittedTest("next() opens the first open step, and says when one is done", async () => {
  await using guide = await guideInSteps(["locks"]);
  await save(guide, paths.stub("locks"), right);
  assertEquals(await next(guide), 1);
  assertStringIncludes(
    guide.screen.written,
    `Steps 1 and 2 of 3 are done: a good place to stop.

[■■□] step 3 of 3: it has a reason

next  [3] there is a reason

\`new Why\` is not implemented yet: this is the next thing to write.

0 of 1 test of this step pass so far.
`,
  );
});

permittedTest("next() names the command that shows a schedule, if there is one", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(
    guide,
    paths.suite("locks"),
    `Deno.test("it fails", () => { throw new Error("Two were inside.\\nSee it again: deno test"); });`,
  );
  await next(guide);
  assertStringIncludes(guide.screen.written, "\n  step by step   deno task kata show locks\n");
});
