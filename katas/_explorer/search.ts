/** The search through all states, cheapest schedules first: by preemptions, then by steps. */
import type { Program } from "./program.ts";
import { extraCost, lastAfter, nobody } from "./cost.ts";
import { type Fault, findFault, findRace, stuck } from "./fault.ts";
import type { Choice, World } from "./world.ts";

/** The way to a state: the choices from the start. */
export type Path = Choice[];

/** What a search has found out. */
export interface Found {
  fault: Fault | null;
  path: Path;
  states: number;
  preemptions: number;
  /** Whether every state was searched. */
  complete: boolean;
  /** Whether a thread was not followed to its end. */
  isCut: boolean;
  /** The highest number of preemptions up to which all schedules were searched. */
  finishedLevel: number;
  graph: Graph;
  /** The first data race, where races are no errors. */
  race: string | null;
  mostInside: Record<string, number>;
}

/** The states and what leads from one to another. */
export interface Graph {
  keys: string[];
  from: number[];
  to: number[];
  by: Choice[];
  /** The states in which all threads have ended. */
  ends: number[];
  /** For each state, the first entry of the search that reached it. */
  entries: number[];
  pathOf(entry: number): Path;
}

/** Searches every schedule of the world's program. */
export function search<Shared>(world: World<Shared>, program: Program<Shared>): Found {
  const maxStates = program.maxStates ?? 100_000;
  const ids = new Map<string, number>();
  const keys: string[] = [];
  const level: number[] = [];
  const expanded: number[] = [];
  const entries: number[] = [];
  const entryState: number[] = [];
  const entryParent: number[] = [];
  const entryChoice: Choice[] = [];
  const entryLast: number[] = [];
  const recorded: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const by: Choice[] = [];
  const ends: number[] = [];
  const cut: number[] = [];
  let race: string | null = null;
  const mostInside: Record<string, number> = {};
  const agenda = new Agenda();

  const pathOf = (entry: number): Path => {
    const path: Path = [];
    for (let at = entry; entryParent[at] >= 0; at = entryParent[at]) path.push(entryChoice[at]);
    return path.reverse();
  };
  const graph: Graph = { keys, from, to, by, ends, entries, pathOf };

  const enter = (parent: number, choice: Choice, last: number, cost: number, steps: number) => {
    const key = world.key();
    let state = ids.get(key);
    if (state === undefined) {
      state = keys.push(key) - 1;
      ids.set(key, state);
      level.push(Infinity);
      expanded.push(0);
      recorded.push(0);
      entries.push(-1);
    } else if (level[state] < cost) {
      return state;
    }
    entryState.push(state);
    entryParent.push(parent);
    entryChoice.push(choice);
    agenda.add(cost, steps, entryLast.push(last) - 1);
    return state;
  };

  world.normalize();
  enter(-1, { kind: "step", slot: 0 }, nobody, 0, 0);
  let states = 0;
  let finishedLevel = -1;
  const result = (
    fault: Fault | null,
    path: Path,
    preemptions: number,
    complete: boolean,
  ): Found => ({
    fault,
    path,
    states,
    preemptions,
    complete,
    finishedLevel,
    graph,
    race,
    mostInside,
    isCut: cut.length > 0,
  }); // deno-fmt-ignore

  for (let next = agenda.take(); next; next = agenda.take()) {
    const { entry, cost, steps } = next;
    finishedLevel = cost - 1;
    const state = entryState[entry];
    const isNew = level[state] === Infinity;
    if (level[state] < cost) continue;
    if (isNew) {
      if (states === maxStates) return result(null, [], cost, false);
      states++;
      level[state] = cost;
      entries[state] = entry;
    }
    world.restore(keys[state]);
    if (isNew) {
      const fault = findFault(world, program, mostInside);
      if (program.races && program.races !== "error") race ??= findRace(world);
      if (fault) return result(fault, pathOf(entry), cost, false);
      if (world.isOver()) ends.push(state);
    }
    if (world.isCut()) {
      if (isNew) cut.push(state);
      continue;
    }
    if (isNew && world.isStuck()) return result(stuck(world), pathOf(entry), cost, false);
    const last = entryLast[entry];
    const choices = world.choices();
    choices.forEach((choice, i) => {
      const extra = extraCost(choice, last, choices);
      const isCheap = extra === 0;
      // A choice that was taken before at no higher cost leads nowhere new.
      if (!isNew && (!isCheap || expanded[state] & (1 << i))) return;
      if (isCheap) expanded[state] |= 1 << i;
      world.restore(keys[state]);
      world.apply(choice);
      const mover = lastAfter(world, choice, last);
      const place = mover === nobody ? nobody : placeAfterNormalize(world, mover);
      if (place === nobody) world.normalize();
      const target = enter(entry, choice, place, cost + extra, steps + 1);
      if (recorded[state] & (1 << i)) return;
      recorded[state] |= 1 << i;
      from.push(state);
      to.push(target);
      by.push(choice);
    });
  }
  return result(null, [], 0, cut.length === 0);
}

/** Normalizes the world and tells where the thread at this place went. */
export function placeAfterNormalize<Shared>(world: World<Shared>, slot: number): number {
  if (world.isNormal()) return slot;
  const before = [...world.who];
  world.who = before.map((_, i) => i);
  world.normalize();
  const place = world.who.indexOf(slot);
  world.who = world.who.map((i) => before[i]);
  return place;
}

/** Entries waiting for their turn: by cost, then by steps, then in order of arrival. */
class Agenda {
  readonly #levels: number[][][] = [];
  #cost = 0;
  #steps = 0;
  #at = 0;

  add(cost: number, steps: number, entry: number): void {
    const level = this.#levels[cost] ??= [];
    (level[steps] ??= []).push(entry);
  }

  take(): { entry: number; cost: number; steps: number } | null {
    while (this.#cost < this.#levels.length) {
      const level = this.#levels[this.#cost] ?? [];
      while (this.#steps < level.length) {
        const bucket = level[this.#steps];
        if (bucket && this.#at < bucket.length) {
          return { entry: bucket[this.#at++], cost: this.#cost, steps: this.#steps };
        }
        delete level[this.#steps];
        this.#steps++;
        this.#at = 0;
      }
      this.#cost++;
      this.#steps = 0;
    }
    return null;
  }
}
