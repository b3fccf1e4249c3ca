import { assert, assertEquals, assertThrows } from "@std/assert";
import { Lock } from "#solutions/locks/locks.ts";
import type { Program } from "../../_explorer/program.ts";
import { everySchedule, ScheduleError, takenInOneStep } from "../exploring.ts";
import { test } from "../mod.ts";

/** Two threads buy from a store, each with the lock in hand; `isKept` says whether they look again. */
function shop(isKept: boolean): Program<{ lock: SharedArrayBuffer; buns: Int32Array }> {
  return {
    shared: () => ({
      lock: new Lock().buffer,
      buns: new Int32Array(new SharedArrayBuffer(4)).fill(1),
    }),
    threads: 2,
    run({ lock: buffer, buns }) {
      const lock = Lock.attach(buffer);
      const isThere = isKept || Atomics.load(buns, 0) > 0;
      lock.acquire();
      const buys = isKept ? Atomics.load(buns, 0) > 0 : isThere;
      if (buys) Atomics.sub(buns, 0, 1);
      lock.release();
      return buys;
    },
    after: ({ buns }) => assertEquals(buns[0], 0, "How many buns are left"),
    outcome: (_, results) => results,
  };
}

test("a lock that is taken in one step leaves fewer states and the same outcomes", () => {
  const whole = everySchedule(shop(true));
  const short = takenInOneStep(Lock, shop(true));
  assert(short.complete);
  assert(2 * short.states < whole.states, `${short.states} of ${whole.states} states`);
  assertEquals([...short.outcomes.keys()].sort(), [...whole.outcomes.keys()].sort());
  assert(short.sentence.endsWith("; to take a Lock is one step"));
});

test("what is wrong beside the lock is found", () => {
  const { kind } = assertThrows(() => takenInOneStep(Lock, shop(false)), ScheduleError);
  assertEquals(kind, "after");
});

test("a lock that nobody frees is a deadlock", () => {
  const program = {
    shared: () => ({ lock: new Lock().buffer }),
    threads: 2,
    run: ({ lock }: { lock: SharedArrayBuffer }) => Lock.attach(lock).acquire(),
  };
  const { kind } = assertThrows(() => takenInOneStep(Lock, program), ScheduleError);
  assertEquals(kind, "spin", "Who waits for the lock tries again and again");
});

test("who waits with a limit is woken as before", () => {
  const take = (timeout?: number) => ({ lock: buffer }: { lock: SharedArrayBuffer }) => {
    const lock = Lock.attach(buffer);
    if (timeout === undefined ? lock.acquire() : lock.acquire({ timeout })) lock.release();
    return lock.locked;
  };
  const proof = takenInOneStep(Lock, {
    shared: () => ({ lock: new Lock().buffer }),
    timers: "quiet",
    threads: { first: take(), second: take(), patient: take(2 ** 40) },
  });
  assert(proof.complete);
});

test("outside of the exploration the lock is as it was", () => {
  const { acquire } = Lock.prototype;
  takenInOneStep(Lock, shop(true));
  assertThrows(() => takenInOneStep(Lock, shop(false)));
  assert(Lock.prototype.acquire === acquire);
});
