import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  cells,
  everySchedule,
  type Member,
  testTimeouts,
  testWaiting,
  type VirtualThread,
  wakeAll,
} from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { BoundedSemaphore, Semaphore, SemaphoreError } from "./semaphores.ts";

const mostPermits = 2 ** 31 - 1;

/** Bounds the search where another right solution may need many more states. */
const maxStates = 25_000;

interface Stalls {
  stalls: SharedArrayBuffer;
}

const semaphoreOf = (value: number) => (): Stalls => ({ stalls: new Semaphore(value).buffer });

/** A bounded semaphore of which some permits are taken. */
const boundedOf = (value: number, taken = 0) => (): Stalls => {
  const stalls = new BoundedSemaphore(value);
  for (let i = 0; i < taken; i++) stalls.acquire({ blocking: false });
  return { stalls: stalls.buffer };
};

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone<Shared>(shared: () => Shared, run: (shared: Shared, thread: VirtualThread) => void) {
  return everySchedule({ shared, threads: 1, run });
}

/** How many of `tries` acquires that may not block get a permit. */
function admitted(semaphore: Semaphore, tries: number): number {
  let count = 0;
  for (let i = 0; i < tries; i++) if (semaphore.acquire({ blocking: false })) count++;
  return count;
}

function isReleased(stalls: Semaphore, n = 1): boolean {
  try {
    stalls.release(n);
    return true;
  } catch (error) {
    if (error instanceof SemaphoreError) return false;
    throw error;
  }
}

function takeOne({ stalls }: Stalls) {
  assertEquals(Semaphore.attach(stalls).acquire(), true);
}

const oneSemaphore: Member = {
  name: "Semaphore(1)",
  make: () => new Semaphore(1).buffer,
  attach: (buffer) => Semaphore.attach(buffer),
};

// -- [1] a permit is taken and given back --

test("[1] a new semaphore has one permit unless told otherwise", () =>
  alone(() => ({ stalls: new Semaphore().buffer }), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    assertEquals(mine.value, 1, "new Semaphore() has one permit");
    assertEquals(mine.acquire(), true, "acquire has the permit now, so it must return true");
    assertEquals(mine.acquire({ blocking: false }), false, "There was one permit, and it is taken");
  }));

test("[1] a semaphore of 3 admits three and refuses the fourth", () =>
  alone(semaphoreOf(3), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    const count = admitted(mine, 5);
    assertEquals(count, 3, "How many got in of five who tried: the limit itself must get in too");
  }));

test("[1] value follows every acquire and release", () =>
  alone(semaphoreOf(2), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    const trace = [mine.value];
    const look = () => trace.push(mine.value);
    mine.acquire();
    look();
    mine.acquire();
    look();
    mine.acquire({ blocking: false });
    look();
    mine.release();
    look();
    mine.release();
    look();
    assertEquals(
      trace,
      [2, 1, 0, 0, 1, 2],
      "The value at first, after two acquires, a refused one, and two releases",
    );
  }));

test("[1] a semaphore of 0 admits nobody until somebody releases", () =>
  alone(semaphoreOf(0), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    assertEquals(mine.acquire({ blocking: false }), false, "There is no permit to take");
    mine.release();
    assertEquals(mine.acquire({ blocking: false }), true, "One permit was released");
    assertEquals(mine.acquire({ blocking: false }), false, "The one permit is taken");
  }));

test("[1] attach sees the same semaphore, and another semaphore is another", () =>
  alone(
    () => ({ stalls: new Semaphore(3).buffer, others: new Semaphore(3).buffer }),
    ({ stalls, others }) => {
      Semaphore.attach(stalls).acquire();
      assertEquals(Semaphore.attach(stalls).value, 2, "All state must live in the shared buffer");
      assertEquals(Semaphore.attach(others).value, 3, "Two semaphores must not share anything");
    },
  ));

test("[1] a semaphore prints its class and its value", () => {
  const stalls = new Semaphore(7);
  assertMatch(`${stalls}`, /^Semaphore\(\D*7\)$/, "Such as Semaphore(value 7)");
  stalls.acquire({ blocking: false });
  const text = `${Semaphore.attach(stalls.buffer)}`;
  assertMatch(text, /^Semaphore\(\D*6\)$/, "It must show the value of now");
});

