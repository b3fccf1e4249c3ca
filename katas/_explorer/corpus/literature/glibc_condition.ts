/**
 * The condition variable of glibc 2.25 and its lost wake-up: report 25847 of sourceware.org, 2020,
 * explained by M. Skarupke, Using TLA+ in the real world to understand a glibc bug, 2020.
 *
 * Waiters are in one of two groups: those in G1 are being signalled, those who come join G2, and
 * when G1 is used up the groups change places. A waiter of an old group can take a signal that is
 * meant for a later one in the same place. It sees that it has, and gives a signal back: maybe too
 * late. There is one signaller here, so what guards signallers from each other is left out.
 */
import { type Cells, memory, type Sample } from "../parts.ts";
import { add, compareExchange, load, notify, or, store, sub, wait, xor } from "./atomics.ts";
import type { Family } from "./family.ts";
import { raise, take } from "./semaphores.ts";

/**
 * The user's lock and tokens; then the condition: twice a number, and a bit for which group is G2.
 */
const lock = 0;
const tokens = 1;
const sequence = 2;
const start = 3;
const originalSize = 4;
const size = [5, 6];
const refs = [7, 8];
const signals = [9, 10];

interface Condition {
  /** Waits in `group`, as number `mine` of all who have waited. */
  sleep(m: Cells, group: number, mine: number): void;
  signal(m: Cells): void;
}

/** Glibc 2.25 to 2.40. Signals come in steps of two; the bit says that the group is closed. */
const glibc = (givesBack: boolean): Condition => ({
  sleep(m, group, mine) {
    for (;;) {
      const seen = awaitSignal(m, group, mine);
      if (seen === 0) return;
      if (compareExchange(m, signals[group], seen, seen - 2) === seen) break;
    }
    if (givesBack) giveBack(m, group, mine);
  },
  signal(m) {
    const now = load(m, sequence);
    let group = now & 1 ^ 1;
    if (load(m, size[group]) === 0) {
      if (!switchGroups(m, group, now >> 1)) return;
      group ^= 1;
    }
    add(m, signals[group], 2);
    sub(m, size[group], 1);
    notify(m, signals[group], 1);
  },
});

/** Returns the signals that there are, or 0 when the group is closed, which wakes all of it. */
function awaitSignal(m: Cells, group: number, mine: number): number {
  for (;;) {
    const seen = load(m, signals[group]);
    if (seen !== 0) return seen & 1 ? 0 : seen;
    add(m, refs[group], 2);
    const isClosed = (load(m, signals[group]) & 1) === 1 || mine < load(m, start) >> 1;
    if (!isClosed) wait(m, signals[group], 0);
    leaveGroup(m, group);
    if (isClosed) return 0;
  }
}

function leaveGroup(m: Cells, group: number): void {
  if (sub(m, refs[group], 2) === 3) notify(m, refs[group]);
}

/** Was the signal one of a later group? Then that group gets it again. */
function giveBack(m: Cells, group: number, mine: number): void {
  const from = load(m, start);
  if (mine >= from >> 1 || (from & 1 ^ 1) !== group) return;
  let seen = load(m, signals[group]);
  while (load(m, start) === from) {
    if ((seen & 1) === 1) return;
    const now = compareExchange(m, signals[group], seen, seen + 2);
    if (now === seen) return void notify(m, signals[group], 1);
    seen = now;
  }
}

/** Closes G1, waits until nobody refers to it, and makes G2 the new G1. Says if it has waiters. */
function switchGroups(m: Cells, old: number, waited: number): boolean {
  const from = load(m, start) >> 1;
  const used = load(m, originalSize);
  if (waited - from - used + load(m, size[old ^ 1]) === 0) return false;
  or(m, signals[old], 1);
  while (load(m, refs[old]) >> 1 > 0) {
    const seen = or(m, refs[old], 1);
    if (seen >> 1 > 0) wait(m, refs[old], seen | 1);
  }
  add(m, start, 2 * used + (old === 1 ? 1 : -1));
  store(m, signals[old], 0);
  return adoptGroup(m, old ^ 1, (xor(m, sequence, 1) >> 1) - from - used);
}

