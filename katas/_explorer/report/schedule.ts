/** Schedules as text: `A:l B:lse A:se` names, turn by turn, the thread and its operations. */
import { ExplorationError } from "../errors.ts";
import type { Kind } from "../threads/operation.ts";
import type { Step } from "./trace.ts";
import type { Choice } from "../machine/choices.ts";
import type { World } from "../machine/world.ts";

const letters: Record<Kind, string> = {
  read: "r",
  write: "w",
  load: "l",
  store: "s",
  exchange: "x",
  compareExchange: "c",
  add: "a",
  sub: "a",
  and: "b",
  or: "b",
  xor: "b",
  wait: "z",
  notify: "n",
  waitAsync: "y",
  deliver: "p",
  callback: "g",
  start: "f",
  join: "j",
  enter: "i",
  exit: "o",
  request: "q",
  call: "k",
  return: "v",
  clock: "t",
  sleep: "d",
  // No thread does these by itself.
  idle: "",
  begin: "",
};
const timeoutLetter = "~";
const strayLetter = "!";
const laterLetter = "+";
const lateLetter = "-";

const events: Record<string, Choice["kind"] | undefined> = {
  [timeoutLetter]: "timeout",
  [strayLetter]: "stray",
  [laterLetter]: "later",
  [lateLetter]: "late",
};

function letterOf({ kind, operation }: Pick<Step, "kind" | "operation">): string {
  if (kind === "timeout") return timeoutLetter;
  if (kind === "later") return laterLetter;
  if (kind === "late") return lateLetter;
  return kind === "stray" ? strayLetter : letters[operation.kind];
}

/** A thread's name as a word that a shell leaves as it is. */
function wordFor(name: string): string {
  if (name === "") return "%";
  return encodeURIComponent(name).replace(
    /['!()*~]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  );
}

/** One step as a turn of its own. */
export function turnOf(step: Pick<Step, "kind" | "operation">, name: string): string {
  return `${wordFor(name)}:${letterOf(step)}`;
}

/** The schedule of these steps. */
export function formatSchedule(steps: readonly Step[], names: readonly string[]): string {
  const turns: string[] = [];
  let last = -1;
  for (const step of steps) {
    if (step.thread === last) turns[turns.length - 1] += letterOf(step);
    else turns.push(turnOf(step, names[step.thread]));
    last = step.thread;
  }
  return turns.join(" ");
}

/** What a schedule says of one step. */
interface Turn {
  /** The word that it stands in. */
  text: string;
  name: string;
  letter: string;
}

/** Reads a schedule. Who its threads are is seen later: a wait is one only when it is open. */
export function parseSchedule(schedule: string): Turn[] {
  return schedule.trim().split(/\s+/).filter(Boolean).flatMap((text) => {
    const [, name = "", operations = "?"] = text.match(/^(.+):([a-z~!+-]+)$/) ?? [];
    return [...operations].map((letter) => ({ text, name, letter }));
  });
}

/** The choice that a turn stands for. */
export function choiceOf<Shared>(world: World<Shared>, turn: Turn, step: number): Choice {
  const { text, letter } = turn;
  const { names } = world;
  const slot = names.findIndex((known) => wordFor(known) === turn.name || known === turn.name);
  if (slot < 0) {
    throw new ExplorationError(
      `Cannot read '${text}' in the schedule: write a thread (${
        names.join(", ")
      }), a colon, and a letter for each operation, as a failure prints it`,
    );
  }
  const kind: Choice["kind"] = events[letter] ?? "step";
  const name = names[slot];
  const misfit = (reason: string) =>
    new ExplorationError(`The schedule does not fit at step ${step}: thread ${name} ${reason}`);
  const { pending } = world.node[slot];
  if (!pending) throw misfit("has ended");
  if (kind === "later") return { kind, slot };
  if (kind !== "step") {
    const isAsleep = world.asleep[slot] || kind === "late" && world.roused[slot];
    if (!isAsleep) throw misfit(`is not asleep, it is at ${pending.where}`);
    if (kind !== "stray" && world.deadline[slot] === Infinity) {
      throw misfit(`waits without a timeout at ${pending.where}`);
    }
    return { kind, slot };
  }
  if (world.asleep[slot]) throw misfit(`sleeps at ${pending.where}`);
  if (letters[pending.kind] !== letter) {
    const expected = Object.entries(letters).filter(([, known]) => known === letter)
      .map(([kind]) => kind).join(" or ");
    throw misfit(`would ${pending.kind} at ${pending.where}, where the schedule has ${expected}`);
  }
  if (!world.canStep(slot)) throw misfit(`waits for another thread at ${pending.where}`);
  return { kind, slot };
}

/** The schedule that was asked for on the command line after `--`, as `--schedule "..."`. */
export function scheduleFromCommandLine(args: readonly string[]): string | undefined {
  const at = args.indexOf("--schedule");
  if (at >= 0) return args[at + 1];
  return args.find((arg) => arg.startsWith("--schedule="))?.slice("--schedule=".length);
}
