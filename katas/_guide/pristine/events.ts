// deno-lint-ignore-file no-unused-vars -- the bodies are yours to write
/**
 * Your events. Edit this file and no other; the lesson is katas/events/README.md.
 *
 * @module
 */

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

  /** Makes a new event, which is not set. `buffer` is for {@linkcode Event.attach}. */
  constructor(buffer?: SharedArrayBuffer) {
    notYet("new Event");
  }

  /**
   * The event that lives in this buffer, as another thread made it.
   *
   * @throws {TypeError} If it is not the buffer of an Event.
   */
  static attach(buffer: SharedArrayBuffer): Event {
    return notYet("Event.attach");
  }

  /** Sets the event, and lets all go on who wait for it. Does not block. Python's `Event.set`. */
  set(): void {
    return notYet("Event.set");
  }

  /**
   * Takes the event back: who comes from now on waits. Who waited before a {@linkcode Event.set}
   * goes on, also if this follows at once. Does not block. Python's `Event.clear`.
   */
  clear(): void {
    return notYet("Event.clear");
  }

  /** Whether it is set at this moment. Python's `Event.is_set()`. */
  get isSet(): boolean {
    return notYet("Event.isSet");
  }

  /**
   * Blocks the thread until the event is set, for at most `timeout` milliseconds. Returns whether
   * it was set: without a timeout that is always `true`. Python's `Event.wait`.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  wait({ timeout = Infinity }: WaitOptions = {}): boolean {
    return notYet("Event.wait");
  }

  /** `Event(set)` or `Event(not set)`. */
  toString(): string {
    return notYet("Event.toString");
  }
}

/** What a traffic light shows. */
export type Colour = "green" | "yellow" | "red";

/** How many milliseconds a traffic light shows each colour. */
export type LightTimes = Record<Colour, number>;

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

  /**
   * Makes a new light, which is red. `buffer` is for {@linkcode TrafficLight.attach}.
   *
   * @throws {RangeError} If a time is negative or not a finite number, or if all of them are 0.
   */
  constructor(
    times: LightTimes = { green: 10_000, yellow: 3_000, red: 7_000 },
    buffer?: SharedArrayBuffer,
  ) {
    notYet("new TrafficLight");
  }

  /**
   * The light that lives in this buffer, with the times that it was made with.
   *
   * @throws {TypeError} If it is not the buffer of a TrafficLight.
   */
  static attach(buffer: SharedArrayBuffer): TrafficLight {
    return notYet("TrafficLight.attach");
  }

  /**
   * Plays the light, green first, then yellow, then red, and so on. Blocks the thread until `stop`
   * is set, and returns at once then. The light is red after that. One thread at a time may do it.
   */
  run(stop: Event): void {
    return notYet("TrafficLight.run");
  }

  /** What the light shows at this moment. */
  get colour(): Colour {
    return notYet("TrafficLight.colour");
  }

  /**
   * Blocks the thread until the light is green, for at most `timeout` milliseconds. Returns whether
   * it was: who waits when it becomes green goes on, however short the green is.
   *
   * @throws {RangeError} If the timeout is not a number.
   */
  waitForGreen({ timeout = Infinity }: WaitOptions = {}): boolean {
    return notYet("TrafficLight.waitForGreen");
  }

  /** `TrafficLight(green)`, and so on. */
  toString(): string {
    return notYet("TrafficLight.toString");
  }
}

function notYet(what: string): never {
  throw new Error(`${what} is not implemented yet: katas/events/README.md`);
}
