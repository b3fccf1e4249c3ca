/**
 * Ends a run that nothing else ends. The platform can stop a script after a time, whatever that catches, and no
 * `finally` holds that up.
 */
import { createContext, Script } from "node:vm";

/** The milliseconds that a run may take. Some microseconds are usual. */
const patience = 10_000;

interface Guard {
  script: Script;
  scope: { run: () => void };
}

let guard: Guard | null = null;
let isWatching = false;

function makeGuard(): Guard {
  const scope = { run: () => {} };
  createContext(scope);
  return { script: new Script("run()"), scope };
}

/** Runs it, and returns whether it came to its end. What is run within that is watched already. */
export function comesToAnEnd(run: () => void): boolean {
  if (isWatching) {
    run();
    return true;
  }
  const { script, scope } = guard ??= makeGuard();
  scope.run = run;
  isWatching = true;
  try {
    script.runInContext(scope, { timeout: patience });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  } finally {
    isWatching = false;
  }
}
