/**
 * D. Hensgen, R. Finkel and U. Manber, Two algorithms for barrier synchronization, IJPP 17(1),
 * 1988: the dissemination barrier; the sense that a central barrier reverses is told there too,
 * and in Mellor-Crummey and Scott, 1991.
 */
import { type Cells, check, memory, type Sample } from "../parts.ts";
import { add, load, notify, store, sub, wait } from "./atomics.ts";
import type { Family } from "./family.ts";

const count = 0;
const sense = 1;

interface Variant {
  /** Whether the sense is reversed before the count is ready for the next round. */
  opensEarly?: boolean;
  reverses?: boolean;
  sleeps?: boolean;
  wakes?: number;
}

/** Right unless varied: each thread waits for the sense of its round. */
export const central = (
  threads: number,
  rounds: number,
  { opensEarly = false, reverses = true, sleeps = false, wakes }: Variant = {},
): Sample => ({
  shared: memory(2 + rounds, threads),
  threads,
  run({ m }) {
    let mine = 0;
    for (let round = 0; round < rounds; round++) {
      add(m, 2 + round, 1);
      if (reverses || round === 0) mine = 1 - mine;
      if (sub(m, count, 1) === 1) {
        if (opensEarly) store(m, sense, mine);
        store(m, count, threads);
        if (!opensEarly) store(m, sense, mine);
        if (sleeps) notify(m, sense, wakes);
      } else {
        while (load(m, sense) !== mine) if (sleeps) wait(m, sense, 1 - mine);
      }
      checkArrivals(m, round, threads);
    }
  },
});

/** A counter that is back at 0: who is slow to look finds it counting for the next round. */
const withoutSense: Sample = {
  shared: memory(4),
  threads: 2,
  run({ m }) {
    for (let round = 0; round < 2; round++) {
      if (add(m, count, 1) === 1) store(m, count, 0);
      else while (load(m, count) !== 0);
    }
  },
};

/** Right unless `parities` is 1: in step s a thread tells the one 2 ** s places on. */
export const dissemination = (threads: number, rounds: number, parities = 2): Sample => {
  const steps = Math.ceil(Math.log2(threads));
  const flag = (parity: number, step: number, thread: number) =>
    2 + rounds + (parity * steps + step) * threads + thread;
  return {
    shared: memory(2 + rounds + 2 * steps * threads),
    threads,
    run({ m }, thread) {
      const me = thread.id - 1;
      for (let round = 0; round < rounds; round++) {
        add(m, 2 + round, 1);
        const parity = round % parities;
        const mine = 1 - (Math.floor(round / parities) % 2);
        for (let step = 0; step < steps; step++) {
          store(m, flag(parity, step, (me + 2 ** step) % threads), mine);
          while (load(m, flag(parity, step, me)) !== mine);
        }
        checkArrivals(m, round, threads);
      }
    },
  };
};

function checkArrivals(m: Cells, round: number, threads: number): void {
  check(load(m, 2 + round) === threads, "went on before all had arrived");
}

export const family: Family = {
  "central barrier, two threads": ["proved", central(2, 3)],
  "central barrier, three threads": ["proved", central(3, 2)],
  "central barrier, sleeping": ["proved", central(3, 2, { sleeps: true })],
  "central barrier, without sense": ["spin", withoutSense],
  "central barrier, opens early": ["spin", central(2, 2, { opensEarly: true })],
  "central barrier, reverses once": ["error", central(2, 2, { reverses: false })],
  "central barrier, wakes one": ["deadlock", central(3, 1, { sleeps: true, wakes: 1 })],
  "dissemination barrier, two threads": ["proved", dissemination(2, 2)],
  "dissemination barrier, three threads": ["proved", dissemination(3, 2)],
  // A thread can be a round ahead of the one that looks: two sets of flags keep them apart.
  "dissemination barrier, one set of flags": ["spin", dissemination(2, 2, 1)],
};
