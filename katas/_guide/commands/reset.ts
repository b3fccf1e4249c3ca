/** Back to the empty stub. */
import { findKata } from "../find.ts";
import { command, exit, type Guide, Misuse, paths, readIfThere } from "../guide.ts";
import { readAnswer } from "../terminal/keys.ts";
import { setAside } from "../progress/backup.ts";
import { forget, isUntouched } from "../progress/progress.ts";
import { count } from "../text/text.ts";

/** How to reset. */
export interface ResetOptions {
  /** All katas. */
  all?: boolean;
  /** Without a question. */
  yes?: boolean;
}

/** Puts the empty stub back, after a question, and says where the learner's file is kept. */
export async function reset(
  guide: Guide,
  slug: string | undefined,
  { all = false, yes = false }: ResetOptions = {},
): Promise<number> {
  if (all === (slug !== undefined)) {
    throw new Misuse(`Name one kata, as in '${command} reset locks', or say --all`);
  }
  const katas = slug === undefined ? guide.katas : [findKata(guide.katas, slug)];
  const slugs: string[] = [];
  for (const { slug } of katas) if (!await isUntouched(guide, slug)) slugs.push(slug);
  if (slugs.length === 0) {
    guide.screen.write("There is nothing to reset: no file was changed.\n");
    return exit.green;
  }
  if (!yes && !await isWanted(guide, slugs)) {
    guide.screen.write("Nothing was reset.\n");
    return exit.green;
  }
  for (const slug of slugs) {
    const { backup, problem } = await resetStub(guide, slug);
    guide.screen.write(`${paths.stub(slug)} is the empty stub again. ${keptText(slug, backup)}\n`);
    if (problem) guide.screen.write(`${problem}\n`);
  }
  return exit.green;
}

/** Where the learner's file is kept, and how to have it back. */
export function keptText(slug: string, backup: string | null): string {
  if (!backup) return "There was no file of yours.";
  return `Yours is kept as ${backup}. To have it back:\n  cp ${backup} ${paths.stub(slug)}`;
}

/** What a reset has led to. */
export interface Reset {
  /** Where the learner's file is kept, if there was one that differs. */
  backup: string | null;
  /** A sentence if the progress could not be written. */
  problem: string;
}

/**
 * Puts the empty stub back, and keeps the learner's file.
 *
 * @throws {Misuse} If there is no copy of the empty stub.
 */
export async function resetStub(guide: Guide, slug: string): Promise<Reset> {
  if (await isUntouched(guide, slug)) return { backup: null, problem: "" };
  const pristine = await readIfThere(guide, paths.pristine(slug));
  if (pristine === null) {
    throw new Misuse(`${paths.pristine(slug)} is missing, so ${slug} cannot be reset`);
  }
  const isThere = await readIfThere(guide, paths.stub(slug)) !== null;
  const backup = isThere ? await setAside(guide, paths.stub(slug)) : null;
  await Deno.writeTextFile(new URL(paths.stub(slug), guide.root), pristine);
  return { backup, problem: await forget(guide, slug) };
}

async function isWanted({ screen, signal }: Guide, slugs: readonly string[]): Promise<boolean> {
  if (!screen.asks) {
    throw new Misuse("Nobody can be asked here: say --yes if you mean it");
  }
  const files = slugs.length === 1 ? paths.stub(slugs[0]) : count(slugs.length, "file");
  screen.write(`Put the empty stub in the place of ${files}? A backup is kept. y/N `);
  return /^y(es)?$/i.test(await readAnswer(signal));
}
