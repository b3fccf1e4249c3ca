/** A program's world, as long as something is done in it. */
import type { Program } from "../program.ts";
import { Memory } from "../threads/memory.ts";
import { withStandIns } from "../threads/stand_ins.ts";
import { asked } from "./setup.ts";
import { World } from "./world.ts";

/**
 * Makes the world of a program, and acts in it. That begins anew, with fewer states merged, when a thread
 * asks for what a merge has done away with.
 */
export function inWorld<Shared, T>(
  program: Program<Shared>,
  isSymmetric: boolean,
  act: (world: World<Shared>, memory: Memory) => T,
): T {
  const merges = { symmetric: isSymmetric, timeless: true };
  for (;;) {
    try {
      const memory = new Memory();
      return withStandIns(memory, () => act(new World(memory, program, merges), memory));
    } catch (error) {
      if (error === asked.symmetric) merges.symmetric = false;
      else if (error === asked.timeless) merges.timeless = false;
      else throw error;
    }
  }
}
