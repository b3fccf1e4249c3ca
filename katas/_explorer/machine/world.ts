/** One state of the program under exploration, and the steps that lead from state to state. */
import type { Body, Program } from "../program.ts";
import { seal, setClock } from "../threads/exploration.ts";
import type { Memory } from "../threads/memory.ts";
import { isRace, type Operation, perform, type Result, valueAt } from "../threads/operation.ts";
import { cut, type Node, Trie } from "../threads/trie.ts";
import { Judge, type Standing } from "./linearizable.ts";
import { asked, bodiesOf, type Merges, nameBuffers, threadContext, watched } from "./setup.ts";
import { byTheClock, loopOf, pastPlain } from "./spinning.ts";

/**
 * What can happen next: a thread's step, a thread's time-out, a wake-up without a reason, or that time goes
 * on for a thread that looks at the clock again and again.
 */
export interface Choice {
  readonly kind: "step" | "timeout" | "stray" | "later";
  /** The place of the thread in the state; for a stray wake-up, of the first one asleep. */
  readonly slot: number;
}

/** What a step did, for the report. */
export interface Effect {
  operation: Operation;
  result: Result;
  fellAsleep: boolean;
  woken: number[];
}

const headBytes = 3;
const threadBytes = 8;
/** In the place of the rank in a queue. */
const rousedRank = 255;
const kinds = ["step", "timeout", "stray", "later"] as const;

/** A state that can be stepped, written down, and restored. */
export class World<Shared> {
  readonly shared: Shared;
  readonly names: string[];
  readonly threads: number;
  readonly tries: Trie[];
  readonly allNodes: Node[] = [];
  /** Whether threads that are alike may stand in for each other. */
  readonly isSymmetric: boolean;
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

  readonly #timeless: boolean;
  readonly #memory: Memory;
  readonly #program: Program<Shared>;
  readonly #groups: number[];
  /** For each slot, the last one before it of the same group, or -1. */
  readonly #before: number[];
  readonly #times: number[] = [0];
  readonly #daemons: boolean[];
  readonly #judge: Judge<unknown> | null;
  /** What the recorded calls can have come to, if they are judged. */
  standing: Standing<unknown> | null = null;
  /** Each choice is made once, for a search keeps hundreds of thousands of them. */
  readonly #every: Record<Choice["kind"], Choice[]>;
  /** A state written down: where it is saved to, and restored from. */
  readonly row: Int32Array<ArrayBuffer>;
  readonly #bytes: Uint8Array;
  /** Whether a thread was seen to go round a loop that only looks at memory. */
  spun = false;

