import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  cells,
  everySchedule,
  type Member,
  testTimeouts,
  testWaiting,
  type VirtualThread,
} from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { currentThread } from "#solutions/threads/threads.ts";
import { Lock, LockError, RLock } from "./locks.ts";

const oneLock = () => ({ lock: new Lock().buffer });
const oneRLock = () => ({ rlock: new RLock({ owner: 99 }).buffer });

/** What is the buffer of no lock at all. */
const notOfALock = {
  "shared memory of 0 bytes": new SharedArrayBuffer(0),
  "shared memory of 65,536 bytes": new SharedArrayBuffer(2 ** 16),
  "memory of 4 bytes that is not shared": new ArrayBuffer(4),
  "memory of 12 bytes that is not shared": new ArrayBuffer(12),
  null: null,
  undefined: undefined,
} as unknown as Record<string, SharedArrayBuffer>;

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone<Shared>(shared: () => Shared, run: (shared: Shared, thread: VirtualThread) => void) {
  return everySchedule({ shared, threads: 1, run });
}

const aLock: Member = {
  name: "Lock",
  make: () => new Lock().buffer,
  attach: (buffer) => Lock.attach(buffer),
};

// -- [1] who finds it free takes it --

test("[1] a new lock is free", () => {
  assertEquals(
    new Lock().locked,
    false,
    "Nobody has taken the lock yet, but `locked` is not false",
  );
});

test("[1] acquire takes a free lock and returns true", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    assertEquals(mine.acquire(), true, "acquire has the lock now, so it must return true");
    assertEquals(mine.locked, true, "The lock was taken, but `locked` is not true");
  }));

test("[1] a released lock is free and can be taken again", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    for (let round = 0; round < 2; round++) {
      mine.acquire();
      mine.release();
      assertEquals(mine.locked, false, "The lock was released, but `locked` is not false");
    }
    assertEquals(
      mine.acquire({ blocking: false }),
      true,
      "A free lock must be there for the taking",
    );
  }));

test("[1] acquire without blocking returns false when the lock is held", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    mine.acquire();
    const again = mine.acquire({ blocking: false });
    assertEquals(again, false, "The lock is held: an acquire that may not block must return false");
    assertEquals(mine.locked, true, "A failed acquire must not free the lock");
  }));

test("[1] release of a free lock throws LockError and changes nothing", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    assertThrows(() => mine.release(), LockError);
    assertEquals(mine.locked, false, "A release that throws must leave the lock free");
    assertEquals(
      mine.acquire({ blocking: false }),
      true,
      "The lock must work after a wrong release",
    );
    assertEquals(
      mine.acquire({ blocking: false }),
      false,
      "A wrong release must not let two in later",
    );
  }));

test("[1] attach sees the same lock, and another lock is another", () =>
  alone(() => ({ lock: new Lock().buffer, other: new Lock().buffer }), ({ lock, other }) => {
    Lock.attach(lock).acquire();
    assertEquals(Lock.attach(lock).locked, true, "All state must live in the shared buffer");
    assertEquals(Lock.attach(other).locked, false, "Two locks must not share anything");
    Lock.attach(lock).release();
    assertEquals(Lock.attach(lock).acquire({ blocking: false }), true);
  }));

test("[1] attach refuses what is not the buffer of a lock", () => {
  const { buffer } = new Lock();
  assertFalse(Lock.attach(buffer).locked);
  assertStrictEquals(Lock.attach(buffer).buffer, buffer, "`buffer` is what other threads need");
  for (const [what, wrong] of Object.entries(notOfALock)) {
    assertThrows(() => Lock.attach(wrong), TypeError, "", `It takes ${what} for a lock`);
  }
});

test("[1] of two releases of one acquire, one throws", () =>
  everySchedule({
    shared: () => {
      const lock = new Lock();
      lock.acquire();
      return { lock: lock.buffer };
    },
    threads: 2,
    run: ({ lock }) => releaseFails(Lock.attach(lock)),
    after({ lock }, failed) {
      assertEquals(failed.filter(Boolean).length, 1, "One release is one too many: it must throw");
      assertFalse(Lock.attach(lock).locked, "The lock must be free after the right release");
    },
  }));

function releaseFails(lock: Lock | RLock): boolean {
  try {
    lock.release();
    return false;
  } catch (error) {
    if (error instanceof LockError) return true;
    throw error;
  }
}

