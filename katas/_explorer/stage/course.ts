/** A schedule that is taken step by step. */
import { type Fault, findFault, livelock, stuck } from "../machine/fault.ts";
import type { Choice, World } from "../machine/world.ts";
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
    this.#states = [world.snapshot().join()];
  }

  /** Takes one step more. */
  take(choice: Choice): void {
    const world = this.#world;
    this.preemptions += new Costs(world.choices(), this.#last).of(choice);
    this.steps.push(takeStep(world, this.#memory, choice));
    this.#last = lastAfter(world, choice, this.#last);
    this.#states.push(world.snapshot().join());
    this.#taken.push(choice);
  }

  /** What is wrong with the state that it has come to. */
  fault(): Fault | null {
    const world = this.#world;
    return findFault(world, this.#program, {}) ?? (world.isStuck() ? stuck(world) : null);
  }

  /** Who acts for ever, if it has come back to where it was and everybody had a turn. */
  livelock(): Fault | null {
    const world = this.#world;
    const start = this.#states.indexOf(this.#states.at(-1)!);
    const actors = actorsOf(this.#taken.slice(start), world.names);
    const isFair = world.names.every((name, slot) =>
      actors.includes(name) || world.sleepsForEver(slot) || world.hasEnded(slot)
    );
    return actors.length > 0 && isFair ? livelock(actors) : null;
  }
}
