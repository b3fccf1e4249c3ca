/**
 * A. D. Birrell, Implementing condition variables with semaphores, 2003: his attempts at a
 * condition out of semaphores, where a thread must not be woken by what was signalled before it
 * waited.
 */
import { type Cells, check, memory, type Sample } from "../parts.ts";
import { load, store } from "./atomics.ts";
import type { Family } from "./family.ts";
import { down, raise, take, up } from "./semaphores.ts";

/** The monitor's lock, the condition's semaphores, its count of waiters and the lock of that. */
const lock = 0;
const asleep = 1;
const handshake = 2;
const waiters = 3;
const countLock = 4;
/** How far the story below has come. */
const phase = 5;
const initial = memory(6, 1, 0, 0, 0, 1, 0);

/** A condition: `wait` gives the monitor's lock up and takes it again. */
interface Condition {
  wait(m: Cells): void;
  signal(m: Cells): void;
}

/** First: a semaphore and nothing else. A signal that nobody waits for is not lost. */
const bare: Condition = {
  wait(m) {
    raise(m, lock);
    down(m, asleep);
    take(m, lock);
  },
  signal: (m) => up(m, asleep),
};

/** Next: waiters are counted. One who comes later can take the wake-up of one who has waited. */
const counted: Condition = {
  wait(m) {
    changeWaiters(m, 1);
    raise(m, lock);
    down(m, asleep);
    take(m, lock);
  },
  signal(m) {
    take(m, countLock);
    const count = load(m, waiters);
    if (count > 0) {
      store(m, waiters, count - 1);
      up(m, asleep);
    }
    raise(m, countLock);
  },
};

/** At last: the signaller waits until its wake-up was taken. Right. */
const shaking: Condition = {
  wait(m) {
    changeWaiters(m, 1);
    raise(m, lock);
    down(m, asleep);
    up(m, handshake);
    take(m, lock);
  },
  signal(m) {
    take(m, countLock);
    const count = load(m, waiters);
    if (count > 0) {
      store(m, waiters, count - 1);
      up(m, asleep);
      down(m, handshake);
    }
    raise(m, countLock);
  },
};

function changeWaiters(m: Cells, by: number): void {
  take(m, countLock);
  store(m, waiters, load(m, waiters) + by);
  raise(m, countLock);
}

/** Wakes all: raises the semaphore for each of the waiters, and waits for each. */
function broadcast(m: Cells): void {
  take(m, countLock);
  const count = load(m, waiters);
  for (let i = 0; i < count; i++) up(m, asleep);
  for (let i = 0; i < count; i++) down(m, handshake);
  store(m, waiters, 0);
  raise(m, countLock);
}

/** A waits, is signalled, then B waits, and is signalled: phases 1 to 4. */
const twoInTurn = (condition: Condition): Sample => ({
  shared: initial,
  threads: {
    A: ({ m }) => waitFrom(m, condition, 0),
    B: ({ m }) => waitFrom(m, condition, 2),
    C({ m }) {
      signalFrom(m, condition, 1);
      signalFrom(m, condition, 3);
    },
  },
});

/** When `from` is reached: says so, waits, and was woken by nothing before it was signalled. */
function waitFrom(m: Cells, condition: Condition, from: number): void {
  while (load(m, phase) < from);
  take(m, lock);
  store(m, phase, from + 1);
  condition.wait(m);
  check(load(m, phase) >= from + 2, "was woken by a signal from before it waited");
  raise(m, lock);
}

function signalFrom(m: Cells, condition: Condition, from: number): void {
  while (load(m, phase) < from);
  take(m, lock);
  store(m, phase, from + 1);
  condition.signal(m);
  raise(m, lock);
}

/** A signal comes when nobody waits; then A waits for one of its own. */
const signalBefore = (condition: Condition): Sample => ({
  shared: initial,
  threads: {
    A: ({ m }) => waitFrom(m, condition, 1),
    B({ m }) {
      signalFrom(m, condition, 0);
      signalFrom(m, condition, 2);
    },
  },
});

/** Waiters for an event that is set once, which all of them are told of. */
const event = (): Sample => {
  const isSet = phase;
  const waiter = ({ m }: { m: Cells }) => {
    take(m, lock);
    while (load(m, isSet) === 0) shaking.wait(m);
    raise(m, lock);
  };
  return {
    shared: initial,
    threads: {
      A: waiter,
      B: waiter,
      setter({ m }) {
        take(m, lock);
        store(m, isSet, 1);
        broadcast(m);
        raise(m, lock);
      },
    },
  };
};

export const family: Family = {
  "Birrell, a semaphore alone": ["error", signalBefore(bare)],
  "Birrell, waiters counted": ["error", twoInTurn(counted)],
  "Birrell, with a handshake": ["proved", twoInTurn(shaking)],
  "Birrell, signal before": ["proved", signalBefore(shaking)],
  "Birrell, broadcast": ["proved", event()],
};
