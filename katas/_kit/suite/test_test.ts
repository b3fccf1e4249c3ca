import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runDeno } from "../judging/process_group.ts";
import { permittedTest } from "./permission.ts";

const root = new URL("../../../", import.meta.url);

/** What a suite of these tests prints. */
async function printedBy(...tests: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "sample_test.ts");
    const kit = new URL("katas/_kit/mod.ts", root).href;
    const head = `import { test, testWhatToFixFirst } from "${kit}";`;
    await Deno.writeTextFile(file, [head, ...tests, "testWhatToFixFirst();"].join("\n"));
    const config = `--config=${new URL("deno.json", root).pathname}`;
    const { stdout, stderr, code } = await runDeno(
      ["test", "--no-check", "--allow-read", config, file],
      { timeout: 30_000 },
    );
    assertEquals(code, 1, `One of these tests fails: ${stdout} ${stderr}`);
    return stripVTControlCharacters(stdout + stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest("an error that nobody catches is its test's, and the others go on", async () => {
  const printed = await printedBy(
    `test("[1] burns", async () => void Promise.reject(new RangeError("burnt")));`,
    `test("[2] is well", () => {});`,
  );
  assertStringIncludes(printed, "Error: Nobody has caught this error: RangeError: burnt");
  assertStringIncludes(printed, "[2] is well ... ok");
  assertMatch(printed, /\[1\] \[2\] what to fix first \.\.\.\n {2}'\[1\] burns' in /);
});

permittedTest("a test that does not come to its end says what that usually is", async () => {
  const printed = await printedBy(
    `test("[1] waits", () => new Promise(() => {}));`,
    `test("[2] is well", () => {});`,
  );
  const sentence = "'[1] waits' did not come to its end: A loop in it never ends, or it waits";
  assertEquals(printed.split(sentence).length, 2, printed);
  assertMatch(printed, /what to fix first \.\.\.\n {2}'\[1\] waits' in /);
});
