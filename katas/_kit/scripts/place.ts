/** Putting another file than the learner's into the place that a script imports. */
import { copyFile, cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writeConfig } from "../judging/import_map.ts";
import type { Script } from "./scripts.ts";

/** A copy of a script beside which another implementation of its kata lies. */
export interface Placed extends AsyncDisposable {
  /** The copy. */
  script: URL;
  /** The file for `--config` with which it finds what it imports. */
  config: string;
}

/**
 * Copies the script into a temporary folder, with this implementation of its kata beside it. It is no import
 * map, which would not reach the programs that a script starts.
 */
export async function placed(
  root: URL,
  { slug, path }: Script,
  implementation: URL,
): Promise<Placed> {
  const folder = await Deno.makeTempDir({ prefix: "script_" });
  const script = join(folder, path);
  const config = join(folder, "deno.json");
  await mkdir(join(script, ".."), { recursive: true });
  await cp(new URL(path, root), script);
  const link = `export * from ${JSON.stringify(implementation.href)};\n`;
  await Deno.writeTextFile(join(folder, "katas", slug, `${slug}.ts`), link);
  await writeConfig(config, root, {});
  await copyFile(new URL("deno.lock", root), join(folder, "deno.lock"));
  return {
    script: pathToFileURL(script) as URL,
    config,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