test("[1] a wrong release disturbs nobody", () =>
  everySchedule({
    shared: oneLock,
    threads: {
      wrong: ({ lock }) => releaseFails(Lock.attach(lock)),
      taker({ lock }) {
        const taken = Lock.attach(lock).acquire({ blocking: false });
        assert(taken, "The lock was free, and a release that throws must leave no trace of itself");
      },
    },
    after({ lock }, [hasThrown]) {
      const { locked } = Lock.attach(lock);
      assertEquals(locked, hasThrown, "Either the release threw, or it freed the lock");
    },
  }));

// -- [2] who finds it held sleeps until the release --

test("[2] two threads are never inside the lock at once", () => {
  const proof = everySchedule({
    shared: () => ({ ...oneLock(), hits: cells(1) }),
    threads: 2,
    run: insideTheLock,
    after: ({ lock, hits }) => {
      assertEquals(hits[0], 2, "An update was lost: expected 2 hits");
      assertFalse(Lock.attach(lock).locked, "Everybody has released, but the lock is not free");
    },
  });
  assert(proof.complete, proof.sentence);
  return proof;
});

function insideTheLock(
  { lock, hits }: { lock: SharedArrayBuffer; hits: Int32Array },
  thread: VirtualThread,
) {
  const mine = Lock.attach(lock);
  mine.acquire();
  thread.inside("the lock", () => hits[0]++);
  mine.release();
}

test("[2] a thread that waits is woken by the release", () => {
  const shared = () => {
    const lock = new Lock();
    lock.acquire();
    return { lock: lock.buffer };
  };
  return everySchedule({
    shared,
    threads: {
      holder: ({ lock }) => Lock.attach(lock).release(),
      waiter: ({ lock }) => {
        assertEquals(Lock.attach(lock).acquire(), true);
      },
    },
    after: ({ lock }) =>
      assert(Lock.attach(lock).locked, "The waiter has the lock, yet it is free"),
  });
});

test("[2] no thread is left asleep when the lock is free", () => {
  const proof = everySchedule({
    shared: oneLock,
    threads: 3,
    run({ lock }, thread) {
      const mine = Lock.attach(lock);
      mine.acquire();
      thread.inside("the lock", () => {});
      mine.release();
    },
    after: ({ lock }) => assertFalse(Lock.attach(lock).locked, "The lock must be free at the end"),
  });
  assertEquals(proof.mostInside["the lock"], 1);
  return proof;
});

test("[2] a thread that is woken for no reason does not get in", () =>
  everySchedule({
    shared: oneLock,
    threads: 2,
    strayNotifies: 2,
    run({ lock }, thread) {
      const mine = Lock.attach(lock);
      mine.acquire();
      thread.inside("the lock", () => {});
      mine.release();
    },
  }));

test("[2] another thread may release the lock", () =>
  everySchedule({
    shared: () => ({ ...oneLock(), taken: cells(1) }),
    threads: {
      taker({ lock, taken }) {
        const mine = Lock.attach(lock);
        mine.acquire();
        Atomics.store(taken, 0, 1);
        Atomics.notify(taken, 0);
        mine.acquire();
      },
      other({ lock, taken }) {
        Atomics.wait(taken, 0, 0);
        Lock.attach(lock).release();
      },
    },
    after: ({ lock }) => assert(Lock.attach(lock).locked, "The second acquire must have the lock"),
  }));

test("[2] the end of a hold is a release, and throws if the lock is free already", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    assertThrows(() => {
      using _held = mine.hold();
      mine.release();
    }, LockError);
  }));

testWaiting(2, aLock);

testWithPermission("[2] four Workers count to 40,000 under the lock", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/counting.ts", import.meta.url),
  );
  assertFalse(timedOut, "The Workers did not finish: one of them seems to sleep for ever");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "40000\n", "4 Workers × 10,000 increments under the lock make 40,000");
});

testWithPermission("[2] Workers overlap outside of the lock and never inside", async () => {
  const { code, stdout, stderr, timedOut } = await runProgram(
    new URL("./fixtures/overlap.ts", import.meta.url),
  );
  assertFalse(timedOut, "The Workers did not finish: one of them seems to sleep for ever");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "outside 2, inside 1\n", "The most Workers at once outside and inside");
});

// -- [3] a wait may have an end --

test("[3] a thread that takes its lock again waits for itself", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    mine.acquire();
    const again = mine.acquire({ timeout: 50 });
    assertEquals(again, false, "A Lock has no owner: the thread that holds it must wait as well");
  }));

