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

/** Each of them with the size to compare. */
export const models: [name: string, threads: number, rounds: number, program: Sample][] = [
  ["peterson", 2, 2, exclusive(peterson, 2, 2)],
  ["bakery", 3, 1, exclusive(bakery(3), 3)],
  ["mutex", 3, 1, exclusive(mutex2(), 3)],
  ["mutex", 2, 3, exclusive(mutex2(), 2, 3)],
  ["mcs", 3, 1, exclusive(mcs(3), 3)],
  ["barz", 3, 1, sharing(barz, 3, 2, 1)],
  ["szymanski", 3, 1, exclusive(szymanski(3), 3)],
  ["ticket", 3, 2, exclusive(sleeping(), 3, 2)],
  ["barrier", 4, 2, central(4, 2, { sleeps: true })],
];
