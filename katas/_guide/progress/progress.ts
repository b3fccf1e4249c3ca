/** What the learner has done: one small file that can be committed or ignored. */
import { command, type Guide, paths, read, readIfThere } from "../guide.ts";

/** The katas that were judged green. */
export type Progress = Record<string, Green>;

/** One green judgement. */
export interface Green {
  /** The hash of the file that was judged. */
  stub: string;
  /** When, in ISO 8601. */
  at: string;
}

/** How far a kata is. `changed`: it was green, and its file is another one now. */
export type State = "done" | "changed" | "begun" | "open";

const version = 1;

/**
 * Reads the progress file. One that cannot be read is set aside, with a sentence to the learner.
 */
export async function readProgress(guide: Guide): Promise<Progress> {
  const text = await readIfThere(guide, paths.progress);
  if (text === null) return {};
  const progress = parsed(text);
  if (progress) return progress;
  const backup = await setAside(guide, paths.progress);
  await Deno.remove(new URL(paths.progress, guide.root));
  guide.screen.warn(
    `${paths.progress} is not the guide's, or is broken, so it was moved to ${backup}: ` +
      `'${command} check' judges everything again and writes a new one.\n`,
  );
  return {};
}

/** Writes the progress file, all of it or nothing. */
export async function writeProgress(guide: Guide, progress: Progress): Promise<void> {
  const done = Object.fromEntries(
    guide.katas.flatMap(({ slug }) =>
      Object.hasOwn(progress, slug) ? [[slug, progress[slug]]] : []
    ),
  );
  const file = new URL(paths.progress, guide.root);
  const draft = new URL(`${file.href}.${Deno.pid}.tmp`);
  await Deno.writeTextFile(draft, `${JSON.stringify({ version, done }, null, 2)}\n`);
  await Deno.rename(draft, file);
}

/** Takes note of what one kata's judgement was. */
export function note(
  guide: Guide,
  slug: string,
  { stub, isGreen }: { stub: string; isGreen: boolean },
): Promise<void> {
  return change(guide, (progress) => {
    if (isGreen) progress[slug] = { stub, at: new Date().toISOString() };
    else if (progress[slug]?.stub === stub) delete progress[slug];
    else return false;
    return true;
  });
}

/** Forgets that a kata was ever green. */
export function forget(guide: Guide, slug: string): Promise<void> {
  return change(guide, (progress) => slug in progress && delete progress[slug]);
}

let lastChange: Promise<void> = Promise.resolve();

/** Changes follow one after the other: two at once would write over each other. */
function change(guide: Guide, edit: (progress: Progress) => boolean): Promise<void> {
  return lastChange = lastChange.catch(() => {}).then(async () => {
    const progress = await readProgress(guide);
    if (edit(progress)) await writeProgress(guide, progress);
  });
}

/** How far each kata is. */
export async function states(guide: Guide): Promise<Map<string, State>> {
  const progress = await readProgress(guide);
  return new Map(
    await Promise.all(
      guide.katas.map(async ({ slug }) =>
        [slug, await stateOf(guide, slug, progress[slug])] as const
      ),
    ),
  );
}

async function stateOf(guide: Guide, slug: string, green: Green | undefined): Promise<State> {
  const stub = await readIfThere(guide, paths.stub(slug)) ?? "";
  if (green) return green.stub === await hash(stub) ? "done" : "changed";
  return await isUntouched(guide, slug) ? "open" : "begun";
}

/** Whether the stub is as it was before anybody worked on it. */
export async function isUntouched(guide: Guide, slug: string): Promise<boolean> {
  const [stub, pristine] = await Promise.all([
    readIfThere(guide, paths.stub(slug)),
    readIfThere(guide, paths.pristine(slug)),
  ]);
  return stub !== null && pristine !== null && unixLines(stub) === unixLines(pristine);
}

/** A fingerprint of a file's text, the same for the line ends of every system. */
export async function hash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(unixLines(text));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Copies a file to where backups are, and says where that is. */
export async function setAside(guide: Guide, path: string): Promise<string> {
  const text = await read(guide, path);
  await Deno.mkdir(new URL(paths.backups, guide.root), { recursive: true });
  const time = new Date().toISOString().replace(/[:.]/g, "-").slice(0, -1);
  const backup = `${paths.backups}${path.split("/").at(-1)}.${time}.bak`;
  await Deno.writeTextFile(new URL(backup, guide.root), text, { createNew: true });
  return backup;
}

function parsed(text: string): Progress | null {
  try {
    const { version: theirs, done } = JSON.parse(text);
    if (theirs !== version || done === null || typeof done !== "object") return null;
    const isGreen = (green: Partial<Green> | null) =>
      typeof green?.stub === "string" && typeof green.at === "string";
    return Object.values<Green>(done).every(isGreen) ? done : null;
  } catch {
    return null;
  }
}

function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
