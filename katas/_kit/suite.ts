/** How a suite states a test. */
import { startTest } from "../_explorer/mod.ts";
import { relative } from "node:path";

/** What a test may return: what it proved, in words. */
export interface Proved {
  sentence: string;
}

type Body = () => void | Proved | Promise<void | Proved>;

const timeout = 20_000;

/** A test of the learner's code. What it proved is printed below its name. */
export function test(name: string, body: Body): void {
  Deno.test({
    name,
    timeout,
    async fn(t) {
      startTest(`deno test ${folderOf(t.origin)} --filter "${name}"`);
      const proved = await body();
      if (proved) await t.step(proved.sentence, () => {});
    },
  });
}

/** A test that starts Workers or programs. Without the permission for it, it is shown as ignored. */
export function testWithPermission(name: string, body: Body): void {
  const isAllowed = (["run", "read", "write"] as const)
    .every((name) => Deno.permissions.querySync({ name }).state === "granted");
  if (isAllowed) test(name, body);
  else Deno.test({ name: `${name} (needs -P)`, ignore: true, fn() {} });
}

function folderOf(origin: string): string {
  const [, folder] = origin.match(/\/(katas\/[^/]+)\/[^/]*$/) ?? [];
  return folder ?? relative("", new URL(origin).pathname);
}
