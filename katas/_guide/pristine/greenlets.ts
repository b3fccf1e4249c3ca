// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your greenlets. Edit this file and no other; the lesson is katas/greenlets/README.md.
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
export type GreenletBody = (
  ...args: never[]
) => Generator<unknown, unknown, unknown>;

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
  /**
   * Makes a greenlet that has not started: its body runs when somebody switches to it. A subclass may
   * override {@linkcode Greenlet.body} instead of giving a function.
   *
   * @throws {TypeError} If there is no function to run, or if the parent is not a greenlet.
   */
  constructor(fn?: GreenletBody, { parent }: GreenletOptions = {}) {
    notYet("new Greenlet");
  }

  /** The greenlet that runs now; in plain code, the main one. Python's `greenlet.getcurrent`. */
  static get current(): Greenlet {
    return notYet("Greenlet.current");
  }

  /** Who goes on when it ends, with what it returned or threw; `null` for the main greenlet. */
  get parent(): Greenlet | null {
    return notYet("Greenlet.parent");
  }

  /**
   * Gives it another parent, at any time.
   *
   * @throws {TypeError} If that is not a greenlet.
   * @throws {GreenletError} If it would be its own ancestor, or if it is the main greenlet.
   */
  set parent(parent: Greenlet) {
    notYet("Greenlet.parent");
  }

  /** Whether its body has begun. */
  get started(): boolean {
    return notYet("Greenlet.started");
  }

  /** Whether it has ended: its body returned or threw, or something was thrown before it began. */
  get dead(): boolean {
    return notYet("Greenlet.dead");
  }

  /** What it runs, with the arguments of the first switch: the function that it was given. */
  body(...args: unknown[]): Generator<unknown, unknown, unknown> {
    return notYet("Greenlet.body");
  }

  /**
   * For the bodies of greenlets: `yield*` it to go on there, and to wait until anybody switches back.
   * That need not be the one that was switched to. Gives what they switch with: nothing, a value, or a
   * list if there are several. The first switch to a greenlet starts its body with these arguments.
   * A switch to a dead one goes to its parent. Python's `greenlet.switch`.
   */
  switch<Got = unknown>(...args: unknown[]): Switch<Got> {
    return notYet("Greenlet.switch");
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
    return notYet("Greenlet.throw");
  }

  /**
   * For plain code: what {@linkcode Greenlet.switch} is for the others. Blocks until somebody switches
   * to the main greenlet, or until one ends whose parent that is.
   *
   * @throws {GreenletError} If a greenlet calls it: it would block all the others.
   * @throws What is thrown into the main greenlet, or comes to it from one that failed.
   */
  run<Got = unknown>(...args: unknown[]): Got {
    return notYet("Greenlet.run");
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
    return notYet("Greenlet.raise");
  }

  /** `Greenlet(cook, new)`; or `running`, `waiting`, `dead`. One without a name is `anonymous`. */
  toString(): string {
    return notYet("Greenlet.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/greenlets/README.md`);
}
