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

/** Reads variables. */
type Read = () => unknown[];

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
    if (!recording) return;
    this.statement = statement;
    this.answered = recording.answered();
    this.read = read;
    this.tick = ++recording.ticks;
    if (this.tick === recording.wanted[recording.found.length]) {
      recording.found.push(recording.reader.read(read()));
    }
  }
}

interface Recording {
  frames: Frame[];
  /** How many operations of the run are answered. */
  answered: () => number;
  ticks: number;
  /** The ticks of the statements whose variables are to be read, in order, and what was read. */
  wanted: readonly number[];
  found: string[];
  reader: Reader;
  /** The variables of modules that the run may have changed. */
  states: Set<Read>;
}

let recording: Recording | null = null;
const idle = new Frame(0, 0);

/** What the code with probes calls. */
export const probe = {
  opaque,
  none,

  /** A function begins; `state` reads the variables of its module that it speaks of. */
  enter(state: Read | null): Frame {
    if (!recording) return idle;
    if (state) recording.states.add(state);
    const { frames } = recording;
    return frames[frames.length] = new Frame(frames.length, recording.answered());
  },

  /** A function ends. */
  leave(frame: Frame): void {
    if (recording && recording.frames[frame.depth] === frame) recording.frames.length = frame.depth;
  },

  ...known,
};

/** Starts to record a run. `wanted` are the statements of an earlier recording of the same run. */
export function startRecording(answered: () => number, wanted: readonly number[] = []): void {
  const reader = new Reader();
  recording = { frames: [], answered, ticks: 0, wanted, found: [], reader, states: new Set() };
}

/** Ends the recording. */
export function stopRecording(): void {
  recording = null;
}

/** The statements that run now, by when they began. Empty where no function has probes. */
export function runningStatements(): number[] {
  return recording!.frames.map(({ tick }) => tick);
}

/**
 * The local state at this moment, in a recording that was told which statements run now; null if a
 * variable cannot be read. `answers` writes down the answers from one to another.
 */
export function localState(answers: (from: number, to: number) => string): string | null {
  const { frames, found, reader, states, wanted } = recording!;
  if (frames.length === 0 || found.length !== wanted.length) return null;
  const outside = answers(0, frames[0].entered);
  const parts = frames.map(({ statement, answered, read }, i) => {
    const end = frames[i + 1]?.entered ?? Infinity;
    return `${statement}:${found[i]}:${read ? reader.read(read()) : ""}:${answers(answered, end)}`;
  });
  const modules = [...states].map((read) => reader.read(read()));
  const state = [outside, ...parts, ...modules].join("|");
  return reader.isExact ? state : null;
}
