/** Random programs as syntax trees: small enough that their states can be told exactly. */

/** The variables of a thread, which are 0 at first. */
export const variables = ["a", "b", "c"] as const;
/** One of them. */
export type Variable = (typeof variables)[number];

/** `factor * variable + constant`; without a variable the constant alone. */
export interface Value {
  factor: number;
  variable: Variable | null;
  constant: number;
}

/** A variable compared with a value. */
export interface Condition {
  variable: Variable;
  is: "===" | "!==" | "<" | ">=";
  value: Value;
}

/** How an operation is written: in place, or by way of a function or an object. */
export type Style = "direct" | "helper" | "closure" | "method";

/** One shared operation, whose result goes `into` a variable. */
export interface Op {
  kind: "op";
  op:
    | "load"
    | "store"
    | "add"
    | "exchange"
    | "compareExchange"
    | "read"
    | "write"
    | "wait"
    | "notify"
    | "sleep"
    | "enter"
    | "exit";
  cell: number;
  args: Value[];
  /** Milliseconds, for `wait` and `sleep`. */
  timeout: number;
  into: Variable | null;
  style: Style;
}

export type Statement =
  | Op
  | { kind: "set"; into: Variable; value: Value }
  | { kind: "fail"; condition: Condition }
  | { kind: "if"; condition: Condition; then: Statement[]; otherwise: Statement[] }
  | { kind: "repeat"; times: number; body: Statement[] }
  /** Loads into a variable, and goes round while the condition holds. */
  | { kind: "while"; look: Op; condition: Condition; body: Statement[] }
  /** Goes round while two loads in one condition differ. */
  | { kind: "differ"; cells: [number, number]; body: Statement[] }
  /** Two loads in one expression: `4 * first + second`. */
  | { kind: "pair"; cells: [number, number]; into: Variable }
  /** Starts a thread, or joins it. */
  | { kind: "start" | "join"; thread: number }
  /** `waitAsync`: what it comes to goes into a variable, at once or later, with an operation after it. */
  | { kind: "promise"; cell: number; value: Value; timeout: number; into: Variable; then: Op }
  /** Whether the clock shows at least so many milliseconds, as 1 or 0. */
  | { kind: "clock"; time: number; into: Variable };

/** How a thread keeps its variables: as such, in an object, in an array, or behind functions. */
export type Keeping = "let" | "object" | "array" | "closure";

export interface ThreadTree {
  body: Statement[];
  keeping: Keeping;
}

export interface ProgramTree {
  seed: number;
  cells: number;
  threads: ThreadTree[];
  /** The threads that another one starts, by number. */
  children: number[];
}

/** The shared memory's addresses are cells; a sleep has none. */
export const noCell = -1;
