/** The sentence by which a stub tells what is not written yet. */

const end = / is not implemented yet: katas\/\w+\/README\.md/;

/** So many characters may the name of a part have. */
const longestName = 200;

/** The sentence of a part that is not written yet, if the error has one, or one that is in it. */
export function unfinishedIn(error: unknown): string | undefined {
  if (error instanceof SuppressedError) {
    return unfinishedIn(error.suppressed) ?? unfinishedIn(error.error);
  }
  const message = String((error as Error)?.message ?? error);
  // The end is sought first: before a long word that is no part, a pattern would try every letter.
  const found = message.match(end);
  if (!found) return undefined;
  const before = message.slice(Math.max(0, found.index! - longestName), found.index);
  const [part] = before.match(/(?:\bnew )?[\w.#[\]]*$/)!;
  return part === "" ? undefined : part + found[0];
}
