/**
 * M. A. Eisenberg and M. R. McGuire, Further comments on Dijkstra's concurrent programming control
 * problem, CACM 15(11), 1972: nobody waits for more than n - 1 others. 0 idle, 1 wants, 2 active.
 */
import { type Cells, memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

interface Variant {
  looksAround?: boolean;
  passesOn?: boolean;
}

/** Right unless varied. Cell n is the flag of the thread with place n, and the turn is the last. */
export const eisenbergMcGuire = (
  threads: number,
  { looksAround = true, passesOn = true }: Variant = {},
): Lock => ({
  shared: memory(threads + 1),
  acquire(m, { id }) {
    const me = id - 1;
    const turn = threads;
    for (;;) {
      store(m, me, 1);
      let at = load(m, turn);
      while (at !== me) at = load(m, at) !== 0 ? load(m, turn) : (at + 1) % threads;
      store(m, me, 2);
      if (looksAround && someoneElseIsActive(m, me, threads)) continue;
      const owner = load(m, turn);
      if (owner === me || load(m, owner) === 0) break;
    }
    store(m, turn, me);
  },
  release(m, { id }) {
    const turn = threads;
    if (passesOn) {
      let at = (load(m, turn) + 1) % threads;
      while (load(m, at) === 0) at = (at + 1) % threads;
      store(m, turn, at);
    }
    store(m, id - 1, 0);
  },
});

function someoneElseIsActive(m: Cells, me: number, threads: number): boolean {
  for (let other = 0; other < threads; other++) {
    if (other !== me && load(m, other) === 2) return true;
  }
  return false;
}

/** Goes in without being active, as if the scan for others that want were enough. */
const neverActive: Lock = {
  ...eisenbergMcGuire(2),
  acquire(m, { id }) {
    const me = id - 1;
    store(m, me, 1);
    let at = load(m, 2);
    while (at !== me) at = load(m, at) !== 0 ? load(m, 2) : (at + 1) % 2;
    store(m, 2, me);
  },
};

export const family: Family = {
  "Eisenberg-McGuire, two threads": ["proved", exclusive(eisenbergMcGuire(2), 2)],
  "Eisenberg-McGuire, three threads": ["proved", exclusive(eisenbergMcGuire(3), 3)],
  "Eisenberg-McGuire, does not look around": [
    "exclusion",
    exclusive(eisenbergMcGuire(2, { looksAround: false }), 2),
  ],
  "Eisenberg-McGuire, never active": ["exclusion", exclusive(neverActive, 2)],
  // The turn stays with who has gone: that costs fairness, and nobody is kept out.
  "Eisenberg-McGuire, keeps the turn": [
    "proved",
    exclusive(eisenbergMcGuire(2, { passesOn: false }), 2),
  ],
};
