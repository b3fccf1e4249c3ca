/**
 * What is told of an error, whatever was thrown.
 *
 * @module
 */

/** Prints the sentence and the error on stderr. */
export function report(sentence: string, error: unknown): void {
  try {
    console.error(sentence, error);
  } catch {
    console.error(sentence, textOf(error)); // It has a way of its own to be printed, which fails.
  }
}

/** The value as a text. Some have none: their `toString` is missing, or throws. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `${typeof value} without a text`;
  }
}
