/** A failing schedule as a table, one column a thread. */
import { styleText } from "node:util";
import type { Fault } from "../machine/fault.ts";
import type { Operation } from "../threads/operation.ts";
import type { Step } from "./trace.ts";

/** How wide a table is where nobody knows how wide the screen is. */
const usualWidth = 100;

/** What a report is about. */
export interface Report {
  fault: Fault;
  diagnosis: string;
  steps: readonly Step[];
  names: readonly string[];
  schedule: string;
  /** `Shortest schedule: 6 steps, 2 switches (66 states searched)`. */
  headline: string;
  /** The command that runs this test alone. */
  command: string;
}

/** The report as text. */
export function formatReport(report: Report): string {
  const { fault, diagnosis, steps, names, schedule, headline, command } = report;
  return [
    inRed(fault.verdict),
    ...details(fault.cause),
    headline,
    "",
    ...(steps.length > 0 ? [...table(steps, names), ""] : []),
    ...(fault.kind === "order" ? [...drawnCalls(steps, names), ""] : []),
    ...(diagnosis ? [diagnosis] : []),
    `See it again: ${command} -- --schedule '${schedule}'`,
  ].join("\n");
}

function inRed(text: string): string {
  const isTerminal = typeof Deno !== "undefined" && Deno.stderr.isTerminal() && !Deno.noColor;
  return isTerminal ? styleText("red", text, { validateStream: false }) : text;
}

/** What else an error says, and the lines of the program's own code that it came from. */
export function details(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  const rest = cause.message.trimStart().split("\n").slice(1).filter((line) => line.trim());
  const frames = (cause.stack ?? "").split("\n")
    .filter((line) => /^ {4}at /.test(line) && !foreignFrame.test(line)).slice(0, 5);
  return [...rest, ...frames];
}

const foreignFrame = /\/_explorer\/(?!\w+_test)|\b(ext|node|npm):|\/npm\/|<anonymous>/;

/** The steps, each in the column of its thread; in a narrow room its thread stands before it. */
function table(steps: readonly Step[], names: readonly string[]): string[] {
  const changes = steps.map(changeText);
  const changeWidth = Math.max(6, ...changes.map((text) => text.length));
  const room = screenWidth() - 7 - changeWidth;
  const files = [...new Set(steps.map(({ operation }) => fileOf(operation)).filter(Boolean))];
  const place = files.length === 1
    ? ({ where }: Operation) => where.match(/:\d+/)?.[0] ?? ""
    : ({ where }: Operation) => where.replace(/:\d+$/, "");
  const cells = steps.map((step) => ({
    thread: step.thread,
    text: [...hasPlace(step) ? [place(step.operation)] : [], stepText(step, names)].join(" "),
  }));
  const titles = names.map((name) => `thread ${name}`);
  const { head, rows } = inColumns(cells, titles, room) ?? inOneColumn(cells, names);
  return [
    ...(files.length === 1 ? [`Lines are of ${files[0]}`] : []),
    `     ${head.padEnd(room)}  memory`,
    ...rows.map((row, i) =>
      `${String(i + 1).padStart(3)}  ${row.padEnd(room)}  ${changes[i]}`.trimEnd()
    ),
  ];
}

interface Cell {
  thread: number;
  text: string;
}

/**
 * A column for each thread, if there is room for them. Only one thread acts in a row, so its text may go on
 * in the columns of the others.
 */
function inColumns(cells: readonly Cell[], titles: readonly string[], room: number) {
  const starts: number[] = [];
  for (let thread = titles.length - 1, end = Infinity; thread >= 0; thread--) {
    const own = cells.filter((cell) => cell.thread === thread).map(({ text }) => text.length);
    const latest = Math.min(
      room - Math.max(titles[thread].length, ...own),
      end - titles[thread].length - 2,
    );
    starts[thread] = end = Math.min(latest, Math.floor(thread * (room + 2) / titles.length));
  }
  if (starts[0] < 0) return undefined;
  const head = titles.reduce((line, title, i) => line.padEnd(starts[i]) + title, "");
  return { head, rows: cells.map(({ thread, text }) => " ".repeat(starts[thread]) + text) };
}

