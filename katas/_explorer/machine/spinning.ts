/** Whether a thread goes round a loop that only looks at memory. */
import { type Operation, perform, type Result, valueAt } from "../threads/operation.ts";
import { cut, isPlainNext } from "../threads/trie.ts";
import type { World } from "./world.ts";

/** The thread goes round a loop that only looks: flags of `loopOf`. */
export const spins = 1;
/** The loop looks at the clock. */
export const byTheClock = 2;
/** On its way the thread comes by a plain access, which a race can spoil. */
export const pastPlain = 4;

/** What a look at memory comes to that is more than a look. */
const changes = Symbol("changes");

let walks = 0;

/**
 * Whether the thread at this place, as long as no other thread acts, looks at memory for ever: it goes
 * round a loop that changes nothing and leads back to where it was. Such a loop may look at the clock, too;
 * then the thread is in it already. The answer is 0, or flags.
 */
export function loopOf<Shared>(world: World<Shared>, slot: number): number {
  if (!world.isAtWork(slot)) return 0;
  const walk = ++walks;
  let lastLook = -1;
  let met = 0;
  let node = world.node[slot];
  for (let steps = 0; node.pending && node.isExact && !(node.notable & cut); steps++) {
    if (node.walk === walk) {
      world.spun = true;
      if (lastLook < node.walkedAt) return spins | met;
      // On the way into the loop time need not go on: the loop may count from when it is reached.
      return node === world.node[slot] ? spins | byTheClock | met : 0;
    }
    if (node.pending.kind === "clock") lastLook = steps;
    if (node.notable & isPlainNext) met = pastPlain;
    const result = look(world, node.pending);
    if (result === changes) return 0;
    node.walk = walk;
    node.walkedAt = steps;
    node = world.tries[slot].next(node, result);
  }
  return 0;
}

/** The result of an operation that leaves everything as it is. */
function look<Shared>(world: World<Shared>, operation: Operation): Result | typeof changes {
  const { kind, address, args, timeout, array, index } = operation;
  if (kind === "clock") return world.lookAtClock();
  if (kind === "notify") return world.sleepersOn(address).length > 0 ? changes : 0;
  if (address < 0) return changes;
  const before = valueAt(operation);
  if (kind === "wait" || kind === "waitAsync") {
    if (before !== args[0]) return "not-equal";
    return timeout === 0 ? "timed-out" : changes;
  }
  const result = perform(operation);
  if (Object.is(valueAt(operation), before)) return result;
  array![index] = before;
  return changes;
}
