/** One schedule run again. */
import type { World } from "../machine/world.ts";
import type { Program } from "../program.ts";
import { choiceOf, parseSchedule } from "../report/schedule.ts";
import { Course } from "../stage/course.ts";
import type { Memory } from "../threads/memory.ts";
import { failure } from "./failure.ts";
import type { Proof } from "./proof.ts";
import { shape, switches } from "./words.ts";

/** Runs this schedule, and throws if it fails. */
export function replay<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  schedule: string,
): Proof {
  const course = new Course(world, memory, program);
  const { steps } = course;
  const turns = parseSchedule(schedule);
  const check = () => {
    const fault = course.fault(steps.length === turns.length);
    if (!fault) return;
    const { preemptions } = course;
    const headline = `This schedule: ${shape(steps, preemptions)}`;
    throw failure(world, fault, steps, { states: 0, preemptions, headline });
  };
  check();
  turns.forEach((turn, i) => {
    course.take(choiceOf(world, turn, i + 1));
    check();
  });
  const lap = course.livelock();
  if (lap) {
    const headline = `This schedule comes back to where it was: ${shape(steps)}`;
    throw failure(world, lap, steps, { states: 0, preemptions: switches(steps), headline });
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
