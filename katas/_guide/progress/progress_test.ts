import { assertEquals, assertMatch } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { paths, read, readIfThere } from "../guide.ts";
import { forget, hash, note, standings, type State } from "./progress.ts";
import { readProgress } from "./progress_file.ts";
import type { Guide } from "../guide.ts";
import { right, save, smallGuide, stub } from "../testing.ts";

async function statesOf(guide: Guide): Promise<[string, State][]> {
  return [...await standings(guide)].map(([slug, { state }]) => [slug, state]);
}

permittedTest(
  "standings() tells done, changed, begun and open apart by the file itself",
  async () => {
    await using guide = await smallGuide(["locks", "queues", "pools", "pipes"]);
    for (const slug of ["locks", "queues"]) {
      await save(guide, paths.stub(slug), right);
      await note(guide, slug, { stub: await hash(right), isGreen: true });
    }
    await save(guide, paths.stub("queues"), `${right}// one more idea\n`);
    await save(guide, paths.stub("pools"), `${stub}// an idea\n`);
    assertEquals(await statesOf(guide), [
      ["locks", "done"],
      ["queues", "changed"],
      ["pools", "begun"],
      ["pipes", "open"],
    ]);
  },
);

permittedTest("standings() does not mind the line ends of another system", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await note(guide, "locks", { stub: await hash(right), isGreen: true });
  await save(guide, paths.stub("locks"), right.replaceAll("\n", "\r\n"));
  await save(guide, paths.stub("queues"), stub.replaceAll("\n", "\r\n"));
  assertEquals(await statesOf(guide), [["locks", "done"], ["queues", "open"]]);
});

permittedTest("note() keeps what many judgements say at once", async () => {
  const slugs = Array.from({ length: 20 }, (_, i) => `kata_${i}`);
  await using guide = await smallGuide(slugs);
  await Promise.all(slugs.map((slug) => note(guide, slug, { stub: "abc", isGreen: true })));
  assertEquals(Object.keys(await readProgress(guide)).length, 20);
});

permittedTest("note() takes a kata back when the same file is red", async () => {
  await using guide = await smallGuide(["locks"]);
  await note(guide, "locks", { stub: "abc", isGreen: true });
  await note(guide, "locks", { stub: "another", isGreen: false });
  assertEquals(Object.keys(await readProgress(guide)), ["locks"]);
  await note(guide, "locks", { stub: "abc", isGreen: false });
  assertEquals(await readProgress(guide), {});
});

permittedTest("forget() leaves the others", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await note(guide, "locks", { stub: "abc", isGreen: true });
  await note(guide, "queues", { stub: "abc", isGreen: true });
  await forget(guide, "locks");
  assertEquals(Object.keys(await readProgress(guide)), ["queues"]);
});

permittedTest("readProgress() sets aside what is broken or foreign, and says so once", async () => {
  const foreign = ["", "{", "[]", "null", '{"version": 9, "done": {}}', '{"done": {"locks": 1}}'];
  for (const text of [...foreign, '{"version": 1, "done": {"locks": null}}']) {
    await using guide = await smallGuide(["locks"]);
    await save(guide, paths.progress, text);
    assertEquals(await readProgress(guide), {}, text);
    assertEquals(await readIfThere(guide, paths.progress), null, text);
    const [, backup] = guide.screen.warned.match(/moved to (\S+\.bak): /) ?? [];
    assertEquals(await read(guide, backup), text);
    guide.screen.warned = "";
    await readProgress(guide);
    assertEquals(guide.screen.warned, "");
  }
});

permittedTest("the progress file is small and formatted", async () => {
  await using guide = await smallGuide(["locks"]);
  await note(guide, "locks", { stub: "abc", isGreen: true });
  assertMatch(
    await read(guide, paths.progress),
    /^\{\n {2}"version": 2,\n {2}"katas": \{\n {4}"locks": \{\n {6}"stub": "abc",\n {6}"at": ".*Z",\n/,
  );
});

permittedTest("readProgress() understands what the first version wrote", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await save(guide, paths.stub("locks"), right);
  const at = "2026-01-02T03:04:05.678Z";
  const done = { locks: { stub: await hash(right), at }, queues: { stub: "abc", at } };
  await save(guide, paths.progress, JSON.stringify({ version: 1, done }));
  assertEquals(await statesOf(guide), [["locks", "done"], ["queues", "changed"]]);
  assertEquals((await standings(guide)).get("locks")?.steps, [1]);
  await note(guide, "queues", { stub: "def", isGreen: false, steps: [1] });
  const { version, katas } = JSON.parse(await read(guide, paths.progress));
  assertEquals([version, katas.locks.green, katas.queues.green], [2, done.locks.stub, "abc"]);
});

permittedTest("note() keeps what many guides say at once", async () => {
  const slugs = Array.from({ length: 8 }, (_, i) => `kata_${i}`);
  await using guide = await smallGuide(slugs);
  const module = new URL("./progress.ts", import.meta.url).href;
  const codes = await Promise.all(slugs.map(async (slug) => {
    const program = `
      import { note } from "${module}";
      const katas = ${JSON.stringify(guide.katas)};
      await note({ root: new URL("${guide.root}"), katas }, "${slug}", { stub: "abc", isGreen: true });
    `;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", "--no-check", program] });
    return (await child.output()).code;
  }));
  assertEquals(codes, slugs.map(() => 0));
  assertEquals(Object.keys(await readProgress(guide)), slugs);
});

permittedTest(
  "readProgress() takes a broken file for none where it cannot be set aside",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await save(guide, paths.progress, "{");
    await save(guide, paths.backups.slice(0, -1), "");
    assertEquals(await readProgress(guide), {});
    assertMatch(guide.screen.warned, /is broken\. katas\/progress\.json cannot be written \(.*\)/);
  },
);
