/**
 * Events in shared memory, and a traffic light made of one. The word of an event only counts up,
 * once for each change: it is odd while the event is set. Who waits compares it with what it was,
 * as with the sequence number of a condition variable, and so cannot miss a set that was cleared at
 * once.
 *
 * @module
 */
import { checkedBuffer, countdown, requireTimeout } from "#solutions/_shared/waiting.ts";

type Words = Int32Array<SharedArrayBuffer>;

const changesAt = 0;

/** How long to wait. */
export interface WaitOptions {
  /** How many milliseconds to wait at most; for ever unless given. A negative number is 0. */
  timeout?: number;
}

/**
 * Something that happens, and that any number of threads wait for. It stays set until somebody
 * clears it, and can be set again after that. Python's `threading.Event`. Prefer {@linkcode
 * Semaphore} where each thing that happens lets one thread go on, and no more.
 *
 * @example An event and its view from another thread
 * ```ts
 * import { Event } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const isOpen = new Event();
 * const sameEvent = Event.attach(isOpen.buffer); // in a Worker that was sent the buffer
 * assertEquals(sameEvent.wait({ timeout: 1 }), false);
 * isOpen.set();
 * assertEquals(sameEvent.wait(), true);
 * ```
 */
export class Event {
  /** The shared memory of the event: what other threads need to see the same one. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Words;

  /** Makes a new event, which is not set. `buffer` is for {@linkcode Event.attach}. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(4);
    this.#words = new Int32Array(this.buffer);
  }

  /**
   * The event that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of an Event.
   */
  static attach(buffer: SharedArrayBuffer): Event {
    return new Event(checkedBuffer("Event", buffer, 4));
  }

