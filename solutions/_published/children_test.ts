/** Processes and pools of a project that has the library from a registry. */
import { assertEquals } from "@std/assert";
import { runFromRegistry } from "./from_registry.ts";

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

Deno.test("processes and pools work from a registry and over http", async () => {
  const permissions = ["-R", "-W", "--allow-net", "--allow-run"];
  await runFromRegistry(
    { name: "program.js", text: program, permissions },
    ({ code, stdout, stderr }, door) =>
      assertEquals([code, stdout, stderr], [0, "2\n3 4\n", ""], `From ${door}`),
  );
});
