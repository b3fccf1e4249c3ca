/**
 * Greenlets: functions that hand control to each other by name. The rules are those of Python's
 * `greenlet`; the loop that carries values from generator to generator is known as a trampoline.
 *
 * @module
 */

/** Asks a greenlet to end. Let out, it is no error: the parent gets it as a value. */
export class GreenletExit extends Error {
  /** `GreenletExit`. */
  override name = "GreenletExit";
}

/** A greenlet was used against its rules. Python's `greenlet.error`. */
export class GreenletError extends Error {
  /** `GreenletError`. */
  override name = "GreenletError";
}

/** How a greenlet is made. */
export interface GreenletOptions {
  /** Who goes on when it ends. The greenlet that makes it, unless given. */
  parent?: Greenlet;
}

/** What a greenlet runs. It switches with `yield*`, and calls with `yield*` whatever else switches. */
export type GreenletBody = (...args: never[]) => Generator<unknown, unknown, unknown>;

/** A switch to be made. `yield*` makes it, once, and gives what somebody switches back with. */
export type Switch<Got = unknown> = Iterable<unknown, Got, unknown>;

/**
 * A function that can stop in the middle, hand a value to another greenlet, and go on when anybody
 * switches back to it. Only one runs at a time, and none is ever interrupted. Prefer a coroutine where
 * the one that is called always answers its caller; greenlets are equals.
 *
 * The code around all greenlets is one too, the main greenlet, and the last parent of all. It switches
 * with {@linkcode Greenlet.run} and {@linkcode Greenlet.raise}, the others with `yield*`. A greenlet
 * that is left waiting never runs its `finally` blocks: end it with `raise()`.
 *
 * @example 12, 56, 34, 78
 * ```ts
 * import { Greenlet } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const printed: number[] = [];
 * const one: Greenlet = new Greenlet(function* () {
 *   printed.push(12);
 *   yield* two.switch();
 *   printed.push(34);
 *   yield* two.switch();
 * });
 * const two: Greenlet = new Greenlet(function* () {
 *   printed.push(56);
 *   yield* one.switch();
 *   printed.push(78);
 * });
 * one.run();
 * assertEquals(printed, [12, 56, 34, 78]);
 * ```
 */
export class Greenlet {
  static #current: Greenlet | null = null;
  static readonly #main: Greenlet = new Greenlet(function* main() {});
  static {
    Greenlet.#current = Greenlet.#main;
  }

  readonly #fn: GreenletBody | undefined;
  #parent: Greenlet | null;
  #body: Generator<unknown, unknown, unknown> | undefined;
  #dead = false;

  /**
   * Makes a greenlet that has not started: its body runs when somebody switches to it. A subclass may
   * override {@linkcode Greenlet.body} instead of giving a function.
   *
   * @throws {TypeError} If there is no function to run, or if the parent is not a greenlet.
   */
  constructor(fn?: GreenletBody, { parent }: GreenletOptions = {}) {
    if (typeof fn !== "function" && this.body === Greenlet.prototype.body) {
      throw new TypeError(`Cannot make a greenlet without a 'function*': received ${typeof fn}`);
    }
    this.#fn = fn;
    this.#parent = parent === undefined ? Greenlet.#current : requireGreenlet(parent);
  }

  /** The greenlet that runs now; in plain code, the main one. Python's `greenlet.getcurrent`. */
  static get current(): Greenlet {
    return Greenlet.#current!;
  }

  /** Who goes on when it ends, with what it returned or threw; `null` for the main greenlet. */
  get parent(): Greenlet | null {
    return this.#parent;
  }

