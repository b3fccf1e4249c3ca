/**
 * R. K. Treiber, Systems programming: coping with parallelism, IBM RJ 5118, 1986: a stack without
 * locks. A node that comes back is taken for one that never left (ABA, IBM's System/370 Principles
 * of Operation), unless a count in the head tells them apart.
 */
import { type Cells, check, memory, type Sample } from "../parts.ts";
import { compareExchange, load, store } from "./atomics.ts";
import type { Family } from "./family.ts";

/**
 * Cell 0 is the head, cell n the node below node n. A head is a node, and a count in steps of 8.
 */
const head = 0;
const nodeOf = (at: number) => at % 8;

interface Stack {
  push(m: Cells, node: number): void;
  /** The node on top, or 0. */
  pop(m: Cells): number;
}

/** Treiber's. With `counts` each change of the head makes another head. */
export const treiber = (counts: boolean): Stack => {
  const headAt = (node: number, old: number) => counts ? node + 8 * ((old >> 3) + 1) : node;
  return {
    push(m, node) {
      for (;;) {
        const old = load(m, head);
        store(m, node, nodeOf(old));
        if (compareExchange(m, head, old, headAt(node, old)) === old) return;
      }
    },
    pop(m) {
      for (;;) {
        const old = load(m, head);
        const node = nodeOf(old);
        if (node === 0) return 0;
        const below = load(m, node);
        if (compareExchange(m, head, old, headAt(below, old)) === old) return node;
      }
    },
  };
};

/** Puts the head in place with a store. */
const storesHead: Stack = {
  push(m, node) {
    store(m, node, load(m, head));
    store(m, head, node);
  },
  pop(m) {
    const node = load(m, head);
    if (node !== 0) store(m, head, load(m, node));
    return node;
  },
};

/** Nodes that were popped and kept, and what is in the stack: each once. */
function checkNodes(m: Cells, kept: number[], all: string): void {
  const nodes = kept.filter((node) => node !== 0);
  for (let node = nodeOf(m[head]); node !== 0 && nodes.length < 8; node = m[node]) nodes.push(node);
  check(nodes.sort().join() === all, `the nodes are now ${nodes}`);
}

/** One pops; the other pops two nodes and pushes the first again. */
export const reuse = (stack: Stack): Sample => ({
  shared: memory(4, 1, 2, 3, 0),
  threads: {
    A: ({ m }) => [stack.pop(m)],
    B({ m }) {
      const first = stack.pop(m);
      const second = stack.pop(m);
      if (first !== 0) stack.push(m, first);
      return [second];
    },
  },
  after: ({ m }, results) => checkNodes(m, results.flat() as number[], "1,2,3"),
});

/** Each thread pushes a node of its own and pops one. */
export const pushAndPop = (stack: Stack, threads: number): Sample => ({
  shared: memory(1 + threads),
  threads,
  run({ m }, thread) {
    stack.push(m, thread.id);
    return stack.pop(m);
  },
  after({ m }, results) {
    check(m[head] % 8 === 0, "the stack is not empty");
    checkNodes(m, results as number[], results.map((_, i) => i + 1).join());
  },
});

export const family: Family = {
  "Treiber, nodes come back": ["after", reuse(treiber(false))],
  "Treiber, nodes come back, counted": ["proved", reuse(treiber(true))],
  "Treiber, no node comes back": ["proved", pushAndPop(treiber(false), 2)],
  "Treiber, three threads": ["proved", pushAndPop(treiber(true), 3)],
  "Treiber, stores its head": ["after", pushAndPop(storesHead, 2)],
};
