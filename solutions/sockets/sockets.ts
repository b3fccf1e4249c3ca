/**
 * An echo server that serves many callers on one thread, and its client: a task of `gevents` for
 * each caller, which waits for its line with `yield*` and can be stopped from outside.
 *
 * @module
 */
import {
  Group,
  Semaphore,
  sleep,
  spawn,
  type Task,
  Timeout,
  wait,
  type WaitOptions,
  withTimeout,
} from "#solutions/gevents/gevents.ts";

/** What a {@linkcode Line} needs of a connection. A `Deno.Conn` has it. */
export interface Wire {
  /** Reads what has come into the buffer. Resolves with how many bytes, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes, perhaps not all. Resolves with how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the other side that nothing more will come. */
  closeWrite(): Promise<void>;
  /** Ends both directions at once. */
  close(): void;
}

/** How a {@linkcode Line} is made. */
export interface LineOptions {
  /** After how many milliseconds without a byte it is cut. Never unless given. */
  idleTimeout?: number;
}

/** How to read a line of text. */
export interface ReadLineOptions extends WaitOptions {
  /** How many bytes it may have. 65,536 unless given. */
  maxBytes?: number;
}

/** What a server does for a caller: it reads and writes until it returns. */
export type Handler = (line: Line) => Generator<unknown, void, unknown>;

/** How an {@linkcode EchoServer} is made. */
export interface EchoServerOptions {
  /** What it does for each caller. {@linkcode echo} unless given. */
  handler?: Handler;
  /** How many callers it serves at once; the others wait. As many as come unless given. */
  maxConnections?: number;
  /** After how many milliseconds without a byte a caller is cut. Never unless given. */
  idleTimeout?: number;
}

/** Where a server listens. */
export interface Address {
  /** The name or number of the machine. `127.0.0.1`, this one, unless given. */
  hostname?: string;
  /** The port. One that is free unless given. */
  port?: number;
}

/** Where and how to call. */
export interface ConnectOptions extends WaitOptions {
  /** The name or number of the machine. `127.0.0.1`, this one, unless given. */
  hostname?: string;
  /** The port. */
  port: number;
}

/** The other side has gone, or was cut off: nothing more can be read or written. */
export class LineBroken extends Error {
  /** `LineBroken`. */
  override name = "LineBroken";
}

/** A line or a server was used against its rules. */
export class SocketError extends Error {
  /** `SocketError`. */
  override name = "SocketError";
}

/** What comes is put into pieces of memory of this size, one after the other. */
const pieceSize = 8_192;

/** With less room than this, a new piece is begun. */
const leastRoom = 2_048;

/** Milliseconds until a server tries again to take a caller. */
const retryDelay = 100;

