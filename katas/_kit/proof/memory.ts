/** What was judged sound already. What has not changed since need not be judged again. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Keys of what was judged sound, kept in a file that git ignores. */
export class Memory {
  readonly #file: URL;
  readonly #known: Set<string>;
  readonly #used = new Set<string>();

  /** A missing or unreadable file is an empty memory, and so is any in CI. */
  constructor(root: URL) {
    this.#file = new URL(".proved.json", root);
    this.#known = new Set(Deno.env.get("CI") ? [] : keysIn(this.#file));
  }

  /** Whether this was sound when it was judged last. */
  has(key: string): boolean {
    if (!this.#known.has(key)) return false;
    this.#used.add(key);
    return true;
  }

  /** Remembers that this is sound. */
  add(key: string): void {
    this.#known.add(key);
    this.#used.add(key);
  }

  /** Writes down what was asked for or added since the memory was made, and forgets the rest. */
  async save({ all }: { all: boolean }): Promise<void> {
    const keys = all ? this.#used : this.#known;
    await Deno.writeTextFile(this.#file, JSON.stringify([...keys].sort()));
  }
}

function keysIn(file: URL): string[] {
  try {
    const keys = JSON.parse(Deno.readTextFileSync(file));
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

/** A fingerprint of texts. */
export async function keyOf(...texts: string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The paths and texts of files, and of all files in folders, but for those that are left out. */
export function textsOf(root: URL, paths: readonly string[], leftOut: readonly string[]): string[] {
  const base = fileURLToPath(root);
  const texts: string[] = [];
  const add = (path: string) => {
    if (leftOut.includes(relative(base, path))) return;
    if (Deno.statSync(path).isDirectory) {
      for (const name of [...Deno.readDirSync(path)].map(({ name }) => name).sort()) {
        add(join(path, name));
      }
    } else texts.push(relative(base, path), Deno.readTextFileSync(path));
  };
  for (const path of paths) add(join(base, path));
  return texts;
}
