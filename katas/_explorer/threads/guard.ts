/**
 * Ends a run that nothing else ends. The platform can stop a script after a time, whatever that catches, and no
 * `finally` holds that up.
 */
import process from "node:process";
import { createContext, Script } from "node:vm";
import { ExplorationError } from "../errors.ts";

/** The milliseconds that a run may take. Some microseconds are usual. */
const usualPatience = 10_000;

const stoodStill =
  "The machine had so little time for this program that nobody can tell whether a thread comes to its end. " +
  "Run it again";

interface Guard {
  script: Script;
  scope: { run: () => void };
}

let guard: Guard | null = null;
let isWatching = false;

// Threads are shown other ones.
const now = performance.now.bind(performance);
// deno-lint-ignore no-explicit-any
const { cpuUsage }: typeof process = (globalThis as any).Deno ?? process;

function makeGuard(): Guard {
  const scope = { run: () => {} };
  createContext(scope);
  return { script: new Script("run()"), scope };
}

/**
 * Runs it, and returns whether it came to its end. What is run within that is watched already.
 *
 * The platform's watch is a thread of its own. If the run ends as the time is up, what is stopped may be other code
 * that runs afterwards. So a run that ends late waits for the watch.
 */
export function comesToAnEnd(run: () => void, patience: number = usualPatience): boolean {
  if (isWatching) {
    run();
    return true;
  }
  const { script, scope } = guard ??= makeGuard();
  let hasEnded = false;
  const before = cpuUsage();
  const start = now();
  scope.run = () => {
    run();
    hasEnded = true;
    while (now() - start > 0.9 * patience);
  };
  isWatching = true;
  try {
    script.runInContext(scope, { timeout: patience });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    const { user, system } = cpuUsage();
    // A run that ends is done in less, however busy the machine is.
    const used = (user + system - before.user - before.system) / 1_000;
    if (!hasEnded && used < patience / 20) throw new ExplorationError(stoodStill);
  } finally {
    isWatching = false;
  }
  return hasEnded;
}

/** Forgets a run that was ended from outside, where no `finally` has run. */
export function forgetWatch(): void {
  isWatching = false;
}
