/** Writing wrong solutions: one is edited as a whole file, and kept as what it changes of the reference. */
import type { Wrong } from "../../../_kit/wrong/page.ts";
import {
  command,
  exit,
  type Guide,
  Misuse,
  paths,
  readIfThere,
  readReference,
} from "../../guide.ts";
import { count, wrapped } from "../../text/text.ts";
import { findKata } from "../../find.ts";
import { wholeOrMerged } from "./earlier.ts";
import { fits, readPage, solutionsOn } from "./pages.ts";
import { takeIn } from "./take_in.ts";

/**
 * Without a name it lists the wrong solutions of a kata. With one it lays that one out as a whole file;
 * called again it takes the file in and removes it.
 */
export async function wrong(
  guide: Guide,
  kata: string,
  name: string | undefined,
): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  const page = await readPage(guide, slug);
  const all = solutionsOn(page, slug);
  if (name === undefined) return await list(guide, slug, all);
  if (!/^[a-z]\w*$/.test(name)) {
    throw new Misuse(
      `'${name}' is no name for a wrong solution: it takes small letters and underscores, ` +
        "as in forgets_to_wake",
    );
  }
  const known = all.find((one) => one.name === name);
  const draft = await readIfThere(guide, paths.draft(slug, name));
  if (draft === null) return await layOut(guide, slug, name, known);
  return await takeIn(guide, { slug, page, name, known, draft });
}

async function list(guide: Guide, slug: string, all: readonly Wrong[]): Promise<number> {
  const { screen } = guide;
  const reference = await readReference(guide, slug);
  screen.write(`${paths.wrong(slug)} has ${count(all.length, "wrong solution")}.\n\n`);
  for (const one of all) {
    const [sentence] = one.bug.match(/^.*?[.!?](?= |$)/) ?? [one.bug];
    const lines = [sentence, ...fits(one, reference) ? [] : ["It no longer fits the reference."]];
    const text = lines.map((line) => `  ${wrapped(line, screen.width, "  ")}\n`).join("");
    screen.write(`${screen.colours.bold(one.name)}\n${text}`);
  }
  const wayOn = `To write one, to change one, or to mend one that does not fit: ` +
    `${command} wrong ${slug} <name>`;
  screen.write(`\n${wrapped(wayOn, screen.width)}\n`);
  return exit.green;
}

async function layOut(
  guide: Guide,
  slug: string,
  name: string,
  known: Wrong | undefined,
): Promise<number> {
  const path = paths.draft(slug, name);
  const { text, merged } = known
    ? await wholeOrMerged(guide, slug, known)
    : { text: await readReference(guide, slug), merged: undefined };
  const file = new URL(path, guide.root);
  await Deno.mkdir(new URL(".", file), { recursive: true });
  await Deno.writeTextFile(file, text);
  const what = merged
    ? `'${name}' no longer fits the reference, so the two were merged` +
      (merged.conflicts > 0
        ? `, with ${count(merged.conflicts, "conflict")} for you to solve.`
        : "; look whether it is still what it was.")
    : known
    ? `It is '${name}' as a whole file.`
    : `It is a copy of the reference: write one bug into it. '${name}' is a new name.`;
  guide.screen.write(`${path}
${wrapped(what, guide.screen.width)}

Then this takes it into ${paths.wrong(slug)}:
  ${command} wrong ${slug} ${name}
`);
  return exit.green;
}
