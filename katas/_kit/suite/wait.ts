/** Waiting for what other threads do, without trusting the learner's code to come back. */
import { patience } from "./patience.ts";

/** What the promise becomes. Fails with the sentence if it does not settle. */
export async function soon<T>(promise: PromiseLike<T>, sentence: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const error = new Error(sentence); // Made here, its stack has the line of the test.
  const timer = setTimeout(() => late.reject(error), patience);
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

/** The same promise. That it is rejected after a failed test has left it behind is not told as well. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Several of them. */
export function pending<T>(...promises: Promise<T>[]): Promise<T>[] {
  return promises.map(quiet);
}
