/** Tests of what is loaded with probes. Its modules are read once more, which takes permission. */

/** Whether modules can be loaded with probes. */
export const isAllowed: boolean = Deno.permissions.querySync({ name: "read" }).state === "granted";

/** A test that is shown as ignored where modules cannot be loaded with probes. */
export function probedTest(name: string, fn: () => void): void {
  if (isAllowed) Deno.test(name, fn);
  else Deno.test({ name: `${name} (needs -P)`, ignore: true, fn() {} });
}