/** One column for all, and before it the name of the thread. */
function inOneColumn(cells: readonly Cell[], names: readonly string[]) {
  const before = 2 + Math.max("thread".length, ...names.map(({ length }) => length));
  const rows = cells.map(({ thread, text }) => names[thread].padEnd(before) + text);
  return { head: "thread", rows };
}

/**
 * The width of the screen that the text is for, as far as that is known: `COLUMNS`, which is a shell's word for
 * it, or the terminal's.
 */
function screenWidth(): number {
  const columns = Number(variable("COLUMNS")) || terminalWidth() || usualWidth;
  return Math.min(columns, usualWidth);
}

function terminalWidth(): number | undefined {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return undefined; // There is no terminal, or no Deno.
  }
}

/** A variable of the environment, if it may be read. */
function variable(name: string): string | undefined {
  if (typeof Deno === "undefined") return undefined;
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The recorded calls, one a line, from their beginnings to their ends. */
function drawnCalls(steps: readonly Step[], names: readonly string[]): string[] {
  const marks = steps.filter(({ operation: { kind } }) => kind === "call" || kind === "return");
  const calls = marks.flatMap(({ thread, operation: { kind, section } }, start) => {
    if (kind !== "call") return [];
    const end = marks.findIndex((mark, i) => i > start && mark.thread === thread);
    const returned = end < 0 ? "undefined" : marks[end].operation.section;
    const result = returned === "undefined" ? "" : ` → ${returned}`;
    return [{
      what: `${names[thread]}  ${section}${result}`,
      start,
      end: end < 0 ? marks.length : end,
    }];
  });
  const room = 2 + Math.max(...calls.map(({ what }) => what.length));
  return calls.map(({ what, start, end }) =>
    what.padEnd(room) + " ".repeat(2 * start) + `├${"─".repeat(2 * (end - start) - 1)}` +
    (end < marks.length ? "┤" : "")
  );
}

function fileOf({ where }: Operation): string {
  return where.includes(":") ? where.split(":")[0] : "";
}

/** Whether what happens in a step happens at a place of the program. */
export function hasPlace({ kind, operation }: Step): boolean {
  return kind === "step" || (kind === "timeout" || kind === "late") && operation.kind !== "sleep";
}

/** What happens in a step, without its place. */
export function stepText(step: Step, names: readonly string[]): string {
  const { kind, operation, label, fellAsleep, wakes, result } = step;
  if (kind === "timeout" || kind === "late") {
    const what = operation.kind === "sleep"
      ? "sleep is over"
      : result === "ok"
      ? `wait(${label}) goes on`
      : `wait(${label}) times out`;
    return kind === "late" ? `${what} a day late` : what;
  }
  if (kind === "later") return "time goes on";
  if (kind === "stray") return "is woken for no reason";
  const wakened = wakes.length ? `, wakes ${wakes.map((i) => names[i]).join(", ")}` : "";
  const outcome = fellAsleep
    ? " falls asleep"
    : result === undefined
    ? ""
    : operation.kind === "waitAsync" && typeof result === "number"
    ? " → a promise"
    : ` → ${result}${wakened}`;
  return `${describe(operation, label)}${outcome}`;
}

/** What stands in the memory column: the element that has changed. */
export function changeText({ before, now, label }: Step): string {
  return before === now ? "" : `${label} = ${now}`;
}

/** An operation as reports write it. */
export function describe({ kind, args, section, timeout }: Operation, label: string): string {
  switch (kind) {
    case "read":
      return label;
    case "write":
      return `${label} = ${args[0]}`;
    case "enter":
      return `enters ${section}`;
    case "exit":
      return `leaves ${section}`;
    case "request":
      return `requests ${section}`;
    case "call":
      return `calls ${section}`;
    case "return":
      return `gets ${section}`;
    case "start":
      return `starts ${section}`;
    case "join":
      return `joins ${section}`;
    case "callback":
      return "calls back";
    case "deliver":
      return `delivers ${section}`;
    case "sleep":
      return `sleep(${timeout})`;
    case "compareExchange":
      return `CAS(${[label, ...args].join(", ")})`;
    case "wait":
    case "waitAsync":
      return `${kind}(${
        [label, ...args, ...(timeout < Infinity ? [round(timeout)] : [])].join(", ")
      })`;
    default:
      return `${kind}(${[label, ...args].join(", ")})`;
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
