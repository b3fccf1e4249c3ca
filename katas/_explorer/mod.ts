/**
 * Runs concurrent code under every interleaving of its threads and prints the shortest schedule that
 * fails. The code is not changed for it: it uses `Atomics` and typed arrays as always.
 *
 * @module
 */
export { cells, everySchedule, shownAtCaller } from "./explore.ts";
export { startTest } from "./verdict/failure.ts";
export { type Proof, ScheduleError } from "./verdict/proof.ts";
export type { FaultKind } from "./machine/fault.ts";
export { ExplorationError } from "./errors.ts";
export { installAtomics } from "./threads/atomics.ts";
export type { Model } from "./machine/linearizable.ts";
export type { Body, Program, VirtualThread } from "./program.ts";
