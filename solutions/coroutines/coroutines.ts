/**
 * Coroutines that take values: generators with the manners that they have in Python.
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
  readonly #body: Generator<Yielded, Result, Sent>;
  readonly #name: string;
  #state: "waiting" | "running" | "finished" = "waiting";
  #result: Result | undefined;

  /**
   * Runs the generator to its first `yield`. What it yields there is lost. One that returns before
   * gives a finished coroutine. {@linkcode coroutine} calls this, with the name of its function.
   *
   * @throws {TypeError} If it is not a generator.
   */
  constructor(body: Generator<Yielded, Result, Sent>, name = "") {
    if (!isGenerator(body)) {
      throw new TypeError(
        `Cannot make a coroutine of '${name}' as it gives no generator: write it as 'function*'`,
      );
    }
    this.#body = body;
    // structuredClone drops private fields. Without a field that it refuses it would copy a shell.
    (this as { body?: unknown }).body = body;
    this.#name = name || "anonymous";
    this.#resume("next");
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
    if (this.finished) throw new CoroutineFinished(this, this.#result);
    return this.#yielded(this.#resume("next", value));
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
    if (!(error instanceof Error)) {
      throw new TypeError(`Cannot throw what is not an Error: received ${error}`);
    }
    if (this.finished) throw error;
    return this.#yielded(this.#resume("throw", error));
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
    if (this.finished) return this.#result;
    const { done } = this.#resume("return");
    if (!done) throw new CoroutineError(`${this} yielded while it was being closed`);
    return this.#result;
  }

  /** Whether the body has ended: it returned, failed or was closed. Python's `GEN_CLOSED`. */
  get finished(): boolean {
    return this.#state === "finished";
  }

  /** Closes the coroutine, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `Coroutine(eater, waiting)`; or `running`, or `finished`. One without a name is `anonymous`. */
  toString(): string {
    return `Coroutine(${this.#name}, ${this.#state})`;
  }

  #resume(how: How, value?: unknown): IteratorResult<Yielded, Result> {
    if (this.#state === "running") {
      throw new TypeError(`${this} cannot resume itself: send to it from outside of its body`);
    }
    this.#state = "running";
    try {
      const step = resumed(this.#body, how, value);
      this.#state = step.done ? "finished" : "waiting";
      if (step.done) this.#result = step.value;
      return step;
    } catch (error) {
      this.#state = "finished";
      // Passed on as it is, the end of another coroutine would look like the end of this one.
      throw error instanceof CoroutineFinished ? this.#letOut(error) : error;
    }
  }

  #letOut(cause: CoroutineFinished): CoroutineError {
    return new CoroutineError(`The body of '${this.#name}' let out: ${cause.message}`, { cause });
  }

  #yielded({ done, value }: IteratorResult<Yielded, Result>): Yielded {
    if (done) throw new CoroutineFinished(this, value);
    return value as Yielded;
  }
}

type How = "next" | "throw" | "return";

/** The iterator of a list has no `throw`, and an async generator answers with promises. */
function isGenerator(body: Generator<unknown, unknown, never> | undefined): boolean {
  return typeof body?.next === "function" && typeof body.throw === "function" &&
    typeof body.return === "function" && Symbol.iterator in body;
}

// Not body[how](value): a name that changes from call to call makes a send half as fast.
function resumed<Y, R, S>(body: Generator<Y, R, S>, how: How, value: unknown) {
  switch (how) {
    case "next":
      return body.next(value as S);
    case "throw":
      return body.throw(value);
    case "return":
      return body.return(value as R);
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
  return (...args) => new Coroutine(fn(...args), fn.name);
}
