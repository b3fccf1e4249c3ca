/** What a judgement says, as text. */
import type { TestResult } from "../_kit/judging/junit.ts";
import { stripVTControlCharacters } from "node:util";
import type { Run } from "./judging.ts";
import type { Screen } from "./screen.ts";
import { count, cut, rowsOf, wrapped } from "./text.ts";

/** So many rows of one message are shown. */
const mostRows = 60;

/** So many rows of what the code printed are shown. */
const mostPrinted = 12;

/** So many columns of one line are shown. */
const longestLine = 300;

/** What a report needs to know. */
export interface ReportOptions {
  root: URL;
  screen: Screen;
  /** Whether to show every failing test, and not only the first. */
  all?: boolean;
  /** How many rows a message may take. */
  rows?: number;
}

/** The judgement: the first failing test only, or all. */
export function report(run: Run, options: ReportOptions): string {
  const { root, screen, all = false, rows } = options;
  const { verdict, tests, output } = run.judgement;
  if (verdict === "passed") return greenText(run, screen);
  if (verdict === "timed out") return timeText(run, screen);
  if (verdict === "did not compile") {
    const head = `${red(screen)}  The file does not compile.`;
    return `${head}\n\n${shown(compileMessage(output, root, all), run.slug, screen, rows)}`;
  }
  const failed = tests.filter(({ outcome }) => outcome === "failed");
  const texts = (all ? failed : failed.slice(0, 1)).map((test) => failureText(test, run, options));
  return [...texts, ...tests.length > 1 ? [tally(tests, all)] : []].join("\n\n");
}

/** What one failing test says of the code. */
export function failureReport(run: Run, name: string, options: ReportOptions): string {
  const test = run.judgement.tests.find((test) => test.name === name && test.outcome === "failed");
  return test ? failureText(test, run, options) : report(run, options);
}

/** The verdict in a few words, for a line of a list. */
export function verdictText({ judgement, limit }: Run): string {
  const { verdict, tests } = judgement;
  const failed = tests.filter(({ outcome }) => outcome === "failed");
  if (verdict === "passed") return count(passedOf(tests).length, "test");
  if (verdict === "failed") {
    return `${failed.length} of ${tests.length} fail, first: ${failed[0].name}`;
  }
  if (verdict === "did not compile") return "does not compile";
  return `stopped after ${limit / 1_000} s: an endless loop or a deadlock?`;
}

/** The first failing test. */
export function firstFailure({ judgement }: Run): TestResult | undefined {
  return judgement.tests.find(({ outcome }) => outcome === "failed");
}

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

function shown(message: string, slug: string, { width }: Screen, most = mostRows): string {
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

function greenText({ judgement: { tests }, stub, slug }: Run, screen: Screen): string {
  const ignored = tests.filter(({ outcome }) => outcome === "ignored").length;
  const green = screen.colours.bold(screen.colours.green("green"));
  const rest = ignored > 0 ? `, ${ignored} ignored` : "";
  const changed = stub === null
    ? `\nThe file was changed while it was judged, so ${slug} is not noted as done: judge it again.`
    : "";
  return `${green}  All ${count(passedOf(tests).length, "test")} of ${slug} pass${rest}.${changed}`;
}

function timeText({ judgement: { output }, limit }: Run, screen: Screen): string {
  const where = whereIn(output);
  const sentence = `Stopped after ${limit / 1_000} s${where}: an endless loop or a deadlock?`;
  return `${red(screen)}  ${screen.colours.bold(wrapped(sentence, screen.width, "     "))}`;
}

/** The test that had begun and not ended when the run ended. */
function whereIn(output: string): string {
  const lines = stripVTControlCharacters(output).split("\n");
  const ended = new Set(lines.map((line) => line.match(/^(\S.*) \.\.\. \S/)?.[1]));
  const begun = lines.map((line) => line.match(/^(\S.*) \.\.\.\s*$/)?.[1]);
  const running = begun.findLast((name) => name && !ended.has(name));
  return running ? ` in '${running}'` : "";
}

function failureText(
  { name, message }: TestResult,
  run: Run,
  { root, screen, rows }: ReportOptions,
): string {
  if (name === wholeRun) return brokenText(message, run, root, screen);
  const printed = printedBy(run.judgement.output, name);
  return [
    `${red(screen)}  ${screen.colours.bold(wrapped(name, screen.width, "     "))}`,
    shown(cleaned(message, root), run.slug, screen, rows),
    ...printed ? [`Your code printed:\n${shown(printed, run.slug, screen, mostPrinted)}`] : [],
  ].join("\n\n");
}

/** What the judge calls a run that ended before its time. */
const wholeRun = "(the whole run)";

function brokenText(message: string, { slug, judgement }: Run, root: URL, screen: Screen): string {
  const [, code, rest] = message.match(/^The run ended with exit code (\d+): (.*)$/s) ?? [];
  const ending = code ? `The run broke off with exit code ${code}` : message;
  const sentence = `${ending}${whereIn(judgement.output)}.`;
  const said = cleaned(rest ?? "", root).replace(/^\S.* \.\.\.$/gm, "").trim();
  return [
    `${red(screen)}  ${screen.colours.bold(wrapped(sentence, screen.width, "     "))}`,
    ...said ? [shown(said, slug, screen)] : [],
  ].join("\n\n");
}

/** What the code printed during a test. */
function printedBy(output: string, name: string): string {
  const text = stripVTControlCharacters(output);
  const from = text.indexOf(`\n${name} ...\n------- output -------\n`);
  if (from < 0) return "";
  const begin = text.indexOf("-------\n", from) + "-------\n".length;
  const end = text.indexOf("\n----- output end -----", begin);
  return text.slice(begin, end < 0 ? undefined : end).trimEnd();
}

function compileMessage(output: string, root: URL, all: boolean): string {
  const parts = stripVTControlCharacters(output).split(/^(?=TS\d+ \[ERROR\])/m);
  const problems = parts.filter((part) => part.startsWith("TS"));
  const some = all ? problems : problems.slice(0, 1);
  const rest = problems.length - some.length;
  const shown = cleaned(some.length > 0 ? some.join("") : parts.join(""), root, { excerpts: true });
  return rest > 0 ? `${shown}\n\nand ${count(rest, "more problem")}` : shown;
}

function tally(tests: readonly TestResult[], all: boolean): string {
  const passed = `${passedOf(tests).length} of ${count(tests.length, "test")} pass.`;
  return all ? passed : `${passed} This is the first that fails: fix it first.`;
}

function passedOf(tests: readonly TestResult[]): TestResult[] {
  return tests.filter(({ outcome }) => outcome === "passed");
}

function red({ colours }: Screen): string {
  return colours.bold(colours.red("red"));
}
