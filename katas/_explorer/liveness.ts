/** States from which no schedule can end: threads that spin, or chase each other, for ever. */
import type { Graph } from "./search.ts";

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
