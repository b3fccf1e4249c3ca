import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { cells, everySchedule, takenInOneStep, type VirtualThread } from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { Lock, LockError, RLock } from "#solutions/locks/locks.ts";
import { Condition } from "./conditions.ts";

/** Bounds the search where another right solution may need many more states. */
const bounds = { maxStates: 120_000, samples: 300 };

/** `everySchedule`, with a lock that is taken in one step: it has tests of its own. */
const everyScheduleOfMany: typeof everySchedule = (program) => takenInOneStep(Lock, program);

/** A hatch between kitchen and dining room. Who looks at the dishes or changes them has the lock. */
interface Hatch {
  lock: SharedArrayBuffer;
  served: SharedArrayBuffer;
  dishes: Int32Array<SharedArrayBuffer>;
}

function newHatch(): Hatch {
  const lock = new Lock();
  return { lock: lock.buffer, served: new Condition(lock).buffer, dishes: cells(1) };
}

const at = ({ lock, served }: Hatch) => Condition.attach(served, Lock.attach(lock));

type Body<Shared = Hatch> = (shared: Shared, thread: VirtualThread) => unknown;

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone(run: (served: Condition, thread: VirtualThread, hatch: Hatch) => void) {
  return everySchedule({
    shared: newHatch,
    threads: 1,
    run: (hatch, thread) => run(at(hatch), thread, hatch),
  });
}

/** A thread that does this with the lock in hand, when the others have got as far as they can. */
const after =
  (milliseconds: number, run: (served: Condition, hatch: Hatch) => unknown): Body =>
  (hatch, thread) => {
    thread.sleep(milliseconds);
    const served = at(hatch);
    served.acquire();
    const result = run(served, hatch);
    served.release();
    return result;
  };

const notifyAfter = (milliseconds: number, n?: number) =>
  after(milliseconds, (served) => served.notify(n));

/** A thread that waits from the start, and returns what `wait` said. */
const waiting = (timeout?: number) =>
  after(0, (served) => timeout === undefined ? served.wait() : served.wait({ timeout }));

/** A thread that begins to wait then, for a hundred milliseconds, and returns what `wait` said. */
const waitsFrom = (milliseconds: number) =>
  after(milliseconds, (served) => served.wait({ timeout: 100 }));

function eat(hatch: Hatch): void {
  const served = at(hatch);
  served.acquire();
  while (hatch.dishes[0] === 0) served.wait();
  hatch.dishes[0]--;
  served.release();
}

function cook(hatch: Hatch): void {
  const served = at(hatch);
  served.acquire();
  hatch.dishes[0]++;
  served.notify();
  served.release();
}

/** How many of these are `true`. */
const count = (results: readonly unknown[]) => results.filter((result) => result === true).length;

// -- [1] a condition is a lock with a place to wait --

test("[1] a condition takes and frees the lock that it was made with", () =>
  alone((served, _, { lock: buffer }) => {
    const lock = Lock.attach(buffer);
    assertEquals(served.acquire(), true, "The lock was free");
    assertEquals(lock.locked, true, "Who holds the condition holds the lock");
    assertEquals(served.acquire({ blocking: false }), false, "The lock is held");
    served.release();
    assertEquals(lock.locked, false, "release frees the lock");
    lock.acquire();
    assertEquals(served.acquire({ timeout: 5 }), false, "Who holds the lock holds the condition");
    served.lock.release();
    assertEquals(lock.locked, false, "The property lock is that same lock");
    assertThrows(() => served.release(), LockError, "", "Nobody holds the lock");
  }));

test("[1] a condition has an RLock of its own unless told otherwise", () => {
  const one = new Condition();
  const other = new Condition();
  assert(one.lock instanceof RLock, "new Condition() makes an RLock");
  assert(one.acquire(), "The lock is new, and free");
  assert(one.acquire({ blocking: false }), "Its owner may take an RLock again");
  assertFalse(other.lock.locked, "Two conditions must not share a lock that nobody gave them");
  one.release();
  one.release();
  assertFalse(one.lock.locked, "Taken twice and released twice");
});

