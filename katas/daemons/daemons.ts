// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your daemons. Edit this file and no other; the lesson is katas/daemons/README.md.
 *
 * @module
 */
import { Thread } from "#solutions/threads/threads.ts";

/** What a thread does in the background. */
export interface Work {
  /** The URL of the module that holds the target: `import.meta.resolve("./work.ts")`. */
  module: string | URL;
  /** The name of the function, exported by the module, that the thread calls. */
  target: string;
  /** What the target is called with. It travels as a structured clone. */
  args?: readonly unknown[];
  /** The thread's name; `Thread-1`, `Thread-2` and so on unless given. */
  name?: string;
}

/**
 * Starts work that the program waits for: it does not end before this has ended. Does not block.
 * Python's `Thread(daemon=False)`.
 *
 * @example
 * ```ts
 * import { startForeground } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const bake = (buns) => Atomics.store(buns, 0, 12);";
 * const buns = new Int32Array(new SharedArrayBuffer(4));
 * await startForeground({ module, target: "bake", args: [buns] }).join();
 * assertEquals(buns[0], 12);
 * ```
 */
export function startForeground(work: Work): Thread {
  return notYet("startForeground");
}

/**
 * Starts work that ends with the program, wherever it is: between two lines, in a loop, or asleep for
 * ever. Its `finally` blocks do not run then, so a daemon must hold nothing that has to be put
 * away. Does not block. Python's `Thread(daemon=True)`.
 *
 * @example
 * ```ts
 * import { startDaemon } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const beat = () => {};";
 * const heart = startDaemon({ module, target: "beat" });
 * assertEquals(heart.daemon, true);
 * await heart.join();
 * ```
 */
export function startDaemon(work: Work): Thread {
  return notYet("startDaemon");
}

/**
 * A flag in shared memory. One thread raises it, once and for ever, and others wait for that. Python's
 * `threading.Event`, without `clear`.
 *
 * @example
 * ```ts
 * import { Flag } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const flag = new Flag();
 * const sameFlag = Flag.attach(flag.buffer); // in a Worker that was sent the buffer
 * assertEquals(sameFlag.wait({ timeout: 1 }), false);
 * flag.raise();
 * assertEquals(sameFlag.wait(), true);
 * ```
 */
export class Flag {
  /** The shared memory of the flag: what other threads need to see the same flag. */
  readonly buffer: SharedArrayBuffer;

  /** Makes a new flag, which is down. `buffer` is for {@linkcode Flag.attach}. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    notYet("new Flag");
  }

  /** The flag that lives in this buffer, as another thread made it. */
  static attach(buffer: SharedArrayBuffer): Flag {
    return notYet("Flag.attach");
  }

  /** Raises the flag, and wakes all who wait for it. Does not block. Python's `Event.set`. */
  raise(): void {
    return notYet("Flag.raise");
  }

  /** Whether it has been raised. Python's `Event.is_set()`. */
  get isRaised(): boolean {
    return notYet("Flag.isRaised");
  }

  /**
   * Blocks the thread until the flag is raised, for at most `timeout` milliseconds. Returns whether it
   * is raised. A negative timeout is 0. Python's `Event.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout = Infinity }: { timeout?: number } = {}): boolean {
    return notYet("Flag.wait");
  }
}

/**
 * A thread that works in the background until it is told to stop, and that the program waits for then:
 * a daemon that ends gracefully. Its target is called with a {@linkcode Flag} and its arguments. It
 * works until the flag is raised, puts everything away, and returns.
 *
 * It is told to stop by {@linkcode Service.stop}; when nothing else is left to do; by `Deno.exit`; and when
 * the program ends by an uncaught error. In the last two cases the main thread blocks while it
 * waits, so a service must not need the main thread to end.
 *
 * @example
 * ```ts
 * import { Service } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = `data:text/javascript,
 *   export function count(stop, rounds) {
 *     while (!stop.wait({ timeout: 1 })) Atomics.add(rounds, 0, 1);
 *   }`;
 * const rounds = new Int32Array(new SharedArrayBuffer(4));
 * const service = new Service({ module, target: "count", args: [rounds] });
 * service.start();
 * await service.stop();
 * assertEquals(service.isAlive, false);
 * ```
 */
export class Service extends Thread {
  /** This module. */
  static override readonly module: string = import.meta.url;
  /** What the service does; it travels to the thread. */
  readonly work: Work;
  /** The memory of the flag that tells the service to stop. */
  readonly stopping: SharedArrayBuffer = new Flag().buffer;
  /** The memory of the flag that the service raises at its end. */
  readonly ended: SharedArrayBuffer = new Flag().buffer;

  /**
   * Makes a service that does nothing before {@linkcode Service.start}.
   *
   * @throws {TypeError} If it is of a subclass: what a service does is its target.
   */
  constructor(work: Work) {
    super();
    notYet("new Service");
  }

  /**
   * Starts the service. Does not block.
   *
   * @throws {ThreadError} If it has been started before, or this is not the main thread.
   */
  override start(): void {
    return notYet("Service.start");
  }

  /** What the service does in its thread: it calls the target. */
  override async run(): Promise<void> {
    return notYet("Service.run");
  }

  /**
   * Tells the service to stop. Does not wait for it.
   *
   * @throws {ThreadError} If it was not started.
   */
  tellToStop(): void {
    return notYet("Service.tellToStop");
  }

  /**
   * Tells the service to stop and waits until it has ended, however often it is called.
   *
   * @throws {ThreadError} If it was not started.
   */
  async stop(): Promise<void> {
    return notYet("Service.stop");
  }
}

/**
 * Registers what the program does last, when foreground threads and services have ended: the
 * callbacks are called in reverse order. `Deno.exit` and an uncaught error call them too, when services have
 * ended; foreground threads are cut off then. What another thread registers is called when that thread
 * ends, and not if it is cut off. Callbacks cannot wait for promises: of an async one, what comes after its
 * first `await` is not done, and its error is lost. One that throws is reported on stderr, and the others
 * are called all the same. Returns a function that takes the registration back. Does not block.
 * Python's `atexit.register`.
 *
 * @example
 * ```ts
 * import { atExit } from "@concurrency/katas";
 *
 * const takeBack = atExit(() => console.log("the oven is off"));
 * takeBack();
 * ```
 */
export function atExit(callback: () => void): () => void {
  return notYet("atExit");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/daemons/README.md`);
}
