/** What a call throws, whatever that is: also what is no error, or nothing. */
import { fail } from "@std/assert";

/** The error that the call has to throw. */
export function thrownBy(call: () => unknown, why: string): unknown {
  const error = errorOf(call);
  if (error === undefined) fail(`${why}: it must throw, but it returned`);
  return error;
}

/** What the call throws, if anything. */
export function errorOf(call: () => unknown): unknown {
  return thrownOr(undefined, call);
}

/** What the call throws, which may be `undefined` too; the other value if it returns. */
export function thrownOr(other: unknown, call: () => unknown): unknown {
  try {
    call();
    return other;
  } catch (error) {
    return error;
  }
}
