/** How far the learner is, by what was judged and by the files as they are now. */
import type { Kata } from "../../curriculum.ts";
import { type Guide, paths, readIfThere } from "../guide.ts";
import { changeProgress, type Noted, readProgress } from "./progress_file.ts";
import { stepsOf } from "./steps.ts";

/** How far a kata is. `changed`: it was green, and its file is another one now. */
export type State = "done" | "changed" | "begun" | "open";

/** How far a kata is, and which of its steps are done. */
export interface Standing {
  state: State;
  steps: number[];
}

/** How far each kata is. */
export async function standings(guide: Guide): Promise<Map<string, Standing>> {
  const progress = await readProgress(guide);
  return new Map(
    await Promise.all(
      guide.katas.map(async (kata) =>
        [kata.slug, await standingOf(guide, kata, progress[kata.slug])] as const
      ),
    ),
  );
}

async function standingOf(guide: Guide, kata: Kata, noted: Noted | undefined): Promise<Standing> {
  const stub = await hash(await readIfThere(guide, paths.stub(kata.slug)) ?? "");
  const steps = stepsDone(kata, noted, stub);
  if (noted?.green) return { state: noted.green === stub ? "done" : "changed", steps };
  return { state: await isUntouched(guide, kata.slug) ? "open" : "begun", steps };
}

/** The steps that are known to be green in the file with this hash. */
export function stepsDone(kata: Kata, noted: Noted | undefined, stub: string): number[] {
  if (noted?.green === stub) return stepsOf(kata);
  return noted?.stub === stub ? noted.steps : [];
}

/** Takes note of what the judgement of a kata's file was. Returns a sentence if that cannot be. */
export function note(
  guide: Guide,
  slug: string,
  { stub, isGreen, steps = [] }: { stub: string; isGreen: boolean; steps?: number[] },
): Promise<string> {
  return changeProgress(guide, (progress) => {
    const { green: before, hints } = progress[slug] ?? {};
    const green = isGreen ? stub : before === stub ? undefined : before;
    if (!green && !hints && steps.length === 0) return slug in progress && delete progress[slug];
    progress[slug] = { stub, at: new Date().toISOString(), steps, green, hints };
    return true;
  });
}

/** Takes note of how many hints were shown. Returns a sentence if that cannot be. */
export function noteHints(guide: Guide, slug: string, hints: number): Promise<string> {
  return changeProgress(guide, (progress) => {
    progress[slug] = {
      ...progress[slug] ?? { stub: "", at: new Date().toISOString(), steps: [] },
      hints,
    };
    return true;
  });
}

/** Forgets what was known of these katas. Returns a sentence if that cannot be. */
export async function forget(guide: Guide, ...slugs: string[]): Promise<string> {
  const known = await readProgress(guide);
  if (!slugs.some((slug) => slug in known)) return "";
  return await changeProgress(guide, (progress) => {
    for (const slug of slugs) delete progress[slug];
    return true;
  });
}

/** Whether the stub is as it was before anybody worked on it. */
export async function isUntouched(guide: Guide, slug: string): Promise<boolean> {
  const [stub, pristine] = await Promise.all([
    readIfThere(guide, paths.stub(slug)),
    readIfThere(guide, paths.pristine(slug)),
  ]);
  return stub !== null && stub === pristine;
}

/** A fingerprint of a text. */
export async function hash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