test("[1] two threads meet inside Semaphore(2)", () =>
  everySchedule({
    shared: () => ({ ...semaphoreOf(2)(), arrived: cells(1) }),
    threads: 2,
    run({ stalls, arrived }) {
      const mine = Semaphore.attach(stalls);
      mine.acquire();
      // Each stays inside until the other is inside as well.
      Atomics.add(arrived, 0, 1);
      Atomics.notify(arrived, 0);
      Atomics.wait(arrived, 0, 1);
      mine.release();
    },
  }));

test("[1] of three threads that may not wait exactly two get the two permits", () =>
  everySchedule({
    shared: semaphoreOf(2),
    threads: 3,
    run: ({ stalls }) => Semaphore.attach(stalls).acquire({ blocking: false }),
    after({ stalls }, got) {
      const count = got.filter(Boolean).length;
      assertEquals(count, 2, "How many got a permit: nobody releases, and nobody may be refused");
      assertEquals(Semaphore.attach(stalls).value, 0, "Both permits are taken: the value");
    },
  }));

// -- [2] who finds no permit sleeps until a release --

test("[2] a thread that waits is woken by a release, and told true", () =>
  everySchedule({
    shared: semaphoreOf(0),
    threads: {
      releaser: ({ stalls }) => Semaphore.attach(stalls).release(),
      waiter({ stalls }) {
        const got = Semaphore.attach(stalls).acquire();
        assertEquals(got, true, "acquire must return true also when it had to wait");
      },
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 0, "The waiter has the permit: the value"),
  }));

test("[2] Semaphore(1) lets one thread in at a time", () =>
  everySchedule({
    shared: () => ({ ...semaphoreOf(1)(), visits: cells(1) }),
    threads: 2,
    run({ stalls, visits }, thread) {
      const mine = Semaphore.attach(stalls);
      mine.acquire();
      thread.inside("the stall", () => visits[0]++);
      mine.release();
    },
    after: ({ visits }) => assertEquals(visits[0], 2, "An update was lost: expected 2 visits"),
  }));

test("[2] of three threads at most two are inside Semaphore(2), and two really are", () => {
  const proof = everySchedule({
    shared: semaphoreOf(2),
    threads: 3,
    maxStates: 50_000,
    run({ stalls }, thread) {
      const mine = Semaphore.attach(stalls);
      mine.acquire();
      thread.inside("the stalls", () => {}, 2);
      mine.release();
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 2, "All have left: the value"),
  });
  assertEquals(proof.mostInside["the stalls"], 2, "The most threads that were inside at once");
  return proof;
});

test("[2] no thread is left asleep when a permit is free", () =>
  everySchedule({
    shared: semaphoreOf(1),
    threads: 3,
    maxStates,
    run: takeAndRelease,
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 1, "All have left: the value"),
  }));

function takeAndRelease({ stalls }: Stalls) {
  const mine = Semaphore.attach(stalls);
  mine.acquire();
  mine.release();
}

test("[2] a thread that is woken for no reason gets no permit", () =>
  everySchedule({
    shared: semaphoreOf(1),
    threads: 2,
    strayNotifies: 2,
    maxStates,
    run({ stalls }, thread) {
      const mine = Semaphore.attach(stalls);
      mine.acquire();
      thread.inside("the stall", () => {});
      mine.release();
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 1, "All have left: the value"),
  }));

testWaiting(2, oneSemaphore);

test("[2] Semaphore(1): the end of a block wakes who waits", () =>
  everySchedule({
    shared: semaphoreOf(1),
    threads: 2,
    run({ stalls }) {
      using _held = Semaphore.attach(stalls).hold();
    },
  }));

test("[2] two blocks, one in the other, hold two permits", () =>
  alone(semaphoreOf(3), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    const trace: number[] = [];
    const look = () => trace.push(mine.value);
    {
      using _outer = mine.hold();
      look();
      {
        using _inner = mine.hold();
        look();
      }
      look();
    }
    look();
    assertEquals(trace, [2, 1, 2, 3], "The value in the outer block, in the inner one, after each");
  }));

testWithPermission("[2] twenty people share three stalls", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/stalls.ts", import.meta.url),
  );
  assertEquals(timedOut, false, "The Workers did not finish: somebody seems to sleep for ever");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "20 visits, at most 3 at once\n", "The visits, and the most at once");
});

// -- [3] many permits at once, and each wakes its sleeper --

