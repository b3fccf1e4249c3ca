import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { Misuse, paths } from "../guide.ts";
import { judgeFile, judgeStub, withClock } from "./judging.ts";
import { hash } from "./progress.ts";
import { readProgress } from "./progress_file.ts";
import { fakeScreen, right, save, smallGuide } from "../testing.ts";

Deno.test("judgeStub() takes note of a green kata by its file", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals((await judgeStub(guide, "locks")).judgement.verdict, "failed");
  assertEquals(await readProgress(guide), {});
  await save(guide, paths.stub("locks"), right);
  assertEquals((await judgeStub(guide, "locks")).judgement.verdict, "passed");
  assertEquals((await readProgress(guide)).locks.stub, await hash(right));
});

Deno.test("judgeStub() does not note a file that was changed meanwhile", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  const judging = judgeStub(guide, "locks");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await save(guide, paths.stub("locks"), `${right}// later\n`);
  assertStringIncludes((await judging).unnoted, "changed while it was judged");
  assertEquals(await readProgress(guide), {});
});

Deno.test("judgeStub() says how to get a missing file back", async () => {
  await using guide = await smallGuide(["locks"]);
  await Deno.remove(new URL(paths.stub("locks"), guide.root));
  await assertRejects(() => judgeStub(guide, "locks"), Misuse, "reset locks' brings it back");
});

Deno.test("judgeFile() judges any file and notes nothing", async () => {
  await using guide = await smallGuide(["locks"]);
  const run = await judgeFile(guide, "locks", paths.reference("locks"));
  assertEquals(run.judgement.verdict, "passed");
  assertEquals(await readProgress(guide), {});
});

Deno.test("withClock() draws on a terminal only, and wipes the line", async () => {
  const plain = await smallGuide([]);
  assertEquals(await withClock(plain, "Judging", Promise.resolve(7)), 7);
  assertEquals(plain.screen.written, "");
  await plain[Symbol.asyncDispose]();
  await using guide = await smallGuide([], fakeScreen({ live: true }));
  await withClock(guide, "Judging", new Promise((resolve) => setTimeout(resolve, 1_100)));
  // deno-lint-ignore no-control-regex -- that is what is drawn
  assertMatch(guide.screen.written, /Judging: 0 s.*Judging: 1 s.*\r\x1b\[2K$/s);
});
