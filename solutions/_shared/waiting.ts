/**
 * What all that can be waited for checks in the same way and says in the same words.
 *
 * @module
 */

/** The milliseconds that the options of an `acquire` allow. */
export function waitLimit(options?: { blocking?: boolean; timeout?: number }): number {
  if (options === undefined) return Infinity;
  const { blocking = true, timeout } = options;
  if (timeout === undefined) return blocking ? Infinity : 0;
  if (!blocking) {
    throw new RangeError("Cannot acquire with a 'timeout' and 'blocking: false': leave one out");
  }
  if (!(timeout >= 0)) {
    throw new RangeError(
      `Cannot acquire as 'timeout' must be milliseconds from 0 up: received ${timeout}`,
    );
  }
  return timeout;
}

/** Refuses what is no timeout. All numbers are: a negative one is 0. */
export function requireTimeout(action: string, timeout: number): void {
  if (Number.isNaN(timeout)) {
    throw new RangeError(`Cannot ${action} as 'timeout' must be milliseconds: received NaN`);
  }
}

/**
 * A function that tells how many milliseconds of the limit are left. Where there is no limit, or no
 * time, it does not look at the clock.
 */
export function countdown(limit: number): () => number {
  if (limit === Infinity || limit <= 0) return () => limit;
  const deadline = performance.now() + limit;
  return () => deadline - performance.now();
}

/** The buffer, if one of that class can live in it. */
export function checkedBuffer(
  name: string,
  buffer: SharedArrayBuffer,
  size: number,
): SharedArrayBuffer {
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength !== size) {
    throw new TypeError(
      `Cannot attach as that is not the buffer of a ${name}: pass the 'buffer' of one`,
    );
  }
  return buffer;
}

/** Timers count in 32 bits: 24 days. */
const longestTimer = 2 ** 31 - 1;

/** Calls back after so many milliseconds, unless it is called off by what is returned. */
function after(limit: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (rest: number) => {
    const step = Math.min(Math.max(0, rest), longestTimer);
    timer = setTimeout(() => rest > step ? wait(rest - step) : callback(), Math.ceil(step));
  };
  wait(limit);
  return () => clearTimeout(timer);
}

/** Whether the promise is fulfilled within so many milliseconds. */
export async function settlesWithin(promise: Promise<void>, limit: number): Promise<boolean> {
  if (limit === Infinity) return promise.then(() => true);
  const { promise: first, resolve } = Promise.withResolvers<boolean>();
  const callOff = after(limit, () => resolve(false));
  promise.then(() => resolve(true));
  try {
    return await first;
  } finally {
    callOff();
  }
}

/** How long somebody waits. */
export interface Patience {
  timeout?: number;
  signal?: AbortSignal;
}

/**
 * Calls back when the waiting is given up: with a `TimeoutError` when the time is over, or with the reason
 * of the signal. Nothing is left of it when what is returned has been called.
 */
export function onGivingUp(
  { timeout = Infinity, signal }: Patience,
  giveUp: (reason: unknown) => void,
): () => void {
  const abort = () => giveUp(signal!.reason);
  const late = () => giveUp(new DOMException(`Waited ${timeout} milliseconds`, "TimeoutError"));
  signal?.addEventListener("abort", abort);
  const callOff = timeout === Infinity ? () => {} : after(timeout, late);
  return () => {
    signal?.removeEventListener("abort", abort);
    callOff();
  };
}

/**
 * What the promise becomes, unless it is given up before. It is withdrawn in that very moment: nothing goes
 * to one who has left.
 */
export async function unlessGivenUp<T>(
  promise: Promise<T>,
  patience: Patience,
  withdraw: () => void,
): Promise<T> {
  if (patience.timeout === undefined && !patience.signal) return await promise;
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const stop = onGivingUp(patience, (reason) => {
    withdraw();
    reject(reason);
  });
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    stop();
  }
}
