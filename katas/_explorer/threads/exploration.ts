/** The exploration that runs, which all stand-ins ask: there is one at a time. */
import { ExplorationError } from "../errors.ts";
import { BuiltIns, isCompared, type Look, nameOfBuiltIn } from "./built_ins.ts";
import { type Recorded, recordOperation } from "./frames.ts";
import type { Promised } from "./event_loop.ts";
import type { Memory } from "./memory.ts";
import type { Operation, Result } from "./operation.ts";
import { changed, Outside } from "./outside.ts";
import type { Place } from "./places.ts";
import { isStranger } from "./strangers.ts";
import { describeOutside } from "./values.ts";

/** Thrown into a thread at its first operation without an answer; made once, for speed. */
export const stopped = new Error("The explorer stopped this thread here. Let this error pass");

/** One run of a thread's body from its start. */
export interface Run extends Recorded {
  /** The results of the operations that are already decided. */
  log: readonly Result[];
  /** The first operation beyond the log. */
  pending: Operation | null;
  /** The statements that ran when it was stopped, and its local state there, if it was recorded. */
  statements: number[];
  local: string | null;
  /** How well to look for changes of what is built in; other runs of the same log do not look. */
  look: Look | null;
  /** What tells where it was stopped, if the stack there is not to be read. */
  place: (() => Place) | null;
  /** Whether it has changed what every program finds. */
  hasChanged: boolean;
  /** How many parts that are one step it is inside of, and whether it has done an operation there. */
  atomic: number;
  hasBegun: boolean;
  /** What its asynchronous waits have promised, and the callbacks that are due. */
  promises: (Promised | undefined)[];
  jobs: (() => void)[];
  /** How often it went on though it was stopped. */
  swallowed: number;
}

interface Exploration {
  memory: Memory;
  /** The thread's run, or null while setup and assertions run. */
  run: Run | null;
  clock: number;
  onLook: () => void;
  /** Whether the program's memory is made, and nobody may bring more. */
  isSealed: boolean;
  /** What threads see and may not change. */
  outside: Outside;
  /** What they could change all the same, as soon as the program's memory is made. */
  builtIns: BuiltIns | null;
  /** Whether a thread has run code that keeps its variables from the explorer. */
  isBlind: boolean;
  /** Whether a thread was stopped, and its body came to its end all the same: what was stopped may go on. */
  mayGoOn: boolean;
  /** The functions in which no probes were found and that threads may call, by what holds them. */
  strangers: Map<object, string>;
  /** How many calls each operation remembers: up to three of the explorer, one of an array, the program's. */
  stackDepth: number;
  /** Whether a thread's code was met that has probes. */
  hasProbes: boolean;
  /** Why the program cannot be explored; a thread may have caught the error that says so. */
  refusal: Error | null;
}

/** What is explored now. */
export let exploration: Exploration | null = null;

describeOutside((value) => exploration?.outside.has(value) ?? false);

/** Begins to explore a program that shares this memory. */
export function begin(memory: Memory): void {
  if (exploration) {
    throw new ExplorationError(
      "An exploration cannot start inside another one: call everySchedule outside of thread bodies",
    );
  }
  exploration = {
    memory,
    run: null,
    clock: 0,
    onLook: () => {},
    isSealed: false,
    outside: new Outside(),
    builtIns: null,
    isBlind: false,
    mayGoOn: false,
    strangers: new Map(),
    stackDepth: 5,
    hasProbes: false,
    refusal: null,
  };
  handleStops();
}

/** Ends it. */
export function end(): void {
  exploration = null;
}

/** From now on operations remember also who called the function that they stand in. Stacks are dear to read. */
export function rememberCalls(): void {
  exploration!.stackDepth = 16;
}

/**
 * Says that the program's memory is made: what comes later belongs to nobody else. Threads may not change
 * these variables.
 */
export function seal(outside: Parameters<Outside["add"]>[0]): void {
  exploration!.isSealed = true;
  exploration!.builtIns = new BuiltIns();
  exploration!.outside.add(outside);
}

let handlesStops = false;
/** What was thrown into threads; who explores is told by an error of its own. */
const refusals = new WeakSet<object>();

/** An async function that was stopped or refused is no error that nobody handles. */
function handleStops(): void {
  if (handlesStops) return;
  handlesStops = true;
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (event.reason === stopped || refusals.has(event.reason)) event.preventDefault();
  });
}

/** Ends the exploration with this error, whatever the thread does with it. */
export function refuse(error: string | Error): never {
  const refusal = typeof error === "string" ? new ExplorationError(error) : error;
  if (exploration) exploration.refusal ??= refusal;
  if (exploration?.run) {
    refusals.add(refusal);
    recordOperation(true);
  }
  throw refusal;
}

/** Refuses what has changed in the objects that every program finds. */
export function checkBuiltIns(look: Look): void {
  const name = exploration!.builtIns?.changed(look) ?? null;
  if (name !== null) refuse(changed(name));
}

/** Notes that a thread may call a function in which no probes were found, as something of this name holds it. */
export function meetStranger(stranger: object, name: string): void {
  const { strangers } = exploration!;
  if (!strangers.has(stranger)) strangers.set(stranger, name);
}

/** What keeps variables from the explorer: all that threads did, a function by name, or nothing. */
export function unseen(): { isAll: boolean; stranger: string | null } {
  const { isBlind, strangers } = exploration!;
  if (isBlind) return { isAll: true, stranger: null };
  const [, stranger = null] = strangers.entries().find(([it]) => isStranger(it)) ?? [];
  return { isAll: false, stranger };
}

/**
 * A thread is about to change an object. If every program finds that, it is refused, or it has to be as before when
 * the run ends. `isForGood` says that it cannot be put back.
 */
export function noteChange(it: unknown, isForGood = false): void {
  const { run } = exploration!;
  if (!run || typeof it !== "object" && typeof it !== "function" || it === null) return;
  if (!isForGood && isCompared(it)) {
    run.hasChanged = true;
    return;
  }
  const name = nameOfBuiltIn(it);
  if (name !== null) refuse(changed(name));
}

/** Tells assertions what time it is; `onLook` is called when one asks. */
export function setClock(milliseconds: number, onLook: () => void): void {
  exploration!.clock = milliseconds;
  exploration!.onLook = onLook;
}
