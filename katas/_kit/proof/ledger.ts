/** What was found out about each claim of a proof. */
import type { Memory } from "./memory.ts";

/** Something that is to be shown. */
export interface Claim {
  /** The kata; empty if it speaks of the whole collection. */
  slug: string;
  /** `reference`, `stub`, the name of a wrong solution, or what else is claimed. */
  name: string;
  /** A fingerprint of all that it depends on. */
  key: string;
}

/** What was found out. */
export interface Verdict extends Claim {
  /** Why it does not hold, or `null` if it does. */
  fault: string | null;
  /** Whether it was shown earlier, and nothing has changed since. */
  remembered: boolean;
}

/** Collects verdicts, and remembers the good ones. */
export class Ledger {
  readonly verdicts: Verdict[] = [];
  readonly #memory: Memory;

  /** An empty ledger. */
  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Notes what is remembered, and returns the other claims. */
  open<C extends Claim>(claims: readonly C[]): C[] {
    return claims.filter((claim) => {
      const remembered = this.#memory.has(claim.key);
      if (remembered) this.verdicts.push({ ...claim, fault: null, remembered });
      return !remembered;
    });
  }

  /** Notes that a claim holds, or why it does not. */
  note({ slug, name, key }: Claim, fault: string | null): void {
    this.verdicts.push({ slug, name, key, fault, remembered: false });
    if (fault === null) this.#memory.add(key);
  }
}
