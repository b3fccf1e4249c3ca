/** The variables that can be read at a place of a program, which a probe there reads. */

/**
 * How a variable can be read: `always`; `maybe` if it may not be there yet; `later` if it is surely not
 * there yet; `constant` if its own function need not read it, as it is a function over variables that
 * are read anyway.
 */
export type Readable = "always" | "maybe" | "later" | "constant";

let lastGetter = 0;

/** One block, or the parameters of a function. */
export class Scope {
  readonly variables = new Map<string, Readable>();
  /** Variables of the probes' own, which are always read. */
  readonly hidden: string[] = [];
  /** Whether the block hides a variable from the probes inside of it. */
  isOpaque = false;
  /** Writes code at the beginning of the block, if it has one. */
  insert: ((code: string) => void) | null = null;
  /** For each function, what reads the variables of this block that an inner block of it hides. */
  readonly #getters = new Map<object, Map<string, string>>();

  /**
   * `owner` is the function that it belongs to; of the module's own scope there is none. A function that
   * `isEarly` may run before the block around it has come to the function's own line.
   */
  constructor(
    readonly parent: Scope | null,
    readonly owner: object | null,
    readonly isEarly: boolean = false,
  ) {}

  /** Declares a variable, and sees to it that probes inside can still read one of the same name. */
  declare(name: string, readable: Readable): void {
    const hides = this.parent?.find(name);
    if (hides && hides.scope.owner !== null && !this.#isWholeFunction()) {
      this.#keepReadable(name, hides.scope);
    }
    this.variables.set(name, readable);
  }

  #keepReadable(name: string, scope: Scope): void {
    const owner = this.owner!;
    // What belongs to a function around this one is read at the beginning of this one.
    const host = scope.owner === owner
      ? scope
      : this.#chain().findLast((scope) => scope.owner === owner)!;
    const getters = scope.#getters.get(owner) ?? new Map<string, string>();
    scope.#getters.set(owner, getters);
    if (getters.has(name)) return;
    if (!host.insert) this.isOpaque = true;
    else {
      const getter = `$get${++lastGetter}`;
      host.insert(` const ${getter} = () => ${name};`);
      getters.set(name, `$probe.maybe(${getter})`);
    }
  }

  /** Whether nothing of the function is outside: its parameters, or the block of its body. */
  #isWholeFunction(): boolean {
    const { parent } = this;
    return parent?.owner !== this.owner || parent.parent?.owner !== this.owner;
  }

  /** The variable of this name that code here sees. */
  find(name: string): { scope: Scope; readable: Readable } | null {
    const readable = this.variables.get(name);
    return readable ? { scope: this, readable } : this.parent?.find(name) ?? null;
  }

  /** This block and those around it, from the inside out. */
  #chain(): Scope[] {
    return this.parent ? [this, ...this.parent.#chain()] : [this];
  }

  /**
   * What a probe here has to read for a function that speaks of these names, as expressions. Of its own
   * variables only those that are `live` are still asked for; all are unless given.
   */
  reads(names: ReadonlySet<string>, live: ReadonlySet<string> = names): string[] {
    const seen = new Set<string>();
    const reads: string[] = [];
    const { owner } = this;
    let isEarly = false;
    for (const scope of this.#chain()) {
      if (!scope.owner) break;
      const isOwn = scope.owner === owner;
      for (const [name, readable] of scope.variables) {
        if (seen.has(name)) {
          const getter = owner && scope.#getters.get(owner)?.get(name);
          if (getter && names.has(name)) reads.push(getter);
          continue;
        }
        seen.add(name);
        if (names.has(name)) {
          const found = read(name, isEarly && readable === "always" ? "maybe" : readable, isOwn);
          const isDead = isOwn && !live.has(name);
          reads.push(...found.map((read) => isDead ? `$probe.dead(${read})` : read));
        }
      }
      isEarly ||= scope.isEarly;
      if (isOwn) reads.push(...scope.hidden);
      if (isOwn && scope.isOpaque) reads.push("$probe.opaque");
    }
    return reads;
  }
}

/** How a variable is read, from its own function or from one inside of it. */
function read(name: string, readable: Readable, isOwn: boolean): string[] {
  switch (readable) {
    case "constant":
      return isOwn ? [] : [`$probe.maybe(() => ${name})`];
    case "later":
      return isOwn ? [] : [`$probe.maybe(() => ${name})`];
    case "maybe":
      return [`$probe.maybe(() => ${name})`];
    case "always":
      return [name];
  }
}
