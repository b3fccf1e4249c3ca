/** A state written down as a row of bytes: equal states have equal rows. */
import type { Program } from "../program.ts";
import type { Memory } from "../threads/memory.ts";
import { noSlots, type World } from "./world.ts";

/** The slots of those asleep, from their ranks and slots. */
function inOrder(ranked: number[]): number[] {
  if (ranked.length > 1) ranked.sort((a, b) => a - b);
  return ranked.map((number) => number & 255);
}

/** In the place of the rank in a queue: the thread was notified and has not gone on yet. */
const roused = 255;

/** Writes states of a world down, and goes back to them. What a program does not use takes no room. */
export class Rows<Shared> {
  /** Where a state is saved to, and restored from. */
  readonly row: Int32Array<ArrayBuffer>;
  readonly #world: World<Shared>;
  readonly #memory: Memory;
  readonly #bytes: Uint8Array;
  /** The moments that were met, by their numbers. */
  readonly #times: number[] = [0];
  readonly #hasClock: boolean;
  readonly #hasDeadlines: boolean;
  readonly #hasStrays: boolean;
  readonly #hasBypass: boolean;
  readonly #hasRounds: boolean;

  constructor(world: World<Shared>, memory: Memory, program: Program<Shared>) {
    this.#world = world;
    this.#memory = memory;
    this.#hasClock = !world.isTimeless;
    this.#hasDeadlines = !world.hasNoDeadlines;
    this.#hasStrays = (program.strayNotifies ?? 0) > 0;
    this.#hasBypass = program.bypass !== undefined;
    this.#hasRounds = (program.rounds ?? 1) > 1;
    const head = 2 * Number(this.#hasClock) + Number(this.#hasStrays);
    const thread = 4 + 2 * Number(this.#hasDeadlines) + Number(this.#hasBypass) +
      Number(this.#hasRounds);
    const size = memory.size + head + thread * world.threads + (world.standing ? 3 : 0);
    this.row = new Int32Array(Math.ceil(size / 4));
    this.#bytes = new Uint8Array(this.row.buffer);
  }

  /** Writes the state down. */
  save(): void {
    const world = this.#world;
    const bytes = this.#bytes;
    this.#memory.save(this.row);
    let at = this.#memory.size;
    if (this.#hasClock) {
      const clock = this.#timeId(world.clock);
      bytes[at++] = clock;
      bytes[at++] = clock >>> 8;
    }
    if (this.#hasStrays) bytes[at++] = world.strays;
    for (let slot = 0; slot < world.threads; slot++) {
      const { id } = world.node[slot];
      bytes[at++] = id;
      bytes[at++] = id >>> 8;
      bytes[at++] = id >>> 16;
      bytes[at++] = world.roused[slot] ? roused : world.asleep[slot] ? this.#rank(slot) : 0;
      if (this.#hasDeadlines) {
        const moment = world.deadline[slot];
        const deadline = moment === Infinity ? 0 : 1 + this.#timeId(moment);
        bytes[at++] = deadline;
        bytes[at++] = deadline >>> 8;
      }
      if (this.#hasBypass) bytes[at++] = world.overtaken[slot];
      if (this.#hasRounds) bytes[at++] = world.roundsLeft[slot];
    }
    if (!world.standing) return;
    bytes[at++] = world.standing.id;
    bytes[at++] = world.standing.id >>> 8;
    bytes[at++] = world.standing.id >>> 16;
  }

  /** Goes back to the state of the row. Who is who is not part of a state. */
  restore(): void {
    const world = this.#world;
    const bytes = this.#bytes;
    this.#memory.restore(this.row);
    let at = this.#memory.size;
    if (this.#hasClock) {
      world.clock = this.#times[bytes[at] | bytes[at + 1] << 8];
      at += 2;
    }
    if (this.#hasStrays) world.strays = bytes[at++];
    let queue: number[] | null = null;
    for (let slot = 0; slot < world.threads; slot++) {
      world.node[slot] = world.allNodes[bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16];
      const rank = bytes[at + 3];
      world.roused[slot] = rank === roused;
      world.asleep[slot] = rank > 0 && rank < roused;
      if (world.asleep[slot]) (queue ??= []).push(rank << 8 | slot);
      at += 4;
      if (this.#hasDeadlines) {
        const deadline = bytes[at] | bytes[at + 1] << 8;
        world.deadline[slot] = deadline === 0 ? Infinity : this.#times[deadline - 1];
        at += 2;
      }
      if (this.#hasBypass) world.overtaken[slot] = bytes[at++];
      if (this.#hasRounds) world.roundsLeft[slot] = bytes[at++];
    }
    if (world.standing) {
      const standing = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
      world.standing = world.judge!.standings[standing];
    }
    world.queue = queue ? inOrder(queue) : noSlots;
  }

  /** The state as a row of its own. */
  snapshot(): Int32Array {
    this.save();
    return this.row.slice();
  }

  /** Goes back to the state of such a row. */
  goTo(snapshot: Int32Array): void {
    this.row.set(snapshot);
    this.restore();
  }

  /** What others see of the state: memory, and who sleeps. */
  scene(): string {
    this.save();
    return `${this.#bytes.subarray(0, this.#memory.size)}/${this.#world.asleep}`;
  }

  /** The place in the queue of those asleep on the same element, counted from 1. */
  #rank(slot: number): number {
    const { queue, node } = this.#world;
    const { address } = node[slot].pending!;
    // Who sleeps on no element is not woken by others, so nobody sees who came first.
    if (address < 0) return 1;
    let rank = 1;
    for (const other of queue) {
      if (other === slot) break;
      if (node[other].pending!.address === address) rank++;
    }
    return rank;
  }

  #timeId(time: number): number {
    if (time === 0) return 0;
    const known = this.#times.indexOf(time);
    return known >= 0 ? known : this.#times.push(time) - 1;
  }
}
