/**
 * What suites need that explore every schedule. A suite that imports it is loaded twice: once as it is, and
 * once with the probes that let the explorer read the variables of its threads.
 *
 * @module
 */
import { installAtomics } from "../_explorer/mod.ts";
import { loadOwnProbes } from "./suite/probes.ts";

export { cells, ScheduleError, type VirtualThread } from "../_explorer/mod.ts";
export { type Member, testTimeouts, testWaiting, wakeAll } from "./suite/acquirable.ts";
export { takenInOneStep } from "./suite/one_step.ts";
export { everySchedule } from "./suite/probes.ts";

installAtomics();
if (!import.meta.url.endsWith("?probed")) await loadOwnProbes();
