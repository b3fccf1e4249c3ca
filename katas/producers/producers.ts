// deno-lint-ignore-file no-unused-vars require-await -- the bodies are yours to write
/**
 * Your producers and consumers. Edit this file and no other; the lesson is katas/producers/README.md.
 *
 * @module
 */
import type { SharedQueue } from "#solutions/shared_queues/shared_queues.ts";

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
  return notYet("bake");
}

/**
 * What an eater does: takes buns from the shelf and calls `onBun` for each, until the shelf is shut down
 * and empty. Blocks his thread while there is no bun. Every bun that he has taken is done when `onBun`
 * has ended, also by an error, which passes. Returns how many he has eaten.
 */
export function eat<T>(shelf: SharedQueue<T>, onBun: (bun: T) => void): number {
  return notYet("eat");
}

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
  return notYet("runKitchen");
}

/** The body of a cook's thread. {@linkcode runKitchen} starts it. */
export function bakeInThread(
  shelf: SharedArrayBuffer,
  news: SharedArrayBuffer,
  cook: number,
  buns: number,
): void {
  return notYet("bakeInThread");
}

/** The body of an eater's thread. {@linkcode runKitchen} starts it. */
export async function eatInThread(
  shelf: SharedArrayBuffer,
  newsBuffer: SharedArrayBuffer,
  eater: number,
  module?: string,
): Promise<void> {
  return notYet("eatInThread");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/producers/README.md`);
}
