// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your processes. Edit this file and no other; the lesson is katas/processes/README.md.
 *
 * @module
 */
import type { JoinOptions } from "#solutions/threads/threads.ts";

/** A process was asked for what it cannot do now. Python's `AssertionError` and `EOFError`. */
export class ProcessError extends Error {
  /** `ProcessError`. */
  override name = "ProcessError";
}

/** What a new process does. */
export interface ProcessOptions {
  /** The URL of the module that holds the target: `import.meta.resolve("./work.ts")`. */
  module?: string | URL;
  /** The name of the function, exported by the module, that the process calls. */
  target?: string;
  /** What the target is called with. It travels as a structured clone. */
  args?: readonly unknown[];
  /** The name; `Process-1`, `Process-2` and so on unless given, and `Process-2:1` for a child of it. */
  name?: string;
  /** Whether it dies with the process that starts it; as the current process is unless given. */
  daemon?: boolean;
}

/**
 * A program that runs beside this one. Python's `multiprocessing.Process`.
 *
 * It is given its work as the name of a function that a module exports, or as a subclass that
 * overrides {@linkcode Process.run}. Such a class is exported by the module that its static `module`
 * names; the fields of its object travel to the process, its `#private` ones do not.
 *
 * The child writes to the same output as its parent, reads nothing from the standard input, finds
 * modules as its parent does, and may do what its parent may, never more: where the system does not show
 * the limits of a permission, it must do without. Nobody but its parent may wait for it.
 *
 * @example A function in a process
 * ```ts
 * import { Process } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const work = "data:text/javascript,export const add = (a, b) => a + b;";
 *
 * const process = new Process({ module: work, target: "add", args: [1, 2] });
 * process.start();
 * assertEquals(await process.result(), 3);
 * assertEquals(process.exitCode, 0);
 * ```
 */
export class Process {
  /** In a subclass: the URL of the module that exports it, `import.meta.url`. */
  static readonly module?: string | URL;

  /**
   * Makes a process that does nothing before {@linkcode Process.start}.
   *
   * @throws {TypeError} If the module is not a URL, the target not a name, or the arguments no array.
   */
  constructor(options: ProcessOptions = {}) {
    notYet("new Process");
  }

  /** The name, which need not be unique. Another name given later is seen by this side only. */
  get name(): string {
    return notYet("Process.name");
  }

  set name(value: string) {
    notYet("Process.name");
  }

  /**
   * Whether it dies with the process that starts it. Python's `Process.daemon`.
   *
   * A program ends without waiting for its daemons, and they are ended with it. When it is killed,
   * they end as well, also in the middle of a loop. Their `finally` blocks do not run. A program that
   * fails or calls `Deno.exit` waits for nobody.
   *
   * @throws {ProcessError} If it is set when the process has been started.
   */
  get daemon(): boolean {
    return notYet("Process.daemon");
  }

  set daemon(value: boolean) {
    notYet("Process.daemon");
  }

  /** The number that the system knows it by; `undefined` before the start. Python's `Process.pid`. */
  get pid(): number | undefined {
    return notYet("Process.pid");
  }

  /**
   * The `pid` of the process that made it, whether or not that one still lives. Python's `os.getppid`,
   * which tells of another process when the parent has died.
   */
  get parentPid(): number {
    return notYet("Process.parentPid");
  }

  /**
   * How it has ended: 0 if all went well, 1 after an uncaught error, what `Deno.exit` was given, or
   * the number of the signal that ended it, negative: -9 for SIGKILL. `undefined` as long as it has
   * not ended. Python's `Process.exitcode`.
   */
  get exitCode(): number | undefined {
    return notYet("Process.exitCode");
  }

  /**
   * Whether it has been started and has not ended. Python's `Process.is_alive()`. The end is noticed
   * by the event loop: it is not seen by who never awaits.
   */
  get isAlive(): boolean {
    return notYet("Process.isAlive");
  }

  /**
   * Starts the process. Does not block. Python's `Process.start`.
   *
   * @throws {ProcessError} If it has been started before; if the current process is a daemon, which
   * may not have children; or while the module of the current process is being loaded, because each
   * child would load it too and start the next one: put the start behind `if (import.meta.main)`.
   * @throws {TypeError} If a subclass does not name its module.
   * @throws {DOMException} `DataCloneError`, if the arguments or fields cannot travel. The process has
   * not been started then.
   * @throws {Error} Deno's own, if the system or a permission is against it. The process has not been
   * started then.
   */
  start(): void {
    return notYet("Process.start");
  }

