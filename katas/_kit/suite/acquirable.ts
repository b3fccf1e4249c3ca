/**
 * What everything promises that threads acquire and release: one contract for the whole family, in two
 * parts, because a suite asks for them in different steps.
 */
import { assert, assertEquals, assertFalse } from "@std/assert";
import type { VirtualThread } from "../../_explorer/mod.ts";
import { everySchedule } from "./probes.ts";
import { test } from "./test.ts";
import { assertThrows } from "./unfinished.ts";

/** A primitive as one thread sees it. */
interface Acquirable {
  acquire(options?: { blocking?: boolean; timeout?: number }): boolean;
  release(): void;
  hold(): Disposable;
}

/** A member of the family. One thread at a time may hold it. */
export interface Member {
  /** How test names call it: `Lock`, `Semaphore(1)`. */
  name: string;
  /** The memory of a new one that nobody holds. */
  make(): SharedArrayBuffer;
  /** It, as this thread sees it. */
  attach(buffer: SharedArrayBuffer, thread: VirtualThread): Acquirable;
}

type Shared = { it: SharedArrayBuffer };
type Body = (shared: Shared, thread: VirtualThread) => unknown;

// Some right answers have many states. What is beyond is sampled, and the test says so.
const maxStates = 50_000;

/** Registers, for a step of a suite, what a member promises to those who wait without a limit. */
export function testWaiting(step: number, member: Member): void {
  const { name, attach } = member;
  const { shared, alone, together, takeAndRelease, holdFor, waitForDays } = drive(member);

  test(`[${step}] ${name}: a thread that waits sleeps and does not spin`, () => {
    const threads = { A: takeAndRelease, B: takeAndRelease, C: takeAndRelease };
    const proof = together(threads);
    assertFalse(
      proof.spun,
      "A waiting thread went round and round a loop. It burns a core that the holder could use: " +
        "let it sleep in Atomics.wait until the release notifies it",
    );
    return proof;
  });

  test(`[${step}] ${name}: a release wakes one sleeper, and lets the others sleep`, () => {
    const comeLater: Body = (shared, thread) => {
      thread.sleep(1);
      holdFor(100)(shared, thread);
    };
    return together({
      holder(shared, thread) {
        holdFor(10)(shared, thread);
        const sentence =
          "Two threads slept, and the release has woken both, one of them for nothing";
        assertEquals(wakeAll(shared.it), 1, sentence);
      },
      first: comeLater,
      second: comeLater,
    }, "quiet");
  });

  test(`[${step}] ${name}: sixteen threads sleep, and each has its turn`, () => {
    // They do not fit in a count of 4 bits. By a quiet clock each is asleep before the next one begins: what is
    // claimed is what comes after that, and the orders of 16 owners, who are not alike, would be too many.
    const sleepers = Array.from({ length: 16 }, (_, i) => `sleeper ${i + 1}`);
    return everySchedule({
      shared,
      timers: "quiet",
      maxStates,
      children: sleepers,
      threads: {
        holder({ it }, thread) {
          const mine = attach(it, thread);
          mine.acquire();
          for (const sleeper of sleepers) {
            thread.start(sleeper);
            thread.sleep(1);
          }
          mine.release();
        },
        ...Object.fromEntries(sleepers.map((name) => [name, takeAndRelease])),
      },
    });
  });

  test(`[${step}] ${name}: a thread is about to sleep while another goes in and out 16 times`, () =>
    together({
      passer({ it }, thread) {
        const mine = attach(it, thread);
        for (let i = 0; i < 16; i++) {
          mine.acquire();
          mine.release();
        }
      },
      sleeper: takeAndRelease,
    }));

  test(`[${step}] ${name}: who does not say for how long waits until it is free`, () => {
    const calls: Record<string, (mine: Acquirable) => unknown> = {
      "acquire()": (mine) => mine.acquire(),
      "acquire({})": (mine) => mine.acquire({}),
      "acquire({ blocking: true })": (mine) => mine.acquire({ blocking: true }),
      "acquire({ timeout: undefined })": (mine) => mine.acquire({ timeout: undefined }),
      "acquire({ blocking: undefined })": (mine) => mine.acquire({ blocking: undefined }),
      "acquire({ timeout: Infinity })": (mine) => mine.acquire({ timeout: Infinity }),
      "hold()": (mine) => mine.hold(),
    };
    for (const [call, take] of Object.entries(calls)) {
      waitForDays(call, take, `${call} must wait until it has it, and not give up`);
    }
  });

  test(`[${step}] ${name}: a try that fails forgets nobody who sleeps`, () =>
    together({
      holder: takeAndRelease,
      patient: takeAndRelease,
      trier({ it }, thread) {
        const mine = attach(it, thread);
        if (mine.acquire({ blocking: false })) mine.release();
      },
    }));

  test(`[${step}] ${name}: hold makes no object`, () =>
    alone((mine) => {
      const held = mine.hold();
      assert(Object.is(held, mine), "hold() must return the thing itself, which is disposable");
    }));

  test(`[${step}] ${name}: hold releases at the end of the block, also when the block throws`, () =>
    alone((mine) => {
      for (const fails of [false, true]) {
        const work = () => {
          using _held = mine.hold();
          if (fails) throw new SyntaxError("work failed");
        };
        if (fails) assertThrows(work, SyntaxError, "work failed", "The error must pass");
        else work();
        assert(mine.acquire({ blocking: false }), "After the block it must be free");
        mine.release();
      }
    }));
}

