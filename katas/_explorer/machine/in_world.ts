/** A program's world, as long as something is done in it. */
import type { Program } from "../program.ts";
import { Memory } from "../threads/memory.ts";
import { withStandIns } from "../threads/stand_ins.ts";
import { byPlan } from "./setup.ts";
import { World } from "./world.ts";

/** Makes the world of a program, and acts in it. That begins anew when a thread asks for another plan. */
export function inWorld<Shared, T>(
  program: Program<Shared>,
  isSymmetric: boolean,
  act: (world: World<Shared>, memory: Memory) => T,
): T {
  return byPlan(isSymmetric, (plan) => {
    const memory = new Memory();
    return withStandIns(memory, () => act(new World(memory, program, plan), memory));
  });
}
