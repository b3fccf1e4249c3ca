/**
 * The facts of what scripts print: what is so in every order in which threads and processes may run.
 *
 * The module of a kata has the name of the kata. For each of its scripts it has sentences, and for each
 * sentence a function that throws if the lines which the script has printed say otherwise.
 *
 * @module
 */
import type { Facts } from "../../katas/_kit/proof/script_fault.ts";

/** The facts of a kata's scripts, by the name of the script. */
export type ScriptFacts = Record<string, Facts>;

/** The number in each line that matches, in the order of the lines. */
export function numbers(lines: readonly string[], pattern: RegExp): number[] {
  return lines.map((line) => line.match(pattern)).filter((match) => match !== null)
    .map(([, number]) => Number(number));
}

/** Numbers in the order of their size, whoever came first. */
export function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

/** `from`, and the numbers after it up to one below `end`. */
export function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, i) => from + i);
}
