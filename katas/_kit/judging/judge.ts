/** Judging one suite against any implementation. */
import { XMLParser } from "fast-xml-parser";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Ended, runDeno } from "./process_group.ts";
import { isLastTest } from "../suite/last.ts";
import { importMapFlag } from "../suite/program.ts";

/** How one test of a suite ended. */
export interface TestResult {
  name: string;
  outcome: "passed" | "failed" | "ignored";
  /** What a failed test said. */
  message: string;
  /** What a passed test proved, in its own words. */
  proved?: string[];
}

/** What the suite says of an implementation. */
export interface Judgement {
  verdict: "passed" | "failed" | "did not compile" | "timed out";
  tests: TestResult[];
  /** What the run printed. */
  output: string;
}

/** How to judge. */
export interface JudgeOptions {
  /** Milliseconds after which the run is killed. 60,000 unless given. */
  timeout?: number;
  /** The names of the tests to run; all unless given. */
  only?: readonly string[];
  /** Whether to check the types first. Yes unless given. */
  check?: boolean;
  /** Kills the run when aborted. */
  signal?: AbortSignal;
  /** The folder that holds `deno.json` and `katas`, with a slash at its end. */
  root?: URL;
}

const repository = new URL("../../../", import.meta.url);

/**
 * Runs the suite of a kata with `file` in the place of the kata's own file, in a child process that is
 * killed with all that it started.
 *
 * @throws {Error} If there is no such kata or no such file.
 * @throws The signal's reason if it is aborted.
 */
export async function judge(
  slug: string,
  file: string | URL,
  { timeout = 60_000, only, check = true, signal, root = repository }: JudgeOptions = {},
): Promise<Judgement> {
  const implementation = file instanceof URL ? file : pathToFileURL(file) as URL;
  const suite = new URL(`katas/${slug}/${slug}_test.ts`, root);
  await requireFile(suite, `There is no kata '${slug}'`);
  await requireFile(implementation, "There is no file to judge");
  const folder = await Deno.makeTempDir({ prefix: "kata_" });
  try {
    const map = join(folder, "import_map.json");
    const report = join(folder, "report.xml");
    await writeImportMap(map, root, slug, implementation);
    const mapped = `--import-map=${map}`;
    const run = { timeout, cwd: root, group: true, signal };
    if (check) {
      // `deno test` would check them in each first Worker of a module as well, while a test waits.
      const checked = await runDeno(["check", mapped, `katas/${slug}/${slug}_test.ts`], run);
      if (checked.code !== 0) return judgementOf(checked);
    }
    const ended = await runDeno([
      "test",
      "-P",
      "--no-check",
      mapped,
      `--junit-path=${report}`,
      ...only ? [`--filter=/^(${only.map(RegExp.escape).join("|")})$/`] : [],
      `katas/${slug}`,
      "--",
      importMapFlag(map),
    ], run);
    const tests = await readReport(report);
    return judgementOf(ended, tests?.filter(({ name }) => only?.includes(name) ?? true));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function requireFile(file: URL, problem: string): Promise<void> {
  const info = await Deno.stat(file).catch(() => null);
  if (!info?.isFile) throw new Error(`${problem}: ${fileURLToPath(file)} is not a file`);
}

/** The map is the imports of deno.json, which it replaces, and the one redirection. */
async function writeImportMap(
  map: string,
  root: URL,
  slug: string,
  implementation: URL,
): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries<string>(config.imports ?? {})) {
    imports[name] = target.startsWith(".") ? new URL(target, root).href : target;
  }
  imports[new URL(`katas/${slug}/${slug}.ts`, root).href] = implementation.href;
  await Deno.writeTextFile(map, JSON.stringify({ imports }));
}

async function readReport(file: string): Promise<TestResult[] | undefined> {
  const text = await Deno.readTextFile(file).catch(() => "");
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    trimValues: true,
    isArray: (name) => name === "testsuite" || name === "testcase",
  });
  try {
    const suites: XmlSuite[] = parser.parse(text).testsuites?.testsuite ?? [];
    const cases = suites.flatMap(({ testcase = [] }) => testcase);
    return withoutSteps(cases.map(testResult)).filter(({ name }) => !isLastTest(name));
  } catch {
    return undefined;
  }
}

interface XmlSuite {
  testcase?: XmlCase[];
}

interface XmlCase {
  name: string;
  failure?: { "#text"?: string; message?: string };
  skipped?: unknown;
}

function testResult({ name, failure, skipped }: XmlCase): TestResult {
  if (failure !== undefined) {
    return { name, outcome: "failed", message: failure["#text"] ?? failure.message ?? "" };
  }
  return { name, outcome: skipped !== undefined ? "ignored" : "passed", message: "" };
}

/** A step is reported as a test of its own, below its test's name: what it said goes to that test. */
function withoutSteps(results: TestResult[]): TestResult[] {
  const tests: TestResult[] = [];
  for (const result of results) {
    const test = results.find(({ name }) => result.name.startsWith(`${name} > `));
    if (!test) tests.push(result);
    else if (result.outcome === "failed") test.message += `\n${result.name}: ${result.message}`;
    else (test.proved ??= []).push(result.name.slice(test.name.length + " > ".length));
  }
  return tests;
}

// Not every SyntaxError: JSON.parse throws one as well, at run time, "in promise".
const compileErrors =
  /^error: SyntaxError|Type checking failed|does not provide an export|Module not found|The module's source code could not be parsed|Unable to load/m;

function judgementOf(ended: Ended, tests: TestResult[] = []): Judgement {
  // A test that hangs or dies leaves its line unfinished.
  const output = `${ended.stdout.replace(/(?<=[^\n])$/, "\n")}${ended.stderr}`;
  const verdict = (verdict: Judgement["verdict"], all = tests) => ({ verdict, tests: all, output });
  if (ended.timedOut) return verdict("timed out");
  if (tests.some(({ outcome }) => outcome === "failed")) return verdict("failed");
  if (ended.code === 0 && tests.some(({ outcome }) => outcome === "passed")) {
    return verdict("passed");
  }
  if (tests.length === 0 && compileErrors.test(output)) return verdict("did not compile");
  const message = tests.length === 0 && ended.code === 0
    ? "The run ended before any test had a result"
    : `The run ended with exit code ${ended.code}: ${output.slice(-2_000)}`;
  return verdict("failed", [...tests, { name: "(the whole run)", outcome: "failed", message }]);
}
