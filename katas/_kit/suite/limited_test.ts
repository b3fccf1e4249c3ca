import { assertEquals, assertRejects } from "@std/assert";
import { limits, runLimited } from "./limited.ts";
import { permittedTest } from "./permission.ts";

/** A program that says what it may, and what one may that is started with these permissions. */
function programWith(permissions: string[]): URL {
  const attempts = JSON.stringify(import.meta.resolve("./attempts.ts"));
  const child = `data:text/javascript,${
    encodeURIComponent(
      `import { permitted } from ${attempts}; console.log(await permitted());`,
    )
  }`;
  const args = JSON.stringify(["run", "--quiet", "--no-prompt", ...permissions, child]);
  return new URL(`data:text/javascript,${
    encodeURIComponent(`
import { permitted } from ${attempts};
console.log(await permitted());
new Deno.Command(Deno.execPath(), { args: ${args}, stdin: "null" }).spawn();`)
  }`);
}

permittedTest(
  "a program with limits may not do all, and a child of the same may no more",
  async () => {
    const { own, child } = await runLimited(programWith(limits), "it waits");
    assertEquals(own, [
      ...["read a file", "write a file", "connect to a port", "run a program"],
      ...["see the variable PATH", "see how long the machine is up"],
    ]);
    assertEquals(child, own);
  },
);

permittedTest("a child that may do more is found out", async () => {
  const whole = limits.map((flag) => flag.replace(/=.*/, ""));
  const wrong = [["-A"], whole.filter((flag) => !flag.startsWith("--deny"))];
  for (const permissions of wrong) {
    await assertRejects(() => runLimited(programWith(permissions), "it waits"), Error, "more");
  }
});
