/** What git knows of the collection's files. Without git, or outside of a repository, it knows nothing. */
import type { Guide } from "./guide.ts";

/** What a git command prints; `null` if it fails, that is if it ends with more than 127. */
export async function git(
  { root }: Pick<Guide, "root">,
  ...args: string[]
): Promise<string | null> {
  const command = new Deno.Command("git", { args, cwd: root, stderr: "null" });
  const { code, stdout } = await command.output().catch(() => ({ code: 128, stdout: noBytes }));
  // `merge-file` ends with the number of conflicts.
  return code < 128 ? new TextDecoder().decode(stdout) : null;
}

const noBytes = new Uint8Array();
