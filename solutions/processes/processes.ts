/**
 * Processes with the meaning that they have in Python's `multiprocessing`, each of them a `deno run`.
 *
 * A process shares no memory with the one that started it: what it works on, what they tell each
 * other and what it returns travel as structured clones. A child's standard streams belong to the
 * program that runs in it, so they speak over a socket: a Unix socket in a folder that only this user
 * may open, and that is removed as soon as they are connected. On Windows, where Deno has no such
 * sockets, it is one of the loopback interface. Both know a secret, without which nobody is let in.
 *
 * A program that starts processes needs `--allow-run`, `--allow-read`, `--allow-write` and
 * `--allow-net`. All of this is tested on Linux, the loopback interface as well. Elsewhere, the flags of
 * the program's command line are not handed on to a child. On Windows nothing has been tried, and
 * there are no daemons: they need `sh`.
 *
 * @module
 */
import type { JoinOptions } from "#solutions/threads/threads.ts";
import { decode, prepare, serialize, toJson } from "#solutions/_shared/encoding.ts";
import { type Address, connectTo, DoorForOne, needsOf } from "#solutions/_shared/door.ts";
import { errorOf, type Failure, failureOf } from "#solutions/_shared/failures.ts";
import { Line, type Part, receiveWhole, sendWhole } from "#solutions/_shared/line.ts";
import { holding } from "#solutions/_shared/holding.ts";
import { permissionFlags } from "#solutions/_shared/permissions.ts";
import { moduleFlags, setCommandLine } from "#solutions/_shared/program.ts";
import {
  type Needs,
  pack,
  type Packed,
  type Parcel,
  unpack,
} from "#solutions/_shared/travelling.ts";
import { requireTimeout, settlesWithin } from "#solutions/_shared/waiting.ts";
import { whenEnded } from "#solutions/_shared/when_ended.ts";
import {
  messageOf,
  onUncaught,
  packed,
  type Payload,
  report,
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
interface Job {
  /** The payload, without the objects that travel in a way of their own. */
  parcel: Parcel;
  parent: { pid: number; name: string };
  /** The numbers of its ancestors and its own, as in `Process-2:1`. */
  identity: number[];
  /** The flags that it was started with. */
  flags: string[];
}

/** What they tell each other. A value that is not there is `undefined`. */
interface News {
  kind: "message" | "returned" | "failed";
  value?: unknown;
  /** In the place of a value in which there are objects that travel in a way of their own. */
  parcel?: Parcel;
}

/** What the child needs to come in. It reads it from its standard input, where nobody else can. */
interface Invitation {
  address: Address;
  /** What the child says first. */
  hello: string;
  /** What its parent answers. */
  welcome: string;
}

type Phase = "initial" | "started" | "stopped";

/** The processes that this one has started and that have not ended. */
const living = new Set<Process>();

let identity: number[] = [];
let made = 0;
let current: CurrentProcess | undefined;
let parent: ParentProcess | undefined;
let isLoading = false;
let isFailing = false;
let enter: (process: Process, parentPid: number, call?: () => unknown) => CurrentProcess;

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

  #name: string;
  #daemon: boolean;
  #phase: Phase = "initial";
  #pid?: number;
  #parentPid = Deno.pid;
  #exitCode?: number;
  #outcome?: News;
  #call?: () => unknown;
  #child?: Deno.ChildProcess;
  #waiting = 0;
  readonly #identity: number[];
  readonly #work: Work;
  readonly #line = new NewsLine((news) => this.#hear(news));
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
   * @throws {Error} Deno's own, if the system or a permission is against it. The process has not been
   * started then.
   */
  start(): void {
    this.#requireStartable();
    const [hello, welcome] = [crypto.randomUUID(), crypto.randomUUID()];
    const door = new DoorForOne("process_", (caller) => isWelcome(caller, hello, welcome));
    const invitation: Invitation = { address: door.address, hello, welcome };
    let payload: Packed;
    let job: Part;
    let child: Deno.ChildProcess | undefined;
    let guard: Guard | undefined;
    try {
      payload = pack(this.#toPayload());
      const flags = flagsFor(door.address, payload.needs);
      job = bodyOf({ kind: "message", value: this.#toJob(payload.parcel, flags) });
      child = spawnChild(flags);
      if (this.#daemon) guard = new Guard(child.pid);
    } catch (error) {
      door.close();
      child?.kill("SIGKILL");
      void child?.stdin.close();
      throw error;
    }
    this.#child = child;
    this.#pid = child.pid;
    this.#phase = "started";
    living.add(this);
    if (this.#daemon) child.unref();
    else void holding(this.#ended.promise);
    void feed(child, JSON.stringify(invitation));
    this.#line.post(job);
    void this.#attend(child, door, guard);
    payload.left(this.#ended.promise);
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
    return await this.#waitFor(settlesWithin(this.#ended.promise, timeout));
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
    if (this.#outcome?.kind === "failed") throw errorOf(this.#outcome.value as Failure);
    throw new ProcessError(`${this} has no result`);
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
    this.#requireChild("send to");
    if (this.#phase === "stopped") throw new ProcessError(`Cannot send to ${this}: it has ended`);
    this.#line.postMessage(value);
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
    return await this.#waitFor(
      this.#line.receive(() => `Cannot receive from ${this}: it has ended`),
    );
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

  #signal(signal: Deno.Signal): void {
    try {
      this.#child!.kill(signal);
    } catch {
      // It has ended.
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

  #toPayload(): Payload {
    return { ...packed(this, Process, this.#work), name: this.#name, daemon: this.#daemon };
  }

  #toJob(parcel: Parcel, flags: string[]): Job {
    const parent = { pid: Deno.pid, name: currentProcess().name };
    return { parcel, parent, identity: this.#identity, flags };
  }

  /** A daemon does not keep the program alive, but somebody who waits for it does. */
  async #waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    stayFor(this.#child!, true);
    try {
      return await holding(promise);
    } finally {
      if (--this.#waiting === 0 && this.#daemon) stayFor(this.#child!, false);
    }
  }

  #hear(news: News): void {
    if (news.kind === "message") return this.#line.deliver(news);
    this.#outcome = news;
  }

  /** Lets the child in and listens to it, until it has ended and all that it has said is heard. */
  async #attend(child: Deno.ChildProcess, door: DoorForOne, guard?: Guard): Promise<void> {
    const listening = door.admitted
      .then((conn) => conn && this.#line.connect(conn))
      .catch((error) => {
        this.#outcome = { kind: "failed", value: failureOf(error) };
        this.kill();
      });
    const { code, signal } = await child.status;
    // As a shell does, Deno adds 128 to the number of a signal.
    this.#exitCode = signal ? 128 - code : code;
    door.close();
    this.#line.ref();
    await listening;
    this.#line.close();
    await guard?.dismiss();
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

/** One end of the line to the other process, on which news travel. */
class NewsLine extends Line {
  readonly #inbox: News[] = [];
  readonly #readers: PromiseWithResolvers<News | typeof closed>[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #isEnded = false;
  #posted?: Promise<void>;

  constructor(hear: (news: News) => void) {
    super((body) => {
      const news = decode(body);
      return news instanceof Promise ? news.then(hear) : hear(news as News);
    });
  }

  /** Sends it, or drops it if the other side has closed its end: who waits is told by that. */
  override post(body: Part): void {
    this.#posted = this.send(body).catch(() => {});
  }

  /** Posts a copy of the value, in which objects can travel in a way of their own. */
  postMessage(value: unknown): void {
    const plain = toJson(shown({ kind: "message", value }));
    if (plain) return this.post(plain);
    const { parcel, left } = pack(value);
    this.post(bodyOf({ kind: "message", parcel }));
    left(this.#ended.promise);
  }

  /** Settles when the system has taken all that was posted. */
  async flush(): Promise<void> {
    await this.#posted;
  }

  deliver(news: News): void {
    const reader = this.#readers.shift();
    if (!reader) {
      this.#inbox.push(news);
      return;
    }
    this.unref();
    reader.resolve(news);
  }

  async receive(sentence: () => string): Promise<unknown> {
    const news = this.#inbox.shift() ?? await this.#next();
    if (news === closed) throw new ProcessError(sentence());
    return news.parcel ? await unpack(news.parcel) : news.value;
  }

  override close(): void {
    super.close();
    this.#isEnded = true;
    for (const reader of this.#readers.splice(0)) reader.resolve(closed);
    this.#ended.resolve();
  }

  async #next(): Promise<News | typeof closed> {
    if (this.#isEnded) return closed;
    const reader = Promise.withResolvers<News | typeof closed>();
    this.#readers.push(reader);
    this.ref();
    return await reader.promise;
  }
}

/** What a reader gets when the other side has closed its end. */
const closed: unique symbol = Symbol("closed");

/** The body of the frame in which they travel. */
function bodyOf(news: News): Part {
  return serialize(shown(news));
}

/** Without a value that is undefined it is JSON, for which nothing has to be loaded. */
function shown({ kind, ...rest }: News): News {
  return rest.parcel || rest.value !== undefined ? { kind, ...rest } : { kind };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether the caller says hello. If so, it is told that it is welcome. */
async function isWelcome(caller: Deno.Conn, hello: string, welcome: string): Promise<boolean> {
  if (!await begins(caller, hello)) return false;
  await sendWhole(caller, bytesOf(welcome));
  return true;
}

/** Whether what comes first is that text, which is of ASCII. */
async function begins(conn: Deno.Conn, text: string): Promise<boolean> {
  const bytes = await receiveWhole(conn, text.length);
  return bytes !== undefined && new TextDecoder().decode(bytes) === text;
}

/**
 * A shell that kills a daemon when this process dies. A daemon that is busy could not see it, and a second
 * thread in it takes as long to start as itself.
 */
class Guard {
  readonly #shell: Deno.ChildProcess;

  constructor(pid: number) {
    this.#shell = whenEnded('kill -KILL "$1"', String(pid));
    this.#shell.unref();
  }

  /** Lets the shell go, and waits until it has gone. */
  async dismiss(): Promise<void> {
    stayFor(this.#shell, true);
    await feed(this.#shell, "\n");
    await this.#shell.status;
  }
}

/** Whether this process stays alive for the child. */
function stayFor(child: Deno.ChildProcess, stays: boolean): void {
  try {
    if (stays) child.ref();
    else child.unref();
  } catch {
    // Deno has done it, and then fails if the child has ended and its status is not here yet.
  }
}

/** Gives the child its whole input, which only this process can write and only the child can read. */
async function feed({ stdin }: Deno.ChildProcess, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytesOf(text));
    await writer.close();
  } catch {
    // It has ended.
  }
}

function spawnChild(flags: readonly string[]): Deno.ChildProcess {
  const args = ["run", "--quiet", ...flags, import.meta.url];
  return new Deno.Command(Deno.execPath(), { args, stdin: "piped" }).spawn();
}

/** What a child is told by its command line: where modules are, and what it may do. */
function flagsFor(address: Address, needs: readonly Needs[]): string[] {
  return [...moduleFlags(), ...permissionFlags([needsOf(address), ...needs])];
}

if (import.meta.main) void runJob();

/** The life of a child: this module is its program. */
async function runJob(): Promise<void> {
  const line: NewsLine = new NewsLine((news) => line.deliver(news));
  void line.connect(await comeIn());
  const job = await line.receive(() => "The parent process has ended") as Job;
  identity = job.identity;
  setCommandLine(job.flags);
  parent = parentAt(line, job.parent);
  const payload = job.parcel.value as Payload;
  enter(new Process({ name: payload.name, daemon: payload.daemon }), parent.pid);
  onUncaught((error) => void fail(line, error));
  try {
    const process = await load(job.parcel);
    const value = await process.run();
    await prepare(value);
    line.post(bodyOf({ kind: "returned", value }));
    await line.flush();
  } catch (error) {
    await fail(line, error);
  }
}

/** Takes up the connection to the parent. */
async function comeIn(): Promise<Deno.Conn> {
  try {
    const { address, hello, welcome } = readInvitation();
    const conn = await connectTo(address);
    await sendWhole(conn, bytesOf(hello));
    if (await begins(conn, welcome)) return conn;
  } catch {
    // The parent has died, or there is none.
  }
  console.error("This process has no parent that waits for it: only a Process can start it");
  return Deno.exit(1);
}

/** All of the standard input. */
function readInvitation(): Invitation {
  const bytes = new Uint8Array(2 ** 16);
  let length = 0;
  for (let size; (size = Deno.stdin.readSync(bytes.subarray(length)));) length += size;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(0, length)));
}

function parentAt(line: NewsLine, { pid, name }: Job["parent"]): ParentProcess {
  return {
    pid,
    name,
    send: (value) => line.postMessage(value),
    async receive() {
      // What was said before is on its way when the next value is taken, even if that one kills us.
      await line.flush();
      const value = await line.receive(() => `Cannot receive from ${name}: it has ended`);
      // Who has failed begins with nothing any more: it ends as soon as its parent knows.
      return isFailing ? await new Promise(() => {}) : value;
    },
  };
}

async function load(parcel: Parcel): Promise<Process> {
  const { module } = parcel.value as Payload;
  isLoading = true;
  const exports = module ? await import(module) : {};
  isLoading = false;
  const payload = await unpack(parcel) as Payload;
  const { object, call } = unpacked(payload, exports, Process, ProcessError);
  return enter(object, parent!.pid, call);
}

/** Ends this process with exit code 1, after the children that it has to wait for. */
async function fail(line: NewsLine, error: unknown): Promise<void> {
  isFailing = true;
  report(`process ${currentProcess().name}`, error);
  await prepare(error);
  try {
    line.post(bodyOf({ kind: "failed", value: failureOf(error) }));
  } catch {
    const value: Failure = { error: new Error(messageOf(error)) };
    line.post(bodyOf({ kind: "failed", value }));
  }
  await line.flush();
  await Promise.all(activeChildren().filter(({ daemon }) => !daemon).map((child) => child.join()));
  Deno.exit(1);
}
