/** A schedule as plain data, for those who draw it: what stands in each row, and how all threads are between two. */

/** A place in a file. */
export interface Place {
  /** The file's URL. */
  file: string;
  line: number;
}

/** Where somebody is: as reports write it, and call by call, innermost first. */
export interface Where {
  place: string;
  calls: Place[];
}

/** One step. */
export interface Row extends Where {
  /** The number of the thread. */
  thread: number;
  /** The step as a turn of a schedule: `A:l`. */
  turn: string;
  does: string;
  /** What memory holds now, if it has changed: `lock = 1`. */
  change: string;
  fellAsleep: boolean;
  /** The threads that it wakes. */
  wakes: number[];
  /** Whether it happens to the thread: its time is up, or it is woken for no reason. */
  isEvent: boolean;
}

/** What a thread is about between two steps. */
export interface Standing extends Where {
  is: "unborn" | "ready" | "asleep" | "notified" | "waiting" | "spinning" | "ended" | "broken";
  /** What it does next, or has fallen asleep in. */
  next: string;
  /** The sections that it is inside of. */
  inside: string[];
}

/** Something that can happen next. */
export interface Move {
  thread: number;
  turn: string;
  isEvent: boolean;
  /** What it is, where that is not the thread's next step: `times out`. */
  does: string;
}

/** The state between two steps. */
export interface Moment {
  threads: Standing[];
  /** What each cell holds. */
  memory: string[];
  moves: Move[];
}

/** A schedule from its beginning. There is one moment more than rows. */
export interface Drawing {
  names: string[];
  /** The cells that the threads touch. */
  cells: string[];
  rows: Row[];
  moments: Moment[];
  /** What is wrong after the last row. */
  fault: string[] | null;
  diagnosis: string;
  /** How many of its switches left a thread that could have gone on. */
  preemptions: number;
}