  /**
   * Gives it another parent, at any time.
   *
   * @throws {TypeError} If that is not a greenlet.
   * @throws {GreenletError} If it would be its own ancestor, or if it is the main greenlet.
   */
  set parent(parent: Greenlet) {
    if (this === Greenlet.#main) throw new GreenletError("The main greenlet has no parent");
    for (let above: Greenlet | null = requireGreenlet(parent); above; above = above.#parent) {
      if (above === this) throw new GreenletError(`${this} cannot be its own ancestor`);
    }
    this.#parent = parent;
  }

  /** Whether its body has begun. */
  get started(): boolean {
    return this.#body !== undefined || this === Greenlet.#main;
  }

  /** Whether it has ended: its body returned or threw, or something was thrown before it began. */
  get dead(): boolean {
    return this.#dead;
  }

  /** What it runs, with the arguments of the first switch: the function that it was given. */
  body(...args: unknown[]): Generator<unknown, unknown, unknown> {
    return this.#fn!(...args as never[]);
  }

  /**
   * For the bodies of greenlets: `yield*` it to go on there, and to wait until anybody switches back.
   * That need not be the one that was switched to. Gives what they switch with: nothing, a value, or a
   * list if there are several. The first switch to a greenlet starts its body with these arguments.
   * A switch to a dead one goes to its parent. Python's `greenlet.switch`.
   */
  switch<Got = unknown>(...args: unknown[]): Switch<Got> {
    return new Transfer(this, args.length < 2 ? args[0] : args, args.length) as Switch<Got>;
  }

  /**
   * For the bodies of greenlets: `yield*` it to throw the error there, at the switch where that one
   * waits, and to wait until anybody switches back. One that has not started ends without running. A
   * dead one, and one that does not catch the error, passes it on to its parent; a `GreenletExit`
   * then arrives as a value. Python's `greenlet.throw`.
   *
   * @throws {TypeError} If it is not an error.
   */
  throw<Got = unknown>(error: Error = new GreenletExit()): Switch<Got> {
    return new Transfer(this, requireError(error), -1) as Switch<Got>;
  }

  /**
   * For plain code: what {@linkcode Greenlet.switch} is for the others. Blocks until somebody switches
   * to the main greenlet, or until one ends whose parent that is.
   *
   * @throws {GreenletError} If a greenlet calls it: it would block all the others.
   * @throws What is thrown into the main greenlet, or comes to it from one that failed.
   */
  run<Got = unknown>(...args: unknown[]): Got {
    return this.#enter(this.switch(...args)) as Got;
  }

  /**
   * For plain code: what {@linkcode Greenlet.throw} is for the others. `raise()` ends a greenlet that
   * waits, and returns the `GreenletExit`.
   *
   * @throws {TypeError} If it is not an error.
   * @throws {GreenletError} If a greenlet calls it: it would block all the others.
   * @throws What is thrown into the main greenlet, or comes to it from one that failed.
   */
  raise<Got = unknown>(error: Error = new GreenletExit()): Got {
    return this.#enter(this.throw(error)) as Got;
  }

  /** `Greenlet(cook, new)`; or `running`, `waiting`, `dead`. One without a name is `anonymous`. */
  toString(): string {
    const isRunning = this === Greenlet.#current;
    const state = isRunning ? "running" : this.#dead ? "dead" : this.started ? "waiting" : "new";
    const name = this.#fn ? this.#fn.name : this.constructor.name;
    return `Greenlet(${name || "anonymous"}, ${state})`;
  }

  /** The trampoline: resumes one after the other, until the main greenlet is the next. */
  #enter(first: Switch): unknown {
    if (Greenlet.#current !== Greenlet.#main) {
      throw new GreenletError(`${Greenlet.#current} must switch to others with 'yield*'`);
    }
    let transfer = first as Transfer;
    try {
      for (;;) {
        if (transfer.target.#dead) transfer = Greenlet.#toTheLiving(transfer);
        const { target } = transfer;
        if (target === Greenlet.#main) break;
        Greenlet.#current = target;
        transfer = target.#resume(transfer);
      }
    } finally {
      Greenlet.#current = Greenlet.#main;
    }
    if (transfer.count === thrown) throw transfer.sent;
    return transfer.sent;
  }

  /** What comes to a dead one is its parent's. A `GreenletExit` has done its work: it is a value now. */
  static #toTheLiving({ target, sent, count }: Transfer): Transfer {
    while (target.#dead) target = target.#parent!;
    return new Transfer(target, sent, sent instanceof GreenletExit ? 1 : count);
  }

  /** Runs the body until it switches or ends, and returns where to go then. */
  #resume({ sent, count }: Transfer): Transfer {
    try {
      const step = this.#step(sent, count);
      // The body waits in a `yield*`, which hands out the very object that the transfer's `next` gave.
      if (step instanceof Transfer) return step;
      if (!step.done) return new Transfer(this, bareYield(step.value), thrown);
      this.#dead = true;
      return new Transfer(this, step.value, 1);
    } catch (error) {
      this.#dead = true;
      return new Transfer(this, error, thrown);
    }
  }

  #step(sent: unknown, count: number): IteratorResult<unknown, unknown> {
    if (this.#body) return count === thrown ? this.#body.throw(sent) : this.#body.next(sent);
    if (count === thrown) throw sent;
    const args = count === 1 ? [sent] : (sent as unknown[] | undefined) ?? [];
    this.#body = requireGenerator(this.body(...args));
    return this.#body.next();
  }
}

/** The number of arguments of a transfer that brings an error. */
const thrown = -1;

/**
 * What travels from one greenlet to another. It is the iterator of its `yield*` and the result of its
 * own `next` as well: one object for each switch, instead of three.
 */
class Transfer implements Iterator<unknown, unknown, unknown> {
  done = false;
  /** What came back. */
  value: unknown;
  readonly target: Greenlet;
  /** The error, the only argument, or the list of all. */
  readonly sent: unknown;
  /** How many arguments are sent. */
  readonly count: number;
  #isMade = false;

  constructor(target: Greenlet, sent: unknown, count: number) {
    this.target = target;
    this.sent = sent;
    this.count = count;
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** The first call goes to the trampoline, the second one ends the `yield*` with what came back. */
  next(value?: unknown): this & IteratorResult<unknown, unknown> {
    if (this.#isMade) {
      this.done = true;
      this.value = value;
    }
    this.#isMade = true;
    return this as this & IteratorResult<unknown, unknown>;
  }

  throw(error: unknown): never {
    throw error;
  }
}

function bareYield(value: unknown): TypeError {
  return new TypeError(`A greenlet must switch with 'yield*', and not yield: ${typeof value}`);
}

function requireGreenlet(value: Greenlet): Greenlet {
  if (value instanceof Greenlet) return value;
  throw new TypeError(`Cannot use as a parent what is not a greenlet: received ${typeof value}`);
}

function requireError(value: Error): Error {
  if (value instanceof Error) return value;
  throw new TypeError(`Cannot throw what is not an Error: received ${value}`);
}

function requireGenerator<T>(value: T): T {
  const isGenerator = typeof (value as { throw?: unknown } | undefined)?.throw === "function";
  if (isGenerator && Symbol.iterator in (value as object)) return value;
  throw new TypeError("The body of a greenlet gives no generator: write it as 'function*'");
}
