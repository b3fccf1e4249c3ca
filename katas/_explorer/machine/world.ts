/** One state of the program under exploration, and the steps that lead from state to state. */
import type { Body, Program } from "../program.ts";
import { seal, setClock } from "../threads/exploration.ts";
import type { Memory } from "../threads/memory.ts";
import { type Operation, perform, type Result, valueAt } from "../threads/operation.ts";
import { cut, type Node, Trie } from "../threads/trie.ts";
import type { Choice } from "./choices.ts";
import { Judge, type Standing } from "./linearizable.ts";
import { Rows } from "./rows.ts";
import { asked, bodiesOf, type Merges, nameBuffers, threadContext, watched } from "./setup.ts";
import { byTheClock, loopOf, pastPlain } from "./spinning.ts";
import { Symmetry } from "./symmetry.ts";

/** What a step did, for the report. */
export interface Effect {
  operation: Operation;
  result: Result;
  fellAsleep: boolean;
  woken: number[];
}

/** Time goes on so far and no further: thirty years. */
export const lastTime = 2 ** 40;

/** A state that can be stepped. */
export class World<Shared> {
  readonly shared: Shared;
  readonly names: string[];
  readonly threads: number;
  readonly tries: Trie[];
  readonly allNodes: Node[] = [];
  /** The state: one entry a thread. */
  node: Node[];
  asleep: boolean[];
  deadline: number[];
  overtaken: number[];
  /** Who was notified in time and has not gone on yet: by then it may be late. */
  roused: boolean[];
  /** How often each thread does its body once more. */
  roundsLeft: number[];
  /** The threads asleep, first come first. */
  queue: number[] = [];
  clock = 0;
  strays = 0;
  /** Which thread stands at each place; steps may reorder threads that are alike. */
  who: number[];

  readonly program: Program<Shared>;
  readonly symmetry: Symmetry;
  /** The state as it is written down. */
  readonly rows: Rows<Shared>;
  /** Whether no thread looks at the clock: then only how far off deadlines are counts. */
  readonly isTimeless: boolean;
  readonly judge: Judge<unknown> | null;
  /** What the recorded calls can have come to, if they are judged. */
  standing: Standing<unknown> | null = null;
  /** Whether a thread was seen to go round a loop that only looks at memory. */
  spun = false;
  readonly #memory: Memory;
  readonly #daemons: boolean[];

  constructor(memory: Memory, program: Program<Shared>, { symmetric, timeless }: Merges) {
    this.isTimeless = timeless;
    this.#memory = memory;
    this.program = program;
    this.shared = program.shared();
    nameBuffers(memory, this.shared);
    seal(watched(this.shared, bodiesOf(program)));
    const bodies = bodiesOf(program);
    this.names = [...bodies.keys()];
    this.threads = bodies.size;
    const list = [...bodies.values()];
    const { linearizable, daemons = [] } = program;
    this.#daemons = this.names.map((name) => daemons.includes(name));
    this.judge = linearizable ? new Judge(linearizable, this.threads) : null;
    this.standing = this.judge?.standings[0] ?? null;
    const canMerge = symmetric && !this.#takesResults && !linearizable;
    const isAlike = (a: number, b: number) =>
      list[a] === list[b] && this.#daemons[a] === this.#daemons[b];
    const groups = list.map((_, i) =>
      canMerge ? list.findIndex((_, other) => isAlike(other, i)) : i
    );
    this.symmetry = new Symmetry(groups);
    const tries = new Map<number, Trie>();
    this.tries = groups.map((group, i) => {
      if (!tries.has(group)) tries.set(group, this.#trie(list[i], i, canMerge));
      return tries.get(group)!;
    });
    this.node = this.tries.map((trie) => trie.root);
    this.asleep = list.map(() => false);
    this.deadline = list.map(() => Infinity);
    this.overtaken = list.map(() => 0);
    this.roused = list.map(() => false);
    this.roundsLeft = list.map(() => (program.rounds ?? 1) - 1);
    this.who = list.map((_, i) => i);
    this.rows = new Rows(this, memory, program);
    this.node.forEach((_, slot) => this.#readClock(slot));
  }

  #trie(body: Body<Shared>, index: number, symmetric: boolean): Trie {
    const thread = threadContext(index + 1, this.names[index], symmetric);
    return new Trie(() => body(this.shared, thread), this.allNodes, {
      fold: this.program.localStates ?? true,
      keepResults: this.#takesResults,
    });
  }

  get #takesResults(): boolean {
    const { after, outcome } = this.program;
    return (after?.length ?? 0) > 1 || (outcome?.length ?? 0) > 1;
  }