test("[3] a Semaphore may be released above its first value, by anybody", () =>
  alone(semaphoreOf(1), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    mine.release();
    mine.release(2);
    assertEquals(mine.value, 4, "A Semaphore has no upper bound: 1 + 1 + 2 permits");
    assertEquals(admitted(mine, 5), 4, "How many got in of five who tried");
  }));

test("[3] release refuses to give less than one whole permit", () =>
  alone(semaphoreOf(2), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    for (const n of [0, -1, 0.5, 1.5, NaN, Infinity]) {
      assertThrows(() => mine.release(n), RangeError, "", `release(${n}) must throw`);
      assertEquals(mine.value, 2, `release(${n}) must change nothing: the value`);
    }
  }));

test("[3] a semaphore that is full to the brim does not run over", () =>
  alone(semaphoreOf(2 ** 31 - 1), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    const flood = "32 bits hold no more: release must throw and not wrap round to a negative value";
    for (const n of [1, 2 ** 31, 2 ** 32 + 1]) {
      assertThrows(() => mine.release(n), SemaphoreError, "", flood);
    }
    assertEquals(mine.value, 2 ** 31 - 1, "A release that throws must change nothing: the value");
    mine.acquire();
    mine.release();
    assertEquals(mine.value, 2 ** 31 - 1, "The semaphore must work after that: the value");
  }));

test("[3] two releases wake two sleepers", () =>
  everySchedule({
    shared: semaphoreOf(0),
    maxStates,
    threads: {
      releaser({ stalls }) {
        const mine = Semaphore.attach(stalls);
        mine.release();
        mine.release();
      },
      first: takeOne,
      second: takeOne,
    },
  }));

test("[3] release(2) wakes two sleepers", () =>
  everySchedule({
    shared: semaphoreOf(0),
    maxStates,
    threads: {
      releaser: ({ stalls }) => Semaphore.attach(stalls).release(2),
      first: takeOne,
      second: takeOne,
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 0, "Both permits were taken: the value"),
  }));

test("[3] release(2) with one sleeper leaves a permit for the next one", () =>
  everySchedule({
    shared: semaphoreOf(0),
    threads: {
      releaser({ stalls }) {
        const mine = Semaphore.attach(stalls);
        mine.release(2);
        const got = mine.acquire({ blocking: false });
        assertEquals(got, true, "Two permits and one sleeper: one permit is free for the asking");
      },
      sleeper: takeOne,
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 0, "Two were given, two were taken: the value"),
  }));

test("[3] release(3) wakes three sleepers", () =>
  everySchedule({
    shared: semaphoreOf(0),
    maxStates,
    threads: {
      releaser: ({ stalls }) => Semaphore.attach(stalls).release(3),
      first: takeOne,
      second: takeOne,
      third: takeOne,
    },
  }));

test("[3] release(16) wakes sixteen sleepers", () => {
  // They do not fit in a count of 4 bits. Any two may come between each other's steps, and between the others.
  const inOneStep = (shared: Stalls, thread: VirtualThread) => thread.atomic(() => takeOne(shared));
  const many = Array.from({ length: 16 }, (_, i) => [
    `sleeper ${i + 1}`,
    i < 2 ? takeOne : inOneStep,
  ]);
  const proof = everySchedule({
    shared: semaphoreOf(0),
    timers: "quiet",
    maxStates,
    threads: {
      ...Object.fromEntries(many),
      releaser({ stalls }: Stalls, thread: VirtualThread) {
        thread.sleep(10);
        Semaphore.attach(stalls).release(16);
      },
    },
  });
  return { sentence: `${proof.sentence}; what 14 of them do when they are woken is one step` };
});

testLimit(3, {
  name: "Semaphore",
  attach: (buffer) => Semaphore.attach(buffer),
  missing: (n) => semaphoreOf(mostPermits - n),
  limit: mostPermits,
});

interface Kind {
  name: string;
  attach(buffer: SharedArrayBuffer): Semaphore;
  /** Makes one to which so many permits can still be given. */
  missing(n: number): () => Stalls;
  /** How many permits it has then. */
  limit: number;
}

