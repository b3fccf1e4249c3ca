/**
 * The ticket lock: D. P. Reed and R. K. Kanodia, Synchronization with eventcounts and sequencers,
 * CACM 22(2), 1979; by this name in Mellor-Crummey and Scott, 1991.
 */
import { memory, type Sample } from "../parts.ts";
import { add, load, notify, store, wait } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

const next = 0;
const served = 1;

/** Right. */
export const spinning: Lock<number> = {
  shared: memory(2),
  acquire(m) {
    const ticket = add(m, next, 1);
    while (load(m, served) !== ticket);
    return ticket;
  },
  release: (m, _, ticket) => void store(m, served, ticket + 1),
};

/** Right if all are woken: only one of them has the next ticket. */
export const sleeping = (woken?: number): Lock => ({
  shared: memory(2),
  acquire(m) {
    const ticket = add(m, next, 1);
    for (let now; (now = load(m, served)) !== ticket;) wait(m, served, now);
  },
  release(m) {
    add(m, served, 1);
    notify(m, served, woken);
  },
});

/** Two may take the same ticket. */
const takesInTwoSteps: Lock<number> = {
  ...spinning,
  acquire(m) {
    const ticket = load(m, next);
    store(m, next, ticket + 1);
    while (load(m, served) !== ticket);
    return ticket;
  },
};

/** Sleeps on whatever is served by now, and that may be its own ticket. */
const looksAgain: Lock = {
  ...sleeping(),
  acquire(m) {
    const ticket = add(m, next, 1);
    while (load(m, served) !== ticket) wait(m, served, load(m, served));
  },
};

/** Whoever has a ticket is overtaken by those with a lower one alone. */
const inOrder: Sample = {
  ...exclusive(
    {
      ...spinning,
      acquire(m, thread) {
        const ticket = add(m, next, 1);
        thread.request("cs");
        while (load(m, served) !== ticket);
        return ticket;
      },
    },
    3,
    2,
  ),
  bypass: 2,
};

export const family: Family = {
  "ticket lock": ["proved", exclusive(spinning, 3)],
  "ticket lock, in order": ["proved", inOrder],
  "ticket lock, sleeping": ["proved", exclusive(sleeping(), 3)],
  "ticket lock, sleeping, two rounds": ["proved", exclusive(sleeping(), 3, 2)],
  "ticket lock, wakes one": ["deadlock", exclusive(sleeping(1), 3)],
  "ticket lock, takes in two steps": ["spin", exclusive(takesInTwoSteps, 2)],
  "ticket lock, looks again before it sleeps": ["deadlock", exclusive(looksAgain, 2)],
};
