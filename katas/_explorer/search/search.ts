/** The search through all states, cheapest schedules first: by preemptions, then by steps. */
import type { Program } from "../program.ts";
import { Costs, lastAfter, nobody } from "./cost.ts";
import { type Fault, findFault, findRace, stuck } from "../machine/fault.ts";
import { Ints, States } from "./states.ts";
import { type Choice, choiceOf, choicesIn, numberOf } from "../machine/choices.ts";
import { takeSteps } from "../threads/run.ts";
import type { World } from "../machine/world.ts";

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
  /** How many states there are. The first is the one where the program begins. */
  states: number;
  /** For each edge, the state that it leads from, the one that it leads to, and the choice's number. */
  from: Int32Array;
  to: Int32Array;
  by: Int32Array;
  /** The states in which all threads have ended. */
  ends: number[];
  /** For each state, the first entry of the search that reached it; -1 for one that was not searched. */
  entries: Int32Array;
  pathOf(entry: number): Path;
  /** Puts the world into a state. */
  visit(state: number): void;
}

/** In the place of the cost at which a state was reached: not yet, and never again. */
const unreached = 2 ** 30;
const done = -1;
/** Of so many choices it is noted whether they were taken. What is beyond is taken again, to no harm. */
const noted = 30;

/** Searches every schedule of the world's program. */
export function search<Shared>(world: World<Shared>, program: Program<Shared>): Found {
  return new Search(world, program).run();
}

class Search<Shared> {
  readonly #world: World<Shared>;
  readonly #program: Program<Shared>;
  readonly #states: States;
  /** For each state: the cost at which it was reached, which choices were taken, its first entry. */
  readonly #level = new Ints();
  readonly #taken = new Ints();
  readonly #entries = new Ints();
  readonly #entryState = new Ints();
  readonly #entryParent = new Ints();
  /** The choice that led to an entry, and the thread that went last: `choice << 8 | last + 1`. */
  readonly #entryHow = new Ints();
  /** The edges of a state follow each other; here is the first one, or -1. */
  readonly #firstEdge = new Ints();
  readonly #to = new Ints();
  readonly #by = new Ints();
  readonly #ends: number[] = [];
  readonly #agenda = new Agenda();
  readonly #mostInside: Record<string, number> = {};
  #race: string | null = null;
  #isCut = false;
  #searched = 0;
  #finishedLevel = -1;

  constructor(world: World<Shared>, program: Program<Shared>) {
    this.#world = world;
    this.#program = program;
    this.#states = new States(world.rows.row.byteLength);
  }