test("[1] the lock is free again at the end of a block, also when the block throws", () =>
  alone((served) => {
    for (const fails of [false, true]) {
      const work = () => {
        using held = served.hold();
        assert(Object.is(held, served), "hold() must return the condition, which is disposable");
        assert(served.lock.locked, "hold() takes the lock");
        if (fails) throw new SyntaxError("work failed");
      };
      if (fails) assertThrows(work, SyntaxError, "work failed", "The error must pass");
      else work();
      assertFalse(served.lock.locked, "After the block the lock must be free");
    }
  }));

test("[1] attach refuses what is not the buffer of a condition", () => {
  const lock = new Lock();
  const served = new Condition(lock);
  assert(served.buffer instanceof SharedArrayBuffer, "All state must live in a shared buffer");
  assert(Object.is(Condition.attach(served.buffer, lock).lock, lock), "attach keeps the lock");
  const notShared = new ArrayBuffer(served.buffer.byteLength) as unknown as SharedArrayBuffer;
  assertThrows(() => Condition.attach(notShared, lock), TypeError, "", "Memory that is not shared");
  const another = new SharedArrayBuffer(12_345);
  assertThrows(() => Condition.attach(another, lock), TypeError, "", "Another buffer");
});

// -- [2] who waits sleeps until somebody notifies --

test("[2] an eater who waits for a dish gets it", () =>
  everySchedule({ shared: newHatch, threads: { cook, eat } }));

test("[2] nobody is left asleep beside a dish", () =>
  everySchedule({
    shared: newHatch,
    ...bounds,
    threads: { cook, "other cook": cook, eat },
    after: ({ dishes }) => assertEquals(dishes[0], 1, "Two were cooked and one eaten: the dishes"),
  }));

test("[2] two notifies wake two eaters", () =>
  everySchedule({
    shared: newHatch,
    ...bounds,
    threads: {
      first: eat,
      second: eat,
      cook: after(0, (served, { dishes }) => {
        dishes[0] += 2;
        served.notify();
        served.notify();
      }),
    },
    after: ({ dishes }) => assertEquals(dishes[0], 0, "Two were cooked and two eaten: the dishes"),
  }));

test("[2] wait gives the lock away while it sleeps, and has it again when it returns", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater(hatch, thread) {
        const served = at(hatch);
        served.acquire();
        thread.inside("the lock", () => hatch.dishes[0]--);
        assertEquals(served.wait(), true, "It was notified, so wait must return true");
        thread.inside("the lock", () => hatch.dishes[0]--);
        served.release();
      },
      cook(hatch, thread) {
        thread.sleep(10);
        const served = at(hatch);
        served.acquire();
        served.notify();
        // With the lock in hand: nobody goes on before it is released.
        thread.inside("the lock", () => hatch.dishes[0] += 5);
        served.release();
        served.acquire();
        thread.inside("the lock", () => hatch.dishes[0] += 5);
        served.release();
      },
    },
    after: ({ lock, dishes }) => {
      assertEquals(dishes[0], 8, "An update was lost: two eaten, ten cooked");
      assertFalse(Lock.attach(lock).locked, "All have released the lock");
    },
  }));

test("[2] who is notified goes on when the lock is free, and not before", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: after(0, (served, { dishes }) => {
        served.wait();
        assertEquals(dishes[0], 1, "It went on while the cook still held the lock: the dishes");
      }),
      cook: after(10, (served, { dishes }) => {
        served.notify();
        dishes[0] = 1;
      }),
    },
  }));

test("[2] a notify that nobody waits for is not kept for later", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater(hatch, thread) {
        const served = at(hatch);
        served.acquire();
        served.notify();
        served.notifyAll();
        served.wait();
        assert(thread.now() >= 10, "wait came back with a notification of before it began");
        served.release();
      },
      cook: notifyAfter(10),
    },
  }));

test("[2] notify wakes one of two, and the next notify the other", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      first: countedWait(1),
      second: countedWait(2),
      cook(hatch, thread) {
        for (let woken = 0; woken < 2; woken++) {
          thread.sleep(10);
          const served = at(hatch);
          served.acquire();
          assertEquals(hatch.dishes[0], woken, `After ${woken} notifies so many have gone on`);
          served.notify();
          served.release();
        }
      },
    },
    after: ({ dishes }) => assertEquals(dishes[0], 2, "After two notifies both have gone on"),
  }));

