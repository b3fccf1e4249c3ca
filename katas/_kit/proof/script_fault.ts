/** What a script of a kata has to be for the collection to be sound. */
import { runDeno } from "../judging/process_group.ts";
import { placed } from "../scripts/place.ts";
import type { Script } from "../scripts/scripts.ts";

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
  await using place = await placed(root, script, reference);
  const runsForEver = (await Deno.readTextFile(place.script)).includes("--for");
  const ended = await runDeno([
    ...["run", "-P", "--quiet", `--config=${place.config}`, place.script.href],
    ...runsForEver ? ["--for", "2"] : [],
  ], { timeout: longest, cwd: root, group: true });
  const { code, stdout, stderr, timedOut } = ended;
  const how = timedOut ? "it does not come to its end" : `it ends with exit code ${code}`;
  if (code !== 0) return `${script.path}: ${how}\n${stdout}${stderr}`;
  if (stderr !== "") return `${script.path}: it has printed on stderr\n${stderr}`;
  return deniedFact(script, facts, stdout);
}

/** The first fact that the output denies. */
export function deniedFact({ path }: Script, facts: Facts, output: string): string | null {
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
