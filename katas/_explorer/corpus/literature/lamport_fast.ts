/** L. Lamport, A fast mutual exclusion algorithm, ACM TOCS 5(1), 1987: seven steps when alone. */
import { memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

const x = 0;
const y = 1;
const flags = 1;

interface Variant {
  awaitsFlags?: boolean;
  looksAtX?: boolean;
  looksAtY?: boolean;
}

/** Right with all of its rules: the paper's algorithm 2. A flag of each thread follows x and y. */
export const fastLock = (
  threads: number,
  { awaitsFlags = true, looksAtX = true, looksAtY = true }: Variant = {},
): Lock => ({
  shared: memory(2 + threads),
  acquire(m, { id }) {
    for (;;) {
      store(m, flags + id, 1);
      store(m, x, id);
      if (looksAtY && load(m, y) !== 0) {
        store(m, flags + id, 0);
        while (load(m, y) !== 0);
        continue;
      }
      store(m, y, id);
      if (!looksAtX || load(m, x) === id) return;
      store(m, flags + id, 0);
      for (let other = 1; awaitsFlags && other <= threads; other++) {
        while (load(m, flags + other) === 1);
      }
      if (load(m, y) === id) return;
      while (load(m, y) !== 0);
    }
  },
  release(m, { id }) {
    store(m, y, 0);
    store(m, flags + id, 0);
  },
});

/** Lowers y no more, so the others wait for ever. */
const keepsY: Lock = {
  ...fastLock(2),
  release: (m, { id }) => void store(m, flags + id, 0),
};

export const family: Family = {
  "fast lock, two threads": ["proved", exclusive(fastLock(2), 2)],
  "fast lock, three threads": ["proved", exclusive(fastLock(3), 3)],
  "fast lock, awaits no flags": ["exclusion", exclusive(fastLock(2, { awaitsFlags: false }), 2)],
  "fast lock, no look at x": ["exclusion", exclusive(fastLock(2, { looksAtX: false }), 2)],
  "fast lock, no look at y": ["exclusion", exclusive(fastLock(2, { looksAtY: false }), 2)],
  "fast lock, keeps y": ["spin", exclusive(keepsY, 2)],
};
