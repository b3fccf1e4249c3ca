/**
 * Code that goes on when all is over: an async function that a thread has called and did not await. Where there are
 * no probes nobody sees the call. Its next operation comes too late, and says so.
 */
import { ExplorationError } from "../errors.ts";

const tooLate =
  "The memory of an exploration was used when that was over. Has a thread called an async function? Only " +
  "code that does not await can be explored";

/** How often code may catch that, and try again. */
const most = 1_000;
let count = 0;

/** Ends who uses memory of an exploration that is over. Code that catches all is ended by the runtime. */
export function endLeftover(): never {
  const error = new ExplorationError(tooLate);
  if (++count > most) reportError(error);
  throw error;
}
