/** The steps of a kata: what works already, and what is next. A kata without steps is one step. */
import type { Kata } from "../../curriculum.ts";
import type { TestResult } from "../../_kit/judging/junit.ts";

/** How many steps a kata has. */
export function stepCount({ steps }: Kata): number {
  return Math.max(1, steps.length);
}

/** The step that a test belongs to, by the number before its name. Without one it is of the last. */
export function stepOf(name: string, kata: Kata): number {
  const [, number] = name.match(/^\[(\d+)\]/) ?? [];
  return number ? Math.min(Number(number), stepCount(kata)) : stepCount(kata);
}

/** The steps of which all tests have passed. */
export function greenSteps(kata: Kata, tests: readonly TestResult[]): number[] {
  return stepsOf(kata).filter((step) => {
    const own = tests.filter(({ name }) => stepOf(name, kata) === step);
    return own.some(({ outcome }) => outcome === "passed") &&
      own.every(({ outcome }) => outcome !== "failed");
  });
}

/** All steps, from 1. */
export function stepsOf(kata: Kata): number[] {
  return Array.from({ length: stepCount(kata) }, (_, i) => i + 1);
}

/** The first step that is not done. */
export function firstOpen(kata: Kata, done: readonly number[]): number | undefined {
  return stepsOf(kata).find((step) => !done.includes(step));
}

/** The steps with their titles, for programs. A kata without steps has none. */
export function stepsJson(
  { steps }: Kata,
  done: readonly number[],
): { title: string; done: boolean }[] {
  return steps.map((title, i) => ({ title, done: done.includes(i + 1) }));
}
