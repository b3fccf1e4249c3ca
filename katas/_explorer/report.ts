/** A failing schedule as a table, one column a thread. */
import { styleText } from "node:util";
import type { Fault } from "./fault.ts";
import type { Operation } from "./operation.ts";
import type { Step } from "./trace.ts";

const width = 100;

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
    headline,
    "",
    ...table(steps, names),
    "",
    ...(diagnosis ? [diagnosis] : []),
    `See it again: ${command} -- --schedule "${schedule}"`,
  ].join("\n");
}

function inRed(text: string): string {
  const isTerminal = typeof Deno !== "undefined" && Deno.stderr.isTerminal() && !Deno.noColor;
  return isTerminal ? styleText("red", text, { validateStream: false }) : text;
}

function table(steps: readonly Step[], names: readonly string[]): string[] {
  const changes = steps.map(({ before, now, label }) => before === now ? "" : `${label} = ${now}`);
  const changeWidth = Math.max(6, ...changes.map((text) => text.length));
  const column = Math.floor((width - 5 - changeWidth) / names.length);
  const full = steps.map((step) => text(step, names, step.operation.where.replace(/:\d+$/, "")));
  const isTight = full.some((text) => text.length > column - 2);
  const cells = isTight
    ? steps.map((step) => text(step, names, step.operation.where.match(/:\d+/)?.[0] ?? ""))
    : full;
  const row = (number: string, thread: number, text: string, change: string) => {
    const columns = names.map((_, i) => fit(i === thread ? text : "", column)).join("");
    return `${number.padStart(3)}  ${columns}${change}`.trimEnd();
  };
  const titles = names.map((name) => fit(`thread ${name}`, column)).join("");
  const files = [...new Set(steps.map(({ operation }) => operation.where.split(":")[0]))];
  return [
    ...(isTight ? [`Lines are of ${files.join(", ")}`] : []),
    `     ${titles}memory`,
    ...steps.map((step, i) => row(String(i + 1), step.thread, cells[i], changes[i])),
  ];
}

function fit(text: string, length: number): string {
  return text.length > length - 1 ? `${text.slice(0, length - 2)}… ` : text.padEnd(length);
}

function text(step: Step, names: readonly string[], place: string): string {
  const { kind, operation, label, fellAsleep, wakes, result } = step;
  if (kind === "timeout") {
    return operation.kind === "sleep" ? "sleep is over" : `${place} wait(${label}) times out`;
  }
  if (kind === "stray") return "is woken for no reason";
  const wakened = wakes.length ? `, wakes ${wakes.map((i) => names[i]).join(", ")}` : "";
  const outcome = fellAsleep
    ? " falls asleep"
    : result === undefined
    ? ""
    : ` → ${result}${wakened}`;
  return `${place} ${describe(operation, label)}${outcome}`;
}

function describe({ kind, args, section, timeout }: Operation, label: string): string {
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
    case "sleep":
      return `sleep(${timeout})`;
    case "compareExchange":
      return `CAS(${[label, ...args].join(", ")})`;
    case "wait":
      return `wait(${
        [label, ...args, ...(timeout < Infinity ? [round(timeout)] : [])].join(", ")
      })`;
    default:
      return `${kind}(${[label, ...args].join(", ")})`;
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
