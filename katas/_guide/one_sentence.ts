/** Loaded before a script: what is not written yet is told in a sentence, and not with a stack. */
import { unfinishedIn } from "../_kit/suite/unfinished_sentence.ts";

function tell(event: Event, error: unknown): void {
  const sentence = unfinishedIn(error);
  if (!sentence) return;
  event.preventDefault();
  console.error(sentence);
  Deno.exit(1);
}

addEventListener("error", (event) => tell(event, event.error));
addEventListener("unhandledrejection", (event) => tell(event, event.reason));
