/** A schedule step by step, with names for everything, as reports and diagnoses need it. */
import type { Memory } from "../threads/memory.ts";
import { touchesMemory, type Value, valueAt } from "../threads/operation.ts";
import type { Choice } from "../machine/choices.ts";
import type { Effect, World } from "../machine/world.ts";

/** One step of a schedule. */
export interface Step extends Effect {
  kind: Choice["kind"];
  /** The number of the thread that acts, or is woken by a stray wake-up. */
  thread: number;
  /** `woken`, as numbers of threads. */
  wakes: number[];
  /** What stood in the element before and stands there now. */
  before?: Value;
  now?: Value;
  /** How the element is called. */
  label: string;
}

/** Takes one choice in the world and tells what happened. */
export function takeStep<Shared>(
  world: World<Shared>,
  memory: Memory,
  choice: Choice,
): Step {
  const thread = world.who[choice.slot];
  const operation = world.node[choice.slot].pending!;
  const isMemory = touchesMemory(operation);
  const value = () => isMemory ? valueAt(operation) : undefined;
  const before = value();
  const effect = world.apply(choice);
  const label = operation.address < 0 ? "" : memory.label(operation.address, operation.width);
  const wakes = effect.woken.map((slot) => world.who[slot]);
  return { ...effect, kind: choice.kind, thread, wakes, before, now: value(), label };
}

/** Walks a path from the world's first state. */
export function walk<Shared>(
  world: World<Shared>,
  memory: Memory,
  start: Int32Array,
  path: readonly Choice[],
): Step[] {
  world.rows.goTo(start);
  world.who = world.names.map((_, i) => i);
  return path.map((choice) => {
    const step = takeStep(world, memory, choice);
    world.symmetry.normalize(world);
    return step;
  });
}