  /** Sets the event, and lets all go on who wait for it. Does not block. Python's `Event.set`. */
  set(): void {
    setEvent(this.#words);
  }

  /**
   * Takes the event back: who comes from now on waits. Who waited before a {@linkcode Event.set}
   * goes on, also if this follows at once. Does not block. Python's `Event.clear`.
   */
  clear(): void {
    clearEvent(this.#words);
  }

  /** Whether it is set at this moment. Python's `Event.is_set()`. */
  get isSet(): boolean {
    return isOdd(Atomics.load(this.#words, changesAt));
  }

  /**
   * Blocks the thread until the event is set, for at most `timeout` milliseconds. Returns whether
   * it was set: without a timeout that is always `true`. Python's `Event.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout = Infinity }: WaitOptions = {}): boolean {
    return waitForEvent(this.#words, timeout);
  }

  /** `Event(set)` or `Event(not set)`. */
  toString(): string {
    return `Event(${this.isSet ? "set" : "not set"})`;
  }
}

/** What a traffic light shows. */
export type Colour = "green" | "yellow" | "red";

/** How many milliseconds a traffic light shows each colour. */
export type LightTimes = Record<Colour, number>;

/** In the order in which they are shown. */
const colours: readonly Colour[] = ["green", "yellow", "red"];
const red = colours.indexOf("red");

// Word 0 is the event that the light is green, word 1 the colour, and then come the three times.
const colourAt = 1;
const timesFrom = 8;
const lightBytes = timesFrom + 8 * colours.length;

/**
 * A traffic light that one thread plays and that cars in other threads wait for. Cars go on at
 * green and at no other colour. It is red as long as nobody plays it. It has no counterpart in
 * Python.
 *
 * @example A light that nobody plays yet
 * ```ts
 * import { Event, TrafficLight } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const light = new TrafficLight({ green: 2, yellow: 1, red: 1 });
 * const sameLight = TrafficLight.attach(light.buffer); // in a Worker: sameLight.run(stop)
 * assertEquals(sameLight.colour, "red");
 * assertEquals(light.waitForGreen({ timeout: 1 }), false);
 * ```
 */
export class TrafficLight {
  /** The shared memory of the light: what other threads need to see the same one. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Words;

  /**
   * Makes a new light, which is red. `buffer` is for {@linkcode TrafficLight.attach}.
   *
   * @throws {RangeError} If a time is negative or not a finite number, or if all of them are 0.
   */
  constructor(
    times: LightTimes = { green: 10_000, yellow: 3_000, red: 7_000 },
    buffer?: SharedArrayBuffer,
  ) {
    this.buffer = buffer ?? newLight(times);
    this.#words = new Int32Array(this.buffer, 0, 2);
  }

  /**
   * The light that lives in this buffer, with the times that it was made with.
   *
   * @throws {TypeError} If it is not the buffer of a TrafficLight.
   */
  static attach(buffer: SharedArrayBuffer): TrafficLight {
    return new TrafficLight(undefined, checkedBuffer("TrafficLight", buffer, lightBytes));
  }

  /**
   * Plays the light, green first, then yellow, then red, and so on. Blocks the thread until `stop`
   * is set, and returns at once then. The light is red after that. One thread at a time may do it.
   */
  run(stop: Event): void {
    const times = new Float64Array(this.buffer, timesFrom);
    for (let next = 0; !stop.isSet; next = (next + 1) % colours.length) {
      this.#show(next);
      if (stop.wait({ timeout: times[next] })) break;
    }
    this.#show(red);
  }

  /** What the light shows at this moment. */
  get colour(): Colour {
    return colours[Atomics.load(this.#words, colourAt)];
  }

  /**
   * Blocks the thread until the light is green, for at most `timeout` milliseconds. Returns whether
   * it was: who waits when it becomes green goes on, however short the green is.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  waitForGreen({ timeout = Infinity }: WaitOptions = {}): boolean {
    return waitForEvent(this.#words, timeout);
  }

  /** `TrafficLight(green)`, and so on. */
  toString(): string {
    return `TrafficLight(${this.colour})`;
  }

  /** Cars must not go on before they can see the green, nor after it has gone. */
  #show(colour: number): void {
    if (colours[colour] !== "green") clearEvent(this.#words);
    Atomics.store(this.#words, colourAt, colour);
    if (colours[colour] === "green") setEvent(this.#words);
  }
}

function newLight(times: LightTimes): SharedArrayBuffer {
  const list = colours.map((colour) => times[colour]);
  if (!list.every((time) => time >= 0 && time < Infinity) || list.every((time) => time === 0)) {
    throw new RangeError(
      "Cannot make a TrafficLight as 'times' must be milliseconds from 0 up, and not all 0: " +
        `received ${colours.map((colour) => `${colour} ${times[colour]}`).join(", ")}`,
    );
  }
  const buffer = new SharedArrayBuffer(lightBytes);
  new Int32Array(buffer)[colourAt] = red;
  new Float64Array(buffer, timesFrom).set(list);
  return buffer;
}

const isOdd = (changes: number) => (changes & 1) === 1;

function setEvent(words: Words): void {
  // Who finds it set need not notify: whoever has set it does.
  if (change(words, true)) Atomics.notify(words, changesAt);
}

function clearEvent(words: Words): void {
  change(words, false);
}

/** Counts one change, unless the event is as it should be already. Returns whether it did. */
function change(words: Words, toSet: boolean): boolean {
  let before = Atomics.load(words, changesAt);
  while (isOdd(before) !== toSet) {
    // A word of 32 bits runs over into the negative numbers, and an odd one stays odd.
    const found = Atomics.compareExchange(words, changesAt, before, before + 1 | 0);
    if (found === before) return true;
    before = found;
  }
  return false;
}

/**
 * Sleeps until the event is set, or has been set meanwhile; gives up after `timeout` milliseconds.
 */
function waitForEvent(words: Words, timeout: number): boolean {
  requireTimeout("wait", timeout);
  const before = Atomics.load(words, changesAt);
  if (isOdd(before)) return true;
  const left = countdown(timeout);
  for (let rest = timeout; rest > 0; rest = left()) {
    Atomics.wait(words, changesAt, before, rest);
    if (Atomics.load(words, changesAt) !== before) return true;
  }
  return false;
}