  /** Whether the thread at this place can take a step. */
  canStep(slot: number): boolean {
    const { pending } = this.node[slot];
    return !this.asleep[slot] && pending !== null && pending.kind !== "clock";
  }

  /** Whether the thread at this place spins. */
  isSpinning(slot: number): boolean {
    return loopOf(this, slot) !== 0;
  }

  /** Whether no thread can do more than sleep or spin. */
  isStuck(): boolean {
    for (let slot = 0; slot < this.threads; slot++) {
      const hasEnded = this.node[slot].pending === null;
      if (!hasEnded && !this.sleepsForEver(slot) && !this.#spinsForEver(slot)) return false;
    }
    return !this.isOver();
  }

  /** Whether the thread at this place sleeps until it is notified. */
  sleepsForEver(slot: number): boolean {
    return this.asleep[slot] && this.deadline[slot] === Infinity;
  }

  /** Whether a thread spins, and time does not help. */
  #spinsForEver(slot: number): boolean {
    const loop = loopOf(this, slot);
    return loop !== 0 && (!(loop & byTheClock) || this.clock >= lastTime);
  }

  /** Whether a thread that spins comes by a plain access, on which threads may race before long. */
  mayRace(): boolean {
    return this.program.races === undefined || this.program.races === "error"
      ? this.node.some((_, slot) => (loopOf(this, slot) & pastPlain) !== 0)
      : false;
  }

  /** Whether a thread has taken more steps than are followed. */
  isCut(): boolean {
    return (this.notable() & cut) !== 0;
  }

  /** Lets a choice happen. */
  apply({ kind, slot }: Choice): Effect {
    const operation = this.node[slot].pending!;
    if (kind === "step") return this.#step(slot, operation);
    if (kind === "stray") {
      this.strays++;
      this.#wake(slot, "ok");
      return { operation, result: "ok", fellAsleep: false, woken: [slot] };
    }
    if (kind === "later") {
      this.#setClock(this.#nextTime());
      return { operation, result: undefined, fellAsleep: false, woken: [] };
    }
    this.#setClock(Math.max(this.clock, this.deadline[slot]));
    const result = operation.kind === "wait" ? "timed-out" : undefined;
    this.#wake(slot, result);
    return { operation, result, fellAsleep: false, woken: [] };
  }

  #step(slot: number, operation: Operation): Effect {
    const effect: Effect = { operation, result: undefined, fellAsleep: false, woken: [] };
    if (this.roused[slot]) {
      this.#wake(slot, effect.result = "ok");
      return effect;
    }
    switch (operation.kind) {
      case "wait": {
        if (valueAt(operation) !== operation.args[0]) effect.result = "not-equal";
        else if (operation.timeout === 0) effect.result = "timed-out";
        else effect.fellAsleep = true;
        break;
      }
      case "sleep":
        effect.fellAsleep = operation.timeout > 0;
        break;
      case "notify":
        effect.woken = this.sleepersOn(operation.address).slice(0, Number(operation.args[0]));
        effect.woken.forEach((sleeper) => this.#notified(sleeper));
        effect.result = effect.woken.length;
        break;
      case "request":
        if (this.program.bypass !== undefined) this.overtaken[slot] = 1;
        break;
      case "enter":
        this.#countBypass(slot, operation.section);
        break;
      case "exit":
        break;
      case "call":
        if (this.standing) {
          this.standing = this.judge!.begin(this.standing, slot, operation.call!);
        }
        break;
      case "return":
        if (this.standing) this.standing = this.judge!.end(this.standing, slot, operation.section);
        break;
      default:
        effect.result = perform(operation);
    }
    if (effect.fellAsleep) this.#fallAsleep(slot, operation.timeout);
    else this.#advance(slot, effect.result);
    return effect;
  }

