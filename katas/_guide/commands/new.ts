/** The files of a new kata, for those who write one. */
import { command, exit, type Guide, Misuse, paths, read, readIfThere } from "../guide.ts";
import { formatted } from "./formatted.ts";

/** What is known of a kata before it is written. */
export interface NewOptions {
  /** Its story in a few words. */
  title?: string;
  /** The part of the collection. */
  part?: string;
}

const parts = ["threads", "processes", "coroutines"];

/**
 * Lays out the files of a kata and puts it at the end of the curriculum. The proof fails then, and
 * says what is still to be written.
 */
export async function newKata(
  guide: Guide,
  slug: string,
  { title = "its story in a few words", part = "threads" }: NewOptions = {},
): Promise<number> {
  await requireNew(guide, slug, part);
  const files = await templates(guide, slug);
  for (const [path, text] of files) {
    const file = new URL(path, guide.root);
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, text, { createNew: true });
  }
  await addToCurriculum(guide, slug, title, part);
  guide.screen.write(`${[...files.keys(), curriculumPath].join("\n")}\n\n${wayOn(slug)}\n`);
  return exit.green;
}

const curriculumPath = "katas/curriculum.ts";

async function requireNew({ root, katas }: Guide, slug: string, part: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]*$/.test(slug)) {
    throw new Misuse(`'${slug}' is no name for a kata: it takes a plural noun such as read_locks`);
  }
  if (!parts.includes(part)) {
    throw new Misuse(`There is no part '${part}': the parts are ${parts.join(", ")}`);
  }
  const isKnown = katas.some((kata) => kata.slug === slug) ||
    await readIfThere({ root }, paths.stub(slug)) !== null;
  if (isKnown) throw new Misuse(`There is a kata '${slug}' already: '${command}' lists them all`);
}

/** Path and text of each file. */
async function templates(guide: Guide, slug: string): Promise<Map<string, string>> {
  const places = {
    "README.md": paths.lesson(slug),
    "HINTS.md": paths.hints(slug),
    "stub.ts": paths.stub(slug),
    "suite.ts": paths.suite(slug),
    "reference.ts": paths.reference(slug),
    "bench.ts": paths.bench(slug),
    "WRONG.md": paths.wrong(slug),
  };
  const name = slug.replaceAll("_", " ");
  const files = new Map<string, string>();
  for (const [template, path] of Object.entries(places)) {
    const text = await read(guide, `${paths.templates}${template}.txt`);
    const filled = text
      .replaceAll("__Title__", name[0].toUpperCase() + name.slice(1))
      .replaceAll("__slug__", slug);
    files.set(path, await formatted(guide, filled, template.split(".")[1]));
  }
  files.set(paths.pristine(slug), files.get(paths.stub(slug))!);
  return files;
}

async function addToCurriculum(
  guide: Guide,
  slug: string,
  title: string,
  part: string,
): Promise<void> {
  const text = await read(guide, curriculumPath);
  const end = text.lastIndexOf("];");
  if (end < 0) throw new Misuse(`${curriculumPath} has no list of katas to add '${slug}' to`);
  const entry = `  {
    slug: ${JSON.stringify(slug)},
    title: ${JSON.stringify(title)},
    part: ${JSON.stringify(part)},
    buildsOn: [],
    level: 2,
    steps: ["what works after the first step"],
    needsPermission: false,
  },
`;
  const file = new URL(curriculumPath, guide.root);
  const longer = text.slice(0, end) + entry + text.slice(end);
  await Deno.writeTextFile(file, await formatted(guide, longer, "ts"));
}

function wayOn(slug: string): string {
  return `What is still to be written, step by step:
  deno task proof ${slug}

A wrong solution more, which the suite has to reject:
  ${command} wrong ${slug} <name>

Whenever the stub is changed, its copy for '${command} reset' follows:
  cp ${paths.stub(slug)} ${paths.pristine(slug)}`;
}
