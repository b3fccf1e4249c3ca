/** Waiting for what other threads do, without trusting the learner's code to come back. */

/**
 * Milliseconds after which nobody believes any more that something will still happen. A Worker's
 * first start takes a second after each change of its module, because Deno checks the types, and far
 * longer on a busy machine.
 */
const patience = 10_000;

/** What the promise becomes. Fails with the sentence if it does not settle. */
export async function soon<T>(promise: PromiseLike<T>, sentence: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(sentence)), patience);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the condition holds. Fails with the sentence if that does not come about. */
export async function until(condition: () => boolean, sentence: string): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(sentence);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
