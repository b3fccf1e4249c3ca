/** Two texts and how they differ. */
import { createTwoFilesPatch, diffWordsWithSpace, structuredPatch } from "diff";
import wrapAnsi from "wrap-ansi";
import type { Colours } from "../terminal/colours.ts";
import { padded } from "./text.ts";

/** A file that is compared. */
export interface Side {
  /** What it is called. */
  name: string;
  text: string;
}

/** From so many columns on two files have room side by side. */
export const wide = 120;

const context = 3;

/** The difference as a patch, line by line. */
export function unified(left: Side, right: Side, colours: Colours): string {
  const patch = createTwoFilesPatch(
    left.name,
    right.name,
    left.text,
    right.text,
    undefined,
    undefined,
    { context, headerOptions: undefined },
  );
  return patch.trimEnd().split("\n").filter((line) => !/^=+$/.test(line)).map((line) => {
    if (/^(---|\+\+\+) /.test(line)) return colours.bold(line.trimEnd());
    return line.startsWith("@@") ? colours.cyan(line) : colouredLine(line, colours);
  }).join("\n");
}

/** A line of a patch in its colour. */
export function colouredLine(line: string, colours: Colours): string {
  if (line.startsWith("-")) return colours.red(line);
  return line.startsWith("+") ? colours.green(line) : line;
}

/** The difference in two columns with line numbers; what differs inside of a line is marked. */
export function sideBySide(left: Side, right: Side, width: number, colours: Colours): string {
  const column = Math.floor((width - 3) / 2);
  const { hunks } = structuredPatch("", "", left.text, right.text, "", "", { context });
  const head = line([colours.bold(left.name), colours.bold(right.name)], column, colours);
  const blocks = hunks.map(({ oldStart, newStart, lines }) =>
    pairs(lines, oldStart, newStart)
      .map((pair) => pairText(pair, column, colours))
      .join("\n")
  );
  return [head, ...blocks].join(`\n${colours.dim("─".repeat(column * 2 + 3))}\n`);
}

interface Numbered {
  number: number;
  text: string;
}

interface Pair {
  left?: Numbered;
  right?: Numbered;
  differs: boolean;
}

/** Puts what was taken away beside what came in its place. */
function pairs(lines: readonly string[], oldStart: number, newStart: number): Pair[] {
  const result: Pair[] = [];
  let left = oldStart;
  let right = newStart;
  let removed: Numbered[] = [];
  let added: Numbered[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      result.push({ left: removed[i], right: added[i], differs: true });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    const text = line.slice(1).replaceAll("\t", "  ");
    if (line.startsWith("-")) removed.push({ number: left++, text });
    else if (line.startsWith("+")) added.push({ number: right++, text });
    else if (line.startsWith(" ")) {
      flush();
      const same = { left: { number: left++, text }, right: { number: right++, text } };
      result.push({ ...same, differs: false });
    }
  }
  flush();
  return result;
}

function pairText({ left, right, differs }: Pair, column: number, colours: Colours): string {
  let texts = [left?.text ?? "", right?.text ?? ""];
  if (differs && left && right) texts = markedWords(left.text, right.text, colours);
  else if (differs) texts = [colours.red(texts[0]), colours.green(texts[1])];
  const cells = texts.map((text, i) => {
    const number = (i === 0 ? left : right)?.number ?? "";
    const mark = differs && number ? (i === 0 ? "-" : "+") : " ";
    const [first, ...rest] = wrapAnsi(text, column - 7, { hard: true, trim: false }).split("\n");
    const gutter = colours.dim(String(number).padStart(4));
    return [`${gutter} ${mark} ${first}`, ...rest.map((text) => `       ${text}`)];
  });
  const height = Math.max(cells[0].length, cells[1].length);
  return Array.from(
    { length: height },
    (_, i) => line([cells[0][i] ?? "", cells[1][i] ?? ""], column, colours),
  ).join("\n");
}

function line([left, right]: string[], column: number, colours: Colours): string {
  return `${padded(left, column)} ${colours.dim("│")} ${right}`.trimEnd();
}

/** Both lines in their colours, and what only one of them has in bold. */
function markedWords(left: string, right: string, { red, green, bold }: Colours): string[] {
  const parts = diffWordsWithSpace(left, right);
  const ofSide = (other: "added" | "removed", colour: (text: string) => string) =>
    parts.filter((part) => !part[other])
      .map(({ value, added, removed }) => added || removed ? bold(colour(value)) : colour(value))
      .join("");
  return [ofSide("added", red), ofSide("removed", green)];
}
