/** Variables from outside of the threads' bodies, which no thread may change: each would see its own. */
import { ExplorationError } from "../errors.ts";
import type { State } from "./frames.ts";
import { Reader } from "./values.ts";

interface Watched {
  read: () => unknown;
  seen: string;
  /** How often it may still change. */
  left: number;
}

/** A module may set up what it needs when it is first asked; what changes more often is no set-up. */
const setUps = 2;

/** The variables that are watched. */
export class Outside {
  readonly #variables = new Map<string, Watched>();
  readonly #states = new Set<State>();

  /** Watches a variable, which may change so often. */
  add(name: string, read: () => unknown, left = 0): void {
    this.#variables.set(name, { read, seen: written(name, read), left });
  }

  /** Watches the variables of modules that a run has used. */
  watch(states: ReadonlySet<State>): void {
    for (const state of states) {
      if (this.#states.has(state)) continue;
      this.#states.add(state);
      for (const name in state()) {
        if (!this.#variables.has(name)) this.add(name, () => state()[name], setUps);
      }
    }
  }

  /** Throws if one of them changes again and again. */
  check(): void {
    const name = this.changed();
    if (name !== null) throw new ExplorationError(changed(name));
  }

  /** The name of one that changes again and again. */
  changed(): string | null {
    for (const [name, variable] of this.#variables) {
      const now = written(name, variable.read);
      if (now === variable.seen) continue;
      variable.seen = now;
      if (variable.left-- <= 0) return name;
    }
    return null;
  }
}

/** Says that a thread changed this. */
export function changed(name: string): string {
  return `A thread changed ${name}, which is in no shared memory, so no other thread would see it. All ` +
    "state must live in the shared buffer, or in local variables of one thread";
}

function written(name: string, read: () => unknown): string {
  const reader = new Reader({ readsBytes: true });
  const text = reader.read([read()]);
  const { unread } = reader;
  if (typeof unread !== "object" && typeof unread !== "function") return text;
  throw new ExplorationError(
    `A thread may use ${name}, which holds ${
      kindOf(unread!)
    }: the explorer cannot see whether that ` +
      "changes. All state must live in the shared buffer, or in local variables of one thread",
  );
}

function kindOf(it: object): string {
  if (typeof it === "function") return `the function ${it.name}`;
  return `an object of the class ${it.constructor?.name || Object.prototype.toString.call(it)}`;
}
