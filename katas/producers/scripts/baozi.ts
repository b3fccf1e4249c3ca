// Cooks bake baozi, eaters eat them, and the shelf between them is short. Each of the 20 buns is eaten
// once, and when all are gone everybody goes home.
import { type Bun, runKitchen } from "../producers.ts";

/** Every eater's thread calls it for every bun that he takes. */
export function taste({ cook, number }: Bun, eater: number): void {
  console.log(`eater [${eater}] eats bun ${number} of cook [${cook}]`);
}

// The eaters' threads load this module as well.
if (import.meta.main) {
  const { baked, eaten } = await runKitchen({
    cooks: 2,
    eaters: 3,
    shelf: 4,
    buns: 10,
    module: import.meta.url,
  });
  for (const [cook, count] of baked.entries()) {
    console.log(`cook [${cook}] has baked ${count} buns`);
  }
  const all = baked.reduce((sum, count) => sum + count);
  console.log(`baked ${all} buns, ate ${eaten.flat().length}, the kitchen is closed`);
}
