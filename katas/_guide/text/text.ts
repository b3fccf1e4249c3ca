/** Texts that fit their place. */
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** No line of prose is wider, however wide the terminal is. */
const widest = 92;

/** Breaks prose at words; further lines begin with `indent`. */
export function wrapped(text: string, width: number, indent = ""): string {
  const columns = Math.max(20, Math.min(width, widest) - stringWidth(indent));
  return wrapAnsi(text, columns, { hard: true }).replaceAll("\n", `\n${indent}`);
}

/** Fills a text up to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Cuts a text off after so many columns, and says so. */
export function cut(text: string, columns: number): string {
  if (text.length <= columns && stringWidth(text) <= columns) return text;
  let shorter = "";
  let width = 0;
  for (const character of text) {
    width += stringWidth(character);
    if (width > columns - 1) break;
    shorter += character;
  }
  return `${shorter}…`;
}

/** How many rows of a terminal a text takes: long lines take several. */
export function rowsOf(text: string, width: number): number {
  const rows = text.split("\n").map((line) => Math.max(1, Math.ceil(stringWidth(line) / width)));
  return rows.reduce((sum, row) => sum + row);
}

/** The text in pages of so many rows of a terminal. No line is cut in two. */
export function pagesIn(text: string, width: number, rows: number): string[] {
  const pages: string[][] = [[]];
  let left = rows;
  for (const line of text.split("\n")) {
    left -= rowsOf(line, width);
    if (left < 0 && pages.at(-1)!.length > 0) {
      pages.push([]);
      left = rows - rowsOf(line, width);
    }
    pages.at(-1)!.push(line);
  }
  return pages.map((lines) => lines.join("\n"));
}

/** So many milliseconds in seconds: `3 s`. */
export function seconds(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1_000)} s`;
}

/** `1 test`, `2 tests`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
