/** A program on a stage, where somebody else chooses who takes the next step. */
import { type Choice, choicesIn } from "../machine/choices.ts";
import { inWorld } from "../machine/in_world.ts";
import type { World } from "../machine/world.ts";
import type { Program } from "../program.ts";
import { choiceOf, formatSchedule, parseSchedule } from "../report/schedule.ts";
import { nobody } from "../search/cost.ts";
import { search } from "../search/search.ts";
import type { Memory } from "../threads/memory.ts";
import { conclude } from "../verdict/conclude.ts";
import { ScheduleError } from "../verdict/proof.ts";
import { Course } from "./course.ts";
import { Pencil } from "./draw.ts";
import type { Drawing } from "./drawing.ts";

/** The program after this schedule, and how it came there. */
export function drawn<Shared>(program: Program<Shared>, schedule: string): Drawing {
  return inWorld(program, { isDrawn: true }, (world, memory) => {
    const pencil = new Pencil(world, memory, new Course(world, memory, program));
    parseSchedule(schedule).forEach((turn, i) => pencil.take(choiceOf(world, turn, i + 1)));
    return pencil.drawing();
  });
}

/** Schedules that are shown as an example have no more steps than this. */
const longest = 200;

/** Some schedule from beginning to end: each thread goes on as long as it can. */
export function someSchedule<Shared>(program: Program<Shared>): string {
  return inWorld(program, {}, (world, memory) => {
    const course = new Course(world, memory, program);
    for (let last = nobody; course.steps.length < longest && !course.fault(false);) {
      const next = nextOf(world, last);
      if (!next) break;
      course.take(next);
      last = next.slot;
    }
    return formatSchedule(course.steps, world.names);
  });
}

function nextOf<Shared>(world: World<Shared>, last: number): Choice | undefined {
  const choices = choicesIn(world);
  const able = choices.filter(({ kind, slot }) => kind === "step" && !world.isSpinning(slot));
  return able.find(({ slot }) => slot === last) ?? able[0] ?? choices.at(-1);
}

/** The shortest way from here to a failure, or why there is none. */
export type WayOut = { schedule: string } | { none: string };

/** Searches all schedules that begin with this one. */
export function wayToFail<Shared>(program: Program<Shared>, schedule: string): WayOut {
  const isSymmetric = schedule.trim() === "" && (program.symmetry ?? true);
  return inWorld(program, { isSymmetric }, (world, memory) => {
    take(world, schedule);
    return concluded(world, memory, program, schedule);
  });
}

function take<Shared>(world: World<Shared>, schedule: string): void {
  parseSchedule(schedule).forEach((turn, i) => world.apply(choiceOf(world, turn, i + 1)));
}

function concluded<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  schedule: string,
): WayOut {
  const start = world.rows.snapshot();
  try {
    const found = search(world, program);
    return { none: conclude(world, memory, program, found, start).sentence };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    if (error.kind === "unreachable") return { none: error.verdict };
    return { schedule: `${schedule} ${error.schedule}`.trim() };
  }
}
