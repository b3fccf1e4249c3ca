/**
 * J. M. Mellor-Crummey and M. L. Scott, Algorithms for scalable synchronization on shared-memory
 * multiprocessors, ACM TOCS 9(1), 1991: a queue in which each thread spins on its own node.
 */
import { type Cells, memory } from "../parts.ts";
import { compareExchange, exchange, load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

/** Thread n is node n: 0 is nobody. A node is its successor and whether it is locked. */
const tail = 0;
const nextOf = (node: number) => 2 * node - 1;
const lockedOf = (node: number) => 2 * node;

function awaitNext(m: Cells, node: number): number {
  for (;;) {
    const next = load(m, nextOf(node));
    if (next !== 0) return next;
  }
}

/** Right. */
export const mcs = (threads: number): Lock => ({
  shared: memory(1 + 2 * threads),
  acquire(m, { id }) {
    store(m, nextOf(id), 0);
    const before = exchange(m, tail, id);
    if (before === 0) return;
    store(m, lockedOf(id), 1);
    store(m, nextOf(before), id);
    while (load(m, lockedOf(id)) === 1);
  },
  release(m, { id }) {
    if (load(m, nextOf(id)) === 0 && compareExchange(m, tail, id, 0) === id) return;
    store(m, lockedOf(awaitNext(m, id)), 0);
  },
});

/** Right, without compare-exchange as in the paper: who comes meanwhile may overtake the queue. */
const mcsSwapOnly = (threads: number): Lock => ({
  ...mcs(threads),
  release(m, { id }) {
    let next = load(m, nextOf(id));
    if (next === 0) {
      const last = exchange(m, tail, 0);
      if (last === id) return;
      // Others had joined: the queue is put back, behind those who took it for empty.
      const usurper = exchange(m, tail, last);
      next = awaitNext(m, id);
      if (usurper !== 0) return void store(m, nextOf(usurper), next);
    }
    store(m, lockedOf(next), 0);
  },
});

/** Takes a successor that has not linked itself yet for none. */
const doesNotAwaitLink: Lock = {
  ...mcs(2),
  release(m, { id }) {
    const next = load(m, nextOf(id));
    if (next === 0) compareExchange(m, tail, id, 0);
    else store(m, lockedOf(next), 0);
  },
};

/** Locks its node when the one before it may already have unlocked it. */
const locksLate: Lock = {
  ...mcs(2),
  acquire(m, { id }) {
    store(m, nextOf(id), 0);
    const before = exchange(m, tail, id);
    if (before === 0) return;
    store(m, nextOf(before), id);
    store(m, lockedOf(id), 1);
    while (load(m, lockedOf(id)) === 1);
  },
};

/** Empties the queue with a store, and a thread that has just joined is forgotten. */
const emptiesBlindly: Lock = {
  ...mcs(2),
  release(m, { id }) {
    const next = load(m, nextOf(id));
    if (next === 0) store(m, tail, 0);
    else store(m, lockedOf(next), 0);
  },
};

/**
 * Does not clear its link of the round before: it unlocks who does not wait, and stays the tail.
 */
const keepsItsLink: Lock = {
  ...mcs(2),
  acquire(m, { id }) {
    const before = exchange(m, tail, id);
    if (before === 0) return;
    store(m, lockedOf(id), 1);
    store(m, nextOf(before), id);
    while (load(m, lockedOf(id)) === 1);
  },
};

export const family: Family = {
  "MCS, two threads": ["proved", exclusive(mcs(2), 2, 2)],
  "MCS, three threads": ["proved", exclusive(mcs(3), 3)],
  "MCS, swap only": ["proved", exclusive(mcsSwapOnly(3), 3)],
  "MCS, does not await the link": ["spin", exclusive(doesNotAwaitLink, 2)],
  "MCS, locks its node late": ["spin", exclusive(locksLate, 2)],
  "MCS, empties blindly": ["spin", exclusive(emptiesBlindly, 2)],
  "MCS, keeps its link": ["spin", exclusive(keepsItsLink, 2, 2)],
};
