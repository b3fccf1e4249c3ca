/**
 * The proof that the collection is sound: each suite takes the right answers and no wrong one.
 * `deno task proof locks` proves one kata, or several.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { curriculum, type Kata } from "../katas/curriculum.ts";
import { runDeno } from "../katas/_kit/judging/process_group.ts";
import { keyOf, Memory, textsOf } from "../katas/_kit/proof/memory.ts";
import { type Check, type Material, type Proof, prove } from "../katas/_kit/proof/proof.ts";
import { proofReport } from "../katas/_kit/proof/report.ts";
import { hasPython, pythonFault, scriptFault } from "../katas/_kit/proof/script_fault.ts";
import { scriptsOf } from "../katas/_kit/scripts/scripts.ts";
import { isAllowed, permittedTest } from "../katas/_kit/suite/permission.ts";
import { kataTable, scriptTable, tableIn } from "../katas/_kit/table.ts";
import { wholeFile, wrongOn } from "../katas/_kit/wrong/page.ts";
import { readJoined, separated } from "../katas/_kit/wrong/sheets.ts";

const root = new URL("../", import.meta.url);
const minute = 60_000;
const katas = chosenKatas();
const python = isAllowed() && await hasPython();
const materials = isAllowed() ? await Promise.all(katas.map(materialOf)) : [];

let proof: Promise<Proof> | undefined;
const proved = () => proof ??= proveAll();

permittedTest({ name: "every implementation is judged", timeout: 60 * minute }, async () => {
  console.log(proofReport(await proved()));
});

for (const { kata: { slug }, reference, wrong } of materials) {
  permittedTest(
    { name: `${slug}: the suite takes the reference`, timeout: 60 * minute },
    async () => {
      await requireSound(slug, "reference");
    },
  );

  permittedTest({ name: `${slug}: the stub fails as a stub`, timeout: 60 * minute }, async () => {
    await requireSound(slug, "stub");
  });

  permittedTest(
    { name: `${slug}: no test needs what a later step builds`, timeout: 60 * minute },
    async () => {
      await requireSound(slug, "order of steps");
    },
  );

  permittedTest({
    name: `${slug}: the suite rejects every wrong solution for its reason`,
    timeout: 60 * minute,
  }, async (t) => {
    assert(wrong.length >= 5, `${slug} has ${wrong.length} wrong solutions; at least 5 are needed`);
    for (const { name } of wrong) await t.step(name, () => requireSound(slug, name));
  });

  permittedTest(
    { name: `${slug}: the scripts say what no schedule changes`, timeout: 60 * minute },
    async (t) => {
      for (const { name } of checks.filter((check) => check.slug === slug)) {
        await t.step(name, () => requireSound(slug, name));
      }
    },
  );

  permittedTest(`${slug}: every file is in its place`, async () => {
    const lesson = names(`katas/${slug}`).filter((name) => !["fixtures", "scripts"].includes(name));
    assertEquals(
      lesson,
      ["HINTS.md", "README.md", `${slug}.ts`, `${slug}_test.ts`],
      `What katas/${slug} holds`,
    );
    const sheets = separated(`${slug}.ts`, await readJoined(reference));
    assertEquals(
      names(`solutions/${slug}`),
      ["WRONG.md", ...sheets.keys(), `${slug}_bench.ts`].sort(),
      `What solutions/${slug} holds`,
    );
    const hints = Deno.readTextFileSync(new URL(`katas/${slug}/HINTS.md`, root));
    assertEquals(hints.match(/<details>/g)?.length, 3, "HINTS.md has three hints");
  });
}

permittedTest(
  { name: "stubs and references have the same API", timeout: 5 * minute },
  async (t) => {
    await using folder = await temporaryFolder();
    const stubs = materials.map(({ kata: { slug }, stub }) => folder.put(`${slug}.ts`, stub));
    const stubApis = await apis(stubs);
    const referenceApis = await apis(materials.map(({ reference }) => reference));
    for (const [i, { kata: { slug } }] of materials.entries()) {
      await t.step(
        slug,
        () => assertEquals(stubApis[i], referenceApis[i], "The stub's must be the same"),
      );
    }
  },
);

const ofAll = { slug: "", key: await keyOf(JSON.stringify(materials)) };
const checks: Check[] = [
  { ...ofAll, name: "the examples of the references run", cost: 8, run: examplesFault },
  { ...ofAll, name: "wrong solutions are fit to be read", cost: 10, run: wrongFilesFault },
].map((check) => ({ ...check, key: check.key + check.name }));
for (const { name } of checks) {
  permittedTest({ name, timeout: 60 * minute }, () => requireSound("", name));
}
checks.push(...(await Promise.all(materials.map(scriptChecks))).flat());

permittedTest("README.md shows the curriculum's table", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const table = kataTable(curriculum);
  assertEquals(tableIn(readme, "katas"), table, `README.md must have this table:\n${table}\n`);
});

permittedTest("README.md shows the scripts, and no two have the same name", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const scripts = curriculum.flatMap(({ slug }) => scriptsOf(root, slug));
  assertEquals(scripts.length, new Set(scripts.map(({ name }) => name)).size);
  const table = scriptTable(scripts);
  assertEquals(tableIn(readme, "scripts"), table, `README.md must have this table:\n${table}\n`);
});

permittedTest("every folder of katas and solutions belongs to the curriculum", () => {
  const slugs = curriculum.map(({ slug }) => slug);
  const isOurs = (name: string) => !name.startsWith("_") && !name.includes(".");
  assertEquals(names("katas").filter(isOurs), slugs.toSorted());
  assertEquals(names("solutions").filter(isOurs), slugs.toSorted());
  const scripts = slugs.flatMap((slug) => scriptsOf(root, slug)).map(({ name }) => `${name}.py`);
  const programs = names("solutions/_scripts/python");
  assertEquals(programs.filter((name) => !scripts.includes(name)), [], "These tell no script");
});

/** The checks of a kata's scripts, and of the Python programs that tell the same. */
async function scriptChecks({ kata: { slug }, key, reference }: Material): Promise<Check[]> {
  const scripts = scriptsOf(root, slug);
  if (scripts.length === 0) return [];
  const { facts } = await import(`./_scripts/${slug}.ts`);
  assertEquals(Object.keys(facts).sort(), scripts.map(({ name }) => name), "Each has its facts");
  const common = await keyOf(key, ...textsOf(root, ["solutions/_scripts"], []));
  const check = (name: string, run: Check["run"]) => ({
    slug,
    name,
    key: common + name,
    cost: 5,
    run,
  });
  const programs = python ? names(`solutions/_scripts/python`) : [];
  return scripts.flatMap((script) => {
    const { name, path } = script;
    const own = check(path, () => scriptFault(root, script, reference, facts[name]));
    if (!programs.includes(`${name}.py`)) return [own];
    const program = `solutions/_scripts/python/${name}.py`;
    return [own, check(program, () => pythonFault(root, program, facts[name]))];
  });
}

