/** What a program hands to its threads, and what is asked of it before they start. */
import { ExplorationError } from "../errors.ts";
import type { Body, Program, VirtualThread } from "../program.ts";
import { refuse } from "../threads/exploration.ts";
import type { Memory } from "../threads/memory.ts";
import { asOneStep, request } from "../threads/run.ts";
import { capturedBy, describe } from "../threads/values.ts";
import { mostThreads } from "./choices.ts";
import { written } from "./linearizable.ts";

/** What may be merged as long as no thread asks for it. */
export interface Merges {
  /** Threads that are alike stand in for each other. */
  symmetric: boolean;
  /** Only how far off a deadline is counts, and not what time it is. */
  timeless: boolean;
}

/** Thrown to start over without the merge that a thread has asked for. */
export const asked: Record<keyof Merges, ExplorationError> = {
  symmetric: new ExplorationError("A thread read its id"),
  timeless: new ExplorationError("A thread looked at the clock"),
};

/** The threads' bodies, by their names. */
export function bodiesOf<Shared>(
  { threads, run, rounds = 1 }: Program<Shared>,
): Map<string, Body<Shared>> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 255) {
    throw new ExplorationError(`Cannot explore ${rounds} rounds: give a number from 1 to 255`);
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

/** What no thread may change: the rest of what `shared` made, and what the bodies hold on to. */
export function watched<Shared>(
  shared: Shared,
  bodies: ReadonlyMap<string, Body<Shared>>,
): Record<string, () => unknown> {
  const variables: Record<string, () => unknown> = {};
  if (typeof shared === "object" && shared !== null) {
    for (const name of Object.keys(shared)) {
      variables[name] = () => (shared as Record<string, unknown>)[name];
    }
  }
  for (const body of new Set(bodies.values())) {
    capturedBy(body).forEach((_, i) =>
      variables[`variable ${i + 1} that the body of a thread takes from outside`] = () =>
        capturedBy(body)[i]
    );
  }
  return variables;
}

/** Calls the buffers in reports as `shared` does. */
export function nameBuffers(memory: Memory, shared: unknown): void {
  if (typeof shared !== "object" || shared === null) return;
  for (const [name, value] of Object.entries(shared)) {
    const buffer = value instanceof SharedArrayBuffer ? value : value?.buffer;
    if (!(buffer instanceof SharedArrayBuffer)) continue;
    if (!memory.has(buffer)) {
      throw new ExplorationError(
        `${name} was made before the exploration: make it inside of the function \`shared\``,
      );
    }
    memory.rename(buffer, name);
  }
}

const contexts = new WeakSet<object>();
describe((value) => contexts.has(value) ? "thread" : null);

/** What a thread's body gets to know about itself. */
export function threadContext(id: number, name: string, symmetric: boolean): VirtualThread {
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
    now: () => request("clock") as number,
    sleep: (milliseconds) => void request("sleep", { timeout: milliseconds }),
  };
  contexts.add(context);
  return context;
}
