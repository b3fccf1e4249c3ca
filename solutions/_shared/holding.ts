/**
 * What a thread's Worker stays for when its work is done: a Worker ends together with all that it has
 * started.
 *
 * @module
 */

const held = new Set<Promise<unknown>>();

/** The same promise. This thread stays until it has settled. */
export function holding<T>(promise: Promise<T>): Promise<T> {
  held.add(promise);
  const letGo = () => held.delete(promise);
  promise.then(letGo, letGo);
  return promise;
}

/** Waits until nothing is held any more. What settles may have begun something new. */
export async function nothingHeld(): Promise<void> {
  while (held.size > 0) await Promise.allSettled(held);
}
