/**
 * What a signal means: C. A. R. Hoare, Monitors, CACM 17(10), 1974, where the signalled thread
 * goes on at once, and B. W. Lampson and D. D. Redell, Experience with processes and monitors in
 * Mesa, CACM 23(2), 1980, where it is a hint, and the condition has to be looked at again.
 */
import { type Cells, check, memory, type Sample, type Shared } from "../parts.ts";
import type { Body } from "../../mod.ts";
import { add, load, notify, store, wait } from "./atomics.ts";
import type { Family } from "./family.ts";
import { down, raise, take, up } from "./semaphores.ts";

/** The monitor's lock; signallers that wait in Hoare's monitor, and how many. */
const lock = 0;
const urgent = 1;
const urgentCount = 2;
/** The items in the buffer, and a condition's two cells. */
const items = 3;
const filled = 4;
const initial = memory(6, 1);

interface Monitor {
  enter(m: Cells): void;
  leave(m: Cells): void;
  wait(m: Cells, condition: number): void;
  signal(m: Cells, condition: number): void;
}

/** Mesa's, out of a futex that counts the signals. */
export const mesa: Monitor = {
  enter: (m) => take(m, lock),
  leave: (m) => raise(m, lock),
  wait(m, condition) {
    const seen = load(m, condition);
    raise(m, lock);
    wait(m, condition, seen);
    take(m, lock);
  },
  signal(m, condition) {
    add(m, condition, 1);
    notify(m, condition, 1);
  },
};

/** Hoare's, out of semaphores as in his paper: a condition is a semaphore and its waiters. */
export const hoare: Monitor = {
  enter: mesa.enter,
  leave: (m) => load(m, urgentCount) > 0 ? up(m, urgent) : raise(m, lock),
  wait(m, condition) {
    store(m, condition + 1, load(m, condition + 1) + 1);
    hoare.leave(m);
    down(m, condition);
    store(m, condition + 1, load(m, condition + 1) - 1);
  },
  signal(m, condition) {
    if (load(m, condition + 1) === 0) return;
    store(m, urgentCount, load(m, urgentCount) + 1);
    up(m, condition);
    down(m, urgent);
    store(m, urgentCount, load(m, urgentCount) - 1);
  },
};

/** Hoare's without the second queue: the signaller does not wait, and two are in the monitor. */
const hoareGoesOn: Monitor = {
  ...hoare,
  signal: (m, condition) => load(m, condition + 1) > 0 ? up(m, condition) : undefined,
};

const getter = (monitor: Monitor, looksAgain: boolean): Body<Shared> => ({ m }, thread) => {
  monitor.enter(m);
  if (looksAgain) { while (load(m, items) === 0) monitor.wait(m, filled); }
  else if (load(m, items) === 0) monitor.wait(m, filled);
  thread.inside("monitor", () => {});
  const left = load(m, items);
  check(left > 0, "took from an empty buffer");
  store(m, items, left - 1);
  monitor.leave(m);
};

const putter = (monitor: Monitor, count: number): Body<Shared> => ({ m }, thread) => {
  for (let item = 0; item < count; item++) {
    monitor.enter(m);
    store(m, items, load(m, items) + 1);
    monitor.signal(m, filled);
    thread.inside("monitor", () => {});
    monitor.leave(m);
  }
};

/** Threads that take an item each, and one that puts as many. */
export const buffer = (monitor: Monitor, looksAgain: boolean, getters = 2): Sample => ({
  shared: initial,
  threads: {
    ...Object.fromEntries(
      Array.from({ length: getters }, (_, i) => [`getter ${i + 1}`, getter(monitor, looksAgain)]),
    ),
    putter: putter(monitor, getters),
  },
});

export const family: Family = {
  "Mesa, looks again": ["proved", buffer(mesa, true)],
  "Mesa, looks once": ["error", buffer(mesa, false)],
  "Mesa, looks once, one getter": ["proved", buffer(mesa, false, 1)],
  "Hoare, looks once": ["proved", buffer(hoare, false)],
  "Hoare, looks once, one getter": ["proved", buffer(hoare, false, 1)],
  "Hoare, the signaller goes on": ["exclusion", buffer(hoareGoesOn, false)],
};
