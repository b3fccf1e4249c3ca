/** Every interleaving one by one, with nothing merged: slow, simple, and built to check the search. */
import { findFault } from "../machine/fault.ts";
import { Memory } from "../threads/memory.ts";
import type { Program } from "../program.ts";
import { withStandIns } from "../threads/stand_ins.ts";
import { byPlan, type Plan } from "../machine/setup.ts";
import { choicesIn } from "../machine/choices.ts";
import { World } from "../machine/world.ts";

/** What can come out of a program. */
export interface Enumeration {
  /** How many schedules end, with a fault or without one. */
  schedules: number;
  /** The kinds of faults, and the outcomes as JSON of the schedules without one. */
  results: Set<string>;
}

/** Enumerates all schedules. Loops that can go on for ever are left at the first repetition. */
export function enumerate<Shared>(program: Program<Shared>): Enumeration {
  return byPlan(false, (plan) => enumeration(program, plan));
}

function enumeration<Shared>(program: Program<Shared>, plan: Plan): Enumeration {
  const memory = new Memory();
  return withStandIns(memory, () => {
    const world = new World(memory, program, plan);
    const results = new Set<string>();
    const onPath = new Set<string>();
    let schedules = 0;
    const visit = () => {
      const row = world.rows.snapshot();
      const key = row.join();
      if (onPath.has(key)) return;
      const fault = findFault(world, program, {});
      if (fault || world.isOver()) {
        schedules++;
        results.add(fault ? fault.kind : outcomeOf(world, program));
        return;
      }
      onPath.add(key);
      choicesIn(world).forEach((choice) => {
        world.rows.goTo(row);
        world.apply(choice);
        visit();
      });
      onPath.delete(key);
    };
    visit();
    return { schedules, results };
  });
}

function outcomeOf<Shared>(world: World<Shared>, program: Program<Shared>): string {
  const outcome = world.ask("outcome", () => program.outcome?.(world.shared, world.results()));
  return JSON.stringify(outcome) ?? "";
}
