/** Answers that look right and are not. */
import { onAllCores } from "../../../_kit/judging/on_all_cores.ts";
import { wholeFile, type Wrong } from "../../../_kit/wrong/page.ts";
import { layOut } from "../../../_kit/wrong/sheets.ts";
import { exit, type Guide, Misuse, paths, readReference } from "../../guide.ts";
import { judgeFile, type Run, withClock } from "../../progress/judging.ts";
import { colouredLine } from "../../text/diff_text.ts";
import { failureReport } from "../../text/report.ts";
import { count, wrapped } from "../../text/text.ts";
import { refuse, wasGreen } from "../compare.ts";
import { findKata } from "../../find.ts";
import { named, readPage, solutionsOn } from "./pages.ts";

/** Shows each wrong solution of a kata, or one: its bug, what it changes, and what convicts it. */
export async function why(
  guide: Guide,
  kata: string,
  name: string | undefined,
  { spoil = false } = {},
): Promise<number> {
  const { slug } = findKata(guide.katas, kata);
  if (!spoil && !await wasGreen(guide, slug)) return refuse(guide, "why", slug);
  const all = solutionsOn(await readPage(guide, slug), slug);
  const wrong = name === undefined ? all : [named(all, slug, name)];
  guide.screen.write(`${count(wrong.length, "answer")} to ${slug} that look right and are not:\n`);
  const folder = await Deno.makeTempDir({ prefix: "wrong_" });
  try {
    const files = await wholeFiles(guide, slug, wrong, folder);
    const runs = judgeInTurn(guide, slug, wrong, files);
    try {
      await convict(guide, wrong, runs);
    } finally {
      // When all is stopped, each of them has something to clean up.
      await Promise.allSettled(runs);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return exit.green;
}

/** Makes a file of each in a folder of its own. */
async function wholeFiles(
  guide: Guide,
  slug: string,
  wrong: readonly Wrong[],
  folder: string,
): Promise<string[]> {
  const reference = await readReference(guide, slug);
  return await Promise.all(wrong.map(async (one) => {
    const own = `${folder}/${one.name}`;
    await Deno.mkdir(own);
    return (await layOut(own, `${slug}.ts`, whole(one, slug, reference))).href;
  }));
}

function whole(one: Wrong, slug: string, reference: string): string {
  try {
    return wholeFile(one, reference);
  } catch (error) {
    throw new Misuse(`${paths.wrong(slug)}: ${(error as Error).message}`);
  }
}

/** Begins all judgements, as many at once as there are cores, each by the tests that reject it. */
function judgeInTurn(
  guide: Guide,
  slug: string,
  wrong: readonly Wrong[],
  files: readonly string[],
): Promise<Run>[] {
  const pending = wrong.map(() => Promise.withResolvers<Run>());
  for (const { promise } of pending) promise.catch(() => {});
  void onAllCores(wrong, async ({ rejectedBy }, i) => {
    // To check the types takes as long as the test, and the proof of the page does it.
    const judged = judgeFile(guide, slug, files[i], { only: rejectedBy, check: false });
    await judged.then(pending[i].resolve, pending[i].reject);
  });
  return pending.map(({ promise }) => promise);
}

async function convict(
  guide: Guide,
  wrong: readonly Wrong[],
  runs: readonly Promise<Run>[],
): Promise<void> {
  for (const [i, one] of wrong.entries()) {
    const run = await withClock(guide, `Judging ${i + 1} of ${wrong.length}: ${one.name}`, runs[i]);
    guide.screen.write(`\n${conviction(guide, one, run)}\n`);
  }
}

function conviction(
  { root, screen }: Guide,
  { name, bug, rejectedBy, edits }: Wrong,
  run: Run,
): string {
  const [first, ...others] = rejectedBy;
  const changes = edits.map((edit) =>
    edit.map((line) => `  ${colouredLine(line, screen.colours)}`.trimEnd()).join("\n")
  );
  // The command that shows a schedule again would judge the learner's file.
  const message = failureReport(run, first, { root, screen }).replace(/^See it again: .*\n?/m, "");
  return [
    `${screen.colours.bold(name)}\n${wrapped(bug, screen.width)}`,
    ...changes,
    message.trimEnd(),
    ...others.map((test) => wrapped(`Rejected as well by: ${test}`, screen.width)),
  ].join("\n\n");
}
