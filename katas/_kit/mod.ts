/**
 * The vocabulary of suites. Import it before the code under test: the explorer sees even what a
 * module takes out of `Atomics` when it is loaded.
 *
 * @module
 */
import { installAtomics } from "../_explorer/mod.ts";

export { cells } from "../_explorer/mod.ts";
export { test, testWhatToFixFirst, testWithPermission } from "./suite/test.ts";
export { runProgram, runProgramToEnd } from "./suite/program.ts";
export { isRunning } from "./judging/process_group.ts";
export { patience } from "./suite/patience.ts";
export { assertRejects, assertThrows } from "./suite/unfinished.ts";
export { errorOf, thrownBy, thrownOr } from "./suite/thrown.ts";
export { toItsEnd } from "./suite/to_its_end.ts";
export { inVirtualTime } from "./suite/virtual_time.ts";
export { runLimited } from "./suite/limited.ts";
export { Hand } from "./suite/hand.ts";
export { isThere, ownTemporaryFiles, temporaryFolder } from "./suite/files.ts";
export { pending, quiet, soon, until } from "./suite/wait.ts";

installAtomics();
