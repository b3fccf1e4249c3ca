// deno-lint-ignore-file -- the bodies are yours to write
/**
 * Your shared memory. Edit this file and no other; the lesson is katas/shared_memory/README.md.
 *
 * @module
 */
import { ProcessRLock } from "#solutions/process_locks/process_locks.ts";
import { arrive, depart, type Departure } from "#solutions/_shared/travelling.ts";

/** Shared memory was asked for what it cannot do now: it is closed, or gone. */
export class SharedMemoryError extends Error {
  /** `SharedMemoryError`. */
  override name = "SharedMemoryError";
}

/**
 * Bytes that processes share. Python's `multiprocessing.shared_memory.SharedMemory`.
 *
 * Look at them by a typed array, a DataView or `Atomics` over its {@linkcode SharedMemory.buffer}. It may
 * be an argument of a `Process`.
 *
 * @example Two views of one memory
 * ```ts
 * import { SharedMemory } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * using mine = SharedMemory.create(8);
 * using theirs = SharedMemory.attach(mine.name); // in another program
 * Atomics.add(new Int32Array(mine.buffer), 1, 5);
 * assertEquals([...new Int32Array(theirs.buffer)], [0, 5]);
 * ```
 */
export class SharedMemory implements Disposable {
  /** It is made by {@linkcode SharedMemory.create} and {@linkcode SharedMemory.attach}. */
  private constructor() {}

  /**
   * Makes new memory of so many bytes, which are all 0. Does not block.
   *
   * @throws {RangeError} If that is not an integer from 1 up.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  static create(bytes: number): SharedMemory {
    return notYet("SharedMemory.create");
  }

  /**
   * The memory of this name, which another process has made. Does not block.
   *
   * @throws {SharedMemoryError} If there is none: all who had it have closed it, or it was unlinked.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  static attach(name: string): SharedMemory {
    return notYet("SharedMemory.attach");
  }

  /** What other programs can attach to it by: the path of a folder. */
  get name(): string {
    return notYet("SharedMemory.name");
  }

  /** The bytes. It is always the same buffer, and detached once this is closed. */
  get buffer(): ArrayBuffer {
    return notYet("SharedMemory.buffer");
  }

  /** How many bytes there are; 0 once this is closed. */
  get size(): number {
    return notYet("SharedMemory.size");
  }

  /**
   * Removes its name: nobody can attach to it any more, nor be given it. Who has it keeps it. Does not
   * block, and does nothing if the name is gone.
   *
   * @throws {SharedMemoryError} If this is closed.
   */
  unlink(): void {
    return notYet("SharedMemory.unlink");
  }

