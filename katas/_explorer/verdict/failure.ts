/** A failing schedule as an error whose message is the report. */
import { ExplorationError } from "../errors.ts";
import type { Fault } from "../machine/fault.ts";
import type { Choice } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";
import { diagnose } from "../report/diagnosis.ts";
import { formatReport } from "../report/report.ts";
import { formatSchedule } from "../report/schedule.ts";
import type { Step } from "../report/trace.ts";
import { removeStandIns } from "../threads/stand_ins.ts";
import { ScheduleError } from "./proof.ts";

let command = "deno test <file>";

/**
 * Says that a test starts, and with which command it can be run alone; reports name it. What an
 * earlier test left when it was ended in the middle of an exploration is cleared away.
 */
export function startTest(replayCommand: string): void {
  removeStandIns();
  command = replayCommand;
}

/** The error for this fault after these steps. */
export function failure<Shared>(
  world: World<Shared>,
  fault: Fault,
  steps: Step[],
  { headline, preemptions, states }: { headline: string; preemptions: number; states: number },
): ScheduleError {
  if (fault.cause instanceof ExplorationError) throw fault.cause;
  const { names } = world;
  const schedule = formatSchedule(steps, names);
  const diagnosis = diagnose(fault, steps, names);
  const { verdict, kind } = fault;
  return new ScheduleError(
    formatReport({ fault, diagnosis, steps, names, schedule, headline, command }),
    { verdict, kind, schedule, steps: steps.length, preemptions, states },
  );
}

/** The names of those who act in a lap. */
export function actorsOf(lap: readonly Choice[], names: readonly string[]): string[] {
  return [...new Set(lap.map(({ slot }) => names[slot]))];
}