const newline = "\n".charCodeAt(0);
const carriageReturn = "\r".charCodeAt(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * One side of a connection, for tasks. One task reads at a time; many may write, and what each
 * writes arrives in one piece.
 */
export class Line {
  readonly #wire: Wire;
  readonly #idleTimeout: number;
  /**
   * Where the next bytes go. What has been handed out lies before it, and is never written again.
   */
  #room = new Uint8Array(pieceSize);
  /** What has come and nobody has taken. */
  #rest: Uint8Array | null = null;
  /** The read that was begun last. Who gives up leaves it here, with whatever it will bring. */
  #coming: Promise<number | null> | null = null;
  #isRead = false;
  readonly #writing = new Semaphore();
  #isClosed = false;

  /**
   * Makes one of a connection, which is the line's own from now on.
   *
   * @throws {RangeError} If the idle timeout is negative or not a number.
   */
  constructor(wire: Wire, { idleTimeout = Infinity }: LineOptions = {}) {
    this.#wire = wire;
    this.#idleTimeout = requireNotNegative("Milliseconds", idleTimeout);
  }

  /** Whether this side was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /**
   * Waits for bytes, and gives all that have come; `null` when the other side has ended. A read
   * that gives up loses nothing: the next one has what comes meanwhile. Python's `recv`.
   *
   * @throws {Timeout} If nothing has come in time.
   * @throws {LineBroken} If it was broken off or closed, or was idle for too long.
   * @throws {SocketError} If another task reads already.
   */
  *read(options: WaitOptions = {}): Generator<unknown, Uint8Array | null, unknown> {
    const rest = this.#rest;
    // Half a line belongs to whoever waits for its other half.
    if (!rest || this.#isRead) return yield* this.#receive(options);
    this.#rest = null;
    return rest;
  }

  /**
   * Waits for a line of text, and gives it without its end, which is `\n` or `\r\n`. What is left
   * when the other side ends is a line as well; after it comes `null`. Python's `readline`.
   *
   * @throws {Timeout} If it is not whole in time. What has come of it is kept for the next read.
   * @throws {LineBroken} As `read` does, and if the line is too long; then it is closed.
   * @throws {SocketError} If another task reads already.
   * @throws {RangeError} If `maxBytes` is negative or not a number.
   */
  readLine(
    { timeout, maxBytes = 65_536 }: ReadLineOptions = {},
  ): Generator<unknown, string | null, unknown> {
    requireNotNegative("Bytes", maxBytes);
    return within(timeout, () => this.#readLine(maxBytes));
  }

  /**
   * Writes all bytes, or the text as UTF-8, and waits until the system has taken them: as long as
   * the other side does not read, when it has enough. One that was cut off in the middle closes the
   * line, for nobody knows how much has gone. Python's `sendall`.
   *
   * @throws {Timeout} If that was not in time.
   * @throws {LineBroken} If it was broken off or closed, or was idle for too long.
   */
  write(
    data: Uint8Array | string,
    { timeout }: WaitOptions = {},
  ): Generator<unknown, void, unknown> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    return within(timeout, () => this.#send(bytes));
  }

  /**
   * Tells the other side that nothing more will come, after all that is being written. It may go
   * on. Python's `shutdown(SHUT_WR)`.
   *
   * @throws {LineBroken} If it was broken off or closed.
   */
  *end(): Generator<unknown, void, unknown> {
    yield* this.#writing.acquire();
    try {
      yield* this.#waitFor(this.#wire.closeWrite());
    } catch (error) {
      throw told(error);
    } finally {
      this.#writing.release();
    }
  }

  /** Ends both directions at once. Who waits for it gets {@linkcode LineBroken}. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wire.close();
  }

  *#receive(options?: WaitOptions): Generator<unknown, Uint8Array | null, unknown> {
    if (this.#isRead) throw new SocketError("Two tasks read the same line at once");
    this.#isRead = true;
    try {
      if (!this.#coming) {
        if (this.#room.length < leastRoom) this.#room = new Uint8Array(pieceSize);
        this.#coming = this.#wire.read(this.#room);
      }
      const count = yield* this.#waitFor(this.#coming, options);
      this.#coming = null;
      if (count === null) return null;
      const bytes = this.#room.subarray(0, count);
      this.#room = this.#room.subarray(count);
      return bytes;
    } catch (error) {
      throw told(error);
    } finally {
      this.#isRead = false;
    }
  }

  *#readLine(maxBytes: number): Generator<unknown, string | null, unknown> {
    for (let seen = 0;;) {
      const rest = this.#rest ?? new Uint8Array();
      const end = rest.indexOf(newline, seen);
      if ((end < 0 ? rest.length : end) > maxBytes) {
        throw this.#cut(`It has sent more than ${maxBytes} bytes without a newline`);
      }
      if (end >= 0) {
        this.#rest = end + 1 < rest.length ? rest.subarray(end + 1) : null;
        return decoder.decode(rest.subarray(0, rest[end - 1] === carriageReturn ? end - 1 : end));
      }
      const more = yield* this.#receive();
      if (!more) {
        this.#rest = null;
        return rest.length > 0 ? decoder.decode(rest) : null;
      }
      seen = rest.length;
      this.#rest = joined(rest, more);
    }
  }

  *#send(bytes: Uint8Array): Generator<unknown, void, unknown> {
    yield* this.#writing.acquire();
    let sent = 0;
    try {
      while (sent < bytes.length) {
        const left = sent === 0 ? bytes : bytes.subarray(sent);
        sent += yield* this.#waitFor(this.#wire.write(left));
      }
    } catch (error) {
      throw told(error);
    } finally {
      if (sent < bytes.length) this.close();
      this.#writing.release();
    }
  }

  #waitFor<T>(moved: Promise<T>, options?: WaitOptions): Generator<unknown, T, unknown> {
    return this.#idleTimeout === Infinity
      ? wait(moved, options)
      : this.#waitUnlessIdle(moved, options);
  }

  *#waitUnlessIdle<T>(moved: Promise<T>, options?: WaitOptions): Generator<unknown, T, unknown> {
    const idle = new Timeout(this.#idleTimeout);
    try {
      using _running = idle.start();
      return yield* wait(moved, options);
    } catch (error) {
      if (error !== idle) throw error;
      throw this.#cut(`Nothing has come or gone for ${this.#idleTimeout} ms`);
    }
  }

  #cut(why: string): LineBroken {
    this.close();
    return new LineBroken(why);
  }
}

/** Sends back what comes, until nothing more comes: the handler of an {@linkcode EchoServer}. */
export function* echo(line: Line): Generator<unknown, void, unknown> {
  for (let bytes; (bytes = yield* line.read());) yield* line.write(bytes);
  yield* line.end();
}

/**
 * A server that has a task for each caller, all on one thread. When the handler of a caller ends,
 * however it ends, his line is closed; an error of it is printed and harms nobody else. That a
 * caller has gone is no error. gevent's `StreamServer`.
 *
 * @example One who listens, and says it again
 * ```ts
 * import { gevents, sockets } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const answer = await gevents.run(function* () {
 *   const server = new sockets.EchoServer();
 *   const { port } = server.listen();
 *   using client = yield* sockets.Client.connect({ port });
 *   const answer = yield* client.ask("hello");
 *   client.close();
 *   yield* server.stop();
 *   return answer;
 * });
 * assertEquals(answer, "hello");
 * ```
 */
export class EchoServer {
  readonly #handler: Handler;
  readonly #idleTimeout: number | undefined;
  readonly #slots: Semaphore;
  readonly #callers = new Group();
  #listener: Deno.TcpListener | null = null;
  #accepting: Task<void> | null = null;

  /**
   * Makes one that does not listen yet.
   *
   * @throws {RangeError} If there is to be less than one connection, or if the idle timeout is
   * negative or not a number.
   */
  constructor({ handler = echo, maxConnections = Infinity, idleTimeout }: EchoServerOptions = {}) {
    if (!(maxConnections >= 1)) {
      throw new RangeError(`A server needs at least one connection: received ${maxConnections}`);
    }
    this.#handler = handler;
    this.#slots = new Semaphore(maxConnections);
    this.#idleTimeout = requireNotNegative("Milliseconds", idleTimeout ?? Infinity);
  }

  /** How many callers it serves now. */
  get connections(): number {
    return this.#callers.size;
  }

  /**
   * Begins to listen, in tasks of its own; also again, after a {@linkcode EchoServer.stop}. Gives
   * where.
   *
   * @throws {SocketError} If it listens already.
   * @throws {Deno.errors.AddrInUse} If the port is taken.
   */
  listen({ hostname = "127.0.0.1", port = 0 }: Address = {}): Required<Address> {
    if (this.#listener) throw new SocketError("This server listens already");
    const listener = Deno.listen({ hostname, port });
    this.#listener = listener;
    this.#accepting = spawn(() => this.#accept(listener));
    return { hostname: listener.addr.hostname, port: listener.addr.port };
  }

  /**
   * Takes no more callers, and lets the others finish, for so many milliseconds, a thousand unless
   * given. Then it cuts them off: their tasks are killed. Gives whether that was not needed.
   * gevent's `stop`.
   */
  *stop({ timeout = 1_000 }: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    this.#listener?.close();
    this.#listener = null;
    const finished = yield* this.#callers.join({ timeout });
    if (!finished) yield* this.#callers.kill();
    yield* this.#accepting?.join() ?? [];
    return finished;
  }

  *#accept(listener: Deno.TcpListener): Generator<unknown, void, unknown> {
    for (;;) {
      yield* this.#slots.acquire();
      const conn = yield* this.#nextCaller(listener);
      if (!conn) return this.#slots.release();
      const line = new Line(conn, { idleTimeout: this.#idleTimeout });
      const task = this.#callers.spawn(serve, this.#handler, line);
      // Not in the task: one that is killed before it begins does nothing at all.
      task.link(() => {
        line.close();
        this.#slots.release();
      });
    }
  }

  /** Waits for a caller. Gives `null` when the server has stopped. */
  *#nextCaller(listener: Deno.TcpListener): Generator<unknown, Deno.TcpConn | null, unknown> {
    for (;;) {
      try {
        const conn = yield* wait(listener.accept());
        if (this.#listener === listener) return conn;
        conn.close();
        return null;
      } catch (error) {
        if (this.#listener !== listener) return null;
        // Perhaps there are too many open files. It is tried again when some callers have gone.
        console.error("A caller cannot be taken:", error);
        yield* sleep(retryDelay);
      }
    }
  }
}

function* serve(handler: Handler, line: Line): Generator<unknown, void, unknown> {
  try {
    yield* handler(line);
  } catch (error) {
    if (!(error instanceof LineBroken)) throw error;
  }
}

/**
 * A caller who sends lines of text and gets a line for each. Several tasks may ask: each has its
 * own answer.
 */
export class Client {
  /** What it reads from and writes to. */
  readonly line: Line;
  readonly #asking = new Semaphore();

  /** {@linkcode Client.connect} calls this. */
  constructor(line: Line) {
    this.line = line;
  }

  /**
   * Calls a server, and waits until the system has connected both.
   *
   * @throws {Timeout} If that was not in time.
   * @throws {Deno.errors.ConnectionRefused} If nobody listens there.
   */
  static *connect(
    { hostname = "127.0.0.1", port, timeout }: ConnectOptions,
  ): Generator<unknown, Client, unknown> {
    const call = async (signal: AbortSignal) => {
      const conn = await Deno.connect({ hostname, port, signal });
      // It was called off at the last moment: nobody will get this connection.
      if (signal.aborted) conn.close();
      return conn;
    };
    return new Client(new Line(yield* wait(call, { timeout })));
  }

  /**
   * Sends a line of text.
   *
   * @throws {RangeError} If there is a newline in it: that would be two.
   * @throws {LineBroken} If the server has gone.
   */
  send(text: string, options: WaitOptions = {}): Generator<unknown, void, unknown> {
    if (text.includes("\n")) throw new RangeError(`One line has no newline: ${Deno.inspect(text)}`);
    return this.line.write(`${text}\n`, options);
  }

  /**
   * Sends a line of text, and waits for the line that answers it. One that gives up closes the
   * client: its answer may still come, and would be taken for the next one.
   *
   * @throws {Timeout} If the answer has not come in time.
   * @throws {RangeError} If there is a newline in it.
   * @throws {LineBroken} If the server has gone, or has ended without an answer.
   */
  ask(text: string, { timeout }: WaitOptions = {}): Generator<unknown, string, unknown> {
    return within(timeout, () => this.#ask(text));
  }

  /** Hangs up. */
  close(): void {
    this.line.close();
  }

  /** Hangs up, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  *#ask(text: string): Generator<unknown, string, unknown> {
    yield* this.#asking.acquire();
    let answer: string | null = null;
    try {
      yield* this.send(text);
      answer = yield* this.line.readLine();
    } finally {
      if (answer === null) this.close();
      this.#asking.release();
    }
    if (answer === null) throw new LineBroken("The server has ended without an answer");
    return answer;
  }
}

const { errors } = Deno;

/** What the system says of a connection that is not there any more. */
const brokenOff = [
  errors.BadResource,
  errors.BrokenPipe,
  errors.ConnectionAborted,
  errors.ConnectionReset,
  errors.Interrupted,
  errors.NotConnected,
  errors.TimedOut,
];

/** The error as a line tells it. */
function told(error: unknown): unknown {
  if (!brokenOff.some((kind) => error instanceof kind)) return error;
  return new LineBroken("The line was broken off or closed", { cause: error });
}

/** Calls the function, and cuts it off when the time is over, if there is one. */
function within<T>(
  timeout: number | undefined,
  body: () => Generator<unknown, T, unknown>,
): Generator<unknown, T, unknown> {
  return timeout === undefined ? body() : withTimeout(timeout, body);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function requireNotNegative(what: string, value: number): number {
  if (value >= 0) return value;
  throw new RangeError(`${what} must not be negative: received ${value}`);
}