/** Registers what both kinds promise where no more permits fit. */
function testLimit(step: number, { name, limit, attach, missing }: Kind): void {
  test(`[${step}] ${name}: release(2) gives two permits or none, whoever else releases`, () =>
    everySchedule({
      shared: missing(2),
      threads: {
        two: ({ stalls }) => isReleased(attach(stalls), 2),
        one: ({ stalls }) => isReleased(attach(stalls), 1),
      },
      after({ stalls }, [two, one]) {
        const expected = limit - 2 + (two ? 2 : 0) + (one ? 1 : 0);
        const said = `release(2) went through: ${two}, release(1): ${one}. The value`;
        assertEquals(attach(stalls).value, expected, said);
      },
    }));

  test(`[${step}] ${name}: a release(2) that does not fit is never seen`, () =>
    everySchedule({
      shared: missing(1),
      threads: {
        clumsy: ({ stalls }) => isReleased(attach(stalls), 2),
        onlooker({ stalls }) {
          const seen = attach(stalls).value;
          assertEquals(seen, limit - 1, "The value that another thread sees meanwhile");
        },
      },
      after({ stalls }, [released]) {
        assertEquals(released, false, "One permit was missing, so release(2) must throw");
        assertEquals(attach(stalls).value, limit - 1, "Nothing must change: the value");
      },
    }));

  test(`[${step}] ${name}: the end of a block does not run over`, () =>
    alone(missing(0), ({ stalls }) => {
      const mine = attach(stalls);
      const visit = () => {
        using _held = mine.hold();
        mine.release();
      };
      assertThrows(visit, SemaphoreError, "", "One permit was taken and two were given");
      assertEquals(mine.value, limit, "A release that throws must change nothing: the value");
    }));
}

testWithPermission("[3] ten Workers pass in the phases that the releases allow", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/phases.ts", import.meta.url),
  );
  assertEquals(
    timedOut,
    false,
    `The Workers did not finish: somebody sleeps beside a free permit. So far: ${stdout}`,
  );
  assertEquals(code, 0, stderr);
  assertEquals(
    stdout,
    "6 passed\n13 passed\n19 passed\nno permit left\n20 passed, 0 too early\n",
    "10 Workers acquire twice each; 6 permits at first, then 7 single ones, release(6), and 1",
  );
});

// -- [4] a wait may have an end --

test("[4] an acquire that gets nothing takes nothing", () =>
  alone(semaphoreOf(1), ({ stalls }) => {
    const mine = Semaphore.attach(stalls);
    mine.acquire();
    for (let i = 0; i < 3; i++) {
      assertEquals(mine.acquire({ blocking: false }), false, "No permit is left");
      assertEquals(mine.acquire({ timeout: 0 }), false, "No permit is left");
      assertEquals(mine.value, 0, "Who does not get in must not be subtracted: the value");
    }
    mine.release();
    assertEquals(mine.acquire({ blocking: false }), true, "The permit is back");
  }));

test("[4] of three threads that may not wait long exactly two get the two permits", () =>
  everySchedule({
    shared: semaphoreOf(2),
    threads: 3,
    maxStates,
    run: ({ stalls }) => Semaphore.attach(stalls).acquire({ timeout: 0 }),
    after: (_, got) =>
      assertEquals(got.filter(Boolean).length, 2, "A permit is free: a timeout of 0 must find it"),
  }));

test("[4] a thread that gives up loses no permit", () =>
  everySchedule({
    shared: semaphoreOf(0),
    threads: {
      releaser: ({ stalls }) => Semaphore.attach(stalls).release(),
      waiter: ({ stalls }) => Semaphore.attach(stalls).acquire({ timeout: 10 }),
    },
    after({ stalls }, [, got]) {
      const mine = Semaphore.attach(stalls);
      const left = got ? 0 : 1;
      assertEquals(mine.value, left, `One was released and acquire returned ${got}: the value`);
      assertEquals(admitted(mine, 2), left, "How many get in of two who come later");
    },
  }));

test("[4] who has given up can wait again, and is woken", () =>
  everySchedule({
    shared: semaphoreOf(0),
    timers: "quiet",
    threads: {
      waiter({ stalls }, thread) {
        const mine = Semaphore.attach(stalls);
        for (let i = 0; i < 3; i++) {
          assertEquals(mine.acquire({ timeout: 10 }), false, "Nobody has released anything yet");
        }
        assertEquals(Math.round(thread.now()), 30, "Three waits of 10 milliseconds: the time");
        assertEquals(mine.acquire({ timeout: 100 }), true, "A permit was released meanwhile");
        assertEquals(Math.round(thread.now()), 50, "The time of the release");
      },
      releaser({ stalls }, thread) {
        thread.sleep(50);
        Semaphore.attach(stalls).release();
      },
    },
    after: ({ stalls }) =>
      assertEquals(Semaphore.attach(stalls).value, 0, "One was released and taken: the value"),
  }));

