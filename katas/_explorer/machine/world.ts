/** One state of the program under exploration, and the steps that lead from state to state. */
import type { Body, Program } from "../program.ts";
import { seal, setClock } from "../threads/exploration.ts";
import { request } from "../threads/run.ts";
import type { Memory } from "../threads/memory.ts";
import { type Operation, perform, type Result, valueAt } from "../threads/operation.ts";
import { cut, dependsOnOthers, type Node, Trie } from "../threads/trie.ts";
import type { Choice } from "./choices.ts";
import { Family } from "./family.ts";
import { Judge, type Standing } from "./linearizable.ts";
import { Rows } from "./rows.ts";
import {
  asked,
  bodiesOf,
  finished,
  nameBuffers,
  type Plan,
  threadContext,
  watched,
} from "./setup.ts";
import { byTheClock, loopOf, pastPlain } from "./spinning.ts";
import { Symmetry } from "./symmetry.ts";

/** What a step did, for the report. */
export interface Effect {
  operation: Operation;
  result: Result;
  fellAsleep: boolean;
  woken: readonly number[];
}

/** No threads. */
export const noSlots: readonly number[] = [];

/** Time goes on so far and no further: thirty years. */
export const lastTime = 2 ** 40;
/** How late a thread can be: too late for whatever it counts on. */
const day = 86_400_000;

/** A state that can be stepped. */
export class World<Shared> {
  readonly shared: Shared;
  /** The threads, and after them their waits of `Atomics.waitAsync`. */
  readonly names: string[];
  /** For each thread itself, for each wait the thread that it is for. */
  readonly ownerOf: readonly number[];
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
  queue: readonly number[] = noSlots;
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
  /** Whether no thread sleeps for a time. */
  readonly hasNoDeadlines: boolean;
  /** Whether time goes on only when no thread can do more than look. */
  readonly isQuiet: boolean;
  /** Who waits for other threads to begin, to end or to be told. */
  readonly family = new Family(this);
  readonly judge: Judge<unknown> | null;
  /** What the recorded calls can have come to, if they are judged. */
  standing: Standing<unknown> | null = null;
  /** Whether a thread was seen to go round a loop that only looks at memory. */
  spun = false;
  readonly #memory: Memory;
  readonly #daemons: boolean[];
  readonly #children: readonly number[];
  /** How many of the threads have bodies. */
  readonly #bodies: number;

