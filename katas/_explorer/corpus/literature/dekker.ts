/**
 * T. J. Dekker's lock and the four attempts before it, as E. W. Dijkstra tells them in Cooperating
 * sequential processes (EWD 123), 1965.
 */
import { memory, type Sample } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

const turn = 0;

/** Right: who does not have the turn lowers its flag until it has. */
export const dekker: Lock = {
  shared: memory(3, 1),
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, 3 - id) === 1) {
      if (load(m, turn) === id) continue;
      store(m, id, 0);
      while (load(m, turn) !== id);
      store(m, id, 1);
    }
  },
  release(m, { id }) {
    store(m, turn, 3 - id);
    store(m, id, 0);
  },
};

/** First attempt: strict alternation. Who stays away keeps the other out. */
const alternation: Lock = {
  shared: memory(3, 1),
  acquire(m, { id }) {
    while (load(m, turn) !== id);
  },
  release: (m, { id }) => void store(m, turn, 3 - id),
};

const onceAgainstTwice: Sample = {
  ...exclusive(alternation, 2),
  threads: {
    A: exclusive(alternation, 2).run!,
    B: exclusive(alternation, 2, 2).run!,
  },
};

const lowersFlag: Pick<Lock, "shared" | "release"> = {
  shared: memory(3),
  release: (m, { id }) => void store(m, id, 0),
};

/** Second attempt: look, then raise the flag. */
const looksFirst: Lock = {
  ...lowersFlag,
  acquire(m, { id }) {
    while (load(m, 3 - id) === 1);
    store(m, id, 1);
  },
};

/** Third attempt: raise the flag, then look. Both wait. */
const raisesFirst: Lock = {
  ...lowersFlag,
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, 3 - id) === 1);
  },
};

/** Fourth attempt: step back and try again. Both can step back for ever. */
const stepsBack: Lock = {
  ...lowersFlag,
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, 3 - id) === 1) {
      store(m, id, 0);
      store(m, id, 1);
    }
  },
};

/** Dekker's, but who does not have the turn waits with its flag up. */
const dekkerFlagUp: Lock = {
  ...dekker,
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, 3 - id) === 1) {
      while (load(m, turn) !== id);
    }
  },
};

/** Dekker's, but the turn is not passed on. */
const dekkerKeepsTurn: Lock = { ...dekker, release: lowersFlag.release };

export const family: Family = {
  "Dekker, one round": ["proved", exclusive(dekker, 2)],
  "Dekker, two rounds": ["proved", exclusive(dekker, 2, 2)],
  "Dekker's first attempt": ["spin", onceAgainstTwice],
  "Dekker's second attempt": ["exclusion", exclusive(looksFirst, 2)],
  "Dekker's third attempt": ["spin", exclusive(raisesFirst, 2)],
  "Dekker's fourth attempt": ["livelock", exclusive(stepsBack, 2)],
  "Dekker, waits with its flag up": ["spin", exclusive(dekkerFlagUp, 2)],
  "Dekker, keeps the turn": ["spin", exclusive(dekkerKeepsTurn, 2)],
};
