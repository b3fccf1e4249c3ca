/** Loaded before a script: what is not written yet is told in a sentence, and not with a stack. */
import { unfinishedIn } from "../_kit/suite/unfinished_sentence.ts";

const print = console.error;

/** Ends the script with the sentence, if the error has one. */
function tell(error: unknown): void {
  const sentence = unfinishedIn(error);
  if (!sentence) return;
  print(sentence);
  Deno.exit(1);
}

addEventListener("error", ({ error }) => tell(error));
addEventListener("unhandledrejection", ({ reason }) => tell(reason));

// The error of a task is printed and stops nobody else, so the script would go on without the part.
console.error = (...words: unknown[]) => {
  words.forEach(tell);
  print(...words);
};
