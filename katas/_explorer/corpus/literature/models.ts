/** The programs that have a model for SPIN beside them: `spin/<name>.pml`. */
import type { Sample } from "../parts.ts";
import { bakery } from "./bakery.ts";
import { central } from "./barriers.ts";
import { barz, sharing } from "./barz.ts";
import { mutex2 } from "./drepper.ts";
import { exclusive } from "./family.ts";
import { mcs } from "./mcs.ts";
import { peterson } from "./peterson.ts";
import { szymanski } from "./szymanski.ts";
import { sleeping } from "./ticket.ts";

interface Model {
  name: string;
  threads: number;
  rounds: number;
  program: Sample;
  /** How many states SPIN 6.5.2 finds. */
  states: number;
}

/** Each of them with the size to compare. */
export const models: Model[] = [
  model("peterson", 2, 2, exclusive(peterson, 2, 2), 210),
  model("bakery", 3, 1, exclusive(bakery(3), 3), 4_968),
  model("mutex", 3, 1, exclusive(mutex2(), 3), 972),
  model("mutex", 2, 3, exclusive(mutex2(), 2, 3), 763),
  model("mcs", 3, 1, exclusive(mcs(3), 3), 993),
  model("barz", 3, 1, sharing(barz, 3, 2, 1), 3_849),
  model("szymanski", 3, 1, exclusive(szymanski(3), 3), 1_971),
  model("ticket", 3, 2, exclusive(sleeping(), 3, 2), 6_533),
  model("barrier", 4, 2, central(4, 2, { sleeps: true }), 9_589),
];

function model(
  name: string,
  threads: number,
  rounds: number,
  program: Sample,
  states: number,
): Model {
  return { name, threads, rounds, program, states };
}