  constructor(memory: Memory, program: Program<Shared>, { symmetric, timeless }: Merges) {
    this.#timeless = timeless;
    this.#memory = memory;
    this.#program = program;
    this.shared = program.shared();
    nameBuffers(memory, this.shared);
    seal(watched(this.shared, bodiesOf(program)));
    const bodies = bodiesOf(program);
    this.names = [...bodies.keys()];
    this.threads = bodies.size;
    const list = [...bodies.values()];
    const { linearizable, daemons = [] } = program;
    this.#daemons = this.names.map((name) => daemons.includes(name));
    this.#judge = linearizable ? new Judge(linearizable, this.threads) : null;
    this.standing = this.#judge?.standings[0] ?? null;
    const canMerge = symmetric && !this.#takesResults && !linearizable;
    const isAlike = (a: number, b: number) =>
      list[a] === list[b] && this.#daemons[a] === this.#daemons[b];
    this.#groups = list.map((_, i) =>
      canMerge ? list.findIndex((_, other) => isAlike(other, i)) : i
    );
    this.#before = this.#groups.map((group, i) => this.#groups.lastIndexOf(group, i - 1));
    this.#before[0] = -1;
    this.isSymmetric = this.#groups.some((group, i) => group !== i);
    const tries = new Map<number, Trie>();
    this.tries = this.#groups.map((group, i) => {
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
    const every = (kind: Choice["kind"]) => list.map((_, slot): Choice => ({ kind, slot }));
    this.#every = {
      step: every("step"),
      timeout: every("timeout"),
      stray: every("stray"),
      later: every("later"),
    };
    const judgeBytes = this.#judge ? 3 : 0;
    const size = memory.size + headBytes + threadBytes * this.threads + judgeBytes;
    this.row = new Int32Array(Math.ceil(size / 4));
    this.#bytes = new Uint8Array(this.row.buffer);
    this.node.forEach((_, slot) => this.#readClock(slot));
  }

  #trie(body: Body<Shared>, index: number, symmetric: boolean): Trie {
    const thread = threadContext(index + 1, this.names[index], symmetric);
    return new Trie(() => body(this.shared, thread), this.allNodes, {
      fold: this.#program.localStates ?? true,
      keepResults: this.#takesResults,
    });
  }

  get #takesResults(): boolean {
    const { after, outcome } = this.#program;
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
    return this.#program.races === undefined || this.#program.races === "error"
      ? this.node.some((_, slot) => (loopOf(this, slot) & pastPlain) !== 0)
      : false;
  }

  /** Whether a thread has taken more steps than are followed. */
  isCut(): boolean {
    return (this.notable() & cut) !== 0;
  }

  /** Everything that can happen next. */
  choices(): Choice[] {
    const choices: Choice[] = [];
    for (let slot = 0; slot < this.threads; slot++) {
      if (this.canStep(slot)) choices.push(this.#every.step[slot]);
    }
    const unfinished = choices.filter(({ slot }) =>
      this.node[slot].pending!.continues && !this.isSpinning(slot)
    );
    if (unfinished.length > 0) return unfinished;
    const events = this.#events();
    const isQuiet = this.#program.timers === "quiet";
    // Under a quiet clock a thread that only spins does not hold up time.
    if (events.length > 0 && !(isQuiet && choices.some(({ slot }) => !this.isSpinning(slot)))) {
      choices.push(...events);
    }
    return this.#program.strayNotifies ? [...choices, ...this.#strays()] : choices;
  }

  #events(): readonly Choice[] {
    const timeouts = this.queue.length === 0 ? [] : this.#timeouts();
    return this.#timeless ? timeouts : [...timeouts, ...this.#later()];
  }

  /** Time goes on while a thread spins by the clock, or before one that was notified goes on. */
  #later(): Choice[] {
    const late = this.roused.findIndex((isRoused, slot) =>
      isRoused && this.deadline[slot] > this.clock
    );
    if (late >= 0) return [this.#every.later[late]];
    if (this.clock >= lastTime) return [];
    const slot = this.node.findIndex((_, slot) => (loopOf(this, slot) & byTheClock) !== 0);
    return slot < 0 ? [] : [this.#every.later[slot]];
  }

  /** Only the earliest deadline can strike. */
  #timeouts(): Choice[] {
    let earliest = Infinity;
    for (const slot of this.queue) earliest = Math.min(earliest, this.deadline[slot]);
    if (earliest === Infinity) return [];
    return this.queue.filter((slot) => this.deadline[slot] === earliest)
      .map((slot) => this.#every.timeout[slot]);
  }

  #strays(): Choice[] {
    if (this.strays >= (this.#program.strayNotifies ?? 0)) return [];
    const addresses = new Set<number>();
    const first = this.queue.filter((slot) => {
      const { address } = this.node[slot].pending!;
      return address >= 0 && !addresses.has(address) && addresses.add(address);
    });
    return first.map((slot) => this.#every.stray[slot]);
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
        this.overtaken[slot] = 1;
        break;
      case "enter":
        this.#countBypass(slot, operation.section);
        break;
      case "exit":
        break;
      case "call":
        if (this.standing) {
          this.standing = this.#judge!.begin(this.standing, slot, operation.call!);
        }
        break;
      case "return":
        if (this.standing) this.standing = this.#judge!.end(this.standing, slot, operation.section);
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
    if (this.#program.bypass === undefined) return;
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
    const canBeLate = !this.#timeless && this.#program.timers !== "quiet" &&
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
    if (this.#timeless) throw asked.timeless;
    return this.clock;
  }

  #setClock(time: number): void {
    if (this.#timeless) {
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

  /** Whether the threads that are alike stand in their fixed order. */
  isNormal(): boolean {
    for (let slot = 1; slot < this.threads; slot++) {
      const before = this.#before[slot];
      if (before >= 0 && this.#compare(before, slot) > 0) return false;
    }
    return true;
  }

  /** Puts threads that are alike in a fixed order, and tells where the one at this place went. */
  normalize(followed = -1): number {
    if (!this.isSymmetric || this.isNormal()) return followed;
    const sorted = this.node.map((_, slot) => slot).sort((a, b) => this.#compare(a, b));
    // A slot keeps its group: those that are alike need not stand side by side.
    const order = this.#groups.map((group) => {
      const next = sorted.findIndex((slot) => this.#groups[slot] === group);
      return sorted.splice(next, 1)[0];
    });
    const place = order.map((_, slot) => order.indexOf(slot));
    const pick = <T>(list: T[]) => order.map((slot) => list[slot]);
    this.node = pick(this.node);
    this.asleep = pick(this.asleep);
    this.deadline = pick(this.deadline);
    this.overtaken = pick(this.overtaken);
    this.roused = pick(this.roused);
    this.roundsLeft = pick(this.roundsLeft);
    this.who = pick(this.who);
    this.queue = this.queue.map((slot) => place[slot]);
    return followed < 0 ? followed : place[followed];
  }

  #compare(a: number, b: number): number {
    return this.#groups[a] - this.#groups[b] || this.node[a].id - this.node[b].id ||
      Number(this.asleep[a]) - Number(this.asleep[b]) ||
      Number(this.roused[a]) - Number(this.roused[b]) ||
      this.queue.indexOf(a) - this.queue.indexOf(b) || this.overtaken[a] - this.overtaken[b] ||
      this.roundsLeft[a] - this.roundsLeft[b];
  }

  /** Writes the state down: equal states have equal rows. */
  save(): void {
    const bytes = this.#bytes;
    this.#memory.save(this.row);
    let at = this.#memory.size;
    const clock = this.#timeId(this.clock);
    bytes[at++] = clock;
    bytes[at++] = clock >>> 8;
    bytes[at++] = this.strays;
    for (let slot = 0; slot < this.threads; slot++) {
      const { id } = this.node[slot];
      const deadline = this.deadline[slot] === Infinity ? 0 : 1 + this.#timeId(this.deadline[slot]);
      bytes[at++] = id;
      bytes[at++] = id >>> 8;
      bytes[at++] = id >>> 16;
      bytes[at++] = this.roused[slot] ? rousedRank : this.asleep[slot] ? this.#rank(slot) : 0;
      bytes[at++] = deadline;
      bytes[at++] = deadline >>> 8;
      bytes[at++] = this.overtaken[slot];
      bytes[at++] = this.roundsLeft[slot];
    }
    if (!this.standing) return;
    bytes[at++] = this.standing.id;
    bytes[at++] = this.standing.id >>> 8;
    bytes[at++] = this.standing.id >>> 16;
  }

  /** The state as a row of its own. */
  snapshot(): Int32Array {
    this.save();
    return this.row.slice();
  }

  /** What others see of the state: memory, and who sleeps. */
  scene(): string {
    this.save();
    return `${this.#bytes.subarray(0, this.#memory.size)}/${this.asleep}`;
  }

  /** The place in the queue of those asleep on the same element, counted from 1. */
  #rank(slot: number): number {
    const { address } = this.node[slot].pending!;
    let rank = 1;
    for (const other of this.queue) {
      if (other === slot) break;
      if (this.node[other].pending!.address === address) rank++;
    }
    return rank;
  }

  /** Goes back to the state of the row. Who is who is not part of a state. */
  restore(row?: Int32Array): void {
    if (row) this.row.set(row);
    const bytes = this.#bytes;
    this.#memory.restore(this.row);
    let at = this.#memory.size;
    this.clock = this.#times[bytes[at] | bytes[at + 1] << 8];
    this.strays = bytes[at + 2];
    at += headBytes;
    const queue: number[] = [];
    for (let slot = 0; slot < this.threads; slot++, at += threadBytes) {
      this.node[slot] = this.allNodes[bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16];
      const rank = bytes[at + 3];
      this.roused[slot] = rank === rousedRank;
      this.asleep[slot] = rank > 0 && rank < rousedRank;
      if (this.asleep[slot]) queue.push(rank << 8 | slot);
      const deadline = bytes[at + 4] | bytes[at + 5] << 8;
      this.deadline[slot] = deadline === 0 ? Infinity : this.#times[deadline - 1];
      this.overtaken[slot] = bytes[at + 6];
      this.roundsLeft[slot] = bytes[at + 7];
    }
    if (this.#judge) {
      this.standing = this.#judge.standings[bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16];
    }
    if (queue.length > 1) queue.sort((a, b) => a - b);
    for (let i = 0; i < queue.length; i++) queue[i] &= 255;
    this.queue = queue;
  }

  /** The number of a choice, and the choice of a number. */
  numberOf({ kind, slot }: Choice): number {
    return kinds.indexOf(kind) << 8 | slot;
  }

  choiceOf(number: number): Choice {
    return this.#every[kinds[number >> 8]][number & 255];
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

  #timeId(time: number): number {
    if (time === 0) return 0;
    const known = this.#times.indexOf(time);
    return known >= 0 ? known : this.#times.push(time) - 1;
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

  /** Two threads whose next operations are a data race. */
  race(): [number, number] | null {
    for (let a = 0; a < this.threads; a++) {
      const first = this.node[a].pending;
      if (!first || !this.isAtWork(a)) continue;
      for (let b = a + 1; b < this.threads; b++) {
        const second = this.node[b].pending;
        if (second && this.isAtWork(b) && isRace(first, second)) return [a, b];
      }
    }
    return null;
  }

  /** How reports call the element that an operation touches. */
  label({ address, width }: Operation): string {
    return address < 0 ? "" : this.#memory.label(address, width);
  }

  /** Runs an assertion on the state as it is. */
  assert(check: () => void): void {
    setClock(this.clock, () => {
      if (this.#timeless) throw asked.timeless;
    });
    check();
  }
}

/** Time goes on so far and no further: thirty years. */
const lastTime = 2 ** 40;
