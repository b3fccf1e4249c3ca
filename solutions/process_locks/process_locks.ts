/**
 * Locks between processes: each of them is a lock that the kernel keeps on a file, and takes back when
 * its holder dies, however it dies. Semaphores are several such files.
 *
 * A lock without a path lives in a folder for temporary files, which the last process that has it
 * removes. If all that have it are killed, that folder stays, with empty files in it.
 *
 * A program that uses them needs `--allow-read` and `--allow-write`. They are tested on Linux.
 *
 * @module
 */
import type { AcquireOptions } from "#solutions/locks/locks.ts";
import { CommonFolder } from "#solutions/_shared/common_folder.ts";
import { LockAsker } from "#solutions/_shared/lock_asker.ts";
import { arrive, depart, type Departure, refuseClones } from "#solutions/_shared/travelling.ts";
import { onGivingUp, waitLimit } from "#solutions/_shared/waiting.ts";

/** A lock was asked for what it cannot do now. Python's `ValueError` and `AssertionError`. */
export class ProcessLockError extends Error {
  /** `ProcessLockError`. */
  override name = "ProcessLockError";
}

/** How long to wait for a lock that other processes may hold. */
export interface ProcessAcquireOptions extends AcquireOptions {
  /** Ends the wait when it is aborted. */
  signal?: AbortSignal;
}

/**
 * A mutual exclusion lock for processes: at most one holds it. Python's `multiprocessing.Lock`. It may be
 * an argument of a `Process`, which gets another object of the same lock. Two objects of one lock exclude
 * each other, in one process too. When its holder dies it is free, which Python's is not.
 *
 * Who of several processes is next is for the kernel to say. Those of one process wait in a queue.
 *
 * @example A lock with a name, in two hands
 * ```ts
 * import { ProcessLock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * using mine = new ProcessLock(path);
 * using theirs = new ProcessLock(path); // in another program
 * {
 *   await using _held = await mine.hold();
 *   assertEquals(await theirs.acquire({ blocking: false }), false);
 * }
 * assertEquals(await theirs.acquire({ timeout: 1_000 }), true);
 * await Deno.remove(path);
 * ```
 */
export class ProcessLock implements Disposable {
  readonly #files: LockFiles;

  /**
   * Makes a new lock, which is free; or takes the one of this file, which is made if it is not there and
   * never removed. Who removes it makes two locks of one: the old one, of those who have it open, and the
   * new one.
   *
   * @throws {Error} Deno's own, if the file cannot be opened.
   */
  constructor(path?: string) {
    this.#files = LockFiles.at(path);
    refuseClones(this);
  }

  /**
   * Takes the lock, and waits until it has it. Resolves to whether it has it: without a limit that is
   * always `true`. The lock is not reentrant: who holds it and takes it again waits for its own release.
   * Python's `Lock.acquire`.
   *
   * @throws {RangeError} If the timeout is negative or not a number, or comes with `blocking: false`.
   * @throws {ProcessLockError} If this object is closed.
   * @throws The reason of the signal, if that is aborted before it has the lock.
   */
  acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    return this.#files.acquire(options);
  }

  /**
   * Frees the lock, so that one of those that wait for it has it. Does not block. Only the process that
   * holds it can do it, by the same object; of Python's every process can. Python's `Lock.release`.
   *
   * @throws {ProcessLockError} If this object does not hold it; nothing changes.
   */
  release(): void {
    this.#files.release();
  }

  /**
   * Takes the lock, waiting, for the rest of a block: `await using _held = await lock.hold()` is Python's
   * `with lock:`. What it resolves to releases once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return this.#files.hold();
  }

  /** Whether this object holds the lock. It says nothing about other processes. Does not block. */
  get isHeld(): boolean {
    return this.#files.held > 0;
  }

  /**
   * Closes its file. If it holds the lock, that is free then. Does not block, and does nothing when it
   * is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    this.#files.close();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `ProcessLock(held)` or `ProcessLock(not held)`, and how many wait here: `, 2 waiting`. */
  toString(): string {
    return `ProcessLock(${this.isHeld ? "held" : "not held"}${this.#files.waiting})`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return this.#files.depart();
  }

  /**
   * The lock that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessLock {
    return Reflect.construct(ProcessLock, [place]);
  }
}

/**
 * A lock for processes that its holder can take again. Python's `multiprocessing.RLock`. Its owner is the
 * process, so it does not keep tasks of one process apart. Otherwise it is as {@linkcode ProcessLock}.
 *
 * @example A function that holds it calls another one that takes it
 * ```ts
 * import { ProcessRLock } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * using lock = new ProcessRLock();
 * await using _outer = await lock.hold();
 * {
 *   await using _inner = await lock.hold();
 *   assertEquals(lock.depth, 2);
 * }
 * assertEquals(lock.isHeld, true);
 * ```
 */