function adoptGroup(m: Cells, group: number, waiters: number): boolean {
  store(m, originalSize, waiters);
  return add(m, size[group], waiters) + waiters > 0;
}

/**
 * Mended as in 2.41: the signals of a group count up from its start, so an old waiter never takes
 * one for its own, and there is nothing to give back.
 */
const mended: Condition = {
  sleep(m, group, mine) {
    for (;;) {
      const seen = load(m, signals[group]);
      const from = load(m, start);
      if (mine < from >> 1) return;
      const isSignalled = (from & 1) !== group && seen > from >> 1;
      if (!isSignalled) wait(m, signals[group], seen);
      else if (compareExchange(m, signals[group], seen, seen - 1) === seen) return;
    }
  },
  signal(m) {
    const now = load(m, sequence);
    let group = now & 1 ^ 1;
    if (load(m, size[group]) === 0) {
      const from = load(m, start) >> 1;
      const used = load(m, originalSize);
      if ((now >> 1) - from - used + load(m, size[group ^ 1]) === 0) return;
      add(m, start, 2 * used + (group === 1 ? 1 : -1));
      store(m, signals[group ^ 1], from + used);
      group ^= 1;
      if (!adoptGroup(m, group, (xor(m, sequence, 1) >> 1) - from - used)) return;
    }
    add(m, signals[group], 1);
    sub(m, size[group], 1);
    notify(m, signals[group], 1);
  },
};

/** Waits for a token and takes it, `rounds` times. */
function takeTokens(m: Cells, condition: Condition, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    take(m, lock);
    while (load(m, tokens) === 0) {
      const before = add(m, sequence, 2);
      raise(m, lock);
      condition.sleep(m, before & 1, before >> 1);
      take(m, lock);
    }
    sub(m, tokens, 1);
    raise(m, lock);
  }
}

function giveTokens(m: Cells, condition: Condition, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    take(m, lock);
    add(m, tokens, 1);
    raise(m, lock);
    condition.signal(m);
  }
}

/** A waiter, and a signaller that gives it its tokens. */
export const oneWaiter = (condition: Condition, rounds: number): Sample => ({
  shared: memory(11, 1),
  threads: {
    waiter: ({ m }) => takeTokens(m, condition, rounds),
    signaller: ({ m }) => giveTokens(m, condition, rounds),
  },
});

/**
 * In the middle of a run. Three have waited, each was signalled, and the groups have changed places
 * as often. The first to wait is so slow that it is `old`: it finds the signal of the third, which
 * is in the same place. `inPlace` is that signal, or 0 if it was taken just now.
 */
const afterThree = (inPlace: number) =>
  memory(11, 1, 0, 2 * 3 + 1, 2 * 2 + 1, 1, 0, 0, 0, 0, inPlace, 0);

/** The old waiter gives back what it has taken, while one waits three times. */
const givesBackLate: Sample = {
  ...oneWaiter(glibc(true), 3),
  shared: afterThree(0),
  threads: {
    old: ({ m }) => giveBack(m, 0, 0),
    waiter: ({ m }) => takeTokens(m, glibc(true), 3),
    signaller: ({ m }) => giveTokens(m, glibc(true), 3),
  },
};

/** The old waiter looks for a signal, and so does the third, who was signalled. */
const twoOfOnePlace = (condition: Condition, inPlace: number): Sample => ({
  shared: afterThree(inPlace),
  threads: {
    old: ({ m }) => condition.sleep(m, 0, 0),
    third: ({ m }) => condition.sleep(m, 0, 2),
  },
});

export const family: Family = {
  "glibc's condition, two rounds": ["proved", oneWaiter(glibc(true), 2)],
  "glibc's condition, gives back late": ["deadlock", givesBackLate],
  "glibc's condition, gives back": ["proved", twoOfOnePlace(glibc(true), 2)],
  "glibc's condition, gives nothing back": ["deadlock", twoOfOnePlace(glibc(false), 2)],
  "glibc's condition, mended": ["proved", twoOfOnePlace(mended, 3)],
  "glibc's condition, mended, three rounds": ["proved", oneWaiter(mended, 3)],
};
