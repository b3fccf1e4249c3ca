// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your threads. Edit this file and no other; the lesson is katas/threads/README.md.
 *
 * @module
 */

/** A thread was asked for what it cannot do now. Python's `RuntimeError`. */
export class ThreadError extends Error {
  /** `ThreadError`. */
  override name = "ThreadError";
}

/** What a new thread does. */
export interface ThreadOptions {
  /** The URL of the module that holds the target: `import.meta.resolve("./work.ts")`. */
  module?: string | URL;
  /** The name of the function, exported by the module, that the thread calls. */
  target?: string;
  /** What the target is called with. It travels as a structured clone. */
  args?: readonly unknown[];
  /** The thread's name; `Thread-1`, `Thread-2` and so on unless given. */
  name?: string;
  /** Whether the program may end without it; as the current thread is unless given. */
  daemon?: boolean;
}

/** How long to wait for a thread. */
export interface JoinOptions {
  /** How many milliseconds to wait at most; for ever unless given. A negative number is 0. */
  timeout?: number;
}

/**
 * A thread of control. Python's `threading.Thread`.
 *
 * It is given its work as the name of a function that a module exports, or as a subclass that
 * overrides {@linkcode Thread.run}. Such a class is exported by the module that its static `module`
 * names; the fields of its object travel to the thread, its `#private` ones do not.
 *
 * @example A function in a thread
 * ```ts
 * import { Thread } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const work = `data:text/javascript,
 *   export const add = (sum, a, b) => Atomics.store(sum, 0, a + b);`;
 * const sum = new Int32Array(new SharedArrayBuffer(4));
 *
 * const thread = new Thread({ module: work, target: "add", args: [sum, 1, 2] });
 * thread.start();
 * await thread.join();
 * assertEquals(sum[0], 3);
 * ```
 */
export class Thread {
  /** In a subclass: the URL of the module that exports it, `import.meta.url`. */
  static readonly module?: string | URL;

  /**
   * Makes a thread that does nothing before {@linkcode Thread.start}.
   *
   * @throws {TypeError} If the module is not a URL, the target not a name, or the arguments no array.
   */
  constructor(options: ThreadOptions = {}) {
    notYet("new Thread");
  }

  /** The name, which need not be unique. Another name given later is seen by this side only. */
  get name(): string {
    return notYet("Thread.name");
  }

  set name(value: string) {
    notYet("Thread.name");
  }

  /**
   * Whether the program may end without this thread. Python's `Thread.daemon`.
   *
   * @throws {ThreadError} If it is set when the thread has been started.
   */
  get daemon(): boolean {
    return notYet("Thread.daemon");
  }

  set daemon(value: boolean) {
    notYet("Thread.daemon");
  }

  /** A positive number that no other thread of the program has; `undefined` before the start. */
  get id(): number | undefined {
    return notYet("Thread.id");
  }

  /** Whether it has been started and has not ended. Python's `Thread.is_alive()`. */
  get isAlive(): boolean {
    return notYet("Thread.isAlive");
  }

  /** The error that ended the thread, if one did. */
  get error(): unknown {
    return notYet("Thread.error");
  }

  /**
   * Settles when the thread begins its work: with a {@linkcode ThreadError} if it ends before that,
   * because its module cannot be loaded, does not export what is asked for, or calls `Deno.exit`.
   */
  get ready(): Promise<void> {
    return notYet("Thread.ready");
  }

  /**
   * Starts the thread. Does not block. Python's `Thread.start`.
   *
   * @throws {ThreadError} If it has been started before.
   * @throws {TypeError} If a subclass does not name its module.
   * @throws {DOMException} `DataCloneError`, if the arguments or fields cannot travel. The thread has
   * not been started then.
   */
  start(): void {
    return notYet("Thread.start");
  }

  /**
   * What the thread does: it calls the target. A subclass does its own work here, and may return a
   * promise. Python's `Thread.run`.
   *
   * @throws {ThreadError} If it is called for a target instead of {@linkcode Thread.start}.
   */
  run(): unknown {
    return notYet("Thread.run");
  }

  /**
   * Waits until the thread has ended, by a return or by an error. Resolves to whether it has. Any
   * number of callers may wait, at any time, and a daemon is waited for too. Python's `Thread.join`.
   *
   * @throws {ThreadError} If the thread was not started, or is the current one.
   * @throws {RangeError} If the timeout is not a number.
   */
  async join({ timeout = Infinity }: JoinOptions = {}): Promise<boolean> {
    return notYet("Thread.join");
  }

  /** `Thread(Thread-1 (work), started)`: its class, its name, and how far it is. */
  toString(): string {
    return notYet("Thread.toString");
  }
}

/** The thread that asks: it has been started, so it has an id. */
export interface CurrentThread extends Thread {
  /** A positive number that no other thread of the program has. */
  readonly id: number;
}

/**
 * The thread that calls it. Does not block. Python's `threading.current_thread`.
 *
 * A Worker that is no {@linkcode Thread} has an identity too, drawn at random: among a hundred of
 * them two are alike once in 200,000 programs.
 *
 * @example The main thread
 * ```ts
 * import { currentThread } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(currentThread().name, "MainThread");
 * ```
 */
export function currentThread(): CurrentThread {
  return notYet("currentThread");
}

/**
 * How many threads {@linkcode enumerate} returns. Does not block. Python's `threading.active_count`.
 *
 * @example
 * ```ts
 * import { activeCount } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(activeCount(), 1);
 * ```
 */
export function activeCount(): number {
  return notYet("activeCount");
}

/**
 * The current thread, and the threads that it has started and that have not ended. Does not block.
 * Python's `threading.enumerate`, which sees the threads of all others too.
 *
 * @example
 * ```ts
 * import { currentThread, enumerate } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(enumerate(), [currentThread()]);
 * ```
 */
export function enumerate(): Thread[] {
  return notYet("enumerate");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/threads/README.md`);
}
