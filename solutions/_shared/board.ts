/**
 * A board in shared memory where a pool puts tasks for its threads. A thread that is free takes the one
 * that waits longest, and leaves in its place what has come out. Each task is claimed by one
 * `compareExchange`: by the thread that runs it, or by the pool that takes it back.
 *
 * Nobody waits here: who finds nothing goes to sleep elsewhere, and is woken by a message. Small plain
 * values are written on the board itself, because a message takes twenty times as long. Others have to be
 * sent.
 *
 * @module
 */
import { isPlain } from "./encoding.ts";

/** How many tasks can wait there at least, while each worker is busy with another one. */
const leastWaiting = 64;
/** There is no room for more threads in any machine. */
const mostWorkers = 4000;
/** How many letters there is room for in a place. */
const letters = 256;
/** How much memory a place takes. */
export const placeBytes = 4 * 6 + 2 * letters;

/** What there is in a place: nothing, or a task. */
const [nothing, waiting, running, takenBack, cameBack] = [0, 1, 2, 3, 4];
/** How many were put there, taken, and came back; and whether the pool has been told that some did. */
const [put, taken, back, told] = [0, 1, 2, 3];

/** The board, as the pool or one of its threads sees it. */
export class Board {
  /** What travels to the threads. */
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array;
  /** Places in the order in which tasks were put there, and behind each other those that came back. */
  readonly #line: Int32Array;
  readonly #backs: Int32Array;
  readonly #states: Int32Array;
  readonly #tickets: Int32Array;
  readonly #lengths: Int32Array;
  readonly #letters: Uint16Array;
  readonly #free: number[];
  #collected = 0;

  /** A new one for so many workers, or one that another thread has sent the memory of. */
  constructor(of: number | SharedArrayBuffer) {
    this.memory = typeof of === "number" ? memoryFor(of) : of;
    const places = this.memory.byteLength / placeBytes;
    const words = (i: number) => new Int32Array(this.memory, 4 * i * places, places);
    this.#counts = words(0);
    this.#line = words(1);
    this.#backs = words(2);
    this.#states = words(3);
    this.#tickets = words(4);
    this.#lengths = words(5);
    this.#letters = new Uint16Array(this.memory, 4 * 6 * places);
    this.#free = Array.from({ length: places }, (_, i) => places - 1 - i);
  }

  // -- The pool --

  /** Whether a task can be put there. */
  get hasRoom(): boolean {
    return this.#free.length > 0;
  }

  /** Puts a task there. Returns its place. */
  put(task: unknown): number {
    const place = this.#free.pop()!;
    const ticket = this.#counts[put];
    this.#write(place, { value: task });
    this.#tickets[place] = ticket;
    Atomics.store(this.#states, place, waiting);
    Atomics.store(this.#line, this.#at(ticket), place);
    Atomics.store(this.#counts, put, ticket + 1);
    return place;
  }

  /** How many tasks threads are at. */
  get runningCount(): number {
    return this.#states.filter((state) => state === running).length;
  }

  /** Whether a thread has taken the task. */
  hasBegun(place: number): boolean {
    return Atomics.load(this.#states, place) !== waiting;
  }

  /** Takes the task back, unless a thread has it. The place comes back when a thread comes by. */
  takeBack(place: number): boolean {
    return Atomics.compareExchange(this.#states, place, waiting, takenBack) === waiting;
  }

  /** The first place of those that came back, if there is one. */
  firstBack(): number | undefined {
    const entry = Atomics.load(this.#backs, this.#at(this.#collected));
    return entry === 0 ? undefined : entry - 1;
  }

  /** Makes that place free. */
  collect(): void {
    const i = this.#at(this.#collected++);
    this.free(this.#backs[i] - 1);
    Atomics.store(this.#backs, i, 0);
  }

  /** Makes a place free, also one that does not come back. */
  free(place: number): void {
    Atomics.store(this.#states, place, nothing);
    this.#free.push(place);
  }

  /** From now on the pool has to be told of what comes back. */
  listen(): void {
    Atomics.store(this.#counts, told, 0);
  }

  // -- A thread --

  /** Whether there may be something to take. */
  get hasTasks(): boolean {
    return Atomics.load(this.#counts, taken) !== Atomics.load(this.#counts, put);
  }

  /** Takes the task that waits longest. Returns its place, or nothing if no task waits. */
  take(tell: () => void): number | undefined {
    for (;;) {
      const ticket = Atomics.load(this.#counts, taken);
      if (ticket === Atomics.load(this.#counts, put)) return undefined;
      const place = Atomics.load(this.#line, this.#at(ticket));
      // If another thread was faster, that may be the place of a newer task. Then this fails.
      if (Atomics.compareExchange(this.#counts, taken, ticket, ticket + 1) !== ticket) continue;
      if (Atomics.compareExchange(this.#states, place, waiting, running) === waiting) return place;
      this.finish(place, { value: undefined }, tell);
    }
  }

  /**
   * Leaves there what has come out, and tells the pool if it has to be told. Returns whether that is written
   * there. If not, it has to be sent, and that tells the pool as well.
   */
  finish(place: number, outcome: { value: unknown } | object, tell: () => void): boolean {
    const isWritten = this.#write(place, outcome);
    Atomics.store(this.#states, place, cameBack);
    Atomics.store(this.#backs, this.#at(Atomics.add(this.#counts, back, 1)), place + 1);
    if (Atomics.exchange(this.#counts, told, 1) === 0 && isWritten) tell();
    return isWritten;
  }

  // -- Both --

  /** The number of the task at this place. No other has it. */
  ticketOf(place: number): number {
    return this.#tickets[place];
  }

  /** Whether what is in that place has to be sent. */
  isToBeSent(place: number): boolean {
    return this.#lengths[place] < 0;
  }

  /** What is written there. */
  read(place: number): unknown {
    const start = place * letters;
    const text = this.#letters.subarray(start, start + this.#lengths[place]);
    // A spread of it would take five times as long.
    return text.length === 0
      ? undefined
      : JSON.parse(Reflect.apply(String.fromCharCode, null, text));
  }

  #write(place: number, content: { value: unknown } | object): boolean {
    const text = "value" in content ? textOf(content.value) : undefined;
    this.#lengths[place] = text === undefined ? -1 : text.length;
    if (text === undefined) return false;
    for (let i = 0; i < text.length; i++) this.#letters[place * letters + i] = text.charCodeAt(i);
    return true;
  }

  /** Where in a ring a number is that grows for ever. */
  #at(number: number): number {
    return number & (this.#line.length - 1);
  }
}

function memoryFor(workers: number): SharedArrayBuffer {
  // A number that counts in 32 bits goes around a ring of such a size without a jump.
  const places = 2 ** Math.ceil(Math.log2(Math.min(workers, mostWorkers) + leastWaiting));
  return new SharedArrayBuffer(placeBytes * places);
}

/** The value as a text, if that is short and gives the same value back. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return "";
  try {
    const text = isPlain(value, letters) ? JSON.stringify(value) : undefined;
    return text !== undefined && text.length <= letters ? text : undefined;
  } catch {
    return undefined; // It cannot be sent either, and that says so.
  }
}
