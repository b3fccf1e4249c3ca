/** Tests that need permissions, which only `-P` gives. */

/** Whether they may start Workers and programs, and read and write files. */
export function isAllowed(): boolean {
  return (["run", "read", "write"] as const)
    .every((name) => Deno.permissions.querySync({ name }).state === "granted");
}

/** A test that needs permissions. Without them it is shown as ignored. */
export function permittedTest(
  test: string | { name: string; timeout?: number },
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  const options = typeof test === "string" ? { name: test } : test;
  if (isAllowed()) Deno.test({ ...options, fn });
  else ignoredTest(options.name, "-P");
}

/** Shows a test as ignored, and why. */
export function ignoredTest(name: string, needs: string): void {
  Deno.test({ name: `${name} (needs ${needs})`, ignore: true, fn() {} });
}
