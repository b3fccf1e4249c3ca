/** Programs of which it is easy to claim what is not so, each with what is true. */
import { cells, type Program } from "../mod.ts";
import { check, load, memory, type Sample, store } from "./parts.ts";

/** A sentence of a proof, a verdict, or why the program is refused: how it begins. */
export type Claim = [truth: string, program: Program<never>];

export const claim = <Shared>(truth: string, program: Program<Shared>): Claim => [
  truth,
  program as unknown as Program<never>,
];
const two = memory(2);
const once: Sample["run"] = ({ m }) => void Atomics.store(m, 0, 1);

const madeBefore = cells(1);
/** The real one, whatever stands in for it while this module is loaded. */
const Alias = new Int32Array(1).constructor as Int32ArrayConstructor;
let counted = 0;
let setUp: number | undefined;
let most = 0;
let begun = false;
const seen: boolean[] = [];
let depth = 0;
const next = (() => {
  let last = 0;
  return () => ++last;
})();
let drawn = 0;
function* draws() {
  while (drawn < 2) yield ++drawn;
}
let tickets = 0;
/** Numbers itself. */
class Ticket {
  readonly number = ++tickets;
}
/** Counts for all. */
class Tally {
  static count = 0;
}

/** Counts in no shared memory. */
class Counted {
  #count = 0;

  count(): number {
    return this.#count++;
  }
}

/** A lock whose state is in no shared memory. */
const privately = { cells: [0] };

