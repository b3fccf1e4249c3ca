// deno-lint-ignore-file no-unused-vars require-yield verbatim-module-syntax -- the bodies are yours to write
/**
 * Your sockets. Edit this file and no other; the lesson is katas/sockets/README.md.
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

/**
 * One side of a connection, for tasks. One task reads at a time; many may write, and what each writes
 * arrives in one piece.
 */
export class Line {
  /**
   * Makes one of a connection, which is the line's own from now on.
   *
   * @throws {RangeError} If the idle timeout is negative or not a number.
   */
  constructor(wire: Wire, { idleTimeout = Infinity }: LineOptions = {}) {
    notYet("new Line");
  }

  /** Whether this side was closed. */
  get closed(): boolean {
    return notYet("Line.closed");
  }

  /**
   * Waits for bytes, and gives all that have come; `null` when the other side has ended. A read that
   * gives up loses nothing: the next one has what comes meanwhile. Python's `recv`.
   *
   * @throws {Timeout} If nothing has come in time.
   * @throws {LineBroken} If it was broken off or closed, or was idle for too long.
   * @throws {SocketError} If another task reads already.
   */
  *read(options: WaitOptions = {}): Generator<unknown, Uint8Array | null, unknown> {
    return notYet("Line.read");
  }

  /**
   * Waits for a line of text, and gives it without its end, which is `\n` or `\r\n`. What is left when
   * the other side ends is a line as well; after it comes `null`. Python's `readline`.
   *
   * @throws {Timeout} If it is not whole in time. What has come of it is kept for the next read.
   * @throws {LineBroken} As `read` does, and if the line is too long; then it is closed.
   * @throws {SocketError} If another task reads already.
   * @throws {RangeError} If `maxBytes` is negative or not a number.
   */
  readLine(
    { timeout, maxBytes = 65_536 }: ReadLineOptions = {},
  ): Generator<unknown, string | null, unknown> {
    return notYet("Line.readLine");
  }

  /**
   * Writes all bytes, or the text as UTF-8, and waits until the system has taken them: as long as the
   * other side does not read, when it has enough. One that was cut off in the middle closes the line,
   * for nobody knows how much has gone. Python's `sendall`.
   *
   * @throws {Timeout} If that was not in time.
   * @throws {LineBroken} If it was broken off or closed, or was idle for too long.
   */
  write(
    data: Uint8Array | string,
    { timeout }: WaitOptions = {},
  ): Generator<unknown, void, unknown> {
    return notYet("Line.write");
  }

  /**
   * Tells the other side that nothing more will come, after all that is being written. It may go on.
   * Python's `shutdown(SHUT_WR)`.
   *
   * @throws {LineBroken} If it was broken off or closed.
   */
  *end(): Generator<unknown, void, unknown> {
    return notYet("Line.end");
  }

  /** Ends both directions at once. Who waits for it gets {@linkcode LineBroken}. */
  close(): void {
    return notYet("Line.close");
  }
}

/** Sends back what comes, until nothing more comes: the handler of an {@linkcode EchoServer}. */
export function* echo(line: Line): Generator<unknown, void, unknown> {
  return notYet("echo");
}

/**
 * A server that has a task for each caller, all on one thread. When the handler of a caller ends, however
 * it ends, his line is closed; an error of it is printed and harms nobody else. That a caller has gone is
 * no error. gevent's `StreamServer`.
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
  /**
   * Makes one that does not listen yet.
   *
   * @throws {RangeError} If there is to be less than one connection, or if the idle timeout is negative
   * or not a number.
   */
  constructor({ handler = echo, maxConnections = Infinity, idleTimeout }: EchoServerOptions = {}) {
    notYet("new EchoServer");
  }

  /** How many callers it serves now. */
  get connections(): number {
    return notYet("EchoServer.connections");
  }

  /**
   * Begins to listen, in tasks of its own; also again, after a {@linkcode EchoServer.stop}. Gives where.
   *
   * @throws {SocketError} If it listens already.
   * @throws {Deno.errors.AddrInUse} If the port is taken.
   */
  listen({ hostname = "127.0.0.1", port = 0 }: Address = {}): Required<Address> {
    return notYet("EchoServer.listen");
  }

  /**
   * Takes no more callers, and lets the others finish, for so many milliseconds, a thousand unless given.
   * Then it cuts them off: their tasks are killed. Gives whether that was not needed. gevent's `stop`.
   */
  *stop({ timeout = 1_000 }: WaitOptions = {}): Generator<unknown, boolean, unknown> {
    return notYet("EchoServer.stop");
  }
}

/**
 * A caller who sends lines of text and gets a line for each. Several tasks may ask: each has its own
 * answer.
 */
export class Client {
  /** What it reads from and writes to. */
  readonly line: Line;

  /** {@linkcode Client.connect} calls this. */
  constructor(line: Line) {
    notYet("new Client");
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
    return notYet("Client.connect");
  }

  /**
   * Sends a line of text.
   *
   * @throws {RangeError} If there is a newline in it: that would be two.
   * @throws {LineBroken} If the server has gone.
   */
  send(text: string, options: WaitOptions = {}): Generator<unknown, void, unknown> {
    return notYet("Client.send");
  }

  /**
   * Sends a line of text, and waits for the line that answers it. One that gives up closes the client:
   * its answer may still come, and would be taken for the next one.
   *
   * @throws {Timeout} If the answer has not come in time.
   * @throws {RangeError} If there is a newline in it.
   * @throws {LineBroken} If the server has gone, or has ended without an answer.
   */
  ask(text: string, { timeout }: WaitOptions = {}): Generator<unknown, string, unknown> {
    return notYet("Client.ask");
  }

  /** Hangs up. */
  close(): void {
    return notYet("Client.close");
  }

  /** Hangs up, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("Client[Symbol.dispose]");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/sockets/README.md`);
}
