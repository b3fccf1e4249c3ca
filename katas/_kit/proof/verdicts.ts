/** What a judgement has to be for the collection to be sound. Each gives the fault, if there is one. */
import type { Judgement } from "../judging/judge.ts";
import type { TestResult } from "../judging/junit.ts";
import { unfinishedIn } from "../suite/unfinished_sentence.ts";
import type { Wrong } from "../wrong/page.ts";

/** The reference passes every test, and with all permissions none is ignored. */
export function referenceFault({ verdict, tests, output }: Judgement): string | null {
  if (verdict !== "passed") return `The suite must take the reference: ${verdict}\n${output}`;
  const ignored = tests.filter(({ outcome }) => outcome === "ignored").map(({ name }) => name);
  if (ignored.length === 0) return null;
  return `With all permissions no test may be ignored: ${ignored.join(", ")}`;
}

/** The stub fails every test, and each says what is not there yet. */
export function stubFault({ verdict, tests, output }: Judgement): string | null {
  if (verdict !== "failed") return `The stub must fail: ${verdict}\n${output}`;
  for (const { name, outcome, message } of tests) {
    if (outcome !== "failed") return `'${name}' asserts nothing about an empty stub`;
    if (unfinishedIn(message) !== message.trim()) {
      return `'${name}' does not say what is not implemented yet, but: ${message}`;
    }
  }
  return null;
}

/** A wrong solution is rejected by each test that its section names, for the words that it names. */
export function rejectionFault(
  { rejectedBy, because }: Wrong,
  tests: readonly TestResult[],
): string | null {
  for (const name of rejectedBy) {
    const test = tests.find((test) => test.name === name);
    if (!test) return `'${name}' must reject it, and came to no result`;
    if (test.outcome !== "failed") return `'${name}' must reject it, and has ${test.outcome}`;
    if (!because.some((words) => folded(test.message).includes(folded(words)))) {
      return `'${name}' must say '${because.join("' or '")}', and says: ${test.message}`;
    }
  }
  return null;
}

function folded(text: string): string {
  return text.replace(/\s+/g, " ").toLowerCase();
}
