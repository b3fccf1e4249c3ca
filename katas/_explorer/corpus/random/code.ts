/** Random programs as flat code: shared operations, and what a thread does between them. */
import type { Condition, Op, Statement, Value, Variable } from "./tree.ts";
import { noCell, variables } from "./tree.ts";

/** All that a thread remembers: its variables, two loads of one expression, a counter a loop. */
export type Slots = number[];

/** A shared operation; `args` and `into` are in slots. */
export interface Step {
  kind: "step";
  op: Op["op"] | "start" | "join" | "waitAsync" | "callback";
  /** The memory's, or the number of a thread to start or to join. */
  cell: number;
  timeout: number;
  args: (slots: Slots) => number[];
  into: number | null;
  /** Where the code begins that is called back. */
  then?: number;
}

/** One step, or something that takes no step; a jump goes `to` another place if it is due. */
export type Instruction =
  | Step
  | { kind: "local"; run: (slots: Slots) => void }
  | { kind: "jump"; isDue: (slots: Slots) => boolean; to: number }
  | { kind: "fail" }
  /** The code has run to its end, and callbacks may be due. */
  | { kind: "idle" };

const first = variables.length;
const second = first + 1;
const counters = second + 1;
/** What the thread returned, variable by variable. */
export const results = counters + 16;
/** How many slots a thread has. */
export const slotCount = results + variables.length;

/** A thread's code, and places in it that all threads have. */
export interface Code {
  all: Instruction[];
  /** Waits for callbacks; after it stands the step that goes on to call back. */
  idle: number;
  fail: number;
}

export function compile(body: Statement[]): Code {
  const compiler = new Compiler();
  compiler.all(body);
  return compiler.finished();
}

class Compiler {
  readonly code: Instruction[] = [];
  #loops = 0;
  readonly #callbacks: { step: Step; then: Op }[] = [];

  /** After the body: what it returns, the event loop, the callbacks, a failure for whoever jumps there. */
  finished(): Code {
    variables.forEach((variable, i) => this.#set(results + i, (slots) => slots[slotOf(variable)]));
    const idle = this.code.push({ kind: "idle" }) - 1;
    const step = { kind: "step", cell: noCell, timeout: Infinity, args: () => [] } as const;
    this.code.push({ ...step, op: "callback", into: null });
    this.#jump(always, idle);
    for (const { step, then } of this.#callbacks) {
      step.then = this.code.length;
      this.#op(then);
      this.#jump(always, idle);
    }
    return { all: this.code, idle, fail: this.code.push({ kind: "fail" }) - 1 };
  }

  all(statements: Statement[]): void {
    statements.forEach((statement) => this.#one(statement));
  }

  #one(statement: Statement): void {
    switch (statement.kind) {
      case "op":
        return this.#op(statement);
      case "set":
        return this.#set(slotOf(statement.into), valueOf(statement.value));
      case "fail": {
        const skip = this.#jump(not(statement.condition));
        this.code.push({ kind: "fail" });
        skip.to = this.code.length;
        return;
      }
      case "if":
        return this.#if(statement.condition, statement.then, statement.otherwise);
      case "repeat":
        return this.#repeat(statement.times, statement.body);
      case "while":
        return this.#while(
          () => this.#op(statement.look),
          not(statement.condition),
          statement.body,
        );
      case "differ":
        return this.#while(
          () => this.#loads(statement.cells),
          (slots) => slots[first] === slots[second],
          statement.body,
        );
      case "pair":
        this.#loads(statement.cells);
        return this.#set(slotOf(statement.into), (slots) => 4 * slots[first] + slots[second]);
      case "start":
      case "join": {
        const step = { kind: "step", timeout: Infinity, args: () => [], into: null } as const;
        return void this.code.push({ ...step, op: statement.kind, cell: statement.thread });
      }
      case "promise": {
        const { cell, value, timeout, into, then } = statement;
        const args = (slots: Slots) => [valueOf(value)(slots)];
        const op = { kind: "step", op: "waitAsync", cell, timeout, args } as const;
        const step: Step = { ...op, into: slotOf(into) };
        this.code.push(step);
        return void this.#callbacks.push({ step, then });
      }
      case "clock":
        throw new Error("What the clock shows is for the explorer to say");
    }
  }

  #op({ op, cell, args, timeout, into }: Op): void {
    const values = args.map(valueOf);
    this.code.push({
      kind: "step",
      op,
      cell,
      timeout,
      args: (slots) => values.map((value) => value(slots)),
      into: into === null ? null : slotOf(into),
    });
    if (op === "enter") {
      this.code.push({ kind: "step", op: "exit", cell, timeout, args: () => [], into: null });
    }
  }

  #loads(cells: [number, number]): void {
    const load = { kind: "step", op: "load", timeout: Infinity, args: () => [] } as const;
    this.code.push({ ...load, cell: cells[0], into: first }, {
      ...load,
      cell: cells[1],
      into: second,
    });
  }

  #set(into: number, value: (slots: Slots) => number): void {
    this.code.push({ kind: "local", run: (slots) => slots[into] = value(slots) });
  }

  #jump(isDue: (slots: Slots) => boolean, to = -1): { to: number } {
    const jump = { kind: "jump" as const, isDue, to };
    this.code.push(jump);
    return jump;
  }

  #if(condition: Condition, then: Statement[], otherwise: Statement[]): void {
    const toElse = this.#jump(not(condition));
    this.all(then);
    const toEnd = this.#jump(always);
    toElse.to = this.code.length;
    this.all(otherwise);
    toEnd.to = this.code.length;
  }

  #repeat(times: number, body: Statement[]): void {
    const counter = counters + this.#loops++;
    this.#set(counter, () => 0);
    this.#while(() => {}, (slots) => slots[counter] === times, body, () => {
      this.#set(counter, (slots) => slots[counter] + 1);
    });
  }

  #while(look: () => void, isDone: (slots: Slots) => boolean, body: Statement[], last = () => {}) {
    const head = this.code.length;
    look();
    const out = this.#jump(isDone);
    this.all(body);
    last();
    this.#jump(always, head);
    out.to = this.code.length;
  }
}

const always = () => true;
const slotOf = (variable: Variable) => variables.indexOf(variable);

function valueOf({ factor, variable, constant }: Value): (slots: Slots) => number {
  if (variable === null) return () => constant;
  return (slots) => factor * slots[slotOf(variable)] + constant;
}

/** Whether a condition does not hold. */
function not({ variable, is, value }: Condition): (slots: Slots) => boolean {
  const right = valueOf(value);
  return (slots) => {
    const left = slots[slotOf(variable)];
    switch (is) {
      case "===":
        return left !== right(slots);
      case "!==":
        return left === right(slots);
      case "<":
        return left >= right(slots);
      case ">=":
        return left < right(slots);
    }
  };
}
