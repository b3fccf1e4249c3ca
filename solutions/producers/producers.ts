/**
 * Producers and consumers: threads that share nothing but a queue. The queue's bound makes cooks wait for
 * eaters, and its shutdown sends everybody home. What they did comes back on a second queue.
 *
 * @module
 */
import { QueueShutDown } from "#solutions/queues/queues.ts";
import { SharedQueue } from "#solutions/shared_queues/shared_queues.ts";
import { Thread } from "#solutions/threads/threads.ts";

/** A bun: who baked it, and which of his buns it is, both from 0. */
export interface Bun {
  /** The number of the cook. */
  cook: number;
  /** The number of the bun among those of its cook. */
  number: number;
}

/** A kitchen. */
export interface KitchenOptions {
  /** How many cooks bake. */
  cooks: number;
  /** How many eaters eat. */
  eaters: number;
  /** How many buns have room on the shelf between them. */
  shelf: number;
  /** How many buns each cook bakes. */
  buns: number;
  /**
   * The URL of a module that exports `taste(bun, eater)`. Every eater calls it for every bun that he
   * takes. If it throws, he has choked on that bun, and goes home.
   */
  module?: string | URL;
}

/** An eater who choked. */
export interface Choked {
  /** The number of the eater. */
  eater: number;
  /** The bun that he had taken. */
  bun: Bun;
  /** What was wrong. */
  message: string;
}

/** What happened in a kitchen: every bun that was baked is eaten, choked on, or left. */
export interface KitchenReport {
  /** How many buns each cook has put on the shelf. */
  baked: number[];
  /** What each eater has eaten, in his order. */
  eaten: Bun[][];
  /** Who choked. */
  choked: Choked[];
  /** What is left on the shelf. Only if all eaters choked there can be anything. */
  left: Bun[];
}

/**
 * What a cook does: puts the buns on the shelf, one after the other, and blocks his thread while it is
 * full. When the shelf is shut down he goes home. Returns how many buns he has put there.
 */
export function bake<T>(shelf: SharedQueue<T>, buns: Iterable<T>): number {
  let count = 0;
  try {
    for (const bun of buns) {
      shelf.put(bun);
      count++;
    }
  } catch (error) {
    if (!(error instanceof QueueShutDown)) throw error;
  }
  return count;
}

/**
 * What an eater does: takes buns from the shelf and calls `onBun` for each, until the shelf is shut down
 * and empty. Blocks his thread while there is no bun. Every bun that he has taken is done when `onBun`
 * has ended, also by an error, which passes. Returns how many he has eaten.
 */
export function eat<T>(shelf: SharedQueue<T>, onBun: (bun: T) => void): number {
  for (let count = 0;; count++) {
    const taken = next(shelf);
    if (!taken) return count;
    try {
      onBun(taken.bun);
    } finally {
      shelf.taskDone();
    }
  }
}

/** The next bun; nothing if there will be none. Any bun is possible, so it comes in a box. */
function next<T>(shelf: SharedQueue<T>): { bun: T } | null {
  try {
    return { bun: shelf.get() };
  } catch (error) {
    if (error instanceof QueueShutDown) return null;
    throw error;
  }
}

/** How many buns an eater eats before he tells of them: each piece of news wakes the main thread. */
const someBuns = 100;

/** What the threads tell. */
type News =
  | { kind: "baked"; cook: number; count: number }
  | { kind: "ate"; eater: number; buns: Bun[] }
  | { kind: "choked"; eater: number; bun: Bun; message: string };

/**
 * Lets cooks bake and eaters eat, each in a thread of his own, until all have gone home, and reports what
 * happened. The calling thread's event loop goes on meanwhile.
 *
 * @throws {RangeError} If there is no cook, no eater or no shelf, or if a number is no integer.
 * @throws The error of a thread that ended with one, such as a module that cannot be loaded.
 *
 * @example Two cooks, two eaters
 * ```ts
 * import { runKitchen } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const { baked, eaten } = await runKitchen({ cooks: 2, eaters: 2, shelf: 3, buns: 5 });
 * assertEquals(baked, [5, 5]);
 * assertEquals(eaten.flat().length, 10);
 * ```
 */