export class ProcessRLock implements Disposable {
  readonly #files: LockFiles;

  /**
   * Makes a new lock, which is free; or takes the one of this file, which is made if it is not there and
   * never removed.
   *
   * @throws {Error} Deno's own, if the file cannot be opened.
   */
  constructor(path?: string) {
    this.#files = LockFiles.at(path, { isReentrant: true });
    refuseClones(this);
  }

  /**
   * Takes the lock, and waits until it has it. Who holds it has it at once, one level deeper. Resolves to
   * whether it has it. Rejects as {@linkcode ProcessLock.acquire} does. Python's `RLock.acquire`.
   */
  acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    return this.#files.acquire(options);
  }

  /**
   * Goes one level up, and frees the lock at the last one. Does not block. Python's `RLock.release`.
   *
   * @throws {ProcessLockError} If this object does not hold it; nothing changes.
   */
  release(): void {
    this.#files.release();
  }

  /**
   * Takes the lock, waiting, for the rest of a block: `await using _held = await lock.hold()`. What it
   * resolves to goes up one level once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return this.#files.hold();
  }

  /** Whether this object holds the lock. It says nothing about other processes. Does not block. */
  get isHeld(): boolean {
    return this.depth > 0;
  }

  /** How many levels deep this object holds it; 0 if it does not. */
  get depth(): number {
    return this.#files.held;
  }

  /**
   * Closes its file. If it holds the lock, that is free then, whatever its depth. Does not block, and
   * does nothing when it is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    this.#files.close();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `ProcessRLock(held, depth 2)` or `ProcessRLock(not held)`, and how many wait here. */
  toString(): string {
    const state = this.isHeld ? `held, depth ${this.depth}` : "not held";
    return `ProcessRLock(${state}${this.#files.waiting})`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return this.#files.depart();
  }

  /**
   * The lock that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessRLock {
    return Reflect.construct(ProcessRLock, [place]);
  }
}

/**
 * A number of permits that processes share: at most that many are inside at once. A permit belongs to the
 * process that has taken it, which alone can give it back; when it dies, the permit is free. So there are
 * never more than at first, as of Python's `multiprocessing.BoundedSemaphore`.
 *
 * Each permit is a file. Where some are taken and given back all the time, a try may fail though one has
 * just become free.
 *
 * @example Two stalls
 * ```ts
 * import { ProcessLockError, ProcessSemaphore } from "@concurrency/katas";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * using stalls = new ProcessSemaphore(2);
 * await stalls.acquire();
 * await stalls.acquire();
 * assertEquals(await stalls.acquire({ timeout: 10 }), false);
 * stalls.release(2);
 * assertThrows(() => stalls.release(), ProcessLockError);
 * ```
 */
export class ProcessSemaphore implements Disposable {
  readonly #files: LockFiles;

  /**
   * Makes a new semaphore with `value` free permits.
   *
   * @throws {RangeError} If the value is not an integer from 1 to 256.
   * @throws {Error} Deno's own, if the files cannot be made.
   */
  constructor(value = 1) {
    this.#files = typeof value === "object"
      ? LockFiles.at(value as Place)
      : LockFiles.at(undefined, { count: checkedValue(value) });
    refuseClones(this);
  }

