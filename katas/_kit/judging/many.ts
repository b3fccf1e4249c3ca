/**
 * Judging many implementations of a kata in one isolate: to start Deno and to load the modules of a suite
 * costs more than most tests. Each implementation has a folder of its own, with the suite and its fixtures
 * beside it, so that Workers and programs get the right one as well.
 */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { patienceFlag } from "../suite/patience.ts";
import { layOut } from "../wrong/sheets.ts";
import { writeConfig } from "./import_map.ts";
import { type Copy, ownName } from "./in_one_isolate.ts";
import { repository } from "./judge.ts";
import { readReport, type TestResult } from "./junit.ts";
import { runDeno } from "./process_group.ts";

/** One of many implementations. */
export interface Candidate {
  /** A name that no other one has. */
  name: string;
  /** The text of its file, and of the parts of that. */
  source: string;
  /** The names of the tests to run, or the last step whose tests are to be run. */
  only: readonly string[] | number;
}

/** How to judge many. */
export interface ManyOptions {
  /** Milliseconds that a suite waits for what should happen. */
  patience: number;
  /** The folder that holds `deno.json` and `katas`, with a slash at its end. */
  root?: URL;
}

/**
 * The tests of each candidate that came to a result, by its name. What one of them does can end the whole
 * run, so that others have no result.
 */
export async function judgeMany(
  slug: string,
  candidates: readonly Candidate[],
  { patience, root = repository }: ManyOptions,
): Promise<Map<string, TestResult[]>> {
  const folder = await Deno.makeTempDir({ prefix: "katas_" });
  try {
    const suites = await Promise.all(
      candidates.map((candidate) => layBeside(slug, candidate, folder, root)),
    );
    const config = join(folder, "deno.json");
    await writeConfig(config, root, kitFor(suites, root));
    // A copy, since Deno writes into it where the packages of _std are.
    await cp(new URL("deno.lock", root), join(folder, "deno.lock"));
    const report = join(folder, "report.xml");
    const entry = join(folder, "many_test.ts");
    const explores = (await Deno.readTextFile(suites[0])).includes("_kit/exploring.ts");
    const copies = candidates.map(({ name, only }, i) => {
      return { name, only, suite: suites[i].href, explores };
    });
    await Deno.writeTextFile(entry, entryText(copies, patience));
    await runDeno([
      "test",
      "-P",
      "--no-check",
      `--config=${config}`,
      `--junit-path=${report}`,
      entry,
      "--",
      patienceFlag(patience),
    ], {
      timeout: 60_000 + candidates.length * 4 * patience,
      cwd: root,
      group: true,
      temporary: folder,
    });
    return byCandidate(candidates, await readReport(report) ?? []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lays the candidate beside a copy of the suite, and returns where the suite is. */
async function layBeside(
  slug: string,
  { name, source }: Candidate,
  folder: string,
  root: URL,
): Promise<URL> {
  const kata = join(folder, name, "katas", slug);
  await mkdir(kata, { recursive: true });
  const from = new URL(`katas/${slug}/`, root);
  for await (const { name } of Deno.readDir(from)) {
    if (name === "fixtures" || name.endsWith("_test.ts")) {
      await cp(new URL(name, from), join(kata, name), { recursive: true });
    }
  }
  await layOut(kata, `${slug}.ts`, source);
  return pathToFileURL(join(kata, `${slug}_test.ts`)) as URL;
}

/** The suites import the kit by its place beside them: all of them get the one kit. */
function kitFor(suites: readonly URL[], root: URL): Record<string, string> {
  return Object.fromEntries(suites.map((suite) => [
    new URL("../_kit/", suite).href,
    new URL("katas/_kit/", root).href,
  ]));
}

function entryText(copies: readonly Copy[], patience: number): string {
  const register = import.meta.resolve("./in_one_isolate.ts");
  return `import { registerAll } from ${JSON.stringify(register)};\n` +
    `await registerAll(${JSON.stringify(copies)}, ${patience});\n`;
}

function byCandidate(
  candidates: readonly Candidate[],
  results: readonly TestResult[],
): Map<string, TestResult[]> {
  return new Map(candidates.map(({ name }) => {
    const mark = ownName(name, "");
    const own = results.filter((test) => test.name.startsWith(mark));
    return [name, own.map((test) => ({ ...test, name: test.name.slice(mark.length) }))];
  }));
}
