/**
 * M. M. Michael and M. L. Scott, Simple, fast, and practical non-blocking and blocking concurrent
 * queue algorithms, PODC 1996. A node is two cells: its value, and the node after it or 0.
 */
import { type Cells, check, memory, type Sample } from "../parts.ts";
import { compareExchange, load, store } from "./atomics.ts";
import type { Family } from "./family.ts";
import { raise, take } from "./semaphores.ts";

/** Cells 0 and 1 are the ends of the queue, 2 and 3 their locks; the first node is a dummy. */
const head = 0;
const tail = 1;
const headLock = 2;
const tailLock = 3;
const dummy = 4;
const nodeOf = (item: number) => dummy + 2 * item;
const initial = (items: number) => memory(dummy + 2 + 2 * items, dummy, dummy, 1, 1);

interface Queue {
  put(m: Cells, item: number): void;
  /** The first item, or 0 when there is none. */
  get(m: Cells): number;
}

interface Variant {
  helpsTail?: boolean;
  looksForTail?: boolean;
}

/** The queue without locks. Right unless varied: no node is used again here. */
export const lockFree = ({ helpsTail = true, looksForTail = true }: Variant = {}): Queue => ({
  put(m, item) {
    const node = nodeOf(item);
    store(m, node, item);
    for (;;) {
      const last = load(m, tail);
      const next = load(m, last + 1);
      if (next !== 0) {
        if (helpsTail) compareExchange(m, tail, last, next);
      } else if (compareExchange(m, last + 1, 0, node) === 0) {
        return void compareExchange(m, tail, last, node);
      }
    }
  },
  get(m) {
    for (;;) {
      const first = load(m, head);
      const last = load(m, tail);
      const next = load(m, first + 1);
      if (next === 0) return 0;
      if (looksForTail && first === last) {
        compareExchange(m, tail, last, next);
      } else {
        const item = load(m, next);
        if (compareExchange(m, head, first, next) === first) return item;
      }
    }
  },
});

/** The queue with a lock for each end. Right: the dummy keeps the ends apart. */
export const twoLocks: Queue = {
  put(m, item) {
    const node = nodeOf(item);
    store(m, node, item);
    take(m, tailLock);
    store(m, load(m, tail) + 1, node);
    store(m, tail, node);
    raise(m, tailLock);
  },
  get(m) {
    take(m, headLock);
    const next = load(m, load(m, head) + 1);
    const item = next === 0 ? 0 : load(m, next);
    if (next !== 0) store(m, head, next);
    raise(m, headLock);
    return item;
  },
};

/** Links its node with a store, and so over the node of another. */
const linksBlindly: Queue = {
  ...lockFree(),
  put(m, item) {
    const node = nodeOf(item);
    store(m, node, item);
    const last = load(m, tail);
    store(m, last + 1, node);
    store(m, tail, node);
  },
};

/** Publishes the node before its value is in it. */
const linksEarly: Queue = {
  ...twoLocks,
  put(m, item) {
    const node = nodeOf(item);
    take(m, tailLock);
    store(m, load(m, tail) + 1, node);
    store(m, node, item);
    store(m, tail, node);
    raise(m, tailLock);
  },
};

/** Two put, one takes what there is; then all that was put is taken or there, once. */
export const twoPutOneGets = (queue: Queue): Sample => ({
  shared: initial(2),
  threads: {
    A: ({ m }) => queue.put(m, 1),
    B: ({ m }) => queue.put(m, 2),
    C: ({ m }) => queue.get(m),
  },
  after({ m }, results) {
    const items = [results[2] as number].filter((item) => item !== 0);
    for (let node = m[m[head] + 1]; node !== 0; node = m[node + 1]) items.push(m[node]);
    check(items.sort().join() === "1,2", `what was put is now ${items}`);
  },
});

/** One puts two items, one waits for both: they come in order. */
export const inOrder = (queue: Queue): Sample => ({
  shared: initial(2),
  threads: {
    A({ m }) {
      queue.put(m, 1);
      queue.put(m, 2);
    },
    B({ m }) {
      for (let wanted = 1; wanted <= 2; wanted++) {
        let item;
        while ((item = queue.get(m)) === 0);
        check(item === wanted, `wanted ${wanted}, got ${item}`);
      }
    },
  },
});

/** Who takes does not let the tail fall behind the head: whatever is put lies in the queue. */
const tailInQueue = (queue: Queue): Sample => ({
  shared: initial(1),
  threads: {
    A: ({ m }) => queue.put(m, 1),
    B: ({ m }) => queue.get(m),
  },
  always({ m }) {
    let node = m[head];
    while (node !== 0 && node !== m[tail]) node = m[node + 1];
    check(node !== 0, "the tail is no longer in the queue");
  },
});

export const family: Family = {
  "Michael-Scott, two put": ["proved", twoPutOneGets(lockFree())],
  "Michael-Scott, in order": ["proved", inOrder(lockFree())],
  "Michael-Scott, tail in the queue": ["proved", tailInQueue(lockFree())],
  // Right as far as it goes, but a thread that stops holds up the others.
  "Michael-Scott, does not help": ["proved", twoPutOneGets(lockFree({ helpsTail: false }))],
  "Michael-Scott, head passes tail": ["always", tailInQueue(lockFree({ looksForTail: false }))],
  "Michael-Scott, links blindly": ["after", twoPutOneGets(linksBlindly)],
  "two-lock queue, two put": ["proved", twoPutOneGets(twoLocks)],
  "two-lock queue, in order": ["proved", inOrder(twoLocks)],
  "two-lock queue, links early": ["error", inOrder(linksEarly)],
};