  run(): Found {
    this.#world.symmetry.normalize(this.#world);
    this.#enter(-1, 0, nobody, 0, 0);
    let found: Found | null = null;
    takeSteps(() => (found = this.#next()) === null);
    return found!;
  }

  /** Goes to the state that is next. Returns what was found when the search is over. */
  #next(): Found | null {
    const { maxStates = 100_000 } = this.#program;
    const agenda = this.#agenda;
    if (!agenda.take()) return this.#found(null, 0, 0, !this.#isCut);
    const { entry, cost } = agenda;
    this.#finishedLevel = cost - 1;
    const state = this.#entryState.at(entry);
    const level = this.#level.at(state);
    if (level < cost) return null;
    const isNew = level === unreached;
    if (isNew && this.#searched === maxStates) return this.#found(null, entry, cost, false);
    this.#visit(state);
    const fault = isNew ? this.#look(state, entry, cost) : null;
    if (fault) return this.#found(fault, entry, cost, false);
    if (!this.#world.isCut()) this.#expand(state, entry, isNew);
    else this.#isCut = true;
    return null;
  }

  #visit(state: number): void {
    const { rows } = this.#world;
    this.#states.copy(state, rows.row);
    rows.restore();
  }

  /** Looks at a state for the first time. */
  #look(state: number, entry: number, cost: number): Fault | null {
    this.#searched++;
    this.#level.set(state, cost);
    this.#entries.set(state, entry);
    const fault = findFault(this.#world, this.#program, this.#mostInside);
    if (fault) return fault;
    if (this.#program.races && this.#program.races !== "error") {
      this.#race ??= findRace(this.#world);
    }
    if (this.#world.isOver()) this.#ends.push(state);
    return this.#world.isStuck() && !this.#world.mayRace() ? stuck(this.#world) : null;
  }

  /** Takes every choice; a second time, at a higher cost, only those that were dear the first time. */
  #expand(state: number, entry: number, isNew: boolean): void {
    const world = this.#world;
    const { cost, steps } = this.#agenda;
    const last = (this.#entryHow.at(entry) & 255) - 1;
    const choices = choicesIn(world);
    const costs = new Costs(choices, last);
    let taken = this.#taken.at(state);
    for (let i = 0; i < choices.length; i++) {
      const extra = costs.of(choices[i]);
      // A choice that was taken before at no higher cost leads nowhere new.
      const bit = i < noted ? 1 << i : 0;
      if (!isNew && (extra > 0 || taken & bit)) continue;
      if (extra === 0) taken |= bit;
      if (i > 0) this.#visit(state);
      world.apply(choices[i]);
      const mover = lastAfter(world, choices[i], last);
      const place = world.symmetry.normalize(world, mover);
      const target = this.#enter(entry, numberOf(choices[i]), place, cost + extra, steps + 1);
      if (!isNew) continue;
      if (this.#firstEdge.at(state) < 0) this.#firstEdge.set(state, this.#to.length);
      this.#to.push(target);
      this.#by.push(numberOf(choices[i]));
    }
    this.#taken.set(state, taken);
    // Where all was taken at no cost, nobody has to come again.
    if (choices.length < noted && taken === (1 << choices.length) - 1) this.#level.set(state, done);
  }

  /** Puts the state that the world is in on the agenda, unless it was reached at a lower cost. */
  #enter(parent: number, choice: number, last: number, cost: number, steps: number): number {
    const { rows } = this.#world;
    rows.save();
    const state = this.#states.add(rows.row);
    if (state === this.#level.length) {
      this.#level.push(unreached);
      this.#taken.push(0);
      this.#entries.push(-1);
      this.#firstEdge.push(-1);
    } else if (this.#level.at(state) < cost) return state;
    this.#entryState.push(state);
    this.#entryParent.push(parent);
    this.#agenda.add(cost, steps, this.#entryHow.push(choice << 8 | last + 1));
    return state;
  }

  /** For each edge, the state that it leads from. */
  #sources(): Int32Array {
    const from = new Int32Array(this.#to.length).fill(-1);
    this.#firstEdge.view().forEach((edge, state) => {
      if (edge >= 0) from[edge] = state;
    });
    for (let edge = 1; edge < from.length; edge++) if (from[edge] < 0) from[edge] = from[edge - 1];
    return from;
  }

  #pathOf(entry: number): Path {
    const path: Path = [];
    for (let at = entry; this.#entryParent.at(at) >= 0; at = this.#entryParent.at(at)) {
      path.push(choiceOf(this.#entryHow.at(at) >> 8));
    }
    return path.reverse();
  }

  #found(fault: Fault | null, entry: number, preemptions: number, complete: boolean): Found {
    return {
      fault,
      path: fault ? this.#pathOf(entry) : [],
      states: this.#searched,
      preemptions,
      complete,
      isCut: this.#isCut,
      finishedLevel: this.#finishedLevel,
      graph: {
        states: this.#states.count,
        from: this.#sources(),
        to: this.#to.view(),
        by: this.#by.view(),
        ends: this.#ends,
        entries: this.#entries.view(),
        pathOf: (entry) => this.#pathOf(entry),
        visit: (state) => this.#visit(state),
      },
      race: this.#race,
      mostInside: this.#mostInside,
    };
  }
}

/** Entries waiting for their turn: by cost, then by steps, then in order of arrival. */
class Agenda {
  /** The entry whose turn it is, its cost and its steps. */
  entry = -1;
  cost = 0;
  steps = 0;
  /** The first and the last entry of each cost and number of steps, and what comes after each entry. */
  readonly #first: Ints[] = [];
  readonly #last: Ints[] = [];
  readonly #next = new Ints();

  /** Entries come in the order of their numbers. */
  add(cost: number, steps: number, entry: number): void {
    const first = this.#first[cost] ??= new Ints();
    const last = this.#last[cost] ??= new Ints();
    while (first.length <= steps) {
      first.push(-1);
      last.push(-1);
    }
    this.#next.push(-1);
    if (last.at(steps) >= 0) this.#next.set(last.at(steps), entry);
    else first.set(steps, entry);
    last.set(steps, entry);
  }

  /** Goes on to the next entry; returns whether there is one. */
  take(): boolean {
    let next = this.entry < 0 ? -1 : this.#next.at(this.entry);
    // What is added now comes later than all that is here, but it may be to the end of this very list.
    while (next < 0) {
      if (this.entry >= 0) this.steps++;
      this.entry = 0;
      const first = this.#first[this.cost];
      if (!first || this.steps >= first.length) {
        this.cost++;
        this.steps = -1;
        if (this.cost >= this.#first.length) return false;
      } else next = first.at(this.steps);
    }
    this.entry = next;
    return true;
  }
}