test("[4] two waits end as one permit comes, and one has it or it is free", () =>
  everySchedule({
    shared: countedOf(0),
    timers: "quiet",
    maxStates,
    threads: {
      releaser: releaseAtTen(1),
      first: waitTenMilliseconds,
      second: waitTenMilliseconds,
      late: findWhatIsLeft(1),
    },
  }));

test("[4] release(2) as a wait ends gives two permits, one of them to who waits on", () =>
  everySchedule({
    shared: countedOf(0),
    timers: "quiet",
    maxStates,
    threads: {
      releaser: releaseAtTen(2),
      impatient: waitTenMilliseconds,
      patient({ stalls, taken }) {
        takeOne({ stalls });
        Atomics.add(taken, 0, 1);
      },
      late: findWhatIsLeft(2),
    },
  }));

test("[4] no permit is born when one who came too late leaves again", () =>
  everySchedule({
    shared: countedOf(0),
    timers: "quiet",
    maxStates,
    threads: {
      releaser: releaseAtTen(1),
      impatient: waitTenMilliseconds,
      trier({ stalls, taken }, thread) {
        thread.sleep(10);
        if (Semaphore.attach(stalls).acquire({ blocking: false })) Atomics.add(taken, 0, 1);
      },
      late: findWhatIsLeft(1),
    },
  }));

interface Counted extends Stalls {
  /** How many permits were taken. */
  taken: Int32Array<SharedArrayBuffer>;
}

function countedOf(value: number): () => Counted {
  return () => ({ ...semaphoreOf(value)(), taken: cells(1) });
}

function releaseAtTen(n: number) {
  return ({ stalls }: Counted, thread: VirtualThread) => {
    thread.sleep(10);
    Semaphore.attach(stalls).release(n);
  };
}

function waitTenMilliseconds({ stalls, taken }: Counted) {
  if (Semaphore.attach(stalls).acquire({ timeout: 10 })) Atomics.add(taken, 0, 1);
}

/** Comes when all is over, and takes what is left of the permits that were released. It waits for each. */
function findWhatIsLeft(released: number) {
  return ({ stalls, taken }: Counted, thread: VirtualThread) => {
    thread.sleep(1_000);
    const mine = Semaphore.attach(stalls);
    const left = released - Atomics.load(taken, 0);
    assertEquals(
      mine.value,
      left,
      `Of ${released} permits ${released - left} were taken: the value`,
    );
    for (let i = 0; i < left; i++) {
      assertEquals(
        mine.acquire({ timeout: 1 }),
        true,
        "A permit is free, also for one who may wait",
      );
    }
    assertEquals(mine.acquire({ timeout: 1 }), false, "More permits were taken than released");
  };
}

test("[4] a thread that is woken too late leaves its permit to another", () =>
  everySchedule({
    shared: semaphoreOf(0),
    timers: "quiet",
    threads: {
      releaser({ stalls }, thread) {
        thread.sleep(10);
        Semaphore.attach(stalls).release();
      },
      patient: takeOne,
      impatient: tryForTenMilliseconds,
    },
  }));

function tryForTenMilliseconds({ stalls }: Stalls) {
  const mine = Semaphore.attach(stalls);
  if (mine.acquire({ timeout: 10 })) mine.release();
}

test("[4] a permit that comes and goes makes no wait shorter", () =>
  everySchedule({
    shared: semaphoreOf(0),
    timers: "quiet",
    threads: {
      waiter({ stalls }, thread) {
        const got = Semaphore.attach(stalls).acquire({ timeout: 100 });
        const waited = thread.now();
        assert(got || waited >= 100, `acquire gave up after ${waited} of 100 milliseconds`);
      },
      passer({ stalls }) {
        const mine = Semaphore.attach(stalls);
        mine.release();
        mine.acquire({ blocking: false });
      },
    },
  }));

testTimeouts(4, oneSemaphore);

// -- [5] a bound that no release goes above --

