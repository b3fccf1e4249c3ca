/** Processes and pools of a project that has the library from a registry. */
import { assertEquals } from "@std/assert";
import { Registry } from "./registry.ts";

const root = new URL("../../", import.meta.url);

const program = `
import { Pool, Process } from "@concurrency/katas";

export const work = (n) => n + 1;

if (import.meta.main) {
  const process = new Process({ module: import.meta.url, target: "work", args: [1] });
  process.start();
  console.log(await process.result());
  await using pool = new Pool({ module: import.meta.url, processes: 1 });
  console.log(...await pool.map("work", [2, 3]));
}
`;

async function deno(args: string[], cwd: string | URL, env: Record<string, string>) {
  const { code, ...output } = await new Deno.Command(Deno.execPath(), { args, cwd, env }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((it) => new TextDecoder().decode(it));
  return { code, stdout, stderr };
}

Deno.test("processes and pools work from a registry and over http", async () => {
  await using registry = new Registry();
  const publish = ["publish", "--token=none", "--allow-dirty", "--no-check", "--no-provenance"];
  const published = await deno(publish, root, { JSR_URL: registry.url });
  assertEquals(published.code, 0, published.stderr);

  const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const { host } = new URL(registry.url);
  const permissions = [`--allow-import=${host}`, "-R", "-W", "--allow-net", "--allow-run"];
  const project = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${project}/program.js`, program);
    const doors = [
      `jsr:@concurrency/katas@${version}`,
      `${registry.url}@concurrency/katas/${version}/mod.ts`,
    ];
    for (const door of doors) {
      const config = { imports: { "@concurrency/katas": door } };
      await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(config));
      const args = ["run", "--quiet", "--no-lock", ...permissions, "program.js"];
      const env = { JSR_URL: registry.url, DENO_DIR: `${project}/cache` };
      const { code, stdout, stderr } = await deno(args, project, env);
      assertEquals([code, stdout, stderr], [0, "2\n3 4\n", ""], `From ${door}`);
    }
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