/** A thread that begins to wait then, and counts when it goes on. */
const countedWait = (milliseconds: number) =>
  after(milliseconds, (served, { dishes }) => {
    served.wait();
    dishes[0]++;
  });

test("[2] notifyAll wakes everybody who waits", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      first: countedWait(1),
      second: countedWait(2),
      third: countedWait(3),
      cook: after(10, (served) => served.notifyAll()),
    },
    after: ({ dishes }) => assertEquals(dishes[0], 3, "How many have gone on"),
  }));

test("[2] a condition can be waited on again and again", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: after(0, (served) => [served.wait(), served.wait(), served.wait()]),
      cook(hatch, thread) {
        for (const call of ["notify", "notifyAll", "notify"] as const) {
          thread.sleep(10);
          const served = at(hatch);
          served.acquire();
          served[call]();
          served.release();
        }
      },
    },
    after: (_, [waits]) => assertEquals(waits, [true, true, true], "What wait said, three times"),
  }));

test("[2] who waits sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: { eater: waiting(), cook: notifyAfter(10) },
  });
  assertFalse(
    proof.spun,
    "A waiting thread went round and round a loop. It burns a core that the cook could use: " +
      "let it sleep in Atomics.wait until a notify wakes it",
  );
  return proof;
});

test("[2] who does not hold the lock may neither wait nor notify", () =>
  everySchedule({
    shared() {
      const theirs = new Condition(new RLock({ owner: 7 }));
      theirs.acquire();
      return { ...newHatch(), theirs: theirs.buffer, theirLock: theirs.lock.buffer };
    },
    threads: 1,
    run({ theirs: buffer, theirLock, ...hatch }) {
      const served = at(hatch);
      const theirs = Condition.attach(buffer, RLock.attach(theirLock, { owner: 8 }));
      for (const [whose, it] of Object.entries({ nobody: served, "another thread": theirs })) {
        const calls = {
          "wait()": () => it.wait(),
          "wait({ timeout: 0 })": () => it.wait({ timeout: 0 }),
          "notify()": () => it.notify(),
          "notify(0)": () => it.notify(0),
          "notifyAll()": () => it.notifyAll(),
        };
        for (const [name, call] of Object.entries(calls)) {
          assertThrows(call, LockError, "", `${name} while ${whose} holds the lock`);
        }
      }
      assertFalse(served.lock.locked, "A call that throws must not take the lock");
      assert(theirs.lock.locked, "A call that throws must not free the lock of another thread");
    },
  }));

test("[2] a condition prints how many wait", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      first: countedWait(1),
      second: countedWait(2),
      cook: after(10, (served) => {
        assertStringIncludes(`${served}`, "2", "Two wait");
        served.notifyAll();
        assertFalse(`${served}`.includes("2"), "Both have been notified, and wait no more");
      }),
    },
  }));

// -- [3] a wait may have an end --

test("[3] a wait that nobody ends is over after its time, and has the lock", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater(hatch, thread) {
        const served = at(hatch);
        served.acquire();
        assertEquals(served.wait({ timeout: 10.5 }), false, "Nobody notified: wait returns false");
        assert(thread.now() >= 10.5, `It gave up after ${thread.now()} of 10.5 milliseconds`);
        thread.inside("the lock", () => hatch.dishes[0]++);
        served.release();
      },
      // Has the lock at the moment when the time is over.
      cook(hatch, thread) {
        thread.sleep(5);
        const served = at(hatch);
        served.acquire();
        thread.inside("the lock", () => {
          thread.sleep(20);
          hatch.dishes[0]++;
        });
        served.release();
      },
    },
    after: ({ dishes }) => assertEquals(dishes[0], 2, "An update was lost: both counted once"),
  }));

