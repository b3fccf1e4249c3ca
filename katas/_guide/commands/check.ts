/** Judges many katas at once. */
import { onAllCores } from "../../_kit/judging/on_all_cores.ts";
import { findKata } from "../find.ts";
import { exit, type Guide, Misuse } from "../guide.ts";
import { type Cell, gridText } from "../text/grid.ts";
import { judgeStub, type Run } from "../progress/judging.ts";
import { forget, isUntouched, standings } from "../progress/progress.ts";
import { stepsJson } from "../progress/steps.ts";
import { firstFailure, verdictText } from "../text/report.ts";
import { eraseLines } from "../terminal/screen.ts";
import { boxes } from "../text/steps_text.ts";
import { padded } from "../text/text.ts";

interface Item extends Cell {
  start: number;
  run?: Run;
  /** Why there is no run. */
  problem?: string;
}

/** How often the grid is drawn, in milliseconds. */
const frame = 250;

/**
 * Judges the katas with these names, or all, on all cores. Of all, those that nobody has begun are not
 * judged: an empty stub is red.
 */
export async function check(
  guide: Guide,
  slugs: readonly string[],
  { json = false } = {},
): Promise<number> {
  const katas = slugs.length > 0
    ? [...new Set(slugs.map((slug) => findKata(guide.katas, slug)))]
    : guide.katas;
  const known = await standings(guide);
  const items: Item[] = katas.map((kata) => {
    const { steps } = known.get(kata.slug)!;
    return { kata, steps, state: "waiting", elapsed: 0, start: 0 };
  });
  const problem = slugs.length === 0 ? await leaveOutUntouched(guide, items) : "";
  await whileDrawing(guide, items, json, () => judgeAll(guide, items));
  guide.screen.write(`${json ? asJson(items) : summary(items, problem, guide)}\n`);
  return items.every(({ state }) => state === "green") ? exit.green : exit.red;
}

/** Whatever was green in their place before is forgotten. */
async function leaveOutUntouched(guide: Guide, items: Item[]): Promise<string> {
  await Promise.all(items.map(async (item) => {
    if (await isUntouched(guide, item.kata.slug)) item.state = "not begun";
  }));
  const untouched = items.filter(({ state }) => state === "not begun");
  return await forget(guide, ...untouched.map(({ kata }) => kata.slug));
}

async function judgeAll(guide: Guide, items: Item[]): Promise<void> {
  await onAllCores(items.filter(({ state }) => state === "waiting"), async (item) => {
    await judgeOne(guide, item);
    if (!guide.screen.live) guide.screen.warn(`${item.kata.slug}: ${item.state}\n`);
  });
}

async function judgeOne(guide: Guide, item: Item): Promise<void> {
  item.state = "judging";
  item.start = performance.now();
  try {
    item.run = await judgeStub(guide, item.kata.slug);
    item.steps = item.run.steps;
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    item.problem = error.message;
  }
  item.elapsed = performance.now() - item.start;
  item.state = item.run?.judgement.verdict === "passed" ? "green" : "red";
}

/** Draws the grid again and again on a terminal, and takes it back at the end. */
async function whileDrawing(
  { screen }: Guide,
  items: Item[],
  json: boolean,
  work: () => Promise<void>,
): Promise<void> {
  if (!screen.live || json) return await work();
  let lines = 0;
  const draw = () => {
    for (const item of items) {
      if (item.state === "judging") item.elapsed = performance.now() - item.start;
    }
    const grid = gridText(items, screen).split("\n").slice(-(screen.height - 1));
    screen.write(eraseLines(lines) + grid.join("\n"));
    lines = grid.length - 1;
  };
  draw();
  const timer = setInterval(draw, frame);
  try {
    await work();
  } finally {
    clearInterval(timer);
    screen.write(eraseLines(lines));
  }
}

function summary(items: readonly Item[], problem: string, { screen }: Guide): string {
  const width = Math.max(...items.map(({ kata }) => kata.slug.length));
  const boxWidth = Math.max(...items.map(({ kata }) => boxes(kata, []).length));
  const colour = { green: screen.colours.green, red: screen.colours.red };
  const lines = items.map(({ kata, steps, state, run, problem = "" }) => {
    const word = padded(state, "not begun".length);
    const shown = state === "green" || state === "red" ? colour[state](word) : word;
    const columns = [
      padded(kata.slug, width),
      padded(boxes(kata, steps), boxWidth),
      shown,
      run ? verdictText(run) : problem,
    ];
    return columns.join("  ").trimEnd();
  });
  const unnoted = items.find(({ run }) => run?.unnoted)?.run?.unnoted ?? problem;
  const green = items.filter(({ state }) => state === "green").length;
  const count = `${green} of ${items.length} green`;
  return [lines.join("\n"), count, ...unnoted ? [unnoted] : []].join("\n\n");
}

function asJson(items: readonly Item[]): string {
  const katas = items.map((item) => ({
    slug: item.kata.slug,
    state: item.state,
    steps: stepsJson(item.kata, item.steps),
    verdict: item.run?.judgement.verdict ?? null,
    milliseconds: item.run ? Math.round(item.run.milliseconds) : null,
    tests: item.run?.judgement.tests.length ?? null,
    problem: item.problem ?? null,
    firstFailure: item.run ? failureOf(item.run) : null,
  }));
  const number = (state: Cell["state"]) => items.filter((item) => item.state === state).length;
  return JSON.stringify(
    { green: number("green"), red: number("red"), notBegun: number("not begun"), katas },
    null,
    2,
  );
}

function failureOf(run: Run): { name: string; message: string } | null {
  const failure = firstFailure(run);
  return failure ? { name: failure.name, message: failure.message } : null;
}
