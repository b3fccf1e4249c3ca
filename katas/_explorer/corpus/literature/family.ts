/** What the programs of the literature have in common. */
import type { FaultKind, VirtualThread } from "../../mod.ts";
import type { Cells, Sample, Shared } from "../parts.ts";

/**
 * What the literature says of a program: that it is right, or how it fails. A program whose threads
 * can give way to each other for ever fails by `livelock`.
 */
export type Verdict = "proved" | "livelock" | FaultKind;

/** The programs of one family by name. */
export type Family = Record<string, [verdict: Verdict, program: Sample]>;

/** A lock, right or not. What `acquire` returns is kept for `release`. */
export interface Lock<Held = void> {
  shared: () => Shared;
  acquire(m: Cells, thread: VirtualThread): Held;
  release(m: Cells, thread: VirtualThread, held: Held): void;
}

/** Threads that enter a section under a lock, `rounds` times each. */
export function exclusive<Held>(lock: Lock<Held>, threads: number, rounds = 1): Sample {
  return {
    shared: lock.shared,
    threads,
    run({ m }, thread) {
      for (let round = 0; round < rounds; round++) {
        const held = lock.acquire(m, thread);
        thread.inside("cs", () => {});
        lock.release(m, thread, held);
      }
    },
  };
}
