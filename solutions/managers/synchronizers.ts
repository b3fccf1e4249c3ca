/** The objects of a manager at which its callers wait for each other. */
import { BrokenBarrier } from "#solutions/barriers/barriers.ts";
import { LockError } from "#solutions/locks/locks.ts";
import { Queue } from "#solutions/queues/queues.ts";
import { SemaphoreError } from "#solutions/semaphores/semaphores.ts";
import { requireTimeout, settlesWithin, waitLimit } from "#solutions/_shared/waiting.ts";
import type { ManagedAcquireOptions, ManagedWaitOptions } from "./managers.ts";
import { type Caller, Held, type Session } from "./sessions.ts";

/** Those who wait for the same, the longest first. */
class Waiters {
  readonly #waiters = new Set<{ signal: AbortSignal; serve(): void }>();

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Waits to be served, and resolves to whether that was so in time. `take` is called at that very moment,
   * so that nobody can come between. Rejects with the reason of the signal, but not who was served first.
   */
  async wait(limit: number, signal: AbortSignal, take = () => {}): Promise<boolean> {
    signal.throwIfAborted();
    if (limit <= 0) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    let isServed = false;
    const waiter = {
      signal,
      serve() {
        isServed = true;
        take();
        resolve();
      },
    };
    const leave = () => {
      this.#waiters.delete(waiter);
      resolve();
    };
    this.#waiters.add(waiter);
    signal.addEventListener("abort", leave);
    await settlesWithin(promise, limit);
    signal.removeEventListener("abort", leave);
    this.#waiters.delete(waiter);
    if (!isServed) signal.throwIfAborted();
    return isServed;
  }

  /** Lets the first `count` go on. Returns how many did. One that has just gone is nobody. */
  serve(count: number): number {
    const present = [...this.#waiters].filter(({ signal }) => !signal.aborted);
    const first = present.slice(0, count);
    for (const waiter of first) {
      this.#waiters.delete(waiter);
      waiter.serve();
    }
    return first.length;
  }
}

/** A lock that belongs to nobody. */
export class Mutex {
  #isHeld = false;
  readonly #waiters = new Waiters();

