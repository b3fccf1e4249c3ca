/** How far a kata is, step by step. */
import type { Kata } from "../../curriculum.ts";
import { firstOpen, stepCount, stepsOf } from "../progress/steps.ts";
import type { Screen } from "../terminal/screen.ts";
import { wrapped } from "./text.ts";

/** A box for each step, full if it is done: `[■■□□]`. */
export function boxes(kata: Kata, done: readonly number[]): string {
  return `[${stepsOf(kata).map((step) => done.includes(step) ? "■" : "□").join("")}]`;
}

/** The boxes, and the first open step by its title. Nothing for a kata without steps. */
export function openStepText(kata: Kata, done: readonly number[], screen: Screen): string {
  const open = firstOpen(kata, done);
  if (kata.steps.length === 0 || open === undefined) return "";
  const head = `${boxes(kata, done)} `;
  const text = `step ${open} of ${stepCount(kata)}: ${kata.steps[open - 1]}`;
  return `${head}${wrapped(text, screen.width, " ".repeat(head.length))}`;
}

/** Says which steps have just become green. Nothing if none has. */
export function newStepsText(kata: Kata, steps: readonly number[]): string {
  if (steps.length === 0 || kata.steps.length === 0) return "";
  const last = steps.at(-1)!;
  const before = steps.slice(0, -1).join(", ");
  const which = before ? `Steps ${before} and ${last}` : `Step ${last}`;
  const are = before ? "are" : "is";
  return `${which} of ${stepCount(kata)} ${are} done: a good place to stop.`;
}
