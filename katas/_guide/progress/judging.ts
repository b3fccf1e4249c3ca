/** Judging the learner's file, and taking note of it. */
import type { Kata } from "../../curriculum.ts";
import type { Judgement, JudgeOptions } from "../../_kit/judging/judge.ts";
import { findKata } from "../find.ts";
import { command, type Guide, Misuse, paths, readIfThere } from "../guide.ts";
import { overwrite } from "../terminal/screen.ts";
import { seconds } from "../text/text.ts";
import { hash, note, stepsDone } from "./progress.ts";
import { readProgress } from "./progress_file.ts";
import { greenSteps, stepsOf } from "./steps.ts";
import { testsOf } from "./stopped.ts";

/** One judgement of a file by the suite of a kata. */
export interface Run {
  kata: Kata;
  judgement: Judgement;
  /** How long it took. */
  milliseconds: number;
  /** Milliseconds that it was given. */
  limit: number;
  /** The steps that are done. */
  steps: number[];
  /** The steps that were not done before. */
  newSteps: number[];
  /** A sentence that says why nothing of it was noted, if so. */
  unnoted: string;
}

/**
 * Judges the learner's file, and takes note of it.
 *
 * @throws The reason of the signal if that is aborted.
 */
export async function judgeStub(
  guide: Guide,
  slug: string,
  { signal = guide.signal } = {},
): Promise<Run> {
  const stub = await stubHash(guide, slug);
  const known = (await readProgress(guide))[slug];
  const run = await judgeFile(guide, slug, paths.stub(slug), { signal });
  // What was stopped, broke off or was not even begun says nothing of the file.
  if (!saysMuch(run.judgement)) {
    return { ...await explained(guide, run, signal), steps: stepsDone(run.kata, known, stub) };
  }
  const isSame = await stubHash(guide, slug).catch(() => null) === stub;
  return {
    ...run,
    newSteps: run.steps.filter((step) => !known?.steps.includes(step)),
    unnoted: isSame
      ? await note(guide, slug, {
        stub,
        isGreen: run.judgement.verdict === "passed",
        steps: run.steps,
      })
      : "The file was changed while it was judged, so nothing is noted: judge it again.",
  };
}

/**
 * Judges any file of the collection by the suite of a kata, or by some of its tests.
 *
 * @throws The reason of the signal if that is aborted.
 */
export async function judgeFile(
  { root, katas, limit, screen, signal: stop }: Guide,
  slug: string,
  path: string,
  { signal = stop, only, check }: Pick<JudgeOptions, "signal" | "only" | "check"> = {},
): Promise<Run> {
  // Its XML parser takes time to load, and the board has none.
  const { judge } = await import("../../_kit/judging/judge.ts");
  const kata = findKata(katas, slug);
  const start = performance.now();
  const run = { root, timeout: limit, only, check, signal, columns: screen.width };
  const judgement = await judge(slug, new URL(path, root), run);
  const milliseconds = performance.now() - start;
  const isGreen = judgement.verdict === "passed";
  const steps = isGreen ? stepsOf(kata) : greenSteps(kata, judgement.tests);
  return { kata, judgement, milliseconds, limit, steps, newSteps: [], unnoted: "" };
}

function saysMuch({ verdict, tests }: Judgement): boolean {
  return verdict === "passed" ||
    verdict === "failed" && tests.every(({ name }) => name !== wholeRun);
}

/** What the judge calls a run that ended before its time. */
export const wholeRun = "(the whole run)";

/** A run that was stopped, with the tests that it knew of, and with what the first failure says. */
async function explained(guide: Guide, run: Run, signal: AbortSignal): Promise<Run> {
  if (run.judgement.verdict !== "timed out") return run;
  const tests = testsOf(run.judgement.output);
  const first = tests.find(({ outcome }) => outcome === "failed");
  if (first && !first.hangs) {
    // The messages were to come at the end.
    const { slug } = run.kata;
    const alone = await judgeFile(guide, slug, paths.stub(slug), { signal, only: [first.name] });
    first.message = alone.judgement.tests.find(({ name }) => name === first.name)?.message ?? "";
  }
  return { ...run, judgement: { ...run.judgement, tests } };
}

/** Shows on a terminal how long something takes. */
export async function withClock<T>({ screen }: Guide, text: string, work: Promise<T>): Promise<T> {
  if (!screen.live) return await work;
  const start = performance.now();
  const draw = () => {
    const clock = `${text}: ${seconds(performance.now() - start)}`;
    screen.write(overwrite(clock, screen.width));
  };
  draw();
  const timer = setInterval(draw, 1_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    screen.write(overwrite("", screen.width));
  }
}

async function stubHash(guide: Guide, slug: string): Promise<string> {
  const text = await readIfThere(guide, paths.stub(slug));
  if (text === null) {
    throw new Misuse(
      `${paths.stub(slug)} is missing: '${command} reset ${slug}' brings it back`,
    );
  }
  return await hash(text);
}
