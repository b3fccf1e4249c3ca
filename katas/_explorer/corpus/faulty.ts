/** Programs with one classic bug each. */
import {
  add,
  buffer,
  type Cells,
  check,
  compareExchange,
  condition,
  inside,
  load,
  lock2,
  memory,
  mutex,
  notify,
  philosophers,
  putTwoItems,
  type Sample,
  semaphore,
  type Shared,
  store,
  sub,
  unlock2,
  wait,
} from "./parts.ts";
import type { VirtualThread } from "../mod.ts";

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
  "check then act on an account": {
    shared: memory(1, 100),
    threads: 2,
    run({ m }) {
      if (load(m, 0) >= 100) sub(m, 0, 100);
    },
    after: ({ m }) => check(m[0] >= 0, "negative balance"),
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
  "once, the loser is too early": {
    shared: memory(2),
    threads: 2,
    run({ m }) {
      if (compareExchange(m, 0, 0, 1) === 0) store(m, 1, 7);
      else check(load(m, 1) === 7, "used before initialised");
    },
  },
  "barrier without generation": {
    shared: memory(1),
    threads: 2,
    run({ m }) {
      for (let round = 0; round < 2; round++) {
        if (add(m, 0, 1) === 1) {
          store(m, 0, 0);
          notify(m, 0);
        } else {
          for (let arrived; (arrived = load(m, 0)) !== 0;) wait(m, 0, arrived);
        }
      }
    },
  },
  "condition waited for with if": {
    shared: memory(3),
    threads: {
      A: takeAtIf,
      B: takeAtIf,
      C: putTwoItems,
    },
  },
  "buffer with one condition wakes one": {
    shared: memory(3),
    threads: {
      A: buffer(1).take,
      B: buffer(1).take,
      C(shared) {
        buffer(1).put(shared);
        buffer(1).put(shared);
      },
    },
  },
  "stack that mistakes a node for itself": {
    shared: memory(4, 1, 2, 3, 0),
    threads: {
      A: ({ m }) => [pop(m)],
      B({ m }) {
        const first = pop(m);
        const second = pop(m);
        push(m, first);
        return [second];
      },
    },
    after({ m }, results) {
      const owned = new Set((results as number[][]).flat());
      for (let node = m[0]; node !== 0; node = m[node]) {
        check(!owned.has(node), `node ${node} is both owned and in the stack`);
      }
    },
  },
  "readers overtake a writer": {
    shared: memory(2),
    threads: {
      A: readThreeTimes,
      B: readThreeTimes,
      writer({ m }, thread) {
        thread.request("room");
        while (compareExchange(m, 0, 0, -1) !== 0);
        thread.inside("room", () => {});
        store(m, 0, 0);
      },
    },
    bypass: 3,
  },
  "sequence lock, the reader does not look again": {
    shared: memory(3),
    threads: {
      A({ m }) {
        add(m, 0, 1);
        store(m, 1, 1);
        store(m, 2, 1);
        add(m, 0, 1);
      },
      B({ m }) {
        while (load(m, 0) % 2 === 1);
        check(load(m, 1) === load(m, 2), "torn pair");
      },
    },
  },
  "two readers both upgrade": {
    shared: memory(1),
    threads: 2,
    run({ m }) {
      add(m, 0, 1);
      while (compareExchange(m, 0, 1, -1) !== 1);
      store(m, 0, 0);
    },
  },
  "notify hits the wrong kind of waiter": {
    shared: memory(3),
    threads: {
      A({ m }) {
        while (load(m, 0) === 0) wait(m, 2, 0);
      },
      B({ m }) {
        while (load(m, 1) === 0) wait(m, 2, 0);
        store(m, 0, 1);
        notify(m, 2);
      },
      C({ m }) {
        store(m, 1, 1);
        notify(m, 2, 1);
      },
    },
  },
  "timed lock leaks its waiter": {
    shared: memory(2),
    threads: {
      A: ({ m }) => {
        if (compareExchange(m, 0, 0, 1) !== 0) return;
        store(m, 0, 0);
        if (load(m, 1) > 0) notify(m, 0, 1);
      },
      B({ m }) {
        while (compareExchange(m, 0, 0, 1) !== 0) {
          add(m, 1, 1);
          if (wait(m, 0, 1, 5) === "timed-out") return;
          sub(m, 1, 1);
        }
        store(m, 0, 0);
      },
    },
    after: ({ m }) => check(m[1] === 0, "waiter count leaked"),
  },
  "ring publishes its tail before the slot": {
    shared: memory(4),
    threads: {
      A({ m }) {
        for (let item = 7; item < 9; item++) {
          const tail = load(m, 1);
          while (tail - load(m, 0) === 2);
          store(m, 1, tail + 1);
          store(m, 2 + tail % 2, item);
        }
      },
      B({ m }) {
        for (let head = 0; head < 2; head++) {
          while (load(m, 1) === head);
          check(load(m, 2 + head % 2) !== 0, "read an unwritten slot");
          store(m, 0, head + 1);
        }
      },
    },
  },
  "observed at one exact moment": {
    shared: memory(2),
    threads: {
      A({ m }) {
        store(m, 0, 1);
        store(m, 1, 1);
        store(m, 0, 2);
      },
      B({ m }) {
        const seen = [load(m, 0), load(m, 1), load(m, 0), load(m, 0)].join(" ");
        check(seen !== "1 0 1 2", "saw the exact moment");
      },
    },
  },
};

function takeAtIf({ m }: Shared): void {
  condition.acquire(m);
  if (load(m, 2) === 0) condition.wait(m);
  check(load(m, 2) > 0, "took from an empty buffer");
  sub(m, 2, 1);
  condition.release(m);
}

/** Cell 0 is the head of the stack, cell n the node below node n. */
function pop(m: Cells): number {
  for (;;) {
    const head = load(m, 0);
    const next = load(m, head);
    if (compareExchange(m, 0, head, next) === head) return head;
  }
}

function push(m: Cells, node: number): void {
  for (;;) {
    const head = load(m, 0);
    store(m, node, head);
    if (compareExchange(m, 0, head, node) === head) return;
  }
}

/** Cell 0 counts the readers in the room, or is -1 for the writer. */
function readThreeTimes({ m }: Shared, thread: VirtualThread): void {
  for (let round = 0; round < 3; round++) {
    for (;;) {
      const readers = load(m, 0);
      if (readers >= 0 && compareExchange(m, 0, readers, readers + 1) === readers) break;
    }
    thread.inside("room", () => {}, 2);
    sub(m, 0, 1);
  }
}
