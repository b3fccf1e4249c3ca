/** Work that keeps every core busy, and none of them with two things at once. */

/**
 * Calls it for each item in order, as many at once as there are cores. The first error is thrown when all
 * calls have ended: each of them may have something to clean up.
 */
export async function onAllCores<T, R>(
  items: readonly T[],
  call: (item: T, i: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [i, item] of queue) results[i] = await call(item, i);
  };
  const cores = Array.from({ length: navigator.hardwareConcurrency }, work);
  await Promise.allSettled(cores);
  await Promise.all(cores);
  return results;
}
