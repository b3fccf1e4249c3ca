/**
 * Pipes with the meaning of Python's `multiprocessing.Pipe`: a line with two ends, one of which can be
 * given to a child process.
 *
 * As long as both ends are here, messages go from hand to hand. When one has gone to a child, they go
 * over a Unix socket in a folder that only this user may open, and that is removed as soon as the child
 * is in. Both sides prove first that they know the same key. On Windows, where Deno has no such
 * sockets, it is one of the loopback interface; nothing of it has been tried there.
 *
 * @module
 */
import { type Address, connectTo, DoorForOne, needsOf } from "#solutions/_shared/door.ts";
import { decode, serialize } from "#solutions/_shared/encoding.ts";
import { knowsKey, newKey, showKey } from "#solutions/_shared/handshake.ts";
import { Line, type Part } from "#solutions/_shared/line.ts";
import { arrive, depart, type Departure, refuseClones } from "#solutions/_shared/travelling.ts";
import { requireTimeout, unlessGivenUp } from "#solutions/_shared/waiting.ts";

/** A pipe was asked for what it cannot do: it is closed here, or goes the other way. Python's `OSError`. */
export class PipeError extends Error {
  /** `PipeError`. */
  override name = "PipeError";
}

/** Nothing will come any more: the other end has gone, and all it had sent is read. Python's `EOFError`. */
export class EndOfPipe extends Error {
  /** `EndOfPipe`. */
  override name = "EndOfPipe";
  /** Whether the other end was closed. If not, its process has ended, perhaps in the middle of its work. */
  readonly wasClosed: boolean;

  /** Made by {@linkcode Connection}. */
  constructor(message: string, wasClosed: boolean) {
    super(message);
    this.wasClosed = wasClosed;
  }
}

/** Nobody is at the other end to take the message. Python's `BrokenPipeError`. */
export class BrokenPipe extends Error {
  /** `BrokenPipe`. */
  override name = "BrokenPipe";
}

/** The other side has died in the middle of a message. What came before it is whole. */
export class TornMessage extends Error {
  /** `TornMessage`. */
  override name = "TornMessage";
}

/** How a pipe is made. */
export interface PipeOptions {
  /** Whether both ends send and receive, which they do unless it is false. */
  duplex?: boolean;
}

/** How long to wait. */
export interface PipeWaitOptions {
  /** How many milliseconds to wait at most. */
  timeout?: number;
  /** Ends the waiting when it is aborted. */
  signal?: AbortSignal;
}

/** What an end may do. */
interface Ways {
  sends: boolean;
  receives: boolean;
}

/** What an end tells of itself to the process to which it goes. The key is in no argument list. */
interface Ticket extends Ways {
  address: Address;
  key: number[];
}

/** What a message begins with: what it holds. */
const kinds = { value: "v", bytes: "b", end: "e" } as const;

type Kind = typeof kinds[keyof typeof kinds];

/** As much may lie there before somebody reads. */
const fewBytes = 2 ** 16;

/** Who waits for a message, perhaps for one of bytes. */
interface Reader extends PromiseWithResolvers<Uint8Array> {
  onlyBytes: boolean;
}

let join: (one: Connection, other: Connection) => void;
let isReady: (connection: Connection) => boolean;
let watch: (connection: Connection, callback: () => void) => () => void;

/**
 * Two ends that are connected: what is sent at one is received at the other. Does not block. Python's
 * `multiprocessing.Pipe`.
 *
 * Without `duplex` the first end only receives and the second only sends.
 *
 * @example Both ends here
 * ```ts
 * import { pipe } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const [here, there] = pipe();
 * await there.send([42, null, "hello"]);
 * assertEquals(await here.recv(), [42, null, "hello"]);
 * ```
 */
export function pipe({ duplex = true }: PipeOptions = {}): [Connection, Connection] {
  const here = new Connection({ sends: duplex, receives: true });
  const there = new Connection({ sends: true, receives: duplex });
  join(here, there);
  return [here, there];
}

/**
 * Waits until at least one of the connections has a message, or has come to its end, and resolves to all
 * of which that is true; to none when the time is over. Nothing is taken. Python's
 * `multiprocessing.connection.wait`.
 *
 * @throws {PipeError} If one of them is closed here, or does not receive.
 * @throws {RangeError} If the timeout is not a number.
 */
