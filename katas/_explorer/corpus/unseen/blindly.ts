/** Programs with code that probes cannot take: what a proof of them says. */
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";
import { counted, larger } from "./blind.ts";

const withoutProbes =
  ", as if threads kept nothing outside of shared memory and asked nobody there: without probes";

export const blind: Record<string, Claim> = {
  "a function that evaluates text": claim(`proved: all 6 schedules (6 states)${withoutProbes}`, {
    shared: () => ({ m: cells(2) }),
    threads: 2,
    run({ m }) {
      Atomics.load(m, 0);
      counted();
      Atomics.load(m, 0);
    },
  }),
  "another function of its module": claim(`proved: the only schedule (2 states)${withoutProbes}`, {
    shared: () => ({ m: cells(2) }),
    threads: { A: ({ m }) => Atomics.store(m, 0, larger(1)) },
  }),
  "a program that does not call it": claim("proved: the only schedule (2 states)", {
    shared: () => ({ m: cells(2) }),
    threads: { A: ({ m }) => Atomics.store(m, 0, 1) },
  }),
};
