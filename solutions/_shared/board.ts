/**
 * A board in shared memory where a pool puts tasks for its threads. A thread that is free takes the one
 * that waits longest, and leaves in its place what has come out.
 *
 * Each task is claimed by one `compareExchange`, by the thread that runs it or by the pool that takes it
 * back. Nobody waits here: who finds nothing goes to sleep elsewhere, and is woken by a message.
 *
 * @module
 */

/** How many tasks can wait there at least, while each worker is busy with another one. */
const leastWaiting = 64;
const letters = 256;

/** What there is in a place: nothing, or a task. */
const [nothing, waiting, running, takenBack, cameBack] = [0, 1, 2, 3, 4];
/** How many were put there, taken, and came back; and whether the pool has been told that some did. */
const [put, taken, back, told] = [0, 1, 2, 3];

/** The board, as the pool or one of its threads sees it. */
export class Board {
  /** How many letters there is room for in a place. */
  static readonly longest = letters;
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

  /** A board for so many workers, new or in the memory of one. */
  constructor(workers: number, memory?: SharedArrayBuffer) {
    // A number that counts in 32 bits goes around such a ring without a jump.
    const places = 2 ** Math.ceil(Math.log2(workers + leastWaiting));
    this.memory = memory ?? new SharedArrayBuffer(4 * 6 * places + 2 * letters * places);
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

  /** Puts a task there, and returns its place. What has no text has to be sent. */
  put(text: string | undefined): number {
    const place = this.#free.pop()!;
    const ticket = this.#counts[put];
    this.#write(place, text);
    this.#tickets[place] = ticket;
    Atomics.store(this.#states, place, waiting);
    Atomics.store(this.#line, this.#at(ticket), place);
    Atomics.store(this.#counts, put, ticket + 1);
    return place;
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
      this.finish(place, "", tell);
    }
  }

  /** Leaves there what has come out. What has no text has to be sent, and that tells as well. */
  finish(place: number, text: string | undefined, tell: () => void): void {
    this.#write(place, text);
    Atomics.store(this.#states, place, cameBack);
    Atomics.store(this.#backs, this.#at(Atomics.add(this.#counts, back, 1)), place + 1);
    if (Atomics.exchange(this.#counts, told, 1) === 0 && text !== undefined) tell();
  }

  // -- Both --

  /** The number of the task at this place. No other has it. */
  ticketOf(place: number): number {
    return this.#tickets[place];
  }

  /** What is written there; nothing if it has to be sent. */
  read(place: number): string | undefined {
    const [start, length] = [place * letters, this.#lengths[place]];
    if (length < 0) return undefined;
    return String.fromCharCode(...this.#letters.subarray(start, start + length));
  }

  #write(place: number, text: string | undefined): void {
    this.#lengths[place] = text === undefined ? -1 : text.length;
    if (text === undefined) return;
    for (let i = 0; i < text.length; i++) this.#letters[place * letters + i] = text.charCodeAt(i);
  }

  /** Where in a ring a number is that grows for ever. */
  #at(number: number): number {
    return number & (this.#line.length - 1);
  }
}
