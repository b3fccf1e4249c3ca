/**
 * T. E. Anderson, The performance of spin lock alternatives for shared-memory multiprocessors, IEEE
 * TPDS 1(1), 1990: an array of slots, each of which lets one thread in.
 */
import { memory, type Sample } from "../parts.ts";
import { add, load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

interface Variant {
  slots?: number;
  clearsSlot?: boolean;
  /** What the counter of slots wraps at, as one of eight bits wraps at 256. */
  wrapsAt?: number;
}

/** Right with a slot for each thread. Cell 0 is the next slot; a slot holds 1 for "come in". */
export const anderson = (
  threads: number,
  { slots = threads, clearsSlot = true, wrapsAt = slots }: Variant = {},
): Lock<number> => ({
  shared: memory(1 + slots, 0, 1),
  acquire(m) {
    const slot = 1 + add(m, 0, 1) % wrapsAt % slots;
    while (load(m, slot) === 0);
    if (clearsSlot) store(m, slot, 0);
    return slot;
  },
  release: (m, _, slot) => void store(m, 1 + slot % slots, 1),
});

/** Whoever has a slot is overtaken by those before it alone. */
const inOrder: Sample = {
  ...exclusive(
    {
      ...anderson(3),
      acquire(m, thread) {
        const slot = 1 + add(m, 0, 1) % 3;
        thread.request("cs");
        while (load(m, slot) === 0);
        store(m, slot, 0);
        return slot;
      },
    },
    3,
    1,
  ),
  bypass: 2,
};

export const family: Family = {
  "Anderson, two threads": ["proved", exclusive(anderson(2), 2, 2)],
  "Anderson, three threads": ["proved", exclusive(anderson(3), 3)],
  "Anderson, in order": ["proved", inOrder],
  // The third to come finds the slot of the first before that has cleared it.
  "Anderson, a slot too few": ["exclusion", exclusive(anderson(3, { slots: 2 }), 3)],
  "Anderson, does not clear its slot": [
    "exclusion",
    exclusive(anderson(2, { clearsSlot: false }), 2, 2),
  ],
  // 4 is no multiple of 3: the fifth to come takes the slot after the one that is let in.
  "Anderson, its counter wraps": ["spin", exclusive(anderson(3, { wrapsAt: 4 }), 3, 2)],
};