test("[3] a lock prints whether it is locked", () =>
  alone(oneLock, ({ lock }) => {
    const mine = Lock.attach(lock);
    const seen = Lock.attach(lock);
    assertEquals(String(seen), "Lock(free)");
    mine.acquire();
    assertEquals(String(seen), "Lock(locked)");
    mine.acquire({ timeout: 1 });
    assertEquals(String(seen), "Lock(locked)", "Somebody has waited for it, and it is still held");
    mine.release();
    assertEquals(String(mine), "Lock(free)");
    assertEquals(String(seen), "Lock(free)");
  }));

test("[3] a thread that gives up leaves nothing behind", () =>
  everySchedule({
    shared: oneLock,
    threads: {
      holder({ lock }, thread) {
        const mine = Lock.attach(lock);
        mine.acquire();
        thread.inside("the lock", () => {});
        mine.release();
      },
      waiter({ lock }, thread) {
        const mine = Lock.attach(lock);
        if (!mine.acquire({ timeout: 10 })) return;
        thread.inside("the lock", () => {});
        mine.release();
      },
    },
    after({ lock }) {
      const mine = Lock.attach(lock);
      assertFalse(mine.locked, "Everybody is gone, but the lock is not free");
      assert(mine.acquire({ blocking: false }), "Everybody is gone, but the lock cannot be taken");
      assertFalse(mine.acquire({ timeout: 1 }), "The lock was taken twice");
    },
  }));

test("[3] a free lock is refused to nobody", () =>
  everySchedule({
    shared() {
      const lock = new Lock();
      lock.acquire();
      return { lock: lock.buffer };
    },
    threads: {
      // Frees the lock, and takes it again at once if it can.
      holder({ lock }) {
        const mine = Lock.attach(lock);
        mine.release();
        return mine.acquire({ blocking: false });
      },
      waiter: ({ lock }) => Lock.attach(lock).acquire({ timeout: 10 }),
    },
    after(_, results) {
      assert(results.includes(true), "The lock was free, two asked for it, and nobody got it");
    },
  }));

testTimeouts(3, aLock);

// -- [4] the owner of an RLock takes it again --

test("[4] a new RLock is free and nobody's", () => {
  const rlock = new RLock({ owner: 1 });
  assertEquals([rlock.locked, rlock.isOwned, rlock.depth], [false, false, 0]);
});

test("[4] an RLock without an owner belongs to the current thread", () => {
  const rlock = new RLock();
  rlock.acquire();
  const { id } = currentThread();
  for (const view of [RLock.attach(rlock.buffer), RLock.attach(rlock.buffer, { owner: id })]) {
    assert(view.isOwned, "A second view in the same thread is the owner as well");
  }
  rlock.release();
});

test("[4] an owner that is no identity is refused", () => {
  const { buffer } = new RLock({ owner: 1 });
  for (const owner of [0, NaN, 1.5, 2 ** 31, -(2 ** 31) - 1, Infinity, -Infinity]) {
    const sentence = owner === 0
      ? "Owner 0 must be refused: it is what the owner of a free lock reads as"
      : `Owner ${owner} must be refused: it is no integer of 32 bits`;
    assertThrows(() => new RLock({ owner }), RangeError, "", sentence);
    assertThrows(() => RLock.attach(buffer, { owner }), RangeError, "", sentence);
  }
});

test("[4] every integer of 32 bits except 0 is an owner", () =>
  alone(() => ({ buffer: new RLock({ owner: 1 }).buffer }), ({ buffer }) => {
    for (const owner of [-1, -(2 ** 31), 2 ** 31 - 1]) {
      const mine = RLock.attach(buffer, { owner });
      mine.acquire();
      assert(mine.isOwned, `The owner is ${owner}`);
      assertEquals(String(mine), `RLock(locked, owner ${owner}, depth 1)`);
      mine.release();
    }
  }));

test("[4] RLock.attach refuses what is no RLock", () => {
  const { buffer } = new RLock({ owner: 1 });
  const view = RLock.attach(buffer, { owner: 1 });
  assertStrictEquals(view.buffer, buffer, "`buffer` is what other threads need");
  for (const [what, wrong] of Object.entries(notOfALock)) {
    const taken = `It takes ${what} for an RLock`;
    assertThrows(() => RLock.attach(wrong, { owner: 1 }), TypeError, "", taken);
  }
  const other = "Seen as a lock of the other kind, it would have another meaning";
  assertThrows(() => Lock.attach(buffer), TypeError, "", other);
  assertThrows(() => RLock.attach(new Lock().buffer, { owner: 1 }), TypeError, "", other);
});