  /**
   * Takes a permit, and waits until it has one. Resolves to whether it has one. A process may take several.
   * Rejects as {@linkcode ProcessLock.acquire} does. Python's `Semaphore.acquire`.
   */
  acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    return this.#files.acquire(options);
  }

  /**
   * Gives back `n` permits of this object. Does not block. Python's `BoundedSemaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {ProcessLockError} If this object holds fewer; nothing changes.
   */
  release(n = 1): void {
    if (!Number.isInteger(n) || n < 1) {
      throw new RangeError(`Cannot release as 'n' must be an integer from 1 up: received ${n}`);
    }
    this.#files.release(n);
  }

  /**
   * Takes a permit, waiting, for the rest of a block: `await using _held = await semaphore.hold()`. What
   * it resolves to gives it back once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return this.#files.hold();
  }

  /** How many permits this object holds. It says nothing about other processes. Does not block. */
  get held(): number {
    return this.#files.held;
  }

  /**
   * Closes its files. The permits that it holds are free then. Does not block, and does nothing when it
   * is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    this.#files.close();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `ProcessSemaphore(1 held of 3)`, and how many wait here: `, 2 waiting`. */
  toString(): string {
    return `ProcessSemaphore(${this.held} held of ${this.#files.count}${this.#files.waiting})`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return this.#files.depart();
  }

  /**
   * The semaphore that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessSemaphore {
    return Reflect.construct(ProcessSemaphore, [place]);
  }
}

/** Where the files of a lock are. It is what travels. */
interface Place {
  paths: string[];
  /** The folder that they are in, if it goes with its last user. */
  folder?: string;
}

/** Somebody who waits in this process. */
interface Waiter {
  /** Whether it never gives up. */
  isPatient: boolean;
  hasIt: boolean;
  failure?: Error;
  readonly settled: PromiseWithResolvers<void>;
}

/** The locks of some files, as one object has them: it takes any of them that is free. */
class LockFiles {
  readonly #place: Place;
  readonly #folder?: CommonFolder;
  readonly #files: Deno.FsFile[] = [];
  readonly #isReentrant: boolean;
  readonly #heldFiles: Deno.FsFile[] = [];
  readonly #waiters: Waiter[] = [];
  #depth = 0;
  #asker?: LockAsker;
  #isAsking = false;
  #isOpen = true;

