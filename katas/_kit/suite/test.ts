/** How a suite states a test. */
import { startTest } from "../../_explorer/mod.ts";
import { hungSentence, usually } from "./hung.ts";
import { lastTest } from "./last.ts";
import { ignoredTest, isAllowed } from "./permission.ts";
import { learnersFile, typedFolder } from "./place.ts";
import { isLoadingProbes, keepBody, withProbes } from "./probes.ts";
import { withUncaught } from "./uncaught.ts";
import { unfinishedIn } from "./unfinished_sentence.ts";

/** What a test may return: what it proved, in words. */
export interface Proved {
  sentence: string;
}

/** What a test does. */
export type Body = () => void | Proved | Promise<void | Proved>;

const timeout = 20_000;

/** The tests so far, in teaching order, and whether each has passed. One that hung has not. */
const tests: { name: string; passed: boolean; begun: boolean }[] = [];

/** The test that runs. */
let running: string | null = null;

/** What it usually is if a test does not come to its end. */
let whyHung = usually;

// What Deno has stopped can say nothing any more.
Deno.test.afterEach(() => {
  if (running !== null) console.log(hungSentence(running, whyHung));
  running = null;
});

/**
 * A test of the learner's code. Its name begins with its step: `[2] a callback is called once`. What it
 * proved is printed below its name.
 */
export function test(name: string, body: Body): void {
  if (isLoadingProbes()) return keepBody(name, body);
  const checked = withProbes(name, body);
  const state = { name, passed: false, begun: false };
  tests.push(state);
  Deno.test({
    name,
    timeout,
    async fn(t) {
      Object.assign(state, { begun: true, passed: false });
      running = name;
      startTest(`deno test ${typedFolder(t.origin)} --filter "${name}"`);
      const proved = await shortIfUnfinished(checked).finally(() => running = null);
      if (proved) await t.step(proved.sentence, () => {});
      state.passed = true;
    },
  });
}

let areSomeIgnored = false;

/** A test that starts Workers or programs. Without the permission for it, it is shown as ignored. */
export function testWithPermission(name: string, body: Body): void {
  if (isLoadingProbes()) return;
  if (isAllowed()) return test(name, body);
  areSomeIgnored = true;
  ignoredTest(name, "-P");
}

/**
 * Registers the last test of a suite, which says which one to fix first: the last lines of a red run are
 * those that a learner sees. Its name holds every step, so that a run of one step has it as well.
 * `hung` says what it usually is if a test of this suite does not come to its end.
 */
export function testWhatToFixFirst({ hung = usually } = {}): void {
  if (isLoadingProbes()) return;
  whyHung = hung;
  const steps = new Set(tests.map(({ name }) => name.match(/^\[\d+\]/)?.[0] ?? ""));
  Deno.test({
    name: `${[...steps].join(" ")} ${lastTest}`.trim(),
    timeout,
    async fn(t) {
      if (areSomeIgnored) {
        const name = `the ignored ones need -P: deno test -P ${typedFolder(t.origin)}`;
        await t.step({ name, ignore: true, fn() {} });
      }
      const first = tests.find(({ begun, passed }) => begun && !passed);
      if (!first) return;
      await t.step(`'${first.name}' in ${learnersFile(t.origin)}`, () => {
        const command = `deno test ${isAllowed() ? "-P " : ""}--fail-fast`;
        throw new Sentence(`This shows it alone: ${command} ${typedFolder(t.origin)}`);
      });
    },
  });
}

/** What is thrown where one line says all: Deno prints no stack for it. */
class Sentence {
  constructor(readonly text: string) {}

  [Symbol.for("Deno.customInspect")](): string {
    return this.text;
  }
}

/** Calls it. If the learner has not written the part yet, that sentence is the whole failure. */
async function shortIfUnfinished(
  body: () => Promise<void | Proved>,
): Promise<void | Proved> {
  try {
    return await withUncaught(body);
  } catch (error) {
    const sentence = unfinishedIn(error);
    throw sentence ? new Sentence(sentence) : error;
  }
}
