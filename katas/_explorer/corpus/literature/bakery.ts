/** L. Lamport, A new solution of Dijkstra's concurrent programming problem, CACM 17(8), 1974. */
import { type Cells, memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

/** What of the bakery's rules a variant leaves out. */
interface Variant {
  choosing?: boolean;
  /** Whether `other`, whose number is `its`, goes first. */
  isFirst?: (its: number, other: number, mine: number, me: number) => boolean;
}

const byNumberThenName = (its: number, other: number, mine: number, me: number) =>
  its < mine || its === mine && other < me;

/** Right as it stands. Cells: who is choosing, then the numbers. */
export const bakery = (
  threads: number,
  { choosing = true, isFirst = byNumberThenName }: Variant = {},
): Lock => ({
  shared: memory(2 * threads),
  acquire(m, { id }) {
    const me = id - 1;
    if (choosing) store(m, me, 1);
    const mine = 1 + highest(m, threads);
    store(m, threads + me, mine);
    if (choosing) store(m, me, 0);
    for (let other = 0; other < threads; other++) {
      if (other === me) continue;
      if (choosing) { while (load(m, other) === 1); }
      for (;;) {
        const its = load(m, threads + other);
        if (its === 0 || !isFirst(its, other, mine, me)) break;
      }
    }
  },
  release: (m, { id }) => void store(m, threads + id - 1, 0),
});

function highest(m: Cells, threads: number): number {
  let highest = 0;
  for (let other = 0; other < threads; other++) {
    const its = load(m, threads + other);
    if (its > highest) highest = its;
  }
  return highest;
}

export const family: Family = {
  "bakery, two threads": ["proved", exclusive(bakery(2), 2, 2)],
  "bakery, three threads": ["proved", exclusive(bakery(3), 3)],
  // Whoever reads the number of one who is choosing sees 0 and passes.
  "bakery, without choosing": ["exclusion", exclusive(bakery(2, { choosing: false }), 2)],
  "bakery, equal numbers both go": [
    "exclusion",
    exclusive(bakery(2, { isFirst: (its, _, mine) => its < mine }), 2),
  ],
  "bakery, equal numbers both wait": [
    "spin",
    exclusive(bakery(2, { isFirst: (its, _, mine) => its <= mine }), 2),
  ],
};
