/** Judging one suite against any implementation. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Ended, runDeno } from "./process_group.ts";
import { importMapFlag } from "../suite/program.ts";
import { writeImportMap } from "./import_map.ts";
import { readReport, type TestResult } from "./junit.ts";

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
  /** How wide the screen is on which its messages will be shown. */
  columns?: number;
  /** The folder that holds `deno.json` and `katas`, with a slash at its end. */
  root?: URL;
}

/** The folder of this repository. */
export const repository: URL = new URL("../../../", import.meta.url);

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
  { timeout = 60_000, only, check = true, signal, columns, root = repository }: JudgeOptions = {},
): Promise<Judgement> {
  const implementation = file instanceof URL ? file : pathToFileURL(file) as URL;
  const suite = new URL(`katas/${slug}/${slug}_test.ts`, root);
  await requireFile(suite, `There is no kata '${slug}'`);
  await requireFile(implementation, "There is no file to judge");
  const folder = await Deno.makeTempDir({ prefix: "kata_" });
  try {
    const map = join(folder, "import_map.json");
    const report = join(folder, "report.xml");
    const own = new URL(`katas/${slug}/${slug}.ts`, root);
    await writeImportMap(map, root, { [own.href]: implementation.href });
    const mapped = `--import-map=${map}`;
    const run = { timeout, cwd: root, group: true, signal, columns, temporary: folder };
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