async function examplesFault(): Promise<string | null> {
  const files = katas.map(({ slug }) => `solutions/${slug}/${slug}.ts`);
  const options = { timeout: 5 * minute, cwd: root, group: true };
  const { code, stdout, stderr } = await runDeno(["test", "-P", "--doc", ...files], options);
  if (code !== 0) return stdout + stderr;
  const without = files.filter((file) =>
    !new RegExp(`running [1-9]\\d* tests? from \\./${RegExp.escape(file)}`).test(stdout)
  );
  return without.length > 0 ? `No example was run of ${without.join(", ")}` : null;
}

/** Types, format and lint of the files that the edits make. */
async function wrongFilesFault(): Promise<string | null> {
  await using folder = await temporaryFolder();
  for (const { kata: { slug }, reference, wrong } of materials) {
    const text = await readJoined(reference);
    for (const one of wrong) {
      try {
        for (const [name, sheet] of separated(`${slug}.ts`, wholeFile(one, text))) {
          folder.put(`${slug}/${one.name}/${name}`, sheet);
        }
      } catch {
        // It is a fault of its own that an edit does not fit.
      }
    }
  }
  const config = `--config=${new URL("deno.json", root).pathname}`;
  for (const command of [["check"], ["fmt", "--check"], ["lint"]]) {
    const options = { timeout: 5 * minute, cwd: root };
    const { code, stdout, stderr } = await runDeno(
      [...command, "--quiet", config, folder.path],
      options,
    );
    if (code !== 0) return stdout + stderr;
  }
  return null;
}

