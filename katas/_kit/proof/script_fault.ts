/** What scripts, and the Python programs that tell the same, have to be for the collection to be sound. */
import { fileURLToPath } from "node:url";
import { runDeno } from "../judging/process_group.ts";
import { placed } from "../scripts/place.ts";
import type { Script } from "../scripts/scripts.ts";
import { unfinishedIn } from "../suite/unfinished_sentence.ts";

/** A function that throws if the lines which a script has printed say otherwise. */
export type Fact = (lines: readonly string[]) => void;

/** What no schedule changes, by sentences that say it. */
export type Facts = Record<string, Fact>;

/** Milliseconds that a script may take. */
const longest = 60_000;

/** Runs a script with a kata's reference, and gives the fact that its output denies, if there is one. */
export async function scriptFault(
  root: URL,
  script: Script,
  reference: URL,
  facts: Facts,
): Promise<string | null> {
  const { code, stdout, stderr, how } = await runScript(root, script, reference);
  if (code !== 0) return `${script.path}: ${how}\n${stdout}${stderr}`;
  if (stderr !== "") return `${script.path}: it has printed on stderr\n${stderr}`;
  return deniedFact(script.path, facts, stdout);
}

/** Runs a script with a kata's stub, and tells if it does not fail by what is not written yet. */
export async function unfinishedFault(
  root: URL,
  script: Script,
  stub: URL,
): Promise<string | null> {
  const { code, stdout, stderr, how } = await runScript(root, script, stub);
  if (code === 1 && unfinishedIn(stderr)) return null;
  return `${script.path}: on the stub ${how}, and must fail by its sentence\n${stdout}${stderr}`;
}

/** Runs a script with this implementation of its kata, and says how it has ended. */
async function runScript(root: URL, script: Script, implementation: URL) {
  await using place = await placed(root, script, implementation);
  const runsForEver = (await Deno.readTextFile(place.script)).includes("--for");
  const ended = await runDeno([
    ...["run", "-P", "--quiet", `--config=${place.config}`, place.script.href],
    ...runsForEver ? ["--for", "2"] : [],
  ], { timeout: longest, cwd: root, group: true });
  const { code, timedOut } = ended;
  const how = timedOut ? "it does not come to its end" : `it ends with exit code ${code}`;
  return { ...ended, how };
}

/** Runs a program of CPython, and gives the fact that its output denies, if there is one. */
export async function pythonFault(root: URL, path: string, facts: Facts): Promise<string | null> {
  // Its output is not kept back: a child that is forked would print what its parent has kept.
  const args = ["-u", fileURLToPath(new URL(path, root))];
  const child = new Deno.Command("python3", { args, stdout: "piped", stderr: "piped" }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), longest);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const [said, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) return `${path}: it ends with exit code ${code}\n${said}${problem}`;
  return deniedFact(path, facts, said);
}

/** Whether there is a `python3`. */
export async function hasPython(): Promise<boolean> {
  const { success } = await new Deno.Command("python3", { args: ["--version"], stdout: "null" })
    .output().catch(() => ({ success: false }));
  return success;
}

/** The first fact that the output denies. */
export function deniedFact(path: string, facts: Facts, output: string): string | null {
  const lines = output.split("\n").slice(0, -1);
  for (const [sentence, fact] of Object.entries(facts)) {
    try {
      fact(lines);
    } catch (error) {
      return `${path}: it must be so that ${sentence}\n${(error as Error).message}\n` +
        `It has printed:\n${output}`;
    }
  }
  return null;
}
