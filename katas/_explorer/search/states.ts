/** States and lists of numbers in flat memory, where each costs its bytes and no object. */

/** A list of whole numbers that grows. */
export class Ints {
  /** How many there are. */
  length = 0;
  #array = new Int32Array(1024);

  /** Adds one, and returns its place. */
  push(value: number): number {
    if (this.length === this.#array.length) this.#array = grown(this.#array);
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

/** A set of rows of equal width, numbered in the order in which they came: a table with open addressing. */
export class States {
  /** How many there are. */
  count = 0;
  readonly #width: number;
  #words: Int32Array<ArrayBuffer>;
  /** Pairs of a state, or -1, and its hash: most rows that differ are told apart without a look at them. */
  #table = new Int32Array(1 << 13).fill(-1);

  /** `width` is the bytes of a row, a multiple of 4. */
  constructor(width: number) {
    this.#width = width / 4;
    this.#words = new Int32Array(this.#width << 10);
  }

  /** The number of the row, which is added if it is new. */
  add(row: Int32Array): number {
    if (4 * this.count >= this.#table.length) this.#rehash();
    const table = this.#table;
    const width = this.#width;
    const mask = table.length - 2;
    const code = hash(row, width);
    let place = code << 1 & mask;
    for (; table[place] >= 0; place = place + 2 & mask) {
      if (table[place + 1] === code && this.#isEqual(row, table[place])) return table[place];
    }
    if ((this.count + 1) * width > this.#words.length) this.#words = grown(this.#words);
    this.#words.set(row, this.count * width);
    table[place + 1] = code;
    return table[place] = this.count++;
  }

  #isEqual(row: Int32Array, state: number): boolean {
    const words = this.#words;
    const width = this.#width;
    const start = state * width;
    for (let i = 0; i < width; i++) if (words[start + i] !== row[i]) return false;
    return true;
  }

  #rehash(): void {
    const old = this.#table;
    const table = new Int32Array(2 * old.length).fill(-1);
    const mask = table.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] < 0) continue;
      let place = old[from + 1] << 1 & mask;
      while (table[place] >= 0) place = place + 2 & mask;
      table[place] = old[from];
      table[place + 1] = old[from + 1];
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

function hash(row: Int32Array, width: number): number {
  let hash = 0;
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash ^ row[i], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