test("[3] a wait without time is over at once", () =>
  alone((served, thread) => {
    served.acquire();
    for (const timeout of [0, -1, -Infinity]) {
      assertEquals(served.wait({ timeout }), false, `wait({ timeout: ${timeout} })`);
      assert(served.lock.locked, "wait must come back with the lock");
    }
    const waited = thread.now();
    assertEquals(waited, 0, "A timeout of 0, or less, is no time at all: the milliseconds");
    assertThrows(() => served.wait({ timeout: NaN }), RangeError, "", "NaN is no number");
    assert(served.lock.locked, "A refused wait must not release the lock");
    served.release();
  }));

test("[3] who is notified in time is told true", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: { eater: waiting(11), cook: notifyAfter(10) },
    after: (_, [said]) => assertEquals(said, true, "It was notified after 10 of 11 milliseconds"),
  }));

test("[3] a timeout of many years is not over at once", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: { eater: waiting(2 ** 40), cook: notifyAfter(2 ** 32) },
    after: (_, [said]) => assertEquals(said, true, "It was notified after 2 ** 32 of 2 ** 40 ms"),
  }));

test("[3] who is notified is told true, also when the time is over just then", () =>
  everySchedule({
    shared: newHatch,
    threads: {
      eater: after(0, (served, { dishes }) => {
        dishes[0] = 1; // waits
        const said = served.wait({ timeout: 10 });
        dishes[0] = 2; // does not wait any more
        return said;
      }),
      cook: after(0, (served, { dishes }) => {
        served.notify();
        return dishes[0] === 1;
      }),
    },
    after: (_, [said, inTime]) =>
      assertEquals(
        said,
        inTime,
        `It was ${inTime ? "" : "not "}notified while it waited, so wait must say so`,
      ),
  }));

test("[3] who gives up leaves nothing behind", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      impatient: after(0, (served) => [1, 2].map((timeout) => served.wait({ timeout }))),
      // A notify of 20 is for nobody, and the one of 40 for the patient one.
      cook(hatch, thread) {
        notifyAfter(20)(hatch, thread);
        notifyAfter(20)(hatch, thread);
      },
      patient: waitsFrom(30),
      late: waitsFrom(50),
    },
    after: (_, [impatient, , patient, late]) => {
      assertEquals(impatient, [false, false], "What wait said to the impatient one, twice");
      assertEquals(patient, true, "A notify went to one who had given up");
      assertEquals(late, false, "A notify was kept for one who came later");
    },
  }));

test("[3] who gives up costs nobody a wake-up", () =>
  everyScheduleOfMany({
    shared: () => ({ ...newHatch(), waiters: cells(1) }),
    ...bounds,
    threads: {
      first: impatientWait,
      second: impatientWait,
      cook: (shared) => {
        const served = at(shared);
        served.acquire();
        const wakes = Math.min(1, shared.waiters[0]);
        served.notify();
        served.release();
        return wakes;
      },
    },
    after: (_, [first, second, wakes]) =>
      assertEquals(
        count([first, second]),
        wakes,
        `notify() found ${wakes ? "somebody who waited" : "nobody"}: how many were told true`,
      ),
  }));

function impatientWait(shared: Hatch & { waiters: Int32Array }): boolean {
  const served = at(shared);
  served.acquire();
  shared.waiters[0]++;
  const said = served.wait({ timeout: 10 });
  shared.waiters[0]--;
  served.release();
  return said;
}

// -- [4] exactly as many as the notify says, of those who wait already --

test("[4] notify(2) wakes two of three", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      first: waitsFrom(1),
      second: waitsFrom(2),
      third: waitsFrom(3),
      cook: notifyAfter(10, 2),
    },
    after: (_, [first, second, third]) =>
      assertEquals(count([first, second, third]), 2, "How many of three were told true"),
  }));

test("[4] a notify for more than there are wakes all, and is not kept", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      first: waitsFrom(1),
      second: waitsFrom(2),
      cook: notifyAfter(10, 5),
      late: waitsFrom(20),
    },
    after: (_, [first, second, , late]) => {
      assertEquals([first, second], [true, true], "Two waited, and five may go on");
      assertEquals(late, false, "Three notifications were kept for one who came later");
    },
  }));

