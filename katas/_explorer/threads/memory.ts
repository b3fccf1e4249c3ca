/** A typed array over shared memory, the real one behind any stand-in. */
export type SharedArray =
  | Int8Array<SharedArrayBuffer>
  | Uint8Array<SharedArrayBuffer>
  | Int16Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint32Array<SharedArrayBuffer>
  | BigInt64Array<SharedArrayBuffer>
  | BigUint64Array<SharedArrayBuffer>
  | Uint8ClampedArray<SharedArrayBuffer>
  | Float16Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Float64Array<SharedArrayBuffer>;

// Taken before any stand-in is put in its place.
const RealUint8Array = Uint8Array;
const RealInt32Array = Int32Array;

interface Region {
  buffer: SharedArrayBuffer;
  bytes: Uint8Array<SharedArrayBuffer>;
  /** The same memory by words of 32 bits, as far as it has whole ones. */
  words: Int32Array<SharedArrayBuffer>;
  start: number;
  name: string;
}

/** All shared buffers of one program, seen as one run of bytes that can be saved and put back. */
export class Memory {
  /** How many bytes all buffers have together, each filled up to whole words of 32 bits. */
  size = 0;
  readonly #regions: Region[] = [];
  readonly #byBuffer = new Map<SharedArrayBuffer, Region>();

  /** Takes a buffer in; a second call for the same buffer changes nothing. */
  add(buffer: SharedArrayBuffer): void {
    if (this.#byBuffer.has(buffer)) return;
    const name = `memory${this.#regions.length === 0 ? "" : this.#regions.length + 1}`;
    const words = new RealInt32Array(buffer, 0, buffer.byteLength >> 2);
    const region = { buffer, bytes: new RealUint8Array(buffer), words, start: this.size, name };
    this.size += Math.ceil(buffer.byteLength / 4) * 4;
    this.#regions.push(region);
    this.#byBuffer.set(buffer, region);
  }

  /** Whether the buffer belongs to this program. */
  has(buffer: SharedArrayBuffer): boolean {
    return this.#byBuffer.has(buffer);
  }

  /** Where the buffer's bytes begin among all bytes of the program. */
  startOf(buffer: SharedArrayBuffer): number {
    return this.#byBuffer.get(buffer)!.start;
  }

  /** Gives the buffer the name that reports use. */
  rename(buffer: SharedArrayBuffer, name: string): void {
    const region = this.#byBuffer.get(buffer);
    if (region) region.name = name;
  }

  /** The place of an element among all bytes of the program. */
  address(array: SharedArray, index: number): number {
    const region = this.#byBuffer.get(array.buffer)!;
    return region.start + array.byteOffset + index * array.BYTES_PER_ELEMENT;
  }

  /** `lock` for a buffer of one element, `slots[3]` for an element of a longer one. */
  label(address: number, width: number): string {
    const region = this.#regions.findLast((region) => region.start <= address)!;
    if (region.buffer.byteLength === width) return region.name;
    return `${region.name}[${(address - region.start) / width}]`;
  }

  /** Writes all bytes down at the beginning of a row. */
  save(row: Int32Array): void {
    let at = 0;
    for (const { bytes, words } of this.#regions) {
      for (let i = 0; i < words.length; i++) row[at++] = words[i];
      if (bytes.length & 3) row[at++] = tail(bytes);
    }
  }

  /** A copy of all bytes. */
  copy(): Int32Array {
    const row = new RealInt32Array(this.size / 4);
    this.save(row);
    return row;
  }

  /** Whether it holds what a row has at its beginning. */
  isAs(row: Int32Array): boolean {
    let at = 0;
    for (const { bytes, words } of this.#regions) {
      for (let i = 0; i < words.length; i++) if (words[i] !== row[at++]) return false;
      if (bytes.length & 3 && tail(bytes) !== row[at++]) return false;
    }
    return true;
  }

  /** Puts back the bytes at the beginning of a row. */
  restore(row: Int32Array): void {
    let at = 0;
    for (const { bytes, words } of this.#regions) {
      for (let i = 0; i < words.length; i++) words[i] = row[at++];
      if (bytes.length & 3) putBack(bytes, row[at++]);
    }
  }
}

/** The bytes after the last whole word. */
function tail(bytes: Uint8Array): number {
  let word = 0;
  for (let i = bytes.length & ~3; i < bytes.length; i++) word |= bytes[i] << 8 * (i & 3);
  return word;
}

function putBack(bytes: Uint8Array, word: number): void {
  for (let i = bytes.length & ~3; i < bytes.length; i++) bytes[i] = word >>> 8 * (i & 3);
}
