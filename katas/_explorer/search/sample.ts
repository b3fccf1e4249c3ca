/** Random schedules, for programs that are too large to search. */
import type { Program } from "../program.ts";
import { type Fault, findFault, stuck } from "../machine/fault.ts";
import { type Choice, choicesIn } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";

const maxSteps = 10_000;

/** Park and Miller's generator, so that a seed gives the same schedules everywhere. */
export function randomNumbers(seed: number): () => number {
  let state = Math.abs(Math.trunc(seed)) % 2147483646 + 1;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

/**
 * Runs random schedules until one fails. Every other one draws a priority for each operation
 * (partial order sampling) instead of a thread for each step.
 */
export function sample<Shared>(
  world: World<Shared>,
  program: Program<Shared>,
  start: Int32Array,
  count: number,
): { fault: Fault; path: Choice[] } | null {
  const random = randomNumbers(program.seed ?? 1);
  for (let i = 0; i < count; i++) {
    world.rows.goTo(start);
    const path: Choice[] = [];
    const pick = i % 2 === 0 ? uniform(random) : byPriority(world, random);
    while (path.length < maxSteps) {
      const fault = findFault(world, program, {}) ??
        (isDue(path.length) && world.isStuck() ? stuck(world) : null);
      if (fault) return { fault, path };
      const choices = choicesIn(world);
      if (choices.length === 0 || world.isCut()) break;
      const choice = pick(choices);
      path.push(choice);
      world.apply(choice);
      world.symmetry.normalize(world);
    }
  }
  return null;
}

/** Who is stuck stays so, and to look is dear in a loop that grows: it is looked less and less often. */
function isDue(steps: number): boolean {
  return (steps & steps - 1) === 0;
}

type Pick = (choices: Choice[]) => Choice;

function uniform(random: () => number): Pick {
  return (choices) => choices[Math.floor(random() * choices.length)];
}

/** The operation with the highest priority runs; it and those that race with it draw anew. */
function byPriority<Shared>(world: World<Shared>, random: () => number): Pick {
  const priorities = new Map<object, number>();
  const priority = ({ slot }: Choice) => {
    const node = world.node[slot];
    if (!priorities.has(node)) priorities.set(node, random());
    return priorities.get(node)!;
  };
  return (choices) => {
    const best = choices.reduce((a, b) => priority(b) > priority(a) ? b : a);
    const { address } = world.node[best.slot].pending!;
    for (const { slot } of choices) {
      if (world.node[slot].pending!.address === address) priorities.delete(world.node[slot]);
    }
    return best;
  };
}
