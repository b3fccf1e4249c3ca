/** What the programs of the corpus are made of. */
import { cells, type Program, type VirtualThread } from "../mod.ts";

/** A cell of shared memory. */
export type Cells = Int32Array<SharedArrayBuffer>;
/** The memory of all programs here: one row of cells. */
export type Shared = { m: Cells };
/** A program of the corpus. */
export type Sample = Program<Shared>;

export const memory = (count: number, ...values: number[]) => (): Shared => {
  const m = cells(count);
  values.forEach((value, i) => m[i] = value);
  return { m };
};

export function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

export const { load, store, add, sub, exchange, compareExchange, wait, notify } = {
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

export const inside = (thread: VirtualThread) => thread.inside("cs", () => {});

/** The three-state mutex; a thread that was woken takes it as `woken`. */
export function lock3(m: Cells, at = 0, woken = 2): void {
  let seen = compareExchange(m, at, 0, 1);
  if (seen === 0) return;
  if (seen !== 2) seen = exchange(m, at, 2);
  while (seen !== 0) {
    wait(m, at, 2);
    seen = exchange(m, at, woken);
  }
}

export function unlock3(m: Cells, at = 0): void {
  if (sub(m, at, 1) === 1) return;
  store(m, at, 0);
  notify(m, at, 1);
}

export const mutex = (threads: number, woken = 2): Sample => ({
  shared: memory(1),
  threads,
  run({ m }, thread) {
    lock3(m, 0, woken);
    inside(thread);
    unlock3(m);
  },
});

/** The mutex of two states that always notifies. */
export function lock2(m: Cells, at: number): void {
  while (compareExchange(m, at, 0, 1) !== 0) wait(m, at, 1);
}

export function unlock2(m: Cells, at: number): void {
  store(m, at, 0);
  notify(m, at, 1);
}

export const peterson = (rounds: number): Sample => ({
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

export const philosophers = (threads: number): Sample => ({
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

export const barrier = (threads: number): Sample => ({
  shared: memory(2),
  threads,
  run({ m }) {
    for (let round = 0; round < 2; round++) {
      const generation = load(m, 1);
      if (add(m, 0, 1) === threads - 1) {
        store(m, 0, 0);
        store(m, 1, generation + 1);
        notify(m, 1);
      } else {
        while (load(m, 1) === generation) wait(m, 1, generation);
      }
    }
  },
});

/** A condition variable: cell `lockAt` is its lock, `sequenceAt` counts the notifications. */
export const condition = {
  lockAt: 0,
  sequenceAt: 1,
  acquire: (m: Cells) => lock2(m, condition.lockAt),
  release: (m: Cells) => unlock2(m, condition.lockAt),
  wait(m: Cells) {
    const sequence = load(m, condition.sequenceAt);
    condition.release(m);
    wait(m, condition.sequenceAt, sequence);
    condition.acquire(m);
  },
  notify(m: Cells, count?: number) {
    add(m, condition.sequenceAt, 1);
    notify(m, condition.sequenceAt, count);
  },
};

/** A buffer for one item; `waking` is how many waiters each change wakes. */
export function buffer(waking?: number): Record<"put" | "take", (shared: Shared) => void> {
  const filledAt = 2;
  const move = ({ m }: Shared, from: number) => {
    condition.acquire(m);
    while (load(m, filledAt) !== from) condition.wait(m);
    store(m, filledAt, 1 - from);
    condition.notify(m, waking);
    condition.release(m);
  };
  return { put: (shared) => move(shared, 0), take: (shared) => move(shared, 1) };
}

export const semaphore = (notifiesAlways: boolean): Sample => {
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

/** Puts one item after the other into a buffer without a limit: cell 2 counts the items. */
export function putTwoItems({ m }: Shared): void {
  for (let i = 0; i < 2; i++) {
    condition.acquire(m);
    add(m, 2, 1);
    condition.notify(m);
    condition.release(m);
  }
}
