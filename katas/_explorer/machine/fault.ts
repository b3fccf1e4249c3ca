/** What can be wrong with a state. */
import { ExplorationError } from "../errors.ts";
import { isRace, readers } from "../threads/operation.ts";
import type { Program } from "../program.ts";
import { hasThrown, isInside, isPlainNext } from "../threads/trie.ts";
import { choicesIn } from "./choices.ts";
import type { World } from "./world.ts";

/** The ways in which a program can fail. */
export type FaultKind =
  | "exclusion"
  | "bypass"
  | "error"
  | "race"
  | "deadlock"
  | "spin"
  | "livelock"
  | "order"
  | "always"
  | "after"
  | "unreachable";

/** Why a schedule fails. */
export interface Fault {
  kind: FaultKind;
  /** The verdict, in one sentence. */
  verdict: string;
  /** The error of a thread or of an assertion. */
  cause?: unknown;
}

/** Looks at the state that the world is in; counts who is inside of which section. */
export function findFault<Shared>(
  world: World<Shared>,
  program: Program<Shared>,
  mostInside: Record<string, number>,
): Fault | null {
  const notable = world.notable();
  return (notable & isInside ? exclusion(world, mostInside) : null) ?? bypass(world, program) ??
    (notable & hasThrown ? thrown(world) : null) ??
    (notable & isPlainNext ? race(world, program) : null) ??
    disorder(world) ?? assertion(world, "always", program.always) ?? ending(world, program);
}

const numbers = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"];

function exclusion<Shared>(
  world: World<Shared>,
  mostInside: Record<string, number>,
): Fault | null {
  for (const { inside } of world.node) {
    for (const { section } of inside) {
      let count = 0;
      let most = Infinity;
      for (const { inside } of world.node) {
        // A thread that enters twice is still one.
        const stay = inside.find((stay) => stay.section === section);
        if (!stay) continue;
        count++;
        most = Math.min(most, stay.limit);
      }
      if (count > (mostInside[section] ?? 0)) mostInside[section] = count;
      if (count <= most) continue;
      const only = most === 1 ? "" : `; ${most} may be`;
      return {
        kind: "exclusion",
        verdict: `${numbers[count] ?? count} threads were inside ${section} at once${only}.`,
      };
    }
  }
  return null;
}

function bypass<Shared>(world: World<Shared>, { bypass }: Program<Shared>): Fault | null {
  if (bypass === undefined) return null;
  const slot = world.overtaken.findIndex((count) => count - 1 > bypass);
  if (slot < 0) return null;
  const name = world.names[world.who[slot]];
  return {
    kind: "bypass",
    verdict: `Thread ${name} was overtaken ${world.overtaken[slot] - 1} times; ${bypass} may be.`,
  };
}

function disorder<Shared>(world: World<Shared>): Fault | null {
  if (world.standing?.orders.length !== 0) return null;
  const verdict = "In no order, one after the other, do these calls have these results.";
  return { kind: "order", verdict };
}

function thrown<Shared>(world: World<Shared>): Fault | null {
  for (let slot = 0; slot < world.threads; slot++) {
    const { ending } = world.node[slot];
    if (!("threw" in ending)) continue;
    const name = world.names[world.who[slot]];
    return {
      kind: "error",
      verdict: `Thread ${name} threw ${said(ending.threw)}`,
      cause: ending.threw,
    };
  }
  return null;
}

/** An error's name and the first line of its message. */
function said(error: unknown): string {
  // What a block threw is of more interest than what its disposal threw after that.
  if (error instanceof SuppressedError) return `${said(error.suppressed)} and ${said(error.error)}`;
  return error instanceof Error ? `${error.name}: ${firstLine(error.message)}` : String(error);
}

function firstLine(text: string): string {
  return text.trimStart().split("\n")[0];
}

function race<Shared>(world: World<Shared>, { races = "error" }: Program<Shared>): Fault | null {
  const found = races === "error" ? findRace(world) : null;
  return found ? { kind: "race", verdict: `Data${found.slice("data".length)}` } : null;
}

