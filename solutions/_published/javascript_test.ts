/** The library as npm has it: JavaScript, each file with another ending. */
import { assertEquals, assertMatch } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";

const root = new URL("../../", import.meta.url);

const program = `
import { Manager, Pool, Process, Thread } from "./library/mod.js";
import { cells, everySchedule } from "./library/mod.js";
import { probed } from "./library/katas/_explorer/probes/load.js";

const module = import.meta.url;

export const work = (n) => n + 1;

export function count(hits) {
  Atomics.store(hits, 0, Atomics.load(hits, 0) + 1);
}

if (import.meta.main) {
  const hits = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Thread({ module, target: "count", args: [hits] });
  thread.start();
  await thread.join();
  const process = new Process({ module, target: "work", args: [hits[0]] });
  process.start();
  await using pool = new Pool({ module, processes: 1 });
  await using manager = await Manager.start();
  const four = await manager.value(4);
  console.log(hits[0], await process.result(), await pool.apply("work", [2]), await four.get());
  const { count: probedCount } = await probed(module);
  everySchedule({
    shared: () => ({ hits: cells(1) }),
    threads: 2,
    run: ({ hits }) => probedCount(hits),
    after({ hits }) {
      if (hits[0] !== 2) throw new Error("An update is lost");
    },
  });
}
`;

/** Copies the modules of a folder as JavaScript. */
async function copy(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(new URL(`${name}/`, from), `${to}/${name}`);
    else if (name.endsWith(".ts") && !/_(test|bench)\.ts$/.test(name)) {
      const code = stripTypeScriptTypes(await Deno.readTextFile(new URL(name, from)), {
        mode: "transform",
      });
      const javascript = code.replaceAll(/((?:from|import) "[^"]+)\.ts"/g, '$1.js"');
      await Deno.writeTextFile(`${to}/${name.replace(/ts$/, "js")}`, javascript);
    }
  }
}

Deno.test("threads, processes, pools, managers and probes work as JavaScript", async () => {
  const project = await Deno.makeTempDir();
  try {
    const library = `${project}/library`;
    await copy(new URL("solutions/", root), `${library}/solutions`);
    await copy(new URL("katas/_explorer/", root), `${library}/katas/_explorer`);
    const mod = await Deno.readTextFile(new URL("mod.ts", root));
    const javascript = stripTypeScriptTypes(mod, { mode: "transform" });
    await Deno.writeTextFile(`${library}/mod.js`, javascript.replaceAll('.ts"', '.js"'));
    const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
    const config = { imports: { ...imports, "#solutions/": "./library/solutions/" } };
    await Deno.writeTextFile(`${project}/deno.json`, JSON.stringify(config));
    await Deno.writeTextFile(`${project}/program.js`, program);
    const args = ["run", "-A", "--quiet", "--no-lock", "program.js"];
    const options = { args, cwd: project, env: { NO_COLOR: "1" } };
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
    assertEquals(new TextDecoder().decode(stdout), "1 2 3 4\n", new TextDecoder().decode(stderr));
    assertMatch(new TextDecoder().decode(stderr), /ScheduleError: An update is lost/);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
