/** Variables from outside of the threads' bodies, which no thread may change: each would see its own. */
import { meetStranger, refuse } from "./exploration.ts";
import type { State } from "./frames.ts";
import { Reader } from "./values.ts";

/** Variables that are looked at together. */
interface Group {
  names: readonly string[];
  read: () => readonly unknown[];
  seen: readonly string[];
}

/** The variables that are watched. */
export class Outside {
  readonly #groups: Group[] = [];
  readonly #states = new Set<State>();
  /** The variables of modules, by the module's number and their names. */
  readonly #known = new Set<string>();
  readonly #objects = new WeakSet<object>();

  /** Watches variables, by their names and by what reads them. */
  add(variables: readonly [name: string, read: () => unknown][]): void {
    this.#watch(variables.map(([name]) => name), () => variables.map(([, read]) => read()));
  }

  /** Watches the variables of a module that a run is about to use for the first time. */
  watch(state: State): void {
    if (this.#states.has(state)) return;
    this.#states.add(state);
    const keyOf = (name: string) => `${state.module}/${name}`;
    const names = Object.keys(state()).filter((name) => !this.#known.has(keyOf(name)));
    names.forEach((name) => this.#known.add(keyOf(name)));
    this.#watch(names, () => {
      const values = state();
      return names.map((name) => values[name]);
    });
  }

  #watch(names: readonly string[], read: () => readonly unknown[]): void {
    if (names.length === 0) return;
    const { texts, met } = written(names, read());
    met.forEach((it) => this.#objects.add(it));
    this.#groups.push({ names, read, seen: texts });
  }

  /** Whether it was met there when the variables came to be watched. */
  has(it: object): boolean {
    return this.#objects.has(it);
  }

  /** Throws if one of them has changed. A module cannot be put back, so the next run would find what this one left. */
  check(): void {
    const name = this.changed();
    if (name !== null) refuse(changed(name));
  }

  /** The name of one that has changed. */
  changed(): string | null {
    for (const { names, read, seen } of this.#groups) {
      const now = written(names, read()).texts;
      for (let i = 0; i < now.length; i++) if (now[i] !== seen[i]) return names[i];
    }
    return null;
  }
}

/** Says that a thread changed this. */
export function changed(name: string): string {
  return `A thread changed ${name}, which is in no shared memory, so no other thread would see it. All ` +
    "state must live in the shared buffer, or in local variables of one thread";
}

/** The values as text, and all objects that they hold. What two of them share is written down once. */
function written(
  names: readonly string[],
  values: readonly unknown[],
): { texts: string[]; met: readonly object[] } {
  const reader = new Reader({ isOutside: true });
  const texts = values.map((value, i) => {
    const text = reader.readOn(value);
    for (const stranger of reader.strangers.splice(0)) meetStranger(stranger, names[i]);
    const { unread } = reader;
    if (typeof unread !== "object" && typeof unread !== "function") return text;
    return refuse(
      `A thread may use ${names[i]}, which holds ${
        kindOf(unread!)
      }: the explorer cannot see whether that ` +
        "changes. All state must live in the shared buffer, or in local variables of one thread",
    );
  });
  return { texts, met: reader.met };
}

function kindOf(it: object): string {
  if (typeof it === "function") return `the function ${it.name}`;
  return `an object of the class ${it.constructor?.name || Object.prototype.toString.call(it)}`;
}
