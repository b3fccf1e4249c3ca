/**
 * A reference of several files as one text. Learners compare theirs with it, and the edits of wrong
 * solutions find their places in it. A learner writes one file; a long reference has parts beside it, each
 * of which is on a sheet of its own.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Opens the sheet of a part. What stands before all of them is the reference's own file. */
const opening = /^\/\/ ---- (\w+\.ts) ----\n/m;

/** The parts that a file imports from beside it. */
const parts = /^(?:im|ex)port [^;]*? from "\.\/(\w+\.ts)";$/gm;

/** The file with its parts, in the order in which they are first imported. */
export async function joined(
  name: string,
  read: (name: string) => Promise<string>,
): Promise<string> {
  const texts = new Map<string, string>();
  const add = async (name: string) => {
    if (texts.has(name)) return;
    const text = await read(name);
    texts.set(name, text);
    for (const [, part] of text.matchAll(parts)) await add(part);
  };
  await add(name);
  return onSheets(texts);
}

/** The texts of files as one; the first is the reference's own. */
export function onSheets(texts: Iterable<readonly [name: string, text: string]>): string {
  const [[, own], ...others] = texts;
  return [own, ...others.map(([name, text]) => `// ---- ${name} ----\n${text}`)].join("\n");
}

/** The reference in that file, with its parts. */
export async function readJoined(file: URL): Promise<string> {
  const name = file.pathname.split("/").at(-1)!;
  return await joined(name, (name) => Deno.readTextFile(new URL(name, file)));
}

/** The texts of the files, by their names. */
export function separated(name: string, text: string): Map<string, string> {
  const [own, ...rest] = text.split(opening);
  const sheets = new Map([[name, rest.length > 0 ? own.replace(/\n$/, "") : own]]);
  for (let i = 0; i < rest.length; i += 2) {
    const isLast = i + 2 === rest.length;
    sheets.set(rest[i], isLast ? rest[i + 1] : rest[i + 1].replace(/\n$/, ""));
  }
  return sheets;
}

/** Writes the files into the folder, and returns where the first one is. */
export async function layOut(folder: string, name: string, text: string): Promise<URL> {
  for (const [file, sheet] of separated(name, text)) {
    await Deno.writeTextFile(join(folder, file), sheet);
  }
  return pathToFileURL(join(folder, name)) as URL;
}
