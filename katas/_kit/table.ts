/** The table of katas that README.md shows. */
import type { Kata } from "../curriculum.ts";

const head = "<!-- katas -->";
const foot = "<!-- /katas -->";

/** The table as Markdown. */
export function kataTable(katas: readonly Kata[]): string {
  const rows = katas.map(({ slug, title, part, level, buildsOn }) =>
    `| [${slug}](katas/${slug}/README.md) | ${title} | ${part} | ${"★".repeat(level)} | ${
      buildsOn.join(", ") || "–"
    } |`
  );
  return [
    "| kata | story | part | level | builds on |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/**
 * The table that stands in a README between its two marks, without the formatter's padding.
 *
 * @throws {Error} If the marks are missing.
 */
export function tableIn(readme: string): string {
  const from = readme.indexOf(head);
  const to = readme.indexOf(foot);
  if (from < 0 || to < from) throw new Error(`README.md has no table between ${head} and ${foot}`);
  return readme.slice(from + head.length, to).trim()
    .replace(/ +/g, " ").replace(/(?<=\| )-+(?= \|)/g, "---");
}
