/** Numbers in words, and what schedules are like. */
import type { Step } from "../report/trace.ts";

/** `8 steps, 1 forced switch`. */
export function shape(steps: readonly Step[], preemptions?: number): string {
  const length = plural(steps.length, "step");
  return preemptions === undefined
    ? `${length}, ${plural(switches(steps), "switch")}`
    : `${length}, ${plural(preemptions, "forced switch")}`;
}

/** A number with its noun. */
export function plural(count: number, word: string): string {
  return `${thousands(count)} ${word}${count === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
}

/** How often the schedule goes from one thread to another. */
export function switches(steps: readonly Step[]): number {
  return steps.filter(({ thread }, i) => i > 0 && steps[i - 1].thread !== thread).length;
}

/** A count: all of its digits as long as they are known, else its size. */
export function thousands(count: number): string {
  if (count <= Number.MAX_SAFE_INTEGER) return count.toLocaleString("en-US");
  const power = Math.floor(Math.log10(count));
  return `about ${(count / 10 ** power).toFixed(1)} × 10^${power}`;
}