test("[4] notify(0) wakes nobody, and what is no number of threads is refused", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: waiting(100),
      cook: after(10, (served) => {
        served.notify(0);
        for (const n of [-1, 0.5, NaN, Infinity]) {
          assertThrows(() => served.notify(n), RangeError, "", `notify(${n}) must throw`);
        }
      }),
    },
    after: (_, [said]) => assertEquals(said, false, "Nobody was to be woken"),
  }));

test("[4] who begins to wait after a notify does not take it away", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      early: waiting(100),
      late: after(10, (served) => {
        served.notify();
        // It still has the lock, and is asleep before the early one is up.
        return served.wait({ timeout: 100 });
      }),
    },
    after: (_, [early, late]) =>
      assertEquals([early, late], [true, false], "What wait said to the early and the late one"),
  }));

test("[4] two who wait before a notify are woken before one who waits after it", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      first: waitsFrom(1),
      second: waitsFrom(2),
      late: after(10, (served) => {
        served.notify();
        const said = served.wait({ timeout: 50 });
        served.notify();
        return said;
      }),
    },
    after: (_, [first, second, late]) => {
      assertEquals(late, false, "The late one was woken by its own notify");
      assertEquals(count([first, second]), 2, "How many of the early ones were woken by two");
    },
  }));

test("[4] who is slow to get up takes no wake-up of a later one", () =>
  everySchedule({
    shared: () => ({ ...newHatch(), bell: cells(1) }),
    timers: "quiet",
    threads: {
      slow: waiting(100),
      later(shared, thread) {
        thread.sleep(10);
        const served = at(shared);
        served.acquire();
        served.notify();
        // The slow one is on its way, and so is the cook. Who of them has the lock first is open.
        Atomics.store(shared.bell, 0, 1);
        Atomics.notify(shared.bell, 0);
        shared.dishes[0] = 1;
        const said = served.wait({ timeout: 100 });
        served.release();
        return said;
      },
      cook(shared) {
        Atomics.wait(shared.bell, 0, 0);
        const served = at(shared);
        served.acquire();
        served.notify();
        const inTime = shared.dishes[0] === 1;
        served.release();
        return inTime;
      },
    },
    after: (_, [slow, later, inTime]) =>
      assertEquals(
        [slow, later],
        [true, inTime],
        "What wait said to the slow one and to the later one, for whom there was a notify each",
      ),
  }));

test("[4] who has given up is not one of those who wait", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      patient: waiting(100),
      impatient: waiting(5),
      late: after(10, (served) => {
        served.notify(2);
        return served.wait({ timeout: 100 });
      }),
    },
    after: (_, [patient, impatient, late]) =>
      assertEquals(
        [patient, impatient, late],
        [true, false, false],
        "What wait said to the patient, the impatient, and to one who came after the notify(2)",
      ),
  }));

test("[4] a thread that is woken for no reason has not been notified", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    strayNotifies: 1,
    ...bounds,
    threads: {
      first: waitsFrom(1),
      second: waitsFrom(2),
      cook: notifyAfter(10),
    },
    after: (_, [first, second]) =>
      assertEquals(count([first, second]), 1, "How many of two were told true by one notify"),
  }));

test("[4] whatever the order, every notification goes to one who was there before it", () =>
  everyScheduleOfMany({
    shared: () => ({ ...newHatch(), book: cells(8) }),
    ...bounds,
    threads: {
      first: keptWait,
      second: keptWait,
      cook(shared) {
        keptNotify(shared, 1);
        keptWait(shared);
        keptNotify(shared, 1);
      },
    },
    after: checkBook,
  }));

// What a ledger of waits and notifies holds. Each wait has a number, and a bit of its own.
const begun = 0;
const gaveUp = 1;
const toldTrue = 2;
const granted = 3;
// Of two notifies: how many waits had begun then, and how many wake-ups had been given with this one.
const notifies = 4;

type Kept = Hatch & { book: Int32Array };

function keptWait(shared: Kept): void {
  const { book } = shared;
  const served = at(shared);
  served.acquire();
  const mine = 1 << book[begun]++;
  if (served.wait({ timeout: 10 })) book[toldTrue] |= mine;
  else book[gaveUp]++;
  served.release();
}