export async function runKitchen(options: KitchenOptions): Promise<KitchenReport> {
  const { cooks, eaters, shelf: maxsize, buns, module } = options;
  for (const [name, least] of [["cooks", 1], ["eaters", 1], ["shelf", 1], ["buns", 0]] as const) {
    checkCount(name, options[name], least);
  }
  const shelf = new SharedQueue<Bun>({ maxsize });
  const news = new SharedQueue<News>();
  const queues = [shelf.buffer, news.buffer];
  const eating = startAll(eaters, "eatInThread", (eater) => [...queues, eater, module?.toString()]);
  const baking = startAll(cooks, "bakeInThread", (cook) => [...queues, cook, buns]);
  // When the cooks have gone nothing more comes, and when the eaters have gone nobody makes room.
  const allHome = [baking, eating].map(async (threads) => {
    await Promise.all(threads.map((thread) => thread.join()));
    shelf.shutdown();
  });
  const gone = Promise.all(allHome).then(() => news.shutdown());
  const report = await reportOf(news, cooks, eaters);
  await gone;
  const failed = [...baking, ...eating].find(({ error }) => error !== undefined);
  if (failed) throw failed.error;
  eat(shelf, (bun) => report.left.push(bun));
  return report;
}

/** The body of a cook's thread. {@linkcode runKitchen} starts it. */
export function bakeInThread(
  shelf: SharedArrayBuffer,
  news: SharedArrayBuffer,
  cook: number,
  buns: number,
): void {
  const count = bake(SharedQueue.attach<Bun>(shelf), bunsOf(cook, buns));
  SharedQueue.attach<News>(news).put({ kind: "baked", cook, count });
}

function* bunsOf(cook: number, count: number): Iterable<Bun> {
  for (let number = 0; number < count; number++) yield { cook, number };
}

/** The body of an eater's thread. {@linkcode runKitchen} starts it. */
export async function eatInThread(
  shelf: SharedArrayBuffer,
  newsBuffer: SharedArrayBuffer,
  eater: number,
  module?: string,
): Promise<void> {
  const news = SharedQueue.attach<News>(newsBuffer);
  const { taste } = module ? await import(module) : { taste() {} };
  const ate: Bun[] = [];
  const tell = () => news.put({ kind: "ate", eater, buns: ate.splice(0) });
  const choked: News[] = [];
  try {
    eat(SharedQueue.attach<Bun>(shelf), (bun) => {
      try {
        taste(bun, eater);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        choked.push({ kind: "choked", eater, bun, message });
        throw error;
      }
      if (ate.push(bun) === someBuns) tell();
    });
  } catch (error) {
    // Who chokes is in the report, and that is all.
    if (choked.length === 0) throw error;
    news.put(choked[0]);
  } finally {
    tell();
  }
}

function startAll(
  count: number,
  target: string,
  argsOf: (number: number) => readonly unknown[],
): Thread[] {
  return Array.from({ length: count }, (_, number) => {
    const thread = new Thread({ module: import.meta.url, target, args: argsOf(number) });
    thread.start();
    return thread;
  });
}

/** Collects the news until their queue is shut down. */
async function reportOf(
  news: SharedQueue<News>,
  cooks: number,
  eaters: number,
): Promise<KitchenReport> {
  const report: KitchenReport = {
    baked: Array(cooks).fill(0),
    eaten: Array.from({ length: eaters }, () => []),
    choked: [],
    left: [],
  };
  try {
    for (;;) {
      const one = await news.getAsync();
      if (one.kind === "baked") report.baked[one.cook] = one.count;
      else if (one.kind === "ate") report.eaten[one.eater].push(...one.buns);
      else report.choked.push({ eater: one.eater, bun: one.bun, message: one.message });
    }
  } catch (error) {
    if (!(error instanceof QueueShutDown)) throw error;
  }
  return report;
}

function checkCount(name: string, count: number, least: number): void {
  if (!Number.isInteger(count) || count < least) {
    throw new RangeError(
      `Cannot run a kitchen as '${name}' must be an integer from ${least} up: received ${count}`,
    );
  }
}