/** Registers, for a step of a suite, what a member promises to those who do not wait for ever. */
export function testTimeouts(step: number, member: Member): void {
  const { name, attach } = member;
  const { alone, together, takeAndRelease, holdFor, waitForDays } = drive(member);

  test(`[${step}] ${name}: acquire refuses a timeout that makes no sense`, () =>
    alone((mine) => {
      for (const timeout of [-1, NaN, -Infinity]) {
        assertThrows(() => mine.acquire({ timeout }), RangeError, "", `a timeout of ${timeout}`);
      }
      for (const timeout of [0, 5]) {
        const both = "A timeout with `blocking: false` makes no sense, and 0 is a timeout too";
        assertThrows(() => mine.acquire({ blocking: false, timeout }), RangeError, "", both);
      }
      assert(mine.acquire({ blocking: false }), "A refused acquire must not take it");
    }));

  test(`[${step}] ${name}: what is free is taken at once, whatever the timeout`, () =>
    alone((mine, thread) => {
      for (const timeout of [0, 5, 2 ** 40, Infinity]) {
        assertEquals(mine.acquire({ timeout }), true, `It is free: timeout ${timeout}`);
        mine.release();
      }
      assertEquals(thread.now(), 0, "What is free must be taken without waiting");
    }));

  test(`[${step}] ${name}: who asks without waiting is answered at once`, () =>
    together({
      holder: holdFor(50),
      asker({ it }, thread) {
        const mine = attach(it, thread);
        thread.sleep(1);
        const start = thread.now();
        const refused = [{ timeout: -1 }, { timeout: NaN }, { blocking: false, timeout: 5 }];
        for (const options of refused) {
          const sentence = "What makes no sense is refused also when somebody holds it";
          assertThrows(() => mine.acquire(options), RangeError, "", sentence);
        }
        const still = { blocking: false };
        for (const options of [still, { ...still, timeout: undefined }, { timeout: 0 }]) {
          assertFalse(mine.acquire(options), "Somebody holds it");
        }
        const waited = thread.now() - start;
        assert(
          waited < 1,
          `A try, which is what a timeout of 0 is too, waited ${waited} milliseconds`,
        );
      },
    }, "quiet"));

  test(`[${step}] ${name}: a timeout is never shorter than it says`, () =>
    together({
      holder: holdFor(50),
      waiter({ it }, thread) {
        thread.sleep(1);
        const start = thread.now();
        assertFalse(attach(it, thread).acquire({ timeout: 10.5 }), "Somebody holds it");
        const waited = thread.now() - start;
        assert(waited >= 10.5, `It gave up after ${waited} of 10.5 milliseconds`);
      },
    }, "quiet"));

  test(`[${step}] ${name}: a timeout of many years is not over at once`, () =>
    waitForDays(
      "acquire({ blocking: true, timeout: 2 ** 40 })",
      (mine) => mine.acquire({ blocking: true, timeout: 2 ** 40 }),
      "It was free after 2 ** 32 of 2 ** 40 milliseconds, so acquire must have it",
    ));

  test(`[${step}] ${name}: a timeout counts from the call, however often the thread is woken`, () =>
    together({
      // Frees it for a moment and takes it again: the waiter may be woken for nothing.
      holder({ it }, thread) {
        const mine = attach(it, thread);
        mine.acquire();
        thread.sleep(60.1);
        mine.release();
        mine.acquire({ blocking: false });
      },
      waiter({ it }, thread) {
        const mine = attach(it, thread);
        // A clock without fractions would take this for 1, and 60.1 for 60.
        thread.sleep(1.9);
        const start = thread.now();
        if (mine.acquire({ timeout: 100 })) return mine.release();
        const waited = Math.round(thread.now() - start);
        assertEquals(waited, 100, "acquire({ timeout: 100 }) gave up after that many milliseconds");
      },
    }, "quiet"));

  test(`[${step}] ${name}: a timeout goes by the clock that nobody sets`, () =>
    together({
      holder: holdFor(500),
      waiter({ it }, thread) {
        thread.sleep(1);
        const start = thread.now();
        const got = withClockSetBack(() => attach(it, thread).acquire({ timeout: 100 }));
        const waited = Math.round(thread.now() - start);
        assertEquals(
          [got, waited],
          [false, 100],
          "[got it, milliseconds]. Somebody has set the time of day back, which Date.now tells: the " +
            "clock is performance.now()",
        );
      },
    }, "quiet"));

  const impatient: Body = ({ it }, thread) => {
    const mine = attach(it, thread);
    if (mine.acquire({ timeout: 10 })) mine.release();
  };

  test(`[${step}] ${name}: a thread that gives up costs nobody a wake-up`, () =>
    together({
      // Frees it at the moment when the impatient one gives up: which is first is open.
      holder: holdFor(10),
      patient: takeAndRelease,
      impatient,
    }));

  test(`[${step}] ${name}: a thread gives up as the holder frees it and takes it again`, () =>
    together({
      holder(shared, thread) {
        holdFor(10)(shared, thread);
        takeAndRelease(shared, thread);
      },
      patient: takeAndRelease,
      impatient,
    }, "quiet"));
}

