/** The scripts of the katas: the tutorial's programs, told again on the learner's code. */

/** A program that uses a kata's code. */
export interface Script {
  /** The kata. */
  slug: string;
  /** Its name, which no other script of the collection has. */
  name: string;
  /** Where it lies, seen from the root. */
  path: string;
  /** What it does: the first sentence of the comment at its head. */
  story: string;
}

/** The scripts of a kata, by name. */
export function scriptsOf(root: URL, slug: string): Script[] {
  const folder = `katas/${slug}/scripts`;
  return namesIn(new URL(folder, root)).map((file) => {
    const path = `${folder}/${file}`;
    const story = storyOf(Deno.readTextFileSync(new URL(path, root)));
    return { slug, name: file.replace(/\.ts$/, ""), path, story };
  });
}

/** The first sentence of the comment at the head of a script. */
export function storyOf(text: string): string {
  const [head] = text.replaceAll("\r\n", "\n").match(/^(\/\/.*\n)+/) ?? [""];
  const words = head.replace(/^\/\/ ?/gm, "").replace(/\s+/g, " ").trim();
  return words.match(/^.*?\.(?= |$)/)?.[0].slice(0, -1) ?? words;
}

function namesIn(folder: URL): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
