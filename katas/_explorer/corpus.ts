/** Small programs with one classic bug each, and their right twins: the explorer's test material. */
import { cells, type Program, type Thread } from "./mod.ts";

/** A cell of shared memory. */
export type Cells = Int32Array<SharedArrayBuffer>;
/** The memory of all programs here: one row of cells. */
export type Shared = { m: Cells };
/** A program of the corpus. */
export type Sample = Program<Shared>;

const memory = (count: number, ...values: number[]) => (): Shared => {
  const m = cells(count);
  values.forEach((value, i) => m[i] = value);
  return { m };
};

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

const { load, store, add, sub, exchange, compareExchange, wait, notify } = {
  load: (m: Cells, i: number) => Atomics.load(m, i),
  store: (m: Cells, i: number, v: number) => Atomics.store(m, i, v),
  add: (m: Cells, i: number, v: number) => Atomics.add(m, i, v),
  sub: (m: Cells, i: number, v: number) => Atomics.sub(m, i, v),
  exchange: (m: Cells, i: number, v: number) => Atomics.exchange(m, i, v),
  compareExchange: (m: Cells, i: number, a: number, b: number) =>
    Atomics.compareExchange(m, i, a, b),
  wait: (m: Cells, i: number, v: number, timeout?: number) => Atomics.wait(m, i, v, timeout),
  notify: (m: Cells, i: number, n?: number) => Atomics.notify(m, i, n),
};

const inside = (thread: Thread) => thread.inside("cs", () => {});

/** The three-state mutex; a thread that was woken takes it as `woken`. */
function lock3(m: Cells, at = 0, woken = 2): void {
  let seen = compareExchange(m, at, 0, 1);
  if (seen === 0) return;
  if (seen !== 2) seen = exchange(m, at, 2);
  while (seen !== 0) {
    wait(m, at, 2);
    seen = exchange(m, at, woken);
  }
}

function unlock3(m: Cells, at = 0): void {
  if (sub(m, at, 1) === 1) return;
  store(m, at, 0);
  notify(m, at, 1);
}

const mutex = (threads: number, woken = 2): Sample => ({
  shared: memory(1),
  threads,
  run({ m }, thread) {
    lock3(m, 0, woken);
    inside(thread);
    unlock3(m);
  },
});

/** The mutex of two states that always notifies. */
function lock2(m: Cells, at: number): void {
  while (compareExchange(m, at, 0, 1) !== 0) wait(m, at, 1);
}

function unlock2(m: Cells, at: number): void {
  store(m, at, 0);
  notify(m, at, 1);
}

const peterson = (rounds: number): Sample => ({
  shared: memory(3),
  threads: 2,
  run({ m }, thread) {
    const me = thread.id - 1;
    for (let i = 0; i < rounds; i++) {
      store(m, me, 1);
      store(m, 2, 1 - me);
      while (load(m, 1 - me) === 1 && load(m, 2) === 1 - me);
      inside(thread);
      store(m, me, 0);
    }
  },
});

const philosophers = (threads: number): Sample => ({
  shared: memory(threads),
  threads,
  run({ m }, thread) {
    const left = thread.id - 1;
    const right = thread.id % threads;
    lock2(m, left);
    lock2(m, right);
    unlock2(m, right);
    unlock2(m, left);
  },
});

const barrier = (threads: number, hasGeneration: boolean): Sample => ({
  shared: memory(2),
  threads,
  run({ m }) {
    for (let round = 0; round < 2; round++) {
      const generation = load(m, 1);
      if (add(m, 0, 1) === threads - 1) {
        store(m, 0, 0);
        store(m, 1, hasGeneration ? generation + 1 : 1);
        notify(m, 1);
      } else if (hasGeneration) {
        while (load(m, 1) === generation) wait(m, 1, generation);
      } else {
        wait(m, 1, generation);
      }
    }
  },
});

const semaphore = (notifiesAlways: boolean): Sample => {
  const take = ({ m }: Shared) => {
    for (;;) {
      const permits = load(m, 0);
      if (permits > 0 && compareExchange(m, 0, permits, permits - 1) === permits) return;
      if (permits === 0) wait(m, 0, 0);
    }
  };
  return {
    shared: memory(1),
    threads: {
      A: take,
      B: take,
      C({ m }) {
        for (let i = 0; i < 2; i++) {
          if (add(m, 0, 1) === 0 || notifiesAlways) notify(m, 0, 1);
        }
      },
    },
  };
};