  async acquire({ signal }: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    // Who is served finds it held, by himself.
    if (this.#isHeld) return await this.#waiters.wait(limit, signal);
    return this.#isHeld = true;
  }

  release(caller: Caller): void {
    this.requireHeld(caller, "release");
    if (this.#waiters.serve(1) === 0) this.#isHeld = false;
  }

  locked(): boolean {
    return this.#isHeld;
  }

  requireHeld(_caller: Caller, what: string): void {
    if (!this.#isHeld) throw new LockError(`Cannot ${what} as the lock is not held`);
  }

  /** Gives it back for a wait. The result takes it again. */
  giveUp(caller: Caller): (caller: Caller) => Promise<unknown> {
    this.release(caller);
    return (caller) => this.acquire(caller);
  }
}

/** A lock that belongs to the thread that has taken it. */
export class RMutex {
  #owner?: string;
  #depth = 0;
  #session?: Session;
  readonly #waiters = new Waiters();
  readonly #orphaned = () => this.#pass();

  async acquire(caller: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    return await this.#take(caller, limit, 1);
  }

  release(caller: Caller): void {
    this.requireHeld(caller, "release");
    if (--this.#depth === 0) this.#pass();
  }

  locked(): boolean {
    return this.#depth > 0;
  }

  requireHeld({ session }: Caller, what: string): void {
    if (this.#owner === session.who) return;
    const holder = this.#owner === undefined ? "nobody holds it" : "somebody else holds it";
    throw new LockError(`Cannot ${what} as this is not held by the caller: ${holder}`);
  }

  giveUp(caller: Caller): (caller: Caller) => Promise<unknown> {
    this.requireHeld(caller, "wait");
    const depth = this.#depth;
    this.#pass();
    return (caller) => this.#take(caller, Infinity, depth);
  }

  async #take(caller: Caller, limit: number, depth: number): Promise<boolean> {
    if (this.#owner === caller.session.who) {
      this.#depth += depth;
      return true;
    }
    const take = () => this.#own(caller.session, depth);
    if (this.#owner !== undefined) return await this.#waiters.wait(limit, caller.signal, take);
    take();
    return true;
  }

  #own(session: Session, depth: number): void {
    this.#owner = session.who;
    this.#depth = depth;
    this.#session = session;
    session.gone.addEventListener("abort", this.#orphaned);
  }

  /** Nobody else can release it, so it is also called when its owner has gone. */
  #pass(): void {
    this.#session!.gone.removeEventListener("abort", this.#orphaned);
    this.#owner = undefined;
    this.#depth = 0;
    this.#waiters.serve(1);
  }
}

export function mutexOf(lock: unknown): Mutex | RMutex {
  const object = lock instanceof Held ? lock.object : undefined;
  if (object instanceof Mutex || object instanceof RMutex) return object;
  throw new TypeError("Cannot make a condition over what is no lock of this manager");
}

export class Permits {
  #value: number;
  readonly #bound: number;
  readonly #waiters = new Waiters();

  constructor(value: number, bound = Infinity) {
    this.#value = requireCount("a semaphore", value, 0);
    this.#bound = bound;
  }

  async acquire({ signal }: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    if (this.#value === 0) return await this.#waiters.wait(limit, signal);
    this.#value--;
    return true;
  }

  release(_caller: Caller, n = 1): void {
    requireCount("a release", n, 1);
    if (this.#value + n > this.#bound) {
      throw new SemaphoreError(
        `Cannot release ${n} as there would be ${
          this.#value + n
        } permits, more than ${this.#bound}`,
      );
    }
    this.#value += n - this.#waiters.serve(n);
  }

  value(): number {
    return this.#value;
  }
}

function requireCount(of: string, n: number, least: number): number {
  if (Number.isSafeInteger(n) && n >= least) return n;
  throw new RangeError(`Cannot make ${of} of ${n} as it must be an integer from ${least} up`);
}

export class Hatch {
  readonly #lock: Mutex | RMutex;
  readonly #waiters = new Waiters();

  constructor(lock: Mutex | RMutex) {
    this.#lock = lock;
  }

  acquire(caller: Caller, options?: ManagedAcquireOptions): Promise<boolean> {
    return this.#lock.acquire(caller, options);
  }

  release(caller: Caller): void {
    this.#lock.release(caller);
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  async wait(caller: Caller, { timeout = Infinity }: ManagedWaitOptions = {}): Promise<boolean> {
    requireTimeout("wait", timeout);
    this.#lock.requireHeld(caller, "wait");
    const waiting = this.#waiters.wait(timeout, caller.signal);
    const takeAgain = this.#lock.giveUp(caller);
    const { session } = caller;
    let isWoken = false;
    try {
      return isWoken = await waiting;
    } finally {
      try {
        // Who gives up has to have it again as well, but not who has gone.
        session.gone.throwIfAborted();
        await takeAgain({ session, signal: session.gone });
      } catch {
        // He has gone, before he did anything of what he was woken for.
        if (isWoken) this.#waiters.serve(1);
      }
    }
  }

  notify(caller: Caller, n = 1): void {
    this.#lock.requireHeld(caller, "notify");
    this.#waiters.serve(requireCount("a notify", n, 0));
  }

  notifyAll(caller: Caller): void {
    this.notify(caller, this.#waiters.size);
  }
}

export class Flag {
  #isSet = false;
  readonly #waiters = new Waiters();

  set(): void {
    this.#isSet = true;
    this.#waiters.serve(Infinity);
  }

  clear(): void {
    this.#isSet = false;
  }

  isSet(): boolean {
    return this.#isSet;
  }

  async wait(
    { signal }: Caller,
    { timeout = Infinity }: ManagedWaitOptions = {},
  ): Promise<boolean> {
    requireTimeout("wait", timeout);
    return this.#isSet || await this.#waiters.wait(timeout, signal);
  }
}

/** Those who come together, before the next ones do. */
class Round {
  readonly waiters = new Waiters();
  arrived = 0;
  isBroken = false;

  break(): void {
    this.isBroken = true;
    this.waiters.serve(Infinity);
  }
}

export class Meeting {
  readonly #parties: number;
  readonly #timeout: number;
  #round = new Round();

  constructor(parties: number, timeout = Infinity) {
    this.#parties = requireCount("a barrier", parties, 1);
    requireTimeout("make a barrier", timeout);
    this.#timeout = timeout;
  }

  async wait(
    { signal }: Caller,
    { timeout = this.#timeout }: ManagedWaitOptions = {},
  ): Promise<number> {
    requireTimeout("wait", timeout);
    const round = this.#round;
    if (round.isBroken) throw brokenBarrier();
    const index = round.arrived++;
    if (round.arrived === this.#parties) {
      this.#round = new Round();
      round.waiters.serve(Infinity);
      return index;
    }
    try {
      if (!await round.waiters.wait(timeout, signal)) round.break();
    } catch (error) {
      round.break();
      throw error;
    }
    if (round.isBroken) throw brokenBarrier();
    return index;
  }

  reset(): void {
    const round = this.#round;
    this.#round = new Round();
    round.break();
  }

  abort(): void {
    this.#round.break();
  }

  parties(): number {
    return this.#parties;
  }

  waiting(): number {
    return this.#round.waiters.size;
  }

  broken(): boolean {
    return this.#round.isBroken;
  }
}

function brokenBarrier(): BrokenBarrier {
  return new BrokenBarrier("The barrier is broken: not all will come");
}

export class Belt {
  readonly #queue: Queue<unknown>;

  constructor(maxsize: number) {
    this.#queue = new Queue({ maxsize });
  }

  put({ signal }: Caller, item: unknown, { timeout }: ManagedWaitOptions = {}): Promise<void> {
    return this.#queue.put(item, { timeout, signal });
  }

  get({ signal }: Caller, { timeout }: ManagedWaitOptions = {}): Promise<unknown> {
    return this.#queue.get({ timeout, signal });
  }

  putNowait(_caller: Caller, item: unknown): void {
    this.#queue.putNowait(item);
  }

  getNowait(): unknown {
    return this.#queue.getNowait();
  }

  size(): number {
    return this.#queue.size;
  }

  isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  isFull(): boolean {
    return this.#queue.isFull;
  }

  taskDone(): void {
    this.#queue.taskDone();
  }

  async join(
    { signal }: Caller,
    { timeout = Infinity }: ManagedWaitOptions = {},
  ): Promise<boolean> {
    requireTimeout("join", timeout);
    const { promise: givesUp, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([settlesWithin(this.#queue.join(), timeout), givesUp]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  shutdown(_caller: Caller, options?: { immediate?: boolean }): void {
    this.#queue.shutdown(options);
  }
}
