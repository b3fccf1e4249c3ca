/**
 * B. K. Szymanski, A simple solution to Lamport's concurrent programming problem with linear wait,
 * ICS 1988. A flag is 0 away, 1 wants to enter, 2 waits for others, 3 in the doorway, 4 in the
 * waiting room whose door is shut.
 */
import { type Cells, memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

/** The rules that a variant may leave out. */
interface Variant {
  awaitsOpenDoor?: boolean;
  letsOthersIn?: boolean;
  goesInOrder?: boolean;
  awaitsDoorway?: boolean;
}

/** Right with all of its rules. */
export const szymanski = (
  threads: number,
  { awaitsOpenDoor = true, letsOthersIn = true, goesInOrder = true, awaitsDoorway = true }:
    Variant = {},
): Lock => ({
  shared: memory(threads),
  acquire(m, { id }) {
    const me = id - 1;
    store(m, me, 1);
    if (awaitsOpenDoor) {
      for (let other = 0; other < threads; other++) {
        if (other !== me) { while (load(m, other) >= 3); }
      }
    }
    store(m, me, 3);
    if (letsOthersIn && someone(m, me, threads, 1)) {
      store(m, me, 2);
      while (!someone(m, me, threads, 4));
    }
    store(m, me, 4);
    if (!goesInOrder) return;
    for (let other = 0; other < me; other++) while (load(m, other) >= 2);
  },
  release(m, { id }) {
    const me = id - 1;
    for (let other = me + 1; awaitsDoorway && other < threads; other++) {
      while (isInDoorway(load(m, other)));
    }
    store(m, me, 0);
  },
});

const isInDoorway = (flag: number) => flag === 2 || flag === 3;

function someone(m: Cells, me: number, threads: number, flag: number): boolean {
  for (let other = 0; other < threads; other++) {
    if (other !== me && load(m, other) === flag) return true;
  }
  return false;
}

export const family: Family = {
  "Szymanski, two threads": ["proved", exclusive(szymanski(2), 2, 2)],
  "Szymanski, three threads": ["proved", exclusive(szymanski(3), 3)],
  "Szymanski, the door is always open": [
    "exclusion",
    exclusive(szymanski(2, { awaitsOpenDoor: false }), 2),
  ],
  // The last one goes, and who waits for others in the doorway sees nobody in the waiting room.
  "Szymanski, in no order": ["spin", exclusive(szymanski(2, { goesInOrder: false }), 2)],
  "Szymanski, goes without a look back": [
    "spin",
    exclusive(szymanski(3, { awaitsDoorway: false }), 3),
  ],
};
