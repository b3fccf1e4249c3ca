/**
 * The vocabulary of suites. Import it before the code under test: the explorer sees even what a
 * module takes out of `Atomics` when it is loaded.
 *
 * @module
 */
import { installAtomics } from "../_explorer/mod.ts";

export { cells, everySchedule, ScheduleError, type VirtualThread } from "../_explorer/mod.ts";
export { type Member, testTimeouts, testWaiting } from "./acquirable.ts";
export { test, testWhatToFixFirst, testWithPermission } from "./suite.ts";
export { runProgram } from "./program.ts";
export { isRunning } from "./process_group.ts";
export { soon, until } from "./wait.ts";

installAtomics();
