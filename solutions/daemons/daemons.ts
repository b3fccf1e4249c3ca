/**
 * Who keeps the program alive, who ends with it, and what is done last.
 *
 * Deno tells of the end of a program by events: `beforeunload` when nothing is left to do, `unload` when it
 * ends for good, by itself or by `Deno.exit`, and `error` or `unhandledrejection` when it fails. In all of
 * them the main thread may still block, and so it can wait for others.
 *
 * @module
 */
import process from "node:process";
import { isOfMain } from "#solutions/_shared/main_thread.ts";
import { countdown, requireTimeout } from "#solutions/_shared/waiting.ts";
import { Thread, ThreadError } from "#solutions/threads/threads.ts";

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
  return started(work, false);
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
  return started(work, true);
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
  readonly #word: Int32Array<SharedArrayBuffer>;

  /** Makes a new flag, which is down. `buffer` is for {@linkcode Flag.attach}. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer;
    this.#word = new Int32Array(buffer);
  }

  /** The flag that lives in this buffer, as another thread made it. */
  static attach(buffer: SharedArrayBuffer): Flag {
    return new Flag(buffer);
  }

  /** Raises the flag, and wakes all who wait for it. Does not block. Python's `Event.set`. */
  raise(): void {
    Atomics.store(this.#word, 0, 1);
    Atomics.notify(this.#word, 0);
  }

  /** Whether it has been raised. Python's `Event.is_set()`. */
  get isRaised(): boolean {
    return Atomics.load(this.#word, 0) === 1;
  }

  /**
   * Blocks the thread until the flag is raised, for at most `timeout` milliseconds. Returns whether it
   * is raised. A negative timeout is 0. Python's `Event.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout = Infinity }: { timeout?: number } = {}): boolean {
    requireTimeout("wait", timeout);
    const left = countdown(timeout);
    for (let rest = timeout; !this.isRaised; rest = left()) {
      if (rest <= 0) return false;
      Atomics.wait(this.#word, 0, 0, rest);
    }
    return true;
  }
}

/** Services that have been started and not been stopped. */
const services = new Set<Service>();
/** What {@linkcode atExit} has been given, the last one at the end. */
const callbacks: { call: () => void }[] = [];
let isListening = false;
let isOver = false;
let isFinishing = false;

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
    if (new.target !== Service) {
      throw new TypeError(`Cannot make a ${new.target.name}: give its target to new Service()`);
    }
    super({ name: work.name, daemon: true });
    this.work = { ...work, module: String(work.module) };
  }

  /**
   * Starts the service. Does not block.
   *
   * @throws {ThreadError} If it has been started before, or this is not the main thread.
   */
  override start(): void {
    if (!isOfMain) {
      throw new ThreadError(`Cannot start ${this.name} here: services belong to the main thread`);
    }
    super.start();
    listen();
    services.add(this);
    if (isFinishing) this.tellToStop();
    else if (isOver) finish();
  }

  /** What the service does in its thread: it calls the target. */
  override async run(): Promise<void> {
    // One of them comes however the thread ends: by a return, by an error in a timer, by `Deno.exit`, or
    // because it waits for what never comes.
    const raise = () => Flag.attach(this.ended).raise();
    addEventListener("unload", raise);
    process.on("exit", raise);
    const { module, target, args = [] } = this.work;
    const exports = await import(String(module));
    await exports[target](Flag.attach(this.stopping), ...args);
  }

  /**
   * Tells the service to stop. Does not wait for it.
   *
   * @throws {ThreadError} If it was not started.
   */
  tellToStop(): void {
    if (this.id === undefined) {
      throw new ThreadError(`Cannot stop ${this.name} before it is started`);
    }
    Flag.attach(this.stopping).raise();
  }

  /**
   * Tells the service to stop and waits until it has ended, however often it is called.
   *
   * @throws {ThreadError} If it was not started.
   */
  async stop(): Promise<void> {
    this.tellToStop();
    await this.join();
    services.delete(this);
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
  listen();
  const registration = { call: callback };
  callbacks.push(registration);
  return () => {
    const at = callbacks.indexOf(registration);
    if (at >= 0) callbacks.splice(at, 1);
  };
}

function started(work: Work, daemon: boolean): Thread {
  const thread = new Thread({ ...work, daemon });
  thread.start();
  return thread;
}

/** Listens to the end of the program. */
function listen(): void {
  if (isListening) return;
  isListening = true;
  // It comes when no listener of `beforeunload` has found anything to do.
  process.on("beforeExit", stopServices);
  addEventListener("unload", () => {
    isOver = true;
    finish();
  });
  const finishUnlessCaught = (event: Event) => event.defaultPrevented || finish();
  addEventListener("error", finishUnlessCaught);
  addEventListener("unhandledrejection", finishUnlessCaught);
}

/** When nothing is left to do, the services are told, and are something to wait for again. */
function stopServices(): void {
  for (const service of services) void service.stop();
}

/** Ends services and calls the callbacks, while the main thread can only block. */
function finish(): void {
  if (isFinishing) return;
  isFinishing = true;
  endServices();
  for (let next = callbacks.pop(); next; next = callbacks.pop()) {
    try {
      next.call();
    } catch (error) {
      console.error("Exception in atExit callback:", error);
    }
    endServices();
  }
  isFinishing = false;
}

/** Tells all services before it waits for the first one. A callback may have started new ones. */
function endServices(): void {
  for (const service of services) service.tellToStop();
  for (const service of services) Flag.attach(service.ended).wait();
  services.clear();
}
