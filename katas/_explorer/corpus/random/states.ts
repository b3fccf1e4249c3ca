/** Every state of a random program, on a machine of its own; equal states are one. */
import type { FaultKind } from "../../mod.ts";
import { compile, slotCount } from "./code.ts";
import { Machine, type State } from "./machine.ts";
import type { ProgramTree } from "./tree.ts";

/** What can come out of a program. */
export interface Outcomes {
  /** The kinds of all faults that some schedule has. */
  kinds: Set<FaultKind>;
  /** What the schedules without a fault come to, as JSON. */
  outcomes: Set<string>;
  /** How many schedules there are; not given when a loop makes them endless. */
  schedules?: number;
  states: number;
}

/** Walks through all states; gives up, with null, after `maxStates` of them. */
export function enumerateStates(tree: ProgramTree, maxStates = 20_000): Outcomes | null {
  const machine = new Machine(tree.threads.map(({ body }) => compile(body)));
  const graph = new Graph();
  const kinds = new Set<FaultKind>();
  const outcomes = new Set<string>();
  graph.enter(machine.start(tree.cells, slotCount));
  for (let id = 0; id < graph.states.length; id++) {
    if (id === maxStates) return null;
    const state = graph.states[id];
    const faults = machine.faults(state);
    const next = faults.length > 0 ? [] : machine.successors(state);
    if (next.length === 0 && faults.length === 0) {
      if (machine.isOver(state)) outcomes.add(machine.outcome(state));
      else faults.push("deadlock");
    }
    faults.forEach((kind) => kinds.add(kind));
    graph.edges[id] = next.map((successor) => graph.enter(successor));
  }
  if (!graph.allReachAnEnd()) kinds.add("spin");
  const schedules = graph.countPaths();
  const found = { kinds, outcomes, states: graph.states.length };
  return schedules === null ? found : { ...found, schedules };
}

class Graph {
  readonly states: State[] = [];
  readonly edges: number[][] = [];
  readonly #ids = new Map<string, number>();

  /** The number of a state, old or new. */
  enter(state: State): number {
    const key = JSON.stringify(state);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.states.push(state) - 1;
      this.#ids.set(key, id);
    }
    return id;
  }

  /** Whether from every state some schedule stops, be it with a fault. */
  allReachAnEnd(): boolean {
    const sources: number[][] = this.edges.map(() => []);
    this.edges.forEach((targets, id) => targets.forEach((target) => sources[target].push(id)));
    const open = this.edges.map((_, id) => id).filter((id) => this.edges[id].length === 0);
    const reached = new Set(open);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const source of sources[id]) {
        if (reached.has(source)) continue;
        reached.add(source);
        open.push(source);
      }
    }
    return reached.size === this.edges.length;
  }

  /** How many ways there are from the first state to an end, or null if they are endless. */
  countPaths(): number | null {
    const arrivals = this.edges.map(() => 0);
    this.edges.flat().forEach((target) => arrivals[target]++);
    const ways = this.edges.map((_, id) => id === 0 ? 1 : 0);
    const open = arrivals[0] === 0 ? [0] : [];
    let [seen, total] = [0, 0];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      seen++;
      if (this.edges[id].length === 0) total += ways[id];
      for (const target of this.edges[id]) {
        ways[target] += ways[id];
        if (--arrivals[target] === 0) open.push(target);
      }
    }
    return seen === this.edges.length ? total : null;
  }
}
