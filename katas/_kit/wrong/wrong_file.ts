/** A wrong solution as a file. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "../judging/judge.ts";
import { applied } from "./edit.ts";
import { wrongOn } from "./page.ts";

/** A file that is gone in the end. */
export interface WrongFile extends AsyncDisposable {
  url: URL;
}

/** Writes the wrong solution of this name into a file in a temporary folder. */
export async function wrongFile(slug: string, name: string): Promise<WrongFile> {
  const read = (file: string) =>
    Deno.readTextFile(new URL(`solutions/${slug}/${file}`, repository));
  const wrong = wrongOn(await read("WRONG.md")).find((wrong) => wrong.name === name);
  if (!wrong) throw new Error(`There is no wrong solution '${name}' of ${slug}`);
  const folder = await Deno.makeTempDir({ prefix: "wrong_" });
  const path = join(folder, `${slug}.ts`);
  await Deno.writeTextFile(path, applied(await read(`${slug}.ts`), wrong.edits));
  return {
    url: pathToFileURL(path) as URL,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
