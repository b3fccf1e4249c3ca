/**
 * Processes with the meaning that they have in Python's `multiprocessing`, each of them a `deno run`.
 *
 * A process shares no memory with the one that started it: what it works on, what they tell each
 * other and what it returns travel as structured clones through a pipe. `Deno.Command` gives a child
 * no pipe but its standard streams, which belong to the program that runs in it. So the child is
 * started through `node:child_process`, which is the same thing with more pipes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import type { JoinOptions } from "#solutions/threads/threads.ts";
import { decode, encode } from "#solutions/_shared/encoding.ts";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import {
  onUncaught,
  packed,
  type Payload,
  unpacked,
  type Work,
  workOf,
} from "#solutions/_shared/work.ts";

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

/** What travels to the child first of all. */
interface Job extends Payload {
  parent: { pid: number; name: string };
  /** The numbers of its ancestors and its own, as in `Process-2:1`. */
  identity: number[];
}

/** What the child tells. */
type News =
  | { kind: "message"; value: unknown }
  | { kind: "returned"; value: unknown }
  | { kind: "failed"; error: unknown };

type Phase = "initial" | "started" | "stopped";

/** The descriptor of the pipe between parent and child, in the child. */
const channelAt = 3;
/** After so many turns in which nothing came, the pipe of a dead child is taken to be empty. */
const quietTurns = 10;
/** Milliseconds of such a turn. */
const turn = 10;

/** The processes that this one has started and that have not ended. */
const living = new Set<Process>();

let identity: number[] = [];
let made = 0;
let current: CurrentProcess | undefined;
let parent: ParentProcess | undefined;
let isLoading = false;
let enter: (process: Process, parentPid: number, call?: () => unknown) => CurrentProcess;

