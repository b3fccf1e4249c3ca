/**
 * A machine for random programs that shares nothing with the explorer. A thread's local state is
 * its place and its slots, as they are.
 */
import type { FaultKind } from "../../mod.ts";
import { type Code, type Instruction, results, slotCount, type Step } from "./code.ts";
import { noCell } from "./tree.ts";

export interface Thread {
  at: number;
  slots: number[];
  inside: boolean;
  /** Whether a thread that is asleep gives up some time; null for one that is awake. */
  givesUp: boolean | null;
  hasBegun: boolean;
  /** Its waits that are open, and the callbacks that are due. */
  waits: (Wait | null)[];
  due: { then: number; into: number; told: number }[];
}

/** A wait of `waitAsync`; `told` is what it came to. */
interface Wait {
  cell: number;
  givesUp: boolean;
  then: number;
  into: number;
  told: number | null;
}

/** A thread that is asleep, or one of its waits. */
interface Waiter {
  thread: number;
  wait: number | null;
}

/** Plain data, so that states can be compared and copied as JSON. */
export interface State {
  memory: number[];
  threads: Thread[];
  /** Who is asleep, first come first. */
  queue: Waiter[];
}

/** What can happen. */
export interface Successor {
  thread: number;
  state: State;
}

/** The codes of a program's threads, and what can happen to their states. */
export class Machine {
  readonly #codes: Code[];

  constructor(codes: Code[]) {
    this.#codes = codes;
  }

  start(cells: number, children: number[]): State {
    const state: State = {
      memory: Array(cells).fill(0),
      threads: this.#codes.map((_, i) => ({
        at: 0,
        slots: Array(slotCount).fill(0),
        inside: false,
        givesUp: null,
        hasBegun: !children.includes(i),
        waits: [],
        due: [],
      })),
      queue: [],
    };
    state.threads.forEach(({ hasBegun }, i) => hasBegun && this.#settle(state, i));
    return state;
  }

  isOver({ threads }: State): boolean {
    return threads.every((thread, i) => !thread.hasBegun || this.#hasEnded(thread, i));
  }

  faults(state: State): FaultKind[] {
    const faults: FaultKind[] = [];
    if (state.threads.filter(({ inside }) => inside).length > 1) faults.push("exclusion");
    if (state.threads.some((_, i) => this.#next(state, i)?.kind === "fail")) faults.push("error");
    const steps = state.threads.map((thread, i) =>
      thread.givesUp === null ? this.#step(state, i) : null
    );
    if (steps.some((a, i) => steps.some((b, j) => i < j && a && b && isRace(a, b)))) {
      faults.push("race");
    }
    return faults;
  }

  outcome({ memory, threads }: State): string {
    return JSON.stringify([memory, threads.map(({ slots }) => slots.slice(results))]);
  }

  /** Each thing that can happen next: which thread it happens to, and the state after it. */
  successors(state: State): Successor[] {
    const next: Successor[] = [];
    const after = (thread: number, change: (copy: State) => void) => {
      const copy = copyOf(state);
      change(copy);
      next.push({ thread, state: copy });
    };
    state.threads.forEach(({ givesUp }, i) => {
      const step = this.#step(state, i);
      if (step && givesUp === null && !this.#joins(state, step)) {
        after(i, (copy) => this.#take(copy, i, step));
      }
      for (const wait of this.#toTell(state, i)) after(i, (copy) => this.#tell(copy, i, wait));
    });
    for (const waiter of state.queue) {
      // It may be late by any time, so it may give up before or after whoever else sleeps.
      if (givesUp(state, waiter)) {
        after(waiter.thread, (copy) => this.#wake(copy, waiter, timedOut));
      }
    }
    return next;
  }

  /** Whether the thread has ended, or does nothing before others act. */
  canRest(state: State, i: number): boolean {
    const thread = state.threads[i];
    const step = this.#step(state, i);
    return thread.givesUp === false || !thread.hasBegun || this.#hasEnded(thread, i) ||
      step !== null && this.#joins(state, step) ||
      this.#next(state, i)?.kind === "idle" && this.#toTell(state, i).length === 0;
  }

  /** Whether the step waits for a thread that has begun and not ended. */
  #joins({ threads }: State, { op, cell }: Step): boolean {
    return op === "join" && threads[cell].hasBegun && !this.#hasEnded(threads[cell], cell);
  }

  /** The waits that the thread can be told of: while it is idle, and until it goes on to call back. */
  #toTell({ threads }: State, i: number): number[] {
    const { at, waits } = threads[i];
    const { idle } = this.#codes[i];
    if (at !== idle && at !== idle + 1) return [];
    return [...waits.keys()].filter((wait) => (waits[wait]?.told ?? null) !== null);
  }

  #tell(state: State, i: number, wait: number): void {
    const thread = state.threads[i];
    const { then, into, told } = thread.waits[wait]!;
    thread.due.push({ then, into, told: told! });
    thread.waits[wait] = null;
    if (thread.waits.some(Boolean)) thread.at = this.#codes[i].idle + 1;
    else {
      thread.at = this.#codes[i].idle;
      this.#settle(state, i);
    }
  }

  #take(state: State, i: number, { op, cell, args, timeout, into, then }: Step): void {
    const { memory, threads } = state;
    const values = args(threads[i].slots);
    const old = memory[cell];
    switch (op) {
      case "load":
      case "read":
        return this.#advance(state, i, old);
      case "store":
      case "write":
      case "exchange":
        memory[cell] = values[0];
        return this.#advance(state, i, old);
      case "add":
        memory[cell] += values[0];
        return this.#advance(state, i, old);
      case "compareExchange":
        if (old === values[0]) memory[cell] = values[1];
        return this.#advance(state, i, old);
      case "enter":
      case "exit":
        threads[i].inside = op === "enter";
        return this.#advance(state, i, 0);
      case "notify":
        return this.#notify(state, i, cell, values[0]);
      case "wait":
        if (old !== values[0]) return this.#advance(state, i, notEqual);
        return fallAsleep(state, i, timeout);
      case "sleep":
        return fallAsleep(state, i, timeout);
      case "waitAsync":
        if (old !== values[0]) return this.#advance(state, i, notEqual);
        openWait(state, i, {
          cell,
          givesUp: timeout < Infinity,
          then: then!,
          into: into!,
          told: null,
        });
        return this.#goOn(state, i);
      case "callback":
        return this.#goOn(state, i);
      case "join":
        if (threads[cell].hasBegun) return this.#goOn(state, i);
        return void (threads[i].at = this.#codes[i].fail);
      case "start":
        if (threads[cell].hasBegun) return void (threads[i].at = this.#codes[i].fail);
        threads[cell].hasBegun = true;
        this.#settle(state, cell);
        return this.#goOn(state, i);
    }
  }

  #notify(state: State, i: number, cell: number, count: number): void {
    const woken = state.queue.filter((waiter) => this.#cellOf(state, waiter) === cell)
      .slice(0, count);
    woken.forEach((waiter) => this.#wake(state, waiter, ok));
    this.#advance(state, i, woken.length);
  }

  #cellOf(state: State, { thread, wait }: Waiter): number {
    return wait === null
      ? this.#step(state, thread)!.cell
      : state.threads[thread].waits[wait]!.cell;
  }

  #wake(state: State, { thread, wait }: Waiter, result: number): void {
    state.queue = state.queue.filter((other) => other.thread !== thread || other.wait !== wait);
    if (wait !== null) state.threads[thread].waits[wait]!.told = result;
    else {
      state.threads[thread].givesUp = null;
      this.#advance(state, thread, result);
    }
  }

  #advance(state: State, i: number, result: number): void {
    const { into } = this.#step(state, i)!;
    const thread = state.threads[i];
    if (into !== null) thread.slots[into] = result;
    this.#goOn(state, i);
  }

  #goOn(state: State, i: number): void {
    state.threads[i].at++;
    this.#settle(state, i);
  }

  /** Does what takes no step, up to the next step, the end or a failure. */
  #settle(state: State, i: number): void {
    const thread = state.threads[i];
    for (;;) {
      const next = this.#next(state, i);
      if (next?.kind === "idle" && thread.due.length > 0) {
        const { then, into, told } = thread.due.shift()!;
        thread.slots[into] = told;
        thread.at = then;
        continue;
      }
      if (next?.kind === "local") next.run(thread.slots);
      else if (next?.kind !== "jump") return;
      thread.at = next.kind === "jump" && next.isDue(thread.slots) ? next.to : thread.at + 1;
    }
  }

  #next({ threads }: State, i: number): Instruction | undefined {
    return this.#codes[i].all[threads[i].at];
  }

  #step(state: State, i: number): Step | null {
    const next = this.#next(state, i);
    return next?.kind === "step" && state.threads[i].hasBegun ? next : null;
  }

  #hasEnded({ at, waits }: Thread, i: number): boolean {
    return at === this.#codes[i].idle && !waits.some(Boolean);
  }
}

