/** Bodies that no error ends: they catch it, and go on. */

import { cells, everySchedule } from "../mod.ts";

type Cells = { m: Int32Array<SharedArrayBuffer> };

/** Each ends by itself, if it is left alone. */
export const restless: Record<string, (m: Int32Array<SharedArrayBuffer>) => unknown> = {
  "catches all and tries again"(m) {
    for (;;) {
      try {
        return Atomics.load(m, 0);
      } catch {
        // Again.
      }
    }
  },
  "tries again at another operation"(m) {
    Atomics.add(m, 0, 1);
    for (let i = 0;; i++) {
      try {
        if (Atomics.compareExchange(m, i % 2, 0, 1) === 7) return;
      } catch {
        // Again.
      }
    }
  },
  "goes round in a finally"(m) {
    try {
      Atomics.load(m, 0);
    } finally {
      for (;;) {
        try {
          Atomics.load(m, 0);
          break;
        } catch {
          // Again.
        }
      }
    }
  },
  "has a generator that catches all"(m) {
    function* looks() {
      for (;;) {
        try {
          yield Atomics.load(m, 0);
        } catch {
          // Again.
        }
      }
    }
    for (const value of looks()) if (value === 1) return;
  },
  "has an iterator that catches all"(m) {
    const next = () => {
      try {
        return { done: Atomics.load(m, 0) === 1, value: 0 };
      } catch {
        return { done: false, value: 0 };
      }
    };
    return [...{ [Symbol.iterator]: () => ({ next }) }];
  },
  "tries again in what a promise calls back"(m) {
    const { value } = Atomics.waitAsync(m, 0, 0) as { value: Promise<string> };
    Atomics.notify(m, 0);
    value.then(() => {
      for (;;) {
        try {
          return Atomics.load(m, 0);
        } catch {
          // Again.
        }
      }
    });
  },
  "calls itself again"(m) {
    const again = (): number => {
      try {
        return Atomics.load(m, 0);
      } catch {
        try {
          return again();
        } catch {
          return again();
        }
      }
    };
    return again();
  },
};

/** Nothing ends these but somebody who stops the whole. */
export const endless: typeof restless = {
  "has a finally that leaves by no error"(m) {
    for (;;) {
      try {
        Atomics.load(m, 0);
      } finally {
        // deno-lint-ignore no-unsafe-finally
        continue;
      }
    }
  },
  "looks at nothing that others can change"(m) {
    Atomics.add(m, 0, 1);
    while (Object.keys(endless).length > 0);
  },
};

// As a program of its own, which says what the explorer says of each of them.
if (import.meta.main) {
  for (const [what, run] of Object.entries(endless)) {
    const program = { shared: () => ({ m: cells(2) }), threads: { A: ({ m }: Cells) => run(m) } };
    try {
      console.log(what, everySchedule(program).sentence);
    } catch (error) {
      console.log(what, (error as Error).message);
    }
  }
}
