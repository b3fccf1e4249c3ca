/** Whether a thread goes round a loop that only looks at memory. */
import { type Operation, perform, type Result, valueAt } from "../threads/operation.ts";
import { cut } from "../threads/trie.ts";
import type { World } from "./world.ts";

/** What a thread does as long as no other thread acts. */
export type Loop = "none" | "spins" | "spins by the clock";

/** What a look at memory comes to that is more than a look. */
const changes = Symbol("changes");

let walks = 0;

/**
 * Whether the thread at this place, as long as no other thread acts, looks at memory for ever: it goes
 * round a loop that changes nothing and leads back to where it was. Such a loop may look at the clock, too;
 * then the thread is in it already.
 */
export function loopOf<Shared>(world: World<Shared>, slot: number): Loop {
  if (!world.isAtWork(slot)) return "none";
  const walk = ++walks;
  let lastLook = -1;
  let node = world.node[slot];
  for (let steps = 0; node.pending && node.isExact && !(node.notable & cut); steps++) {
    if (node.walk === walk) {
      world.spun = true;
      if (lastLook < node.walkedAt) return "spins";
      // On the way into the loop time need not go on: the loop may count from when it is reached.
      return node === world.node[slot] ? "spins by the clock" : "none";
    }
    if (node.pending.kind === "clock") lastLook = steps;
    const result = look(world, node.pending);
    if (result === changes) return "none";
    node.walk = walk;
    node.walkedAt = steps;
    node = world.tries[slot].next(node, result);
  }
  return "none";
}

/** The result of an operation that leaves everything as it is. */
function look<Shared>(world: World<Shared>, operation: Operation): Result | typeof changes {
  const { kind, address, args, timeout, array, index } = operation;
  if (kind === "clock") return world.lookAtClock();
  if (kind === "notify") return world.sleepersOn(address).length > 0 ? changes : 0;
  if (address < 0) return changes;
  const before = valueAt(operation);
  if (kind === "wait") {
    if (before !== args[0]) return "not-equal";
    return timeout === 0 ? "timed-out" : changes;
  }
  const result = perform(operation);
  if (Object.is(valueAt(operation), before)) return result;
  array![index] = before;
  return changes;
}