/**
 * A program that runs beside this one. Python's `multiprocessing.Process`.
 *
 * It is given its work as the name of a function that a module exports, or as a subclass that
 * overrides {@linkcode Process.run}. Such a class is exported by the module that its static `module`
 * names; the fields of its object travel to the process, its `#private` ones do not.
 *
 * The child writes to the same output as its parent, reads nothing from the standard input, and has
 * those permissions that its parent has without limits. Nobody but its parent may wait for it.
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

  #name: string;
  #daemon: boolean;
  #phase: Phase = "initial";
  #pid?: number;
  #parentPid = Deno.pid;
  #exitCode?: number;
  #outcome?: Exclude<News, { kind: "message" }>;
  #call?: () => unknown;
  #child?: ChildProcess;
  #channel?: Channel;
  #guard?: Guard;
  #joiners = 0;
  readonly #identity: number[];
  readonly #work: Work;
  readonly #ended = Promise.withResolvers<void>();

  static {
    enter = (process, parentPid, call) => {
      process.#pid = Deno.pid;
      process.#parentPid = parentPid;
      process.#phase = "started";
      process.#call = call;
      made--; // It has its number from the process that started it.
      return current = process as CurrentProcess;
    };
  }

  /**
   * Makes a process that does nothing before {@linkcode Process.start}.
   *
   * @throws {TypeError} If the module is not a URL, the target not a name, or the arguments no array.
   */
  constructor(options: ProcessOptions = {}) {
    const { name = "", daemon } = options;
    this.#work = workOf("process", options, new.target.module);
    this.#daemon = daemon ?? current?.daemon ?? false;
    this.#identity = [...identity, ++made];
    this.#name = name === "" ? `Process-${this.#identity.join(":")}` : String(name);
  }

  /** The name, which need not be unique. Another name given later is seen by this side only. */
  get name(): string {
    return this.#name;
  }

  set name(value: string) {
    this.#name = String(value);
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
    return this.#daemon;
  }

  set daemon(value: boolean) {
    if (this.#phase !== "initial") {
      throw new ProcessError(`Cannot set 'daemon' of ${this.#name}: it has been started`);
    }
    this.#daemon = value;
  }

  /** The number that the system knows it by; `undefined` before the start. Python's `Process.pid`. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /**
   * The `pid` of the process that made it, whether or not that one still lives. Python's `os.getppid`,
   * which tells of another process when the parent has died.
   */
  get parentPid(): number {
    return this.#parentPid;
  }

  /**
   * How it has ended: 0 if all went well, 1 after an uncaught error, what `Deno.exit` was given, or
   * the number of the signal that ended it, negative: -9 for SIGKILL. `undefined` as long as it has
   * not ended. Python's `Process.exitcode`.
   */
  get exitCode(): number | undefined {
    return this.isAlive ? undefined : this.#exitCode;
  }

  /**
   * Whether it has been started and has not ended. Python's `Process.is_alive()`. The end is noticed
   * by the event loop: it is not seen by who never awaits.
   */
  get isAlive(): boolean {
    return this.#phase === "started";
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
   */
  start(): void {
    this.#requireStartable();
    const job = frame(this.#toJob());
    if (this.#daemon) this.#guard = new Guard();
    const child = spawn(Deno.execPath(), ["run", "--quiet", ...permissions(), import.meta.url], {
      stdio: ["ignore", "inherit", "inherit", "pipe"],
    });
    this.#child = child;
    this.#pid = child.pid;
    this.#phase = "started";
    living.add(this);
    this.#channel = new Channel(
      child.stdio[channelAt] as Socket,
      (news) => this.#hear(news as News),
    );
    this.#channel.write(job);
    if (this.#guard) {
      this.#guard.watch(child.pid!);
      child.unref();
    }
    child.on("exit", (code, signal) => {
      this.#exitCode = signal ? -constants.signals[signal] : code!;
      void this.#stop();
    });
  }

  /**
   * What the process does: it calls the target. A subclass does its own work here, and may return a
   * promise. Python's `Process.run`.
   *
   * @throws {ProcessError} If it is called for a target instead of {@linkcode Process.start}.
   */
  run(): unknown {
    if (this.#work.target && !this.#call) {
      throw new ProcessError(`Cannot run ${this.#name} in this process: call 'start()'`);
    }
    return this.#call?.();
  }

  /**
   * Waits until the process has ended, in whatever way. Resolves to whether it has. Any number of
   * callers may wait, at any time, and a daemon is waited for too. Python's `Process.join`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   * @throws {RangeError} If the timeout is not a number.
   */
  async join({ timeout = Infinity }: JoinOptions = {}): Promise<boolean> {
    requireTimeout("join", timeout);
    this.#requireChild("join");
    if (this.#phase === "stopped") return true;
    // A daemon does not keep the program alive, but somebody who waits for it does.
    this.#joiners++;
    this.#child!.ref();
    try {
      return await settlesWithin(this.#ended.promise, timeout);
    } finally {
      if (--this.#joiners === 0 && this.#daemon) this.#child!.unref();
    }
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
    await this.join();
    if (this.#outcome?.kind === "returned") return this.#outcome.value;
    if (this.#outcome?.kind === "failed") throw this.#outcome.error;
    throw new ProcessError(`${this} has no result`);
  }

  /**
   * Sends a copy of the value to the process, where {@linkcode ParentProcess.receive} of
   * {@linkcode parentProcess} takes it. Does not block: what is not taken yet is kept in memory.
   * Python's `Connection.send`.
   *
   * @throws {ProcessError} If the process was not started, has ended, or is the current one.
   * @throws {DOMException} `DataCloneError`, if the value cannot travel.
   */
  send(value: unknown): void {
    this.#requireChild("send to");
    if (this.#phase === "stopped") throw new ProcessError(`Cannot send to ${this}: it has ended`);
    this.#channel!.write(frame(value));
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
    this.#requireChild("receive from");
    return await this.#channel!.receive(() => `Cannot receive from ${this}: it has ended`);
  }

  /**
   * Asks the process to end, by SIGTERM. Does not block: {@linkcode Process.join} waits for the end.
   * Does nothing if it has ended. What it was doing is cut off, and its `finally` blocks do not run.
   * Python's `Process.terminate`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   */
  terminate(): void {
    this.#requireChild("terminate");
    this.#signal("SIGTERM");
  }

  /**
   * Ends the process by SIGKILL, which no program can refuse. Otherwise it is as
   * {@linkcode Process.terminate}. Python's `Process.kill`.
   *
   * @throws {ProcessError} If the process was not started, or is the current one.
   */
  kill(): void {
    this.#requireChild("kill");
    this.#signal("SIGKILL");
  }

  /** `Process(Process-1, started)`: its class, its name, and how far it is or how it ended. */
  toString(): string {
    const state = this.exitCode === undefined ? this.#phase : `exit code ${this.exitCode}`;
    return `${this.constructor.name}(${this.#name}, ${state})`;
  }

  /** `ChildProcess.kill` works once only, and takes the signal that it sent for the end of the child. */
  #signal(signal: Deno.Signal): void {
    if (this.#exitCode !== undefined) return;
    try {
      Deno.kill(this.#pid!, signal);
    } catch {
      // It has ended, and that is not known yet.
    }
  }

  #requireStartable(): void {
    if (this.#phase !== "initial") {
      throw new ProcessError(`Cannot start ${this.#name} again: make a new process`);
    }
    if (current?.daemon) {
      throw new ProcessError(`Cannot start ${this.#name}: a daemon may not have children`);
    }
    if (isLoading) {
      throw new ProcessError(
        `Cannot start ${this.#name} while the module of this process is being loaded: ` +
          "put the start behind 'if (import.meta.main)'",
      );
    }
  }

  #requireChild(what: string): void {
    if (this === current) throw new ProcessError(`Cannot ${what} the current process`);
    if (!this.#child) throw new ProcessError(`Cannot ${what} ${this.#name} before it is started`);
  }

  #toJob(): Job {
    return {
      ...packed(this, Process, this.#work),
      parent: { pid: Deno.pid, name: currentProcess().name },
      name: this.#name,
      daemon: this.#daemon,
      identity: this.#identity,
    };
  }

  #hear(news: News): void {
    if (news.kind === "message") this.#channel!.deliver(news.value);
    else this.#outcome = news;
  }

  async #stop(): Promise<void> {
    await this.#channel!.drain();
    for (const pipe of this.#child!.stdio) pipe?.destroy();
    await this.#guard?.dismiss();
    this.#channel!.close();
    this.#phase = "stopped";
    living.delete(this);
    this.#ended.resolve();
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
  return current ??= enter(new Process({ name: "MainProcess", daemon: false }), Deno.ppid);
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
  return parent;
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
  return [...living];
}

/** One end of a pipe through which whole values travel: four bytes of length, then the value. */
class Channel {
  readonly #socket: Socket;
  readonly #hear: (value: unknown) => void;
  readonly #ended = Promise.withResolvers<void>();
  readonly #inbox: unknown[] = [];
  readonly #readers: PromiseWithResolvers<unknown>[] = [];
  #parts: Buffer[] = [];
  #length = 0;
  #received = 0;
  #wanted = 4;
  #isOpen = true;

  constructor(socket: Socket, hear: (value: unknown) => void) {
    this.#socket = socket;
    this.#hear = hear;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    // An error is the other side's death. Who waits for it is told by the end.
    socket.on("error", () => {});
    socket.on("close", () => this.close());
    socket.unref();
  }

  /**
   * Reads what a dead child has left in the pipe. Its end alone does not tell: a program that the child
   * has started may keep the pipe open. Turns of the event loop are counted, because on a busy machine
   * what is in the pipe is as late as any timer.
   */
  async drain(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns && this.#isOpen; quiet++) {
      const received = this.#received;
      await settlesWithin(this.#ended.promise, turn);
      if (this.#received > received) quiet = 0;
    }
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Writes the last value, and keeps this process alive until the pipe has taken it. */
  async flush(bytes: Uint8Array): Promise<void> {
    this.#socket.ref();
    await new Promise((resolve) => this.#socket.write(bytes, resolve));
    this.#socket.unref();
  }

  deliver(value: unknown): void {
    const reader = this.#readers.shift();
    if (!reader) {
      this.#inbox.push(value);
      return;
    }
    if (this.#readers.length === 0) this.#socket.unref();
    reader.resolve(value);
  }

  async receive(sentence: () => string): Promise<unknown> {
    if (this.#inbox.length > 0) return this.#inbox.shift();
    if (this.#isOpen) {
      const reader = Promise.withResolvers<unknown>();
      this.#readers.push(reader);
      this.#socket.ref();
      const value = await reader.promise;
      if (value !== closed) return value;
    }
    throw new ProcessError(sentence());
  }

  close(): void {
    this.#isOpen = false;
    for (const reader of this.#readers.splice(0)) reader.resolve(closed);
    this.#ended.resolve();
  }

  /** Hands out the values that are complete. Large ones come in many pieces. */
  #read(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    this.#received += bytes.length;
    if (this.#length < this.#wanted) return;
    let rest = Buffer.concat(this.#parts);
    this.#wanted = 4;
    while (rest.length >= this.#wanted) {
      this.#wanted = 4 + rest.readUInt32LE(0);
      if (rest.length < this.#wanted) break;
      this.#hear(decode(rest.subarray(4, this.#wanted)));
      rest = rest.subarray(this.#wanted);
      this.#wanted = 4;
    }
    this.#parts = [rest];
    this.#length = rest.length;
  }
}

/** What a reader gets when the other side has closed its end. */
const closed = Symbol("closed");

function frame(value: unknown): Uint8Array {
  const body = encode(value);
  const header = Buffer.alloc(4);
  header.writeUInt32LE(body.length);
  return Buffer.concat([header, body]);
}

/**
 * A shell that kills a daemon when this process dies, however it dies: the pipe to the shell ends then.
 * A daemon that is busy could not see it, and a second thread in it takes as long to start as itself.
 */
class Guard {
  readonly #shell = spawn("sh", ["-c", guarding], { stdio: ["pipe", "ignore", "ignore"] });
  readonly #ended = Promise.withResolvers<void>();

  constructor() {
    this.#shell.on("exit", () => this.#ended.resolve());
    this.#shell.stdin!.on("error", () => {});
    this.#shell.unref();
    (this.#shell.stdin as Socket).unref();
  }

  /** Tells the shell whom to kill. */
  watch(pid: number): void {
    this.#shell.stdin!.write(`${pid}\n`);
  }

  /** Lets the shell go, and waits until it has gone. */
  async dismiss(): Promise<void> {
    this.#shell.ref();
    this.#shell.stdin!.end("\n");
    await this.#ended.promise;
  }
}

/** Ctrl-C goes to the shell as well, which has to live until it has seen the end of the pipe. */
const guarding = `trap "" HUP INT TERM; read -r pid && ! read -r line && kill -KILL "$pid"`;

if (import.meta.main && isMainThread) void runJob();

/** The life of a child: this module is its program. */
async function runJob(): Promise<void> {
  const socket = new Socket({ fd: channelAt });
  const channel: Channel = new Channel(socket, (value) => channel.deliver(value));
  const job = await channel.receive(() => "The parent process has ended") as Job;
  identity = job.identity;
  parent = parentAt(channel, job.parent);
  enter(new Process(job), parent.pid);
  onUncaught((error) => void fail(channel, error));
  try {
    const process = await load(job);
    await channel.flush(frame({ kind: "returned", value: await process.run() }));
  } catch (error) {
    await fail(channel, error);
  }
}

function parentAt(channel: Channel, { pid, name }: Job["parent"]): ParentProcess {
  return {
    pid,
    name,
    send: (value) => channel.write(frame({ kind: "message", value })),
    receive: () => channel.receive(() => `Cannot receive from ${name}: it has ended`),
  };
}

async function load(job: Job): Promise<Process> {
  isLoading = true;
  const exports = job.module ? await import(job.module) : {};
  isLoading = false;
  const { object, call } = unpacked(job, exports, Process, ProcessError);
  return enter(object, parent!.pid, call);
}

/** Ends this process with exit code 1, after the children that it has to wait for. */
async function fail(channel: Channel, error: unknown): Promise<void> {
  console.error(`Exception in process ${currentProcess().name}:`, error);
  let news: Uint8Array;
  try {
    news = frame({ kind: "failed", error });
  } catch {
    news = frame({ kind: "failed", error: new Error(String(error)) });
  }
  await channel.flush(news);
  await Promise.all(activeChildren().filter(({ daemon }) => !daemon).map((child) => child.join()));
  Deno.exit(1);
}

/** What this process may do without limits, as flags for its child. */
function permissions(): string[] {
  const names = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;
  return names
    .filter((name) => {
      const { state, partial } = Deno.permissions.querySync({ name });
      return state === "granted" && !partial;
    })
    .map((name) => `--allow-${name}`);
}
