/** The program cannot be explored as it is written. The message names the cause and the way out. */
export class ExplorationError extends Error {
  /** `ExplorationError`. */
  override name = "ExplorationError";
}