  constructor(memory: Memory, program: Program<Shared>, plan: Plan) {
    this.isTimeless = plan.isTimeless;
    this.hasNoDeadlines = plan.hasNoDeadlines;
    this.isQuiet = plan.mayBeQuiet && program.timers === "quiet";
    this.#memory = memory;
    this.program = program;
    this.shared = finished("shared", program.shared());
    nameBuffers(memory, this.shared);
    seal(watched(this.shared, bodiesOf(program)));
    const bodies = bodiesOf(program);
    const names = [...bodies.keys()];
    this.#bodies = bodies.size;
    const waits = plan.openWaits.map((owner) => names.indexOf(owner));
    const list = [...bodies.values(), ...waits.map(() => null)];
    this.ownerOf = [...names.keys(), ...waits];
    this.names = [...names, ...plan.openWaits.map((owner, i) => `${owner}+${i + 1}`)];
    this.threads = list.length;
    const { linearizable, daemons = [], children = [] } = program;
    this.#children = children.map((name) => names.indexOf(name));
    this.#daemons = this.names.map((name) => daemons.includes(name));
    this.judge = linearizable ? new Judge(linearizable, this.threads) : null;
    this.standing = this.judge?.standings[0] ?? null;
    const canMerge = plan.isSymmetric && !this.#takesResults && !linearizable;
    const isAlike = (a: number, b: number) =>
      a === b || list[a] === list[b] && this.#daemons[a] === this.#daemons[b] &&
        !this.#children.includes(a) && !this.#children.includes(b);
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
    this.roundsLeft = list.map((body) => body ? (program.rounds ?? 1) - 1 : 0);
    this.who = list.map((_, i) => i);
    this.rows = new Rows(this, memory, program);
    this.node.forEach((_, slot) => this.#readClock(slot));
  }

  /** The states of a thread, or of a wait of `Atomics.waitAsync` where there is no body. */
  #trie(body: Body<Shared> | null, index: number, symmetric: boolean): Trie {
    const { children = [] } = this.program;
    const thread = threadContext(index + 1, this.names[index], { symmetric, children });
    const run = () => {
      if (!body) return this.family.waitInstead();
      if (this.#children.includes(index)) request("begin");
      return body(this.shared, thread);
    };
    return new Trie(run, this.allNodes, {
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
    const { pending, notable } = this.node[slot];
    if (this.asleep[slot] || pending === null) return false;
    return !(notable & dependsOnOthers) || !this.family.isHeld(slot) && pending.kind !== "clock";
  }

  /** Whether the thread at this place spins. */
  isSpinning(slot: number): boolean {
    return loopOf(this, slot) !== 0;
  }

  /** Whether no thread can do more than sleep or spin. */
  isStuck(): boolean {
    for (let slot = 0; slot < this.threads; slot++) {
      if (!this.rests(slot) && !this.#spinsForEver(slot)) return false;
    }
    return !this.isOver();
  }

  /** Whether the thread at this place has ended, or does nothing before others act. */
  rests(slot: number): boolean {
    if (this.asleep[slot]) return this.deadline[slot] === Infinity;
    return this.node[slot].pending === null || this.family.isHeld(slot);
  }

  /** Whether the thread at this place sleeps for a time, and not for ever. */
  sleepsForATime(slot: number): boolean {
    return this.asleep[slot] && this.deadline[slot] < Infinity;
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
      return { operation, result: undefined, fellAsleep: false, woken: noSlots };
    }
    this.#setClock(Math.max(this.clock, this.deadline[slot]) + (kind === "late" ? day : 0));
    const told = this.roused[slot] ? "ok" : "timed-out";
    const result = operation.kind === "wait" ? told : undefined;
    this.#wake(slot, result);
    return { operation, result, fellAsleep: false, woken: noSlots };
  }

  #step(slot: number, operation: Operation): Effect {
    const effect: Effect = { operation, result: undefined, fellAsleep: false, woken: noSlots };
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
      case "waitAsync":
        effect.result = this.family.waitAsync(slot, operation);
        break;
      case "deliver":
        effect.woken = [this.family.deliver(slot, operation.section)];
        return effect;
      case "start":
        effect.result = this.family.start(operation.section);
        break;
      case "join":
        effect.result = this.family.join(operation.section);
        break;
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
      case "callback":
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
    if (effect.fellAsleep) this.fallAsleep(slot, operation);
    else this.advance(slot, effect.result);
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

  /** Puts a thread to sleep at its operation. */
  fallAsleep(slot: number, { kind, timeout }: Operation): void {
    if (this.hasNoDeadlines && timeout < Infinity) throw asked.deadlines;
    if (kind !== "sleep") this.node[slot] = this.tries[slot].asleep(this.node[slot]);
    this.asleep[slot] = true;
    this.deadline[slot] = this.#deadlineIn(timeout);
    this.queue = [...this.queue, slot];
  }

  /** Where nobody looks at the clock, and who sleeps may be late, all that counts is that there is a deadline. */
  #deadlineIn(timeout: number): number {
    const isAnyMoment = this.isTimeless && !this.isQuiet;
    return isAnyMoment && timeout < Infinity ? 0 : this.clock + timeout;
  }

  /** A notified thread goes on at once, unless it can make a difference that it is late. */
  #notified(slot: number): void {
    const canBeLate = !this.isTimeless && !this.isQuiet &&
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
    this.advance(slot, result);
  }

  /** Gives a thread the result that it goes on with. */
  advance(slot: number, result: Result): void {
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
    const { notable, pending } = this.node[slot];
    if (!(notable & dependsOnOthers) || pending!.kind !== "clock") return;
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

  /** Whether all threads have ended, but for daemons. */
  isLeftToDaemons(): boolean {
    return this.node.every(({ pending }, slot) =>
      pending === null || !this.family.hasBegun(slot) || this.#daemons[slot]
    );
  }

  /** Whether all threads that were started have ended, but for daemons that rest or sleep. */
  isOver(): boolean {
    for (let slot = 0; slot < this.#bodies; slot++) {
      const isDone = this.node[slot].pending === null || !this.family.hasBegun(slot) ||
        this.#daemons[slot] && (this.rests(slot) || this.sleepsForATime(slot));
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
    return results.slice(0, this.#bodies);
  }

  /** Whether the thread's next operation is still to come. */
  isAtWork(slot: number): boolean {
    return !this.asleep[slot] && !this.roused[slot];
  }

  /** How reports call the element that an operation touches. */
  label({ address, width }: Operation): string {
    return address < 0 ? "" : this.#memory.label(address, width);
  }

  /** Runs an assertion, or what tells the outcome, on the state as it is. */
  ask<T>(name: string, check: () => T): T {
    setClock(this.clock, () => {
      if (this.isTimeless) throw asked.timeless;
    });
    return finished(name, check());
  }
}