export const claims: Record<string, Claim> = {
  // -- A thread that remembers is not where it was --
  "the place of an operation is all its calls": claim("Spin deadlock: thread B spins for ever", {
    shared: two,
    threads: {
      A: ({ m }) => void store(m, 0, 1),
      B({ m }) {
        if (load(m, 0) === 1) return;
        while (load(m, 0) !== 0);
      },
    },
  }),
  "a loop that remembers the last value": claim("Thread B threw Error: went back", {
    shared: two,
    threads: {
      A: ({ m }) => [1, 2, 1, 3].forEach((value) => store(m, 0, value)),
      B({ m }) {
        for (let last = 0, now = 0; now !== 3; last = now) {
          now = load(m, 0);
          check(now >= last, "went back");
        }
      },
    },
  }),
  ...Object.fromEntries(
    ([
      ["a function", (value: number) => Number.bind(null, value)],
      ["a class", (value: number) =>
        class {
          static value = value;
        }],
    ] as const).map(([what, make]) => [
      `a loop that makes ${what} in each lap`,
      claim("Thread B threw Error: saw 1", {
        shared: two,
        maxStates: 500,
        threads: {
          A: ({ m }) => [1, 2].forEach((value) => store(m, 0, value)),
          B({ m }) {
            for (let last: unknown = make(0), seen = 0;;) {
              const now = load(m, 0);
              if (now === 2) return check(seen !== 1 || last === null, "saw 1");
              seen = now;
              last = make(now);
            }
          },
        },
      }),
    ]),
  ),
  "two looks in one condition": claim("Thread B threw Error: odd", {
    shared: two,
    threads: {
      A: ({ m }) => void store(m, 0, 1),
      B({ m }) {
        let odd = false;
        while (Atomics.load(m, 0) !== Atomics.load(m, 0)) odd = !odd;
        check(!odd, "odd");
      },
    },
  }),

  "a call in each lap, without an end": claim("Thread B threw Error: saw 1", {
    shared: two,
    maxStates: 500,
    threads: {
      A: ({ m }) => [1, 2].forEach((value) => store(m, 0, value)),
      B({ m }) {
        const look = (seen: number): number => {
          const now = load(m, 0);
          return now === 2 ? seen : look(now);
        };
        check(look(0) !== 1, "saw 1");
      },
    },
  }),

  // -- Loops --
  "a loop that notifies a sleeper": claim("proved: every schedule", {
    shared: two,
    threads: {
      A({ m }) {
        while (Atomics.load(m, 0) === 0) Atomics.notify(m, 1);
      },
      B({ m }) {
        Atomics.wait(m, 1, 0);
        Atomics.store(m, 0, 1);
      },
    },
  }),
  "a long loop that ends": claim("proved: the only schedule", {
    shared: two,
    threads: {
      A({ m }) {
        for (let i = 0; i < 1_000; i++) if (Atomics.load(m, 0) === 1) return;
      },
    },
  }),
  "a loop longer than is followed": claim(
    "checked, not proved: not even all schedules without a forced switch (2,001 states; a thread takes " +
      "more steps than are followed)",
    {
      shared: two,
      samples: 0,
      threads: {
        A({ m }) {
          for (let i = 0; i < 4_000; i++) if (Atomics.load(m, 0) === 1) return;
        },
      },
    },
  ),
  "a lock of an operation that changes nothing": claim("proved: every schedule", {
    shared: two,
    threads: 2,
    run({ m }, thread) {
      while (Atomics.or(m, 0, 1) !== 0);
      thread.inside("lock", () => {});
      Atomics.store(m, 0, 0);
    },
  }),
  "a spin deadlock that only random schedules reach": claim("Spin deadlock: threads A and B spin", {
    shared: two,
    maxStates: 5,
    threads: { A: ({ m }) => takeBoth(m, 0), B: ({ m }) => takeBoth(m, 1) },
  }),
  "a race on the way into loops without an end": claim("Data race on m[0]: thread A writes it", {
    shared: two,
    threads: {
      A({ m }) {
        m[0] = 0;
        while (Atomics.load(m, 1) === 0);
      },
      B({ m }) {
        Atomics.load(m, 0);
        while (Atomics.load(m, 1) === 0);
      },
    },
  }),
  "a loop without an end over a plain access": claim("Spin deadlock: thread A spins for ever", {
    shared: two,
    threads: {
      A({ m }) {
        while (m[0] === 0);
      },
      B: ({ m }) => void Atomics.store(m, 1, 1),
    },
  }),
  "a thread that tries again beside one that sleeps for a time": claim("proved: every schedule", {
    shared: two,
    timers: "quiet",
    threads: {
      A({ m }) {
        while (Atomics.load(m, 0) === 0) {
          Atomics.store(m, 1, 1);
          Atomics.store(m, 1, 0);
        }
      },
      B({ m }, thread) {
        thread.sleep(10);
        Atomics.store(m, 0, 1);
      },
    },
  }),
  "a thread that wakes again and again for nothing": claim(
    "Spin deadlock: thread A spins for ever.",
    {
      shared: two,
      threads: {
        A({ m }) {
          while (Atomics.load(m, 0) === 0) Atomics.wait(m, 0, 0, 10);
        },
      },
    },
  ),
  "a wait with a timeout, again and again": claim("proved: every schedule", {
    shared: two,
    threads: {
      A({ m }) {
        while (Atomics.load(m, 0) === 0) Atomics.wait(m, 0, 0, 10);
      },
      B: ({ m }) => void Atomics.store(m, 0, 1),
    },
  }),

  // -- The clock --
  "a loop that ends by the clock": claim("proved: the only schedule", {
    shared: two,
    threads: {
      A() {
        const end = performance.now() + 50;
        while (performance.now() < end);
      },
    },
  }),
  "a thread alone that gives up by the clock": claim("proved: every schedule", {
    shared: two,
    threads: {
      A({ m }) {
        Atomics.store(m, 0, 1);
        const end = performance.now() + 50;
        while (Atomics.compareExchange(m, 0, 0, 1) !== 0) if (performance.now() >= end) return;
      },
    },
  }),
  "a clock that is asked for the first time late": claim("proved: every schedule", {
    shared: two,
    threads: {
      A({ m }) {
        Atomics.store(m, 0, 1);
        Atomics.load(m, 0);
        for (const time of [5, 50]) {
          const end = performance.now() + time;
          while (Atomics.load(m, 0) !== 0) if (performance.now() >= end) break;
        }
      },
    },
  }),
  "a lock that gives up by the clock, and looks twice": claim("proved: every schedule", {
    shared: two,
    threads: 2,
    run({ m }) {
      const end = performance.now() + 50;
      while (Atomics.compareExchange(m, 0, 0, 1) !== 0) {
        if (performance.now() > end) return;
        if (performance.now() > end) return;
      }
      Atomics.store(m, 0, 0);
    },
  }),
  "a thread that is woken in time and goes on too late": claim("Thread A threw Error: late", {
    shared: two,
    threads: {
      A({ m }) {
        const end = performance.now() + 10;
        if (Atomics.wait(m, 0, 0, 10) === "ok") check(performance.now() < end, "late");
      },
      B: ({ m }) => void Atomics.notify(m, 0),
    },
  }),
  "a thread that is woken at the last moment and goes on after it": claim(
    "Thread A threw Error: late",
    {
      shared: two,
      threads: {
        A({ m }) {
          const end = performance.now() + 10;
          if (Atomics.wait(m, 0, 0, 10) === "ok") check(performance.now() <= end, "late");
        },
        B: ({ m }) => void Atomics.notify(m, 0),
      },
    },
  ),
  "a sleep that is longer than it was to be": claim("Thread A threw Error: late", {
    shared: two,
    threads: {
      A(_, thread) {
        thread.sleep(10);
        check(thread.now() < 1_000, "late");
      },
    },
  }),
  "a wait that times out late": claim("Thread A threw Error: late", {
    shared: two,
    threads: {
      A({ m }) {
        const start = Date.now();
        check(Atomics.wait(m, 0, 0, 10) === "timed-out" && Date.now() - start === 10, "late");
      },
    },
  }),
  "a second sleep that is too long": claim("Thread A threw Error: late", {
    shared: two,
    threads: {
      A(_, thread) {
        thread.sleep(10);
        const start = thread.now();
        thread.sleep(10);
        check(start > 10 || thread.now() <= start + 10, "late");
      },
    },
  }),
  "a promise that is told late": claim("Thread A threw Error: late", {
    shared: two,
    threads: {
      A({ m }, thread) {
        const { value } = Atomics.waitAsync(m, 0, 0, 10) as { value: Promise<string> };
        value.then(() => check(thread.now() <= 10, "late"));
      },
    },
  }),
  "a short wait that ends after a long sleep": claim("Thread A threw Error: it still waits", {
    shared: two,
    threads: {
      A({ m }, thread) {
        Atomics.waitAsync(m, 0, 0, 10);
        thread.sleep(50);
        check(Atomics.notify(m, 0) === 0, "it still waits");
      },
    },
  }),
  "the same, with a look at the clock": claim("Thread A threw Error: it still waits", {
    shared: two,
    threads: {
      A({ m }, thread) {
        Atomics.waitAsync(m, 0, 0, 10);
        thread.sleep(50);
        check(thread.now() > 50 || Atomics.notify(m, 0) === 0, "it still waits");
      },
    },
  }),
  "a wake-up that goes to a wait whose time was up": claim("Deadlock: thread B sleeps for ever", {
    shared: two,
    threads: {
      A({ m }, thread) {
        Atomics.waitAsync(m, 0, 0, 10);
        thread.sleep(50);
        Atomics.store(m, 0, 1);
        Atomics.notify(m, 0, 1);
      },
      B: ({ m }) => void Atomics.wait(m, 0, 0),
    },
  }),
  "surely the others are done after so long": claim("Thread B threw Error: A is not done", {
    shared: two,
    threads: {
      A({ m }, thread) {
        thread.sleep(1);
        Atomics.store(m, 0, 1);
      },
      B({ m }, thread) {
        thread.sleep(1_000);
        check(Atomics.load(m, 0) === 1, "A is not done");
      },
    },
  }),
  "a sleep by the clock, and surely the others are done": claim(
    "Thread B threw Error: A is not done",
    {
      shared: two,
      threads: {
        A({ m }, thread) {
          thread.sleep(1);
          Atomics.store(m, 0, 1);
        },
        B({ m }) {
          const end = performance.now() + 1_000;
          while (performance.now() < end);
          check(Atomics.load(m, 0) === 1, "A is not done");
        },
      },
    },
  ),
  "a time-out is never early": claim(
    "proved: all 2 schedules (4 states), as if steps took no time",
    {
      shared: two,
      threads: {
        A({ m }) {
          const end = performance.now() + 10;
          const told = Atomics.wait(m, 0, 0, 10);
          check(told === "timed-out" && performance.now() >= end, "early");
        },
      },
    },
  ),
  "a lock that counts down what is left of its time": claim("proved: all 62 schedules", {
    shared: two,
    threads: 2,
    run({ m }) {
      const end = performance.now() + 10;
      while (Atomics.exchange(m, 0, 1) !== 0) {
        const left = end - performance.now();
        if (left <= 0) return;
        Atomics.wait(m, 0, 1, left);
      }
      Atomics.store(m, 0, 0);
      Atomics.notify(m, 0);
    },
  }),
  "a quiet clock, which is exact": claim(
    "proved: the only schedule (3 states), as if steps took no time and time-outs came on time",
    {
      shared: two,
      timers: "quiet",
      threads: {
        A(_, thread) {
          thread.sleep(10);
          check(thread.now() === 10, "late");
        },
      },
    },
  ),
  "a loop that ends by a Date": claim("proved: every schedule", {
    shared: two,
    threads: {
      A({ m }) {
        const end = new Date().getTime() + 50;
        while (new Date().getTime() < end) Atomics.load(m, 0);
      },
    },
  }),
  "a loop that the clock never ends": claim("Spin deadlock: thread A spins for ever", {
    shared: two,
    threads: {
      A() {
        while (performance.now() >= 0);
      },
    },
  }),

  // -- What a body may not depend on --
  "random numbers": claim("Math.random cannot be explored", {
    shared: two,
    threads: 2,
    run: ({ m }) => Math.random() < 0.5 && Atomics.store(m, 0, 1),
  }),
  "random numbers whose refusal is caught": claim("crypto.randomUUID cannot be explored", {
    shared: two,
    threads: 2,
    run({ m }) {
      for (;;) {
        try {
          return Atomics.store(m, 0, crypto.randomUUID().length);
        } catch {
          // Again.
        }
      }
    },
  }),
  "memory from before": claim("m was made before the exploration", {
    shared: () => ({ m: madeBefore }),
    threads: 2,
    run: once,
  }),
  "memory from before that a body finds": claim("A thread made or found shared memory", {
    shared: two,
    threads: 2,
    run: () => Atomics.add(madeBefore, 0, 1),
  }),
  "a name for typed arrays from before": claim("Shared memory is reached in a way that", {
    shared: () => ({ buffer: new SharedArrayBuffer(4) }),
    threads: 2,
    run: ({ buffer }) => new Alias(buffer)[0]++,
  }),
  "a plain object": claim("A thread changed count, which is in no shared memory", {
    shared: () => ({ count: 0 }),
    threads: 2,
    run: (shared) => shared.count++,
  }),
  "the entries of a Map": claim("A thread changed what `shared` returned, which is in no shared", {
    shared: () => new Map([["hits", 0]]),
    threads: 2,
    run: (hits) => hits.set("hits", hits.get("hits")! + 1),
  }),
  "a private field": claim(
    "A thread changed what `shared` returned, which is in no shared memory",
    {
      shared: () => new Counted(),
      threads: 2,
      run: (counted) => counted.count(),
    },
  ),
  "a DataView of memory that is not shared": claim("A thread changed view, which is in no shared", {
    shared: () => ({ view: new DataView(new ArrayBuffer(4)) }),
    threads: 2,
    run: ({ view }) => view.setInt8(0, view.getInt8(0) + 1),
  }),
  "memory from before that a body finds, read and written plainly": claim(
    "A thread changed madeBefore, which is in no shared memory",
    {
      shared: two,
      threads: 2,
      run({ m }) {
        Atomics.load(m, 0);
        madeBefore[0] = madeBefore[0] + 1;
        Atomics.load(m, 0);
      },
    },
  ),
  "a name for typed arrays from before, in setup": claim(
    "Shared memory is reached in a way that the explorer cannot see",
    {
      shared: () => ({ total: new Alias(new SharedArrayBuffer(4)) }),
      threads: 2,
      run: ({ total }) => total[0],
    },
  ),
  "a variable of the module that is set up": claim(
    "A thread changed setUp, which is in no shared",
    {
      shared: two,
      threads: 2,
      run({ m }) {
        const found = Atomics.add(m, 0, 1);
        setUp ??= found;
        check(setUp === 0, "each thread sets up its own");
      },
    },
  ),
  "a variable of the module that remembers the most": claim(
    "A thread changed most, which is in no shared memory",
    {
      shared: two,
      threads: 3,
      run({ m }) {
        const found = Atomics.add(m, 0, 1);
        if (found <= most) return;
        most = found;
        check(found < 2, "the third finds 2");
      },
    },
  ),
  "a variable that is changed before the first operation": claim(
    "A thread changed begun, which is",
    {
      shared: two,
      threads: 2,
      run({ m }) {
        if (!begun) begun = true;
        Atomics.add(m, 0, 1);
      },
    },
  ),
  "a list of the module that is filled": claim("A thread changed seen, which is in no shared", {
    shared: two,
    threads: 2,
    run({ m }) {
      seen[Atomics.add(m, 0, 1)] = true;
      Atomics.load(m, 0);
    },
  }),
  "a variable that a function of the module hides": claim("A thread changed next, which is in no", {
    shared: two,
    threads: 2,
    run: ({ m }) => void Atomics.store(m, 0, next()),
  }),
  "a variable that a generator changes": claim("A thread changed drawn, which is in no shared", {
    shared: two,
    threads: 2,
    run({ m }) {
      for (const value of draws()) Atomics.add(m, 0, value);
    },
  }),
  "a variable that the field of an object changes": claim("A thread changed tickets, which is in", {
    shared: two,
    threads: 2,
    run: ({ m }) => void Atomics.add(m, 0, new Ticket().number),
  }),
  "a static field of a class": claim("A thread changed Tally, which is in no shared memory", {
    shared: two,
    threads: 2,
    run: ({ m }) => void (Tally.count += Atomics.add(m, 0, 1)),
  }),
  "a variable that is changed and put back": claim("proved: all 6 schedules", {
    shared: two,
    threads: 2,
    run({ m }) {
      depth++;
      try {
        Atomics.add(m, 0, depth);
        return Atomics.add(m, 0, depth);
      } finally {
        depth--;
      }
    },
  }),
  "a variable of the module": claim("A thread changed counted, which is in no shared memory", {
    shared: two,
    threads: 2,
    run({ m }) {
      counted++;
      Atomics.add(m, 0, 1);
    },
  }),
  "a lock that is in no shared memory": claim(
    "A thread changed privately, which is in no shared memory",
    {
      shared: two,
      threads: 2,
      run({ m }) {
        while (privately.cells[0] === 1);
        privately.cells[0] = 1;
        Atomics.add(m, 0, 1);
        privately.cells[0] = 0;
      },
    },
  ),
  "a thread that puts back in a `finally` what it has changed": claim("A thread changed Date.now", {
    shared: two,
    threads: 2,
    run({ m }) {
      const { now } = Date;
      Date.now = () => 5;
      try {
        Atomics.add(m, 0, Date.now());
      } finally {
        Date.now = now;
      }
    },
    after: ({ m }) => check(m[0] === 10, "another time"),
  }),
  "a loop without anything in it": claim("A thread goes round and round without an operation", {
    shared: two,
    threads: {
      A({ m }) {
        if (Atomics.load(m, 0) === 0) { for (;;); }
        else Atomics.load(m, 1);
      },
    },
  }),
  "a generator that goes round and round": claim(
    "A thread goes round and round without an operation",
    {
      shared: two,
      threads: {
        A({ m }) {
          function* all() {
            for (let i = Atomics.load(m, 0);; i++) if (i < 0) yield i;
          }
          return [...all()];
        },
      },
    },
  ),
  "a generator": claim("A thread's body is a generator", {
    shared: two,
    threads: 2,
    *run({ m }) {
      yield Atomics.store(m, 0, 1);
    },
  }),
  "an async generator": claim("A thread's body is a generator", {
    shared: two,
    threads: 2,
    async *run({ m }) {
      yield Atomics.store(m, 0, 1);
    },
  }),
  ...Object.fromEntries(
    (["shared", "always", "after", "outcome"] as const).map((name) => [
      `${name} is async`,
      claim(`\`${name}\` returned a promise`, {
        shared: two,
        threads: 2,
        run: ({ m }) => void Atomics.store(m, 0, 1),
        [name]: async () => await { m: cells(1) },
      }),
    ]),
  ),
  "a call that is left for later": claim("setImmediate cannot be explored", {
    shared: two,
    threads: 2,
    run: ({ m }) => void setImmediate(() => Atomics.store(m, 0, 1)),
  }),
  "a clock that is not the program's": claim("Temporal.Now.instant cannot be explored", {
    shared: two,
    threads: 2,
    run: ({ m }) => Atomics.store(m, 0, Temporal.Now.instant().epochMilliseconds % 2),
  }),
  "an async call that nobody awaits": claim("A thread called an async function", {
    shared: two,
    threads: 2,
    run({ m }) {
      (async () => await Atomics.store(m, 0, 1))();
    },
  }),
  "a buffer that can grow": claim("A buffer that can grow cannot be explored", {
    shared: () => ({ buffer: new SharedArrayBuffer(4, { maxByteLength: 8 }) }),
    threads: 2,
    run: () => {},
  }),

  // -- What Deno does --
  "a float that two count": claim("Data race on total: thread A writes it", {
    shared: () => ({ total: new Float64Array(new SharedArrayBuffer(8)) }),
    threads: 2,
    run: ({ total }) => total[0]++,
  }),
  "notify needs an element to sleep on": claim("Thread A threw TypeError: Atomics.notify needs", {
    shared: () => ({ bytes: new Uint8Array(new SharedArrayBuffer(4)) }),
    threads: { A: ({ bytes }) => Atomics.notify(bytes as unknown as Int32Array, 0) },
  }),
  "floats are no integers": claim(
    "Thread A threw TypeError: Atomics.add needs an array of integers",
    {
      shared: () => ({ total: new Float64Array(new SharedArrayBuffer(8)) }),
      threads: { A: ({ total }) => Atomics.add(total as unknown as Int32Array, 0, 1) },
    },
  ),
  "sums that do not fit begin anew": claim("proved: the only schedule", {
    shared: () => ({
      bytes: new Uint8Array(new SharedArrayBuffer(4)),
      words: new Uint32Array(new SharedArrayBuffer(4)),
      longs: new BigInt64Array(new SharedArrayBuffer(8)),
    }),
    threads: {
      A({ bytes, words, longs }) {
        check(Atomics.sub(bytes, 0, 1) === 0 && Atomics.add(bytes, 0, 2) === 255, "bytes");
        check(Atomics.or(words, 0, -1) === 0 && Atomics.load(words, 0) === 2 ** 32 - 1, "words");
        check(Atomics.xor(words, 0, 2 ** 31) === 2 ** 32 - 1, "words turned round");
        check(Atomics.and(words, 0, -1) === 2 ** 31 - 1, "the word that is left");
        check(Atomics.add(longs, 0, 2n ** 63n) === 0n, "longs");
        check(Atomics.compareExchange(longs, 0, 2n ** 63n, 5n) === -(2n ** 63n), "a long swapped");
      },
    },
    after: ({ bytes, longs }) => check(bytes[0] === 1 && longs[0] === 5n, "what is left"),
  }),
  "store returns what it was given": claim("proved: the only schedule", {
    shared: two,
    threads: { A: ({ m }) => check(Atomics.store(m, 0, 2 ** 31) === 2 ** 31, "another value") },
    after: ({ m }) => check(m[0] === -(2 ** 31), "the value that fits"),
  }),
  "a thread that asks who it is, and catches all": claim("proved: all 2 schedules", {
    shared: two,
    threads: 2,
    run({ m }, thread) {
      let id = 0;
      try {
        id = thread.id;
      } catch {
        // Learners write this.
      }
      Atomics.store(m, 0, id);
    },
    outcome: ({ m }) => m[0],
    reachable: [1, 2],
  }),
  "a thread that enters twice is one": claim("proved: the only schedule", {
    shared: two,
    threads: { A: (_, thread) => thread.inside("s", () => thread.inside("s", () => {})) },
  }),
  "assertions that make memory of their own": claim("proved: all 2 schedules", {
    shared: two,
    threads: 2,
    run: once,
    always: () => check(cells(1)[0] === 0, "new memory is zero"),
  }),
  "an object that has a buffer, and is no array": claim("proved: all 2 schedules", {
    shared: () => ({ lock: { buffer: cells(1).buffer } }),
    threads: 2,
    run: ({ lock }) => void Atomics.store(new Int32Array(lock.buffer), 0, 1),
  }),
  "outcomes that JSON does not have": claim("No schedule has the outcome null", {
    shared: two,
    threads: 2,
    run: once,
    outcome: () => NaN,
    reachable: [null],
  }),
  "outcomes that are maps": claim("No schedule has the outcome [[1,3]]", {
    shared: two,
    threads: 2,
    run: ({ m }, { id }) => void Atomics.store(m, 0, id),
    outcome: ({ m }) => new Map([[1, m[0]]]),
    reachable: [new Map([[1, 2]]), new Map([[1, 3]])],
  }),
  "outcomes that are long integers": claim("proved: all 2 schedules", {
    shared: two,
    threads: 2,
    run: once,
    outcome: ({ m }) => BigInt(m[0]),
    reachable: [1n],
  }),

  // -- What is said of races --
  "races that are allowed": claim(
    "proved: all 6 schedules (12 states), as if plain accesses were atomic and in order",
    {
      shared: two,
      threads: { A: ({ m }) => void m[0]++, B: ({ m }) => void m[0]++ },
      races: "allow",
    },
  ),
  "a race that is a remark, where not all is searched": claim(
    "checked, not proved: all schedules with at most 0 forced switches (10 states), and 10 random " +
      "schedules, seed 1; livelocks are not checked. But there is a data race on m",
    {
      shared: two,
      threads: 3,
      run: ({ m }) => void m[0]++,
      races: "warn",
      maxStates: 10,
      samples: 10,
    },
  ),
  "a race that is a remark": claim(
    "proved: all 3 schedules (8 states). But there is a data race on m",
    {
      shared: two,
      threads: { A: ({ m }) => void (m[0] = 1), B: ({ m }) => void m[0]++ },
      races: "warn",
    },
  ),
};

function takeBoth(m: Int32Array, first: number): void {
  while (Atomics.exchange(m, first, 1) !== 0);
  while (Atomics.exchange(m, 1 - first, 1) !== 0);
  Atomics.store(m, 1 - first, 0);
  Atomics.store(m, first, 0);
}
