/**
 * The local state of a thread: for each function that it is in, from its body inwards, the statement that
 * runs, the variables in scope, and the answers of operations since the statement began. The variables
 * count twice, as they were when the statement began and as they are now: an expression in the middle
 * may hold on to a value that a variable has lost.
 *
 * A thread is run twice for one state. The first run tells which statements matter, the second reads the
 * variables when they begin.
 */
import { known, none, opaque, Reader } from "./values.ts";

/** Where probes find this module: in a package for npm its file has another ending. */
export const url = import.meta.url;

/** Reads variables. */
type Read = () => unknown[];
/** Reads the variables of a module that a function speaks of; `module` is the module's number. */
export interface State {
  (): Record<string, unknown>;
  module: number;
}

/** A function that a thread is in. */
class Frame {
  statement = 0;
  /** When the statement began: how many statements the run had begun. */
  tick = 0;
  /** When the statement began: how many operations were answered. */
  answered = 0;
  read: Read | null = null;

  /** `entered` is how many operations were answered when the function was called. */
  constructor(readonly depth: number, readonly entered: number) {}

  /** A statement begins. */
  at(statement: number, read: Read): void {
    const it = recording;
    if (!it) return;
    this.statement = statement;
    this.answered = it.run.cursor;
    this.read = read;
    this.tick = ++it.ticks;
    if (it.ticks === it.nextWanted) {
      it.found.push(it.run.isAsBefore() ? it.reader.read(read()) : null);
      it.nextWanted = it.wanted[it.found.length] ?? 0;
    }
    if (it.ticks >= it.alarm) it.run.alarm();
  }
}

/** The run that is recorded. */
export interface Recorded {
  /** How many of its operations are answered. */
  cursor: number;
  /** Whether code has run that keeps its variables from probes. */
  isBlind: boolean;
  /** Called when it runs on without an operation, or though it was stopped. */
  alarm(): void;
  /** Called when it calls an async function. */
  awaits(): void;
  /** Called when it is about to use variables of a module, before it has changed any. */
  uses(state: State): void;
  /** Whether the variables of modules that it uses, and all that lies outside of the bodies, are as before. */
  isAsBefore(): boolean;
  /** Called when it is about to change an object. */
  changes(it: unknown): void;
}

interface Recording {
  run: Recorded;
  frames: Frame[];
  ticks: number;
  /** The ticks of the statements whose variables are to be read, in order; the next one, or 0. */
  wanted: readonly number[];
  nextWanted: number;
  /** What was read there; null if what lies outside of the threads' bodies was not as before. */
  found: (string | null)[];
  reader: Reader;
  /** The tick at which to sound the alarm. */
  alarm: number;
}

/** How many statements a thread may run without an operation: a second's worth. */
const patience = 2_000_000;

/** For how many statements a `finally` may clear away when a run is stopped. */
const grace = 2_000;

let recording: Recording | null = null;
const idle = new Frame(0, 0);

/** What the code with probes calls. */
export const probe = {
  opaque,
  none,

  /** A function begins; `state` reads the variables of its module that it speaks of. */
  enter(state: State | null): Frame {
    if (!recording) return idle;
    if (state) recording.run.uses(state);
    const { frames } = recording;
    return frames[frames.length] = new Frame(frames.length, recording.run.cursor);
  },

  /** What has no frame is about to use variables of its module. */
  uses(state: State): void {
    recording?.run.uses(state);
  },

  /** A function ends. */
  leave(frame: Frame): void {
    if (recording && recording.frames[frame.depth] === frame) recording.frames.length = frame.depth;
  },

  /** Code without probes was called. */
  blind(): void {
    if (recording) recording.run.isBlind = true;
  },

  /**
   * A statement begins of which nothing is kept. It may be part of a loop that nothing ends, or of a `finally` that
   * clears away, which is to come to its end.
   */
  goOn(): void {
    if (recording && ++recording.ticks >= recording.alarm + grace) recording.run.alarm();
  },

  /** An async function was called. */
  awaits(): void {
    recording?.run.awaits();
  },

  /** A field of this is about to be written or deleted. */
  target<T>(it: T): T {
    recording?.run.changes(it);
    return it;
  },

  ...known,
};

/** Starts to record a run. `wanted` are the statements of an earlier recording of the same run. */
export function startRecording(run: Recorded, wanted: readonly number[]): void {
  recording = {
    run,
    frames: [],
    ticks: 0,
    wanted,
    nextWanted: wanted[0] ?? 0,
    found: [],
    reader: new Reader(),
    alarm: patience,
  };
}

/** The run did an operation. If that stopped it, or was refused, the next statement sounds the alarm. */
export function recordOperation(isStop: boolean): void {
  recording!.alarm = isStop ? 0 : recording!.ticks + patience;
}

/** Ends the recording. */
export function stopRecording(): void {
  recording = null;
}

/** How many calls deep variables are read: a recursion without an end is no better off for it. */
const deepest = 100;

/** The statements that run now, by when they began. Empty where no function has probes, or too many have. */
export function runningStatements(): number[] {
  const { frames } = recording!;
  return frames.length > deepest ? [] : frames.map(({ tick }) => tick);
}

/**
 * The local state at this moment, in a recording that was told which statements run now; null if a
 * variable cannot be read. `answers` writes down the answers from one to another.
 */
export function localState(answers: (from: number, to: number) => string): string | null {
  const { run, frames, found, reader, wanted } = recording!;
  if (run.isBlind || frames.length === 0 || frames.length > deepest) return null;
  if (found.length !== wanted.length || found.includes(null) || !run.isAsBefore()) return null;
  const outside = answers(0, frames[0].entered);
  const parts = frames.map(({ statement, answered, read }, i) => {
    const end = frames[i + 1]?.entered ?? Infinity;
    return `${statement}:${found[i]}:${read ? reader.read(read()) : ""}:${answers(answered, end)}`;
  });
  const state = [outside, ...parts].join("|");
  return reader.isExact ? state : null;
}