function keptNotify(shared: Kept, n: number): void {
  const { book } = shared;
  const served = at(shared);
  served.acquire();
  book[granted] += Math.min(n, book[begun] - book[gaveUp] - book[granted]);
  const entry = book[notifies] === 0 ? notifies : notifies + 2;
  // One more than it is, as 0 stands for no entry.
  book[entry] = book[begun] + 1;
  book[entry + 1] = book[granted];
  served.notify(n);
  served.release();
}

function checkBook({ book }: Kept): void {
  const ones = (bits: number) => bits.toString(2).replaceAll("0", "").length;
  assertEquals(
    ones(book[toldTrue]),
    book[granted],
    "How many were told true: one for each wake-up",
  );
  for (const entry of [notifies, notifies + 2]) {
    const early = book[toldTrue] & (1 << book[entry] - 1) - 1;
    assert(
      ones(early) >= book[entry + 1],
      "A thread that began to wait after a notify took the wake-up of one who was there before it",
    );
  }
}

test("[4] a condition works on after hundreds of waits and notifies", () =>
  everySchedule({
    shared() {
      const hatch = newHatch();
      const served = at(hatch);
      served.acquire();
      for (let i = 0; i < 300; i++) {
        served.notify();
        served.wait({ timeout: 0 });
      }
      served.release();
      return hatch;
    },
    timers: "quiet",
    threads: { first: waitsFrom(1), second: waitsFrom(2), cook: notifyAfter(10) },
    after: (_, [first, second]) =>
      assertEquals(count([first, second]), 1, "How many of two were told true by one notify"),
  }));

// -- [5] waitFor looks, and waits, and looks again --

test("[5] waitFor looks first, and returns what it has found", () =>
  alone((served, thread) => {
    served.acquire();
    const dish = { name: "noodles" };
    for (const found of [dish, 1, "soup", true]) {
      let looks = 0;
      const look = () => {
        looks++;
        return found;
      };
      assertEquals(served.waitFor(look), found, "waitFor must return what the predicate gave");
      assertEquals(served.waitFor(look, { timeout: 0 }), found, "It looks also without time");
      assertEquals(looks, 2, "One look is enough when it is true already");
    }
    assert(Object.is(served.waitFor(() => dish), dish), "The very thing that the predicate gave");
    assertEquals(thread.now(), 0, "Nothing had to be waited for: the milliseconds");
    served.release();
  }));

test("[5] waitFor looks again each time it is woken", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: after(0, (served, { dishes }) => served.waitFor(() => dishes[0] >= 3 && dishes[0])),
      cook(hatch, thread) {
        for (let i = 0; i < 3; i++) {
          after(10, (served) => {
            hatch.dishes[0]++;
            served.notifyAll();
          })(hatch, thread);
        }
      },
    },
    after: (_, [found]) => assertEquals(found, 3, "waitFor must wait until the predicate is true"),
  }));

test("[5] one dish is not eaten twice", () =>
  everySchedule({
    shared: newHatch,
    ...bounds,
    threads: {
      first: eatOne,
      second: eatOne,
      cook: after(0, (served, { dishes }) => {
        dishes[0] += 2;
        served.notifyAll();
      }),
    },
    after: ({ dishes }) => assertEquals(dishes[0], 0, "Two cooked, two eaten: the dishes"),
  }));

function eatOne(hatch: Hatch): void {
  const served = at(hatch);
  served.acquire();
  served.waitFor(() => hatch.dishes[0] > 0);
  hatch.dishes[0]--;
  assert(hatch.dishes[0] >= 0, "waitFor came back though there was no dish");
  served.release();
}

test("[5] waitFor has one deadline, however often it is woken", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater(hatch, thread) {
        const served = at(hatch);
        served.acquire();
        // A clock without fractions would take this for 1.
        thread.sleep(1.9);
        const start = thread.now();
        const found = served.waitFor(() => hatch.dishes[0] >= 99, { timeout: 100 });
        assertEquals(found, false, "The predicate was never true, and gave false");
        const waited = Math.round(thread.now() - start);
        assertEquals(waited, 100, "waitFor({ timeout: 100 }) gave up after that many milliseconds");
        served.release();
      },
      cook(hatch, thread) {
        for (let i = 0; i < 3; i++) notifyAfter(30)(hatch, thread);
      },
    },
  }));

