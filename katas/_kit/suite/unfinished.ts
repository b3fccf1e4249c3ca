/** The sentence that a stub throws where nothing is written yet. */

const end = / is not implemented yet: katas\/\w+\/README\.md/;

/** So many characters may a part's name have. */
const longestName = 200;

/** The part that is not written yet, and the whole sentence, if the message has one. */
export function unfinishedIn(message: string): { part: string; sentence: string } | undefined {
  // The end is sought first: before a long word that is no part, a pattern would try every letter.
  const found = message.match(end);
  if (!found) return undefined;
  const before = message.slice(Math.max(0, found.index! - longestName), found.index);
  const [part] = before.match(/(?:\bnew )?[\w.#[\]]*$/)!;
  return part === "" ? undefined : { part, sentence: part + found[0] };
}
