/** What the learner has done: one small file that can be committed or ignored. */
import { command, type Guide, paths, readIfThere } from "../guide.ts";
import { setAside } from "./backup.ts";

/** What is known of each kata that was judged. */
export type Progress = Record<string, Noted>;

/** What is known of one kata. */
export interface Noted {
  /** The hash of the file that was judged last. */
  stub: string;
  /** When, in ISO 8601. */
  at: string;
  /** The steps that were green then. */
  steps: number[];
  /** The hash of the file that was green last. */
  green?: string;
  /** How many hints were shown. */
  hints?: number;
}

const version = 2;

/**
 * Reads the progress file. One that cannot be understood is set aside, with a sentence to the learner.
 */
export async function readProgress(guide: Guide): Promise<Progress> {
  const progress = await readWell(guide);
  if (progress) return progress;
  const problem = await changeProgress(guide, () => false);
  if (problem) {
    guide.screen.warn(`${paths.progress} is not the guide's, or is broken. ${problem}\n`);
  }
  return {};
}

/**
 * Changes the progress file, all of it or nothing. Changes follow one after the other, also those of
 * another guide: two at once would write over each other. `edit` says whether there is something to
 * write. Returns a sentence if the file cannot be written: a checkout may be read-only, and whatever
 * the learner asked for is worth more.
 */
export async function changeProgress(
  guide: Guide,
  edit: (progress: Progress) => boolean,
): Promise<string> {
  try {
    await locked(guide, async () => {
      const progress = await readOrSetAside(guide);
      if (edit(progress)) await writeProgress(guide, progress);
    });
    return "";
  } catch (error) {
    const [reason] = (error as Error).message.split(": ");
    return `${paths.progress} cannot be written (${reason}), so nothing is noted.`;
  }
}

let last: Promise<void> = Promise.resolve();

/** Does the work when nobody else, here or in another process, is at such work. */
function locked({ root }: Guide, work: () => Promise<void>): Promise<void> {
  return last = last.catch(() => {}).then(async () => {
    await Deno.mkdir(new URL(paths.backups, root), { recursive: true });
    const lock = new URL(`${paths.backups}progress.lock`, root);
    using file = await Deno.open(lock, { create: true, write: true });
    await file.lock(true);
    await work();
  });
}

async function writeProgress({ root, katas }: Guide, progress: Progress): Promise<void> {
  const known = Object.fromEntries(
    katas.flatMap(({ slug }) => Object.hasOwn(progress, slug) ? [[slug, progress[slug]]] : []),
  );
  const file = new URL(paths.progress, root);
  const draft = new URL(`${file.href}.${Deno.pid}.tmp`);
  await Deno.writeTextFile(draft, `${JSON.stringify({ version, katas: known }, null, 2)}\n`);
  await Deno.rename(draft, file);
}

async function readOrSetAside(guide: Guide): Promise<Progress> {
  const progress = await readWell(guide);
  if (progress) return progress;
  const backup = await setAside(guide, paths.progress);
  await Deno.remove(new URL(paths.progress, guide.root));
  guide.screen.warn(
    `${paths.progress} is not the guide's, or is broken, so it was moved to ${backup}: ` +
      `'${command} check' judges everything again and writes a new one.\n`,
  );
  return {};
}

/** What the file says; `null` if it cannot be understood. */
async function readWell(guide: Guide): Promise<Progress | null> {
  const text = await readIfThere(guide, paths.progress);
  if (text === null) return {};
  try {
    const content = JSON.parse(text);
    if (content.version === 1) return fromVersion1(content.done);
    return content.version === version && isProgress(content.katas) ? content.katas : null;
  } catch {
    return null;
  }
}

/** The first version knew of green katas only. */
function fromVersion1(done: Record<string, { stub: string; at: string }>): Progress | null {
  const katas = Object.fromEntries(
    Object.entries(done).map((
      [slug, { stub, at }],
    ) => [slug, { stub, at, steps: [], green: stub }]),
  );
  return isProgress(katas) ? katas : null;
}

function isProgress(katas: unknown): katas is Progress {
  return katas !== null && typeof katas === "object" &&
    Object.values<Partial<Noted> | null>({ ...katas }).every((noted) =>
      typeof noted?.stub === "string" && typeof noted.at === "string" &&
      Array.isArray(noted.steps)
    );
}
