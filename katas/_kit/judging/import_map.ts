/** The import map with which a suite gets another implementation than its own. */
import { fileURLToPath } from "node:url";

/**
 * Writes an import map: the imports of deno.json, which it replaces, and some redirections, from one URL
 * to another.
 */
export async function writeImportMap(
  file: string,
  root: URL,
  redirections: Record<string, string>,
): Promise<void> {
  const imports = importsOf(await configOf(root), root);
  await Deno.writeTextFile(file, JSON.stringify({ imports: { ...imports, ...redirections } }));
}

/**
 * Writes a deno.json for a folder elsewhere that means what the one of `root` means, with redirections.
 * Programs that are started there find it by themselves.
 */
export async function writeConfig(
  file: string,
  root: URL,
  redirections: Record<string, string>,
): Promise<void> {
  const config = await configOf(root);
  const { compilerOptions, permissions, test, links = [] } = config;
  const imports = { ...importsOf(config, root), ...redirections };
  const absolute = links.map((link: string) => fileURLToPath(new URL(link, root)));
  await Deno.writeTextFile(
    file,
    JSON.stringify({ compilerOptions, permissions, test, imports, links: absolute }),
  );
}

async function configOf(root: URL) {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
}

function importsOf(
  config: { imports?: Record<string, string> },
  root: URL,
): Record<string, string> {
  const absolute = Object.entries(config.imports ?? {}).map(([name, target]) => [
    name,
    target.startsWith(".") ? new URL(target, root).href : target,
  ]);
  return Object.fromEntries(absolute);
}
