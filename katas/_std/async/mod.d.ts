/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the delay early: its promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Whether the delay keeps the program alive. True by default. */
  persistent?: boolean;
}

/** Resolves after `ms` milliseconds. */
export function delay(ms: number, options?: DelayOptions): Promise<void>;

/** Options of {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Ends the wait early: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Becomes what `p` becomes, within `ms` milliseconds.
 *
 * @throws {DOMException} `TimeoutError`, if `p` takes longer.
 */
export function deadline<T>(p: Promise<T>, ms: number, options?: DeadlineOptions): Promise<T>;
