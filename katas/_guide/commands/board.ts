/** The board: which katas there are, and how far the learner is. */
import type { Kata } from "../../curriculum.ts";
import { command, exit, type Guide, paths } from "../guide.ts";
import { boxes, openStepText } from "../text/steps_text.ts";
import { filesText, levelNames } from "../text/kata_text.ts";
import { type Standing, standings, type State } from "../progress/progress.ts";
import { stepsJson } from "../progress/steps.ts";
import type { Screen } from "../terminal/screen.ts";
import { padded, wrapped } from "../text/text.ts";

/** One line of the board. */
export interface Row {
  kata: Kata;
  standing: Standing;
}

const barLength = 24;

/** With fewer columns than that, a story does not stand beside its kata but below it, so far in. */
const leastBeside = 30;
const below = 6;

/** Shows the board, as text or as JSON. Judges nothing. */
export async function board(guide: Guide, { json = false } = {}): Promise<number> {
  const rows = await boardRows(guide);
  const { screen, root } = guide;
  screen.write(json ? `${boardJson(rows)}\n` : `${boardText(rows, root, screen)}\n`);
  return exit.green;
}

/** The katas with how far each one is. */
export async function boardRows(guide: Guide): Promise<Row[]> {
  const known = await standings(guide);
  return guide.katas.map((kata) => ({ kata, standing: known.get(kata.slug)! }));
}

/** The first kata that is not done. */
export function nextRow(rows: readonly Row[]): Row | undefined {
  return rows.find(({ standing }) => standing.state !== "done");
}

/** The board as text. */
export function boardText(rows: readonly Row[], root: URL, screen: Screen): string {
  const next = nextRow(rows);
  const parts = [...new Set(rows.map(({ kata }) => kata.part))];
  const blocks = parts.map((part) => {
    const lines = rows.filter(({ kata }) => kata.part === part)
      .map((row) => rowText(row, row === next, columnsOf(rows), screen));
    return [screen.colours.bold(part), ...lines].join("\n");
  });
  return [heading(rows, screen), ...blocks, wayOn(next, root, screen)].join("\n\n");
}

function heading(rows: readonly Row[], { colours }: Screen): string {
  const done = doneOf(rows);
  const full = Math.floor(done / rows.length * barLength);
  const bar = colours.green("█".repeat(full)) + colours.dim("░".repeat(barLength - full));
  return `${colours.bold("Concurrency katas for Deno")}\n${bar} ${done} of ${rows.length} done`;
}

function doneOf(rows: readonly Row[]): number {
  return rows.filter(({ standing }) => standing.state === "done").length;
}

interface Columns {
  slug: number;
  boxes: number;
}

function columnsOf(rows: readonly Row[]): Columns {
  return {
    slug: Math.max(...rows.map(({ kata }) => kata.slug.length)),
    boxes: Math.max(...rows.map(({ kata }) => boxes(kata, []).length)),
  };
}

function rowText(
  { kata, standing }: Row,
  isNext: boolean,
  columns: Columns,
  screen: Screen,
): string {
  const { bold, cyan } = screen.colours;
  const slug = padded(kata.slug, columns.slug);
  const head = [
    isNext ? cyan("→") : " ",
    stateText(standing.state, screen),
    padded(boxes(kata, standing.steps), columns.boxes),
    isNext ? bold(slug) : slug,
    padded(levelNames[kata.level], 6),
    "",
  ].join("  ");
  const builds = kata.buildsOn.length > 0 ? ` (builds on ${kata.buildsOn.join(", ")})` : "";
  const story = `${kata.title}${builds}`;
  const beside = columns.boxes + columns.slug + 24;
  const hasRoom = screen.width - beside >= leastBeside;
  const indent = " ".repeat(hasRoom ? beside : below);
  return `${hasRoom ? head : `${head.trimEnd()}\n${indent}`}${
    wrapped(story, screen.width, indent)
  }`;
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
  const { kata, standing } = next;
  const { bold } = screen.colours;
  return [
    wrapped(`Next: ${bold(kata.slug)}, ${kata.title}.`, screen.width),
    standing.state === "changed" ? "It was green, and its file was changed after that." : "",
    openStepText(kata, standing.steps, screen),
    filesText(kata.slug, root, screen),
    `  start   ${bold(`${command} watch`)}`,
  ].filter((text) => text !== "").join("\n");
}

function boardJson(rows: readonly Row[]): string {
  const katas = rows.map(({ kata, standing: { state, steps } }) => ({
    slug: kata.slug,
    title: kata.title,
    part: kata.part,
    level: levelNames[kata.level],
    buildsOn: kata.buildsOn,
    state,
    steps: stepsJson(kata, steps),
    lesson: paths.lesson(kata.slug),
    stub: paths.stub(kata.slug),
  }));
  return JSON.stringify(
    { done: doneOf(rows), total: rows.length, next: nextRow(rows)?.kata.slug ?? null, katas },
    null,
    2,
  );
}