test("[5] a number of permits that makes no sense is refused", () => {
  assertEquals(new Semaphore(0).value, 0, "A semaphore may begin with no permit");
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 31]) {
    assertThrows(() => new Semaphore(value), RangeError, "", `new Semaphore(${value})`);
    assertThrows(() => new BoundedSemaphore(value), RangeError, "", `BoundedSemaphore(${value})`);
  }
});

test("[5] attach refuses what is not the buffer of a semaphore", () => {
  const notShared = new ArrayBuffer(8) as unknown as SharedArrayBuffer;
  for (const Kind of [Semaphore, BoundedSemaphore]) {
    assertEquals(Kind.attach(new Kind(2).buffer).value, 2);
    const another = new SharedArrayBuffer(1024);
    assertThrows(() => Kind.attach(another), TypeError, "", `${Kind.name}: another buffer`);
    assertThrows(() => Kind.attach(notShared), TypeError, "", `${Kind.name}: memory not shared`);
  }
  const other = "Seen as the other kind, it would have another bound";
  assertThrows(() => Semaphore.attach(new BoundedSemaphore(2).buffer), TypeError, "", other);
  assertThrows(() => BoundedSemaphore.attach(new Semaphore(2).buffer), TypeError, "", other);
});

test("[5] a new BoundedSemaphore has one permit unless told otherwise", () => {
  const stalls = new BoundedSemaphore();
  assertEquals(stalls.value, 1, "new BoundedSemaphore() has one permit");
  assertThrows(() => stalls.release(), SemaphoreError, "", "and never more");
  const closed = new BoundedSemaphore(0);
  assertThrows(() => closed.release(), SemaphoreError, "", "A bound of 0 is a bound");
});

test("[5] a BoundedSemaphore admits as many as a Semaphore", () =>
  alone(boundedOf(3), ({ stalls }) => {
    const mine = BoundedSemaphore.attach(stalls);
    assertEquals(admitted(mine, 5), 3, "How many got in of five who tried");
    assertEquals(mine.acquire({ timeout: 5 }), false, "No permit is left");
    mine.release(2);
    assertEquals(mine.value, 2, "Two of three came back: the value");
  }));

test("[5] a BoundedSemaphore refuses a release above its first value", () =>
  alone(boundedOf(2), ({ stalls }) => {
    const mine = BoundedSemaphore.attach(stalls);
    assertThrows(() => mine.release(), SemaphoreError, "", "All permits are free: release throws");
    assertEquals(mine.value, 2, "A release that throws must change nothing: the value");
    mine.acquire();
    mine.release();
    assertEquals(mine.value, 2, "The semaphore must work after that: the value");
    assertThrows(() => mine.release(), SemaphoreError, "", "Full again: release throws again");
    assertEquals(admitted(mine, 4), 2, "How many got in of four who tried");
  }));

test("[5] a BoundedSemaphore takes all n of release(n) or none", () =>
  alone(boundedOf(3, 2), ({ stalls }) => {
    const mine = BoundedSemaphore.attach(stalls);
    assertThrows(() => mine.release(3), SemaphoreError, "", "1 and 3 are more than 3");
    assertEquals(mine.value, 1, "release(3) did not fit, so not one may be added: the value");
    for (const n of [0, -1, 0.5, NaN]) {
      assertThrows(() => mine.release(n), RangeError, "", `release(${n}) must throw`);
    }
    mine.release(2);
    assertEquals(mine.value, 3, "release(2) fits: the value");
  }));

test("[5] every view of a BoundedSemaphore knows its bound", () =>
  alone(boundedOf(2, 2), ({ stalls }) => {
    const mine = BoundedSemaphore.attach(stalls);
    mine.release(2);
    assertEquals(mine.value, 2, "Two of two were taken and have come back: the value");
    const other = BoundedSemaphore.attach(stalls);
    other.acquire();
    BoundedSemaphore.attach(stalls).release();
    assertThrows(() => other.release(), SemaphoreError, "", "The bound is 2 in every view");
  }));

test("[5] a BoundedSemaphore prints its value and its bound", () => {
  const stalls = new BoundedSemaphore(8);
  stalls.acquire({ blocking: false });
  assertMatch(
    `${BoundedSemaphore.attach(stalls.buffer)}`,
    /^BoundedSemaphore\(\D*7\D+8\)$/,
    "Such as BoundedSemaphore(value 7 of 8)",
  );
});