  /**
   * Gives the memory back: every view of it has no bytes any more in this process. Does not block, and
   * does nothing when it is closed already. The last process that closes it removes it; the end of a
   * program closes it too.
   */
  close(): void {
    return notYet("SharedMemory.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("SharedMemory[Symbol.dispose]");
  }

  /** `SharedMemory(8 bytes)` or `SharedMemory(closed)`. */
  toString(): string {
    return notYet("SharedMemory.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("SharedMemory[depart]");
  }

  /**
   * The memory that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it, or it was unlinked.
   */
  static [arrive](name: unknown): SharedMemory {
    return notYet("SharedMemory[arrive]");
  }
}

/**
 * The kinds of numbers, as Python's `array` module names them: integers of 8 (`b`, `B`), 16 (`h`, `H`), 32
 * (`i`, `I`) and 64 bits (`q`, `Q`), the capital ones without a sign; floating point numbers of 32 (`f`)
 * and 64 bits (`d`).
 */
export type Typecode = "b" | "B" | "h" | "H" | "i" | "I" | "q" | "Q" | "f" | "d";

/** What a number of that kind is in JavaScript: integers of 64 bits are bigints. */
export type NumberOf<Code extends Typecode> = Code extends "q" | "Q" ? bigint : number;

/** What a value or array may be made with. */
export interface SharedOptions {
  /** The lock of it; one of its own unless given. Several may have one together. */
  lock?: ProcessRLock;
}

/**
 * A number that processes share. Python's `multiprocessing.Value`.
 *
 * Each of its methods is one step for all processes. But `value.set(value.get() + 1)` is two, and another
 * process may come in between: {@linkcode SharedValue.add} does it in one, and whatever takes several
 * steps is done while {@linkcode SharedValue.lock} is held.
 *
 * @example A counter
 * ```ts
 * import { SharedValue } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * using sold = new SharedValue("i", 40);
 * assertEquals(sold.add(2), 42);
 * {
 *   await using _held = await sold.lock.hold();
 *   sold.set(sold.get() * 2);
 * }
 * assertEquals(sold.get(), 84);
 * ```
 */
export class SharedValue<Code extends Typecode = Typecode> implements Disposable {
  /**
   * Makes a new one. It is 0 unless a value is given.
   *
   * @throws {TypeError} If there is no such typecode, the value is not of its kind, or the lock is no
   * ProcessRLock.
   * @throws {RangeError} If the value is out of the range of its kind.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  constructor(typecode: Code, value?: NumberOf<Code>, options: SharedOptions = {}) {
    notYet("new SharedValue");
  }

  /** What it is now. Does not block. */
  get(): NumberOf<Code> {
    return notYet("SharedValue.get");
  }

  /**
   * Makes it another number. Does not block.
   *
   * @throws {TypeError} If that is not of its kind: a fraction, a number for a bigint, a text.
   * @throws {RangeError} If that is out of the range of its kind; nothing changes.
   * @throws {SharedMemoryError} If this is closed, as every other method does.
   */
  set(value: NumberOf<Code>): void {
    return notYet("SharedValue.set");
  }

  /**
   * Adds to it in one step, of all processes, and returns what it is then. Does not block. Only integers
   * can do it.
   *
   * @throws {TypeError} If its kind is `f` or `d`, or that is not of its kind.
   * @throws {RangeError} If the sum is out of the range of its kind; nothing changes.
   */
  add(value: NumberOf<Code>): NumberOf<Code> {
    return notYet("SharedValue.add");
  }

  /** The lock for what takes several steps. Nothing else takes it. Python's `Value.get_lock()`. */
  get lock(): ProcessRLock {
    return notYet("SharedValue.lock");
  }

  /** Gives its memory and its own lock back. The last process that does so removes them. */
  close(): void {
    return notYet("SharedValue.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("SharedValue[Symbol.dispose]");
  }

  /** `SharedValue(i, 42)` or `SharedValue(closed)`. */
  toString(): string {
    return notYet("SharedValue.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("SharedValue[depart]");
  }

  /**
   * The value that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it.
   */
  static [arrive](place: unknown): SharedValue {
    return notYet("SharedValue[arrive]");
  }
}

/**
 * Numbers that processes share, in a row. Python's `multiprocessing.Array`.
 *
 * @example An array, and a copy of a part of it
 * ```ts
 * import { SharedArray } from "@concurrency/katas";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * using prices = new SharedArray("i", [11, 22, 33, 44]);
 * prices.add(0, 100);
 * assertEquals(prices.slice(0, 2), [111, 22]);
 * assertThrows(() => prices.set(4, 55), RangeError);
 * ```
 */
export class SharedArray<Code extends Typecode = Typecode> implements Disposable {
  /**
   * Makes a new one, of these values or of so many zeros. Its length never changes.
   *
   * @throws {TypeError} If there is no such typecode, a value is not of its kind, or the lock is no
   * ProcessRLock.
   * @throws {RangeError} If the length is not an integer from 1 up, or a value is out of the range of its
   * kind.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  constructor(
    typecode: Code,
    values: number | Iterable<NumberOf<Code>>,
    options: SharedOptions = {},
  ) {
    notYet("new SharedArray");
  }

  /** How many numbers there are. */
  get length(): number {
    return notYet("SharedArray.length");
  }

  /**
   * The number at that place; from the end if it is negative. Does not block.
   *
   * @throws {RangeError} If there is no such place.
   * @throws {SharedMemoryError} If this is closed, as every other method does.
   */
  at(index: number): NumberOf<Code> {
    return notYet("SharedArray.at");
  }

  /**
   * Makes the number at that place another one. Does not block.
   *
   * @throws {TypeError} If that is not of its kind: a fraction, a number for a bigint, a text.
   * @throws {RangeError} If there is no such place, or that is out of the range of its kind.
   */
  set(index: number, value: NumberOf<Code>): void {
    return notYet("SharedArray.set");
  }

  /**
   * Adds to the number at that place in one step, of all processes, and returns what it is then. Does not
   * block. Only integers can do it.
   *
   * @throws {TypeError} If its kind is `f` or `d`, or that is not of its kind.
   * @throws {RangeError} If there is no such place, or the sum is out of the range of its kind; nothing
   * changes.
   */
  add(index: number, value: NumberOf<Code>): NumberOf<Code> {
    return notYet("SharedArray.add");
  }

  /**
   * A copy of the numbers from one place to another, as `Array.prototype.slice` takes them; of all unless
   * told otherwise. Other processes may write while it is made. Does not block. Python's `array[1:3]`.
   */
  slice(start?: number, end?: number): NumberOf<Code>[] {
    return notYet("SharedArray.slice");
  }

  /**
   * Writes these values one after another, from that place on. Does not block. Python's
   * `array[1:3] = [7, 8]`.
   *
   * @throws {TypeError} If one is not of its kind.
   * @throws {RangeError} If there is no room for all, or one is out of the range of its kind; nothing
   * changes.
   */
  setAll(values: Iterable<NumberOf<Code>>, start = 0): void {
    return notYet("SharedArray.setAll");
  }

  /** The lock for what takes several steps. Nothing else takes it. Python's `Array.get_lock()`. */
  get lock(): ProcessRLock {
    return notYet("SharedArray.lock");
  }

  /** Gives its memory and its own lock back. The last process that does so removes them. */
  close(): void {
    return notYet("SharedArray.close");
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    return notYet("SharedArray[Symbol.dispose]");
  }

  /** `SharedArray(i, 11, 22, 33)`, or `SharedArray(closed)`. Of a long one it shows the beginning. */
  toString(): string {
    return notYet("SharedArray.toString");
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return notYet("SharedArray[depart]");
  }

  /**
   * The array that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it.
   */
  static [arrive](place: unknown): SharedArray {
    return notYet("SharedArray[arrive]");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/shared_memory/README.md`);
}
