/** What `watch` shows. */
import type { Kata } from "../../../curriculum.ts";
import { paths } from "../../guide.ts";
import { kataText } from "../../text/kata_text.ts";
import { report } from "../../text/report.ts";
import type { Screen } from "../../terminal/screen.ts";
import { seconds, wrapped } from "../../text/text.ts";
import { isGreen, type WatchState } from "./state.ts";

/** Where and about what to draw. */
export interface Place {
  kata: Kata;
  root: URL;
  screen: Screen;
  /** Milliseconds that the suite may take. */
  limit: number;
}

/** So many rows stand around the message of the first failing test. */
const rowsAround = 14;

/** So many rows of it are shown on the smallest terminal. */
const fewestRows = 24;

/** Everything but the last line. */
export function watchText(state: WatchState, place: Place): string {
  const { kata, root, screen } = place;
  const parts = [
    kataText(kata, root, screen),
    panelText(state, place),
    noticeText(state, screen),
    keysText(state, screen),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The last line: what is going on. */
export function statusText(state: WatchState, elapsed: number, limit: number): string {
  if (state.isAsking) {
    return `Put the empty stub in the place of ${paths.stub(state.slug)}? A backup is kept. y/n `;
  }
  if (state.isJudging) return `Judging: ${seconds(elapsed)} of at most ${seconds(limit)}`;
  if (isGreen(state)) return "Green: n goes on to the next kata, c compares with the reference.";
  return `Waiting for the next save of ${paths.stub(state.slug)}`;
}

function panelText(state: WatchState, { root, screen }: Place): string {
  const { panel, text, run, isJudging, problem } = state;
  if (panel === "text") return text;
  if (problem) return wrapped(problem, screen.width);
  if (!run) return "";
  const before = isJudging ? `${screen.colours.dim("Before this save:")}\n` : "";
  // What stands above and below the message must not scroll away.
  const rows = panel === "first" ? Math.max(fewestRows, screen.height - rowsAround) : undefined;
  return before + report(run, { root, screen, all: panel === "all", rows });
}

function noticeText({ notice }: WatchState, { colours, width }: Screen): string {
  return notice && colours.yellow(wrapped(notice, width));
}

function keysText(state: WatchState, { colours, width }: Screen): string {
  if (!state.hasKeys) return "";
  const keys = {
    ...isGreen(state) ? { n: "next", c: "compare" } : { h: "hint", a: "all failures" },
    l: "board",
    e: "edit",
    r: "reset",
    q: "quit",
    ...state.panel === "text" ? { "space": "back" } : {},
  };
  if (state.panel === "all") Object.assign(keys, { a: "first failure" });
  const shown = Object.entries(keys).map(([key, does]) => `${colours.bold(key)} ${does}`);
  return wrapped(shown.join("   "), width);
}
