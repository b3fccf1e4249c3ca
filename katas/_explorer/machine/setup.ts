/** What a program hands to its threads, and what is asked of it before they start. */
import { ExplorationError } from "../errors.ts";
import type { Body, Program, VirtualThread } from "../program.ts";
import { isSeen } from "../threads/arrays.ts";
import { realBuffer } from "../threads/buffers.ts";
import { refuse } from "../threads/exploration.ts";
import type { Memory } from "../threads/memory.ts";
import { asOneStep, awaitsItself, request, unseenAccess } from "../threads/run.ts";
import { capturedBy, describe } from "../threads/values.ts";
import { mostThreads } from "./choices.ts";
import { written } from "./linearizable.ts";

/** How a program is explored as long as no thread asks for more. */
export interface Plan {
  /** Threads that are alike stand in for each other. */
  isSymmetric: boolean;
  /** Only how far off a deadline is counts, and not what time it is. */
  isTimeless: boolean;
  /** No thread sleeps for a time. */
  hasNoDeadlines: boolean;
  /** Time goes on only when no thread can do more than look, if the program says so. */
  mayBeQuiet: boolean;
  /** Which threads have waits of `Atomics.waitAsync` open: one name for each at a time. */
  openWaits: readonly string[];
}

/** Thrown to start over with another plan. */
class Asked extends ExplorationError {
  constructor(message: string, readonly changed: (plan: Plan) => Plan) {
    super(message);
  }
}

/** What a thread may ask for. */
export const asked = {
  symmetric: new Asked("A thread read its id", (plan) => ({ ...plan, isSymmetric: false })),
  timeless: new Asked("A thread looked at the clock", (plan) => ({ ...plan, isTimeless: false })),
  deadlines: new Asked(
    "A thread sleeps for a time",
    (plan) => ({ ...plan, hasNoDeadlines: false }),
  ),
  restless: new Asked(
    "Threads act for ever while others sleep for a time",
    (plan) => ({ ...plan, mayBeQuiet: false }),
  ),
  openWait: (thread: string): Asked =>
    new Asked("A thread waits for one thing more", (plan) => {
      const openWaits = [...plan.openWaits, thread];
      if (openWaits.length <= mostOpenWaits) return { ...plan, isSymmetric: false, openWaits };
      throw new ExplorationError(
        `Atomics.waitAsync cannot be explored with more than ${mostOpenWaits} waits open at once`,
      );
    }),
};

const mostOpenWaits = 8;

/** Explores by the simplest plan that gives the threads what they ask for. */
export function byPlan<T>(isSymmetric: boolean, explore: (plan: Plan) => T): T {
  let plan: Plan = {
    isSymmetric,
    isTimeless: true,
    hasNoDeadlines: true,
    mayBeQuiet: true,
    openWaits: [],
  };
  for (;;) {
    try {
      return explore(plan);
    } catch (error) {
      if (!(error instanceof Asked)) throw error;
      plan = error.changed(plan);
    }
  }
}

/** The threads' bodies, by their names. */
export function bodiesOf<Shared>(
  { threads, run, rounds = 1, children = [] }: Program<Shared>,
): Map<string, Body<Shared>> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 255) {
    throw new ExplorationError(`Cannot explore ${rounds} rounds: give a number from 1 to 255`);
  }
  if (children.length > 0 && rounds > 1) {
    throw new ExplorationError("Threads that start others do their body once: leave out `rounds`");
  }
  for (const body of typeof threads === "number" ? [run] : Object.values(threads)) {
    requireNoAsyncFunction(body);
  }
  if (typeof threads !== "number") {
    const bodies = new Map(Object.entries(threads));
    if (bodies.size <= mostThreads) return bodies;
    throw new ExplorationError(`Cannot explore more than ${mostThreads} threads`);
  }
  if (!run) throw new ExplorationError("A number of threads needs `run`, the body that they share");
  if (!Number.isInteger(threads) || threads < 1 || threads > 8) {
    throw new ExplorationError(`Cannot explore ${threads} threads: give a number from 1 to 8`);
  }
  return new Map(Array.from({ length: threads }, (_, i) => [String.fromCharCode(65 + i), run]));
}

