/** The tutorial's programs, run on the learner's own code. */
import { findScript } from "../find.ts";
import { exit, type Guide, paths } from "../guide.ts";
import { placed } from "../../_kit/scripts/place.ts";
import { type Script, scriptsOf } from "../../_kit/scripts/scripts.ts";
import { padded, wrapped } from "../text/text.ts";

/** Runs the script with this name, and returns how it has ended. Without a name it lists all. */
export async function run(
  guide: Guide,
  name: string | undefined,
  args: readonly string[],
  { reference = false } = {},
): Promise<number> {
  const scripts = guide.katas.flatMap(({ slug }) => scriptsOf(guide.root, slug));
  if (name === undefined) return list(guide, scripts);
  const script = findScript(scripts, name);
  if (!reference) return await runFile(guide, new URL(script.path, guide.root), args);
  const file = new URL(paths.reference(script.slug), guide.root);
  await using place = await placed(guide.root, script, file);
  return await runFile(guide, place.script, args, [`--config=${place.config}`]);
}

/** A line for each script, below its kata. */
function list({ screen }: Guide, scripts: readonly Script[]): number {
  const width = Math.max(...scripts.map(({ name }) => name.length));
  const slugs = new Set(scripts.map(({ slug }) => slug));
  const lines = [...slugs].flatMap((slug) => [
    screen.colours.bold(slug),
    ...scripts.filter((script) => script.slug === slug).map(({ name, story }) =>
      `  ${padded(name, width)}  ${wrapped(story, screen.width, " ".repeat(width + 4))}`
    ),
  ]);
  screen.write(`${lines.join("\n")}\n`);
  return exit.green;
}

/** Runs the file at this terminal, until it has ended or Ctrl-C has ended it. */
async function runFile(
  { root, signal }: Guide,
  file: URL,
  args: readonly string[],
  config: readonly string[] = [],
): Promise<number> {
  signal.throwIfAborted();
  const preload = `--preload=${import.meta.resolve("../one_sentence.ts")}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P", "--quiet", ...config, preload, file.href, ...args],
    cwd: root,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const stop = () => end(child);
  signal.addEventListener("abort", stop);
  const { code } = await child.status;
  signal.removeEventListener("abort", stop);
  return signal.aborted ? exit.interrupted : code;
}

function end(child: Deno.ChildProcess): void {
  try {
    child.kill();
  } catch (error) {
    // Ctrl-C reaches the script by the terminal as well, and has ended it.
    if (!(error instanceof TypeError)) throw error;
  }
}
