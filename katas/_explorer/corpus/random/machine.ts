/**
 * A machine for random programs that shares nothing with the explorer. A thread's local state is
 * its place and its slots, as they are.
 */
import type { FaultKind } from "../../mod.ts";
import type { Instruction, Step } from "./code.ts";
import { noCell, variables } from "./tree.ts";

export interface Thread {
  at: number;
  slots: number[];
  inside: boolean;
  /** When a thread that is asleep gives up: null for one that is awake, -1 for never. */
  deadline: number | null;
}

/** Plain data, so that states can be compared and copied as JSON. */
export interface State {
  memory: number[];
  threads: Thread[];
  /** Who is asleep, first come first. */
  queue: number[];
  clock: number;
}

/** What can happen. */
export interface Successor {
  thread: number;
  state: State;
}

const never = -1;

/** The codes of a program's threads, and what can happen to their states. */
export class Machine {
  readonly #codes: Instruction[][];

  constructor(codes: Instruction[][]) {
    this.#codes = codes;
  }

  start(cells: number, slots: number): State {
    const state: State = {
      memory: Array(cells).fill(0),
      threads: this.#codes.map(() => (
        { at: 0, slots: Array(slots).fill(0), inside: false, deadline: null }
      )),
      queue: [],
      clock: 0,
    };
    state.threads.forEach((_, i) => this.#settle(state, i));
    return state;
  }

  isOver({ threads }: State): boolean {
    return threads.every((thread, i) => this.#hasEnded(thread, i));
  }

  faults(state: State): FaultKind[] {
    const faults: FaultKind[] = [];
    if (state.threads.filter(({ inside }) => inside).length > 1) faults.push("exclusion");
    if (state.threads.some((_, i) => this.#next(state, i)?.kind === "fail")) faults.push("error");
    const steps = state.threads.map((thread, i) =>
      thread.deadline === null ? this.#step(state, i) : null
    );
    if (steps.some((a, i) => steps.some((b, j) => i < j && a && b && isRace(a, b)))) {
      faults.push("race");
    }
    return faults;
  }

  outcome({ memory, threads }: State): string {
    return JSON.stringify([memory, threads.map(({ slots }) => slots.slice(0, variables.length))]);
  }

  /** Each thing that can happen next: which thread it happens to, and the state after it. */
  successors(state: State): Successor[] {
    const next: Successor[] = [];
    const after = (thread: number, change: (copy: State) => void) => {
      const copy = copyOf(state);
      change(copy);
      next.push({ thread, state: copy });
    };
    state.threads.forEach(({ deadline }, i) => {
      const step = this.#step(state, i);
      if (step && deadline === null) after(i, (copy) => this.#take(copy, i, step));
    });
    for (const sleeper of dueFirst(state)) after(sleeper, (copy) => this.#giveUp(copy, sleeper));
    return next;
  }

  /** Whether the thread has ended, or sleeps until somebody wakes it. */
  canRest({ threads }: State, i: number): boolean {
    return threads[i].deadline === never || this.#hasEnded(threads[i], i);
  }

  #take(state: State, i: number, { op, cell, args, timeout }: Step): void {
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
    }
  }

  #notify(state: State, i: number, cell: number, count: number): void {
    const woken = state.queue.filter((sleeper) => this.#step(state, sleeper)!.cell === cell)
      .slice(0, count);
    woken.forEach((sleeper) => this.#wake(state, sleeper, ok));
    this.#advance(state, i, woken.length);
  }

  #giveUp(state: State, sleeper: number): void {
    state.clock = Math.max(state.clock, state.threads[sleeper].deadline!);
    this.#wake(state, sleeper, timedOut);
  }

  #wake(state: State, sleeper: number, result: number): void {
    state.threads[sleeper].deadline = null;
    state.queue = state.queue.filter((other) => other !== sleeper);
    this.#advance(state, sleeper, result);
  }

  #advance(state: State, i: number, result: number): void {
    const { into } = this.#step(state, i)!;
    const thread = state.threads[i];
    if (into !== null) thread.slots[into] = result;
    thread.at++;
    this.#settle(state, i);
  }

  /** Does what takes no step, up to the next step, the end or a failure. */
  #settle(state: State, i: number): void {
    const thread = state.threads[i];
    for (;;) {
      const next = this.#next(state, i);
      if (next?.kind === "local") next.run(thread.slots);
      else if (next?.kind !== "jump") return;
      thread.at = next.kind === "jump" && next.isDue(thread.slots) ? next.to : thread.at + 1;
    }
  }

  #next({ threads }: State, i: number): Instruction | undefined {
    return this.#codes[i][threads[i].at];
  }

  #step(state: State, i: number): Step | null {
    const next = this.#next(state, i);
    return next?.kind === "step" ? next : null;
  }

  #hasEnded({ at }: Thread, i: number): boolean {
    return at === this.#codes[i].length;
  }
}

/** What `wait` answers, as the programs see it. */
const [ok, notEqual, timedOut] = [0, 1, 2];

function fallAsleep(state: State, i: number, timeout: number): void {
  state.threads[i].deadline = timeout === Infinity ? never : state.clock + timeout;
  state.queue.push(i);
}

/** Those asleep with the earliest deadline. */
function dueFirst({ queue, threads }: State): number[] {
  const due = queue.filter((sleeper) => threads[sleeper].deadline !== never);
  const earliest = Math.min(...due.map((sleeper) => threads[sleeper].deadline!));
  return due.filter((sleeper) => threads[sleeper].deadline === earliest);
}

function copyOf({ memory, threads, queue, clock }: State): State {
  return {
    memory: [...memory],
    threads: threads.map((thread) => ({ ...thread, slots: [...thread.slots] })),
    queue: [...queue],
    clock,
  };
}

function isRace(a: Step, b: Step): boolean {
  const looks = (op: Step["op"]) => op === "load" || op === "read" || op === "wait";
  const isPlain = (op: Step["op"]) => op === "read" || op === "write";
  return a.cell === b.cell && a.cell !== noCell && a.op !== "notify" && b.op !== "notify" &&
    (isPlain(a.op) || isPlain(b.op)) && !(looks(a.op) && looks(b.op));
}
