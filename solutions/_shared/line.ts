/**
 * A line between two processes: bytes go both ways in frames, each of them with its length before it.
 *
 * @module
 */

/** What a stream of bytes is made of: four bytes of length, then as many bytes. */
export class Frames {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #wanted = 4;

  /** Takes frames of at most so many bytes. */
  constructor(limit = 2 ** 32 - 1) {
    this.#limit = limit;
  }

  /** Whether the stream must not end here: a frame has begun. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  /**
   * The frames that are complete with these bytes, which are kept. Large ones come in many pieces.
   *
   * @throws {RangeError} If one is to be larger than the limit. Nothing is kept for it.
   */
  add(bytes: Uint8Array): Uint8Array[] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#wanted) return [];
    const frames: Uint8Array[] = [];
    let rest = joined(this.#parts);
    this.#wanted = 4;
    while (rest.length >= this.#wanted) {
      this.#wanted = 4 + this.#lengthOf(rest);
      if (rest.length < this.#wanted) break;
      frames.push(rest.subarray(4, this.#wanted));
      rest = rest.subarray(this.#wanted);
      this.#wanted = 4;
    }
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    return frames;
  }

  #lengthOf(bytes: Uint8Array): number {
    const length = numberAt(bytes, 0);
    if (length <= this.#limit) return length;
    throw new RangeError(`A frame of ${length} bytes is larger than the limit of ${this.#limit}`);
  }
}

/** A part of a frame: bytes, or a text that becomes bytes. */
export type Part = string | Uint8Array;

/**
 * Frames that wait to be sent. They are put together where others were before: new memory for each small
 * one would take longer than all the rest.
 */
class Outbox {
  #bytes = new Uint8Array(0);
  #spare = new Uint8Array(0);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Adds a frame of these parts. */
  add(parts: readonly Part[]): void {
    let end = this.#length + 4;
    for (const part of parts) end = this.#write(end, part);
    this.#reserve(end);
    writeNumber(this.#bytes, this.#length, end - this.#length - 4);
    this.#length = end;
  }

  /** Takes all of them. They stay as they are until the next ones are taken. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    const kept = this.#bytes.length > largestKept ? new Uint8Array(0) : this.#bytes;
    [this.#bytes, this.#spare] = [this.#spare, kept];
    this.#length = 0;
    return taken;
  }

  /** Writes it there, and returns where it ends. */
  #write(start: number, part: Part): number {
    if (typeof part === "string" && part.length <= longestText) {
      this.#reserve(start + 3 * part.length);
      return start + encoder.encodeInto(part, this.#bytes.subarray(start)).written;
    }
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    this.#reserve(start + bytes.length);
    this.#bytes.set(bytes, start);
    return start + bytes.length;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length, 2 ** 10));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const encoder = new TextEncoder();

/** A letter may become three bytes. For longer texts it is first seen how many they are. */
const longestText = 2 ** 12;

/** Memory that large frames have taken is given back. */
const largestKept = 2 ** 16;

/** Four bytes, the highest first. A DataView for each would take longer than all the rest. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** The number that was written there. */
export function numberAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

/** One end of the line. */
export class Line {
  readonly #hear: (body: Uint8Array) => void | Promise<void>;
  readonly #frames: Frames;
  readonly #unsent = new Outbox();
  readonly #connected = Promise.withResolvers<void>();
  #sending?: Promise<void>;
  #conn?: Deno.Conn;
  #isOpen = true;
  #refs = 0;

  /** Hears each frame, in order. It reads no further as long as a promise of `hear` is pending. */
  constructor(hear: (body: Uint8Array) => void | Promise<void>, limit?: number) {
    this.#hear = hear;
    this.#frames = new Frames(limit);
  }

  /** Whether the other side has ended in the middle of a frame, or has sent none. */
  get isTorn(): boolean {
    return this.#frames.isInside;
  }

  /** Sends what is to be sent and hears what comes, until the other side has closed its end. */
  async connect(conn: Deno.Conn): Promise<void> {
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay();
    if (this.#refs > 0) conn.ref();
    else conn.unref();
    this.#conn = conn;
    this.#connected.resolve();
    const buffer = new Uint8Array(2 ** 16);
    try {
      for (let size; (size = await conn.read(buffer)) !== null;) {
        for (const body of this.#frames.add(buffer.slice(0, size))) {
          const heard = this.#hear(body);
          if (heard) await heard;
        }
      }
    } catch {
      // The other side has died, or sends no frames. Who waits for it is told by the end.
    }
    this.close();
  }

  /**
   * Sends a frame of these parts when there is a connection. If there is one, the system has a small frame
   * before this returns, whatever comes then. The promise is fulfilled when the system has taken all that
   * was sent, and rejects if the other side has closed its end.
   */
  send(...parts: Part[]): Promise<void> {
    if (!this.#isOpen) return Promise.reject(new Deno.errors.BrokenPipe("The line is closed"));
    this.#unsent.add(parts);
    return this.#sending ??= this.#sendAll();
  }

  /** Sends a frame, or drops it if the other side has closed its end: who waits is told by that. */
  post(...parts: Part[]): void {
    if (!this.#isOpen) return;
    this.#unsent.add(parts);
    if (this.#sending) return;
    this.#sending = this.#sendAll();
    this.#sending.catch(() => {});
  }

  /** Keeps this process alive, until it is taken back as often. */
  ref(): void {
    if (this.#refs++ === 0) this.#conn?.ref();
  }

  unref(): void {
    if (--this.#refs === 0) this.#conn?.unref();
  }

  /** Closes this end at once. What is not on its way yet is dropped. */
  close(): void {
    this.#isOpen = false;
    this.#conn?.close();
    this.#conn = undefined;
    this.#connected.resolve();
  }

  async #sendAll(): Promise<void> {
    if (!this.#conn) await this.#connected.promise;
    try {
      while (!this.#unsent.isEmpty) {
        if (!this.#conn) throw new Deno.errors.BrokenPipe("The line is closed");
        await sendWhole(this.#conn, this.#unsent.take());
      }
    } finally {
      this.#unsent.take();
      this.#sending = undefined;
    }
  }
}

/** Sends all of it: a write may take a part only. */
export async function sendWhole(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

/** The next so many bytes; nothing if the other side has closed its end before. */
export async function receiveWhole(
  conn: Deno.Conn,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const size = await conn.read(bytes.subarray(at));
    if (size === null) return undefined;
    at += size;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