/** The katas that the command names, or all. */
function chosenKatas(): readonly Kata[] {
  const unknown = Deno.args.filter((slug) => !curriculum.some((kata) => kata.slug === slug));
  if (unknown.length > 0) throw new Error(`There is no kata '${unknown[0]}' in the curriculum`);
  if (Deno.args.length === 0) return curriculum;
  return curriculum.filter(({ slug }) => Deno.args.includes(slug));
}

async function materialOf(kata: Kata): Promise<Material> {
  const { slug } = kata;
  const page = await Deno.readTextFile(new URL(`solutions/${slug}/WRONG.md`, root));
  const depends = [
    ...["deno.json", "deno.lock", "katas/_explorer", "katas/_kit", "katas/_std", `katas/${slug}`],
    ...["_shared", slug, ...allBelow(kata)].map((name) => `solutions/${name}`),
  ];
  const leftOut = [`katas/${slug}/${slug}.ts`, `solutions/${slug}/WRONG.md`];
  return {
    kata,
    key: await keyOf(Deno.version.deno, ...textsOf(root, depends, leftOut)),
    reference: new URL(`solutions/${slug}/${slug}.ts`, root),
    stub: await Deno.readTextFile(new URL(`katas/_guide/pristine/${slug}.ts`, root)),
    lesson: await Deno.readTextFile(new URL(`katas/${slug}/README.md`, root)),
    wrong: wrongOn(page),
  };
}

/** The katas on which one builds, and those on which they build. */
function allBelow({ buildsOn }: Kata): string[] {
  return buildsOn.flatMap((slug) => [
    slug,
    ...allBelow(curriculum.find((kata) => kata.slug === slug)!),
  ]);
}

async function proveAll(): Promise<Proof> {
  const memory = new Memory(root);
  try {
    return await prove(materials, checks, memory);
  } finally {
    await memory.save({ all: katas.length === curriculum.length });
  }
}

async function requireSound(slug: string, name: string): Promise<void> {
  const { verdicts } = await proved();
  const verdict = verdicts.find((verdict) => verdict.slug === slug && verdict.name === name);
  assert(verdict, "It was not judged");
  if (verdict.fault !== null) throw new Error(verdict.fault);
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => name).sort();
}

/** Everything that a user sees of each module: names, signatures and doc comments, without places. */
async function apis(files: readonly URL[]): Promise<unknown[]> {
  const paths = files.map(({ href }) => href);
  const doc = new Deno.Command(Deno.execPath(), { args: ["doc", "--json", ...paths], cwd: root });
  const { success, stdout, stderr } = await doc.output();
  assert(success, new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout));
  const hidden = new Set(["location", "filename", "imports", "module_doc"]);
  return paths.map((path) => {
    const text = JSON.stringify(nodes[path], (key, value) => {
      // A part of a reference is the same module in the eyes of a user.
      if (key === "resolution" && /^\.\/\w/.test(value.specifier)) return { kind: "local" };
      return hidden.has(key) ? undefined : value;
    });
    const { symbols } = JSON.parse(text) as { symbols: { name: string }[] };
    // In one file they stand in another order than in a file and its parts.
    return symbols.sort((a, b) => a.name < b.name ? -1 : 1);
  });
}

/** A folder for files that are made from others. */
async function temporaryFolder() {
  const path = await Deno.makeTempDir({ prefix: "proof_" });
  return {
    path,
    put(name: string, text: string): URL {
      const file = join(path, name);
      Deno.mkdirSync(dirname(file), { recursive: true });
      Deno.writeTextFileSync(file, text);
      return pathToFileURL(file) as URL;
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
