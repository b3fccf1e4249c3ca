/** Counting semaphores made of binary ones. */
import { type Cells, memory, type Sample } from "../parts.ts";
import { load, store } from "./atomics.ts";
import type { Family } from "./family.ts";
import { raise, take } from "./semaphores.ts";

const mutex = 0;
const gate = 1;
const count = 2;

interface Semaphore {
  down(m: Cells): void;
  up(m: Cells): void;
}

/** Adds to the count under the mutex, and returns the new count. */
function change(m: Cells, by: number): number {
  const value = load(m, count) + by;
  store(m, count, value);
  return value;
}

/**
 * H. W. Barz, Implementing semaphores by binary semaphores, SIGPLAN Notices 18(2), 1983. Right: the
 * gate is open exactly while there is a permit.
 */
export const barz: Semaphore = {
  down(m) {
    take(m, gate);
    take(m, mutex);
    if (change(m, -1) > 0) raise(m, gate);
    raise(m, mutex);
  },
  up(m) {
    take(m, mutex);
    if (change(m, 1) === 1) raise(m, gate);
    raise(m, mutex);
  },
};

/** Opens the gate for each permit, and so for one that was handed on: the count falls below 0. */
const barzOpensAlways: Semaphore = {
  ...barz,
  down(m) {
    take(m, gate);
    take(m, mutex);
    change(m, -1);
    raise(m, gate);
    raise(m, mutex);
  },
};

/** Opens the gate for nobody but the first: the second permit is lost. */
const barzShutsAlways: Semaphore = {
  ...barz,
  down(m) {
    take(m, gate);
    take(m, mutex);
    change(m, -1);
    raise(m, mutex);
  },
};

/**
 * The folklore's, told in many textbooks; D. Hemmendinger, A correct implementation of general
 * semaphores, Operating Systems Review 22(3), 1988, shows its fault: two ups before the first of
 * two threads sleeps raise one binary semaphore twice, and that counts once.
 */
const folklore: Semaphore = {
  down(m) {
    take(m, mutex);
    const left = change(m, -1);
    raise(m, mutex);
    if (left < 0) take(m, gate);
  },
  up(m) {
    take(m, mutex);
    if (change(m, 1) <= 0) raise(m, gate);
    raise(m, mutex);
  },
};

/** Hemmendinger's, right: who wakes a thread leaves the mutex to it. */
export const hemmendinger: Semaphore = {
  down(m) {
    take(m, mutex);
    if (change(m, -1) < 0) {
      raise(m, mutex);
      take(m, gate);
    }
    raise(m, mutex);
  },
  up(m) {
    take(m, mutex);
    raise(m, change(m, 1) <= 0 ? gate : mutex);
  },
};

/** Threads that share `permits`, of which `open` stands at the gate at first. */
export const sharing = (
  { down, up }: Semaphore,
  threads: number,
  permits: number,
  open: number,
): Sample => ({
  shared: memory(3, 1, open, permits),
  threads,
  run({ m }, thread) {
    down(m);
    thread.inside("room", () => {}, permits);
    up(m);
  },
});

/** Two threads go down and two go up. */
const handing = ({ down, up }: Semaphore): Sample => ({
  shared: memory(3, 1, 0, 0),
  threads: {
    A: ({ m }) => down(m),
    B: ({ m }) => down(m),
    C: ({ m }) => up(m),
    D: ({ m }) => up(m),
  },
});

export const family: Family = {
  "Barz, one permit": ["proved", sharing(barz, 2, 1, 1)],
  "Barz, two permits": ["proved", sharing(barz, 3, 2, 1)],
  "Barz, opens always": ["exclusion", sharing(barzOpensAlways, 2, 1, 1)],
  "Barz, shuts always": ["deadlock", sharing(barzShutsAlways, 3, 2, 1)],
  "folklore semaphore": ["deadlock", handing(folklore)],
  "Hemmendinger, one permit": ["proved", sharing(hemmendinger, 2, 1, 0)],
  "Hemmendinger, two up": ["proved", handing(hemmendinger)],
};
