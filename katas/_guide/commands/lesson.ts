/** The texts of a kata: its lesson and its hints. */
import { findKata } from "../find.ts";
import { command, exit, type Guide, Misuse, paths, read } from "../guide.ts";
import { noteHints } from "../progress/progress.ts";
import { readProgress } from "../progress/progress_file.ts";
import { plainText } from "../text/markdown.ts";

/** How many hints each kata has. */
export const hintCount = 3;

/** Shows the lesson of a kata, or how to read a schedule. */
export async function lesson(guide: Guide, kata: string): Promise<number> {
  const text = kata === "schedules"
    ? sectionOf(await read(guide, "README.md"), "Read a schedule")
    : await read(guide, paths.lesson(findKata(guide.katas, kata).slug));
  guide.screen.write(`${plainText(text, guide.screen)}\n`);
  return exit.green;
}

/** Shows the hint with this number, or the one after the last that was shown. */
export async function hint(guide: Guide, kata: string, level?: string): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  if (level !== undefined && !/^[1-3]$/.test(level)) {
    throw new Misuse(`There is no hint '${level}': each kata has the hints 1, 2 and 3`);
  }
  const shown = (await readProgress(guide))[slug]?.hints ?? 0;
  const number = Number(level ?? Math.min(shown + 1, hintCount));
  const isNoted = await noteHints(guide, slug, number) === "";
  const more = number < hintCount
    ? `The next hint tells more: ${command} hint ${slug}${isNoted ? "" : ` ${number + 1}`}`
    : `That was the last one. A right answer: ${command} compare ${slug} --spoil`;
  guide.screen.write(`${await hintText(guide, slug, number)}\n\n${more}\n`);
  return exit.green;
}

/** One hint as text. */
export async function hintText(guide: Guide, slug: string, level: number): Promise<string> {
  const hints = hintsOf(await read(guide, paths.hints(slug)));
  const { title, body } = hints[level - 1];
  const head = guide.screen.colours.bold(`Hint ${level} of ${hints.length}: ${title}`);
  return `${head}\n\n${plainText(body, guide.screen)}`;
}

/** A section of a Markdown text, with its heading. */
function sectionOf(markdown: string, heading: string): string {
  return markdown.split(/^(?=## )/m).find((section) => section.startsWith(`## ${heading}\n`))!;
}

/** The hints of a HINTS.md. */
export function hintsOf(markdown: string): { title: string; body: string }[] {
  const pattern = /<details>\s*<summary>(.*?)<\/summary>(.*?)<\/details>/gs;
  return [...markdown.matchAll(pattern)].map(([, title, body]) => ({
    title: title.trim(),
    body: body.trim(),
  }));
}
