import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { permittedTest } from "./permission.ts";

const suite = fileURLToPath(new URL("../../process_locks/process_locks_test.ts", import.meta.url));

permittedTest("a bare run of a suite says in one line that it needs -P", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-prompt", "--no-check", suite],
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  const [line, ...others] = lines.filter((line) => line.includes("deno test -P"));
  assertMatch(line, /^ {2}the ignored ones need -P: deno test -P .*process_locks"? \.\.\. ignored/);
  assertEquals(others, []);
});
