/** What a kata is, in a few lines. */
import type { Kata } from "../../curriculum.ts";
import { paths } from "../guide.ts";
import { link, type Screen } from "../terminal/screen.ts";
import { wrapped } from "./text.ts";

/** What a level is called. */
export const levelNames = { 1: "easy", 2: "medium", 3: "hard" } as const;

/** The kata's name, level and story, and where its files are. */
export function kataText({ slug, level, title }: Kata, root: URL, screen: Screen): string {
  const head = wrapped(
    `${screen.colours.bold(slug)}, ${levelNames[level]}: ${title}`,
    screen.width,
  );
  return `${head}\n${filesText(slug, root, screen)}`;
}

/** Where the lesson is, and the file that the learner fills in. */
export function filesText(slug: string, root: URL, screen: Screen): string {
  return `  lesson  ${link(paths.lesson(slug), root, screen)}\n` +
    `  yours   ${link(paths.stub(slug), root, screen)}`;
}
