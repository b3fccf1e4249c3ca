/**
 * Errors that nobody catches. Such an error would end the whole file, and the tests behind it would
 * never run: while a test runs, it is that test's failure.
 */
import { setImmediate } from "node:timers";
import { patience } from "./patience.ts";
import { unfinishedIn } from "./unfinished_sentence.ts";

/** The real clock: tests put another one in its place. */
const { setTimeout, clearTimeout } = globalThis;

/** What nobody has caught in one test. */
interface Watch {
  errors: unknown[];
  first: PromiseWithResolvers<void>;
}

let watch: Watch | null = null;

for (const type of ["error", "unhandledrejection"]) addEventListener(type, note);

function note(event: Event): void {
  if (!watch) return;
  const { errors, first } = watch;
  event.preventDefault();
  let isExpected = false;
  // A suite or the explorer may expect it: they have begun to listen later, and are told after this.
  event.preventDefault = () => void (isExpected = true);
  queueMicrotask(() => {
    if (isExpected) return;
    errors.push((event as ErrorEvent).error ?? (event as PromiseRejectionEvent).reason);
    first.resolve();
  });
}

/**
 * Does it. What nobody has caught meanwhile is its failure, before whatever it fails with itself. After
 * such an error it may wait for what never comes: it has some milliseconds left to say that.
 */
export async function withUncaught<T>(
  body: () => Promise<T>,
  { left = 1.2 * patience } = {},
): Promise<T> {
  const { errors, first } = watch = { errors: [], first: Promise.withResolvers() } as Watch;
  const end = body().then((value) => ({ value }), (error) => ({ error }));
  let timer;
  const over = Promise.withResolvers<void>();
  first.promise.then(() => timer = setTimeout(over.resolve, left));
  const outcome = await Promise.race([end, over.promise]);
  // A rejection is told a moment after it.
  await new Promise<void>((go) => setImmediate(go));
  clearTimeout(timer);
  watch = null;
  const own = outcome && "error" in outcome ? outcome : undefined;
  if (errors.length > 0 && !unfinishedIn(own?.error)) throw failureBy(errors[0], own);
  if (own) throw own.error;
  return (outcome as { value: T }).value;
}

/** Says what was thrown where, and what the test itself has failed with. */
function failureBy(uncaught: unknown, own?: { error: unknown }): Error {
  const message = `Nobody has caught this error: ${
    uncaught instanceof Error ? `${uncaught.name}: ${uncaught.message}` : Deno.inspect(uncaught)
  }`;
  const failure = new Error(message, own && { cause: own.error });
  const frames = uncaught instanceof Error && uncaught.stack?.match(/(\n {4}at .*)+$/)?.[0];
  failure.stack = `Error: ${message}${frames || ""}`;
  return failure;
}
