/** The tables that README.md shows. */
import type { Kata } from "../curriculum.ts";
import type { Script } from "./scripts/scripts.ts";

/** The table of katas as Markdown. */
export function kataTable(katas: readonly Kata[]): string {
  return tableOf(
    ["kata", "story", "part", "level", "builds on"],
    katas.map(({ slug, title, part, level, buildsOn }) => [
      `[${slug}](katas/${slug}/README.md)`,
      title,
      part,
      "★".repeat(level),
      buildsOn.join(", ") || "–",
    ]),
  );
}

/** The table of scripts as Markdown. */
export function scriptTable(scripts: readonly Script[]): string {
  return tableOf(
    ["kata", "script", "the tutorial's program"],
    scripts.map(({ slug, name, path, story }) => [slug, `[${name}](${path})`, story]),
  );
}

function tableOf(head: readonly string[], rows: readonly string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/**
 * The table that stands in a README between the two marks of this name, without the formatter's padding.
 *
 * @throws {Error} If the marks are missing.
 */
export function tableIn(readme: string, name: string): string {
  const [head, foot] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = readme.indexOf(head);
  const to = readme.indexOf(foot);
  if (from < 0 || to < from) throw new Error(`README.md has no table between ${head} and ${foot}`);
  return readme.slice(from + head.length, to).trim()
    .replace(/ +/g, " ").replace(/(?<=\| )-+(?= \|)/g, "---");
}
