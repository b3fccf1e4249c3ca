/** Where a suite lies. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The suite's folder as it can be typed where the tests run. Only who may read is told which folder that
 * is; for the others the whole path works everywhere.
 */
export function typedFolder(origin: string): string {
  const folder = fileURLToPath(new URL(".", origin)).replace(/[/\\]$/, "");
  const { state } = Deno.permissions.querySync({ name: "read" });
  const typed = state === "granted" ? relative(Deno.cwd(), folder) || "." : folder;
  return /[^\w./\\:-]/.test(typed) ? `"${typed}"` : typed;
}

/** The learner's file as the lesson calls it. */
export function learnersFile(origin: string): string {
  const [, file = origin] = origin.match(/([^/]+\/[^/]+\/[^/]+)_test\.ts$/) ?? [];
  return `${file}.ts`;
}
