/**
 * Many downloads at once on one thread, over `fetch`: a task of `gevents` for each, which can be cut off,
 * also on the wire.
 *
 * @module
 */
import { GreenletExit } from "#solutions/greenlets/greenlets.ts";
import { Pool, Task, Timeout, wait } from "#solutions/gevents/gevents.ts";

/** How far a download is. */
export interface Progress {
  /** What is downloaded. */
  url: string;
  /** How many bytes of the body have come so far. */
  received: number;
  /** How many there will be, if the server has said so and the body is not compressed. */
  total?: number;
}

/** How to download. */
export interface DownloadOptions {
  /** How many at once, at most. 6 unless given. */
  limit?: number;
  /** How many milliseconds each may take, from its request to its last byte. As many as it takes unless given. */
  timeout?: number;
  /** How many bytes each body may have. As many as come unless given. */
  maxBytes?: number;
  /** Called whenever bytes of a body have come. What it throws is printed, and stops nothing. */
  onProgress?: (progress: Progress) => void;
}

/** How to download from plain code. */
export interface DownloadAllOptions extends DownloadOptions {
  /** Stops all downloads when it is aborted. */
  signal?: AbortSignal;
}

/** Why a download has failed. */
export type Reason =
  /** It is no address that can be fetched. */
  | "address"
  /** Nobody has the name. */
  | "name"
  /** Nobody answers there, or not in HTTP. */
  | "connection"
  /** It was sent from one place to the next, without an end. */
  | "redirects"
  /** The server has answered that it has nothing to give. */
  | "status"
  /** The body has more bytes than allowed. */
  | "size"
  /** The body ends before its end. */
  | "body"
  /** The time is over. */
  | "timeout";

/** A download has failed. Its message is a sentence for people. */
export class DownloadError extends Error {
  /** `DownloadError`. */
  override name = "DownloadError";
  /** Why, for programs. */
  readonly reason: Reason;

  /** {@linkcode download} makes them. */
  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What has become of one download. */
export type Result =
  | { url: string; bytes: Uint8Array; milliseconds: number }
  | { url: string; error: DownloadError };

/**
 * Downloads all urls, as many at once as allowed, and gives what has become of each, in their order. A
 * failure is a result too, and harms none of the others. If the task is killed or timed out, all requests
 * are ended, also on the wire. No url is asked for before there is a place for it.
 *
 * @throws {RangeError} If `limit` is no whole number from 1 up, or another number is negative or none.
 *
 * @example Two pages
 * ```ts
 * import { downloads, gevents } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const pages = ["data:,bun", "data:,rice"];
 * const results = await gevents.run(() => downloads.download(pages));
 * assertEquals((results as downloads.Result[]).map((one) => "bytes" in one && one.bytes.length), [3, 4]);
 * ```
 */
export function* download(
  urls: Iterable<string | URL>,
  { limit = 6, timeout = Infinity, maxBytes = Infinity, onProgress }: DownloadOptions = {},
): Generator<unknown, Result[], unknown> {
  requireAtLeast(1, "downloads at once", limit);
  requireAtLeast(0, "milliseconds", timeout);
  requireAtLeast(0, "bytes", maxBytes);
  const pool = new Pool(limit);
  try {
    const one = (url: string) => downloadOne(url, { timeout, maxBytes, onProgress });
    return yield* pool.map((url) => one(String(url)), urls) as Generator<unknown, Result[]>;
  } finally {
    yield* pool.kill();
  }
}

/**
 * {@linkcode download} for plain code: starts it in a task of its own.
 *
 * @throws {RangeError} As `download` does.
 * @throws The reason of the signal, if it is aborted.
 */
export async function downloadAll(
  urls: Iterable<string | URL>,
  { signal, ...options }: DownloadAllOptions = {},
): Promise<Result[]> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Result[]>();
  const task = new Task(() => download(urls, options), { name: "downloadAll", quiet: true });
  const stop = () => task.kill();
  signal?.addEventListener("abort", stop);
  task.link(() => {
    signal?.removeEventListener("abort", stop);
    if (!task.successful) reject(task.error);
    else if (task.value instanceof GreenletExit) reject(signal?.reason);
    else resolve(task.value!);
  });
  return await promise;
}

type OneOptions =
  & Required<Pick<DownloadOptions, "timeout" | "maxBytes">>
  & Pick<DownloadOptions, "onProgress">;

function* downloadOne(url: string, options: OneOptions): Generator<unknown, Result, unknown> {
  const start = performance.now();
  const request = new AbortController();
  const timeout = new Timeout(options.timeout);
  try {
    using _running = timeout.start();
    const response = yield* answer(url, request.signal);
    const bytes = yield* body(url, response, options);
    return { url, bytes, milliseconds: performance.now() - start };
  } catch (error) {
    // Whatever it is: nothing more is to come over the wire.
    request.abort();
    if (error === timeout) {
      return { url, error: failed("timeout", `It took more than ${options.timeout} ms`, url) };
    }
    if (error instanceof DownloadError) return { url, error };
    throw error;
  }
}

/** Sends the request, and waits for the head of the answer. */
function* answer(url: string, signal: AbortSignal): Generator<unknown, Response, unknown> {
  let response: Response;
  try {
    response = yield* wait(fetch(url, { signal }));
  } catch (error) {
    throw error instanceof TypeError ? unanswered(error, url) : error;
  }
  if (response.ok) return response;
  throw failed("status", `The server says ${response.status} ${response.statusText}`.trim(), url);
}

/** Reads the body to its end. */
function* body(
  url: string,
  response: Response,
  { maxBytes, onProgress }: OneOptions,
): Generator<unknown, Uint8Array, unknown> {
  // Where nobody counts, the runtime does it all in one step.
  if (maxBytes === Infinity && !onProgress) return yield* coming(response.bytes(), url);
  const reader = response.body?.getReader();
  const total = totalOf(response);
  const parts: Uint8Array[] = [];
  let received = 0;
  for (let part; reader && (part = (yield* coming(reader.read(), url)).value);) {
    parts.push(part);
    received += part.length;
    if (received > maxBytes) throw failed("size", `It has more than ${maxBytes} bytes`, url);
    tell(onProgress, { url, received, total });
  }
  return joined(parts, received);
}

/** Waits for something of a body. */
function* coming<T>(promise: Promise<T>, url: string): Generator<unknown, T, unknown> {
  try {
    return yield* wait(promise);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw failed("body", "It breaks off before its end", url, error);
  }
}

/** What `fetch` means by its error. Only its words tell: all its errors are of one class. */
function unanswered(error: TypeError, url: string): DownloadError {
  if (/redirect/.test(error.message)) {
    return failed("redirects", "It is sent on and on, without an end", url, error);
  }
  if (!(error.cause instanceof Error)) return failed("address", error.message, url, error);
  if (/dns error/.test(error.cause.message)) {
    return failed("name", `Nobody has the name ${new URL(url).hostname}`, url, error);
  }
  return failed("connection", "Nobody answers there in HTTP", url, error);
}

function failed(reason: Reason, sentence: string, url: string, cause?: unknown): DownloadError {
  return new DownloadError(reason, `${sentence}: ${url}`, { cause });
}

/** How many bytes the server has promised. Those of a compressed body say nothing. */
function totalOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

function tell(onProgress: DownloadOptions["onProgress"], progress: Progress): void {
  try {
    onProgress?.(progress);
  } catch (error) {
    console.error("A progress callback has failed:", error);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function requireAtLeast(least: number, what: string, value: number): void {
  if (value >= least) return;
  throw new RangeError(`There must be ${least} or more ${what}: received ${value}`);
}