test("[5] waitFor looks a last time when the time is over", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: after(0, (served, { dishes }) => served.waitFor(() => dishes[0], { timeout: 100 })),
      "cook who forgets to notify": after(10, (_, { dishes }) => dishes[0] = 7),
    },
    after: (_, [found]) => assertEquals(found, 7, "The dishes were there when the time was over"),
  }));

test("[5] waitFor without time looks once, and gives what it has found", () =>
  alone((served, thread) => {
    served.acquire();
    for (const timeout of [0, -1]) {
      for (const found of [0, "", null, false]) {
        let looks = 0;
        const said = served.waitFor(() => (looks++, found), { timeout });
        assertEquals(said, found, "waitFor must return what the predicate gave last");
        assertEquals(looks, 1, `waitFor({ timeout: ${timeout} }) looks that often`);
      }
    }
    assertThrows(() => served.waitFor(() => 0, { timeout: NaN }), RangeError);
    assertEquals(thread.now(), 0, "There was no time: the milliseconds");
    served.release();
  }));

test("[5] the predicate is called with the lock held, and with nothing else", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater(hatch, thread) {
        const served = at(hatch);
        const look = () => thread.inside("the lock", () => hatch.dishes[0]);
        const unheld = "The lock is not held, so the predicate may not look";
        assertThrows(() => served.waitFor(() => true), LockError, "", unheld);
        served.acquire();
        assertEquals(served.waitFor(look), 1, "The dishes");
        served.release();
      },
      cook(hatch, thread) {
        for (let i = 0; i < 2; i++) {
          thread.sleep(10);
          const served = at(hatch);
          served.acquire();
          thread.inside("the lock", () => hatch.dishes[0] = i);
          served.notify();
          served.release();
        }
      },
    },
  }));

test("[5] a predicate that throws leaves the lock held, and nobody waiting", () =>
  everySchedule({
    shared: newHatch,
    timers: "quiet",
    threads: {
      eater: after(0, (served, { dishes }) => {
        const look = () => {
          if (dishes[0] === 1) throw new SyntaxError("a fly in the soup");
        };
        const call = () => served.waitFor(look, { timeout: 15 });
        assertThrows(call, SyntaxError, "a fly", "The error must pass");
        assert(served.lock.locked, "The lock is still held");
        return served.wait({ timeout: 100 });
      }),
      cook(hatch, thread) {
        for (let i = 0; i < 2; i++) {
          after(10, (served) => {
            hatch.dishes[0]++;
            served.notify();
          })(hatch, thread);
        }
      },
    },
    after: (_, [said]) => assertEquals(said, true, "It waited again, and was notified"),
  }));

// -- [6] a lock of any depth, and several conditions for one lock --

/** A condition over an RLock, as this thread sees it. */
interface Nested {
  lock: SharedArrayBuffer;
  served: SharedArrayBuffer;
}

function newNested(): Nested {
  const served = new Condition(new RLock({ owner: 1 }));
  return { lock: served.lock.buffer, served: served.buffer };
}

const nestedAt = ({ lock, served }: Nested, { id }: VirtualThread) =>
  Condition.attach(served, RLock.attach(lock, { owner: id }));

test("[6] wait frees an RLock whatever its depth, and takes it at the same depth", () =>
  everySchedule({
    shared: newNested,
    timers: "quiet",
    threads: {
      eater(nested, thread) {
        const served = nestedAt(nested, thread);
        const lock = served.lock as RLock;
        served.acquire();
        served.acquire();
        served.acquire();
        assertEquals(served.wait(), true, "It was notified");
        assertEquals(lock.depth, 3, "The depth after a wait must be the one before it");
        assertEquals(served.wait({ timeout: 5 }), false, "Nobody notified");
        assertEquals(lock.depth, 3, "The depth after a wait that gave up");
        for (let i = 0; i < 3; i++) served.release();
        assertFalse(lock.isOwned, "Taken three times and released three times");
      },
      cook(nested, thread) {
        thread.sleep(10);
        const served = nestedAt(nested, thread);
        served.acquire();
        served.acquire();
        served.notify();
        served.release();
        assertEquals((served.lock as RLock).depth, 1, "The cook still has the lock: the depth");
        served.release();
      },
    },
  }));

