/** Keys that the learner presses. */
import { stripVTControlCharacters } from "node:util";

/** The keys in what a terminal sends: characters one by one, and no arrows or other sequences. */
export function keysIn(sent: string): string[] {
  return [...stripVTControlCharacters(sent)];
}

/**
 * Reads keys one at a time, and asks for no more while one is dealt with: an editor that is opened
 * then has the keyboard for itself.
 */
export async function* readKeys(): AsyncGenerator<string> {
  const buffer = new Uint8Array(64);
  const decoder = new TextDecoder();
  for (;;) {
    const length = await Deno.stdin.read(buffer);
    if (length === null) return;
    yield* keysIn(decoder.decode(buffer.subarray(0, length), { stream: true }));
  }
}

/** Gets keys without Enter and without showing them. Ctrl-C stays a signal. */
export function takeKeys(): void {
  Deno.stdin.setRaw(true, { cbreak: true });
}

/** Leaves the keyboard as it was. */
export function giveKeysBack(): void {
  try {
    Deno.stdin.setRaw(false);
  } catch {
    // The terminal was closed.
  }
}

/** Reads one line, and lets signals through meanwhile. */
export async function readAnswer(signal: AbortSignal): Promise<string> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const buffer = new Uint8Array(256);
  try {
    const length = await Promise.race([Deno.stdin.read(buffer), aborted.promise]);
    return new TextDecoder().decode(buffer.subarray(0, length ?? 0)).trim();
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
