/**
 * Threads that wait for other threads: those that one starts and joins, and the waits of `Atomics.waitAsync`,
 * which sleep for a thread that goes on meanwhile.
 */
import { answer, request } from "../threads/run.ts";
import { type Operation, type Request, type Result, valueAt } from "../threads/operation.ts";
import { dependsOnOthers } from "../threads/trie.ts";
import { asked } from "./setup.ts";
import type { World } from "./world.ts";

/** Who waits for whom. */
export class Family<Shared> {
  readonly #world: World<Shared>;
  /** What a wait of `Atomics.waitAsync` sleeps on, by what it is told when it begins. */
  readonly #waits = new Map<string, Request>();

  constructor(world: World<Shared>) {
    this.#world = world;
  }

  /** Whether the thread at this place has been started. */
  hasBegun(slot: number): boolean {
    const { notable, pending } = this.#world.node[slot];
    return !(notable & dependsOnOthers) || pending!.kind !== "begin";
  }

  /** Whether a thread waits for another one to start, to end, or to be told something. */
  isHeld(slot: number): boolean {
    const { notable, pending } = this.#world.node[slot];
    if (!(notable & dependsOnOthers)) return false;
    switch (pending!.kind) {
      case "begin":
      case "idle":
        return true;
      case "join": {
        const child = this.#world.names.indexOf(pending!.section);
        return this.hasBegun(child) && !this.#world.hasEnded(child);
      }
      case "deliver":
        return !this.#isAtItsEventLoop(this.#world.ownerOf[slot]);
      default:
        return false;
    }
  }

  #isAtItsEventLoop(slot: number): boolean {
    const { pending } = this.#world.node[slot];
    return pending?.kind === "idle" || pending?.kind === "callback";
  }

  /** Starts a thread, unless it was started before. */
  start(name: string): Result {
    const child = this.#world.names.indexOf(name);
    if (this.hasBegun(child)) return "begun";
    this.#world.advance(child, undefined);
    return undefined;
  }

  /** A thread that has ended is joined, unless it was never started. */
  join(name: string): Result {
    return this.hasBegun(this.#world.names.indexOf(name)) ? undefined : "not begun";
  }

  /** Has somebody wait for the thread, if it has to wait. */
  waitAsync(slot: number, operation: Operation): Result {
    if (valueAt(operation) !== operation.args[0]) return "not-equal";
    if (operation.timeout === 0) return "timed-out";
    const { ownerOf, names } = this.#world;
    const wait = ownerOf.findIndex((owner, wait) =>
      owner === slot && wait !== slot && !this.hasBegun(wait)
    );
    if (wait < 0) throw asked.openWait(names[slot]);
    const { array, index, address, width, args, timeout } = operation;
    const key = `${address}/${args[0]}/${timeout}`;
    if (!this.#waits.has(key)) {
      const cell = { array, index, address, width };
      this.#waits.set(key, { kind: "wait", ...cell, args, timeout, section: "", limit: 1 });
    }
    this.#world.advance(wait, key);
    this.#world.fallAsleep(wait, operation);
    return wait;
  }

  /** The body of such a wait: it sleeps, and tells the thread that goes on meanwhile. */
  waitInstead(): void {
    const wait = this.#waits.get(request("begin") as string)!;
    const result = answer(wait, { isAsked: false });
    request("deliver", { section: String(result) });
  }

  /** A wait is over: it is there for the next one, and the thread that it was for is told. */
  deliver(slot: number, result: string): number {
    const owner = this.#world.ownerOf[slot];
    this.#world.node[slot] = this.#world.tries[slot].root;
    this.#world.advance(owner, `${slot}:${result}`);
    return owner;
  }
}
