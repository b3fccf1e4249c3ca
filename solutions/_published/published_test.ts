/** The library as a project gets it that has it from a registry. */
import { assertEquals } from "@std/assert";
import { permittedTest } from "../../katas/_kit/suite/permission.ts";
import { Registry } from "./registry.ts";

const root = new URL("../../", import.meta.url);

const said = [
  "thread: its work",
  "hi: a subclass",
  "MainThread: locks and queues",
  "inner: started by a thread",
  "service: flushed",
  "MainThread: the end",
];

async function deno(
  args: string[],
  { cwd, env }: { cwd: string | URL; env: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, ...output } = await new Deno.Command(Deno.execPath(), { args, cwd, env }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((it) => new TextDecoder().decode(it));
  return { code, stdout, stderr };
}

permittedTest("all threads, daemons and services work from a registry and over http", async () => {
  await using registry = new Registry();
  const publish = ["publish", "--token=none", "--allow-dirty", "--no-check", "--no-provenance"];
  const published = await deno(publish, { cwd: root, env: { JSR_URL: registry.url } });
  assertEquals(published.code, 0, published.stderr);

  const project = await Deno.makeTempDir();
  try {
    await Deno.copyFile(new URL("program.ts", import.meta.url), `${project}/program.ts`);
    const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
    const doors = [
      `jsr:@concurrency/katas@${version}`,
      `${registry.url}@concurrency/katas/${version}/mod.ts`,
    ];
    for (const door of doors) {
      const config = { imports: { "@concurrency/katas": door } };
      await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(config));
      const { host } = new URL(registry.url);
      const { code, stdout, stderr } = await deno(
        ["run", "--quiet", "--no-lock", `--allow-import=${host}`, "--allow-read", "program.ts"],
        { cwd: project, env: { JSR_URL: registry.url, DENO_DIR: `${project}/cache` } },
      );
      assertEquals(stdout.trim().split("\n"), said, `From ${door}: ${stderr}`);
      assertEquals([code, stderr], [0, ""]);
    }
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
