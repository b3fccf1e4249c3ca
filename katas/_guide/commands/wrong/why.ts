/** Answers that look right and are not. */
import { onAllCores } from "../../_kit/judging/on_all_cores.ts";
import { refuse, wasGreen } from "./compare.ts";
import { findKata } from "./find.ts";
import { exit, type Guide, Misuse, paths, read } from "../guide.ts";
import { nearest } from "./find.ts";
import { judgeFile, type Run, withClock } from "../progress/judging.ts";
import { failureReport } from "../text/report.ts";
import { count, wrapped } from "../text/text.ts";

/** What a wrong solution says of itself. */
export interface Header {
  /** Its bug. */
  bug: string;
  /** The test that rejects it. */
  rejectedBy: string;
}

/** A wrong solution. */
interface Wrong extends Header {
  name: string;
  path: string;
}

/** Shows each wrong solution of a kata, or one, with its bug and what convicts it. */
export async function why(
  guide: Guide,
  slug: string,
  name: string | undefined,
  { spoil = false } = {},
): Promise<number> {
  findKata(guide.katas, slug);
  if (!spoil && !await wasGreen(guide, slug)) return refuse(guide, "why", slug);
  const wrong = await wrongSolutions(guide, slug, await wrongNames(guide, slug, name));
  guide.screen.write(`${count(wrong.length, "answer")} to ${slug} that look right and are not:\n`);
  const runs = judgeInTurn(guide, slug, wrong);
  try {
    await convict(guide, wrong, runs);
  } finally {
    // When all is stopped, each of them has something to clean up.
    await Promise.allSettled(runs);
  }
  return exit.green;
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

function wrongSolutions(guide: Guide, slug: string, names: readonly string[]): Promise<Wrong[]> {
  return Promise.all(names.map(async (name) => {
    const path = `${paths.wrong(slug)}${name}.ts`;
    return { name, path, ...headerOf(await read(guide, path)) };
  }));
}

/** What the comment at the top of a wrong solution says. */
export function headerOf(source: string): Header {
  const [, comment = ""] = source.match(/\/\*\*(.*?)\*\//s) ?? [];
  const text = comment.replace(/^\s*\* ?/gm, "");
  const [bug] = text.split(/^@/m);
  return {
    bug: bug.replace(/\s+/g, " ").trim(),
    rejectedBy: text.match(/^@rejectedBy (.+)$/m)?.[1].trim() ?? "",
  };
}

async function wrongNames(guide: Guide, slug: string, name?: string): Promise<string[]> {
  const names: string[] = [];
  for await (const file of Deno.readDir(new URL(paths.wrong(slug), guide.root))) {
    if (file.name.endsWith(".ts")) names.push(file.name.slice(0, -".ts".length));
  }
  names.sort();
  if (name === undefined) return names;
  if (names.includes(name)) return [name];
  const near = nearest(names, name);
  const known = (near.length > 0 ? near : names).join(", ");
  throw new Misuse(`${slug} has no wrong solution '${name}', but ${known}`);
}

/** Begins all judgements, as many at once as there are cores, each by the test that rejects it. */
function judgeInTurn(guide: Guide, slug: string, wrong: readonly Wrong[]): Promise<Run>[] {
  const pending = wrong.map(() => Promise.withResolvers<Run>());
  for (const { promise } of pending) promise.catch(() => {});
  void onAllCores(wrong, async ({ path, rejectedBy }, i) => {
    const judged = judgeFile(guide, slug, path, { only: rejectedBy ? [rejectedBy] : undefined });
    await judged.then(pending[i].resolve, pending[i].reject);
  });
  return pending.map(({ promise }) => promise);
}

function conviction(
  { root, screen }: Guide,
  { name, bug, rejectedBy }: Wrong,
  run: Run,
): string {
  const head = `${screen.colours.bold(name)}\n${wrapped(bug, screen.width)}`;
  // The command that shows a schedule again would judge the learner's file.
  const message = failureReport(run, rejectedBy, { root, screen }).replace(
    /^See it again: .*\n?/m,
    "",
  );
  return `${head}\n\n${message.trimEnd()}`;
}
