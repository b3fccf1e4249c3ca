import type { Model } from "./machine/linearizable.ts";

/** What a thread's body gets to know about itself. */
export interface VirtualThread {
  /** 1 for the first thread, 2 for the second. A program that reads it loses the symmetry merge. */
  readonly id: number;
  /** `A`, `B`, ... or the name that the program gave. */
  readonly name: string;
  /** Runs `body` inside a section; more than `limit` threads in it at once is a failure. */
  inside<T>(section: string, body: () => T, limit?: number): T;
  /** Says that this thread now waits for the section: from here on `bypass` counts. */
  request(section: string): void;
  /**
   * Runs `body` as one step: while it can go on, no other thread acts. What it does after it has slept is
   * one more step. That leaves out what a part does inside which has tests of its own, say a lock.
   */
  atomic<T>(body: () => T): T;
  /** Starts another thread of the program, one of its `children`. */
  start(name: string): void;
  /** Waits until a thread that was started has ended. */
  join(name: string): void;
  /** Runs `body` as a call by that name, for `linearizable`. */
  call<T>(name: string, args: readonly unknown[], body: () => T): T;
  /** The virtual time in milliseconds. */
  now(): number;
  /** Sleeps for some virtual milliseconds. */
  sleep(milliseconds: number): void;
}

/** The body of a thread. It is run again and again, so it keeps all its state in local variables. */
export type Body<Shared> = (shared: Shared, thread: VirtualThread) => unknown;

/** A concurrent program whose every schedule is to be checked. */
export interface Program<Shared> {
  /** Makes the shared memory. An object's keys name its buffers in reports. */
  shared: () => Shared;
  /** How many threads do `run`, or the bodies by name. */
  threads: number | Record<string, Body<Shared>>;
  /** The body of every thread, where `threads` is a number. */
  run?: Body<Shared>;
  /** How often each thread does its body, with nothing kept from one time to the next. Once unless given. */
  rounds?: number;
  /** Asserts what holds when all threads have ended; taking `results` costs the symmetry merge. */
  after?: (shared: Shared, results: unknown[]) => void;
  /** Asserts what holds after every step. */
  always?: (shared: Shared) => void;
  /** The outcome of a schedule, for the histogram. */
  outcome?: (shared: Shared, results: unknown[]) => unknown;
  /** Outcomes that some schedule has to have. */
  reachable?: readonly unknown[];
  /**
   * When a wait with a timeout may give up, and a sleep end: `adversarial` (the default) at any moment, never early
   * by the clock and as late as can be; `quiet` exactly in time, while no thread can go on. If threads
   * could act for ever meanwhile, it is at any moment after all.
   */
  timers?: "adversarial" | "quiet";
  /** How many wake-ups without a reason may happen. None unless given. */
  strayNotifies?: number;
  /** Whether a data race is an error (the default), a remark, or nothing at all. */
  races?: "error" | "warn" | "allow";
  /** The threads that may still sleep when all others have ended, by name. */
  daemons?: readonly string[];
  /** The threads that begin when another thread starts them, by name. */
  children?: readonly string[];
  /** What the recorded calls promise: they have to come out as if one had been made after the other. */
  // deno-lint-ignore no-explicit-any
  linearizable?: Model<any>;
  /** How often others may enter a section that this thread has requested before it does. */
  bypass?: number;
  /** Merges states that differ only in which of several equal threads is which. On by default. */
  symmetry?: boolean;
  /**
   * Takes histories of a thread for one that leave it with the same variables at the same place, where
   * the code was loaded with probes. On by default.
   */
  localStates?: boolean;
  /** How many states to search before random schedules take over. 100,000 unless given. */
  maxStates?: number;
  /** How many random schedules follow when the states ran out. 1,000 unless given. */
  samples?: number;
  /** The seed of the random schedules. 1 unless given. */
  seed?: number;
  /** Runs this one schedule only, in the form that a failure prints. */
  schedule?: string;
}