/** Code that awaits may go on when all is over, and then nothing can stop it: it does not even begin. */
function requireNoAsyncFunction(body: unknown): void {
  if (Object.prototype.toString.call(body) === "[object AsyncFunction]") {
    throw new ExplorationError(awaitsItself);
  }
}

/** What no thread may change, by name: the rest of what `shared` made, and what the bodies hold on to. */
export function watched<Shared>(
  shared: Shared,
  bodies: ReadonlyMap<string, Body<Shared>>,
): [name: string, read: () => unknown][] {
  const variables: [string, () => unknown][] = [];
  if (typeof shared === "object" && shared !== null) {
    for (const name of Object.keys(shared)) {
      variables.push([name, () => (shared as Record<string, unknown>)[name]]);
    }
    // What is in no property of its own: the entries of a Map, private fields.
    variables.push(["what `shared` returned", () => shared]);
  }
  for (const body of new Set(bodies.values())) {
    capturedBy(body).forEach((value, i) => {
      if (value === body) return;
      variables.push([
        "a variable that the body of a thread takes from outside",
        () => capturedBy(body)[i],
      ]);
    });
    variables.push(["the body of a thread", () => body]);
  }
  return variables;
}

/** What a function of the program came to; a promise comes too late. */
export function finished<T>(name: string, value: T): T {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== "function") return value;
  // What it comes to is no error that nobody handles.
  Promise.resolve(value).catch(() => {});
  throw new ExplorationError(
    `\`${name}\` returned a promise, for which no schedule waits: write a function that does not await`,
  );
}

/** Calls the buffers in reports as `shared` does. */
export function nameBuffers(memory: Memory, shared: unknown): void {
  if (typeof shared !== "object" || shared === null) return;
  for (const [name, value] of Object.entries(shared)) {
    const buffer = realBuffer(value instanceof SharedArrayBuffer ? value : value?.buffer);
    if (!(buffer instanceof SharedArrayBuffer)) continue;
    if (!memory.has(buffer)) {
      throw new ExplorationError(
        `${name} was made before the exploration: make it inside of the function \`shared\``,
      );
    }
    if (ArrayBuffer.isView(value) && !isSeen(value)) throw new ExplorationError(unseenAccess);
    memory.rename(buffer, name);
  }
}

const contexts = new WeakSet<object>();
describe((value) => contexts.has(value) ? "thread" : null);

/** What a thread's body gets to know about itself. */
export function threadContext(
  id: number,
  name: string,
  { symmetric, children }: { symmetric: boolean; children: readonly string[] },
): VirtualThread {
  const family = (name: string) =>
    children.includes(name) ? name : refuse(
      `${name} is no thread that another one starts: name it in \`children\`, and in \`threads\``,
    );
  const reveal = <T>(value: T): T => {
    if (symmetric) refuse(asked.symmetric);
    return value;
  };
  const context: VirtualThread = {
    get id() {
      return reveal(id);
    },
    get name() {
      return reveal(name);
    },
    inside(section, body, limit = 1) {
      request("enter", { section, limit });
      const result = body();
      request("exit", { section });
      return result;
    },
    request: (section) => void request("request", { section }),
    atomic: asOneStep,
    call(name, args, body) {
      const call = { name, args };
      request("call", { section: `${name}(${args.map(written).join(", ")})`, call });
      const result = body();
      request("return", { section: written(result), call });
      return result;
    },
    start(name) {
      const was = request("start", { section: family(name) });
      if (was !== undefined) throw new Error(`Thread ${name} was started before`);
    },
    join(name) {
      const was = request("join", { section: family(name) });
      if (was !== undefined) throw new Error(`Thread ${name} was never started`);
    },
    now: () => request("clock") as number,
    sleep: (milliseconds) => void request("sleep", { timeout: milliseconds }),
  };
  contexts.add(context);
  return Object.freeze(context);
}
