/** Programs of a project that has the library from a registry. */
import { assertEquals } from "@std/assert";
import { Registry } from "./registry.ts";

const root = new URL("../../", import.meta.url);

/** What a program says and how it ends. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Publishes the library, and runs the program twice: as one that has it by `jsr:`, and over http. `door` is
 * how it came in.
 */
export async function runFromRegistry(
  program: { name: string; text: string; permissions: readonly string[] },
  check: (output: Output, door: string) => void,
): Promise<void> {
  await using registry = new Registry();
  const publish = ["publish", "--token=none", "--allow-dirty", "--no-check", "--no-provenance"];
  const published = await deno(publish, root, { JSR_URL: registry.url });
  assertEquals(published.code, 0, published.stderr);

  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const { host } = new URL(registry.url);
  const permissions = [`--allow-import=${host}`, ...program.permissions];
  const project = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${project}/${program.name}`, program.text);
    const doors = [
      `jsr:@concurrency/katas@${version}`,
      `${registry.url}@concurrency/katas/${version}/mod.ts`,
    ];
    for (const door of doors) {
      const config = { imports: { "@concurrency/katas": door } };
      await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(config));
      const args = ["run", "--quiet", "--no-lock", ...permissions, program.name];
      const env = { JSR_URL: registry.url, DENO_DIR: `${project}/cache` };
      check(await deno(args, project, env), door);
    }
  } finally {
    await Deno.remove(project, { recursive: true });
  }
}

async function deno(args: string[], cwd: string | URL, env: Record<string, string>) {
  const { code, ...output } = await new Deno.Command(Deno.execPath(), { args, cwd, env }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((it) => new TextDecoder().decode(it));
  return { code, stdout, stderr };
}
