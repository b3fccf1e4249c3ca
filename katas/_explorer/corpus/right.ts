/** Programs without a fault. */
import {
  barrier,
  buffer,
  check,
  condition,
  inside,
  load,
  lock2,
  memory,
  mutex,
  peterson,
  putTwoItems,
  type Sample,
  semaphore,
  type Shared,
  store,
  sub,
  unlock2,
} from "./parts.ts";

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
  "barrier with generation, two threads": barrier(2),
  "barrier with generation, three threads": barrier(3),
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
  "buffer with one condition wakes all": {
    shared: memory(3),
    threads: {
      A(shared) {
        for (let i = 0; i < 2; i++) buffer().take(shared);
      },
      B(shared) {
        for (let i = 0; i < 2; i++) buffer().put(shared);
      },
    },
    maxStates: 200_000,
  },
  "condition waited for with while": {
    shared: memory(3),
    threads: { A: takeItem, B: takeItem, C: putTwoItems },
    maxStates: 200_000,
  },
};

/** Two threads that each step back for the other: they finish under most schedules, not under all. */
export const politeThreads: Sample = {
  shared: memory(2),
  threads: 2,
  run({ m }, thread) {
    const me = thread.id - 1;
    for (;;) {
      store(m, me, 1);
      if (load(m, 1 - me) === 0) break;
      store(m, me, 0);
    }
    inside(thread);
    store(m, me, 0);
  },
};

function takeItem({ m }: Shared): void {
  condition.acquire(m);
  while (load(m, 2) === 0) condition.wait(m);
  sub(m, 2, 1);
  condition.release(m);
}
