/** What a judgement says, as text. */
import type { TestResult } from "../../_kit/judging/junit.ts";
import { whyHung } from "../../_kit/suite/hung.ts";
import { type Run, wholeRun } from "../progress/judging.ts";
import { stepOf } from "../progress/steps.ts";
import { testsOf } from "../progress/stopped.ts";
import type { Screen } from "../terminal/screen.ts";
import { cleaned, compileMessage, printedBy, shown, unfinishedPart } from "./message.ts";
import { newStepsText, openStepText } from "./steps_text.ts";
import { count, wrapped } from "./text.ts";

/** So many rows of what the code printed are shown. */
const mostPrinted = 12;

/** What a report needs to know. */
export interface ReportOptions {
  root: URL;
  screen: Screen;
  /** Whether to show every failing test, and not only the first. */
  all?: boolean;
}

/** The judgement: the first failing test only, or all. */
export function report(run: Run, options: ReportOptions): string {
  const { screen } = options;
  const { kata, steps, newSteps, unnoted } = run;
  const isGreen = run.judgement.verdict === "passed";
  const parts = [
    isGreen ? "" : screen.colours.green(newStepsText(kata, newSteps)),
    isGreen ? "" : openStepText(kata, steps, screen),
    verdictReport(run, options),
    unnoted && wrapped(unnoted, screen.width),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function verdictReport(run: Run, options: ReportOptions): string {
  const { root, screen, all = false } = options;
  const { verdict, output } = run.judgement;
  if (verdict === "passed") return greenText(run, screen);
  if (verdict === "timed out") return stoppedText(run, options);
  if (verdict === "did not compile") {
    const head = `${red(screen)}  The file does not compile.`;
    return `${head}\n\n${shown(compileMessage(output, root, all), run.kata.slug, screen)}`;
  }
  return all ? allFailures(run, options) : oneFailure(run, options);
}

function oneFailure(run: Run, options: ReportOptions): string {
  const first = firstFailure(run);
  if (!first) return "";
  const texts = [failureText(first, run, options), tally(run, first)];
  return texts.filter((text) => text !== "").join("\n\n");
}

/** What is not written yet has nothing to say but that. */
function allFailures(run: Run, options: ReportOptions): string {
  const { tests } = run.judgement;
  const failed = tests.filter(({ outcome }) => outcome === "failed");
  const parts = failed.flatMap((test) => missingPart(test, run) ?? []);
  const texts = failed.filter((test) => !missingPart(test, run))
    .map((test) => failureText(test, run, options));
  const unfinished = [...new Set(parts)].map((part) =>
    `  \`${part}\`: ${count(parts.filter((other) => other === part).length, "test")}`
  );
  return [
    ...texts,
    ...unfinished.length > 0 ? [["Not implemented yet:", ...unfinished].join("\n")] : [],
    ...tests.length > 1
      ? [`${passedOf(tests).length} of ${count(tests.length, "test")} pass.`]
      : [],
  ].join("\n\n");
}

/** What one failing test says of the code. */
export function failureReport(run: Run, name: string, options: ReportOptions): string {
  const test = run.judgement.tests.find((test) => test.name === name && test.outcome === "failed");
  return test ? failureText(test, run, options) : verdictReport(run, options);
}

/** The verdict in a few words, for a line of a list. */
export function verdictText(run: Run): string {
  const { kata, judgement: { verdict, tests }, limit } = run;
  if (verdict === "passed") return count(passedOf(tests).length, "test");
  if (verdict === "did not compile") return "does not compile";
  const first = firstFailure(run);
  const part = first && missingPart(first, run);
  if (part) return `next to write: ${part}`;
  if (verdict === "timed out") {
    const stopped = `stopped after ${limit / 1_000} s`;
    return first && !hangs(first, run)
      ? `${stopped}, first: ${first.name}`
      : `${stopped}: ${loopOrDeadlock}`;
  }
  if (!first) return "";
  const own = testsOfStep(run, stepOf(first.name, kata));
  const failed = own.filter(({ outcome }) => outcome === "failed");
  return `${failed.length} of ${own.length} fail, first: ${first.name}`;
}

/** The failing test to look at first: the first of the first step that is not green. */
export function firstFailure({ kata, judgement }: Run): TestResult | undefined {
  return judgement.tests
    .filter(({ outcome }) => outcome === "failed")
    .toSorted((a, b) => stepOf(a.name, kata) - stepOf(b.name, kata))[0];
}

function greenText({ kata: { slug }, judgement: { tests } }: Run, { colours }: Screen): string {
  const ignored = tests.filter(({ outcome }) => outcome === "ignored").length;
  const rest = ignored > 0 ? `, ${ignored} ignored` : "";
  const green = colours.bold(colours.green("green"));
  return `${green}  All ${count(passedOf(tests).length, "test")} of ${slug} pass${rest}.`;
}

/** What a run that was stopped had found out until then. */
function stoppedText(run: Run, options: ReportOptions): string {
  const { judgement: { tests, output }, limit } = run;
  const first = firstFailure(run);
  const running = runningTest(output);
  const stopped = `Stopped after ${limit / 1_000} s${running ? ` in '${running}'` : ""}`;
  const part = first && missingPart(first, run);
  if (!first || first.name === running && !part) {
    return headline(`${stopped}: ${loopOrDeadlock}`, options.screen);
  }
  const known = `${stopped}. Until then ${passedOf(tests).length} of ${
    count(tests.length, "test")
  } passed.`;
  const text = first.message || part
    ? failureText(first, run, options)
    : headline(`'${first.name}' did not end: ${whyOf(first, run)}`, options.screen);
  return `${text}\n\n${wrapped(known, options.screen.width)}`;
}

/** What is asked of a test that does not end. */
const loopOrDeadlock = "an endless loop or a deadlock?";

/** Whether it had not ended when the run was stopped, or has ended because its time was up. */
function hangs({ name, message }: TestResult, { judgement }: Run): boolean {
  return !message || timedOut.test(message) || name === runningTest(judgement.output);
}

/** The part of the stub that a test has found not to be written: it says so, or a thread of its own. */
function missingPart({ name, message }: TestResult, { judgement }: Run): string | undefined {
  return unfinishedPart(message) ?? unfinishedPart(printedBy(judgement.output, name));
}

/** The test that had begun and not ended when the run ended. */
function runningTest(output: string): string | undefined {
  return testsOf(output).findLast(({ isRunning }) => isRunning)?.name;
}

function failureText(test: TestResult, run: Run, { root, screen }: ReportOptions): string {
  const { name, message } = test;
  const { slug } = run.kata;
  if (name === wholeRun) return brokenText(message, run, root, screen);
  const part = missingPart(test, run);
  if (part) {
    const { bold, cyan } = screen.colours;
    const sentence = `\`${part}\` is not implemented yet: this is the next thing to write.`;
    const test = bold(wrapped(name, screen.width, "      "));
    return `${bold(cyan("next"))}  ${test}\n\n${wrapped(sentence, screen.width)}`;
  }
  const printed = printedBy(run.judgement.output, name);
  return [
    headline(name, screen),
    shown(cleaned(asked(message, whyOf(test, run)), root), slug, screen),
    ...printed ? [`Your code printed:\n${shown(printed, slug, screen, mostPrinted)}`] : [],
  ].join("\n\n");
}

const timedOut = /^(?:Error: )?Test timed out after (\d+)ms\.?/;

/** Why a test did not come to its end, as far as its suite knows. */
function whyOf({ name }: TestResult, { judgement: { output } }: Run): string {
  return whyHung(output, name) ?? loopOrDeadlock;
}

/** A test that has no more to say than that its time was up hangs. */
function asked(message: string, why: string): string {
  return message.replace(
    timedOut,
    (_, time) => `It did not end in ${Number(time) / 1_000} s: ${why}`,
  );
}

function brokenText(message: string, { kata, judgement }: Run, root: URL, screen: Screen): string {
  const [, code, rest] = message.match(/^The run ended with exit code (\d+): (.*)$/s) ?? [];
  const ending = code ? `The run broke off with exit code ${code}` : message;
  const running = runningTest(judgement.output);
  const said = cleaned(rest ?? "", root).replace(/^\S.* \.\.\.$/gm, "").trim();
  return [
    headline(`${ending}${running ? ` in '${running}'` : ""}.`, screen),
    ...said ? [shown(said, kata.slug, screen)] : [],
  ].join("\n\n");
}

/** How many tests of the step pass. */
function tally(run: Run, first: TestResult): string {
  const { kata, judgement: { tests } } = run;
  if (tests.length < 2) return "";
  const own = testsOfStep(run, stepOf(first.name, kata));
  const ofStep = kata.steps.length > 0 ? " of this step" : "";
  const passed = `${passedOf(own).length} of ${count(own.length, "test")}${ofStep} pass`;
  if (missingPart(first, run)) return `${passed} so far.`;
  return `${passed}. This is the first that fails: fix it first.`;
}

function testsOfStep({ kata, judgement: { tests } }: Run, step: number): TestResult[] {
  return tests.filter(({ name }) => stepOf(name, kata) === step);
}

function passedOf(tests: readonly TestResult[]): TestResult[] {
  return tests.filter(({ outcome }) => outcome === "passed");
}

/** A red headline. */
function headline(text: string, screen: Screen): string {
  return `${red(screen)}  ${screen.colours.bold(wrapped(text, screen.width, "     "))}`;
}

function red({ colours }: Screen): string {
  return colours.bold(colours.red("red"));
}
