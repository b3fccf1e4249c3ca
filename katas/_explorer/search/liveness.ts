/** States from which no schedule can end: threads that spin, or chase each other, for ever. */
import type { Graph } from "./search.ts";

/**
 * The cheapest state from which no schedule ends and which its threads can never leave for good, or
 * -1 if every state can still reach an end. The graph must be complete.
 */
export function doomedState({ states, from, to, ends, entries }: Graph): number {
  const canEnd = reach(states, to, from, ends);
  const doomed: number[] = [];
  for (let state = 0; state < states; state++) {
    if (!canEnd[state] && entries[state] >= 0) doomed.push(state);
  }
  if (doomed.length === 0) return -1;
  let state = doomed.reduce((a, b) => entries[b] < entries[a] ? b : a);
  // Going on to a state that cannot come back shrinks what can be reached, until nothing is lost.
  for (;;) {
    const ahead = reach(states, from, to, [state]);
    const behind = reach(states, to, from, [state]);
    const further = ahead.findIndex((isAhead, other) => isAhead === 1 && behind[other] === 0);
    if (further < 0) return state;
    state = further;
  }
}

/** The edges of each state, as a chain from one to the next. */
class Chains {
  readonly first: Int32Array;
  readonly next: Int32Array;

  constructor(states: number, tail: Int32Array) {
    this.first = new Int32Array(states).fill(-1);
    this.next = new Int32Array(tail.length);
    tail.forEach((state, edge) => {
      this.next[edge] = this.first[state];
      this.first[state] = edge;
    });
  }
}

/** Which states can be reached from `starts`, walking the edges from `tail` to `head`. */
function reach(states: number, tail: Int32Array, head: Int32Array, starts: number[]): Uint8Array {
  const { first, next } = new Chains(states, tail);
  const reached = new Uint8Array(states);
  const open = [...starts];
  starts.forEach((state) => reached[state] = 1);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (let edge = first[state]; edge >= 0; edge = next[edge]) {
      if (reached[head[edge]]) continue;
      reached[head[edge]] = 1;
      open.push(head[edge]);
    }
  }
  return reached;
}

/**
 * How many schedules there are from the first state to each end, or null when a loop makes them
 * endless.
 */
export function countSchedules({ states, from, to, ends }: Graph): Map<number, number> | null {
  const arrivals = new Int32Array(states);
  to.forEach((state) => arrivals[state]++);
  const outgoing = new Chains(states, from);
  const ways = new Float64Array(states);
  ways[0] = 1;
  const open = arrivals[0] === 0 ? [0] : [];
  let seen = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    seen++;
    for (let edge = outgoing.first[state]; edge >= 0; edge = outgoing.next[edge]) {
      ways[to[edge]] += ways[state];
      if (--arrivals[to[edge]] === 0) open.push(to[edge]);
    }
  }
  return seen === states ? new Map(ends.map((state) => [state, ways[state]])) : null;
}

/** A way to go on for ever: `state` is where it begins and comes back to, `lap` the
 * numbers of the choices that lead round. */
export interface Cycle {
  state: number;
  lap: number[];
}

/** What a fair way to go on for ever depends on besides the graph. */
export interface Fairness {
  threads: number;
  threadOf(choice: number): number;
  /** Whether the choice is that time goes on. */
  isTime(choice: number): boolean;
  /** Whether nobody is left in this state but those that may go on for ever. */
  mayGoOn(state: number): boolean;
  /** Whether the thread need not act in this state. */
  canRest(state: number, thread: number): boolean;
}

/**
 * A cycle in which every thread that can act does, and none gets to its end; null if there is none. Time
 * goes on in the end, so a cycle that this would break is none. The graph must be complete and without
 * symmetry.
 */
export function fairCycle(
  graph: Graph,
  { threads, threadOf, isTime, mayGoOn, canRest }: Fairness,
): Cycle | null {
  const component = components(graph);
  const { from, to, by, entries } = graph;
  const inside = new Map<number, number[]>();
  const broken = new Set<number>();
  from.forEach((state, edge) => {
    if (component[state] !== component[to[edge]]) {
      if (isTime(by[edge])) broken.add(component[state]);
      return;
    }
    const edges = inside.get(component[state]) ?? [];
    inside.set(component[state], edges);
    edges.push(edge);
  });
  let best: Cycle | null = null;
  for (const [root, edges] of inside) {
    if (broken.has(root)) continue;
    const states = [...new Set(edges.map((edge) => from[edge]))];
    const acts = (thread: number) => edges.find((edge) => threadOf(by[edge]) === thread);
    const all = Array.from({ length: threads }, (_, thread) => thread);
    const isFair = all.every((thread) =>
      acts(thread) !== undefined || states.some((state) => canRest(state, thread))
    );
    if (!isFair || mayGoOn(states[0])) continue;
    const state = states.reduce((a, b) => entries[b] < entries[a] ? b : a);
    if (best && entries[best.state] < entries[state]) continue;
    const wanted = all.map(acts).filter((edge) => edge !== undefined);
    best = { state, lap: lapThrough(graph, edges, state, wanted) };
  }
  return best;
}

/** The choices that lead from a state over the wanted edges and back to it. */
function lapThrough(
  { from, to, by }: Graph,
  edges: number[],
  start: number,
  wanted: number[],
): number[] {
  const lap: number[] = [];
  let at = start;
  const go = (target: number) => {
    const cameBy = new Map<number, number>([[at, -1]]);
    const open = [at];
    for (const state of open) {
      if (state === target) break;
      for (const edge of edges) {
        if (from[edge] !== state || cameBy.has(to[edge])) continue;
        cameBy.set(to[edge], edge);
        open.push(to[edge]);
      }
    }
    const way: number[] = [];
    for (let edge = cameBy.get(target)!; edge >= 0; edge = cameBy.get(from[edge])!) {
      way.push(by[edge]);
    }
    lap.push(...way.reverse());
    at = target;
  };
  for (const edge of wanted) {
    go(from[edge]);
    lap.push(by[edge]);
    at = to[edge];
  }
  go(start);
  return lap;
}

/** Whether the program can go on for ever in a way that is more than looking at memory. */
export function canGoOn(graph: Graph, sceneOf: (state: number) => string): boolean {
  const { from, to } = graph;
  const component = components(graph);
  return from.some((state, edge) =>
    component[state] === component[to[edge]] && sceneOf(state) !== sceneOf(to[edge])
  );
}

/** For each state the number of its strongly connected component, by Tarjan's algorithm. */
function components({ states, from, to }: Graph): Int32Array {
  const { first, next } = new Chains(states, from);
  const component = new Int32Array(states).fill(-1);
  const order = new Int32Array(states).fill(-1);
  const low = new Int32Array(states);
  const edge = first.slice();
  const stack: number[] = [];
  let count = 0;
  for (let root = 0; root < states; root++) {
    if (order[root] >= 0) continue;
    const path = [root];
    order[root] = low[root] = count++;
    stack.push(root);
    while (path.length > 0) {
      const state = path.at(-1)!;
      const at = edge[state];
      if (at >= 0) {
        edge[state] = next[at];
        const target = to[at];
        if (order[target] < 0) {
          order[target] = low[target] = count++;
          stack.push(target);
          path.push(target);
        } else if (component[target] < 0) low[state] = Math.min(low[state], order[target]);
        continue;
      }
      path.pop();
      if (path.length > 0) low[path.at(-1)!] = Math.min(low[path.at(-1)!], low[state]);
      if (low[state] !== order[state]) continue;
      let member: number;
      do {
        member = stack.pop()!;
        component[member] = state;
      } while (member !== state);
    }
  }
  return component;
}
