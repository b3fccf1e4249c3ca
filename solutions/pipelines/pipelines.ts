/**
 * Coroutines in a row, and one beside the other: whoever has something pushes it to the next. The
 * push pipelines are those of David Beazley's "A Curious Course on Coroutines and Concurrency".
 *
 * @module
 */
import { Coroutine, CoroutineError, CoroutineFinished } from "#solutions/coroutines/coroutines.ts";

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
  targets.forEach((target, i) => requireCoroutine(target, `Cannot broadcast as target ${i + 1}`));
  return new Coroutine(sendToAll(targets), "broadcast");
}

function* sendToAll<T>(targets: Coroutine<T>[]): Generator<void, void, T> {
  using _closing = closesInOrder(targets);
  let open = targets.filter(({ finished }) => !finished);
  while (open.length > 0) {
    const value = yield;
    for (const target of open) offer(target, value);
    if (open.some(({ finished }) => finished)) open = open.filter((target) => !target.finished);
  }
}

/** Sends the value to a target that may have had enough. */
function offer<T>(target: Coroutine<T>, value: T): void {
  try {
    target.send(value);
  } catch (error) {
    if (!(error instanceof CoroutineFinished)) throw error;
  }
}

function requireCoroutine(value: unknown, sentence: string): void {
  if (value instanceof Coroutine) return;
  throw new TypeError(`${sentence} must be a coroutine: received ${typeof value}`);
}

function closesInOrder(coroutines: Coroutine<never>[]): Disposable {
  const stack = new DisposableStack();
  for (const coroutine of coroutines.toReversed()) stack.use(coroutine);
  return stack;
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
  const sink = stages.pop() as Coroutine;
  requireCoroutine(sink, "Cannot run a pipeline as its last part");
  const chain = [sink];
  const run = (work: () => void) => untilEndOf(chain, work);
  using closing = new DisposableStack();
  closing.defer(() => run(() => sink.close()));
  using items = itemsOf(source, run);
  run(() => {
    for (const stage of stages.toReversed()) {
      const made = madeBy(stage, chain[0]);
      chain.unshift(made);
      closing.defer(() => run(() => made.close()));
    }
    while (!chain.some(({ finished }) => finished)) {
      const { done, value } = items.next();
      if (done) break;
      // Caught here, the end of a stage cannot hide an error of the source.
      run(() => chain[0].send(value));
    }
  });
}

/** The items of a source. At the end of the block it is closed, unless it has ended itself. */
function itemsOf(
  source: Iterable<unknown>,
  run: (work: () => void) => void,
): { next(): IteratorResult<unknown> } & Disposable {
  const iterator = source[Symbol.iterator]();
  let isOpen = true;
  return {
    next() {
      // A source that fails has ended.
      isOpen = false;
      const item = iterator.next();
      isOpen = !item.done;
      return item;
    },
    [Symbol.dispose]() {
      if (isOpen) run(() => iterator.return?.());
    },
  };
}

function madeBy(stage: unknown, target: Coroutine): Coroutine {
  if (typeof stage !== "function") {
    throw new TypeError(
      `Cannot run a pipeline as a stage must be a function of its target: received ${typeof stage}`,
    );
  }
  const made = stage(target);
  requireCoroutine(made, "Cannot run a pipeline as what a stage gives");
  return made;
}

/** Works until it is done, or until one of the coroutines has ended and a `send` to it says so. */
function untilEndOf(coroutines: Coroutine[], work: () => void): void {
  try {
    work();
  } catch (error) {
    let root = error;
    while (root instanceof CoroutineError) root = root.cause;
    if (!(root instanceof CoroutineFinished && coroutines.includes(root.coroutine))) throw error;
  }
}
