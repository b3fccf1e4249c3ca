/** Many judgements at a glance. */
import type { Kata } from "../../curriculum.ts";
import type { Screen } from "../terminal/screen.ts";
import { boxes } from "./steps_text.ts";
import { padded, seconds } from "./text.ts";

/** One kata while many are judged. */
export interface Cell {
  kata: Kata;
  /** The steps that are known to be green. */
  steps: readonly number[];
  state: "waiting" | "judging" | "green" | "red" | "not begun";
  /** Milliseconds since its judging began. */
  elapsed: number;
}

const stateWidth = "judging 30 s".length;

/** The cells side by side, and a line that counts them. */
export function gridText(cells: readonly Cell[], { width, colours }: Screen): string {
  const slugWidth = Math.max(...cells.map(({ kata }) => kata.slug.length));
  const boxWidth = Math.max(...cells.map(({ kata }) => boxes(kata, []).length));
  const columns = Math.max(1, Math.floor(width / (slugWidth + boxWidth + stateWidth + 6)));
  const rows = Math.ceil(cells.length / columns);
  const lines = Array.from({ length: rows }, (_, row) =>
    cells
      .filter((_, i) => i % rows === row)
      .map((cell) =>
        [
          padded(cell.kata.slug, slugWidth),
          padded(boxes(cell.kata, cell.steps), boxWidth),
          stateText(cell, colours),
        ].join("  ")
      )
      .join("  ").trimEnd());
  return [...lines, countText(cells)].join("\n");
}

function stateText({ state, elapsed }: Cell, colours: Screen["colours"]): string {
  const text = padded(state === "judging" ? `judging ${seconds(elapsed)}` : state, stateWidth);
  if (state === "green") return colours.green(text);
  if (state === "red") return colours.red(text);
  return state === "judging" ? colours.cyan(text) : colours.dim(text);
}

function countText(cells: readonly Cell[]): string {
  const states: Cell["state"][] = ["green", "red", "not begun", "judging", "waiting"];
  return states.flatMap((state) => {
    const number = cells.filter((cell) => cell.state === state).length;
    return number > 0 ? [`${number} ${state}`] : [];
  }).join(", ");
}