export async function connectionsReady(
  connections: Iterable<Connection>,
  options: PipeWaitOptions = {},
): Promise<Connection[]> {
  const { timeout = Infinity, signal } = options;
  requireTimeout("wait for connections", timeout);
  signal?.throwIfAborted();
  const all = [...connections];
  const ready = all.filter(isReady);
  if (ready.length > 0 || all.length === 0) return ready;
  const { promise: change, resolve } = Promise.withResolvers<void>();
  const stops = all.map((connection) => watch(connection, resolve));
  try {
    await unlessGivenUp(change, { timeout, signal }, () => {});
  } catch (error) {
    if (signal?.aborted || (error as Error).name !== "TimeoutError") throw error;
  } finally {
    for (const stop of stops) stop();
  }
  return all.filter(isReady);
}

/**
 * One end of a pipe. Python's `multiprocessing.connection.Connection`.
 *
 * It may be an argument of a process, or travel in a message to one. It travels once, to one process, and
 * then it is closed here; the other end stays in the process that made the pipe.
 *
 * @example One end in a child
 * ```ts
 * import { pipe, Process } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const greet = (pipe) => pipe.send('hello');";
 * const [here, there] = pipe();
 * const child = new Process({ module, target: "greet", args: [there] });
 * child.start();
 * assertEquals(await here.recv(), "hello");
 * await here.close();
 * await child.join();
 * ```
 */
export class Connection implements AsyncDisposable {
  readonly #ways: Ways;
  readonly #inbox: Uint8Array[] = [];
  readonly #readers = new Set<Reader>();
  readonly #watchers = new Set<() => void>();
  /** The other end, as long as it is in this process. */
  #peer?: Connection;
  /** The line to it otherwise. */
  #line?: Line;
  /** Where a process that is started with this end comes in. */
  #door?: DoorForOne;
  /** Why nothing can come any more. */
  #end?: () => Error;
  #closing?: Promise<void>;
  #hasTravelled = false;
  #waiting = 0;
  #sending = 0;
  /** How many bytes nobody has received yet. */
  #unread = 0;
  /** Fulfilled when there is room again for what comes. */
  #room?: PromiseWithResolvers<void>;

  static {
    join = (one, other) => {
      one.#peer = other;
      other.#peer = one;
    };
    isReady = (connection) => {
      connection.#require("receive", connection.#ways.receives);
      return connection.#inbox.length > 0 || connection.#end !== undefined;
    };
    watch = (connection, callback) => {
      connection.#watchers.add(callback);
      connection.#hold();
      return () => {
        connection.#watchers.delete(callback);
        connection.#release();
      };
    };
  }

  /** Made by {@linkcode pipe}. */
  constructor(ways: { sends: boolean; receives: boolean }) {
    this.#ways = ways;
    refuseClones(this);
  }

  /** Makes the end that a process was given. Not for other callers. */
  static async [arrive](ticket: unknown): Promise<Connection> {
    const { address, key, sends, receives } = ticket as Ticket;
    const connection = new Connection({ sends, receives });
    connection.#hasTravelled = true;
    connection.#meet(await callAt(address, new Uint8Array(key)));
    return connection;
  }

  /** Whether this end is closed, or has gone to another process. Python's `Connection.closed`. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Sends a copy of the value, and waits until it is on its way. It is copied before `send` returns. As
   * long as the other side takes nothing, there is room for little. Python's `Connection.send`.
   *
   * @throws {BrokenPipe} If the other end is closed, or its process has ended.
   * @throws {PipeError} If this end is closed, or only receives.
   * @throws {DOMException} `DataCloneError`, if the value cannot travel. Nothing is sent then.
   */
  async send(value: unknown): Promise<void> {
    this.#require("send", this.#ways.sends);
    await this.#send(kinds.value, serialize(value));
  }

