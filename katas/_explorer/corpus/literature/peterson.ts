/**
 * G. L. Peterson, Myths about the mutual exclusion problem, Information Processing Letters 12(3),
 * 1981: for two threads, and in levels for more (the filter lock of Herlihy and Shavit's textbook).
 */
import { memory, type Sample } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

const turn = 0;

/** Right. */
export const peterson: Lock = {
  shared: memory(3),
  acquire(m, { id }) {
    store(m, id, 1);
    store(m, turn, id);
    while (load(m, 3 - id) === 1 && load(m, turn) === id);
  },
  release: (m, { id }) => void store(m, id, 0),
};

/** Right, and once a thread has given the turn away the other can enter no more than once. */
const petersonBypass: Sample = {
  ...exclusive<void>(
    {
      ...peterson,
      acquire(m, thread) {
        const { id } = thread;
        store(m, id, 1);
        store(m, turn, id);
        thread.request("cs");
        while (load(m, 3 - id) === 1 && load(m, turn) === id);
      },
    },
    2,
    3,
  ),
  bypass: 1,
};

/** The turn is kept and not given away: both may find it their own. */
const petersonSelfish: Lock = {
  ...peterson,
  acquire(m, { id }) {
    store(m, id, 1);
    store(m, turn, id);
    while (load(m, 3 - id) === 1 && load(m, turn) !== id);
  },
};

/** Without a turn the one who comes second waits for a flag that waits for its own. */
const petersonWithoutTurn: Lock = {
  ...peterson,
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, 3 - id) === 1);
  },
};

/**
 * Right with one level fewer than threads: cell l is the victim of level l, then come the levels.
 */
export const filterLock = (threads: number, levels = threads - 1): Lock => ({
  shared: memory(threads + threads),
  acquire(m, thread) {
    const me = threads + thread.id - 1;
    for (let level = 1; level <= levels; level++) {
      store(m, me, level);
      store(m, level, thread.id);
      if (level === 1) thread.request("cs");
      for (let other = threads; other < 2 * threads; other++) {
        if (other === me) continue;
        while (load(m, other) >= level && load(m, level) === thread.id);
      }
    }
  },
  release: (m, { id }) => void store(m, threads + id - 1, 0),
});

export const family: Family = {
  "Peterson": ["proved", exclusive(peterson, 2, 2)],
  "Peterson, overtaken once": ["proved", petersonBypass],
  "Peterson, the turn is kept": ["exclusion", exclusive(petersonSelfish, 2)],
  "Peterson, without a turn": ["spin", exclusive(petersonWithoutTurn, 2)],
  "filter lock, two threads": ["proved", exclusive(filterLock(2), 2, 2)],
  "filter lock, three threads": ["proved", exclusive(filterLock(3), 3)],
  "filter lock, a level too few": ["exclusion", exclusive(filterLock(3, 1), 3)],
  // No thread waits for ever, but there is no bound on how often it is overtaken.
  "filter lock, overtaken": ["bypass", { ...exclusive(filterLock(3), 3, 2), bypass: 2 }],
};
