/** A program's world, as long as something is done in it. */
import type { Program } from "../program.ts";
import { checkBuiltIns, rememberCalls } from "../threads/exploration.ts";
import { Memory } from "../threads/memory.ts";
import { withStandIns } from "../threads/stand_ins.ts";
import { byPlan } from "./setup.ts";
import { World } from "./world.ts";

/**
 * Makes the world of a program, and acts in it. That begins anew when a thread asks for another plan.
 * `isDrawn` says whether operations are to remember all who called the function that they stand in.
 */
export function inWorld<Shared, T>(
  program: Program<Shared>,
  { isSymmetric = false, isDrawn = false },
  act: (world: World<Shared>, memory: Memory) => T,
): T {
  return byPlan(isSymmetric, (plan) => {
    const memory = new Memory();
    return withStandIns(memory, () => {
      // The threads are at their first operations as soon as there is a world.
      if (isDrawn) rememberCalls();
      const result = act(new World(memory, program, plan), memory);
      checkBuiltIns("all");
      return result;
    });
  });
}
