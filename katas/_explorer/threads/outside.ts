/** Variables from outside of the threads' bodies, which no thread may change: each would see its own. */
import { meetStranger, refuse } from "./exploration.ts";
import type { State } from "./frames.ts";
import { Reader } from "./values.ts";

interface Watched {
  name: string;
  read: () => unknown;
  seen: string;
}

/** The variables that are watched. */
export class Outside {
  readonly #variables = new Map<string, Watched>();
  readonly #states = new Set<State>();

  /** Watches a variable. Of two with the same key the second one is the first one. */
  add(name: string, read: () => unknown, key = name): void {
    this.#variables.set(key, { name, read, seen: written(name, read) });
  }

  /** Watches the variables of a module that a run is about to use for the first time. */
  watch(state: State): void {
    if (this.#states.has(state)) return;
    this.#states.add(state);
    for (const name in state()) {
      const key = `${state.module}/${name}`;
      if (!this.#variables.has(key)) this.add(name, () => state()[name], key);
    }
  }

  /** Throws if one of them has changed. A module cannot be put back, so the next run would find what this one left. */
  check(): void {
    const name = this.changed();
    if (name !== null) refuse(changed(name));
  }

  /** The name of one that has changed. */
  changed(): string | null {
    for (const { name, read, seen } of this.#variables.values()) {
      if (written(name, read) !== seen) return name;
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
  const reader = new Reader({ isOutside: true });
  const text = reader.read([read()]);
  for (const stranger of reader.strangers) meetStranger(stranger, name);
  const { unread } = reader;
  if (typeof unread !== "object" && typeof unread !== "function") return text;
  return refuse(
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
