import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { Misuse, paths, read } from "../guide.ts";
import { judgeFile, judgeStub, withClock } from "./judging.ts";
import { hash, standings } from "./progress.ts";
import { readProgress } from "./progress_file.ts";
import { fakeScreen, guideInSteps, right, save, smallGuide } from "../testing.ts";

permittedTest("judgeStub() takes note of a green kata by its file", async () => {
  await using guide = await smallGuide(["locks"]);
  assertEquals((await judgeStub(guide, "locks")).judgement.verdict, "failed");
  assertEquals(await readProgress(guide), {});
  await save(guide, paths.stub("locks"), right);
  assertEquals((await judgeStub(guide, "locks")).judgement.verdict, "passed");
  assertEquals((await readProgress(guide)).locks.stub, await hash(right));
});

permittedTest("judgeStub() does not note a file that was changed meanwhile", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  const judging = judgeStub(guide, "locks");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await save(guide, paths.stub("locks"), `${right}// later\n`);
  assertStringIncludes((await judging).unnoted, "changed while it was judged");
  assertEquals(await readProgress(guide), {});
});

permittedTest("judgeStub() says how to get a missing file back", async () => {
  await using guide = await smallGuide(["locks"]);
  await Deno.remove(new URL(paths.stub("locks"), guide.root));
  await assertRejects(() => judgeStub(guide, "locks"), Misuse, "reset locks' brings it back");
});

permittedTest("judgeFile() judges any file and notes nothing", async () => {
  await using guide = await smallGuide(["locks"]);
  const run = await judgeFile(guide, "locks", paths.reference("locks"));
  assertEquals(run.judgement.verdict, "passed");
  assertEquals(await readProgress(guide), {});
});

permittedTest("withClock() draws on a terminal only, and wipes the line", async () => {
  const plain = await smallGuide([]);
  assertEquals(await withClock(plain, "Judging", Promise.resolve(7)), 7);
  assertEquals(plain.screen.written, "");
  await plain[Symbol.asyncDispose]();
  await using guide = await smallGuide([], fakeScreen({ live: true }));
  await withClock(guide, "Judging", new Promise((resolve) => setTimeout(resolve, 1_100)));
  // deno-lint-ignore no-control-regex -- that is what is drawn
  assertMatch(guide.screen.written, /Judging: 0 s.*Judging: 1 s.*\r\x1b\[2K$/s);
});

permittedTest(
  "judgeStub() knows which steps are green, and which have just become so",
  async () => {
    await using guide = await guideInSteps(["locks"]);
    const judged = async (text: string) => {
      await save(guide, paths.stub("locks"), text);
      const { steps, newSteps } = await judgeStub(guide, "locks");
      return [steps, newSteps, (await standings(guide)).get("locks")];
    };
    const odd = right.replace("42", "41");
    assertEquals(await judged(odd), [[1], [1], { state: "begun", steps: [1] }]);
    assertEquals(await judged(`${odd}//\n`), [[1], [], { state: "begun", steps: [1] }]);
    assertEquals(await judged(right), [[1, 2], [2], { state: "begun", steps: [1, 2] }]);
    const all = `${right}export const why = () => "";\n`;
    assertEquals(await judged(all), [[1, 2, 3], [3], { state: "done", steps: [1, 2, 3] }]);
    await save(guide, paths.stub("locks"), `${all}// not judged yet\n`);
    assertEquals((await standings(guide)).get("locks"), { state: "changed", steps: [] });
  },
);

permittedTest(
  "judgeStub() takes nothing back for a run that says nothing of the file",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await save(guide, paths.stub("locks"), right);
    await judgeStub(guide, "locks");
    const suite = await read(guide, paths.suite("locks"));
    const limit = 1_000;
    const ends = {
      "timed out": `${suite}\nDeno.test("it takes long", () => { for (;;); });\n`,
      "did not compile": `${suite}\nconst number: number = "a";\n`,
      failed: `${suite}\nDeno.exit(7);\n`,
    };
    for (const [verdict, text] of Object.entries(ends)) {
      await save(guide, paths.suite("locks"), text);
      const run = await judgeStub(verdict === "timed out" ? { ...guide, limit } : guide, "locks");
      assertEquals([run.judgement.verdict, run.steps], [verdict, [1]]);
      assertEquals((await standings(guide)).get("locks")?.state, "done", verdict);
    }
  },
);

permittedTest("judgeStub() says what a run knew that was stopped", async () => {
  await using guide = await smallGuide(["locks"]);
  const suite = `${await read(guide, paths.suite("locks"))}
Deno.test("it takes long", () => { for (;;); });
`;
  await save(guide, paths.suite("locks"), suite);
  const { judgement } = await judgeStub({ ...guide, limit: 4_000 }, "locks");
  assertEquals(judgement.tests.map(({ name, outcome }) => [name, outcome]), [
    ["the answer is a number", "passed"],
    ["the answer is 42", "failed"],
    ["the answer is positive", "failed"],
    ["it takes long", "failed"],
  ]);
  assertStringIncludes(judgement.tests[1].message, "Wrong: 0");
});

permittedTest("judgeStub() gives the verdict also where nothing can be written", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  // A file in the place of the folder that holds the lock: nobody can write there, not even root.
  await save(guide, paths.backups.slice(0, -1), "");
  const { judgement, unnoted } = await judgeStub(guide, "locks");
  assertEquals(judgement.verdict, "passed");
  assertMatch(unnoted, /^katas\/progress\.json cannot be written \(.*\), so nothing is noted\.$/);
});
