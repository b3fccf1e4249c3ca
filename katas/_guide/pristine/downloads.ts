// deno-lint-ignore-file no-unused-vars require-await require-yield verbatim-module-syntax -- the bodies are yours to write
/**
 * Your downloads. Edit this file and no other; the lesson is katas/downloads/README.md.
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
    super();
    notYet("new DownloadError");
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
  return notYet("download");
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
  return notYet("downloadAll");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/downloads/README.md`);
}
