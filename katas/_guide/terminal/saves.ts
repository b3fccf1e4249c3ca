/** Seeing when a file is saved. */
import { delay } from "@std/async";

/** How often to look, in milliseconds. */
const interval = 200;

/**
 * Calls back after each save of the file until the signal is aborted. It looks again and again: that
 * works on network drives and in containers too, where nobody tells of changes.
 */
export async function onSaves(file: URL, signal: AbortSignal, call: () => void): Promise<void> {
  let seen = await markOf(file);
  while (!signal.aborted) {
    await delay(interval, { signal }).catch(() => {});
    const mark = await markOf(file);
    // An editor may put a new file in the place of the old one, and for a moment there is none.
    if (mark === null || mark === seen || signal.aborted) continue;
    seen = mark;
    call();
  }
}

async function markOf(file: URL): Promise<string | null> {
  const info = await Deno.stat(file).catch(() => null);
  return info && `${info.mtime?.getTime()} ${info.size} ${info.ino}`;
}
