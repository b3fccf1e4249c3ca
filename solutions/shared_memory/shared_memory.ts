/**
 * Memory that processes really share: what one writes the others see, with no message in between.
 *
 * It is a temporary file that each process has mapped into its memory. The last process that has it
 * removes it. If all that have it are killed, the file stays.
 *
 * `Atomics` works on it as on a SharedArrayBuffer, but for two: `Atomics.wait` throws a TypeError, and
 * `Atomics.notify` wakes nobody. Who has to wait for another process does it by a lock or a message.
 *
 * A program that uses it needs `--allow-read`, `--allow-write` and `--allow-ffi`: the C library of the
 * system maps the file. It is tested on Linux, should do on macOS, and is refused elsewhere.
 *
 * @module
 */
import { ProcessRLock } from "#solutions/process_locks/process_locks.ts";
import { CommonFolder } from "#solutions/_shared/common_folder.ts";
import { MappedFile } from "#solutions/_shared/mapped_file.ts";
import { arrive, depart, type Departure, refuseClones } from "#solutions/_shared/travelling.ts";

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
  #folder!: CommonFolder;
  #file!: MappedFile;
  #isOpen = true;

  /** It is made by {@linkcode SharedMemory.create} and {@linkcode SharedMemory.attach}. */
  private constructor() {
    refuseClones(this);
  }

  static #in(folder: CommonFolder): SharedMemory {
    try {
      const memory = new SharedMemory();
      memory.#folder = folder;
      memory.#file = new MappedFile(fileIn(folder.path));
      return memory;
    } catch (error) {
      folder.leave();
      throw error;
    }
  }

  /**
   * Makes new memory of so many bytes, which are all 0. Does not block.
   *
   * @throws {RangeError} If that is not an integer from 1 up.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  static create(bytes: number): SharedMemory {
    if (!Number.isSafeInteger(bytes) || bytes < 1) {
      throw new RangeError(
        `Cannot share memory as 'bytes' must be an integer from 1 up: received ${bytes}`,
      );
    }
    const folder = CommonFolder.make("shared_memory_");
    try {
      writeZeros(fileIn(folder.path), bytes);
    } catch (error) {
      folder.leave();
      throw error;
    }
    return SharedMemory.#in(folder);
  }

  /**
   * The memory of this name, which another process has made. Does not block.
   *
   * @throws {SharedMemoryError} If there is none: all who had it have closed it, or it was unlinked.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  static attach(name: string): SharedMemory {
    try {
      return SharedMemory.#in(CommonFolder.enter(name));
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      const sentence = `Cannot attach to ${name}: there is no shared memory of this name any more`;
      throw new SharedMemoryError(sentence, { cause });
    }
  }

  /** What other programs can attach to it by: the path of a folder. */
  get name(): string {
    return this.#folder.path;
  }

  /** The bytes. It is always the same buffer, and detached once this is closed. */
  get buffer(): ArrayBuffer {
    return this.#file.buffer;
  }

  /** How many bytes there are; 0 once this is closed. */
  get size(): number {
    return this.#file.buffer.byteLength;
  }

  /**
   * Removes its name: nobody can attach to it any more, nor be given it. Who has it keeps it. Does not
   * block, and does nothing if the name is gone.
   *
   * @throws {SharedMemoryError} If this is closed.
   */
  unlink(): void {
    requireOpen(this.#isOpen, "unlink");
    try {
      Deno.removeSync(fileIn(this.name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /**
   * Gives the memory back: every view of it has no bytes any more in this process. Does not block, and
   * does nothing when it is closed already. The last process that closes it removes it; the end of a
   * program closes it too.
   */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#file.close();
    this.#folder.leave();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `SharedMemory(8 bytes)` or `SharedMemory(closed)`. */
  toString(): string {
    return `SharedMemory(${this.#isOpen ? `${this.size} bytes` : "closed"})`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    requireOpen(this.#isOpen, "send");
    const { name } = this;
    return { module: import.meta.url, data: name, needs: { read: name, write: name } };
  }

  /**
   * The memory that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it, or it was unlinked.
   */
  static [arrive](name: unknown): SharedMemory {
    return SharedMemory.attach(name as string);
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
  readonly #numbers: SharedNumbers;

  /**
   * Makes a new one. It is 0 unless a value is given.
   *
   * @throws {TypeError} If there is no such typecode, the value is not of its kind, or the lock is no
   * ProcessRLock.
   * @throws {RangeError} If the value is out of the range of its kind.
   * @throws {Error} Deno's own, if the system or a permission is against it.
   */
  constructor(typecode: Code, value?: NumberOf<Code>, options: SharedOptions = {}) {
    const first = value === undefined ? 1 : [value];
    this.#numbers = SharedNumbers.of("SharedValue", typecode, first, options);
    refuseClones(this);
  }

  /** What it is now. Does not block. */
  get(): NumberOf<Code> {
    return this.#numbers.at(0) as NumberOf<Code>;
  }

  /**
   * Makes it another number. Does not block.
   *
   * @throws {TypeError} If that is not of its kind: a fraction, a number for a bigint, a text.
   * @throws {RangeError} If that is out of the range of its kind; nothing changes.
   * @throws {SharedMemoryError} If this is closed, as every other method does.
   */
  set(value: NumberOf<Code>): void {
    this.#numbers.set(0, value);
  }

  /**
   * Adds to it in one step, of all processes, and returns what it is then. Does not block. Only integers
   * can do it.
   *
   * @throws {TypeError} If its kind is `f` or `d`, or that is not of its kind.
   * @throws {RangeError} If the sum is out of the range of its kind; nothing changes.
   */
  add(value: NumberOf<Code>): NumberOf<Code> {
    return this.#numbers.add(0, value) as NumberOf<Code>;
  }

  /** The lock for what takes several steps. Nothing else takes it. Python's `Value.get_lock()`. */
  get lock(): ProcessRLock {
    return this.#numbers.lock;
  }

  /** Gives its memory and its own lock back. The last process that does so removes them. */
  close(): void {
    this.#numbers.close();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `SharedValue(i, 42)` or `SharedValue(closed)`. */
  toString(): string {
    return `SharedValue(${
      this.#numbers.isOpen ? `${this.#numbers.code}, ${this.get()}` : "closed"
    })`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return this.#numbers.depart();
  }

  /**
   * The value that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it.
   */
  static [arrive](place: unknown): SharedValue {
    return Reflect.construct(SharedValue, [place]);
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
  readonly #numbers: SharedNumbers;

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
    const first = typeof values === "number" ? values : [...values ?? []];
    this.#numbers = SharedNumbers.of("SharedArray", typecode, first, options);
    refuseClones(this);
  }

  /** How many numbers there are. */
  get length(): number {
    return this.#numbers.length;
  }

  /**
   * The number at that place; from the end if it is negative. Does not block.
   *
   * @throws {RangeError} If there is no such place.
   * @throws {SharedMemoryError} If this is closed, as every other method does.
   */
  at(index: number): NumberOf<Code> {
    return this.#numbers.at(index) as NumberOf<Code>;
  }

  /**
   * Makes the number at that place another one. Does not block.
   *
   * @throws {TypeError} If that is not of its kind: a fraction, a number for a bigint, a text.
   * @throws {RangeError} If there is no such place, or that is out of the range of its kind.
   */
  set(index: number, value: NumberOf<Code>): void {
    this.#numbers.set(index, value);
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
    return this.#numbers.add(index, value) as NumberOf<Code>;
  }

  /**
   * A copy of the numbers from one place to another, as `Array.prototype.slice` takes them; of all unless
   * told otherwise. Other processes may write while it is made. Does not block. Python's `array[1:3]`.
   */
  slice(start?: number, end?: number): NumberOf<Code>[] {
    return this.#numbers.slice(start, end) as NumberOf<Code>[];
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
    this.#numbers.setAll([...values], start);
  }

  /** The lock for what takes several steps. Nothing else takes it. Python's `Array.get_lock()`. */
  get lock(): ProcessRLock {
    return this.#numbers.lock;
  }

  /** Gives its memory and its own lock back. The last process that does so removes them. */
  close(): void {
    this.#numbers.close();
  }

  /** Closes it, as the end of a `using` block does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** `SharedArray(i, 11, 22, 33)`, or `SharedArray(closed)`. Of a long one it shows the beginning. */
  toString(): string {
    if (!this.#numbers.isOpen) return "SharedArray(closed)";
    const shown = this.slice(0, 10);
    const rest = this.length > shown.length ? [`${this.length - shown.length} more`] : [];
    return `SharedArray(${[this.#numbers.code, ...shown, ...rest].join(", ")})`;
  }

  /** How it travels to another process, as an argument of a `Process`. */
  [depart](): Departure {
    return this.#numbers.depart();
  }

  /**
   * The array that has travelled here.
   *
   * @throws {SharedMemoryError} If all who had it have closed it.
   */
  static [arrive](place: unknown): SharedArray {
    return Reflect.construct(SharedArray, [place, []]);
  }
}

/** A kind of numbers: how they lie in memory, and which they are. */
interface Kind {
  view: new (buffer: ArrayBuffer) => NumberView;
  bytes: number;
  /** What each of them is, in words. */
  what: "an integer" | "a bigint" | "a number";
  /** Whether the value is one of them, whatever its size. */
  isOne(value: unknown): boolean;
  /** Whether the value is one of them, and not too large or small. */
  fits(value: unknown): boolean;
}

type NumberView = {
  length: number;
  [index: number]: number | bigint;
};

const kinds: Readonly<Record<Typecode, Kind>> = {
  b: integers(Int8Array, -(2 ** 7), 2 ** 7 - 1),
  B: integers(Uint8Array, 0, 2 ** 8 - 1),
  h: integers(Int16Array, -(2 ** 15), 2 ** 15 - 1),
  H: integers(Uint16Array, 0, 2 ** 16 - 1),
  i: integers(Int32Array, -(2 ** 31), 2 ** 31 - 1),
  I: integers(Uint32Array, 0, 2 ** 32 - 1),
  q: bigints(BigInt64Array, -(2n ** 63n), 2n ** 63n - 1n),
  Q: bigints(BigUint64Array, 0n, 2n ** 64n - 1n),
  f: floats(
    Float32Array,
    (value) => Number.isFinite(Math.fround(value)) || !Number.isFinite(value),
  ),
  d: floats(Float64Array, () => true),
};

type View = Kind["view"] & { BYTES_PER_ELEMENT: number };

function integers(view: View, least: number, greatest: number): Kind {
  return {
    view,
    bytes: view.BYTES_PER_ELEMENT,
    what: "an integer",
    isOne: Number.isInteger,
    fits: (value) =>
      Number.isInteger(value) && least <= (value as number) && (value as number) <= greatest,
  };
}

function bigints(view: View, least: bigint, greatest: bigint): Kind {
  return {
    view,
    bytes: view.BYTES_PER_ELEMENT,
    what: "a bigint",
    isOne: (value) => typeof value === "bigint",
    fits: (value) => typeof value === "bigint" && least <= value && value <= greatest,
  };
}

function floats(view: View, fits: (value: number) => boolean): Kind {
  return {
    view,
    bytes: view.BYTES_PER_ELEMENT,
    what: "a number",
    isOne: (value) => typeof value === "number",
    fits: (value) => typeof value === "number" && fits(value),
  };
}

/** What travels of a value or an array. */
interface Place {
  memory: SharedMemory;
  code: Typecode;
  lock?: ProcessRLock;
}

/** Numbers of one kind in shared memory, as one object has them. */
class SharedNumbers {
  readonly code: Typecode;
  readonly #kind: Kind;
  readonly #memory: SharedMemory;
  readonly #givenLock?: ProcessRLock;
  readonly #view: NumberView;
  /** Whether `Atomics` can work on them. */
  readonly #isWhole: boolean;
  #ownLock?: ProcessRLock;

  private constructor({ memory, code, lock }: Place) {
    this.code = code;
    this.#kind = kinds[code];
    this.#isWhole = this.#kind.what !== "a number";
    this.#memory = memory;
    this.#givenLock = lock;
    this.#view = new this.#kind.view(memory.buffer);
  }

  /** Those that arrive here from a place, or else new ones: these values, or so many zeros. */
  static of(
    name: string,
    code: Typecode | Place,
    first: number | readonly (number | bigint)[],
    { lock }: SharedOptions,
  ): SharedNumbers {
    if (typeof code === "object") return new SharedNumbers(code);
    if (!Object.hasOwn(kinds, code)) {
      const known = Object.keys(kinds).join(", ");
      throw new TypeError(`Cannot make a ${name} as '${code}' is no typecode: they are ${known}`);
    }
    if (lock !== undefined && !(lock instanceof ProcessRLock)) {
      throw new TypeError(`Cannot make a ${name} as its 'lock' is no ProcessRLock`);
    }
    const values = typeof first === "number" ? [] : first;
    for (const value of values) requireFit(code, value);
    const length = typeof first === "number" ? first : first.length;
    if (!Number.isSafeInteger(length) || length < 1) {
      throw new RangeError(
        `Cannot make a ${name} as its length must be an integer from 1 up: received ${length}`,
      );
    }
    const memory = SharedMemory.create(length * kinds[code].bytes);
    const numbers = new SharedNumbers({ memory, code, lock });
    numbers.setAll(values, 0);
    return numbers;
  }

  get isOpen(): boolean {
    return this.#view.length > 0;
  }

  get length(): number {
    requireOpen(this.isOpen, "use");
    return this.#view.length;
  }

  get lock(): ProcessRLock {
    requireOpen(this.isOpen, "lock");
    return this.#givenLock ?? (this.#ownLock ??= new ProcessRLock(`${this.#memory.name}/lock`));
  }

  at(index: number): number | bigint {
    const at = this.#placeOf(index);
    return this.#isWhole ? Atomics.load(this.#view as Int32Array, at) : this.#view[at];
  }

  set(index: number, value: number | bigint): void {
    const at = this.#placeOf(index);
    if (!this.#kind.fits(value)) requireFit(this.code, value);
    if (this.#isWhole) Atomics.store(this.#view as Int32Array, at, value as number);
    else this.#view[at] = value;
  }

  add(index: number, value: number | bigint): number | bigint {
    const at = this.#placeOf(index);
    if (!this.#isWhole) {
      throw new TypeError(
        `Cannot add to a number of kind '${this.code}' in one step: use its lock`,
      );
    }
    requireOne(this.code, value);
    const integers = this.#view as Int32Array;
    for (let before = Atomics.load(integers, at);;) {
      const after = before + (value as number);
      requireFit(this.code, after);
      const found = Atomics.compareExchange(integers, at, before, after);
      if (found === before) return after;
      before = found; // Another process has come in between.
    }
  }

  slice(start = 0, end = this.length): (number | bigint)[] {
    const [from, to] = [start, end].map((place) =>
      Math.min(place < 0 ? Math.max(0, place + this.length) : place, this.length)
    );
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => this.at(from + i));
  }

  setAll(values: readonly (number | bigint)[], start: number): void {
    for (const value of values) requireFit(this.code, value);
    const from = values.length === 0 ? 0 : this.#placeOf(start);
    if (values.length > this.length - from) {
      throw new RangeError(
        `Cannot write ${values.length} numbers from ${start} on: there are ${this.length}`,
      );
    }
    values.forEach((value, i) => this.set(from + i, value));
  }

  close(): void {
    this.#ownLock?.close();
    this.#memory.close();
  }

  depart(): Departure {
    requireOpen(this.isOpen, "send");
    const lock = this.#givenLock;
    const place: Place = { memory: this.#memory, code: this.code, ...lock ? { lock } : {} };
    return { module: import.meta.url, data: place };
  }

  #placeOf(index: number): number {
    const { length } = this.#view;
    const at = index < 0 ? index + length : index;
    if (Number.isInteger(index) && at >= 0 && at < length) return at;
    requireOpen(length > 0, "use");
    throw new RangeError(`There is no place ${index}: there are ${length}, from 0 on`);
  }
}

function requireOpen(isOpen: boolean, what: string): void {
  if (!isOpen) throw new SharedMemoryError(`Cannot ${what} it: it is closed`);
}

function requireFit(code: Typecode, value: number | bigint): void {
  if (kinds[code].fits(value)) return;
  requireOne(code, value);
  throw new RangeError(`${value} is out of the range of kind '${code}'`);
}

function requireOne(code: Typecode, value: number | bigint): void {
  const { isOne, what } = kinds[code];
  if (isOne(value)) return;
  throw new TypeError(`'${String(value)}' is no number of kind '${code}': it takes ${what}`);
}

function fileIn(folder: string): string {
  return `${folder}/memory`;
}

/** Writes them all. A file with holes would be filled later, and a full disk would end the program then. */
function writeZeros(path: string, bytes: number): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  const zeros = new Uint8Array(Math.min(bytes, 2 ** 20));
  for (let left = bytes; left > 0;) {
    left -= file.writeSync(zeros.subarray(0, Math.min(left, 2 ** 20)));
  }
}
