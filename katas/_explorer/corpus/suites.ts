/** Programs as suites of katas need them: threads that outlive the others, parts as one step, recorded calls. */
import type { Model } from "../machine/linearizable.ts";
import { load, lock2, memory, type Sample, store, unlock2, wait } from "./parts.ts";

/** A worker that waits for the next task for ever, and one task. */
export const worker: Sample = {
  shared: memory(1),
  threads: {
    worker({ m }) {
      for (let done = 0;; done++) while (load(m, 0) === done) wait(m, 0, done);
    },
    asker({ m }) {
      Atomics.add(m, 0, 1);
      Atomics.notify(m, 0);
    },
  },
};

/** One that wakes from time to time all the same. */
export const restlessWorker: Sample = {
  ...worker,
  threads: {
    ...(worker.threads as Record<string, NonNullable<Sample["run"]>>),
    worker({ m }) {
      for (let done = 0;; done++) while (load(m, 0) === done) wait(m, 0, done, 10);
    },
  },
};

/** Three threads that count under a lock, which counts as one step or as all of its own. */
export const counting = (isOneStep: boolean): Sample => ({
  shared: memory(2),
  threads: 3,
  run({ m }, thread) {
    const part = <T>(body: () => T) => isOneStep ? thread.atomic(body) : body();
    part(() => lock2(m, 0));
    store(m, 1, load(m, 1) + 1);
    part(() => unlock2(m, 0));
  },
  outcome: ({ m }) => m[1],
});

/** One that sleeps in the middle of a step, and one that wakes it, in one step if `isOneStep`, and goes on. */
export const sleeping = (isOneStep: boolean): Sample => ({
  shared: memory(2),
  threads: {
    sleeper: ({ m }, thread) =>
      thread.atomic(() => {
        wait(m, 0, 0);
        return load(m, 1);
      }),
    waker({ m }, thread) {
      const wake = () => {
        store(m, 0, 1);
        Atomics.notify(m, 0);
        store(m, 1, 7);
      };
      if (isOneStep) thread.atomic(wake);
      else wake();
    },
  },
  outcome: (_, [seen]) => seen,
});

/** A register of two cells that is read and written; `isLocked` says whether it does so under a lock. */
export const register = (isLocked: boolean): Sample => {
  const under = <T>(m: Int32Array<SharedArrayBuffer>, body: () => T) => {
    if (!isLocked) return body();
    lock2(m, 0);
    try {
      return body();
    } finally {
      unlock2(m, 0);
    }
  };
  const model: Model<number> = {
    start: 0,
    calls: { set: (_, value: number) => [value, undefined], get: (value) => [value, value] },
  };
  return {
    shared: memory(3),
    threads: {
      writer({ m }, thread) {
        thread.call("set", [11], () =>
          under(m, () => {
            store(m, 1, 1);
            store(m, 2, 1);
          }));
      },
      reader({ m }, thread) {
        for (let i = 0; i < 2; i++) {
          thread.call("get", [], () => under(m, () => 10 * load(m, 2) + load(m, 1)));
        }
      },
    },
    linearizable: model,
  };
};

/** A queue whose `get` waits: a call that cannot happen yet is no fault. */
export const queue = (isRight: boolean): Sample => {
  const model: Model<number[]> = {
    start: [],
    calls: {
      put: (items, item: number) => [[...items, item], undefined],
      get: (items) => items.length > 0 ? [items.slice(1), items[0]] : null,
    },
  };
  const get = (m: Int32Array<SharedArrayBuffer>): number => {
    for (;;) {
      const at = load(m, 1);
      if (at === load(m, 0)) wait(m, 0, at);
      else if (isRight) {
        if (Atomics.compareExchange(m, 1, at, at + 1) === at) return load(m, 2 + at);
      } else {
        store(m, 1, at + 1);
        return load(m, 2 + at);
      }
    }
  };
  return {
    shared: memory(4),
    threads: {
      putter({ m }, thread) {
        for (const item of [5, 6]) {
          thread.call("put", [item], () => {
            store(m, 2 + load(m, 0), item);
            Atomics.add(m, 0, 1);
            Atomics.notify(m, 0);
          });
        }
      },
      A: ({ m }, thread) => thread.call("get", [], () => get(m)),
      B: ({ m }, thread) => thread.call("get", [], () => get(m)),
    },
    linearizable: model,
  };
};
