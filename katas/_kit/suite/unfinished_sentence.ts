/** The sentence by which a stub tells what is not written yet. */

const sentence = /(new )?[\w.#[\]]+ is not implemented yet: katas\/\w+\/README\.md/;

/** The sentence of a part that is not written yet, if the error has one. */
export function unfinishedIn(error: unknown): string | undefined {
  if (error instanceof SuppressedError) {
    return unfinishedIn(error.suppressed) ?? unfinishedIn(error.error);
  }
  return String((error as Error)?.message ?? error).match(sentence)?.[0];
}
