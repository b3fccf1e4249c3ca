/**
 * T. S. Craig, Building FIFO and priority-queuing spin locks from atomic swap, 1993, and P.
 * Magnusson, A. Landin and E. Hagersten, Queue locks on cache coherent multiprocessors, IPPS 1994:
 * each thread spins on the node of the one before it, and takes that node for its next round.
 */
import { memory, type Sample } from "../parts.ts";
import { exchange, load, store } from "./atomics.ts";
import type { Family } from "./family.ts";

interface Variant {
  /** Whether a thread's own node is its node again, while the next one may still look at it. */
  keepsNode?: boolean;
  locksLate?: boolean;
}

/** Right unless varied. Cell 0 is the tail, cell n whether node n is held; node 1 is the first. */
export const clh = (
  threads: number,
  rounds = 1,
  { keepsNode = false, locksLate = false }: Variant = {},
): Sample => ({
  shared: memory(2 + threads, 1),
  threads,
  run({ m }, thread) {
    let node = thread.id + 1;
    for (let round = 0; round < rounds; round++) {
      if (!locksLate) store(m, node, 1);
      const before = exchange(m, 0, node);
      if (locksLate) store(m, node, 1);
      while (load(m, before) === 1);
      thread.inside("cs", () => {});
      store(m, node, 0);
      if (!keepsNode) node = before;
    }
  },
});

export const family: Family = {
  "CLH, two threads": ["proved", clh(2, 2)],
  "CLH, three threads": ["proved", clh(3)],
  "CLH, keeps its node": ["spin", clh(2, 2, { keepsNode: true })],
  "CLH, locks its node late": ["exclusion", clh(2, 1, { locksLate: true })],
};
