/** The variables that can be read at a place of a program, which a probe there reads. */

/**
 * How a variable can be read: `always`; `maybe` if it may not be there yet; `later` if it is surely not
 * there yet; `constant` if its own function need not read it, as it is a function over variables that
 * are read anyway.
 */
export type Readable = "always" | "maybe" | "later" | "constant";

/** One block, or the parameters of a function. */
export class Scope {
  readonly variables = new Map<string, Readable>();
  /** Variables of the probes' own, which are always read. */
  readonly hidden: string[] = [];
  /** Whether the block hides a variable from the probes inside of it, or holds what none can read. */
  isOpaque = false;

  /**
   * `owner` is the function that it belongs to; of the module's own scope there is none. A function that
   * `isEarly` may run before the block around it has come to the function's own line.
   */
  constructor(
    readonly parent: Scope | null,
    readonly owner: object | null,
    readonly isEarly: boolean = false,
  ) {}

  /** Declares a variable, and notes if a probe inside can no longer read one of the same name. */
  declare(name: string, readable: Readable): void {
    const hides = this.parent?.find(name);
    if (hides && hides.scope.owner !== null && !this.#isWholeFunction()) this.isOpaque = true;
    this.variables.set(name, readable);
  }

  /** Whether nothing of the function is outside: its parameters, or the block of its body. */
  #isWholeFunction(): boolean {
    const { parent } = this;
    return parent?.owner !== this.owner || parent.parent?.owner !== this.owner;
  }

  /** The variable of this name that code here sees. */
  find(name: string): { scope: Scope; readable: Readable } | null {
    for (let scope: Scope | null = this; scope; scope = scope.parent) {
      const readable = scope.variables.get(name);
      if (readable) return { scope, readable };
    }
    return null;
  }

  /** What a probe here has to read for a function that speaks of these names, as expressions. */
  reads(names: ReadonlySet<string>): string[] {
    const seen = new Set<string>();
    const reads: string[] = [];
    const { owner } = this;
    let isEarly = false;
    for (let scope: Scope | null = this; scope?.owner; scope = scope.parent) {
      const isOwn = scope.owner === owner;
      for (const [name, readable] of scope.variables) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (names.has(name)) {
          reads.push(...read(name, isEarly && readable === "always" ? "maybe" : readable, isOwn));
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
