/** Judging the learner's file, and taking note of it. */
import type { Judgement } from "../../_kit/judging/judge.ts";
import { type Guide, Misuse, paths, readIfThere } from "../guide.ts";
import { hash, note } from "./progress.ts";
import { overwrite } from "../terminal/screen.ts";
import { seconds } from "../text/text.ts";

/** One judgement of the learner's file. */
export interface Run {
  slug: string;
  judgement: Judgement;
  /** How long it took. */
  milliseconds: number;
  /** Milliseconds that it was given. */
  limit: number;
  /** The hash of what was judged, or `null` if the file was changed while it was judged. */
  stub: string | null;
}

/**
 * Judges the learner's file, and takes note of it unless told otherwise.
 *
 * @throws The reason of the signal if that is aborted.
 */
export async function judgeStub(
  guide: Guide,
  slug: string,
  { signal = guide.signal, noting = true } = {},
): Promise<Run> {
  const before = await stubHash(guide, slug);
  const run = await judgeFile(guide, slug, paths.stub(slug), { signal });
  const stub = await stubHash(guide, slug).catch(() => null) === before ? before : null;
  if (stub && noting) {
    await note(guide, slug, { stub, isGreen: run.judgement.verdict === "passed" });
  }
  return { ...run, stub };
}

/**
 * Judges any file of the collection by the suite of a kata, or by some of its tests.
 *
 * @throws The reason of the signal if that is aborted.
 */
export async function judgeFile(
  { root, limit, signal: stop }: Guide,
  slug: string,
  path: string,
  { signal = stop, only }: { signal?: AbortSignal; only?: readonly string[] } = {},
): Promise<Run> {
  // Its XML parser takes time to load, and the board has none.
  const { judge } = await import("../../_kit/judging/judge.ts");
  const start = performance.now();
  const judgement = await judge(slug, new URL(path, root), { root, timeout: limit, only, signal });
  return { slug, judgement, milliseconds: performance.now() - start, limit, stub: null };
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
      `${paths.stub(slug)} is missing: 'deno task kata reset ${slug}' brings it back`,
    );
  }
  return await hash(text);
}