test("[4] two views of one owner count one depth", () =>
  alone(oneRLock, ({ rlock }) => {
    const [one, two] = [1, 2].map(() => RLock.attach(rlock, { owner: 1 }));
    one.acquire();
    two.acquire();
    assertEquals([one.depth, two.depth], [2, 2], "All state must live in the shared buffer");
    one.release();
    assertEquals([one.locked, two.depth], [true, 1]);
    two.release();
    assertFalse(one.locked, "After as many releases it is free, whichever view made them");
  }));

test("[4] the owner of an RLock takes it again without waiting", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    assertEquals(mine.acquire(), true);
    assertEquals(mine.acquire(), true, "The owner must get its lock again");
    assertEquals(mine.acquire({ blocking: false }), true, "Also without blocking");
    assertEquals(mine.acquire({ timeout: 5 }), true, "Also with a timeout");
    assertEquals(mine.depth, 4, "Four acquires make a depth of 4");
  }));

test("[4] an RLock needs as many releases as acquires", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    const other = RLock.attach(rlock, { owner: 2 });
    mine.acquire();
    mine.acquire();
    mine.release();
    assertEquals(mine.locked, true, "Two acquires and one release: the RLock must still be held");
    assertEquals(other.acquire({ blocking: false }), false, "Nobody else may have it yet");
    mine.release();
    assertEquals(mine.locked, false, "Two acquires and two releases: the RLock must be free");
    assertEquals(other.acquire({ blocking: false }), true, "Now another thread may have it");
  }));

test("[4] isOwned and depth speak of the thread that asks", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    const other = RLock.attach(rlock, { owner: 2 });
    mine.acquire();
    mine.acquire();
    assertEquals([mine.isOwned, mine.depth], [true, 2]);
    assertEquals([other.isOwned, other.depth], [false, 0], "The other thread owns nothing");
    assertEquals(other.locked, true, "Yet it sees that the RLock is held");
    assertStringIncludes(`${other}`, "depth 2");
  }));

test("[4] release by a thread that is not the owner throws and changes nothing", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    const other = RLock.attach(rlock, { owner: 2 });
    assertThrows(() => mine.release(), LockError, "", "release of a free RLock");
    mine.acquire();
    assertThrows(() => other.release(), LockError, "", "release by another thread");
    assertEquals([mine.depth, mine.locked], [1, true], "The owner must not notice");
    mine.release();
    assertThrows(() => mine.release(), LockError, "", "one release too many");
    assertEquals([mine.depth, mine.locked], [0, false]);
  }));

// -- [5] an RLock is waited for, and freed from any depth --

test("[5] two threads are never inside an RLock at once", () =>
  everySchedule({
    shared: () => ({ ...oneRLock(), hits: cells(1) }),
    threads: 2,
    run({ rlock, hits }, thread) {
      const mine = RLock.attach(rlock, { owner: thread.id });
      mine.acquire();
      mine.acquire();
      mine.release();
      thread.inside("the RLock", () => hits[0]++);
      mine.release();
    },
    after({ rlock, hits }) {
      assertEquals(hits[0], 2, "An update was lost: expected 2 hits");
      assertFalse(RLock.attach(rlock, { owner: 9 }).locked, "The RLock must be free at the end");
    },
  }));

test("[5] a thread never takes the RLock of another for its own", () =>
  everySchedule({
    shared: oneRLock,
    threads: {
      owner({ rlock }) {
        const mine = RLock.attach(rlock, { owner: 1 });
        mine.acquire();
        assertEquals([mine.isOwned, mine.depth], [true, 1], "The owner must know that it is");
        mine.release();
      },
      stranger({ rlock }, thread) {
        const mine = RLock.attach(rlock, { owner: 2 });
        assertEquals([mine.isOwned, mine.depth], [false, 0], "It has taken nothing");
        assert(releaseFails(mine), "It owns nothing, so its release must throw");
        if (!mine.acquire({ blocking: false })) {
          assertEquals(
            [mine.isOwned, mine.depth],
            [false, 0],
            "acquire said no, yet it owns the lock",
          );
          return;
        }
        thread.inside("the RLock", () => {});
        mine.release();
      },
    },
  }));

const anRLock: Member = {
  name: "RLock",
  make: () => new RLock({ owner: 99 }).buffer,
  attach: (buffer, thread) => RLock.attach(buffer, { owner: thread.id }),
};

testWaiting(5, anRLock);
testTimeouts(5, anRLock);

test("[5] hold works on an RLock at every depth", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    {
      using _outer = mine.hold();
      {
        using _inner = mine.hold();
        assertEquals(mine.depth, 2);
      }
      assertEquals(mine.depth, 1, "The inner block must release one level only");
    }
    assertEquals(mine.locked, false);
    assertThrows(
      () => {
        using _held = mine.hold();
        mine.release();
      },
      LockError,
      "",
      "The end of a hold is a release, and throws if the RLock is free already",
    );
  }));

