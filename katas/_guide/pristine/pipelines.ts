// deno-lint-ignore-file no-unused-vars verbatim-module-syntax -- the bodies are yours to write
/**
 * Your pipelines. Edit this file and no other; the lesson is katas/pipelines/README.md.
 *
 * @module
 */
import { Coroutine } from "#solutions/coroutines/coroutines.ts";

/**
 * A coroutine that sends each value that it is sent to all targets, in their order. A target that is
 * finished is left out from then on, and with the last one, or if there is none, the broadcast
 * returns. When it ends, by whatever call, it closes the targets, in their order. An error in a target
 * comes out of the `send`, after the others have been closed; if one of them fails as well, it is a
 * `SuppressedError` of both. Blocks while a target runs.
 *
 * @throws {TypeError} If a target is not a coroutine.
 *
 * @example Two eaters
 * ```ts
 * import { broadcast, coroutine } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const eater = coroutine(function* (name: string): Generator<void, void, string> {
 *   while (true) log.push(`${name} eats ${yield}`);
 * });
 * using both = broadcast(eater("Ann"), eater("Bob"));
 * both.send("pork");
 * assertEquals(log, ["Ann eats pork", "Bob eats pork"]);
 * ```
 */
export function broadcast<T>(...targets: Coroutine<T>[]): Coroutine<T, void, void> {
  return notYet("broadcast");
}

/**
 * One step of a pipeline: makes a coroutine that takes values of one kind and sends values of another
 * kind to its target.
 */
export type Stage<In, Out> = (target: Coroutine<Out>) => Coroutine<In>;

/**
 * Sends each item of the source through the stages into the last coroutine, one after the other, and
 * closes the stages when the source ends. Blocks until then.
 *
 * Each item has gone all the way before the source is asked for the next. The stages are closed in
 * their order, so each one can still send what it has kept to the next. A stage that has enough
 * returns: the pipeline then stops, closes the source as `for…of` does, closes the stages, and
 * returns, whether the stage before it has caught its `CoroutineFinished` or let it out. After an error
 * it does the same and throws it; if closing fails as well, that is a `SuppressedError` of both.
 *
 * @throws {TypeError} If the last part is not a coroutine, or another one not a function that gives one.
 *
 * @example Dumplings for somebody who eats two
 * ```ts
 * import { coroutine, pipeline, type Stage } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * function* cook() {
 *   for (let n = 1;; n++) yield n;
 * }
 * const first = (count: number): Stage<number, number> =>
 *   coroutine(function* (target): Generator<void, void, number> {
 *     for (let n = 0; n < count; n++) target.send(yield);
 *   });
 * const eaten: number[] = [];
 * const eater = coroutine(function* (): Generator<void, void, number> {
 *   while (true) eaten.push(yield);
 * });
 * pipeline(cook(), first(2), eater());
 * assertEquals(eaten, [1, 2]);
 * ```
 */
export function pipeline<A>(source: Iterable<A>, sink: Coroutine<A>): void;
/** Sends each item of the source through one stage into the sink. */
export function pipeline<A, B>(
  source: Iterable<A>,
  stage: Stage<A, B>,
  sink: Coroutine<B>,
): void;
/** Sends each item of the source through two stages into the sink. */
export function pipeline<A, B, C>(
  source: Iterable<A>,
  first: Stage<A, B>,
  second: Stage<B, C>,
  sink: Coroutine<C>,
): void;
/** Sends each item of the source through any number of stages into the sink, which comes last. */
export function pipeline<A>(
  source: Iterable<A>,
  ...stages: [...Stage<never, never>[], Coroutine<never>]
): void;
export function pipeline(source: Iterable<unknown>, ...stages: unknown[]): void {
  return notYet("pipeline");
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/pipelines/README.md`);
}
