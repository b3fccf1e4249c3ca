// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your parallelism. Edit this file and no other; the lesson is katas/parallelism/README.md.
 *
 * @module
 */

/**
 * Where two jobs are: two async functions in one thread; two threads that compute only while they hold
 * one big lock, and let it go while they wait, as in a Python with a GIL; two threads; two processes.
 */
export type Place = "event loop" | "threads with one lock" | "threads" | "processes";

/** What the two do, from beginning to end: they compute; they wait for a timer; first one, then the other. */
export type Load = "computing" | "waiting" | "computing, then waiting";

/** A time in which somebody is at work, from its beginning up to its end. */
export interface Interval {
  /** When it begins. */
  begin: number;
  /** When it is over: at that moment it is not at work any more. */
  end: number;
}

/** Numbers in memory that all threads see. */
export type SharedNumbers =
  | Int8Array<SharedArrayBuffer>
  | Uint8Array<SharedArrayBuffer>
  | Int16Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint32Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Float64Array<SharedArrayBuffer>;

/** How {@linkcode parallelMap} works. */
export interface ParallelMapOptions {
  /** The URL of the module that exports the function: `import.meta.resolve("./work.ts")`. */
  module: string | URL;
  /** How many threads there are at most; as many as the machine has cores unless given. */
  workers?: number;
  /** How many items a thread takes at once; a quarter of what is one thread's share unless given. */
  chunksize?: number;
}

/**
 * Whether two such jobs overlap there: whether one can begin before the other has ended. Does not block,
 * and measures nothing.
 *
 * @example
 * ```ts
 * import { overlaps } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(overlaps("threads", "computing"), true);
 * ```
 */
export function overlaps(place: Place, load: Load): boolean {
  return notYet("overlaps");
}

/**
 * How many of the intervals meet in one moment, at most. One that begins when another ends does not meet
 * it, and one that ends when it begins meets nobody.
 *
 * @throws {RangeError} If an interval ends before it begins, or its times are not numbers.
 *
 * @example
 * ```ts
 * import { mostAtOnce } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const [tea, rice, soup] = [
 *   { begin: 0, end: 3 },
 *   { begin: 1, end: 9 },
 *   { begin: 3, end: 5 },
 * ];
 * assertEquals(mostAtOnce([tea, rice, soup]), 2);
 * ```
 */
export function mostAtOnce(intervals: Iterable<Interval>): number {
  return notYet("mostAtOnce");
}

/**
 * Calls the function in threads, with each item, its index, and all items, and resolves to an array of
 * the same kind with what it returned, in shared memory. A thread that is free takes the next chunk.
 *
 * If calls fail it rejects with the error of the first item that has failed, when all threads have come
 * back. Chunks that are not on their way to a thread by then are left out.
 *
 * @throws {TypeError} If the items are not in shared memory, the module is no URL, or it exports no such
 * function.
 * @throws {RangeError} If `workers` or `chunksize` is not an integer from 1 up.
 *
 * @example Squares
 * ```ts
 * import { parallelMap } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const square = (n) => n * n;";
 * const items = new Float64Array(new SharedArrayBuffer(3 * 8));
 * items.set([1, 2, 3]);
 * assertEquals([...await parallelMap("square", items, { module, workers: 2 })], [1, 4, 9]);
 * ```
 */
export async function parallelMap<Items extends SharedNumbers>(
  fn: string,
  items: Items,
  { module, workers = navigator.hardwareConcurrency, chunksize }: ParallelMapOptions,
): Promise<Items> {
  return notYet("parallelMap");
}

/** What each thread of {@linkcode parallelMap} does. Not for other callers. */
export async function mapChunks(part: object, thread: number): Promise<void> {
  return notYet("mapChunks");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/parallelism/README.md`);
}