test("[5] an RLock refuses a timeout that makes no sense, and gives up in time", () => {
  const run = ({ rlock }: { rlock: SharedArrayBuffer }, thread: VirtualThread) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    const other = RLock.attach(rlock, { owner: 2 });
    for (const timeout of [-1, NaN]) assertThrows(() => mine.acquire({ timeout }), RangeError);
    assertThrows(() => mine.acquire({ blocking: false, timeout: 5 }), RangeError);
    mine.acquire();
    for (const options of [{ timeout: -1 }, { blocking: false, timeout: 5 }]) {
      assertThrows(() => mine.acquire(options), RangeError, "", "Its owner is told as well");
    }
    assertEquals(mine.depth, 1, "An acquire that throws takes no level");
    assertEquals(other.acquire({ timeout: 30 }), false);
    assertEquals(
      Math.round(thread.now()),
      30,
      "acquire({ timeout: 30 }) took that many milliseconds",
    );
  };
  return everySchedule({ shared: oneRLock, threads: 1, timers: "quiet", run });
});

test("[5] releaseAll frees an RLock from any depth, and restore goes back there", () =>
  alone(oneRLock, ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    const other = RLock.attach(rlock, { owner: 2 });
    assertThrows(() => mine.releaseAll(), LockError);
    for (let i = 0; i < 3; i++) mine.acquire();
    assertThrows(() => other.releaseAll(), LockError, "", "releaseAll by another thread");
    assertEquals([mine.depth, mine.locked], [3, true], "The owner must not notice");
    const depth = mine.releaseAll();
    assertEquals(mine.locked, false, "releaseAll must free the lock at once");
    assertEquals([mine.isOwned, mine.depth], [false, 0], "Who has released it all owns nothing");
    assertThrows(() => mine.release(), LockError);
    assertThrows(() => mine.releaseAll(), LockError);
    assertEquals(other.acquire({ blocking: false }), true);
    assertFalse(mine.acquire({ blocking: false }), "It is the other's now");
    other.release();
    mine.restore(depth);
    assertEquals([mine.depth, mine.isOwned], [3, true], "restore must bring all three levels back");
  }));

test("[5] releaseAll wakes who waits, and restore waits for its turn", () => {
  const restorer = ({ rlock }: { rlock: SharedArrayBuffer }, thread: VirtualThread) => {
    const mine = RLock.attach(rlock, { owner: 1 });
    mine.acquire();
    mine.acquire();
    const depth = mine.releaseAll();
    mine.restore(depth);
    thread.inside("the RLock", () => {});
    assertEquals(mine.depth, 2, "restore must bring the levels back");
    mine.releaseAll();
  };
  const other = ({ rlock }: { rlock: SharedArrayBuffer }, thread: VirtualThread) => {
    const mine = RLock.attach(rlock, { owner: thread.id });
    assert(mine.acquire(), "acquire without a limit returns true");
    thread.inside("the RLock", () => {});
    assertEquals(mine.depth, 1, "The depth is the owner's own");
    mine.release();
  };
  const proof = everySchedule({ shared: oneRLock, threads: { restorer, other }, strayNotifies: 1 });
  assertFalse(proof.spun, "restore went round and round a loop: let it sleep, as acquire does");
  return everySchedule({
    shared: oneRLock,
    threads: { restorer, other, third: other },
    maxStates: 50_000,
  });
});

test("[5] the depth of an RLock has no small limit", () => {
  const mine = new RLock({ owner: 1 });
  for (let i = 0; i < 70_000; i++) mine.acquire();
  assertEquals(mine.depth, 70_000);
  for (let i = 0; i < 70_000; i++) mine.release();
  assertFalse(mine.locked, "After as many releases it is free");
  const deep = 2 ** 20 + 3;
  mine.restore(deep);
  assertEquals([mine.depth, mine.releaseAll()], [deep, deep]);
});

test("[5] an RLock prints its owner and depth, whoever asks", () =>
  alone(() => ({ rlock: new RLock({ owner: 1 }).buffer }), ({ rlock }) => {
    const mine = RLock.attach(rlock, { owner: 7 });
    const other = RLock.attach(rlock, { owner: 8 });
    assertEquals(String(other), "RLock(free)");
    mine.acquire();
    mine.acquire();
    assertEquals(String(other), "RLock(locked, owner 7, depth 2)");
    mine.releaseAll();
    assertEquals(String(other), "RLock(free)");
  }));

testWhatToFixFirst();
