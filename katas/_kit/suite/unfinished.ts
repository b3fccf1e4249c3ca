/** What the learner has not written yet: that sentence is the whole failure, whatever a test expected. */
import * as std from "@std/assert";
import { unfinishedIn } from "./unfinished_sentence.ts";

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
