/** What a run knew when it was stopped: it wrote no report, but a line for each test. */
import type { TestResult } from "../../_kit/judging/junit.ts";
import { stripVTControlCharacters } from "node:util";

/** A test of a stopped run. */
export interface StoppedTest extends TestResult {
  /** Whether it had not ended. */
  isRunning: boolean;
  /** Whether its time was up, or it had not ended: then it has nothing to say. */
  hangs: boolean;
}

/** So many seconds has a test. One that failed before had waited in vain, and has a sentence to say. */
const longest = 20;

/** The tests that had ended, in their order, and the one that was running. It counts as failed. */
export function testsOf(output: string): StoppedTest[] {
  const tests = new Map<string, StoppedTest>();
  for (const line of stripVTControlCharacters(output).split("\n")) {
    const [, name, outcome, time = ""] =
      line.match(/^(\S.*) \.\.\.(?: (ok|FAILED|ignored)(?: \((.*)\))?)?\s*$/) ?? [];
    if (!name) continue;
    tests.set(name, { name, message: "", ...ending(outcome, time) });
  }
  return [...tests.values()];
}

function ending(
  word: string | undefined,
  time: string,
): Pick<StoppedTest, "outcome" | "isRunning" | "hangs"> {
  const isRunning = word === undefined;
  const outcome = word === "ok" ? "passed" : word === "ignored" ? word : "failed";
  const hangs = isRunning || outcome === "failed" && secondsIn(time) >= longest;
  return { outcome, isRunning, hangs };
}

/** `1m20s`, `20s`, `350ms`. */
function secondsIn(time: string): number {
  const [, minutes = 0, seconds = 0] = time.match(/^(?:(\d+)m)?(?:(\d+)s)?$/) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}
