/** Initialised once: pthread_once, call_once, and double-checked locking that is none. */
import { check, memory, type Sample } from "../parts.ts";
import { compareExchange, load, notify, store, wait } from "./atomics.ts";
import type { Family } from "./family.ts";
import { raise, take } from "./semaphores.ts";

/** 0 not yet, 1 somebody is at it, 2 done. */
const state = 0;
const value = 1;
const lock = 2;

/** POSIX, pthread_once: right, whoever comes second sleeps until it is done. */
export const once = (threads: number, done = 2): Sample => ({
  shared: memory(2),
  threads,
  run({ m }) {
    if (compareExchange(m, state, 0, 1) === 0) {
      m[value] = 7;
      store(m, state, done);
      notify(m, state);
    }
    while (load(m, state) === 1) wait(m, state, 1);
    check(m[value] === 7, "used before it was initialised");
  },
});

/** Does not wait for the one that is at it. */
const doesNotWait: Sample = {
  ...once(2),
  run({ m }) {
    if (compareExchange(m, state, 0, 1) === 0) {
      store(m, value, 7);
      store(m, state, 2);
    }
    check(load(m, value) === 7, "used before it was initialised");
  },
};

/** The initialiser throws, and the others wait for ever: call_once lets another thread try. */
const throwsAndStays = (opensAgain: boolean): Sample => ({
  shared: memory(2),
  threads: 2,
  run({ m }) {
    for (;;) {
      if (compareExchange(m, state, 0, 1) === 0) {
        try {
          if (load(m, value) === 0) throw new Error("not ready");
          store(m, state, 2);
          return notify(m, state);
        } catch {
          store(m, value, 1);
          if (!opensAgain) return;
          store(m, state, 0);
          notify(m, state);
          continue;
        }
      }
      if (load(m, state) === 2) return;
      wait(m, state, 1);
    }
  },
});

/**
 * D. Bacon and others, The "double-checked locking is broken" declaration, 2000: the first look is
 * a plain one, or the flag is set before the value is there. Right with an atomic flag set last.
 */
const doubleChecked = (flagIsPlain: boolean, flagIsLast: boolean): Sample => ({
  shared: memory(3, 0, 0, 1),
  threads: 2,
  run({ m }) {
    const isDone = () => (flagIsPlain ? m[state] : load(m, state)) === 1;
    const setFlag = () => flagIsPlain ? m[state] = 1 : store(m, state, 1);
    if (!isDone()) {
      take(m, lock);
      if (!isDone()) {
        if (!flagIsLast) setFlag();
        store(m, value, 7);
        if (flagIsLast) setFlag();
      }
      raise(m, lock);
    }
    check(load(m, value) === 7, "used before it was initialised");
  },
});

export const family: Family = {
  "once": ["proved", once(3)],
  "once, does not wait": ["error", doesNotWait],
  "once, never said to be done": ["deadlock", once(2, 1)],
  "once, throws and stays": ["deadlock", throwsAndStays(false)],
  "once, throws and opens again": ["proved", throwsAndStays(true)],
  "double-checked": ["proved", doubleChecked(false, true)],
  "double-checked, plain flag": ["race", doubleChecked(true, true)],
  "double-checked, flag before value": ["error", doubleChecked(false, false)],
};
