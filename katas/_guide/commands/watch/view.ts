/** What `watch` shows. */
import type { Kata } from "../../../curriculum.ts";
import { paths } from "../../guide.ts";
import type { Screen } from "../../terminal/screen.ts";
import { kataText } from "../../text/kata_text.ts";
import { report } from "../../text/report.ts";
import { pagesIn, rowsOf, seconds, wrapped } from "../../text/text.ts";
import { isGreen, type WatchState } from "./state.ts";

/** Where and about what to draw. */
export interface Place {
  kata: Kata;
  root: URL;
  screen: Screen;
}

/** So many rows a page has on the smallest terminal. */
const fewestOnPage = 6;

/** Everything but the last line. */
export function watchText(state: WatchState, place: Place): string {
  const pages = pagesOf(state, place);
  const page = Math.min(state.page, pages.length - 1);
  return joined([
    kataText(place.kata, place.root, place.screen),
    pages[page],
    ...below(state, place, page, pages.length),
  ]);
}

/** The panel, in pages that have room on the terminal: what stands above and below stays in sight. */
export function pagesOf(state: WatchState, place: Place): string[] {
  const { kata, root, screen } = place;
  const text = panelText(state, place);
  const around = joined([kataText(kata, root, screen), "", ...below(state, place, 0, 2)]);
  const rows = screen.height - rowsOf(around, screen.width) - 4;
  return pagesIn(text, screen.width, Math.max(fewestOnPage, rows));
}

/** The last line: what is going on. */
export function statusText(state: WatchState, elapsed: number, limit: number): string {
  if (state.isAsking) return "y puts it back, any other key does not: ";
  if (state.isJudging) return `Judging: ${seconds(elapsed)} of at most ${seconds(limit)}`;
  if (isGreen(state)) return "Green: n goes on to the next kata, c compares with the reference.";
  return `Waiting for the next save of ${paths.stub(state.slug)}`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function panelText(state: WatchState, { root, screen }: Place): string {
  const { panel, text, run, isJudging, problem } = state;
  if (panel === "text") return text;
  if (problem) return wrapped(problem, screen.width);
  if (!run) return "";
  const before = isJudging ? `${screen.colours.dim("Before this save:")}\n` : "";
  return before + report(run, { root, screen, all: panel === "all" });
}

function below(state: WatchState, { screen }: Place, page: number, pages: number): string[] {
  return [noticeText(state, screen), keysText(state, screen, page, pages)];
}

function noticeText({ notice, isAsking, slug }: WatchState, { colours, width }: Screen): string {
  const text = isAsking
    ? `Put the empty stub in the place of ${paths.stub(slug)}? A backup is kept.`
    : notice;
  return text && colours.yellow(wrapped(text, width));
}

function keysText(
  state: WatchState,
  { colours, width }: Screen,
  page: number,
  pages: number,
): string {
  if (!state.hasKeys) return "";
  const keys: Record<string, string> = {
    ...isGreen(state) ? { n: "next", c: "compare" } : { h: "hint", a: "all failures" },
    l: "board",
    e: "edit",
    r: "reset",
    q: "quit",
  };
  if (state.panel === "all") keys.a = "first failure";
  if (state.panel !== "first" || pages > 1) {
    keys.space = page + 1 < pages ? `more (${page + 1} of ${pages})` : "back";
  }
  const shown = Object.entries(keys).map(([key, does]) => `${colours.bold(key)} ${does}`);
  return wrapped(shown.join("   "), width);
}
