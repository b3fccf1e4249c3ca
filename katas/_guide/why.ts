/** Answers that look right and are not. */
import { refuse, wasGreen } from "./compare.ts";
import { findKata } from "./find.ts";
import { exit, type Guide, Misuse, paths, read } from "./guide.ts";
import { nearest } from "./find.ts";
import { judgeFile, type Run, withClock } from "./judging.ts";
import { failureReport } from "./report.ts";
import { count, wrapped } from "./text.ts";

/** What a wrong solution says of itself. */
export interface Header {
  /** Its bug. */
  bug: string;
  /** The test that rejects it. */
  rejectedBy: string;
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
  const names = await wrongNames(guide, slug, name);
  guide.screen.write(`${count(names.length, "answer")} to ${slug} that look right and are not:\n`);
  const runs = judgeInTurn(guide, slug, names);
  try {
    await convict(guide, slug, names, runs);
  } finally {
    // When all is stopped, each of them has something to clean up.
    await Promise.allSettled(runs);
  }
  return exit.green;
}

async function convict(
  guide: Guide,
  slug: string,
  names: readonly string[],
  runs: readonly Promise<Run>[],
): Promise<void> {
  for (const [i, name] of names.entries()) {
    const run = await withClock(guide, `Judging ${i + 1} of ${names.length}: ${name}`, runs[i]);
    const header = headerOf(await read(guide, `${paths.wrong(slug)}${name}.ts`));
    guide.screen.write(`\n${conviction(guide, name, header, run)}\n`);
  }
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

/** Begins all judgements, as many at once as there are cores. */
function judgeInTurn(guide: Guide, slug: string, names: readonly string[]): Promise<Run>[] {
  const pending = names.map(() => Promise.withResolvers<Run>());
  const queue = names.entries();
  const work = async () => {
    for (const [i, name] of queue) {
      const judged = judgeFile(guide, slug, `${paths.wrong(slug)}${name}.ts`);
      await judged.then(pending[i].resolve, pending[i].reject);
    }
  };
  for (const { promise } of pending) promise.catch(() => {});
  for (let core = 0; core < navigator.hardwareConcurrency; core++) void work();
  return pending.map(({ promise }) => promise);
}

function conviction(
  { root, screen }: Guide,
  name: string,
  { bug, rejectedBy }: Header,
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
