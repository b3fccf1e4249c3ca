/** Opens the next kata. */
import { boardRows, nextRow } from "./board.ts";
import { command, exit, type Guide, paths } from "../guide.ts";
import { judgeStub, withClock } from "../progress/judging.ts";
import { kataText } from "../text/kata_text.ts";
import { firstFailure, report } from "../text/report.ts";

/** Shows where the next kata is, judges it, and shows its first failing test. */
export async function next(guide: Guide): Promise<number> {
  const { root, screen } = guide;
  const row = nextRow(await boardRows(guide));
  if (!row) {
    screen.write(`All ${guide.katas.length} katas are done.\n`);
    return exit.green;
  }
  const { slug } = row.kata;
  screen.write(`${kataText(row.kata, root, screen)}\n\n`);
  const run = await withClock(guide, `Judging ${paths.stub(slug)}`, judgeStub(guide, slug));
  const isGreen = run.judgement.verdict === "passed";
  // Only what is explored has a schedule to look at.
  const hasSchedule = firstFailure(run)?.message.includes("See it again: ");
  const wayOn = isGreen ? [`compare  ${command} compare ${slug}`, `go on    ${command} next`] : [
    ...hasSchedule ? [`step by step   ${command} show ${slug}`] : [],
    `at every save  ${command} watch`,
    `a hint         ${command} hint ${slug}`,
  ];
  screen.write(`${report(run, { root, screen })}\n\n  ${wayOn.join("\n  ")}\n`);
  return isGreen ? exit.green : exit.red;
}