/** Says which two threads are about to race, if two are. */
export function findRace<Shared>(world: World<Shared>): string | null {
  const pair = racers(world);
  if (!pair) return null;
  const [a, b] = pair.map((slot) => accessOf(world, slot)).sort();
  const label = world.label(world.node[pair[0]].pending!);
  return `data race on ${label}: ${a}, and ${b} at the same moment. A plain access is no atomic step.`;
}

/** Two threads whose next operations are a data race. */
function racers<Shared>(world: World<Shared>): [number, number] | null {
  for (let a = 0; a < world.threads; a++) {
    const first = world.node[a].pending;
    if (!first || !world.isAtWork(a)) continue;
    for (let b = a + 1; b < world.threads; b++) {
      const second = world.node[b].pending;
      if (second && world.isAtWork(b) && isRace(first, second)) return [a, b];
    }
  }
  return null;
}

/** `thread A writes it at locks.ts:14`. */
function accessOf<Shared>(world: World<Shared>, slot: number): string {
  const operation = world.node[slot].pending!;
  const place = operation.where.replace(/:\d+$/, "");
  const verb = readers.has(operation.kind) ? "reads" : "writes";
  return `thread ${world.names[world.who[slot]]} ${verb} it at ${place}`;
}

function assertion<Shared>(
  world: World<Shared>,
  kind: "always" | "after",
  check?: (shared: Shared, results: unknown[]) => void,
): Fault | null {
  if (!check) return null;
  try {
    world.ask(kind, () => check(world.shared, world.results()));
    return null;
  } catch (cause) {
    if (cause instanceof ExplorationError) throw cause;
    return {
      kind,
      verdict: cause instanceof Error ? firstLine(cause.message) : String(cause),
      cause,
    };
  }
}

function ending<Shared>(world: World<Shared>, program: Program<Shared>): Fault | null {
  if (world.isOver()) return assertion(world, "after", program.after);
  for (let slot = 0; slot < world.threads; slot++) if (world.canStep(slot)) return null;
  // Who is not followed any further may still go on.
  if (world.isCut()) return null;
  // A stray wake-up may never come, so it saves nobody.
  if (choicesIn(world).some(({ kind }) => kind !== "stray")) return null;
  return stuck(world);
}

/** Says who waits for what when nobody can go on. */
export function stuck<Shared>(world: World<Shared>): Fault {
  const threads = world.node.map((_, slot) => slot)
    .filter((slot) =>
      world.ownerOf[slot] === slot && world.family.hasBegun(slot) && !world.hasEnded(slot)
    );
  const namesOf = (slots: number[]) => slots.map((slot) => world.names[world.who[slot]]).sort();
  const resting = threads.filter((slot) => world.rests(slot));
  const sleepers = namesOf(resting.filter((slot) => world.asleep[slot]));
  const waiters = namesOf(resting.filter((slot) => !world.asleep[slot]));
  const spinners = namesOf(threads.filter((slot) => !world.rests(slot)));
  const parts = [
    ...(sleepers.length
      ? [`${list(sleepers)} for ever`.replace(" for", `${verb(sleepers, "sleep")} for`)]
      : []),
    ...(waiters.length ? [`${list(waiters)}${verb(waiters, "wait")} for ever`] : []),
    ...(spinners.length ? [`${list(spinners)}${verb(spinners, "spin")} for ever`] : []),
  ];
  const kind = spinners.length > 0 ? "spin" : "deadlock";
  const sentence = `${kind === "spin" ? "Spin deadlock" : "Deadlock"}: ${parts.join(" and ")}.`;
  return { kind, verdict: sentence };
}

/** Says who acts for ever, in a schedule that comes back to where it was. */
export function livelock(names: readonly string[]): Fault {
  const all = names.toSorted();
  const verdict = `Livelock: ${list(all)}${verb(all, "act")} for ever, and nobody gets on.`;
  return { kind: "livelock", verdict };
}

function list(names: string[]): string {
  const all = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return `${names.length > 1 ? "threads" : "thread"} ${all}`;
}

function verb(names: string[], word: string): string {
  return ` ${word}${names.length > 1 ? "" : "s"}`;
}