/** Wakes all who sleep somewhere in this memory. Returns how many they were. */
export function wakeAll(memory: SharedArrayBuffer): number {
  let count = 0;
  const cells = new Int32Array(memory);
  for (let i = 0; i < cells.length; i++) count += Atomics.notify(cells, i);
  return count;
}

/** Does it while the time of day goes back an hour whenever somebody looks. */
function withClockSetBack<Result>(work: () => Result): Result {
  const { now } = Date;
  let time = now();
  Date.now = () => time -= 3_600_000;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}

/** What the threads of the tests do with a member, and how they are run. */
function drive({ make, attach }: Member) {
  const shared = () => ({ it: make() });
  const alone = (run: (mine: Acquirable, thread: VirtualThread) => void) =>
    everySchedule({ shared, threads: 1, run: ({ it }, thread) => run(attach(it, thread), thread) });
  const together = (threads: Record<string, Body>, timers?: "quiet") =>
    everySchedule({ shared, threads, maxStates, ...(timers ? { timers } : {}) });

  const takeAndRelease: Body = ({ it }, thread) => {
    const mine = attach(it, thread);
    assert(mine.acquire(), "acquire without a limit has it in the end, so it must return true");
    mine.release();
  };
  const holdFor = (milliseconds: number): Body => ({ it }, thread) => {
    const mine = attach(it, thread);
    mine.acquire();
    thread.sleep(milliseconds);
    mine.release();
  };

  /** Somebody holds it for longer than the milliseconds that fit in 32 bits. The time is virtual. */
  const waitForDays = (call: string, take: (mine: Acquirable) => unknown, sentence: string) => {
    const manyDays = 2 ** 32;
    return together({
      holder: holdFor(manyDays),
      waiter({ it }, thread) {
        const mine = attach(it, thread);
        thread.sleep(1);
        assert(take(mine), sentence);
        assert(thread.now() >= manyDays, `${call} came back while somebody held it`);
        mine.release();
      },
    }, "quiet");
  };

  return { shared, alone, together, takeAndRelease, holdFor, waitForDays };
}
