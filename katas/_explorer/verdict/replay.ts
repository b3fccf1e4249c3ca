/** One schedule run again. */
import { findFault, livelock, stuck } from "../machine/fault.ts";
import { type Choice, choicesIn } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";
import type { Program } from "../program.ts";
import { choiceOf, parseSchedule } from "../report/schedule.ts";
import { type Step, takeStep } from "../report/trace.ts";
import { Costs, lastAfter, nobody } from "../search/cost.ts";
import type { Memory } from "../threads/memory.ts";
import { actorsOf, failure } from "./failure.ts";
import type { Proof } from "./proof.ts";
import { shape, switches } from "./words.ts";

/** Runs this schedule, and throws if it fails. */
export function replay<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  schedule: string,
): Proof {
  const steps: Step[] = [];
  let preemptions = 0;
  let last = nobody;
  const rows = [world.rows.snapshot().join()];
  const taken: Choice[] = [];
  const turns = parseSchedule(schedule, world.names);
  const check = () => {
    const isAtEnd = taken.length === turns.length;
    const isStuck = world.isStuck() && (isAtEnd || !world.mayRace());
    const fault = findFault(world, program, {}) ?? (isStuck ? stuck(world) : null);
    if (!fault) return;
    const headline = `This schedule: ${shape(steps, preemptions)}`;
    throw failure(world, fault, steps, { states: 0, preemptions, headline });
  };
  check();
  turns.forEach((turn, i) => {
    const choice: Choice = choiceOf(world, turn, i + 1);
    preemptions += new Costs(choicesIn(world), last).of(choice);
    steps.push(takeStep(world, memory, choice));
    last = lastAfter(world, choice, last);
    rows.push(world.rows.snapshot().join());
    taken.push(choice);
    check();
  });
  const start = rows.indexOf(rows.at(-1)!);
  const actors = actorsOf(taken.slice(start), world.names);
  const isFair = world.names.every((name, slot) => actors.includes(name) || world.rests(slot));
  if (actors.length > 0 && isFair) {
    const headline = `This schedule comes back to where it was: ${shape(steps)}`;
    throw failure(world, livelock(actors), steps, {
      states: 0,
      preemptions: switches(steps),
      headline,
    });
  }
  return {
    complete: false,
    states: 0,
    outcomes: new Map(),
    spun: false,
    mostInside: {},
    sentence: `replayed: ${steps.length} steps, and nothing failed`,
  };
}
