import { assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "./permission.ts";
import { runProgram } from "./program.ts";

const program = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const sentence = "Lock.acquire is not implemented yet: katas/locks/README.md";

permittedTest(
  "runProgram() tells of a part that the stub lacks, if somebody waits for it",
  async () => {
    const waits = program(`console.error("Error: ${sentence}"); setInterval(() => {}, 1_000);`);
    await assertRejects(() => runProgram(waits, { timeout: 5_000 }), Error, sentence);
  },
);

permittedTest("runProgram() gives what a program has printed that ends by itself", async () => {
  const ends = program(`console.error("Error: ${sentence}");`);
  const { stderr, timedOut } = await runProgram(ends);
  assertEquals([stderr, timedOut], [`Error: ${sentence}\n`, false]);
});
