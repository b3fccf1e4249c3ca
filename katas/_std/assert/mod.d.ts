/** What a failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

/** What {@linkcode assertFalse} accepts. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

// deno-lint-ignore no-explicit-any
type AnyConstructor = abstract new (...args: any[]) => any;
// deno-lint-ignore no-explicit-any
type ErrorConstructor<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr;

/** Fails unless `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is Falsy;

/** Fails unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;

/** Fails unless both are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T;

/** Fails unless the numbers differ by at most `tolerance`: by default 1e-7 of `expected`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void;

/** Fails if `actual` is `null` or `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** Fails unless `actual` matches the expression. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;

/** Fails unless `expected` is a part of `actual`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;

/** Fails unless `actual` is an instance of the class. */
export function assertInstanceOf<T extends AnyConstructor>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T>;

/** Fails unless `fn` throws, and returns what it throws. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless `fn` throws an instance of the class, and returns what it throws. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;

/** Fails unless the promise of `fn` rejects, and resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise of `fn` rejects with an instance of the class, and resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;

/** Fails always. */
export function fail(msg?: string): never;

/** Fails always: for a place that is never reached. */
export function unreachable(msg?: string): never;