  #countBypass(slot: number, section: string): void {
    this.overtaken[slot] = 0;
    if (this.program.bypass === undefined) return;
    for (let other = 0; other < this.threads; other++) {
      if (other !== slot && this.node[other].requested === section) this.overtaken[other]++;
    }
  }

  /** Who sleeps on an element, first come first. */
  sleepersOn(address: number): number[] {
    return this.queue.filter((slot) => this.node[slot].pending!.address === address);
  }

  #fallAsleep(slot: number, timeout: number): void {
    this.asleep[slot] = true;
    this.deadline[slot] = this.clock + timeout;
    this.queue.push(slot);
  }

  /** A notified thread goes on at once, unless it can make a difference that it is late. */
  #notified(slot: number): void {
    const canBeLate = !this.isTimeless && this.program.timers !== "quiet" &&
      this.deadline[slot] < Infinity;
    if (!canBeLate) return this.#wake(slot, "ok");
    this.roused[slot] = true;
    this.asleep[slot] = false;
    this.queue = this.queue.filter((other) => other !== slot);
  }

  #wake(slot: number, result: Result): void {
    this.roused[slot] = false;
    this.asleep[slot] = false;
    this.deadline[slot] = Infinity;
    this.queue = this.queue.filter((other) => other !== slot);
    this.#advance(slot, result);
  }

  #advance(slot: number, result: Result): void {
    this.node[slot] = this.tries[slot].next(this.node[slot], result);
    this.#nextRound(slot);
    this.#readClock(slot);
  }

  /** A thread that has done its body begins it once more, as long as it has rounds left. */
  #nextRound(slot: number): void {
    while (this.roundsLeft[slot] > 0 && "returned" in this.node[slot].ending) {
      this.roundsLeft[slot]--;
      this.node[slot] = this.tries[slot].root;
    }
  }

  /** Looking at the clock takes no time and no step of its own, unless the thread waits for it to move. */
  #readClock(slot: number): void {
    if (this.node[slot].pending?.kind !== "clock") return;
    this.lookAtClock();
    const seen = new Set<Node>();
    while (this.node[slot].pending?.kind === "clock" && !(this.node[slot].notable & cut)) {
      const before = this.node[slot];
      if (seen.has(before)) return;
      seen.add(before);
      this.node[slot] = this.tries[slot].next(before, this.clock);
      this.#nextRound(slot);
    }
  }

  /** The time, for a thread that asks. */
  lookAtClock(): number {
    if (this.isTimeless) throw asked.timeless;
    return this.clock;
  }

  #setClock(time: number): void {
    if (this.isTimeless) {
      this.deadline = this.deadline.map((deadline) => deadline - time);
      return;
    }
    this.clock = time;
    for (let slot = 0; slot < this.threads; slot++) if (!this.asleep[slot]) this.#readClock(slot);
  }

  /** A later time: that of the next deadline, or as late again as it is. */
  #nextTime(): number {
    const next = Math.min(...this.deadline.filter((deadline) => deadline > this.clock));
    return next < Infinity ? next : Math.max(1, 2 * this.clock);
  }

  /** Puts the thread at `order[slot]` to each slot; `place` is the other way round. */
  reorder(order: readonly number[], place: readonly number[]): void {
    const pick = <T>(list: T[]) => order.map((slot) => list[slot]);
    this.node = pick(this.node);
    this.asleep = pick(this.asleep);
    this.deadline = pick(this.deadline);
    this.overtaken = pick(this.overtaken);
    this.roused = pick(this.roused);
    this.roundsLeft = pick(this.roundsLeft);
    this.who = pick(this.who);
    this.queue = this.queue.map((slot) => place[slot]);
  }

  /** Whether the local state of any thread could be read. */
  readsVariables(): boolean {
    return this.allNodes.some(({ isExact, pending }) => isExact && pending !== null);
  }

  /** What there is to look at in the state: the union of what its nodes have. */
  notable(): number {
    let notable = 0;
    for (let slot = 0; slot < this.threads; slot++) notable |= this.node[slot].notable;
    return notable;
  }

  /** Whether the thread at this place has ended. */
  hasEnded(slot: number): boolean {
    return this.node[slot].pending === null;
  }

  /** Whether all threads have ended, but for daemons that sleep. */
  isOver(): boolean {
    for (let slot = 0; slot < this.threads; slot++) {
      const isDone = this.node[slot].pending === null ||
        this.#daemons[slot] && this.sleepsForEver(slot);
      if (!isDone) return false;
    }
    return true;
  }

  /** What the threads returned, in the order of the threads. */
  results(): unknown[] {
    const results: unknown[] = [];
    this.node.forEach(({ ending }, slot) => {
      results[this.who[slot]] = "returned" in ending ? ending.returned : undefined;
    });
    return results;
  }

  /** Whether the thread's next operation is still to come. */
  isAtWork(slot: number): boolean {
    return !this.asleep[slot] && !this.roused[slot];
  }

  /** How reports call the element that an operation touches. */
  label({ address, width }: Operation): string {
    return address < 0 ? "" : this.#memory.label(address, width);
  }

  /** Runs an assertion on the state as it is. */
  assert(check: () => void): void {
    setClock(this.clock, () => {
      if (this.isTimeless) throw asked.timeless;
    });
    check();
  }
}
