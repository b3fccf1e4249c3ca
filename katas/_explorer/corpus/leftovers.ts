/** Bodies that call async functions, which nobody sees without probes. As a program: explores the one that is named. */
import { cells, everySchedule } from "../mod.ts";

type Cells = Int32Array<SharedArrayBuffer>;

const tooLate = "The memory of an exploration was used when that was over.";

const helpers: Record<string, (m: Cells) => Promise<void>> = {
  async "goes on"(m) {
    Atomics.store(m, 0, 1);
    await 0;
    Atomics.store(m, 0, 2);
  },
  async "catches all and goes on"(m) {
    for (;;) {
      try {
        if (Atomics.load(m, 0) === 7) return;
      } catch {
        // Again.
      }
      await 0;
    }
  },
  async "is refused"(m) {
    Atomics.store(m, 0, Math.random());
    await 0;
  },
  async "catches all and reads on"(m) {
    for (;;) {
      try {
        if (m[0] === 7) return;
      } catch {
        // Again.
      }
      await 0;
    }
  },
};

/** What is said of each. */
export const leftovers: Record<keyof typeof helpers, string> = {
  "goes on": tooLate,
  "catches all and goes on": tooLate,
  "catches all and reads on": tooLate,
  "is refused": "Math.random cannot be explored",
};

if (import.meta.main) {
  const helper = helpers[Deno.args[0]];
  everySchedule({ shared: () => ({ m: cells(1) }), threads: { A: ({ m }) => void helper(m) } });
}