test("[6] waitFor frees an RLock whatever its depth", () =>
  everySchedule({
    shared: () => ({ ...newNested(), dishes: cells(1) }),
    threads: {
      eater(nested, thread) {
        const served = nestedAt(nested, thread);
        served.acquire();
        served.acquire();
        served.waitFor(() => nested.dishes[0]);
        served.release();
        served.release();
      },
      cook(nested, thread) {
        const served = nestedAt(nested, thread);
        using _held = served.hold();
        nested.dishes[0] = 1;
        served.notify();
      },
    },
  }));

/** A hatch with room for one dish, and a condition for each thing to wait for. */
interface SmallHatch {
  lock: SharedArrayBuffer;
  full: SharedArrayBuffer;
  empty: SharedArrayBuffer;
  dishes: Int32Array<SharedArrayBuffer>;
}

function newSmallHatch(): SmallHatch {
  const lock = new Lock();
  const [full, empty] = [1, 2].map(() => new Condition(lock).buffer);
  return { lock: lock.buffer, full, empty, dishes: cells(1) };
}

function bothOf({ lock: buffer, full, empty }: SmallHatch) {
  const lock = Lock.attach(buffer);
  return { full: Condition.attach(full, lock), empty: Condition.attach(empty, lock) };
}

test("[6] a notify of one condition wakes nobody who waits for another one of the same lock", () =>
  everySchedule({
    shared: newSmallHatch,
    timers: "quiet",
    ...bounds,
    threads: {
      eater(hatch) {
        const { full } = bothOf(hatch);
        using _held = full.hold();
        return full.wait({ timeout: 100 });
      },
      cook(hatch) {
        const { empty } = bothOf(hatch);
        using _held = empty.hold();
        return empty.wait({ timeout: 100 });
      },
      waiter(hatch, thread) {
        thread.sleep(10);
        const { full } = bothOf(hatch);
        using _held = full.hold();
        full.notifyAll();
      },
    },
    after: (_, [eater, cook]) =>
      assertEquals([eater, cook], [true, false], "What wait said of full, and of empty"),
  }));

test("[6] a cook and two eaters share a hatch with room for one dish", () =>
  everyScheduleOfMany({
    shared: newSmallHatch,
    ...bounds,
    threads: {
      first: takesOne,
      second: takesOne,
      cook(hatch) {
        const { full, empty } = bothOf(hatch);
        for (let i = 0; i < 2; i++) {
          empty.acquire();
          empty.waitFor(() => hatch.dishes[0] === 0);
          hatch.dishes[0]++;
          full.notify();
          empty.release();
        }
      },
    },
    after: ({ dishes }) => assertEquals(dishes[0], 0, "Two cooked, two eaten: the dishes"),
  }));

function takesOne(hatch: SmallHatch): void {
  const { full, empty } = bothOf(hatch);
  full.acquire();
  full.waitFor(() => hatch.dishes[0] > 0);
  assertEquals(hatch.dishes[0], 1, "There is room for one dish: the dishes");
  hatch.dishes[0]--;
  empty.notify();
  full.release();
}

testWithPermission("[6] eight Workers go on in the numbers that the notifies say", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/phases.ts", import.meta.url),
  );
  assertFalse(timedOut, `The Workers did not finish: somebody was not woken. So far: ${stdout}`);
  assertEquals(code, 0, stderr);
  const round = "3 of 5 went on\n2 old and 3 new ones went on\n";
  assertEquals(stdout, `${round}${round}`, "notify(3) of 5, three more come, notify(5); all twice");
});

testWithPermission("[6] a Worker cooks, three eat, and every dish is eaten once", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/hatch.ts", import.meta.url),
  );
  assertFalse(timedOut, "The Workers did not finish: somebody seems to sleep for ever");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "3000 cooked, 3000 eaten, at most 1 in the hatch\n");
});

testWhatToFixFirst();
