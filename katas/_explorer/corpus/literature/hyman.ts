/** The letters to the Communications of the ACM that answered Dijkstra's problem of 1965. */
import { type Cells, memory } from "../parts.ts";
import { load, store } from "./atomics.ts";
import { exclusive, type Family, type Lock } from "./family.ts";

const turn = 0;

/**
 * H. Hyman, Comments on a problem in concurrent programming control, CACM 9(1), 1966. Wrong:
 * between the look at the other's flag and the taking of the turn the owner of the turn walks in.
 * D. Knuth showed it in CACM 9(5).
 */
export const hyman: Lock = {
  shared: memory(3),
  acquire(m, { id }) {
    store(m, id, 1);
    while (load(m, turn) !== id - 1) {
      while (load(m, 3 - id) === 1);
      store(m, turn, id - 1);
    }
  },
  release: (m, { id }) => void store(m, id, 0),
};

/** Hyman's with plain accesses, as it was printed. */
const hymanPlain: Lock = {
  shared: memory(3),
  acquire(m, { id }) {
    m[id] = 1;
    while (m[turn] !== id - 1) {
      while (m[3 - id] === 1);
      m[turn] = id - 1;
    }
  },
  release: (m, { id }) => void (m[id] = 0),
};

/** Hyman's with both looks in one condition, and the turn given away: that is Peterson's, right. */
const hymanMended: Lock = {
  shared: memory(3),
  acquire(m, { id }) {
    store(m, id, 1);
    store(m, turn, id - 1);
    while (load(m, turn) === id - 1 && load(m, 3 - id) === 1);
  },
  release: hyman.release,
};

/**
 * E. W. Dijkstra, Solution of a problem in concurrent programming control, CACM 8(9), 1965. Right:
 * one at a time, and somebody always gets on. A thread is 0 idle, 1 wants, 2 is past the turn.
 */
export const dijkstra = (threads: number): Lock => ({
  shared: memory(threads + 1, 1),
  acquire(m, { id }) {
    do {
      store(m, id, 1);
      for (let owner; (owner = load(m, turn)) !== id;) {
        if (load(m, owner) === 0) store(m, turn, id);
      }
      store(m, id, 2);
    } while (!isAlone(m, id, threads));
  },
  release: (m, { id }) => void store(m, id, 0),
});

/** Dijkstra's without the second look at the others: two who took the turn both go in. */
const dijkstraOneStage: Lock = {
  ...dijkstra(2),
  acquire(m, { id }) {
    store(m, id, 1);
    for (let owner; (owner = load(m, turn)) !== id;) {
      if (load(m, owner) === 0) store(m, turn, id);
    }
    store(m, id, 2);
  },
};

/** D. E. Knuth, Additional comments, CACM 9(5), 1966. Right, and nobody waits for ever. */
export const knuth = (threads: number): Lock => ({
  shared: memory(threads + 1, 1),
  acquire(m, { id }) {
    do {
      store(m, id, 1);
      awaitTurn(m, id, threads);
      store(m, id, 2);
    } while (!isAlone(m, id, threads));
    store(m, turn, id);
  },
  release(m, { id }) {
    store(m, turn, id === 1 ? threads : id - 1);
    store(m, id, 0);
  },
});

/** Looks from the owner of the turn downwards, and starts again at whoever is not idle. */
function awaitTurn(m: Cells, id: number, threads: number): void {
  let other = load(m, turn);
  while (other !== id) {
    if (load(m, other) !== 0) other = load(m, turn);
    else other = other === 1 ? threads : other - 1;
  }
}

function isAlone(m: Cells, id: number, threads: number): boolean {
  for (let other = 1; other <= threads; other++) {
    if (other !== id && load(m, other) === 2) return false;
  }
  return true;
}

export const family: Family = {
  "Hyman": ["exclusion", exclusive(hyman, 2)],
  "Hyman, plain": ["race", exclusive(hymanPlain, 2)],
  "Hyman, mended": ["proved", exclusive(hymanMended, 2, 2)],
  "Dijkstra, two threads": ["proved", exclusive(dijkstra(2), 2)],
  "Dijkstra, one stage": ["exclusion", exclusive(dijkstraOneStage, 2)],
  "Knuth, two threads": ["proved", exclusive(knuth(2), 2)],
};