  private constructor(place: Place, isReentrant: boolean, folder?: CommonFolder) {
    this.#place = place;
    this.#folder = folder;
    this.#isReentrant = isReentrant;
    try {
      for (const path of place.paths) this.#files.push(Deno.openSync(path, readAndWrite));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The one of a file that anybody may name, one that arrives here from a place, or else a new one. */
  static at(place?: string | Place, { count = 1, isReentrant = false } = {}): LockFiles {
    if (typeof place === "string") {
      Deno.openSync(place, { write: true, create: true }).close();
      return new LockFiles({ paths: [Deno.realPathSync(place)] }, isReentrant);
    }
    if (place) return LockFiles.#enter(place, isReentrant);
    const folder = CommonFolder.make("process_lock_");
    const paths = Array.from({ length: count }, (_, i) => `${folder.path}/${i}`);
    for (const path of paths) Deno.writeFileSync(path, new Uint8Array());
    return new LockFiles({ paths, folder: folder.path }, isReentrant, folder);
  }

  /** Makes no file: another one in the place of one that is gone would be another lock. */
  static #enter(place: Place, isReentrant: boolean): LockFiles {
    try {
      const folder = place.folder === undefined ? undefined : CommonFolder.enter(place.folder);
      return new LockFiles(place, isReentrant, folder);
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      const sentence = "Cannot have a lock that is gone: all who had it have closed it, or ended";
      throw new ProcessLockError(sentence, { cause });
    }
  }

  get count(): number {
    return this.#files.length;
  }

  /** How many permits it holds, or how deep the lock. */
  get held(): number {
    return this.#depth;
  }

  /** How many wait, for a text; nothing if nobody does. */
  get waiting(): string {
    return this.#waiters.length > 0 ? `, ${this.#waiters.length} waiting` : "";
  }

  async acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    const limit = waitLimit(options);
    const signal = options?.signal;
    signal?.throwIfAborted();
    this.#requireOpen("acquire");
    // Nobody comes before those who wait.
    if (this.#waiters.length === 0 && this.#take()) return true;
    return limit > 0 && await this.#wait(limit, signal);
  }

  release(n = 1): void {
    if (n > this.#depth) {
      throw new ProcessLockError(`Cannot release ${n} as this object holds ${this.#depth}`);
    }
    this.#depth -= n;
    const kept = this.#isReentrant ? Math.min(1, this.#depth) : this.#depth;
    for (const file of this.#heldFiles.splice(kept)) file.unlockSync();
    if (this.#waiters.length > 0) this.#serve();
  }

  async hold(): Promise<AsyncDisposable> {
    await this.acquire();
    let isOver = false;
    return {
      [Symbol.asyncDispose]: () => {
        if (!isOver) this.release();
        isOver = true;
        return Promise.resolve();
      },
    };
  }

  close(): void {
    if (this.#waiters.length > 0) {
      throw new ProcessLockError(`Cannot close it: ${this.#waiters.length} wait for it here`);
    }
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#depth = 0;
    for (const file of this.#files) file.close();
    this.#folder?.leave();
  }

  depart(): Departure {
    this.#requireOpen("send");
    const place = this.#place;
    const path = place.folder ?? place.paths[0];
    return { module: import.meta.url, data: place, needs: { read: path, write: path } };
  }

  #requireOpen(what: string): void {
    if (!this.#isOpen) throw new ProcessLockError(`Cannot ${what} it: it is closed`);
  }

  /** Takes what is free now. */
  #take(): boolean {
    if (!this.#isReentrant || this.#depth === 0) {
      const file = this.#files.find((file) =>
        !this.#heldFiles.includes(file) && file.tryLockSync(true)
      );
      if (!file) return false;
      this.#heldFiles.push(file);
    }
    this.#depth++;
    return true;
  }

  /** Waits in the queue until it has one, the limit is over, or the signal is aborted. */
  async #wait(limit: number, signal?: AbortSignal): Promise<boolean> {
    const settled = Promise.withResolvers<void>();
    const waiter: Waiter = { isPatient: limit === Infinity && !signal, hasIt: false, settled };
    this.#waiters.push(waiter);
    const stop = onGivingUp({ timeout: limit, signal }, () => settled.resolve());
    this.#ask();
    await settled.promise;
    stop();
    if (waiter.hasIt) return true;
    const place = this.#waiters.indexOf(waiter);
    if (place >= 0) this.#waiters.splice(place, 1);
    this.#ask();
    if (waiter.failure) throw waiter.failure;
    signal?.throwIfAborted();
    return false;
  }

  /** Lets in who waits, first come first served, as far as there is room. */
  #serve(): void {
    while (this.#waiters.length > 0 && this.#take()) this.#letIn();
    this.#ask();
  }

  #letIn(): void {
    const waiter = this.#waiters.shift()!;
    waiter.hasIt = true;
    waiter.settled.resolve();
  }

  /** Sees to it that the kernel is asked, by one at a time, as long as somebody waits for others. */
  #ask(): void {
    const [first] = this.#waiters;
    // What this object holds itself its own release frees; and the kernel would grant it once more.
    const isNeeded = first && this.#heldFiles.length < this.#files.length;
    const asksItself = isNeeded && first.isPatient && this.#files.length === 1;
    if (isNeeded && !asksItself) {
      this.#asker ??= new LockAsker(this.#place.paths, () => this.#serve(), (e) => this.#fail(e));
      return;
    }
    this.#asker?.dismiss();
    this.#asker = undefined;
    if (asksItself && !this.#isAsking) void this.#askKernel();
  }

  /** Asks for the first one, who does not give up, so that nothing is granted to nobody. */
  async #askKernel(): Promise<void> {
    const [file] = this.#files;
    this.#isAsking = true;
    try {
      await file.lock(true);
      this.#heldFiles.push(file);
      this.#depth = 1;
      this.#letIn();
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#isAsking = false;
    this.#serve();
  }

  #fail(failure: Error): void {
    for (const waiter of this.#waiters.splice(0)) {
      waiter.failure = failure;
      waiter.settled.resolve();
    }
  }
}

const readAndWrite = { read: true, write: true };

/** Each permit is a file that each process opens, and a system has a bound to those. */
const mostPermits = 256;

function checkedValue(value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > mostPermits) {
    throw new RangeError(
      `Cannot make a ProcessSemaphore as 'value' must be an integer from 1 to ${mostPermits}: received ${value}`,
    );
  }
  return value;
}
