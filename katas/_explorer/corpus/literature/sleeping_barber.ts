/**
 * The sleeping barber of E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965, with the
 * semaphores of A. B. Downey, The little book of semaphores, 2008.
 */
import type { Body } from "../../mod.ts";
import { type Cells, memory, type Sample, type Shared } from "../parts.ts";
import { add, load, notify, store, wait } from "./atomics.ts";
import type { Family } from "./family.ts";
import { down, raise, take, up } from "./semaphores.ts";

/** Cells: customers who wait, the barber who is ready, cuts that are done, the door, the chairs. */
const customers = 0;
const barber = 1;
const done = 2;
const door = 3;
const free = 4;
/** Who went away because there was no chair. */
const gone = 5;

interface Variant {
  keepsDoor?: boolean;
  wakesBarber?: boolean;
}

/** A customer sits down if there is a chair, wakes the barber and waits for its turn. */
const customer = ({ keepsDoor = false, wakesBarber = true }: Variant): Body<Shared> => ({ m }) => {
  take(m, door);
  const chairs = load(m, free);
  if (chairs === 0) {
    add(m, gone, 1);
    return raise(m, door);
  }
  store(m, free, chairs - 1);
  if (!keepsDoor) raise(m, door);
  if (wakesBarber) up(m, customers);
  down(m, barber);
  if (keepsDoor) raise(m, door);
  down(m, done);
};

/** Cuts `cuts` heads; a chair is free again as soon as somebody leaves it. */
function cutHeads(m: Cells, cuts: number): void {
  for (let cut = 0; cut < cuts; cut++) {
    down(m, customers);
    take(m, door);
    store(m, free, load(m, free) + 1);
    raise(m, door);
    up(m, barber);
    up(m, done);
  }
}

/** Right unless varied, with a chair for each. */
export const shop = (count: number, variant: Variant = {}): Sample => ({
  shared: memory(6, 0, 0, 0, 1, count, 0),
  threads: {
    ...Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`customer ${i + 1}`, customer(variant)]),
    ),
    barber: ({ m }) => cutHeads(m, count),
  },
});

/** One chair and no barber yet: one of the customers goes away, and one waits. */
const oneChair: Sample = {
  ...shop(2),
  shared: memory(6, 0, 0, 0, 1, 1, 0),
  threads: {
    "customer 1": customer({}),
    "customer 2": customer({}),
    barber({ m }) {
      while (load(m, gone) === 0);
      cutHeads(m, 1);
    },
  },
};

/**
 * Dijkstra's story: the barber finds nobody and goes to sleep, the customer finds it awake and sits
 * down to wait. Cells: how many wait, whether the barber sleeps.
 */
const looksThenSleeps: Sample = {
  shared: memory(2),
  threads: {
    customer({ m }: { m: Cells }) {
      add(m, 0, 1);
      if (load(m, 1) === 1) {
        store(m, 1, 0);
        notify(m, 1);
      }
    },
    barber({ m }: { m: Cells }) {
      if (load(m, 0) > 0) return;
      store(m, 1, 1);
      wait(m, 1, 1);
    },
  },
};

export const family: Family = {
  "barber, one customer": ["proved", shop(1)],
  "barber, two customers": ["proved", shop(2)],
  "barber, one chair": ["proved", oneChair],
  "barber, looks then sleeps": ["deadlock", looksThenSleeps],
  "barber, waits in the door": ["deadlock", shop(1, { keepsDoor: true })],
  "barber, is not woken": ["deadlock", shop(1, { wakesBarber: false })],
};