// -- [6] the bound holds, whoever else releases --

test("[6] BoundedSemaphore(1) lets one thread in at a time, and everybody in the end", () =>
  everySchedule({
    shared: () => ({ ...boundedOf(1)(), visits: cells(1) }),
    threads: 2,
    run({ stalls, visits }, thread) {
      using _held = BoundedSemaphore.attach(stalls).hold();
      thread.inside("the stall", () => visits[0]++);
    },
    after: ({ visits }) => assertEquals(visits[0], 2, "An update was lost: expected 2 visits"),
  }));

test("[6] two releases of a BoundedSemaphore wake two sleepers", () =>
  everySchedule({
    shared: boundedOf(2, 2),
    maxStates,
    threads: {
      releaser({ stalls }) {
        const mine = BoundedSemaphore.attach(stalls);
        mine.release();
        mine.release();
      },
      first: takeOneOfBounded,
      second: takeOneOfBounded,
    },
  }));

function takeOneOfBounded({ stalls }: Stalls) {
  assertEquals(BoundedSemaphore.attach(stalls).acquire(), true);
}

test("[6] release(2) of a BoundedSemaphore wakes two sleepers", () =>
  everySchedule({
    shared: boundedOf(2, 2),
    maxStates,
    threads: {
      releaser: ({ stalls }) => BoundedSemaphore.attach(stalls).release(2),
      first: takeOneOfBounded,
      second: takeOneOfBounded,
    },
  }));

test("[6] of two releases of one permit, one throws", () =>
  everySchedule({
    shared: boundedOf(2, 1),
    threads: 2,
    run: ({ stalls }) => isReleased(BoundedSemaphore.attach(stalls)),
    after({ stalls }, released) {
      const count = released.filter(Boolean).length;
      assertEquals(count, 1, "How many releases went through: one permit was out");
      assertEquals(BoundedSemaphore.attach(stalls).value, 2, "All permits are back: the value");
    },
  }));

test("[6] a release that is refused is never seen", () =>
  everySchedule({
    shared: boundedOf(1),
    threads: {
      clumsy({ stalls }) {
        const released = isReleased(BoundedSemaphore.attach(stalls));
        assertEquals(released, false, "No permit was out, so release must throw");
      },
      onlooker({ stalls }) {
        const seen = BoundedSemaphore.attach(stalls).value;
        assertEquals(seen, 1, "The value that another thread sees meanwhile");
      },
    },
  }));

test("[6] a release that is refused wakes nobody, and the next one does", () =>
  everySchedule({
    shared: boundedOf(3, 3),
    timers: "quiet",
    threads: {
      sleeper: takeOneOfBounded,
      releaser({ stalls }, thread) {
        const mine = BoundedSemaphore.attach(stalls);
        thread.sleep(10);
        assertEquals(isReleased(mine, 4), false, "Three permits are out, and 4 are more than 3");
        assertEquals(mine.value, 0, "Nothing must change: the value");
        assertEquals(
          wakeAll(stalls),
          1,
          "Nothing has come, so who waited must sleep on: the sleepers",
        );
        thread.sleep(10);
        mine.release(3);
      },
    },
    after: ({ stalls }) =>
      assertEquals(
        BoundedSemaphore.attach(stalls).value,
        2,
        "Three came and one was taken: the value",
      ),
  }));

test("[6] a release that is refused lets nobody in", () =>
  everySchedule({
    shared: boundedOf(1, 1),
    threads: {
      first: ({ stalls }) => isReleased(BoundedSemaphore.attach(stalls)),
      second: ({ stalls }) => isReleased(BoundedSemaphore.attach(stalls)),
      guest: ({ stalls }) => admitted(BoundedSemaphore.attach(stalls), 2),
    },
    after({ stalls }, [first, second, guests]) {
      const released = Number(first) + Number(second);
      const { value } = BoundedSemaphore.attach(stalls);
      assertEquals(
        value,
        released - Number(guests),
        `${released} permits were released and ${guests} taken: the value`,
      );
      assert(value >= 0, `${guests} got in with ${released} permits`);
    },
  }));

testLimit(6, {
  name: "BoundedSemaphore",
  attach: (buffer) => BoundedSemaphore.attach(buffer),
  missing: (n) => boundedOf(3, n),
  limit: 3,
});

testWhatToFixFirst();
