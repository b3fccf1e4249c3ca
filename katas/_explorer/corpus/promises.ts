/** Programs that wait with `Atomics.waitAsync`. */
import { check, load, memory, type Sample, store, wait } from "./parts.ts";

type Then = (told: string) => unknown;

/** What a thread does when it is told; it is told at once if it need not wait. */
export function whenTold(m: Int32Array<SharedArrayBuffer>, cell: number, then: Then, ms?: number) {
  const { async, value } = Atomics.waitAsync(m, cell, 0, ms);
  if (async) void value.then(then);
  else then(value);
}

/** A thread is told that a cell has changed. */
export const told: Sample = {
  shared: memory(2),
  threads: {
    waiter({ m }) {
      whenTold(m, 0, () => store(m, 1, 10 * load(m, 1) + load(m, 0)));
    },
    waker({ m }) {
      store(m, 0, 1);
      Atomics.notify(m, 0);
    },
  },
  outcome: ({ m }) => m[1],
  after: ({ m }) => check(m[1] === 1, "it is told once, and then the cell has changed"),
};

/** The waker notifies before it changes the cell. */
export const neverTold: Sample = {
  ...told,
  threads: {
    waiter: ({ m }) => whenTold(m, 0, () => store(m, 1, load(m, 0))),
    waker({ m }) {
      Atomics.notify(m, 0);
      store(m, 0, 1);
    },
  },
};

/** The thread is told when its code has run to the end, and not in the middle of it. */
export const toldAtTheEnd: Sample = {
  shared: memory(2),
  threads: {
    waiter({ m }) {
      whenTold(m, 0, (how) => {
        check(how === "ok" && load(m, 1) === 2, "the code before has run to the end");
        store(m, 1, 3);
      });
      check(Atomics.notify(m, 0) === 1, "it has notified itself");
      store(m, 1, 1);
      store(m, 1, 2);
    },
    reader: ({ m }) => load(m, 1),
  },
  outcome: ({ m }) => m[1],
};

/** A promise and then a sleeper on one cell: the only notify is for who came first. */
export const firstComeFirst: Sample = {
  shared: memory(2),
  children: ["sleeper", "waker"],
  threads: {
    first({ m }, thread) {
      whenTold(m, 0, () => store(m, 1, 1));
      thread.start("sleeper");
      thread.start("waker");
    },
    sleeper: ({ m }) => wait(m, 0, 0, 10),
    waker: ({ m }) => Atomics.notify(m, 0, 1),
  },
  outcome: ({ m }, [, slept]) => `${m[1]} ${slept}`,
};

/** Two promises that are kept in either order, each with two callbacks and one that follows. */
export const twoPromises: Sample = {
  shared: memory(4),
  threads: {
    waiter({ m }) {
      const note = (digit: number) => () => void store(m, 2, 10 * load(m, 2) + digit);
      for (const cell of [0, 1]) {
        const { async, value } = Atomics.waitAsync(m, cell, 0);
        if (!async) continue;
        value.then(note(cell + 1)).then(note(cell + 5));
        void value.then(note(cell + 3));
      }
    },
    waker({ m }) {
      for (const cell of [0, 1]) {
        store(m, cell, 1);
        Atomics.notify(m, cell);
      }
    },
  },
  outcome: ({ m }) => m[2],
};

/** It gives up after a while, or is told in time. */
export const inTime: Sample = {
  shared: memory(2),
  threads: {
    waiter: ({ m }) => whenTold(m, 0, (how) => store(m, 1, how === "timed-out" ? 2 : 1), 10),
    waker({ m }) {
      store(m, 0, 1);
      Atomics.notify(m, 0);
    },
  },
  outcome: ({ m }) => m[1],
  reachable: [1, 2],
};

/** A wake-up goes to a promise in which nobody is interested any more, and a sleeper sleeps on. */
export const takenByNobody: Sample = {
  shared: memory(2),
  threads: {
    careless({ m }) {
      Atomics.waitAsync(m, 0, 0);
    },
    sleeper: ({ m }) => wait(m, 0, 0),
    waker({ m }) {
      store(m, 0, 1);
      Atomics.notify(m, 0, 1);
    },
  },
};

/** A thread that waits again each time that it is told. */
export const again: Sample = {
  shared: memory(1),
  threads: {
    waiter({ m }) {
      const look = () => {
        const seen = load(m, 0);
        if (seen === 2) return;
        const { async, value } = Atomics.waitAsync(m, 0, seen);
        if (async) void value.then(look);
        else look();
      };
      look();
    },
    waker({ m }) {
      for (const value of [1, 2]) {
        store(m, 0, value);
        Atomics.notify(m, 0);
      }
    },
  },
};

/** A promise is used in a way that cannot be explored. */
export const refused: Record<string, [reason: string, program: Sample]> = {
  "a second function": ["A promise of Atomics.waitAsync can only be explored with `then`", {
    ...told,
    threads: {
      waiter({ m }) {
        const { async, value } = Atomics.waitAsync(m, 0, 0);
        if (async) void value.then(() => {}, () => {});
      },
    },
  }],
  "a callback that returns a promise": ["A callback that returns a promise cannot be explored", {
    ...told,
    threads: {
      waiter({ m }) {
        whenTold(m, 0, () => Atomics.waitAsync(m, 1, 0).value);
        Atomics.notify(m, 0);
      },
    },
  }],
  "a promise of promises": ["A promise cannot be explored, but for that of Atomics.waitAsync", {
    ...told,
    threads: {
      waiter({ m }) {
        void Promise.race([Atomics.waitAsync(m, 0, 0).value]).then(() => store(m, 1, 1));
      },
    },
  }],
  "too many": ["Atomics.waitAsync cannot be explored with more than 8 waits open at once", {
    ...told,
    threads: {
      waiter({ m }) {
        for (let i = 0; i < 9; i++) whenTold(m, 0, () => {});
      },
    },
  }],
};
