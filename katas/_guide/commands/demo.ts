/** What green looks like. */
import { findKata } from "../find.ts";
import { exit, type Guide, paths } from "../guide.ts";
import { judgeFile, withClock } from "../progress/judging.ts";
import { report } from "../text/report.ts";
import { wrapped } from "../text/text.ts";

/** Judges the reference, and shows what was proved. */
export async function demo(guide: Guide, kata: string): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  const { screen, root } = guide;
  const path = paths.reference(slug);
  screen.write(`The suite of ${slug} judges the reference, ${path}.\n\n`);
  const run = await withClock(guide, `Judging ${path}`, judgeFile(guide, slug, path));
  const { tests, verdict } = run.judgement;
  for (const { name, outcome, proved = [] } of tests) {
    const word = outcome === "passed" ? screen.colours.green("passed") : outcome;
    screen.write(`${word}  ${wrapped(name, screen.width, "        ")}\n`);
    for (const sentence of proved) {
      screen.write(
        `        ${screen.colours.dim(wrapped(sentence, screen.width, "        "))}\n`,
      );
    }
  }
  const isGreen = verdict === "passed";
  screen.write(`\n${report(run, { root, screen })}\n`);
  return isGreen ? exit.green : exit.red;
}
