/** Threads that are alike can stand in for each other: states that differ in nothing else are one. */
import type { World } from "./world.ts";

/** Keeps threads of one group in a fixed order. */
export class Symmetry {
  /** Whether any two threads are alike. */
  readonly isNeeded: boolean;
  /** For each thread, the first one that is like it. */
  readonly #groups: readonly number[];
  /** For each thread, the last one before it of the same group, or -1. */
  readonly #before: readonly number[];

  constructor(groups: readonly number[]) {
    this.#groups = groups;
    this.#before = groups.map((group, i) => i === 0 ? -1 : groups.lastIndexOf(group, i - 1));
    this.isNeeded = groups.some((group, i) => group !== i);
  }

  /** Puts threads that are alike in their order, and tells where the one at this place went. */
  normalize<Shared>(world: World<Shared>, followed = -1): number {
    if (!this.isNeeded || this.#isNormal(world)) return followed;
    const sorted = world.node.map((_, slot) => slot).sort((a, b) => this.#compare(world, a, b));
    // A slot keeps its group: those that are alike need not stand side by side.
    const order = this.#groups.map((group) => {
      const next = sorted.findIndex((slot) => this.#groups[slot] === group);
      return sorted.splice(next, 1)[0];
    });
    const place = order.map((_, slot) => order.indexOf(slot));
    world.reorder(order, place);
    return followed < 0 ? followed : place[followed];
  }

  #isNormal<Shared>(world: World<Shared>): boolean {
    for (let slot = 1; slot < world.threads; slot++) {
      const before = this.#before[slot];
      if (before >= 0 && this.#compare(world, before, slot) > 0) return false;
    }
    return true;
  }

  #compare<Shared>(world: World<Shared>, a: number, b: number): number {
    return this.#groups[a] - this.#groups[b] || world.node[a].id - world.node[b].id ||
      Number(world.asleep[a]) - Number(world.asleep[b]) ||
      Number(world.roused[a]) - Number(world.roused[b]) ||
      world.queue.indexOf(a) - world.queue.indexOf(b) ||
      world.overtaken[a] - world.overtaken[b] || world.roundsLeft[a] - world.roundsLeft[b];
  }
}
