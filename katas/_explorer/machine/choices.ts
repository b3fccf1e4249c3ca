/** What can happen next in a state. */
import { byTheClock, loopOf } from "./spinning.ts";
import { lastTime, type World } from "./world.ts";

/**
 * What can happen next: a thread's step, a thread's time-out, one that is late, a wake-up without a reason, or that
 * time goes on for a thread that looks at the clock again and again.
 */
export interface Choice {
  readonly kind: "step" | "timeout" | "stray" | "later" | "late";
  /** The place of the thread in the state; for a stray wake-up, of the first one asleep. */
  readonly slot: number;
}

/** The most threads that a program may have. */
export const mostThreads = 128;

/** Each choice is made once, for a search keeps hundreds of thousands of them. */
const every = (kind: Choice["kind"]) =>
  Array.from({ length: mostThreads }, (_, slot): Choice => ({ kind, slot }));
const kinds = ["step", "timeout", "stray", "later", "late"] as const;
const [steps, timeouts, strays, later, late] = kinds.map(every);
const all = [...steps, ...timeouts, ...strays, ...later, ...late];

/** The number of a choice. */
export function numberOf({ kind, slot }: Choice): number {
  return kinds.indexOf(kind) * mostThreads + slot;
}

/** The choice of a number. */
export function choiceOf(number: number): Choice {
  return all[number];
}

/** Everything that can happen next. */
export function choicesIn<Shared>(world: World<Shared>): Choice[] {
  const choices: Choice[] = [];
  let unfinished: Choice[] | null = null;
  for (let slot = 0; slot < world.threads; slot++) {
    if (!world.canStep(slot)) continue;
    choices.push(steps[slot]);
    // What is one step goes on at once, unless it waits for others.
    const { continues } = world.node[slot].pending!;
    if (continues && !world.isSpinning(slot)) (unfinished ??= []).push(steps[slot]);
  }
  if (unfinished) return unfinished;
  const { strayNotifies } = world.program;
  const events = eventsIn(world);
  // Under a quiet clock a thread that only spins does not hold up time.
  if (
    events.length > 0 && !(world.isQuiet && choices.some(({ slot }) => !world.isSpinning(slot)))
  ) {
    choices.push(...events);
  }
  return strayNotifies ? [...choices, ...straysIn(world, strayNotifies)] : choices;
}

const nothing: readonly Choice[] = [];

function eventsIn<Shared>(world: World<Shared>): readonly Choice[] {
  const due = world.queue.length === 0 ? nothing : dueIn(world).map((slot) => timeouts[slot]);
  return world.isTimeless ? due : [...due, ...lateIn(world), ...laterIn(world)];
}

/** Whose time can be up next: anybody's, as anybody may be late. A quiet clock is exact. */
function dueIn<Shared>({ queue, deadline, isQuiet }: World<Shared>): readonly number[] {
  let latest = Infinity;
  if (isQuiet) { for (const slot of queue) latest = Math.min(latest, deadline[slot]); }
  return queue.filter((slot) => deadline[slot] < Infinity && deadline[slot] <= latest);
}

/** Who was not made late by the clock may be late by itself, and sees it there: asleep, or notified in time. */
function lateIn<Shared>({ deadline, clock, isQuiet }: World<Shared>): readonly Choice[] {
  if (isQuiet) return nothing;
  return deadline.flatMap((time, slot) => clock <= time && time < Infinity ? [late[slot]] : []);
}

/** Time goes on while a thread spins by the clock, or before one that was notified goes on. */
function laterIn<Shared>(world: World<Shared>): readonly Choice[] {
  const { roused, deadline, clock } = world;
  const notified = roused.findIndex((isRoused, slot) => isRoused && deadline[slot] > clock);
  if (notified >= 0) return [later[notified]];
  if (clock >= lastTime) return nothing;
  const slot = world.node.findIndex((_, slot) => (loopOf(world, slot) & byTheClock) !== 0);
  return slot < 0 ? nothing : [later[slot]];
}

function straysIn<Shared>(world: World<Shared>, most: number): readonly Choice[] {
  if (world.strays >= most) return nothing;
  const addresses = new Set<number>();
  const first = world.queue.filter((slot) => {
    const { address } = world.node[slot].pending!;
    return address >= 0 && !addresses.has(address) && addresses.add(address);
  });
  return first.map((slot) => strays[slot]);
}