  /**
   * Sends the bytes as they are. Otherwise it is as {@linkcode Connection.send}. Python's
   * `Connection.send_bytes`.
   *
   * @throws {BrokenPipe} If the other end is closed, or its process has ended.
   * @throws {PipeError} If this end is closed, or only receives.
   */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    this.#require("send", this.#ways.sends);
    await this.#send(kinds.bytes, bytes);
  }

  /**
   * Waits for the next message and takes it: a copy of what was sent. Several who wait are served in the
   * order in which they came. Python's `Connection.recv`.
   *
   * @throws {EndOfPipe} If the other end has gone and nothing is left.
   * @throws {TornMessage} If the other side has died in the middle of the message.
   * @throws {PipeError} If this end is closed, or only sends.
   * @throws {DOMException} `TimeoutError`, if it takes longer. The message that comes later is not lost.
   * @throws The signal's reason, if it is aborted.
   */
  async recv(options: PipeWaitOptions = {}): Promise<unknown> {
    const body = await this.#next(options, false);
    return isOf(kinds.bytes, body) ? body.slice(1) : await decode(body.subarray(1));
  }

  /**
   * Like {@linkcode Connection.recv}, for bytes that were sent as such. Python's
   * `Connection.recv_bytes`.
   *
   * @throws {PipeError} If the next message is a value, which stays there for `recv`.
   */
  async recvBytes(options: PipeWaitOptions = {}): Promise<Uint8Array> {
    return (await this.#next(options, true)).slice(1);
  }

  /**
   * Whether there is a message to receive, or the end, within so many milliseconds; 0 unless given. It
   * takes nothing. Python's `Connection.poll`.
   *
   * @throws {PipeError} If this end is closed, or only sends.
   */
  async poll({ timeout = 0, signal }: PipeWaitOptions = {}): Promise<boolean> {
    return (await connectionsReady([this], { timeout, signal })).length > 0;
  }

  /**
   * Closes this end when all that was sent is on its way. The other side receives that, and then
   * {@linkcode EndOfPipe}. What nobody has received here is lost. Python's `Connection.close`.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Closes this end, as `await using` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** `Connection(open, 2 messages)`: whether it is open here, and what waits to be received. */
  toString(): string {
    const state = this.closed ? "closed" : this.#end ? "at its end" : "open";
    return `Connection(${state}, ${this.#inbox.length} messages)`;
  }

  /** Says how a process comes to this end. */
  [depart](): Departure {
    this.#require("give away", true);
    if (this.#hasTravelled || !this.#peer) {
      throw new PipeError(
        "Cannot give this end away: one end travels once, the other stays where the pipe was made",
      );
    }
    this.#door?.close(); // Somebody was to get it, and was not started.
    const key = newKey();
    const door = this.#door = new DoorForOne("pipe_", (caller) => knowsKey(caller, key));
    const ticket: Ticket = { ...this.#ways, address: door.address, key: Array.from(key) };
    return {
      module: import.meta.url,
      data: ticket,
      needs: needsOf(door.address),
      left: (ended) => this.#leave(door, ended),
    };
  }

  /** The other end has its line to the child from now on, and gives it what nobody has received here. */
  #leave(door: DoorForOne, ended: Promise<void>): void {
    this.#hasTravelled = true;
    this.#closing = Promise.resolve();
    this.#finish(() => new PipeError("Cannot receive: this end has gone to another process"));
    const peer = this.#peer!;
    peer.#peer = this.#peer = undefined;
    peer.#expect(door);
    for (const body of this.#inbox.splice(0)) peer.#line!.post(body);
    this.#makeRoom();
    if (peer.closed) void peer.#hangUp();
    void ended.then(() => door.close());
  }

  /** Waits for the process that was given the other end. */
  #expect(door: DoorForOne): void {
    this.#door = door;
    this.#line = new Line((body) => this.#hear(body));
    if (this.#waiting > 0) this.#stay(true);
    void this.#letIn(door);
  }

  async #letIn(door: DoorForOne): Promise<void> {
    const conn = await door.admitted.catch(() => undefined);
    this.#door = undefined;
    if (conn) return await this.#listen(conn);
    this.#line!.close();
    this.#finish(abruptEnd);
  }

  #meet(conn: Deno.Conn): void {
    this.#line = new Line((body) => this.#hear(body));
    void this.#listen(conn);
  }

  async #listen(conn: Deno.Conn): Promise<void> {
    const line = this.#line!;
    await line.connect(conn);
    this.#finish(line.isTorn ? tornMessage : abruptEnd);
  }

  #require(action: string, isAllowed: boolean): void {
    if (this.#hasTravelled && !this.#line) {
      throw new PipeError(`Cannot ${action}: this end has gone to another process`);
    }
    if (this.closed) throw new PipeError(`Cannot ${action}: this end is closed`);
    if (!isAllowed) throw new PipeError(`Cannot ${action} at this end: it goes the other way`);
  }

  async #send(kind: Kind, content: Part): Promise<void> {
    if (this.#end) throw new BrokenPipe("Nobody is at the other end of the pipe");
    // Both sides may send more than there is room for. So who sends takes in what comes.
    this.#sending++;
    this.#makeRoom();
    try {
      if (this.#peer) await this.#hand(this.#peer, bodyOf(kind, content));
      else await this.#line!.send(kind, content);
    } catch {
      throw new BrokenPipe("Nobody is at the other end of the pipe");
    } finally {
      this.#sending--;
    }
  }

  /** Gives it to the other end, which is in this process, and waits until there is room for more. */
  async #hand(peer: Connection, body: Uint8Array): Promise<void> {
    const room = peer.#hear(body);
    if (!room) return;
    await room;
    if (peer.closed && !peer.#hasTravelled) throw new Error("It was closed before it was read");
  }

  async #next(options: PipeWaitOptions, onlyBytes: boolean): Promise<Uint8Array> {
    requireTimeout("receive", options.timeout ?? Infinity);
    options.signal?.throwIfAborted();
    this.#require("receive", this.#ways.receives);
    const [body] = this.#inbox;
    if (body && onlyBytes && !isOf(kinds.bytes, body)) throw noBytes();
    if (body) return this.#takeFirst();
    if (this.#end) throw this.#end();
    const reader = { ...Promise.withResolvers<Uint8Array>(), onlyBytes };
    this.#readers.add(reader);
    this.#hold();
    try {
      return await unlessGivenUp(reader.promise, options, () => this.#readers.delete(reader));
    } finally {
      this.#release();
    }
  }

  #takeFirst(): Uint8Array {
    const body = this.#inbox.shift()!;
    this.#unread -= body.length;
    if (this.#unread < fewBytes) this.#makeRoom();
    return body;
  }

  /** Takes in what comes, and says when it wants more: when little is unread, or this side is sending. */
  #hear(body: Uint8Array): void | Promise<void> {
    if (this.closed) return;
    if (isOf(kinds.end, body)) return this.#finish(cleanEnd);
    this.#deliver(body);
    if (this.#unread < fewBytes || this.#sending > 0) return;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Gives it to the first who waits. Those who want bytes leave a value to the next one. */
  #deliver(body: Uint8Array): void {
    for (const reader of this.#readers) {
      this.#readers.delete(reader);
      if (!reader.onlyBytes || isOf(kinds.bytes, body)) return reader.resolve(body);
      reader.reject(noBytes());
    }
    this.#inbox.push(body);
    this.#unread += body.length;
    this.#wake();
  }

  /** Nothing will come any more. The first reason counts. */
  #finish(end: () => Error): void {
    this.#end ??= end;
    for (const reader of this.#readers) reader.reject(this.#end());
    this.#readers.clear();
    this.#wake();
  }

  #wake(): void {
    for (const callback of this.#watchers) callback();
  }

  async #close(): Promise<void> {
    this.#finish(() => new PipeError("Cannot receive: this end was closed"));
    this.#makeRoom();
    if (this.#line) return await this.#hangUp();
    this.#door?.close();
    if (this.#peer) this.#peer.#finish(cleanEnd);
  }

  /** Says that this was all. Who has died instead has not said it. */
  async #hangUp(): Promise<void> {
    await this.#line!.send(kinds.end).catch(() => {});
    this.#line!.close();
  }

  /** Keeps this process alive as long as somebody waits for what comes from another one. */
  #hold(): void {
    if (this.#waiting++ === 0) this.#stay(true);
  }

  #release(): void {
    if (--this.#waiting === 0) this.#stay(false);
  }

  #stay(stays: boolean): void {
    if (!this.#line) return;
    this.#door?.stay(stays);
    if (stays) this.#line.ref();
    else this.#line.unref();
  }
}

const noBytes = () =>
  new PipeError("Cannot receive bytes as the next message is a value: use 'recv'");
const cleanEnd = () => new EndOfPipe("The other end of the pipe is closed", true);
const abruptEnd = () => new EndOfPipe("The process at the other end of the pipe has ended", false);
const tornMessage = () =>
  new TornMessage("The process at the other end of the pipe has died in the middle of a message");

/** What comes out at the other end: the kind, which is one byte, and what the message holds. */
function bodyOf(kind: Kind, content: Part): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(kind + content);
  const body = new Uint8Array(1 + content.length);
  body[0] = kind.charCodeAt(0);
  body.set(content, 1);
  return body;
}

function isOf(kind: Kind, body: Uint8Array): boolean {
  return body[0] === kind.charCodeAt(0);
}

/** Goes to the other end, and makes sure that it is the right one. */
async function callAt(address: Address, key: Uint8Array): Promise<Deno.Conn> {
  const conn = await connectTo(address).catch(() => undefined);
  if (conn && await showKey(conn, key).catch(() => false)) return conn;
  conn?.close();
  throw new PipeError("Nobody waits at the other end of the pipe: its process has ended");
}
