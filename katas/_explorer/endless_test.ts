import { assertEquals, assertStringIncludes } from "@std/assert";
import { leftovers } from "./corpus/leftovers.ts";

/** Stopping all that runs is no matter for the test runner: a program of its own does it. */
const isAllowed = Deno.permissions.querySync({ name: "run" }).state === "granted";

function programTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: isAllowed ? name : `${name} (needs -P)`, ignore: !isAllowed, fn });
}

/** What a program of the corpus says: on its output, and as an error. */
async function saidBy(file: string, ...args: string[]): Promise<[output: string, error: string]> {
  const program = new URL(`./corpus/${file}`, import.meta.url);
  const command = new Deno.Command(Deno.execPath(), { args: ["run", program.href, ...args] });
  const { stdout, stderr } = await command.output();
  return [new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
}

programTest("a thread without probes that nothing ends is refused", async () => {
  const [output] = await saidBy("restless.ts");
  const said = output.trim().split("\n");
  assertEquals(said.map((line) => line.replace(/(every error|round).*/, "$1")), [
    "has a finally that leaves by no error A thread catches every error",
    "looks at nothing that others can change A thread goes round",
  ]);
});

for (const [name, truth] of Object.entries(leftovers)) {
  programTest(`an async function of a thread without probes that ${name} is told of`, async () => {
    const [, error] = await saidBy("leftovers.ts", name);
    assertStringIncludes(error, truth);
  });
}
