import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../suite/permission.ts";
import { isRunning, runDeno } from "./process_group.ts";
import { until } from "../suite/wait.ts";

permittedTest("runDeno() keeps the beginning and the end of a flood", async () => {
  const flood = "console.log('first'); const x = 'x'.repeat(100_000);" +
    "for (let i = 0; i < 1_000; i++) console.log(x); console.log('last');";
  const { code, stdout } = await runDeno(["eval", flood], { timeout: 20_000 });
  assertEquals(code, 0);
  assertLess(stdout.length, 400_000);
  assert(stdout.startsWith("first\n"), "The beginning is lost");
  assertStringIncludes(stdout, "... output left out ...");
  assert(stdout.endsWith("last\n"), "The end is lost");
});

permittedTest("runDeno() ends a program when its time is up", async () => {
  const { code, timedOut, stdout } = await runDeno(
    [
      "eval",
      "console.log('before'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    ],
    { timeout: 1_500, group: true },
  );
  assertEquals([code, timedOut, stdout], [128 + 9, true, "before\n"]);
});

permittedTest("runDeno() does not wait for a stranger that holds the output open", async () => {
  const stranger =
    `const { pid } = new Deno.Command("sleep", { args: ["60"], detached: true }).spawn();
    console.log(pid); Deno.exit(3);`;
  const start = performance.now();
  const { code, stdout } = await runDeno(["eval", stranger], { timeout: 30_000, group: true });
  Deno.kill(Number(stdout), "SIGKILL");
  assertEquals(code, 3);
  assertLess(performance.now() - start, 30_000);
});

permittedTest(
  "runDeno() leaves nobody of a group behind when its own process is killed",
  async () => {
    const module = import.meta.resolve("./process_group.ts");
    const folder = await Deno.makeTempDir({ prefix: "process_group_" });
    const spinning = `Deno.writeTextFileSync("pid.new", String(Deno.pid));
    Deno.renameSync("pid.new", "pid"); for (;;);`;
    const starting = `import { isRunning, runDeno } from "${module}";
    await runDeno(["eval", ${JSON.stringify(spinning)}], { timeout: 60_000, group: true });`;
    const starter = new Deno.Command(Deno.execPath(), { args: ["eval", starting], cwd: folder })
      .spawn();
    const pid = () => {
      try {
        return Number(Deno.readTextFileSync(`${folder}/pid`));
      } catch {
        return undefined;
      }
    };
    await until(() => pid() !== undefined, "The program does not start");
    const spinner = pid()!;
    try {
      assert(isRunning(spinner));
      starter.kill("SIGKILL");
      await starter.status;
      await until(
        () => !isRunning(spinner),
        "The program goes on when the one that judges is dead",
      );
    } finally {
      if (isRunning(spinner)) Deno.kill(spinner, "SIGKILL");
      await Deno.remove(folder, { recursive: true });
    }
  },
);
