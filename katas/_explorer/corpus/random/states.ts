/** Every state of a random program, on a machine of its own; equal states are one. */
import type { FaultKind } from "../../mod.ts";
import { compile } from "./code.ts";
import { Graph } from "./graph.ts";
import { Machine } from "./machine.ts";
import type { ProgramTree } from "./tree.ts";

/** What can come out of a program. */
export interface Outcomes {
  /** The kinds of all faults that some schedule has. */
  kinds: Set<FaultKind | "livelock">;
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
  const kinds = new Set<FaultKind | "livelock">();
  const outcomes = new Set<string>();
  graph.enter(machine.start(tree.cells, tree.children));
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
    graph.edges[id] = next.map(({ thread, state }) => ({ thread, to: graph.enter(state) }));
  }
  const canEnd = graph.reachingAnEnd();
  if (canEnd.size < graph.states.length) kinds.add("spin");
  const canRest = (id: number, thread: number) => machine.canRest(graph.states[id], thread);
  // Who can never end spins; who could end, but need not, is in a livelock.
  const cycles = graph.fairCycles(tree.threads.length, canRest);
  if (cycles.some((id) => canEnd.has(id))) kinds.add("livelock");
  const schedules = graph.countPaths();
  const found = { kinds, outcomes, states: graph.states.length };
  return schedules === null ? found : { ...found, schedules };
}