/** Programs with a fault, by name. */
export const faulty: Record<string, Sample> = {
  "lost update, plain": {
    shared: memory(1),
    threads: 2,
    races: "allow",
    run: ({ m }) => void m[0]++,
    after: ({ m }) => check(m[0] === 2, "counter is not 2"),
  },
  "lost update, plain, races are errors": {
    shared: memory(1),
    threads: 2,
    run: ({ m }) => void m[0]++,
  },
  "lost update of load and store, two rounds": {
    shared: memory(1),
    threads: 2,
    run({ m }) {
      for (let i = 0; i < 2; i++) store(m, 0, load(m, 0) + 1);
    },
    after: ({ m }) => check(m[0] === 4, "counter is not 4"),
  },
  "counter of three threads ends at two": {
    shared: memory(1),
    threads: 3,
    run({ m }) {
      for (let i = 0; i < 3; i++) store(m, 0, load(m, 0) + 1);
    },
    after: ({ m }) => check(m[0] !== 2, "reached the minimum"),
  },
  "test then set": {
    shared: memory(1),
    threads: 2,
    run({ m }, thread) {
      while (load(m, 0) === 1);
      store(m, 0, 1);
      inside(thread);
      store(m, 0, 0);
    },
  },
  "Peterson, turn before flag": {
    shared: memory(3),
    threads: 2,
    run({ m }, thread) {
      const me = thread.id - 1;
      store(m, 2, 1 - me);
      store(m, me, 1);
      while (load(m, 1 - me) === 1 && load(m, 2) === 1 - me);
      inside(thread);
      store(m, me, 0);
    },
  },
  "flags, checked before set": {
    shared: memory(2),
    threads: 2,
    run({ m }, thread) {
      const me = thread.id - 1;
      while (load(m, 1 - me) === 1);
      store(m, me, 1);
      inside(thread);
      store(m, me, 0);
    },
  },
  "flags, set before checked": {
    shared: memory(2),
    threads: 2,
    run({ m }, thread) {
      const me = thread.id - 1;
      store(m, me, 1);
      while (load(m, 1 - me) === 1);
      inside(thread);
      store(m, me, 0);
    },
  },
  "Peterson, plain": {
    shared: memory(3),
    threads: 2,
    run({ m }, thread) {
      const me = thread.id - 1;
      m[me] = 1;
      m[2] = 1 - me;
      while (m[1 - me] === 1 && m[2] === 1 - me);
      inside(thread);
      m[me] = 0;
    },
  },
  "unlock forgets to notify": {
    shared: memory(1),
    threads: 2,
    run({ m }, thread) {
      lock2(m, 0);
      inside(thread);
      store(m, 0, 0);
    },
  },
  "woken thread takes state 1": mutex(3, 1),
  "semaphore, check then subtract": {
    shared: memory(1, 1),
    threads: 2,
    run({ m }) {
      if (load(m, 0) > 0) sub(m, 0, 1);
    },
    always: ({ m }) => check(m[0] >= 0, "permits below zero"),
  },
  "semaphore notifies on 0 to 1 only": semaphore(false),
  "event, notify before store": {
    shared: memory(1),
    threads: {
      A: ({ m }) => void wait(m, 0, 0),
      B({ m }) {
        notify(m, 0);
        store(m, 0, 1);
      },
    },
  },
  "waits on a value read again": {
    shared: memory(1),
    threads: {
      A({ m }) {
        while (load(m, 0) === 0) wait(m, 0, load(m, 0));
      },
      B({ m }) {
        store(m, 0, 1);
        notify(m, 0);
      },
    },
  },
  "two philosophers": philosophers(2),
  "three philosophers": philosophers(3),
  "four philosophers": philosophers(4),
  "barrier without generation": barrier(2, false),
  "once, the loser is too early": {
    shared: memory(2),
    threads: 2,
    run({ m }) {
      if (compareExchange(m, 0, 0, 1) === 0) store(m, 1, 7);
      else check(load(m, 1) === 7, "used before initialised");
    },
  },
  "flag published before data": {
    shared: memory(2),
    threads: {
      A({ m }) {
        store(m, 1, 1);
        store(m, 0, 42);
      },
      B({ m }) {
        if (load(m, 1) === 1) check(load(m, 0) === 42, "stale data");
      },
    },
  },
  "plain flag, plain data": {
    shared: memory(2),
    threads: {
      A({ m }) {
        m[0] = 42;
        m[1] = 1;
      },
      B({ m }) {
        if (m[1] === 1) check(m[0] === 42, "stale data");
      },
    },
  },
  "ticket taken with load and store": {
    shared: memory(2),
    threads: 2,
    run({ m }, thread) {
      const ticket = load(m, 0);
      store(m, 0, ticket + 1);
      while (load(m, 1) !== ticket);
      inside(thread);
      store(m, 1, ticket + 1);
    },
  },
  "notify hits the wrong kind of waiter": {
    shared: memory(2),
    threads: {
      A({ m }) {
        while (load(m, 0) !== 1) wait(m, 1, 0);
      },
      B({ m }) {
        wait(m, 1, 0);
      },
      C({ m }) {
        store(m, 0, 1);
        notify(m, 1, 1);
      },
    },
  },
  "timed lock leaks its waiter": {
    shared: memory(2),
    threads: {
      A({ m }) {
        store(m, 0, 1);
        store(m, 0, 0);
        notify(m, 0, 1);
      },
      B({ m }) {
        add(m, 1, 1);
        if (wait(m, 0, 1, 5) === "timed-out") return;
        sub(m, 1, 1);
      },
    },
    after: ({ m }) => check(m[1] === 0, "waiter count leaked"),
  },
  "check then act on an account": {
    shared: memory(1, 100),
    threads: 2,
    run({ m }) {
      if (load(m, 0) >= 100) sub(m, 0, 100);
    },
    after: ({ m }) => check(m[0] >= 0, "negative balance"),
  },
  "ring publishes its tail before the slot": {
    shared: memory(2),
    threads: {
      A({ m }) {
        store(m, 0, 1);
        store(m, 1, 7);
      },
      B({ m }) {
        if (load(m, 0) === 1) check(load(m, 1) === 7, "read an unwritten slot");
      },
    },
  },
  "two locks in different order": {
    shared: memory(2),
    threads: {
      A({ m }) {
        lock2(m, 0);
        lock2(m, 1);
        unlock2(m, 1);
        unlock2(m, 0);
      },
      B({ m }) {
        lock2(m, 1);
        lock2(m, 0);
        unlock2(m, 0);
        unlock2(m, 1);
      },
    },
  },
  "a writer is overtaken": {
    shared: memory(1),
    threads: {
      writer({ m }, thread) {
        thread.request("cs");
        lock2(m, 0);
        inside(thread);
        unlock2(m, 0);
      },
      reader({ m }, thread) {
        for (let i = 0; i < 3; i++) {
          lock2(m, 0);
          inside(thread);
          unlock2(m, 0);
        }
      },
    },
    bypass: 2,
  },
  "if instead of while, and a stray wake-up": {
    shared: memory(1),
    strayNotifies: 1,
    threads: {
      A({ m }) {
        if (load(m, 0) === 0) wait(m, 0, 0);
        check(load(m, 0) === 1, "went on without the event");
      },
      B({ m }) {
        store(m, 0, 1);
        notify(m, 0);
      },
    },
  },
};

/** Programs without a fault, by name. */
export const right: Record<string, Sample> = {
  "Peterson, one round": peterson(1),
  "Peterson, two rounds": peterson(2),
  "mutex of two states": {
    shared: memory(1),
    threads: 2,
    run({ m }, thread) {
      lock2(m, 0);
      inside(thread);
      unlock2(m, 0);
    },
  },
  "mutex of three states, two threads": mutex(2),
  "mutex of three states, three threads": mutex(3),
  "semaphore notifies always": semaphore(true),
  "barrier with generation, two threads": barrier(2, true),
  "barrier with generation, three threads": barrier(3, true),
  "data published by an atomic flag": {
    shared: memory(2),
    threads: {
      A({ m }) {
        m[0] = 42;
        store(m, 1, 1);
      },
      B({ m }) {
        if (load(m, 1) === 1) check(m[0] === 42, "stale data");
      },
    },
  },
  "two locks in the same order": {
    shared: memory(2),
    threads: 2,
    run({ m }) {
      lock2(m, 0);
      lock2(m, 1);
      unlock2(m, 1);
      unlock2(m, 0);
    },
  },
};
