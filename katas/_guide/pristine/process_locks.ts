// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your process locks. Edit this file and no other; the lesson is katas/process_locks/README.md.
 *
 * @module
 */
import type { AcquireOptions } from "#solutions/locks/locks.ts";
import { arrive, depart, type Departure } from "#solutions/_shared/travelling.ts";

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
  /**
   * Makes a new lock, which is free; or takes the one of this file, which is made if it is not there and
   * never removed. Who removes it makes two locks of one: the old one, of those who have it open, and the
   * new one.
   *
   * @throws {Error} Deno's own, if the file cannot be opened.
   */
  constructor(path?: string) {
    notYet("new ProcessLock");
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
    return notYet("ProcessLock.acquire");
  }

  /**
   * Frees the lock, so that one of those that wait for it has it. Does not block. Only the process that
   * holds it can do it, by the same object; of Python's every process can. Python's `Lock.release`.
   *
   * @throws {ProcessLockError} If this object does not hold it; nothing changes.
   */
  release(): void {
    return notYet("ProcessLock.release");
  }

  /**
   * Takes the lock, waiting, for the rest of a block: `await using _held = await lock.hold()` is Python's
   * `with lock:`. What it resolves to releases once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return notYet("ProcessLock.hold");
  }

  /** Whether this object holds the lock. It says nothing about other processes. Does not block. */
  get isHeld(): boolean {
    return notYet("ProcessLock.isHeld");
  }

  /**
   * Closes its file. If it holds the lock, that is free then. Does not block, and does nothing when it
   * is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    return notYet("ProcessLock.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("ProcessLock[Symbol.dispose]");
  }

  /** `ProcessLock(held)` or `ProcessLock(not held)`, and how many wait here: `, 2 waiting`. */
  toString(): string {
    return notYet("ProcessLock.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("ProcessLock[depart]");
  }

  /**
   * The lock that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessLock {
    return notYet("ProcessLock[arrive]");
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
  /**
   * Makes a new lock, which is free; or takes the one of this file, which is made if it is not there and
   * never removed.
   *
   * @throws {Error} Deno's own, if the file cannot be opened.
   */
  constructor(path?: string) {
    notYet("new ProcessRLock");
  }

  /**
   * Takes the lock, and waits until it has it. Who holds it has it at once, one level deeper. Resolves to
   * whether it has it. Rejects as {@linkcode ProcessLock.acquire} does. Python's `RLock.acquire`.
   */
  acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    return notYet("ProcessRLock.acquire");
  }

  /**
   * Goes one level up, and frees the lock at the last one. Does not block. Python's `RLock.release`.
   *
   * @throws {ProcessLockError} If this object does not hold it; nothing changes.
   */
  release(): void {
    return notYet("ProcessRLock.release");
  }

  /**
   * Takes the lock, waiting, for the rest of a block: `await using _held = await lock.hold()`. What it
   * resolves to goes up one level once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return notYet("ProcessRLock.hold");
  }

  /** Whether this object holds the lock. It says nothing about other processes. Does not block. */
  get isHeld(): boolean {
    return notYet("ProcessRLock.isHeld");
  }

  /** How many levels deep this object holds it; 0 if it does not. */
  get depth(): number {
    return notYet("ProcessRLock.depth");
  }

  /**
   * Closes its file. If it holds the lock, that is free then, whatever its depth. Does not block, and
   * does nothing when it is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    return notYet("ProcessRLock.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("ProcessRLock[Symbol.dispose]");
  }

  /** `ProcessRLock(held, depth 2)` or `ProcessRLock(not held)`, and how many wait here. */
  toString(): string {
    return notYet("ProcessRLock.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("ProcessRLock[depart]");
  }

  /**
   * The lock that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessRLock {
    return notYet("ProcessRLock[arrive]");
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
  /**
   * Makes a new semaphore with `value` free permits.
   *
   * @throws {RangeError} If the value is not an integer from 1 to 256.
   * @throws {Error} Deno's own, if the files cannot be made.
   */
  constructor(value = 1) {
    notYet("new ProcessSemaphore");
  }

  /**
   * Takes a permit, and waits until it has one. Resolves to whether it has one. A process may take several.
   * Rejects as {@linkcode ProcessLock.acquire} does. Python's `Semaphore.acquire`.
   */
  acquire(options?: ProcessAcquireOptions): Promise<boolean> {
    return notYet("ProcessSemaphore.acquire");
  }

  /**
   * Gives back `n` permits of this object. Does not block. Python's `BoundedSemaphore.release`.
   *
   * @throws {RangeError} If `n` is not an integer from 1 up.
   * @throws {ProcessLockError} If this object holds fewer; nothing changes.
   */
  release(n = 1): void {
    return notYet("ProcessSemaphore.release");
  }

  /**
   * Takes a permit, waiting, for the rest of a block: `await using _held = await semaphore.hold()`. What
   * it resolves to gives it back once, however often it is disposed.
   */
  hold(): Promise<AsyncDisposable> {
    return notYet("ProcessSemaphore.hold");
  }

  /** How many permits this object holds. It says nothing about other processes. Does not block. */
  get held(): number {
    return notYet("ProcessSemaphore.held");
  }

  /**
   * Closes its files. The permits that it holds are free then. Does not block, and does nothing when it
   * is closed already. At the end of a program it is done for you.
   *
   * @throws {ProcessLockError} If somebody still waits for it here; nothing changes.
   */
  close(): void {
    return notYet("ProcessSemaphore.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("ProcessSemaphore[Symbol.dispose]");
  }

  /** `ProcessSemaphore(1 held of 3)`, and how many wait here: `, 2 waiting`. */
  toString(): string {
    return notYet("ProcessSemaphore.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("ProcessSemaphore[depart]");
  }

  /**
   * The semaphore that has travelled here.
   *
   * @throws {ProcessLockError} If all who had it have closed it.
   */
  static [arrive](place: unknown): ProcessSemaphore {
    return notYet("ProcessSemaphore[arrive]");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/process_locks/README.md`);
}
