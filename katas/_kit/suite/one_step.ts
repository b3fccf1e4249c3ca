/** Programs that build on something which has tests of its own. */
import type { Program, Proof } from "../../_explorer/mod.ts";
import { everySchedule } from "./probes.ts";

interface Kind {
  readonly name: string;
  readonly prototype: { acquire(options?: { blocking?: boolean; timeout?: number }): boolean };
}

/**
 * As `everySchedule`, but to take a thing of this kind, which has tests of its own, is one step. Who waits
 * for one tries again until it has it: for the explorer nothing happens then, while to fall asleep and to be
 * woken are many steps. All schedules of everything else remain, in far fewer states.
 */
export function takenInOneStep<Shared>(kind: Kind, program: Program<Shared>): Proof {
  const { acquire } = kind.prototype;
  kind.prototype.acquire = function (options) {
    if (options !== undefined) return acquire.call(this, options);
    while (!acquire.call(this, { blocking: false }));
    return true;
  };
  try {
    const proof = everySchedule(program);
    return { ...proof, sentence: `${proof.sentence}; to take a ${kind.name} is one step` };
  } finally {
    kind.prototype.acquire = acquire;
  }
}
