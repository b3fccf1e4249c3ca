/** Files of a test. */
import { dirname, join } from "node:path";
import { isRunning } from "../judging/process_group.ts";

/** A folder that is gone at the end of the block. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix });
  sweepBeside(path);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A folder in which all temporary files lie that this program makes in the block, and what is in it. */
export function ownTemporaryFiles(): Disposable & { path: string; entries(): string[] } {
  const before = Deno.env.get("TMPDIR");
  const path = Deno.makeTempDirSync({ prefix });
  sweepBeside(path);
  Deno.env.set("TMPDIR", path);
  return {
    path,
    entries: () => Array.from(Deno.readDirSync(path), ({ name }) => name),
    [Symbol.dispose]() {
      if (before === undefined) Deno.env.delete("TMPDIR");
      else Deno.env.set("TMPDIR", before);
      Deno.removeSync(path, { recursive: true });
    },
  };
}

/** Whether there is such a file, as a sign that somebody else has written it. */
export function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The name of a folder says who has made it. */
const prefix = `kata${Deno.pid}_`;

/** Whether it was looked for what dead suites have left. */
let hasSwept = false;

/** Removes the folders of suites that were killed: these could not do it themselves. */
function sweepBeside(own: string): void {
  if (hasSwept) return;
  hasSwept = true;
  const folder = dirname(own);
  for (const { name } of Deno.readDirSync(folder)) {
    const [, pid] = name.match(/^kata(\d+)_/) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      Deno.removeSync(join(folder, name), { recursive: true });
    } catch {
      // Another suite removes it at the same time, or it is another user's.
    }
  }
}
