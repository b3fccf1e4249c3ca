/**
 * The cigarette smokers: S. S. Patil, Limitations and capabilities of Dijkstra's semaphore
 * primitives, 1971, who held them unsolvable so; D. L. Parnas, On a solution to the cigarette
 * smoker's problem, CACM 18(3), 1975, who solved it with pushers. The agent serves two of the
 * three smokers.
 */
import { type Cells, memory, type Sample, type Shared } from "../parts.ts";
import type { Body } from "../../mod.ts";
import { load, notify, store, wait } from "./atomics.ts";
import type { Family } from "./family.ts";
import { down, raise, take, up } from "./semaphores.ts";

/** Semaphores: the ingredients, the agent's, a smoker's each; a lock; what lies on the table. */
const tobacco = 0;
const paper = 1;
const matches = 2;
const table = 3;
const smoker = [4, 5, 6];
const lock = 7;
const lying = [8, 9, 10];
const initial = memory(11, 0, 0, 0, 0, 0, 0, 0, 1);
const ingredients = [tobacco, paper, matches];

/** Who has `own` needs the other two. */
const needs = (own: number) => ingredients.filter((ingredient) => ingredient !== own);

/** Puts down what the smoker with matches needs, waits until it is taken, then for tobacco. */
const agent: Body<Shared> = ({ m }) => {
  for (const served of [matches, tobacco]) {
    for (const ingredient of needs(served)) up(m, ingredient);
    down(m, table);
  }
};

/** Takes one ingredient and then the other: somebody else may have taken that. */
const takesOneByOne = (own: number): Body<Shared> => ({ m }) => {
  for (const ingredient of needs(own)) down(m, ingredient);
  up(m, table);
};

const naive: Sample = {
  shared: initial,
  threads: { agent, matches: takesOneByOne(matches), tobacco: takesOneByOne(tobacco) },
};

/** Waits for its semaphore, which the pusher raises who finds the second ingredient. */
const waits = (own: number): Body<Shared> => ({ m }) => {
  down(m, smoker[own]);
  up(m, table);
};

/** Parnas's pusher: sees an ingredient, and whether another lies there already. */
const pusher = (ingredient: number, times: number, locks: boolean): Body<Shared> => ({ m }) => {
  for (let time = 0; time < times; time++) {
    down(m, ingredient);
    if (locks) take(m, lock);
    push(m, ingredient);
    if (locks) raise(m, lock);
  }
};

function push(m: Cells, ingredient: number): void {
  for (const other of needs(ingredient)) {
    if (load(m, lying[other]) === 0) continue;
    store(m, lying[other], 0);
    return up(m, smoker[3 - ingredient - other]);
  }
  store(m, lying[ingredient], 1);
}

/** Right with a lock. */
export const pushers = (locks: boolean): Sample => ({
  shared: initial,
  threads: {
    agent,
    "tobacco's pusher": pusher(tobacco, 1, locks),
    "paper's pusher": pusher(paper, 2, locks),
    "matches' pusher": pusher(matches, 1, locks),
    matches: waits(matches),
    tobacco: waits(tobacco),
  },
});

/** Right: the agent says whom it serves, which Patil's rules forbid. */
const saysWhom: Sample = {
  shared: initial,
  threads: {
    agent({ m }) {
      for (const served of [matches, tobacco]) {
        up(m, smoker[served]);
        down(m, table);
      }
    },
    matches: waits(matches),
    tobacco: waits(tobacco),
  },
};

/** Right: a smoker takes both or none, and sleeps until something else lies there. */
const takesBoth = (own: number): Body<Shared> => ({ m }) => {
  for (;;) {
    const seen = load(m, table);
    if (takeBoth(m, own)) return;
    wait(m, table, seen);
  }
};

function takeBoth(m: Cells, own: number): boolean {
  take(m, lock);
  const isServed = needs(own).every((ingredient) => load(m, lying[ingredient]) === 1);
  if (isServed) {
    for (const ingredient of needs(own)) store(m, lying[ingredient], 0);
    tell(m);
  }
  raise(m, lock);
  return isServed;
}

/** Counts what has happened at the table, under the lock. */
function tell(m: Cells): void {
  store(m, table, load(m, table) + 1);
  notify(m, table);
}

const bothOrNone: Sample = {
  shared: initial,
  threads: {
    agent({ m }) {
      for (const served of [matches, tobacco]) {
        take(m, lock);
        for (const ingredient of needs(served)) store(m, lying[ingredient], 1);
        tell(m);
        const seen = load(m, table);
        raise(m, lock);
        while (load(m, table) === seen) wait(m, table, seen);
      }
    },
    matches: takesBoth(matches),
    tobacco: takesBoth(tobacco),
  },
};

export const family: Family = {
  "smokers, one by one": ["deadlock", naive],
  "smokers, told": ["proved", saysWhom],
  "smokers, both or none": ["proved", bothOrNone],
  "smokers, pushers": ["proved", pushers(true)],
  "smokers, pushers without a lock": ["deadlock", pushers(false)],
};
