/** A sentence on why a schedule failed, read off its last steps. */
import type { Fault } from "../machine/fault.ts";
import { isSilent } from "../threads/operation.ts";
import type { Step } from "./trace.ts";

/** Explains the failure, or returns "" when the steps show no known pattern. */
export function diagnose(fault: Fault, steps: readonly Step[], names: readonly string[]): string {
  if (fault.kind === "deadlock") return lostWakeUp(steps, names);
  if (fault.kind === "race" || fault.kind === "spin") return "";
  return checkThenAct(steps, names);
}

function isWrite(step: Step): boolean {
  return step.kind === "step" && step.before !== undefined && step.operation.kind !== "wait" &&
    step.operation.kind !== "read" && step.operation.kind !== "load" &&
    (step.operation.kind === "store" || step.operation.kind === "write" ||
      !isSilent(step.operation, step.result));
}

/** A write of a thread on a value that it had read before another thread changed it. */
function checkThenAct(steps: readonly Step[], names: readonly string[]): string {
  const candidates = steps.flatMap((step, act) => {
    const { thread, operation } = step;
    const isBlind = operation.kind === "store" || operation.kind === "write";
    if (!isBlind || !isWrite(step)) return [];
    const isSameCell = ({ operation: { address } }: Step) => address === operation.address;
    const check = steps.findLastIndex((step, i) =>
      i < act && step.thread === thread && isSameCell(step)
    );
    if (check < 0 || isWrite(steps[check])) return [];
    const change = steps.findIndex((step, i) =>
      i > check && i < act && step.thread !== thread && isSameCell(step) && isWrite(step)
    );
    if (change < 0) return [];
    const between = steps.slice(check, act).filter((step) => step.thread === thread).length;
    return [{ check, change, act, between }];
  });
  if (candidates.length === 0) return "";
  // The nearer the act is to the check, the more likely it is that one was meant for the other.
  const nearest = Math.min(...candidates.map(({ between }) => between));
  const { check, change, act } = candidates.findLast(({ between }) => between === nearest)!;
  return `${names[steps[act].thread]} read ${steps[act].label} at step ${check + 1} and acted on ` +
    `it at step ${act + 1}; ${names[steps[change].thread]} had changed it at step ${change + 1}.`;
}

/** Why the thread that sleeps last is not woken. */
function lostWakeUp(steps: readonly Step[], names: readonly string[]): string {
  const last = names.map((_, thread) => steps.findLastIndex((step) => step.thread === thread));
  const asleep = last.filter((at) => at >= 0 && steps[at].fellAsleep)
    .filter((at) => !steps.slice(at).some(({ wakes }) => wakes.includes(steps[at].thread)));
  for (const at of asleep.sort((a, b) => b - a)) {
    const { thread, operation, label } = steps[at];
    const name = names[thread];
    const isSameCell = (step: Step) => step.operation.address === operation.address;
    const missed = steps.findLastIndex((step, i) =>
      i < at && step.operation.kind === "notify" && isSameCell(step) && step.result === 0 &&
      step.thread !== thread
    );
    const change = steps.findIndex((step, i) =>
      i > at && step.thread !== thread && isSameCell(step) && isWrite(step)
    );
    if (change >= 0) {
      const others = steps.findLastIndex((step, i) =>
        i > change && isSameCell(step) && step.wakes.length > 0
      );
      const notified = others < 0
        ? `and nobody notified ${name} after that`
        : `and the notify at step ${others + 1} was for ${
          steps[others].wakes.map((woken) => names[woken]).join(" and ")
        }`;
      return `${name} fell asleep on ${label} at step ${at + 1}. ${names[steps[change].thread]} ` +
        `changed ${label} at step ${change + 1}, ${notified}.`;
    }
    if (missed >= 0) {
      return `The notify at step ${missed + 1} woke nobody: ${name} fell asleep at step ${
        at + 1
      }, ` +
        "and no other notify comes. A wake-up is not kept for those who sleep later.";
    }
  }
  const first = asleep.at(-1);
  return first === undefined ? "" : `${names[steps[first].thread]} fell asleep on ` +
    `${steps[first].label} at step ${first + 1}, and no thread is left to notify it.`;
}
