import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../../_kit/suite/permission.ts";
import { paths, read } from "../../guide.ts";
import { readProgress } from "../../progress/progress_file.ts";
import { guideInSteps, right, save, smallGuide, whenWritten } from "../../testing.ts";
import { watch } from "./watch.ts";

permittedTest("watch() judges at every save, in plain lines, and ends at green", async () => {
  await using guide = await smallGuide(["locks"]);
  const watching = watch(guide);
  const written = (text: string) => whenWritten(guide.screen, text);
  await written("Waiting for the next save");
  await save(guide, paths.stub("locks"), right.replace("42", "41"));
  await written("Wrong: 41");
  await save(guide, paths.stub("locks"), "export const answer = ;");
  await written("does not compile");
  await save(guide, paths.stub("locks"), right);
  assertEquals(await watching, 0);
  assertEquals(
    guide.screen.written.replace(/does not compile\.[^]*?Waiting/, "does not compile.\nWaiting"),
    `Judging katas/locks/locks.ts
red  the answer is 42

Wrong: 0
    at katas/locks/locks_test.ts:6:30

1 of 3 tests pass. This is the first that fails: fix it first.
Waiting for the next save of katas/locks/locks.ts
Judging katas/locks/locks.ts
red  the answer is 42

Wrong: 41
    at katas/locks/locks_test.ts:6:30

Your code printed:
nearly

2 of 3 tests pass. This is the first that fails: fix it first.
Waiting for the next save of katas/locks/locks.ts
Judging katas/locks/locks.ts
red  The file does not compile.
Waiting for the next save of katas/locks/locks.ts
Judging katas/locks/locks.ts
green  All 3 tests of locks pass.
`,
  );
  assertEquals(Object.keys(await readProgress(guide)), ["locks"]);
});

permittedTest("watch() kills a judgement that hangs when the file is saved again", async () => {
  await using guide = await smallGuide(["locks"]);
  guide.limit = 100_000;
  await save(guide, paths.stub("locks"), "for (;;);\nexport const answer = () => 42;\n");
  const watching = watch(guide, "locks");
  await whenWritten(guide.screen, "Judging");
  await save(guide, paths.stub("locks"), right);
  assertEquals(await watching, 0);
});

permittedTest("watch() leaves nothing behind when it is stopped", async () => {
  await using guide = await smallGuide(["locks"]);
  guide.limit = 100_000;
  await save(guide, paths.stub("locks"), "for (;;);\nexport const answer = () => 42;\n");
  const stop = new AbortController();
  const watching = watch({ ...guide, signal: stop.signal }, "locks");
  setTimeout(() => stop.abort(), 500);
  await assertRejects(() => watching, DOMException, "aborted");
});

permittedTest("watch() has nothing to do when all is done", async () => {
  await using guide = await smallGuide([]);
  assertEquals(await watch(guide), 0);
  assertStringIncludes(guide.screen.written, "done");
});

permittedTest("watch() says when a step has become green, and goes on to the next", async () => {
  await using guide = await guideInSteps(["locks"]);
  const watching = watch(guide, "locks");
  await whenWritten(guide.screen, "[■□□] step 2 of 3: the answer is right");
  await save(guide, paths.stub("locks"), right);
  await whenWritten(guide.screen, "Step 2 of 3 is done: a good place to stop.");
  await save(guide, paths.stub("locks"), `${right}export const why = () => "";\n`);
  assertEquals(await watching, 0);
});

permittedTest("watch() names the first test that failed, and not the last one begun", async () => {
  await using guide = await smallGuide(["locks"]);
  guide.limit = 4_000;
  const suite = await read(guide, paths.suite("locks"));
  const hanging = `
Deno.test("the first that fails", () => { throw new Error("It fails"); });
Deno.test("the first that hangs", () => { for (;;); });
`;
  await save(guide, paths.suite("locks"), suite + hanging);
  await save(guide, paths.stub("locks"), right);
  const stop = new AbortController();
  const watching = watch({ ...guide, signal: stop.signal }, "locks");
  await whenWritten(guide.screen, "red  the first that fails\n\nIt fails\n");
  stop.abort();
  await assertRejects(() => watching, DOMException, "aborted");
});

permittedTest(
  "watch() says in plain lines why nothing can be judged, and waits for the next save",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await Deno.remove(new URL(paths.stub("locks"), guide.root));
    const watching = watch(guide, "locks");
    await whenWritten(guide.screen, "katas/locks/locks.ts is missing");
    await whenWritten(guide.screen, "Waiting for the next save");
    await save(guide, paths.stub("locks"), right);
    assertEquals(await watching, 0);
  },
);
