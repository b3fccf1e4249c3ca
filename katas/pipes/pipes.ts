// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your pipes. Edit this file and no other; the lesson is katas/pipes/README.md.
 *
 * @module
 */
import { arrive, depart, type Departure } from "#solutions/_shared/travelling.ts";

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
  return notYet("pipe");
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
  return notYet("connectionsReady");
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
  /** Made by {@linkcode pipe}. */
  constructor(ways: { sends: boolean; receives: boolean }) {
    notYet("new Connection");
  }

  /** Makes the end that a process was given. Not for other callers. */
  static async [arrive](ticket: unknown): Promise<Connection> {
    return notYet("Connection[arrive]");
  }

  /** Whether this end is closed, or has gone to another process. Python's `Connection.closed`. */
  get closed(): boolean {
    return notYet("Connection.closed");
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
    return notYet("Connection.send");
  }

  /**
   * Sends the bytes as they are. Otherwise it is as {@linkcode Connection.send}. Python's
   * `Connection.send_bytes`.
   *
   * @throws {BrokenPipe} If the other end is closed, or its process has ended.
   * @throws {PipeError} If this end is closed, or only receives.
   */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    return notYet("Connection.sendBytes");
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
    return notYet("Connection.recv");
  }

  /**
   * Like {@linkcode Connection.recv}, for bytes that were sent as such. Python's
   * `Connection.recv_bytes`.
   *
   * @throws {PipeError} If the next message is a value, which stays there for `recv`.
   */
  async recvBytes(options: PipeWaitOptions = {}): Promise<Uint8Array> {
    return notYet("Connection.recvBytes");
  }

  /**
   * Whether there is a message to receive, or the end, within so many milliseconds; 0 unless given. It
   * takes nothing. Python's `Connection.poll`.
   *
   * @throws {PipeError} If this end is closed, or only sends.
   */
  async poll({ timeout = 0, signal }: PipeWaitOptions = {}): Promise<boolean> {
    return notYet("Connection.poll");
  }

  /**
   * Closes this end when all that was sent is on its way. The other side receives that, and then
   * {@linkcode EndOfPipe}. What nobody has received here is lost. Python's `Connection.close`.
   */
  close(): Promise<void> {
    return notYet("Connection.close");
  }

  /** Closes this end, as `await using` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    return notYet("Connection[Symbol.asyncDispose]");
  }

  /** `Connection(open, 2 messages)`: whether it is open here, and what waits to be received. */
  toString(): string {
    return notYet("Connection.toString");
  }

  /** Says how a process comes to this end. */
  [depart](): Departure {
    return notYet("Connection[depart]");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/pipes/README.md`);
}
