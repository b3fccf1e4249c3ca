/** What every command of the guide works with. */
import type { Kata } from "../curriculum.ts";
import { joined } from "../_kit/wrong/sheets.ts";
import type { Screen } from "./terminal/screen.ts";

/** A collection of katas, and the learner in front of it. */
export interface Guide {
  /** The folder that holds `deno.json` and `katas`, with a slash at its end. */
  root: URL;
  /** All katas in their order. */
  katas: readonly Kata[];
  /** Where to write. */
  screen: Screen;
  /** Aborted when the learner wants to go. */
  signal: AbortSignal;
  /** Milliseconds that a suite may take. */
  limit: number;
}

/** How the program ends: green or informational, red, or called in a wrong way. */
export const exit = { green: 0, red: 1, misuse: 2, interrupted: 130 } as const;

/** The command was called in a wrong way. Its message is a sentence that says how to go on. */
export class Misuse extends Error {
  /** `Misuse`. */
  override name = "Misuse";
}

/** The command as the learner types it. */
export const command = "deno task kata";

/** Where the files of a kata lie, seen from the root. */
export const paths = {
  lesson: (slug: string): string => `katas/${slug}/README.md`,
  hints: (slug: string): string => `katas/${slug}/HINTS.md`,
  stub: (slug: string): string => `katas/${slug}/${slug}.ts`,
  suite: (slug: string): string => `katas/${slug}/${slug}_test.ts`,
  reference: (slug: string): string => `solutions/${slug}/${slug}.ts`,
  /** Where the parts of the reference lie as well. */
  referenceFolder: (slug: string): string => `solutions/${slug}/`,
  bench: (slug: string): string => `solutions/${slug}/${slug}_bench.ts`,
  wrong: (slug: string): string => `solutions/${slug}/WRONG.md`,
  /** A wrong solution as a whole file, while somebody works on it. */
  draft: (slug: string, name: string): string => `katas/_guide/drafts/${slug}/${name}.ts`,
  /** The stub as it was before anybody worked on it. */
  pristine: (slug: string): string => `katas/_guide/pristine/${slug}.ts`,
  templates: "katas/_guide/template/",
  progress: "katas/progress.json",
  /** What was set aside. */
  backups: "katas/_guide/backups/",
} as const;

/** The text of a file of the collection. Whatever system wrote it, its lines end with `\n`. */
export async function read(guide: Pick<Guide, "root">, path: string): Promise<string> {
  return (await Deno.readTextFile(new URL(path, guide.root))).replaceAll("\r\n", "\n");
}

/** The text of the reference, with all its parts. */
export function readReference(guide: Pick<Guide, "root">, slug: string): Promise<string> {
  return joined(`${slug}.ts`, (name) => read(guide, paths.referenceFolder(slug) + name));
}

/** The text of a file of the collection, if there is one. */
export async function readIfThere(
  guide: Pick<Guide, "root">,
  path: string,
): Promise<string | null> {
  try {
    return await read(guide, path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
