/** The programs of the literature, family by family. */
import { family as anderson } from "./anderson.ts";
import { family as bakery } from "./bakery.ts";
import { family as barriers } from "./barriers.ts";
import { family as barz } from "./barz.ts";
import { family as birrell } from "./birrell.ts";
import { family as burnsLynch } from "./burns_lynch.ts";
import { family as clh } from "./clh.ts";
import { family as dekker } from "./dekker.ts";
import { family as drepper } from "./drepper.ts";
import { family as eisenbergMcGuire } from "./eisenberg_mcguire.ts";
import type { Family } from "./family.ts";
import { family as glibcCondition } from "./glibc_condition.ts";
import { family as hyman } from "./hyman.ts";
import { family as lamportFast } from "./lamport_fast.ts";
import { family as mcs } from "./mcs.ts";
import { family as michaelScott } from "./michael_scott.ts";
import { family as monitors } from "./monitors.ts";
import { family as once } from "./once.ts";
import { family as peterson } from "./peterson.ts";
import { family as readersWriters } from "./readers_writers.ts";
import { family as sleepingBarber } from "./sleeping_barber.ts";
import { family as smokers } from "./smokers.ts";
import { family as szymanski } from "./szymanski.ts";
import { family as ticket } from "./ticket.ts";
import { family as treiber } from "./treiber.ts";

/** All of them by name. */
export const literature: Family = {
  ...hyman,
  ...peterson,
  ...dekker,
  ...bakery,
  ...szymanski,
  ...burnsLynch,
  ...lamportFast,
  ...eisenbergMcGuire,
  ...mcs,
  ...clh,
  ...anderson,
  ...ticket,
  ...drepper,
  ...once,
  ...barz,
  ...birrell,
  ...glibcCondition,
  ...monitors,
  ...readersWriters,
  ...sleepingBarber,
  ...smokers,
  ...barriers,
  ...michaelScott,
  ...treiber,
};
