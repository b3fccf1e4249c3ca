/** Variables from outside of the threads' bodies, which no thread may change: each would see its own. */
import { ExplorationError } from "../errors.ts";
import type { State } from "./frames.ts";
import { Reader } from "./values.ts";

interface Watched {
  read: () => unknown;
  seen: string;
}

/** The variables that are watched. */
export class Outside {
  readonly #variables = new Map<string, Watched>();
  readonly #states = new Set<State>();

  /** Watches a variable. */
  add(name: string, read: () => unknown): void {
    this.#variables.set(name, { read, seen: written(read) });
  }

  /** Watches the variables of a module that a run is about to use for the first time. */
  watch(state: State): void {
    if (this.#states.has(state)) return;
    this.#states.add(state);
    for (const name in state()) {
      if (!this.#variables.has(name)) this.add(name, () => state()[name]);
    }
  }

  /** Throws if one of them has changed. A module cannot be put back, so the next run would find what this one left. */
  check(): void {
    for (const [name, variable] of this.#variables) {
      const now = written(variable.read);
      if (now === variable.seen) continue;
      throw new ExplorationError(
        `A thread changed ${name}, which is in no shared memory, so no other thread would see it. All ` +
          "state must live in the shared buffer, or in local variables of one thread",
      );
    }
  }
}

function written(read: () => unknown): string {
  return new Reader({ readsBytes: true }).read([read()]);
}
