/** U. Drepper, Futexes are tricky, 2011: three mutexes, each better than the one before. */
import { memory } from "../parts.ts";
import { add, compareExchange, exchange, notify, store, sub, wait } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

/**
 * The first: a counter of those who came. Right for two threads. With more, two who wait can count
 * each other out of sleep for ever, and then the counter wraps to 0, which stands for free. `one`
 * is what it counts by; 2 ** 30 makes a counter of two bits.
 */
export const mutex1 = (one: number): Lock => ({
  shared: memory(1),
  acquire(m) {
    for (let seen; (seen = add(m, 0, one)) !== 0;) wait(m, 0, seen + one | 0);
  },
  release(m) {
    store(m, 0, 0);
    notify(m, 0, 1);
  },
});

/** The second: 0 free, 1 held, 2 held and somebody may sleep. Right. */
export const mutex2 = (woken = 2): Lock => ({
  shared: memory(1),
  acquire(m) {
    let seen = compareExchange(m, 0, 0, 1);
    while (seen !== 0) {
      if (seen === 2 || compareExchange(m, 0, 1, 2) !== 0) wait(m, 0, 2);
      seen = compareExchange(m, 0, 0, woken);
    }
  },
  release(m) {
    if (sub(m, 0, 1) === 1) return;
    store(m, 0, 0);
    notify(m, 0, 1);
  },
});

/** The third, with fewer steps: one exchange says that somebody waits, and asks. Right. */
export const mutex3: Lock = {
  ...mutex2(),
  acquire(m) {
    let seen = compareExchange(m, 0, 0, 1);
    if (seen === 0) return;
    if (seen !== 2) seen = exchange(m, 0, 2);
    while (seen !== 0) {
      wait(m, 0, 2);
      seen = exchange(m, 0, 2);
    }
  },
};

/** Wakes without freeing: the decrement leaves 1, and whoever was woken sleeps again. */
const forgetsToFree: Lock = {
  ...mutex2(),
  release(m) {
    if (sub(m, 0, 1) !== 1) notify(m, 0, 1);
  },
};

export const family: Family = {
  "Drepper's first mutex, two threads": ["proved", exclusive(mutex1(1), 2)],
  "Drepper's first mutex, its counter wraps": ["exclusion", exclusive(mutex1(2 ** 30), 3)],
  "Drepper's second mutex": ["proved", exclusive(mutex2(), 3)],
  "Drepper's second mutex, two threads": ["proved", exclusive(mutex2(), 2, 2)],
  // A woken thread that takes 1 forgets those who still sleep.
  "Drepper's second mutex, woken to 1": ["deadlock", exclusive(mutex2(1), 3)],
  "Drepper's second mutex, forgets to free": ["deadlock", exclusive(forgetsToFree, 2)],
  "Drepper's third mutex": ["proved", exclusive(mutex3, 3)],
  "Drepper's third mutex, two threads": ["proved", exclusive(mutex3, 2, 2)],
};
