/**
 * Errors that go from one thread or process to another. A structured clone of an error is one of the
 * language's own: it has lost the fields of the error and the name that a class of one's own gives,
 * and the bytes of V8 have lost the message of a `DOMException`. So these travel beside it.
 *
 * @module
 */

/** What was thrown, which can be anything. It can be cloned if that can. */
export interface Failure {
  /** What was thrown. */
  error: unknown;
  /** What the clone of it loses, and what those of its causes lose, if they are errors. */
  losses?: Map<Error, object>;
}

/** The failure that travels in the place of what was thrown. */
export function failureOf(error: unknown): Failure {
  const losses = new Map<Error, object>();
  try {
    for (let at = error; at instanceof Error && !losses.has(at); at = at.cause) {
      losses.set(at, lossesOf(at));
    }
  } catch {
    // It has parts that cannot be looked at.
  }
  return losses.size > 0 ? { error, losses } : { error };
}

/** What was thrown, from a failure that has travelled. */
export function errorOf({ error, losses = new Map() }: Failure): unknown {
  for (const [clone, lost] of losses) {
    for (const [key, value] of Object.entries(lost)) {
      if (Reflect.get(clone, key) === value) continue;
      const attributes = { writable: true, enumerable: true, configurable: true };
      Object.defineProperty(clone, key, { value, ...attributes });
    }
  }
  return error;
}

/** A field that cannot travel must not keep back the error itself. */
function lossesOf(error: Error): object {
  const words = { name: `${error.name}`, message: `${error.message}` };
  const { cause: _, ...fields } = error; // It comes with the clone.
  try {
    return structuredClone({ ...fields, ...words });
  } catch {
    return words;
  }
}
