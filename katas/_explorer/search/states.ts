/** States and lists of numbers in flat memory, where each costs its bytes and no object. */

/** A list of whole numbers that grows. */
export class Ints {
  /** How many there are. */
  length = 0;
  #array = new Int32Array(1024);

  /** Adds one, and returns its place. */
  push(value: number): number {
    if (this.length === this.#array.length) this.#array = grown(this.#array, this.length + 1);
    this.#array[this.length] = value;
    return this.length++;
  }

  /** The number at a place. */
  at(index: number): number {
    return this.#array[index];
  }

  /** Puts another number at a place. */
  set(index: number, value: number): void {
    this.#array[index] = value;
  }

  /** All of them, as they are now. */
  view(): Int32Array {
    return this.#array.subarray(0, this.length);
  }
}

/**
 * A set of rows of equal width, numbered in the order in which they came: a table with open addressing. An
 * entry of the table is a state and eight bits of its hash, which tell most rows apart that differ.
 */
export class States {
  /** How many there are. */
  count = 0;
  readonly #width: number;
  #words: Int32Array<ArrayBuffer>;
  #table = new Int32Array(1 << 12).fill(-1);

  /** `width` is the bytes of a row, a multiple of 4. */
  constructor(width: number) {
    this.#width = width / 4;
    this.#words = new Int32Array(this.#width << 10);
  }

  /** The number of the row, which is added if it is new. */
  add(row: Int32Array): number {
    if (3 * this.count >= 2 * this.#table.length) this.#rehash();
    const table = this.#table;
    const width = this.#width;
    const mask = table.length - 1;
    const code = hash(row, 0, width);
    let place = code & mask;
    for (; table[place] !== -1; place = place + 1 & mask) {
      const state = table[place] & stateBits;
      if ((table[place] ^ code) >>> 24 === 0 && this.#isEqual(row, state)) return state;
    }
    if (this.count === mostStates) throw new RangeError(`More than ${mostStates} states`);
    const start = this.count * width;
    if (start + width > this.#words.length) this.#words = grown(this.#words, start + width);
    this.#words.set(row, start);
    table[place] = code & ~stateBits | this.count;
    return this.count++;
  }

  #isEqual(row: Int32Array, state: number): boolean {
    const words = this.#words;
    const width = this.#width;
    const start = state * width;
    for (let i = 0; i < width; i++) if (words[start + i] !== row[i]) return false;
    return true;
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length).fill(-1);
    const mask = table.length - 1;
    for (let state = 0; state < this.count; state++) {
      const code = hash(this.#words, state * this.#width, this.#width);
      let place = code & mask;
      while (table[place] !== -1) place = place + 1 & mask;
      table[place] = code & ~stateBits | state;
    }
    this.#table = table;
  }

  /** Copies a row out. */
  copy(state: number, row: Int32Array): void {
    const words = this.#words;
    const start = state * this.#width;
    for (let i = 0; i < this.#width; i++) row[i] = words[start + i];
  }
}

const stateBits = 0xffffff;
// The last number with all of its hash bits set would read as an empty entry.
const mostStates = stateBits;

function hash(words: Int32Array, start: number, width: number): number {
  let hash = 0;
  for (let i = start; i < start + width; i++) {
    hash = Math.imul(hash ^ words[i], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function grown(array: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, array.length + (array.length >> 1)));
  larger.set(array);
  return larger;
}
