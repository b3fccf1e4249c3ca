/** What a stage and who looks at it say to each other: a line of JSON each. */
import type { Drawing } from "../../_explorer/stage/drawing.ts";

/** What a stage shows first. */
export interface Playbill {
  /** The test's name. */
  test: string;
  passed: boolean;
  /** What the test says: a verdict in a few lines, or what was proved. */
  says: string[];
  /** How long the shortest way to a failure is, or why there is none. */
  goal: string;
  /** The command that shows the schedule in a terminal. */
  command: string;
  /** The shortest failing schedule, or one of those that do not fail; null if nothing was explored. */
  drawing: Drawing | null;
}

/** What a stage is asked: the program after a schedule, or the shortest way from there to a failure. */
export type Question = { draw: string } | { fail: string };

/** What it answers; `none` says why there is no way to a failure. */
export type Answer =
  | { bill: Playbill }
  | { drawing: Drawing }
  | { none: string }
  | { unknown: string[] }
  | { problem: string };

/** What each answer's line begins with. Code on the stage may print as well. */
export const mark = "\u0002stage ";