/** What `wait` answers, as the programs see it. */
const [ok, notEqual, timedOut] = [0, 1, 2];

function fallAsleep(state: State, i: number, timeout: number): void {
  state.threads[i].givesUp = timeout < Infinity;
  state.queue.push({ thread: i, wait: null });
}

function openWait(state: State, i: number, opened: Wait): void {
  const { waits } = state.threads[i];
  const free = waits.indexOf(null);
  const wait = free < 0 ? waits.length : free;
  waits[wait] = opened;
  state.queue.push({ thread: i, wait });
}

function givesUp({ threads }: State, { thread, wait }: Waiter): boolean {
  return wait === null ? threads[thread].givesUp! : threads[thread].waits[wait]!.givesUp;
}

function copyOf({ memory, threads, queue }: State): State {
  return {
    memory: [...memory],
    threads: threads.map((thread) => ({
      ...thread,
      slots: [...thread.slots],
      waits: thread.waits.map((wait) => wait && { ...wait }),
      due: [...thread.due],
    })),
    queue: [...queue],
  };
}

function isRace(a: Step, b: Step): boolean {
  const looks = (op: Step["op"]) => ["load", "read", "wait", "waitAsync"].includes(op);
  const touches = (op: Step["op"]) => !["notify", "start", "join"].includes(op);
  const isPlain = (op: Step["op"]) => op === "read" || op === "write";
  return a.cell === b.cell && a.cell !== noCell && touches(a.op) && touches(b.op) &&
    (isPlain(a.op) || isPlain(b.op)) && !(looks(a.op) && looks(b.op));
}
