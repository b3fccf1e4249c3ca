/** How long a suite waits for what should happen. */

const flag = "--patience=";

/**
 * Milliseconds after which nobody believes any more that something will still happen. A Worker's first
 * start takes a second on a busy machine. Where many wrong solutions are judged, most of the time goes by
 * in waiting for what never happens, so the judge may ask for less patience first.
 */
export const patience: number = Number(
  Deno.args.find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? 10_000,
);

/** The flag by which the judge tells a suite how long to wait. */
export function patienceFlag(milliseconds: number): string {
  return flag + milliseconds;
}
