import { assertEquals } from "@std/assert";

/** Stopping all that runs is no matter for the test runner: a program of its own does it. */
const isAllowed = Deno.permissions.querySync({ name: "run" }).state === "granted";

Deno.test({
  name: `a thread without probes that nothing ends is refused${isAllowed ? "" : " (needs -P)"}`,
  ignore: !isAllowed,
  async fn() {
    const program = new URL("./corpus/restless.ts", import.meta.url);
    const command = new Deno.Command(Deno.execPath(), { args: ["run", program.href] });
    const { stdout } = await command.output();
    const said = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(said.map((line) => line.replace(/(every error|round).*/, "$1")), [
      "has a finally that leaves by no error A thread catches every error",
      "looks at nothing that others can change A thread goes round",
    ]);
  },
});