  /**
   * What the process does: it calls the target. A subclass does its own work here, and may return a
   * promise. Python's `Process.run`.
   *
   * @throws {ProcessError} If it is called for a target instead of {@linkcode Process.start}.
   */
  run(): unknown {
    return notYet("Process.run");
  }

  /**
   * Waits until the process has ended, in whatever way. Resolves to whether it has. Any number of
   * callers may wait, at any time, and a daemon is waited for too. Python's `Process.join`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   * @throws {RangeError} If the timeout is not a number.
   */
  async join({ timeout = Infinity }: JoinOptions = {}): Promise<boolean> {
    return notYet("Process.join");
  }

  /**
   * Waits until the process has ended, and resolves to a copy of what its target or its
   * {@linkcode Process.run} returned. Rejects with a copy of the error that ended it. Python's
   * processes have no result; this is `Future.result`.
   *
   * @throws {ProcessError} If the process was not started, is the current one, or has ended before it
   * had a result.
   */
  async result(): Promise<unknown> {
    return notYet("Process.result");
  }

  /**
   * Sends a copy of the value to the process, where {@linkcode ParentProcess.receive} of
   * {@linkcode parentProcess} takes it. Does not block: what is not taken yet is kept in memory, and
   * the program does not end before it is on its way.
   * Python's `Connection.send`.
   *
   * @throws {ProcessError} If the process was not started, has ended, or is the current one.
   * @throws {DOMException} `DataCloneError`, if the value cannot travel.
   */
  send(value: unknown): void {
    return notYet("Process.send");
  }

  /**
   * Waits for the next value that the process has sent with {@linkcode ParentProcess.send}. Values
   * arrive in the order in which they were sent, and are still there when the process has ended.
   * Python's `Connection.recv`.
   *
   * @throws {ProcessError} If the process was not started, is the current one, or has ended and
   * nothing is left.
   */
  async receive(): Promise<unknown> {
    return notYet("Process.receive");
  }

  /**
   * Asks the process to end, by SIGTERM. Does not block: {@linkcode Process.join} waits for the end.
   * Does nothing if it has ended. What it was doing is cut off, and its `finally` blocks do not run.
   * Python's `Process.terminate`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   */
  terminate(): void {
    return notYet("Process.terminate");
  }

  /**
   * Ends the process by SIGKILL, which no program can refuse. Otherwise it is as
   * {@linkcode Process.terminate}. Python's `Process.kill`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   */
  kill(): void {
    return notYet("Process.kill");
  }

  /** `Process(Process-1, started)`: its class, its name, and how far it is or how it ended. */
  toString(): string {
    return notYet("Process.toString");
  }
}

/** The process that asks: it has been started, so it has a number. */
export interface CurrentProcess extends Process {
  /** The number that the system knows it by. */
  readonly pid: number;
}

/** The process that has started this one, as this one sees it. */
export interface ParentProcess {
  /** The number that the system knows it by, or knew it by when it lived. */
  readonly pid: number;
  /** The name that it had at the start. */
  readonly name: string;
  /**
   * Sends a copy of the value to the parent, where {@linkcode Process.receive} takes it. Does not
   * block. A parent that has died gets nothing, without a word. Who calls `Deno.exit` right after it may
   * lose what is still on its way: return instead.
   */
  send(value: unknown): void;
  /**
   * Waits for the next value that the parent has sent with {@linkcode Process.send}. Rejects with a
   * {@linkcode ProcessError} if the parent has died and nothing is left.
   */
  receive(): Promise<unknown>;
}

/**
 * The process that calls it. Does not block. Python's `multiprocessing.current_process`.
 *
 * @example The main process
 * ```ts
 * import { currentProcess } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(currentProcess().name, "MainProcess");
 * assertEquals(currentProcess().pid, Deno.pid);
 * ```
 */
export function currentProcess(): CurrentProcess {
  return notYet("currentProcess");
}

/**
 * The process that has started this one; `undefined` in the main process. Does not block. Python's
 * `multiprocessing.parent_process`.
 *
 * @example
 * ```ts
 * import { parentProcess } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parentProcess(), undefined);
 * ```
 */
export function parentProcess(): ParentProcess | undefined {
  return notYet("parentProcess");
}

/**
 * The processes that the current one has started and that have not ended. Does not block. Python's
 * `multiprocessing.active_children`.
 *
 * @example
 * ```ts
 * import { activeChildren } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(activeChildren(), []);
 * ```
 */
export function activeChildren(): Process[] {
  return notYet("activeChildren");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/processes/README.md`);
}
