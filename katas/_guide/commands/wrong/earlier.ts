/** Wrong solutions whose edits fit an earlier reference, and no more the one that stands there now. */
import { wholeFile, type Wrong } from "../../../_kit/wrong/page.ts";
import { git } from "../../git.ts";
import { type Guide, Misuse, paths, readReference } from "../../guide.ts";
import { joined } from "../../../_kit/wrong/sheets.ts";

/** A wrong solution as a whole file. */
export interface Whole {
  text: string;
  /** Whether it had to be merged with what was changed of the reference, and how many places are open. */
  merged?: { conflicts: number };
}

/**
 * The wrong solution as a whole file. If the reference was changed under it, it is made of the youngest
 * reference that it fits, and the change of the reference is merged into it.
 *
 * @throws {Misuse} If it fits none.
 */
export async function wholeOrMerged(guide: Guide, slug: string, one: Wrong): Promise<Whole> {
  const reference = await readReference(guide, slug);
  const text = wholeOrProblem(one, reference);
  if (typeof text === "string") return { text };
  const earlier = await youngestFitting(guide, slug, one);
  if (!earlier) throw new Misuse(`${paths.wrong(slug)}: ${text.message}`);
  return await merged(guide, reference, earlier.reference, earlier.text, one.name);
}

function wholeOrProblem(one: Wrong, reference: string): string | Error {
  try {
    return wholeFile(one, reference);
  } catch (error) {
    return error as Error;
  }
}

async function youngestFitting(
  guide: Guide,
  slug: string,
  one: Wrong,
): Promise<{ reference: string; text: string } | null> {
  const folder = paths.referenceFolder(slug);
  const commits = await git(guide, "log", "--format=%H", "--", folder) ?? "";
  for (const commit of commits.split("\n").filter((line) => line !== "")) {
    const show = async (name: string) =>
      await git(guide, "show", `${commit}:./${folder}${name}`) ?? "";
    const reference = await joined(`${slug}.ts`, show);
    const text = wholeOrProblem(one, reference);
    if (typeof text === "string") return { reference, text };
  }
  return null;
}

async function merged(
  guide: Guide,
  now: string,
  then: string,
  wrong: string,
  name: string,
): Promise<Whole> {
  const folder = await Deno.makeTempDir({ prefix: "merge_" });
  try {
    const files = await Promise.all([now, then, wrong].map(async (text, i) => {
      await Deno.writeTextFile(`${folder}/${i}`, text);
      return `${folder}/${i}`;
    }));
    const labels = ["the reference now", "the reference then", name].flatMap((at) => ["-L", at]);
    const text = await git(guide, "merge-file", "-p", ...labels, ...files);
    if (text === null) throw new Misuse("git cannot merge the files");
    return { text, merged: { conflicts: text.match(conflict)?.length ?? 0 } };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The line with which git begins a place that it could not merge. */
export const conflict = /^<{7} /gm;
