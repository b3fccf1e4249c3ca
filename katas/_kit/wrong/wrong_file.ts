/** A wrong solution as a file. */
import { repository } from "../judging/judge.ts";
import { applied } from "./edit.ts";
import { wrongOn } from "./page.ts";
import { layOut, readJoined } from "./sheets.ts";

/** A file that is gone in the end. */
export interface WrongFile extends AsyncDisposable {
  url: URL;
}

/** Writes the wrong solution of this name into a file in a temporary folder. */
export async function wrongFile(slug: string, name: string): Promise<WrongFile> {
  const solution = new URL(`solutions/${slug}/`, repository);
  const wrong = wrongOn(await Deno.readTextFile(new URL("WRONG.md", solution))).find((wrong) =>
    wrong.name === name
  );
  if (!wrong) throw new Error(`There is no wrong solution '${name}' of ${slug}`);
  const folder = await Deno.makeTempDir({ prefix: "wrong_" });
  const reference = await readJoined(new URL(`${slug}.ts`, solution));
  return {
    url: await layOut(folder, `${slug}.ts`, applied(reference, wrong.edits)),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
