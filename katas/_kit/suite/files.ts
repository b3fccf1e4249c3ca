/** Files of a test. */

/** A folder that is gone at the end of the block. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A folder in which all temporary files lie that this program makes in the block, and what is in it. */
export function ownTemporaryFiles(): Disposable & { path: string; entries(): string[] } {
  const before = Deno.env.get("TMPDIR");
  const path = Deno.makeTempDirSync();
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
