/** The board: which katas there are, and how far the learner is. */
import type { Kata } from "../../curriculum.ts";
import { command, exit, type Guide, paths } from "../guide.ts";
import { filesText, levelNames } from "../text/kata_text.ts";
import { type State, states } from "../progress/progress.ts";
import type { Screen } from "../terminal/screen.ts";
import { padded, wrapped } from "../text/text.ts";

/** One line of the board. */
export interface Row extends Kata {
  state: State;
}

const barLength = 24;

/** Shows the board, as text or as JSON. Judges nothing. */
export async function board(guide: Guide, { json = false } = {}): Promise<number> {
  const rows = await boardRows(guide);
  const { screen, root } = guide;
  screen.write(json ? `${boardJson(rows)}\n` : `${boardText(rows, root, screen)}\n`);
  return exit.green;
}

/** The katas with how far each one is. */
export async function boardRows(guide: Guide): Promise<Row[]> {
  const known = await states(guide);
  return guide.katas.map((kata) => ({ ...kata, state: known.get(kata.slug)! }));
}

/** The first kata that is not done. */
export function nextKata<K extends Row>(rows: readonly K[]): K | undefined {
  return rows.find(({ state }) => state !== "done");
}

/** The board as text. */
export function boardText(rows: readonly Row[], root: URL, screen: Screen): string {
  const next = nextKata(rows);
  const parts = [...new Set(rows.map(({ part }) => part))];
  const blocks = parts.map((part) => {
    const lines = rows.filter((row) => row.part === part)
      .map((row) => rowText(row, row === next, columnsOf(rows), screen));
    return [screen.colours.bold(part), ...lines].join("\n");
  });
  return [heading(rows, screen), ...blocks, wayOn(next, root, screen)].join("\n\n");
}

function heading(rows: readonly Row[], { colours }: Screen): string {
  const done = rows.filter(({ state }) => state === "done").length;
  const full = Math.floor(done / rows.length * barLength);
  const bar = colours.green("█".repeat(full)) + colours.dim("░".repeat(barLength - full));
  return `${colours.bold("Concurrency katas for Deno")}\n${bar} ${done} of ${rows.length} done`;
}

interface Columns {
  slug: number;
}

function columnsOf(rows: readonly Row[]): Columns {
  return { slug: Math.max(...rows.map(({ slug }) => slug.length)) };
}

function rowText(row: Row, isNext: boolean, columns: Columns, screen: Screen): string {
  const { bold, cyan } = screen.colours;
  const slug = padded(row.slug, columns.slug);
  const head = [
    isNext ? cyan("→") : " ",
    stateText(row.state, screen),
    isNext ? bold(slug) : slug,
    padded(levelNames[row.level], 6),
    "",
  ].join("  ");
  const builds = row.buildsOn.length > 0 ? ` (builds on ${row.buildsOn.join(", ")})` : "";
  const indent = " ".repeat(columns.slug + 22);
  const story = wrapped(`${row.title}${builds}`, screen.width - indent.length);
  return head + story.replaceAll("\n", `\n${indent}`);
}

function stateText(state: State, { colours }: Screen): string {
  const colour = { done: colours.green, changed: colours.yellow, begun: colours.yellow };
  const text = padded(state, "changed".length);
  return state === "open" ? colours.dim(text) : colour[state](text);
}

function wayOn(next: Row | undefined, root: URL, screen: Screen): string {
  if (!next) {
    const text = `All are done. '${command} why <kata>' shows what you have avoided, ` +
      "and the references are a library: see README.md.";
    return wrapped(text, screen.width);
  }
  const { bold } = screen.colours;
  const changed = next.state === "changed"
    ? "It was green, and its file was changed after that.\n"
    : "";
  return `Next: ${bold(next.slug)}, ${next.title}.\n${changed}` +
    `${filesText(next.slug, root, screen)}\n` +
    `  start   ${bold(`${command} watch`)}`;
}

function boardJson(rows: readonly Row[]): string {
  const katas = rows.map(({ slug, title, part, level, buildsOn, state }) => ({
    slug,
    title,
    part,
    level: levelNames[level],
    buildsOn,
    state,
    lesson: paths.lesson(slug),
    stub: paths.stub(slug),
  }));
  const done = rows.filter(({ state }) => state === "done").length;
  return JSON.stringify(
    { done, total: rows.length, next: nextKata(rows)?.slug ?? null, katas },
    null,
    2,
  );
}
