/** What makes one schedule dearer than another. */
import type { Choice } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";

/** The last thread, when there is none that the next choice could cut short. */
export const nobody = -1;

/** What choices cost in the state that the world is in, after this thread went last. */
export class Costs {
  readonly #last: number;
  readonly #canContinue: boolean;
  readonly #canStep: boolean;

  constructor(choices: readonly Choice[], last: number) {
    let canStep = false;
    let canContinue = false;
    for (const { kind, slot } of choices) {
      if (kind !== "step") continue;
      canStep = true;
      if (slot === last) canContinue = true;
    }
    this.#last = last;
    this.#canStep = canStep;
    this.#canContinue = canContinue;
  }

  /** 1 for a choice that cuts the last thread short or brings an event about, 0 for any other. */
  of({ kind, slot }: Choice): 0 | 1 {
    if (kind === "step") return this.#canContinue && slot !== this.#last ? 1 : 0;
    return kind === "stray" || this.#canStep ? 1 : 0;
  }
}

/**
 * The thread that a choice leaves as the last one. One that spins has nothing to do before others act, so
 * to leave it is free.
 */
export function lastAfter<Shared>(
  world: World<Shared>,
  { kind, slot }: Choice,
  last: number,
): number {
  const mover = kind === "stray" || kind === "later" ? last : world.ownerOf[slot];
  return mover === nobody || world.isSpinning(mover) ? nobody : mover;
}
