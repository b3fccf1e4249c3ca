/**
 * J. E. Burns and N. A. Lynch, Mutual exclusion using indivisible reads and writes, Allerton 1980
 * (Bounds on shared memory for mutual exclusion, Information and Computation 107, 1993): one bit a
 * thread. And L. Lamport's one-bit lock, The mutual exclusion problem, part II, JACM 33(2), 1986,
 * who waits before the next attempt.
 */
import { type Cells, memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

interface Variant {
  looksTwice?: boolean;
  lowersFlag?: boolean;
  awaitsHigher?: boolean;
}

/** Right with all of its rules: who has a lower number goes first. */
export const burnsLynch = (
  threads: number,
  { looksTwice = true, lowersFlag = true, awaitsHigher = true }: Variant = {},
): Lock => ({
  shared: memory(threads),
  acquire(m, { id }) {
    const me = id - 1;
    do {
      do {
        if (lowersFlag) store(m, me, 0);
      } while (lowerIsUp(m, me));
      store(m, me, 1);
    } while (looksTwice && lowerIsUp(m, me));
    if (awaitsHigher) awaitHigher(m, me, threads);
  },
  release: (m, { id }) => void store(m, id - 1, 0),
});

/** Right. */
export const oneBit = (threads: number, { awaitsHigher = true }: Variant = {}): Lock => ({
  shared: memory(threads),
  acquire(m, { id }) {
    const me = id - 1;
    store(m, me, 1);
    for (let other = 0; other < me; other++) {
      if (load(m, other) === 0) continue;
      store(m, me, 0);
      while (load(m, other) === 1);
      store(m, me, 1);
      // All the lower ones are looked at once more.
      other = -1;
    }
    if (awaitsHigher) awaitHigher(m, me, threads);
  },
  release: (m, { id }) => void store(m, id - 1, 0),
});

/** Goes on where it stood after it has waited with its flag down: the earlier ones may be in. */
const oneBitGoesOn: Lock = {
  ...oneBit(3),
  acquire(m, { id }) {
    const me = id - 1;
    store(m, me, 1);
    for (let other = 0; other < me; other++) {
      if (load(m, other) === 0) continue;
      store(m, me, 0);
      while (load(m, other) === 1);
      store(m, me, 1);
    }
    awaitHigher(m, me, 3);
  },
};

function lowerIsUp(m: Cells, me: number): boolean {
  for (let other = 0; other < me; other++) if (load(m, other) === 1) return true;
  return false;
}

function awaitHigher(m: Cells, me: number, threads: number): void {
  for (let other = me + 1; other < threads; other++) while (load(m, other) === 1);
}

export const family: Family = {
  "Burns-Lynch, two threads": ["proved", exclusive(burnsLynch(2), 2, 2)],
  "Burns-Lynch, three threads": ["proved", exclusive(burnsLynch(3), 3)],
  "Burns-Lynch, looks once": ["exclusion", exclusive(burnsLynch(2, { looksTwice: false }), 2)],
  "Burns-Lynch, keeps its flag up": ["spin", exclusive(burnsLynch(2, { lowersFlag: false }), 2)],
  "Burns-Lynch, does not wait": ["exclusion", exclusive(burnsLynch(2, { awaitsHigher: false }), 2)],
  "one-bit lock, two threads": ["proved", exclusive(oneBit(2), 2, 2)],
  "one-bit lock, three threads": ["proved", exclusive(oneBit(3), 3)],
  "one-bit lock, does not wait": ["exclusion", exclusive(oneBit(2, { awaitsHigher: false }), 2)],
  "one-bit lock, goes on where it stood": ["exclusion", exclusive(oneBitGoesOn, 3)],
};
