/** What tests and compilers say, as the learner needs it. */
import { withoutHung } from "../../_kit/suite/hung.ts";
import { unfinishedIn } from "../../_kit/suite/unfinished_sentence.ts";
import { stripVTControlCharacters } from "node:util";
import type { Screen } from "../terminal/screen.ts";
import { count, cut, rowsOf, wrapped } from "./text.ts";

/** So many rows of one message are shown. */
const mostRows = 60;

/** So many columns of one line are shown. */
const longestLine = 300;

/** The message of a test as the learner needs it: own files by their paths, no machine room. */
export function cleaned(message: string, root: URL, { excerpts = false } = {}): string {
  const lines = stripVTControlCharacters(message).replaceAll(root.href, "").split("\n");
  return lines
    .filter((line, i) =>
      (excerpts || !isExcerpt(lines, i)) && !noise.some((pattern) => pattern.test(line))
    )
    .join("\n")
    .replace(/^(ScheduleError|AssertionError|Error): /, "")
    .replace(/^error: (\(in promise\) )?/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Lines that say nothing about the learner's code. */
const noise = [
  /^\s+at .*(katas\/_|\w+:\/\/|ext:|node:|npm:)/,
  /^Stack backtrace:$/,
  /^ +\d+: <unknown>$/,
  /^error: (Test failed|Type checking failed\.)$/,
  /^Found \d+ errors\.$/,
  /^\s*(info|hint): /,
  /^ (ERRORS|FAILURES) $/,
  /^(Check|Download|Warning) /,
  /^(FAILED|ok) \| /,
  /^running \d+ tests? from | \.\.\. (ok|FAILED|ignored) /,
  /\(uncaught error\)$|^Uncaught error from /,
  /^This error was not caught from a test|^It most likely originated from/,
];

/** A line of source above its caret: the place below it says enough. */
function isExcerpt(lines: readonly string[], i: number): boolean {
  const isCaret = (line = "") => /^\s*\^\s*$/.test(line);
  const isPlace = (line = "") => /^\s+at /.test(line);
  return isCaret(lines[i]) && isPlace(lines[i + 1]) ||
    isCaret(lines[i + 1]) && isPlace(lines[i + 2]);
}

/** The message in its place: broken at words, and not too long. */
export function shown(message: string, slug: string, { width }: Screen, most = mostRows): string {
  const lines = message.split("\n");
  const some: string[] = [];
  let rows = 0;
  for (const line of lines) {
    const text = fitted(cut(line, longestLine), width);
    rows += rowsOf(text, width);
    if (rows > most) break;
    some.push(text);
  }
  const left = lines.length - some.length;
  if (left > 0) some.push(`... ${count(left, "line")} more: deno test -P katas/${slug} shows them`);
  return some.join("\n");
}

/** Prose is broken at words. Tables and code are left as they are. */
function fitted(line: string, width: number): string {
  return /^\s|\S {2,}\S|[{};]$|^See it again/.test(line) ? line : wrapped(line, width);
}

/** What the code printed during a test. */
export function printedBy(output: string, name: string): string {
  const text = stripVTControlCharacters(output);
  const from = text.indexOf(`\n${name} ...\n------- output -------\n`);
  if (from < 0) return "";
  const begin = text.indexOf("-------\n", from) + "-------\n".length;
  const end = text.indexOf("\n----- output end -----", begin);
  return withoutHung(text.slice(begin, end < 0 ? undefined : end), name).trimEnd();
}

/** The first problem of a file that does not compile, or all. */
export function compileMessage(output: string, root: URL, all: boolean): string {
  const parts = stripVTControlCharacters(output).split(/^(?=TS\d+ \[ERROR\])/m);
  const problems = parts.filter((part) => part.startsWith("TS"));
  const some = all ? problems : problems.slice(0, 1);
  const rest = problems.length - some.length;
  const shown = cleaned(some.length > 0 ? some.join("") : parts.join(""), root, { excerpts: true });
  return rest > 0 ? `${shown}\n\nand ${count(rest, "more problem")}` : shown;
}

/** The part of the stub that a failed test has found not to be written yet. */
export function unfinishedPart(message: string): string | undefined {
  return unfinishedIn(message)?.split(" is not implemented yet: ")[0];
}
