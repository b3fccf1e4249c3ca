/** What the learner has not written yet: that sentence is the whole failure, whatever a test expected. */
import * as std from "@std/assert";

const end = / is not implemented yet: katas\/\w+\/README\.md/;

/** So many characters may the name of a part have. */
const longestName = 200;

/** The sentence of a part that is not written yet, if the error has one. */
export function unfinishedIn(error: unknown): string | undefined {
  const message = String((error as Error)?.message ?? error);
  // The end is sought first: before a long word that is no part, a pattern would try every letter.
  const found = message.match(end);
  if (!found) return undefined;
  const before = message.slice(Math.max(0, found.index! - longestName), found.index);
  const [part] = before.match(/(?:\bnew )?[\w.#[\]]*$/)!;
  return part === "" ? undefined : part + found[0];
}

/** The `assertThrows` of @std. What is not written yet is never the error that was expected. */
export const assertThrows = ((call: () => unknown, ...expected: []) => {
  let unfinished: unknown;
  const watched = () => {
    try {
      return call();
    } catch (error) {
      if (unfinishedIn(error)) unfinished = error;
      throw error;
    }
  };
  try {
    return std.assertThrows(watched, ...expected);
  } finally {
    // deno-lint-ignore no-unsafe-finally -- it is the reason of the other error
    if (unfinished) throw unfinished;
  }
}) as typeof std.assertThrows;

/** The `assertRejects` of @std. What is not written yet is never the error that was expected. */
export const assertRejects = (async (call: () => PromiseLike<unknown>, ...expected: []) => {
  let unfinished: unknown;
  const note = (error: unknown) => {
    if (unfinishedIn(error)) unfinished = error;
    throw error;
  };
  const watched = () => {
    try {
      return call().then(undefined, note);
    } catch (error) {
      return note(error);
    }
  };
  try {
    return await std.assertRejects(watched, ...expected);
  } finally {
    // deno-lint-ignore no-unsafe-finally -- it is the reason of the other error
    if (unfinished) throw unfinished;
  }
}) as typeof std.assertRejects;
