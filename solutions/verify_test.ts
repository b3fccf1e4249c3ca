/** The proof that the collection is sound: each suite takes the right answers and no wrong one. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { curriculum } from "../katas/curriculum.ts";
import { judge, type Judgement } from "../katas/_kit/judging/judge.ts";
import { onAllCores } from "../katas/_kit/judging/on_all_cores.ts";
import { kataTable, tableIn } from "../katas/_kit/table.ts";
import { wholeFile, type Wrong, wrongOn } from "../katas/_kit/wrong/page.ts";
import { pathToFileURL } from "node:url";

const root = new URL("../", import.meta.url);
const minute = 60_000;

for (const { slug } of curriculum) {
  const reference = new URL(`solutions/${slug}/${slug}.ts`, root);
  const stub = new URL(`katas/${slug}/${slug}.ts`, root);

  Deno.test({ name: `${slug}: the suite takes the reference`, timeout: 5 * minute }, async () => {
    const { verdict, tests, output } = await judge(slug, reference);
    assertEquals(verdict, "passed", output);
    const ignored = tests.filter(({ outcome }) => outcome === "ignored").map(({ name }) => name);
    assertEquals(ignored, [], "With all permissions no test may be ignored");
  });

  Deno.test({ name: `${slug}: the stub fails as a stub`, timeout: 5 * minute }, async () => {
    await using pristine = await committed(stub);
    const judgement = await judge(slug, pristine.file, { timeout: minute / 2 });
    assertEquals(judgement.verdict, "failed", judgement.output);
    for (const { name, outcome, message } of judgement.tests) {
      assertEquals(outcome, "failed", `'${name}' asserts nothing about an empty stub`);
      assertStringIncludes(message, "is not implemented yet: katas/", `What '${name}' says`);
    }
  });

  Deno.test({
    name: `${slug}: the suite rejects every wrong solution for its reason`,
    timeout: 15 * minute,
  }, async (t) => {
    const wrong = wrongOn(Deno.readTextFileSync(new URL(`solutions/${slug}/WRONG.md`, root)));
    assert(wrong.length >= 5, `${slug} has ${wrong.length} wrong solutions; at least 5 are needed`);
    const folder = await Deno.makeTempDir({ prefix: "wrong_" });
    const text = await Deno.readTextFile(reference);
    const files = wrong.map((one) => {
      const file = `${folder}/${one.name}.ts`;
      Deno.writeTextFileSync(file, wholeFile(one, text));
      return file;
    });
    const judgements = await onAllCores(
      files,
      (file, i) => judge(slug, file, { only: wrong[i].rejectedBy, check: false }),
    );
    await Deno.remove(folder, { recursive: true });
    for (const [i, one] of wrong.entries()) {
      await t.step(one.name, () => requireRejection(one, judgements[i]));
    }
  });

  Deno.test(`${slug}: stub and reference have the same API`, async () => {
    await using pristine = await committed(stub);
    assertEquals(await api(pristine.file), await api(reference), "The stub's API must be the same");
  });

  Deno.test({ name: `${slug}: the examples run`, timeout: minute }, async () => {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-P", "--doc", reference.href],
      cwd: root,
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const output = new TextDecoder().decode(stdout);
    assert(success, output);
    assertMatch(output, /[1-9]\d* passed/, "No example was run");
  });

  Deno.test(`${slug}: every file is in its place`, () => {
    const lesson = names(`katas/${slug}`).filter((name) => name !== "fixtures");
    assertEquals(
      lesson,
      ["HINTS.md", "README.md", `${slug}.ts`, `${slug}_test.ts`],
      `What katas/${slug} holds`,
    );
    assertEquals(
      names(`solutions/${slug}`),
      ["WRONG.md", `${slug}.ts`, `${slug}_bench.ts`],
      `What solutions/${slug} holds`,
    );
    const hints = Deno.readTextFileSync(new URL(`katas/${slug}/HINTS.md`, root));
    assertEquals(hints.match(/<details>/g)?.length, 3, "HINTS.md has three hints");
  });
}

Deno.test("README.md shows the curriculum's table", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const table = kataTable(curriculum);
  assertEquals(tableIn(readme), table, `README.md must have this table:\n${table}\n`);
});

Deno.test("every folder of katas and solutions belongs to the curriculum", () => {
  const slugs = curriculum.map(({ slug }) => slug);
  const isOurs = (name: string) => !name.startsWith("_") && !name.includes(".");
  assertEquals(names("katas").filter(isOurs), slugs.toSorted());
  assertEquals(names("solutions").filter(isOurs), slugs.toSorted());
});

function names(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => name).sort();
}

/** A copy of the file as it was committed: a learner may have solved the kata meanwhile. */
async function committed(file: URL): Promise<AsyncDisposable & { file: URL }> {
  const path = file.href.slice(root.href.length);
  const { success, stdout } = await new Deno.Command("git", {
    args: ["show", `HEAD:./${path}`],
    cwd: root,
    stderr: "null",
  }).output().catch(() => ({ success: false, stdout: new Uint8Array() }));
  const copy = await Deno.makeTempFile({ prefix: "pristine_", suffix: ".ts" });
  await Deno.writeFile(copy, success ? stdout : await Deno.readFile(file));
  return { file: pathToFileURL(copy) as URL, [Symbol.asyncDispose]: () => Deno.remove(copy) };
}

function requireRejection(
  { rejectedBy, because }: Wrong,
  { verdict, tests, output }: Judgement,
): void {
  assertEquals(verdict, "failed", `'${rejectedBy[0]}' must reject it. The run:\n${output}`);
  const failed = tests.filter(({ outcome }) => outcome === "failed");
  for (const name of rejectedBy) {
    const test = failed.find((test) => test.name === name);
    assert(test, `'${name}' must reject it; it was rejected by: ${failed.map(({ name }) => name)}`);
    assertStringIncludes(folded(test.message), folded(because[0]), `What '${name}' says`);
  }
}

function folded(text: string): string {
  return text.replace(/\s+/g, " ").toLowerCase();
}

/** Everything that a user sees of a module: names, signatures and doc comments, without places. */
async function api(file: URL): Promise<unknown> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", file.href],
    cwd: root,
  }).output();
  assert(success, `deno doc ${file.href}: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const hidden = new Set(["location", "filename", "imports", "module_doc"]);
  return JSON.parse(
    JSON.stringify(Object.values(nodes), (key, value) => hidden.has(key) ? undefined : value),
  );
}
