// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your coroutines. Edit this file and no other; the lesson is katas/coroutines/README.md.
 *
 * @module
 */

/** A coroutine was asked for more than it has: its body has returned. Python's `StopIteration`. */
export class CoroutineFinished extends Error {
  /** `CoroutineFinished`. */
  override name = "CoroutineFinished";
  /** The coroutine that has ended. */
  readonly coroutine: Coroutine;
  /** What its body returned; `undefined` after an error. Python's `StopIteration.value`. */
  readonly value: unknown;

  /** Says that a coroutine has ended, and with what. */
  constructor(coroutine: Coroutine, value?: unknown) {
    super(`${coroutine} gives no more`);
    this.coroutine = coroutine;
    this.value = value;
  }
}

/**
 * The body of a coroutine broke a rule: it yielded while it was being closed, or it let the end of
 * another coroutine out, which is then the `cause`. Python's `RuntimeError`.
 */
export class CoroutineError extends Error {
  /** `CoroutineError`. */
  override name = "CoroutineError";
}

/**
 * A generator that waits for values. It runs on the thread of whoever calls it, and only while they
 * wait: nothing else runs in between. Prefer a plain generator to one that only gives values.
 *
 * Delegate with `yield*` to a generator and not to a coroutine, which has run to its first `yield`
 * already. A coroutine that nobody closes never runs its `finally` blocks: hold it with `using`, or
 * call {@linkcode Coroutine.close}. It belongs to its thread: `structuredClone` and `postMessage`
 * refuse it.
 *
 * @example A block that closes its coroutine
 * ```ts
 * import { coroutine } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const eater = coroutine(function* (name: string): Generator<void, void, string> {
 *   try {
 *     while (true) log.push(`${name} eats ${yield}`);
 *   } finally {
 *     log.push(`${name} is full`);
 *   }
 * });
 * {
 *   using ann = eater("Ann");
 *   ann.send("pork");
 * }
 * assertEquals(log, ["Ann eats pork", "Ann is full"]);
 * ```
 */
export class Coroutine<Sent = unknown, Yielded = unknown, Result = unknown> implements Disposable {
  /**
   * Runs the generator to its first `yield`. What it yields there is lost. One that returns before
   * gives a finished coroutine. {@linkcode coroutine} calls this, with the name of its function.
   *
   * @throws {TypeError} If it is not a generator.
   */
  constructor(body: Generator<Yielded, Result, Sent>, name = "") {
    notYet("new Coroutine");
  }

  /**
   * Gives the body a value: the `yield` at which it waits returns it. Blocks until the body waits
   * again, and returns what it yields there. Python's `generator.send`, and without a value `next`.
   *
   * @throws {CoroutineFinished} If the body returns now or has ended before.
   * @throws {CoroutineError} If the body lets the `CoroutineFinished` of another coroutine out.
   * @throws {TypeError} If the body itself calls it.
   */
  send(value: Sent): Yielded {
    return notYet("Coroutine.send");
  }

  /**
   * Throws the error at the `yield` at which the body waits. If the body catches it and goes on, this
   * returns what it yields next; if not, the coroutine is finished and the error comes back. One that
   * is finished throws it at once. Blocks like {@linkcode Coroutine.send}. Python's `generator.throw`.
   *
   * @throws {CoroutineFinished} If the body returns now.
   * @throws {CoroutineError} If the body lets the `CoroutineFinished` of another coroutine out.
   * @throws {TypeError} If it is not an error, or if the body itself calls it.
   */
  throw(error: Error): Yielded {
    return notYet("Coroutine.throw");
  }

  /**
   * Ends the body at the `yield` at which it waits: `finally` blocks run, `catch` blocks do not.
   * Returns what a `finally` block returned, and else `undefined`. Closing a finished coroutine runs
   * nothing and returns its value. Python's `generator.close`.
   *
   * @throws {CoroutineError} If the body yields while it is being closed, and waits there then; or if it
   * lets the `CoroutineFinished` of another coroutine out.
   * @throws {TypeError} If the body itself calls it.
   */
  close(): Result | undefined {
    return notYet("Coroutine.close");
  }

  /** Whether the body has ended: it returned, failed or was closed. Python's `GEN_CLOSED`. */
  get finished(): boolean {
    return notYet("Coroutine.finished");
  }

  /** Closes the coroutine, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Coroutine[Symbol.dispose]");
  }

  /** `Coroutine(eater, waiting)`; or `running`, or `finished`. One without a name is `anonymous`. */
  toString(): string {
    return notYet("Coroutine.toString");
  }
}

/**
 * Makes coroutines of a generator function: what it returns takes the same arguments, and gives a
 * coroutine that has run to its first `yield`, so that no value sent to it is lost. Does not run the
 * body before. What is known in Python as the decorator `@coroutine`.
 *
 * @throws {TypeError} When called, if `fn` gives no generator, or one of an `async function*`.
 *
 * @example A running total
 * ```ts
 * import { coroutine } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const totals = coroutine(function* (start: number): Generator<number, never, number> {
 *   let total = start;
 *   while (true) total += yield total;
 * });
 * using total = totals(100);
 * assertEquals([total.send(10), total.send(10)], [110, 120]);
 * ```
 */
export function coroutine<Args extends unknown[], Sent, Yielded, Result>(
  fn: (...args: Args) => Generator<Yielded, Result, Sent>,
): (...args: Args) => Coroutine<Sent, Yielded, Result> {
  return notYet("coroutine");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/coroutines/README.md`);
}
