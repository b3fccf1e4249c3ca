/** A schedule that is taken step by step. */
import { type Choice, choicesIn } from "../machine/choices.ts";
import { type Fault, findFault, livelock, stuck } from "../machine/fault.ts";
import type { World } from "../machine/world.ts";
import type { Program } from "../program.ts";
import { type Step, takeStep } from "../report/trace.ts";
import { Costs, lastAfter, nobody } from "../search/cost.ts";
import type { Memory } from "../threads/memory.ts";
import { actorsOf } from "../verdict/failure.ts";

/** The steps so far, and what is wrong after them. */
export class Course<Shared> {
  readonly steps: Step[] = [];
  /** How many of the switches left a thread that could have gone on. */
  preemptions = 0;
  #last = nobody;
  readonly #world: World<Shared>;
  readonly #memory: Memory;
  readonly #program: Program<Shared>;
  /** The states that it has come through, and the choices that it took there. */
  readonly #states: string[];
  readonly #taken: Choice[] = [];

  /** Begins in the state that the world is in. */
  constructor(world: World<Shared>, memory: Memory, program: Program<Shared>) {
    this.#world = world;
    this.#memory = memory;
    this.#program = program;
    this.#states = [world.rows.snapshot().join()];
  }

  /** Takes one step more. */
  take(choice: Choice): void {
    const world = this.#world;
    this.preemptions += new Costs(choicesIn(world), this.#last).of(choice);
    this.steps.push(takeStep(world, this.#memory, choice));
    this.#last = lastAfter(world, choice, this.#last);
    this.#states.push(world.rows.snapshot().join());
    this.#taken.push(choice);
  }

  /** What is wrong with the state that it has come to; `isAtEnd` says whether it goes no further. */
  fault(isAtEnd: boolean): Fault | null {
    const world = this.#world;
    const isStuck = world.isStuck() && (isAtEnd || !world.mayRace());
    return findFault(world, this.#program, {}) ?? (isStuck ? stuck(world) : null);
  }

  /** Who acts for ever, if it has come back to where it was and everybody had a turn. */
  livelock(): Fault | null {
    const world = this.#world;
    const start = this.#states.indexOf(this.#states.at(-1)!);
    const actors = actorsOf(this.#taken.slice(start), world.names);
    const isFair = world.names.every((name, slot) => actors.includes(name) || world.rests(slot));
    return actors.length > 0 && isFair ? livelock(actors) : null;
  }
}
