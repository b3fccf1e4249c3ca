/**
 * What runs at once: where two jobs overlap, how to see it, and a `map` over shared numbers that uses all
 * cores.
 *
 * The threads of `parallelMap` take the next chunk from one counter when they are free, so a slow chunk
 * holds up nobody.
 *
 * @module
 */
import { ThreadPool, waitFor } from "#solutions/thread_pools/thread_pools.ts";
import { moduleUrl } from "#solutions/_shared/work.ts";

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

const answers: Record<Place, Record<Load, boolean>> = {
  // A function that computes does not give the thread away. While one waits, the other has it.
  "event loop": { computing: false, waiting: true, "computing, then waiting": true },
  // The lock does to threads what one thread does to functions.
  "threads with one lock": { computing: false, waiting: true, "computing, then waiting": true },
  threads: { computing: true, waiting: true, "computing, then waiting": true },
  processes: { computing: true, waiting: true, "computing, then waiting": true },
};

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
  return answers[place][load];
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
  const changes: { at: number; by: 1 | -1 }[] = [];
  for (const { begin, end } of intervals) {
    if (!(begin <= end)) {
      throw new RangeError(`Cannot count an interval from ${begin} to ${end}`);
    }
    if (begin < end) changes.push({ at: begin, by: 1 }, { at: end, by: -1 });
  }
  // At one moment the ends come first.
  changes.sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) most = Math.max(most, now += by);
  return most;
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
  const url = moduleUrl("map", String(module))!;
  requireCount("workers", workers);
  if (!(items.buffer instanceof SharedArrayBuffer)) {
    throw new TypeError("Cannot map items that are not in a SharedArrayBuffer: threads see none");
  }
  const size = chunksize ?? Math.max(1, Math.ceil(items.length / (4 * workers)));
  requireCount("chunksize", size);
  const kind = items.constructor as new (buffer: SharedArrayBuffer) => Items;
  const results = new kind(new SharedArrayBuffer(items.byteLength));
  const chunks = Math.ceil(items.length / size);
  const threads = Math.min(workers, chunks);
  if (threads === 0) return results;
  const failedAt = new Float64Array(new SharedArrayBuffer(8 * threads)).fill(Infinity);
  const nextChunk = new Int32Array(new SharedArrayBuffer(4));
  const part = { module: url, fn, items, results, size, chunks, nextChunk, failedAt };
  await using pool = new ThreadPool({ module: import.meta.url, workers: threads });
  const futures = Array.from(failedAt, (_, thread) => pool.submit("mapChunks", [part, thread]));
  await waitFor(futures);
  const first = failedAt.indexOf(Math.min(...failedAt));
  // Where no call has failed, a thread may have.
  await futures[first].result();
  for (const future of futures) await future.result();
  return results;
}

/** What the threads of a map share. */
interface Part {
  module: string;
  fn: string;
  items: SharedNumbers;
  results: SharedNumbers;
  size: number;
  chunks: number;
  /** The chunk that nobody has taken. It counts chunks, since items may be too many for 32 bits. */
  nextChunk: Int32Array<SharedArrayBuffer>;
  /** The index at which a call of each thread has failed. */
  failedAt: Float64Array<SharedArrayBuffer>;
}

/** What each thread of {@linkcode parallelMap} does. Not for other callers. */
export async function mapChunks(part: object, thread: number): Promise<void> {
  const { module, fn, items, results, size, chunks, nextChunk, failedAt } = part as Part;
  const call = (await import(module))[fn];
  if (typeof call !== "function") {
    throw new TypeError(`'${fn}' must be a function that ${module} exports`);
  }
  for (let chunk; (chunk = Atomics.add(nextChunk, 0, 1)) < chunks;) {
    const end = Math.min((chunk + 1) * size, items.length);
    for (let i = chunk * size; i < end; i++) {
      try {
        results[i] = call(items[i], i, items);
      } catch (error) {
        failedAt[thread] = i;
        Atomics.store(nextChunk, 0, chunks);
        throw error;
      }
    }
  }
}

function requireCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`Cannot use ${value} as '${name}': it must be an integer from 1 up`);
}
