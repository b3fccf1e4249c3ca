/** Opens the next kata, or the one that the learner would like to begin with. */
import { boardRows, nextRow } from "./board.ts";
import { findKata } from "../find.ts";
import { command, exit, type Guide, paths } from "../guide.ts";
import { judgeStub, withClock } from "../progress/judging.ts";
import { kataText } from "../text/kata_text.ts";
import { firstFailure, report } from "../text/report.ts";

/** Shows where the next kata is, or the one with this name, judges it, and shows its first failing test. */
export async function next(guide: Guide, name?: string): Promise<number> {
  const { root, screen } = guide;
  const kata = name === undefined
    ? nextRow(await boardRows(guide))?.kata
    : findKata(guide.katas, name);
  if (!kata) {
    screen.write(`All ${guide.katas.length} katas are done.\n`);
    return exit.green;
  }
  const { slug } = kata;
  screen.write(`${kataText(kata, root, screen)}\n\n`);
  const run = await withClock(guide, `Judging ${paths.stub(slug)}`, judgeStub(guide, slug));
  const isGreen = run.judgement.verdict === "passed";
  // Only what is explored has a schedule to look at.
  const hasSchedule = firstFailure(run)?.message.includes("See it again: ");
  const wayOn = isGreen ? [`compare  ${command} compare ${slug}`, `go on    ${command} next`] : [
    ...hasSchedule ? [`step by step   ${command} show ${slug}`] : [],
    `at every save  ${command} watch${name === undefined ? "" : ` ${slug}`}`,
    `a hint         ${command} hint ${slug}`,
  ];
  screen.write(`${report(run, { root, screen })}\n\n  ${wayOn.join("\n  ")}\n`);
  return isGreen ? exit.green : exit.red;
}
