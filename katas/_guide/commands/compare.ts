/** The learner's file beside the reference. */
import { sideBySide, unified, wide } from "../text/diff_text.ts";
import { findKata } from "../find.ts";
import { command, exit, type Guide, paths, read, readReference } from "../guide.ts";
import { separated } from "../../_kit/wrong/sheets.ts";
import { standings } from "../progress/progress.ts";
import { codeLines, remarksOf } from "../text/remarks.ts";
import { count, wrapped } from "../text/text.ts";

/** Shows the difference, once the kata was green or if the learner insists. */
export async function compare(
  guide: Guide,
  kata: string,
  { spoil = false } = {},
): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  if (!spoil && !await wasGreen(guide, slug)) return refuse(guide, "compare", slug);
  guide.screen.write(`${await compareText(guide, slug)}\n`);
  return exit.green;
}

/** Whether the kata is done, or was before its file was changed. */
export async function wasGreen(guide: Guide, slug: string): Promise<boolean> {
  const { state } = (await standings(guide)).get(slug)!;
  return state === "done" || state === "changed";
}

/** Says that this would show an answer. */
export function refuse({ screen }: Guide, name: string, slug: string): number {
  screen.warn(
    `${slug} is not green yet, and this shows answers: solve it with '${command} watch ${slug}', ` +
      `or say '${command} ${name} ${slug} --spoil'.\n`,
  );
  return exit.red;
}

/** The difference, and what to notice. */
export async function compareText(guide: Guide, slug: string): Promise<string> {
  const { width, colours } = guide.screen;
  const yours = { name: paths.stub(slug), text: await read(guide, paths.stub(slug)) };
  const reference = { name: paths.reference(slug), text: await readReference(guide, slug) };
  if (yours.text === reference.text) return "Yours is the reference, word for word.";
  const difference = width >= wide
    ? sideBySide(yours, reference, width, colours)
    : unified(yours, reference, colours);
  return `${difference}\n\n${notable(guide, slug, yours.text, reference.text)}`;
}

function notable({ screen }: Guide, slug: string, yours: string, reference: string): string {
  const item = (text: string) => `- ${wrapped(text, screen.width, "  ")}`;
  const sizes = `Yours has ${count(codeLines(yours), "line")} of code, the reference ${
    codeLines(reference)
  }.`;
  const remarks = [...separated("The reference", reference)].flatMap(([name, text]) =>
    remarksOf(text).map(({ line, text }) => item(`${name} at line ${line}: ${text}`))
  );
  const more = `Answers that look right and are not: ${command} why ${slug}`;
  return [screen.colours.bold("What to notice"), item(sizes), ...remarks, item(more)].join("\n");
}
