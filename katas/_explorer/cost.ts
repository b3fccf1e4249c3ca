/** What makes one schedule dearer than another. */
import type { Choice, World } from "./world.ts";

/** The last thread, when there is none that the next choice could cut short. */
export const nobody = -1;

/** 1 for a choice that cuts the last thread short or brings an event about, 0 for any other. */
export function extraCost(
  { kind, slot }: Choice,
  last: number,
  choices: readonly Choice[],
): 0 | 1 {
  if (kind === "stray") return 1;
  if (kind === "timeout" || kind === "later") {
    return choices.some(({ kind }) => kind === "step") ? 1 : 0;
  }
  const canContinue = choices.some(({ kind, slot }) => kind === "step" && slot === last);
  return canContinue && slot !== last ? 1 : 0;
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
  const mover = kind === "stray" || kind === "later" ? last : slot;
  return mover === nobody || world.isSpinning(mover) ? nobody : mover;
}
