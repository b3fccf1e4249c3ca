/** What `Atomics.waitAsync` promises: a thread is told when its code has run to the end. */
import { exploration, refuse, type Run } from "./exploration.ts";
import { request } from "./run.ts";

type Callback = (value: unknown) => unknown;

/** In the place of a promise. Its callbacks run in the order of real ones; it is never rejected. */
export class Promised {
  #callbacks: (() => void)[] = [];
  #isSettled = false;
  #value: unknown;
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Whether somebody still waits for it. */
  get isAwaited(): boolean {
    return this.#callbacks.length > 0;
  }

  /** Calls back with the value; the result is promised in turn. An error that is thrown ends the thread. */
  then(callback?: Callback, onRejected?: unknown): Promised {
    if (typeof callback !== "function" || onRejected !== undefined) {
      refuse("A promise of Atomics.waitAsync can only be explored with `then` and one function");
    }
    const next = new Promised(this.#run);
    const job = () => next.settle(callback!(this.#value));
    if (this.#isSettled) this.#run.jobs.push(job);
    else this.#callbacks.push(job);
    return next;
  }

  get catch(): never {
    return refuse("`catch` of Atomics.waitAsync cannot be explored: it is never rejected");
  }

  get finally(): never {
    return refuse("`finally` of Atomics.waitAsync cannot be explored: use `then`");
  }

  /** Has all that wait for it called back. */
  settle(value: unknown): void {
    if (typeof (value as Promised | null | undefined)?.then === "function") {
      refuse("A callback that returns a promise cannot be explored: use `then` inside of it");
    }
    this.#isSettled = true;
    this.#value = value;
    this.#run.jobs.push(...this.#callbacks);
    this.#callbacks = [];
  }
}

/** The promise of the thread's wait of this number. */
export function promised(number: number): Promised {
  const { run } = exploration!;
  return run!.promises[number] = new Promised(run!);
}

/**
 * Runs the callbacks that are due, and waits for those that are still to come. Runtimes keep promises one by one
 * or several at once, before any callback runs: both happens here.
 */
export function runEventLoop(run: Run): void {
  for (;;) {
    for (const job of run.jobs) job();
    run.jobs.length = 0;
    if (!run.promises.some((promise) => promise?.isAwaited)) return;
    let told = request("idle");
    while (told !== undefined) {
      const [number, value] = String(told).split(":");
      run.promises[Number(number)]?.settle(value);
      delete run.promises[Number(number)];
      told = run.promises.some(Boolean) ? request("callback") : undefined;
    }
  }
}
