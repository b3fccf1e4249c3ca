/** What an exploration comes to: a proof, or an error that shows a schedule. */
import type { FaultKind } from "../machine/fault.ts";

/** What was found out about a program that has no failing schedule. */
export interface Proof {
  /** Whether all schedules were checked. */
  readonly complete: boolean;
  /** How many states were searched. */
  readonly states: number;
  /** How many schedules there are; not known when a loop makes them endless. */
  readonly schedules?: number;
  /** How many schedules have each outcome; the keys are the outcomes as JSON. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Whether a thread went round a loop that only looks at memory. */
  readonly spun: boolean;
  /** The most threads that were inside of each section at once. */
  readonly mostInside: Readonly<Record<string, number>>;
  /** What was proved, in words. */
  readonly sentence: string;
}

/** A schedule under which the program fails. The message is the report. */
export class ScheduleError extends Error {
  /** `ScheduleError`. */
  override name = "ScheduleError";
  /** The verdict, the first line of the report. */
  readonly verdict: string;
  /** What kind of failure it is. */
  readonly kind: FaultKind;
  /** The schedule, as `--schedule` takes it. */
  readonly schedule: string;
  /** How many steps the schedule has. */
  readonly steps: number;
  /** How many of its switches left a thread that could have gone on. */
  readonly preemptions: number;
  /** How many states were searched. */
  readonly states: number;

  /** Made by {@linkcode everySchedule}. */
  constructor(
    message: string,
    details: Pick<
      ScheduleError,
      "verdict" | "kind" | "schedule" | "steps" | "preemptions" | "states"
    >,
  ) {
    super(message);
    this.verdict = details.verdict;
    this.kind = details.kind;
    this.schedule = details.schedule;
    this.steps = details.steps;
    this.preemptions = details.preemptions;
    this.states = details.states;
  }
}
