/** States from which no schedule can end: threads that spin, or chase each other, for ever. */
import type { Graph } from "./search.ts";
import type { Choice } from "./world.ts";

/**
 * The cheapest state from which no schedule ends and which its threads can never leave for good, or
 * -1 if every state can still reach an end. The graph must be complete.
 */
export function doomedState({ keys, from, to, ends, entries }: Graph): number {
  const canEnd = reach(keys.length, to, from, ends);
  const doomed: number[] = [];
  for (let state = 0; state < keys.length; state++) {
    if (!canEnd[state] && entries[state] >= 0) doomed.push(state);
  }
  if (doomed.length === 0) return -1;
  let state = doomed.reduce((a, b) => entries[b] < entries[a] ? b : a);
  // Going on to a state that cannot come back shrinks what can be reached, until nothing is lost.
  for (;;) {
    const ahead = reach(keys.length, from, to, [state]);
    const behind = reach(keys.length, to, from, [state]);
    const further = ahead.findIndex((isAhead, other) => isAhead === 1 && behind[other] === 0);
    if (further < 0) return state;
    state = further;
  }
}

/** Which states can be reached from `starts`, walking the edges from `tail` to `head`. */
function reach(states: number, tail: number[], head: number[], starts: number[]): Uint8Array {
  const first = new Int32Array(states).fill(-1);
  const next = new Int32Array(tail.length);
  tail.forEach((state, edge) => {
    next[edge] = first[state];
    first[state] = edge;
  });
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
export function countSchedules({ keys, from, to, ends }: Graph): Map<number, number> | null {
  const arrivals = new Int32Array(keys.length);
  to.forEach((state) => arrivals[state]++);
  const outgoing: number[][] = keys.map(() => []);
  from.forEach((state, edge) => outgoing[state].push(to[edge]));
  const ways = new Float64Array(keys.length);
  ways[0] = 1;
  const open = arrivals[0] === 0 ? [0] : [];
  let seen = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    seen++;
    for (const target of outgoing[state]) {
      ways[target] += ways[state];
      if (--arrivals[target] === 0) open.push(target);
    }
  }
  return seen === keys.length ? new Map(ends.map((state) => [state, ways[state]])) : null;
}

/** A way to go on for ever: `state` is where it begins and comes back to, `lap` what leads round. */
export interface Cycle {
  state: number;
  lap: Choice[];
}

/**
 * A cycle in which every thread that can act does, and none gets to its end; null if there is none. Where a
 * thread `canRest` in a state, it is not asked to act. The graph must be complete and without symmetry.
 */
export function fairCycle(
  graph: Graph,
  threads: number,
  canRest: (state: number, thread: number) => boolean,
): Cycle | null {
  const component = components(graph);
  const { from, to, by, entries } = graph;
  const inside = new Map<number, number[]>();
  from.forEach((state, edge) => {
    if (component[state] !== component[to[edge]]) return;
    const edges = inside.get(component[state]) ?? [];
    inside.set(component[state], edges);
    edges.push(edge);
  });
  let best: Cycle | null = null;
  for (const edges of inside.values()) {
    const states = [...new Set(edges.map((edge) => from[edge]))];
    const acts = (thread: number) => edges.find((edge) => by[edge].slot === thread);
    const all = Array.from({ length: threads }, (_, thread) => thread);
    const isFair = all.every((thread) =>
      acts(thread) !== undefined || states.some((state) => canRest(state, thread))
    );
    if (!isFair) continue;
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
): Choice[] {
  const lap: Choice[] = [];
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
    const way: Choice[] = [];
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
function components({ keys, from, to }: Graph): Int32Array {
  const first = new Int32Array(keys.length).fill(-1);
  const next = new Int32Array(from.length);
  from.forEach((state, edge) => {
    next[edge] = first[state];
    first[state] = edge;
  });
  const component = new Int32Array(keys.length).fill(-1);
  const order = new Int32Array(keys.length).fill(-1);
  const low = new Int32Array(keys.length);
  const edge = first.slice();
  const stack: number[] = [];
  let count = 0;
  for (let root = 0; root < keys.length; root++) {
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
