/** Virtual time was asked for twice, or given back twice. */
export class TimeError extends Error {
  /** `TimeError`. */
  override name = "TimeError";
}
