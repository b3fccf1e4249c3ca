// deno-lint-ignore-file no-explicit-any

/** One call that a spy has seen. */
export interface SpyCall<Self = any, Args extends unknown[] = any[], Return = any> {
  /** What it was called with. */
  args: Args;
  /** What it returned. */
  returned?: Return;
  /** What it threw. */
  error?: Error;
  /** What `this` was. */
  self?: Self;
}

/** A function that remembers its calls. */
export interface Spy<Self = any, Args extends unknown[] = any[], Return = any> {
  (this: Self, ...args: Args): Return;
  /** The function that is watched. */
  original: (this: Self, ...args: Args) => Return;
  /** The calls so far. */
  calls: SpyCall<Self, Args, Return>[];
  /** Whether the method is itself again. */
  restored: boolean;
  /** Makes the method itself again. */
  restore(): void;
}

/** A method that remembers its calls until it is disposed. */
export interface MethodSpy<Self = any, Args extends unknown[] = any[], Return = any>
  extends Spy<Self, Args, Return>, Disposable {}

/** A class that remembers how it was constructed. */
export interface ConstructorSpy<Self = any, Args extends unknown[] = any[]> {
  new (...args: Args): Self;
  /** The class that is watched. */
  original: new (...args: Args) => Self;
  /** The calls so far. */
  calls: SpyCall<Self, Args, Self>[];
  /** Always false. */
  restored: boolean;
  /** Throws: a class cannot be restored. */
  restore(): void;
}

/** Whatever remembers calls. */
export type SpyLike<Self = any, Args extends unknown[] = any[], Return = any> =
  | Spy<Self, Args, Return>
  | ConstructorSpy<Self, Args>;

type ParametersOf<Self, Prop extends keyof Self> = Self[Prop] extends
  (...args: infer Args) => unknown ? Args
  : unknown[];
type ReturnOf<Self, Prop extends keyof Self> = Self[Prop] extends (...args: any[]) => infer Return
  ? Return
  : unknown;

/** Makes a function that does nothing but remember its calls. */
export function spy<Self = any, Args extends unknown[] = any[], Return = undefined>(): Spy<
  Self,
  Args,
  Return
>;
/** Wraps a function so that it remembers its calls. */
export function spy<Self, Args extends unknown[], Return>(
  func: (this: Self, ...args: Args) => Return,
): Spy<Self, Args, Return>;
/** Wraps a class so that it remembers how it was constructed. */
export function spy<Self, Args extends unknown[]>(
  constructor: new (...args: Args) => Self,
): ConstructorSpy<Self, Args>;
/** Makes a method remember its calls until it is restored. */
export function spy<Self, Prop extends keyof Self>(
  self: Self,
  property: Prop,
): MethodSpy<Self, ParametersOf<Self, Prop>, ReturnOf<Self, Prop>>;

/** What {@linkcode assertSpyCall} compares a call with. */
export interface ExpectedSpyCall<Self = any, Args extends unknown[] = any[], Return = any> {
  /** What it was called with. */
  args?: [...Args, ...unknown[]];
  /** What `this` was. */
  self?: Self;
  /** What it returned. */
  returned?: Return;
  /** What it threw. */
  error?: { Class?: new (...args: any[]) => Error; msgIncludes?: string };
}

/** Fails unless the spy was called exactly so often. */
export function assertSpyCalls<Self, Args extends unknown[], Return>(
  spy: SpyLike<Self, Args, Return>,
  expectedCalls: number,
): void;

/** Fails unless the call at that index was as expected. */
export function assertSpyCall<Self, Args extends unknown[], Return>(
  spy: SpyLike<Self, Args, Return>,
  callIndex: number,
  expected?: ExpectedSpyCall<Self, Args, Return>,
): void;
