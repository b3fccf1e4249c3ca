import {
  assert,
  assertEquals,
  assertFalse,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertLessOrEqual,
  assertMatch,
} from "@std/assert";
import {
  assertThrows,
  type Hand,
  isThere,
  ownTemporaryFiles,
  soon,
  temporaryFolder,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { Process } from "#solutions/processes/processes.ts";
import { quietModule, startHand } from "./fixtures/hands.ts";
import { ProcessLock, ProcessLockError, ProcessRLock, ProcessSemaphore } from "./process_locks.ts";

const still = { blocking: false };
const asleep = "It sleeps for ever, though the lock is free";
const waitsAnyway = "It waits, though it was told not to: blocking is false";
const nap = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const errorOf = (promise: Promise<unknown>) =>
  soon(promise.then(() => undefined, (e) => e), asleep);

/** Waits until all that the child was told has been begun. */
const begun = (hand: Hand<Process>) => hand.ask("hand", "ping");

/** A folder of this test alone, with a place for the file of a lock. */
async function lockFolder(): Promise<AsyncDisposable & { path: string; lock: string }> {
  const folder = await temporaryFolder();
  return { ...folder, lock: `${folder.path}/lock` };
}

const namesIn = (path: string) => Array.from(Deno.readDirSync(path), ({ name }) => name);

/** Whether somebody else could take it now. */
async function isFree(path: string): Promise<boolean> {
  using file = await Deno.open(path, { read: true, write: true });
  return file.tryLockSync(true);
}

/** Whether somebody waits for a file in the folder in the queue of the kernel, which Linux shows. */
function isAwaited(folder: string): boolean {
  if (Deno.build.os !== "linux") return true;
  // Deno itself reads it only with all permissions.
  const { stdout } = new Deno.Command("cat", { args: ["/proc/locks"] }).outputSync();
  const waiting = new TextDecoder().decode(stdout).match(/^.* -> .*$/gm) ?? [];
  return filesBelow(folder).some((file) => {
    const { ino } = Deno.statSync(file);
    return waiting.some((line) => line.includes(`:${ino} `));
  });
}

/** How many threads of the system a child has, which Linux tells. */
function threadsOf({ process }: Hand<Process>): number {
  if (Deno.build.os !== "linux") return 0;
  const args = [`/proc/${process.pid}/status`];
  const { stdout } = new Deno.Command("cat", { args }).outputSync();
  return Number(new TextDecoder().decode(stdout).match(/^Threads:\s*(\d+)/m)![1]);
}

/** So many tasks of a child wait, and nothing else has been begun there since it had so many threads. */
function assertFewThreads(hand: Hand<Process>, waiting: number, before: number): void {
  const more = threadsOf(hand) - before;
  const each = `${waiting} tasks of one process wait, and it has ${more} threads of the system ` +
    "more: whoever waits has one. Let them stand in a queue, and one of them ask";
  assertLess(more, waiting, each);
}

function filesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

/** The file, locked by a program that knows nothing of our classes. */
function lockedFile(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  file.lockSync(true);
  return file;
}

type Locking = ProcessLock | ProcessRLock | ProcessSemaphore;

/** It, closed at the end of the block. A test that has failed has told why: nobody need hear who still waits. */
function closing<Closable extends Locking>(it: Closable) {
  const close = () => {
    try {
      it.close();
    } catch {
      // Somebody waits for it.
    }
  };
  return Object.defineProperty(it, Symbol.dispose, { value: close });
}

let probed: Promise<void> | undefined;

/** A test in which somebody waits: in this process only if that does not block it, or nobody could end it. */
function testWaits(name: string, body: () => Promise<void>): void {
  testWithPermission(name, async () => {
    await (probed ??= probe());
    await body();
  });
}

async function probe(): Promise<void> {
  await using folder = await lockFolder();
  using _held = lockedFile(folder.lock);
  using _written = closing(new ProcessLock(folder.lock)); // If not, a child would print a stack.
  await using ben = await startHand({ made: { lock: ["ProcessLock", folder.lock] } });
  for (const options of [still, { timeout: 1 }, {}]) {
    void ben.tell("lock", "acquire", options);
    await begun(ben);
  }
}

// -- [1] who finds it free takes it --

testWithPermission("[1] a new lock is free, is taken, and is free again", async () => {
  using lock = closing(new ProcessLock());
  assertEquals(lock.isHeld, false, "Nobody has taken it yet");
  for (let round = 1; round <= 3; round++) {
    assertEquals(await soon(lock.acquire(), asleep), true, `Round ${round}: acquire has it: true`);
    assertEquals(lock.isHeld, true);
    lock.release();
    assertEquals(lock.isHeld, false);
  }
});

testWaits("[1] two objects of one lock exclude each other, in one process too", async () => {
  await using folder = await lockFolder();
  using anna = closing(new ProcessLock(folder.lock));
  using ben = closing(new ProcessLock(folder.lock));
  await anna.acquire();
  const two =
    "Two were inside at once. Each object opens the file for itself, as the kernel does not keep " +
    "apart who uses the same one, and asks for an exclusive lock: true";
  assertEquals(await soon(ben.acquire(still), waitsAnyway), false, two);
  assertEquals([anna.isHeld, ben.isHeld], [true, false]);
  anna.release();
  assertEquals(await soon(ben.acquire(still), waitsAnyway), true, "It is free");
  assertEquals(await soon(anna.acquire(still), waitsAnyway), false, two);
  ben.release();
});

testWaits("[1] two locks without a path are two locks", async () => {
  using anna = closing(new ProcessLock());
  using ben = closing(new ProcessLock());
  await anna.acquire();
  assertEquals(await soon(ben.acquire(still), waitsAnyway), true, "Each new lock is its own");
});

testWaits("[1] a lock of a path is the kernel's lock on that file, for every program", async () => {
  await using folder = await lockFolder();
  await Deno.writeTextFile(folder.lock, "12 buns");
  using lock = closing(new ProcessLock(folder.lock));
  assertEquals(await Deno.readTextFile(folder.lock), "12 buns", "What is in it is not the lock's");
  assert(await isFree(folder.lock), "A new lock is free");
  await lock.acquire();
  assertFalse(await isFree(folder.lock), "Another program can lock the file that is held");
  lock.release();
  const other = lockedFile(folder.lock);
  assertEquals(
    await soon(lock.acquire(still), waitsAnyway),
    false,
    "Another program has locked it",
  );
  other.close();
  lock.close();
  assertEquals(namesIn(folder.path), ["lock"], "The file stays: others may know its name");
  const missing = `${folder.path}/no/such/folder/lock`;
  assertThrows(() => new ProcessLock(missing), Deno.errors.NotFound);
});

testWaits("[1] a release by who does not hold it is refused, and changes nothing", async () => {
  await using folder = await lockFolder();
  using anna = closing(new ProcessLock(folder.lock));
  using ben = closing(new ProcessLock(folder.lock));
  const mistake = "A release too many is a mistake, and nobody would see it";
  assertThrows(() => anna.release(), ProcessLockError, "", mistake);
  await anna.acquire();
  assertThrows(() => ben.release(), ProcessLockError, "", "Ben does not hold it");
  assertFalse(await isFree(folder.lock), "Ben has freed what anna holds");
  anna.release();
  assertThrows(() => anna.release(), ProcessLockError, "", mistake);
  assertEquals(await soon(ben.acquire(still), waitsAnyway), true, "It can still be taken");
});

testWaits("[1] options that make no sense are refused, and nothing is taken", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const senseless = [{ timeout: -1 }, { timeout: NaN }, { blocking: false, timeout: 5 }];
  for (const options of senseless) {
    const error = await errorOf(lock.acquire(options));
    assertInstanceOf(error, RangeError, `acquire(${JSON.stringify(options)}) rejects`);
  }
  assert(await isFree(folder.lock), "A refused acquire must not take it");
});

testWaits("[1] hold releases at the end of the block, also when the block throws", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  for (const fails of [false, true]) {
    const work = async () => {
      await using _held = await lock.hold();
      assertFalse(await isFree(folder.lock), "hold() has taken it");
      if (fails) throw new SyntaxError("work failed");
    };
    const error = await errorOf(work());
    assertEquals(error?.message, fails ? "work failed" : undefined, "The error must pass");
    assert(await isFree(folder.lock), "After the block it must be free");
  }
});

testWaits("[1] what hold gives releases once, however often it is disposed", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const first = await soon(lock.hold(), asleep);
  await first[Symbol.asyncDispose]();
  const second = await soon(lock.hold(), asleep);
  await first[Symbol.asyncDispose]();
  assertFalse(await isFree(folder.lock), "The first holder has released what the second one holds");
  await second[Symbol.asyncDispose]();
});

testWaits("[1] a closed lock is free, and refuses to be used", async () => {
  await using folder = await lockFolder();
  const lock = new ProcessLock(folder.lock);
  await lock.acquire();
  lock.close();
  assert(await isFree(folder.lock), "Who closes it holds it no more");
  assertEquals(lock.isHeld, false);
  lock.close();
  {
    using again = new ProcessLock(folder.lock);
    await again.acquire();
  }
  assert(await isFree(folder.lock), "The end of a `using` block closes it");
  assertInstanceOf(await errorOf(lock.acquire()), ProcessLockError, "acquire rejects");
  assertThrows(() => lock.release(), ProcessLockError);
});

testWithPermission("[1] a lock says what it is", async () => {
  using lock = closing(new ProcessLock());
  assertEquals(String(lock), "ProcessLock(not held)");
  await lock.acquire();
  assertEquals(String(lock), "ProcessLock(held)");
});

// -- [2] it goes to other processes --

testWaits("[2] a lock is an argument of a process, and is the same lock there", async () => {
  using lock = closing(new ProcessLock());
  await using ben = await startHand({ given: { lock } });
  assertEquals(await soon(ben.tell("lock", "acquire"), asleep), true);
  const copy = "The child has a lock of its own, not this one";
  assertEquals(await soon(lock.acquire(still), waitsAnyway), false, copy);
  await ben.tell("lock", "release");
  assertEquals(await soon(lock.acquire(still), waitsAnyway), true, "It is free");
  assertEquals(await soon(ben.tell("lock", "acquire", still), waitsAnyway), false, copy);
  const error = await errorOf(ben.tell("lock", "release"));
  assertEquals(error?.name, "ProcessLockError", "This process holds it, not the child");
});

testWaits("[2] a lock of a path travels as well", async () => {
  await using folder = await lockFolder();
  await Deno.writeTextFile(folder.lock, "12 buns");
  using lock = closing(new ProcessLock(folder.lock));
  await using ben = await startHand({ given: { lock } });
  await soon(ben.tell("lock", "acquire"), asleep);
  assertFalse(await isFree(folder.lock), "The child has another file");
  assertEquals(await soon(lock.acquire(still), waitsAnyway), false);
  const kept = await Deno.readTextFile(folder.lock);
  assertEquals(kept, "12 buns", "What is in the file is not the lock's: a child has emptied it");
});

testWaits("[2] a path names the same file wherever its process has gone since", async () => {
  await using folder = await lockFolder();
  await Deno.mkdir(`${folder.path}/of_the_till`);
  using lock = closing(within(folder.path, () => new ProcessLock("of_the_till/lock")));
  const relative =
    "The child looks for the file where it is itself. A path like 'lock' says where a file is only " +
    "together with the folder of a process: keep the whole one, as Deno.realPathSync gives it";
  await using ben = await startHand({ given: { lock } }, relative);
  await soon(ben.tell("lock", "acquire"), asleep);
  assertFalse(await isFree(`${folder.path}/of_the_till/lock`), relative);
});

/** Makes something while this process is in a folder. */
function within<T>(folder: string, make: () => T): T {
  const before = Deno.cwd();
  Deno.chdir(folder);
  try {
    return make();
  } finally {
    Deno.chdir(before);
  }
}

testWaits("[2] a child that has ended takes nothing with it: its maker has the lock", async () => {
  using lock = closing(new ProcessLock());
  {
    await using ben = await startHand({ given: { lock } });
    await ben.ends();
  }
  const removed =
    "A child has removed the lock of its maker when it ended. It took itself for the " +
    "last one: does the maker keep the shared lock that says that it is there?";
  await using carl = await startHand({ given: { lock } }, removed);
  await soon(carl.tell("lock", "acquire"), asleep);
  assertEquals(await soon(lock.acquire(still), waitsAnyway), false, removed);
});

/** Starts a child that is to take the lock once, lets it go beforehand, and returns the child's error. */
async function errorOfLate(lock: Locking, file: string, letGo: () => void): Promise<Error> {
  const late = new Process({ module: quietModule, target: "takeOnce", args: [lock, file] });
  late.start();
  letGo();
  const error = await errorOf(late.result());
  const another = "The child came when the lock was gone. If it makes a new one it excludes nobody";
  assertFalse(isThere(file), another);
  assertInstanceOf(error, Error, "The child must fail, and not go on without the lock");
  return error;
}

testWithPermission("[2] a lock that all have closed is gone: nobody gets another one", async () => {
  await using folder = await lockFolder();
  const lock = new ProcessLock();
  const error = await errorOfLate(lock, `${folder.path}/taken`, () => lock.close());
  assertEquals(error.name, "ProcessLockError", `${error}`);
});

testWithPermission("[2] who is given a lock of a path never makes its file", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  await errorOfLate(lock, `${folder.path}/taken`, () => Deno.removeSync(folder.lock));
  const made = "The child has made the file again, and has a lock of its own: open it, and no more";
  assertEquals(namesIn(folder.path), [], made);
});

testWithPermission("[2] a lock does not travel as a clone, nor when it is closed", async () => {
  const lock = new ProcessLock();
  assertThrows(() => structuredClone(lock), DOMException, "", "The clone would be an empty shell");
  lock.close();
  const start = () => new Process({ module: quietModule, target: "serve", args: [lock] }).start();
  assertThrows(start, ProcessLockError, "", "A closed lock cannot be given away");
  await nap(0);
});

// -- [3] who finds it held waits for the release --

testWaits("[3] who waits sleeps until the release, and then has it", async () => {
  using lock = closing(new ProcessLock());
  await using ben = await startHand({ given: { lock } });
  for (let round = 1; round <= 2; round++) {
    await lock.acquire();
    let hasIt = false;
    const waiting = ben.tell("lock", "acquire").then((value) => {
      hasIt = true;
      return value;
    });
    await begun(ben);
    await nap(30);
    assertFalse(hasIt, "It must wait until the lock is released");
    lock.release();
    assertEquals(await soon(waiting, asleep), true, "acquire without a limit resolves to true");
    assertEquals(
      await soon(lock.acquire(still), waitsAnyway),
      false,
      "The one who waited has it now",
    );
    await ben.tell("lock", "release");
  }
});

testWaits("[3] who waits does not ask again and again", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  await lock.acquire();
  await using ben = await startHand({ given: { lock } });
  void ben.tell("lock", "acquire");
  await waitsInPeace(ben, folder.path);
});

/** Looks for a while at what a child does that only waits for the file, or for those in the folder. */
async function waitsInPeace(hand: Hand<Process>, folder: string): Promise<void> {
  await begun(hand);
  await nap(100); // Somebody who asks for it may have to be started first.
  const before = await hand.tell("hand", "counts");
  const used = await hand.tell("hand", "used");
  await nap(200);
  const after = await hand.tell("hand", "counts");
  const again =
    "A fifth of a second with nothing new. Do not ask the system again and again: let it tell you";
  assertLessOrEqual(after.asked - before.asked, 2, again);
  const awake =
    "Its timers have gone off again and again meanwhile. What does not fit in 32 bits is " +
    "over at once, and so is what is left of it";
  assertLessOrEqual(after.rung - before.rung, 2, awake);
  const burnt = await hand.tell("hand", "used") - used;
  assertLess(burnt, 100, "Who waits uses the processor: milliseconds of 200");
  await until(() => isAwaited(folder), "The system knows nobody who waits: let it wake who does");
}

testWaits("[3] many who wait in one process stand in a queue, and one of them asks", async () => {
  using lock = closing(new ProcessLock());
  await using ben = await startHand({ given: { lock } });
  await lock.acquire();
  const threads = threadsOf(ben);
  const order: number[] = [];
  const turns = Array.from({ length: 100 }, async (_, i) => {
    assertEquals(await ben.tell("lock", "acquire"), true);
    order.push(i);
    await ben.tell("lock", "release");
  });
  void Promise.allSettled(turns); // What fails first tells why, and not who is left waiting.
  await begun(ben);
  const { asking } = await ben.tell("hand", "counts");
  const each =
    "Each question that is open occupies a thread of the system: a hundred wait, and one asks";
  assertLessOrEqual(asking, 1, each);
  assertFewThreads(ben, 100, threads);
  assertEquals(await ben.tell("lock", "toString"), "ProcessLock(not held, 100 waiting)");
  lock.release();
  await soon(Promise.all(turns), "Somebody in the queue sleeps for ever");
  assertEquals(
    order.join(" "),
    order.toSorted((a, b) => a - b).join(" "),
    "First come, first served",
  );
  assertEquals(await soon(lock.acquire(still), waitsAnyway), true, "All have given it back");
});

testWaits("[3] another program has its turn, however many of this one wait", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  await lock.acquire();
  using file = await Deno.open(folder.lock, { read: true, write: true });
  let isOver = false;
  const turn = file.lock(true).then(() => {
    isOver = true;
    file.unlockSync();
  });
  await until(() => isAwaited(folder.path), "The other program does not wait for the file");
  const again = async () => {
    while (!isOver) {
      await using _held = await lock.hold();
      await nap(0);
    }
  };
  const tasks = [again(), again()]; // So there is always one of this program that waits.
  lock.release();
  const starves =
    "Another program waits for the lock, and two tasks of this one hand it to each other for ever: " +
    "a release must free it, and who is next is for the kernel to say";
  try {
    await soon(Promise.race([turn, Promise.all(tasks)]), starves);
  } finally {
    isOver = true;
  }
  await soon(Promise.all([turn, ...tasks]), asleep);
});

testWaits("[3] who holds it and takes it again waits for its own release", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  await lock.acquire();
  assertEquals(
    await soon(lock.acquire(still), waitsAnyway),
    false,
    "A task of this process holds it",
  );
  let hasIt = false;
  const again = lock.acquire().then(() => hasIt = true);
  await nap(20);
  assertFalse(
    hasIt,
    "Two tasks of one process are inside: the system grants a file twice to one holder",
  );
  assertEquals(await soon(lock.acquire(still), waitsAnyway), false);
  lock.release();
  await soon(again, asleep);
  assertFalse(await isFree(folder.lock), "The second task holds it");
  lock.release();
  assert(await isFree(folder.lock));
});

testWaits("[3] a lock that somebody waits for cannot be closed here", async () => {
  using lock = closing(new ProcessLock());
  await lock.acquire();
  const waiting = lock.acquire();
  assertThrows(() => lock.close(), ProcessLockError, "", "Who waits would wait for ever");
  lock.release();
  assertEquals(await soon(waiting, asleep), true);
});

testWaits("[3] three processes add to the number in a file, and nothing is lost", async () => {
  await using folder = await lockFolder();
  const file = `${folder.path}/number`;
  await Deno.writeTextFile(file, "0");
  using lock = closing(new ProcessLock());
  await using anna = await startHand({ given: { lock } });
  await using ben = await startHand({ given: { lock } });
  await using carl = await startHand({ given: { lock } });
  const work = [anna, ben, carl].flatMap((one) =>
    [1, 2].map(() => one.tell("hand", "addUnder", "lock", file, 5))
  );
  await soon(Promise.all(work), "Somebody sleeps for ever: 6 tasks in 3 processes, and one lock");
  const total = await Deno.readTextFile(file);
  assertEquals(total, "30", "6 tasks have added 1 five times. Two were inside at once");
});

testWaits("[3] who has it gives it on, also when its maker has closed it", async () => {
  await using folder = await lockFolder();
  const lock = new ProcessLock();
  await using ben = await startHand({ given: { lock } });
  lock.close();
  const file = `${folder.path}/taken`;
  await soon(ben.tell("lock", "acquire"), asleep);
  await soon(ben.tell("hand", "passOn", "takeOnce", ["lock"], file), "It cannot be given on");
  await nap(100);
  assertEquals(namesIn(folder.path), [], "The third process has taken what the second one holds");
  await soon(ben.tell("lock", "release"), asleep);
  await until(
    () => namesIn(folder.path).length > 0,
    "The third process never gets the lock. Are its files gone? Two still have it",
  );
  await ben.ends("The child does not end");
});

// -- [4] a wait may have an end --

testWaits("[4] what is free is taken at once, whatever the limit", async () => {
  using lock = closing(new ProcessLock());
  const { signal } = new AbortController();
  const limits = [still, { timeout: 0 }, { timeout: 5 }, { timeout: 2 ** 40 }, {
    timeout: Infinity,
  }];
  for (const options of [...limits, { signal }, {}, { timeout: undefined }]) {
    assertEquals(await soon(lock.acquire(options), asleep), true, "It is free");
    lock.release();
  }
});

testWaits("[4] who gives up has waited that long, and resolves to false", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  using _other = lockedFile(folder.lock);
  for (const options of [still, { timeout: 0 }]) {
    assertEquals(await soon(lock.acquire(options), asleep), false, "Somebody else holds it");
  }
  const start = performance.now();
  assertEquals(await soon(lock.acquire({ timeout: 40.5 }), "It never gives up"), false);
  const waited = performance.now() - start;
  assertGreaterOrEqual(waited, 40.5, `It gave up after ${waited} of 40.5 milliseconds`);
});

testWaits("[4] a limit of many days or years is not over at once", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const other = lockedFile(folder.lock);
  const waiting = [2 ** 31, 2 ** 32 + 1, 2 ** 40].map((timeout) => lock.acquire({ timeout }));
  const first = await Promise.race([...waiting, nap(50).then(() => "all wait")]);
  assertEquals(first, "all wait", "Timers count in 32 bits: what is longer is over at once");
  other.close();
  for (const one of waiting) {
    assertEquals(await soon(one, asleep), true);
    lock.release();
  }
});

testWaits("[4] who may give up sleeps as well, for however long that is", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  await lock.acquire();
  for (const timeout of [60_000, 2 ** 40]) {
    await using ben = await startHand({ given: { lock } });
    void ben.tell("lock", "acquire", { timeout });
    await waitsInPeace(ben, folder.path);
  }
});

testWaits(
  "[4] many who may give up stand in one queue, and need not be as many threads",
  async () => {
    using lock = closing(new ProcessLock());
    await using ben = await startHand({ given: { lock } });
    await lock.acquire();
    const threads = threadsOf(ben);
    const turns = Array.from({ length: 30 }, async () => {
      assertEquals(await ben.tell("lock", "acquire", { timeout: 60_000 }), true);
      await ben.tell("lock", "release");
    });
    void Promise.allSettled(turns);
    await begun(ben);
    assertFewThreads(ben, 30, threads);
    lock.release();
    await soon(Promise.all(turns), "Somebody in the queue sleeps for ever");
  },
);

testWaits("[4] what is granted to who has given up is handed back", async () => {
  await using folder = await lockFolder();
  using impatient = closing(new ProcessLock(folder.lock));
  for (const limit of [{ timeout: 30 }, { signal: AbortSignal.timeout(30) }]) {
    const other = lockedFile(folder.lock);
    await errorOf(impatient.acquire(limit));
    assertEquals(impatient.isHeld, false);
    other.close();
    await until(
      () => {
        using file = Deno.openSync(folder.lock, { read: true, write: true });
        return file.tryLockSync(true);
      },
      "Who has given up got it later, and keeps it: nobody else ever does. A question to the system " +
        "cannot be called off, so somebody must hand back what comes",
    );
    assertEquals(impatient.isHeld, false, "Who has given up does not get it later");
  }
});

testWaits("[4] one who gives up disturbs nobody behind, nor the one who comes after", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const other = lockedFile(folder.lock);
  const impatient = lock.acquire({ timeout: 20 });
  const patient = lock.acquire();
  const middle = lock.acquire({ timeout: 30 });
  const last = lock.acquire();
  assertEquals(await soon(impatient, "It never gives up"), false);
  assertEquals(await soon(middle, "It never gives up"), false);
  other.close();
  assertEquals(await soon(patient, asleep), true);
  assertEquals(await soon(lock.acquire(still), waitsAnyway), false);
  lock.release();
  assertEquals(await soon(last, asleep), true);
  lock.release();
  assertEquals(await soon(lock.acquire(), "Somebody is left in the queue"), true);
});

testWaits("[4] who finds that somebody was quicker asks once more", async () => {
  await using folder = await lockFolder();
  const other = lockedFile(folder.lock);
  await using ben = await startHand({ made: { lock: ["ProcessLock", folder.lock] } });
  const waiting = ben.tell("lock", "acquire", { timeout: 60_000 });
  await ben.tell("hand", "overtake", folder.lock);
  other.close();
  const once =
    "It was free, somebody else had it for a moment, and nobody asks for it any more: it is free again";
  assertEquals(await soon(waiting, once), true);
});

testWaits(
  "[4] a limit that ends at the moment of the release: it is had, or it is free",
  async () => {
    await using folder = await lockFolder();
    using anna = closing(new ProcessLock(folder.lock));
    using ben = closing(new ProcessLock(folder.lock));
    await anna.acquire();
    for (let round = 1; round <= 10; round++) {
      const waiting = ben.acquire({ timeout: 15 });
      await nap(10 + round);
      anna.release();
      const hasIt = await soon(waiting, asleep);
      assertEquals(ben.isHeld, hasIt, "What acquire says is so");
      if (hasIt) ben.release();
      assertEquals(
        await soon(anna.acquire(), "It is lost: nobody holds it, nobody can take it"),
        true,
      );
    }
  },
);

testWaits("[4] an aborted signal ends the wait with its reason, and takes nothing", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const reason = new SyntaxError("the guest has left");
  const early = await errorOf(lock.acquire({ signal: AbortSignal.abort(reason) }));
  assertEquals(early, reason, "A signal that is aborted beforehand, though the lock is free");
  assert(await isFree(folder.lock), "It has been taken for a guest who had left");
  using _other = lockedFile(folder.lock);
  const controller = new AbortController();
  const waiting = errorOf(lock.acquire({ signal: controller.signal, timeout: 60_000 }));
  await nap(5);
  controller.abort(reason);
  assertEquals(await waiting, reason);
});

testWaits("[4] a signal has no listener left when the wait is over", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  const counted = (change: number, method: typeof addEventListener) =>
    function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
      listeners += change;
      const { signal: end } = typeof args[2] === "object" ? args[2] : {};
      end?.addEventListener("abort", () => listeners--);
      return method.apply(this, args);
    };
  Object.assign(signal, {
    addEventListener: counted(1, addEventListener),
    removeEventListener: counted(-1, removeEventListener as typeof addEventListener),
  });
  for (let i = 0; i < 3; i++) {
    await lock.acquire({ signal });
    assertEquals(await soon(lock.acquire({ signal, timeout: 5 }), "It never gives up"), false);
    const waiting = lock.acquire({ signal });
    lock.release();
    await soon(waiting, asleep);
    lock.release();
  }
  assertLessOrEqual(listeners, 0, "A signal may live for days, and each wait has left a listener");
});

// -- [5] an RLock, and a semaphore --

testWaits(
  "[5] who holds an RLock takes it again at once, and frees it at the last level",
  async () => {
    await using folder = await lockFolder();
    using lock = closing(new ProcessRLock(folder.lock));
    for (const [i, options] of [{}, { timeout: 5 }, still].entries()) {
      assertEquals(await soon(lock.acquire(options), "It waits for itself"), true);
      assertEquals(lock.depth, i + 1);
    }
    for (const depth of [2, 1]) {
      lock.release();
      assertEquals([lock.depth, lock.isHeld], [depth, true]);
      assertFalse(await isFree(folder.lock), `${depth} levels are left: it is not free yet`);
    }
    assertEquals(String(lock), "ProcessRLock(held, depth 1)");
    lock.release();
    assert(await isFree(folder.lock));
    assertThrows(() => lock.release(), ProcessLockError);
    assertEquals(String(lock), "ProcessRLock(not held)");
  },
);

testWaits("[5] an RLock is as deep as its owner likes", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessRLock(folder.lock));
  const levels = 2 ** 16 + 1;
  const down = async () => {
    for (let i = 0; i < levels; i++) await lock.acquire();
  };
  await soon(down(), "Its owner waits for itself, though it has not come to the last level");
  assertEquals(lock.depth, levels);
  for (let i = 1; i < levels; i++) lock.release();
  assertFalse(await isFree(folder.lock), "One level is left");
  lock.release();
  assert(await isFree(folder.lock));
});

testWaits("[5] an RLock keeps other processes out, and belongs to all tasks of one", async () => {
  using lock = closing(new ProcessRLock());
  await using ben = await startHand({ given: { lock } });
  await soon(ben.tell("lock", "acquire"), asleep);
  assertEquals(
    await soon(lock.acquire(still), waitsAnyway),
    false,
    "The child owns it, not this process",
  );
  assertEquals([lock.depth, lock.isHeld], [0, false], "Its depth is nobody else's");
  assertThrows(() => lock.release(), ProcessLockError);
  const tasks = [lock.acquire(), lock.acquire({ timeout: 60_000 }), lock.acquire()];
  await ben.tell("lock", "release");
  const all =
    "One task of this process has it, and the others wait for ever: the owner is the process";
  assertEquals(await soon(Promise.all(tasks), all), [true, true, true]);
  assertEquals(lock.depth, 3);
  lock.release();
  lock.release();
  assertEquals(
    await soon(ben.tell("lock", "acquire", still), waitsAnyway),
    false,
    "A level is left",
  );
  lock.release();
  assertEquals(await soon(ben.tell("lock", "acquire", { timeout: 60_000 }), asleep), true);
});

testWaits("[5] hold of an RLock nests", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessRLock(folder.lock));
  const outer = await soon(lock.hold(), asleep);
  const inner = await soon(lock.hold(), "It waits for itself");
  await inner[Symbol.asyncDispose]();
  await inner[Symbol.asyncDispose]();
  assertFalse(await isFree(folder.lock), "The outer block still holds it");
  await outer[Symbol.asyncDispose]();
  assert(await isFree(folder.lock));
});

testWithPermission("[5] a semaphore has as many permits as it says, 1 unless told", () => {
  const senseless = [0, -1, 1.5, NaN, 257, 2 ** 32 + 1, "2"] as number[];
  for (const value of senseless) {
    assertThrows(() => new ProcessSemaphore(value), RangeError, "", `${value} permits`);
  }
  using one = closing(new ProcessSemaphore());
  assertEquals(String(one), "ProcessSemaphore(0 held of 1)");
  using many = closing(new ProcessSemaphore(200));
  assertEquals(String(many), "ProcessSemaphore(0 held of 200)");
});

testWaits("[5] three permits let in three, of any process, and not a fourth", async () => {
  using stalls = closing(new ProcessSemaphore(3));
  await using ben = await startHand({ given: { stalls } });
  const ours = [
    await soon(stalls.acquire(), asleep),
    await soon(stalls.acquire(still), waitsAnyway),
  ];
  assertEquals(ours, [true, true], "Two of three");
  assertEquals(await soon(ben.tell("stalls", "acquire", { timeout: 60_000 }), asleep), true);
  const full = "Three are inside already: the permits are counted in each process for itself";
  assertEquals(await soon(stalls.acquire(still), waitsAnyway), false, full);
  assertEquals(await soon(ben.tell("stalls", "acquire", { timeout: 20 }), asleep), false, full);
  assertEquals([stalls.held, await ben.ask("stalls", "held")], [2, 1]);
  stalls.release();
  const free = ben.tell("stalls", "acquire", { timeout: 60_000 });
  assertEquals(await soon(free, asleep), true, "One is free");
  assertEquals(String(stalls), "ProcessSemaphore(1 held of 3)");
});

testWaits("[5] whichever permit is given back, who waits has it", async () => {
  for (const first of ["anna", "ben"] as const) {
    using stalls = closing(new ProcessSemaphore(2));
    await using anna = await startHand({ given: { stalls } });
    await using ben = await startHand({ given: { stalls } });
    await soon(anna.tell("stalls", "acquire"), asleep);
    await soon(ben.tell("stalls", "acquire"), asleep);
    const waiting = stalls.acquire();
    await nap(20);
    assertEquals(stalls.held, 0, "Both are taken");
    await { anna, ben }[first].tell("stalls", "release");
    assertEquals(
      await soon(waiting, "A permit is free, and who waits sleeps: it waits for another one"),
      true,
    );
    assertEquals(stalls.held, 1, "One wait, one permit: what else comes is handed back");
    await { anna, ben }[first === "anna" ? "ben" : "anna"].tell("stalls", "release");
    assertEquals(await soon(anna.tell("stalls", "acquire", { timeout: 60_000 }), asleep), true);
    assertEquals(stalls.held, 1);
  }
});

testWaits("[5] permits are given back by who holds them, several at once too", async () => {
  using stalls = closing(new ProcessSemaphore(3));
  assertThrows(() => stalls.release(), ProcessLockError, "", "There are never more than at first");
  for (let i = 0; i < 3; i++) await soon(stalls.acquire(), asleep);
  for (const n of [0, -1, 1.5, NaN]) {
    assertThrows(() => stalls.release(n), RangeError, "", `release(${n})`);
  }
  assertThrows(() => stalls.release(4), ProcessLockError);
  assertEquals(stalls.held, 3, "A refused release gives nothing back");
  const waiting = [stalls.acquire(), stalls.acquire({ timeout: 60_000 })];
  stalls.release(2);
  assertEquals(await soon(Promise.all(waiting), asleep), [true, true], "Two were given, two wait");
  stalls.release(3);
  assertEquals(stalls.held, 0);
});

testWaits(
  "[5] a semaphore's wait costs no processor, and its hold gives one permit back",
  async () => {
    using folder = ownTemporaryFiles();
    using stalls = closing(new ProcessSemaphore(2));
    await stalls.acquire();
    const held = await soon(stalls.hold(), asleep);
    await using ben = await startHand({ given: { stalls } });
    void ben.tell("stalls", "acquire");
    await waitsInPeace(ben, folder.path);
    await held[Symbol.asyncDispose]();
    await held[Symbol.asyncDispose]();
    assertEquals(stalls.held, 1, "The block gives one permit back, once");
  },
);

testWaits("[5] a process that has given up can end, while others still hold it", async () => {
  using lock = closing(new ProcessLock());
  using stalls = closing(new ProcessSemaphore(2));
  await lock.acquire();
  await stalls.acquire();
  await using ben = await startHand({ given: { lock, stalls } });
  assertEquals(await soon(ben.tell("stalls", "acquire", { timeout: 60_000 }), asleep), true);
  for (const name of ["lock", "stalls"]) {
    const has = await soon(ben.tell(name, "acquire", { timeout: 20 }), "It never gives up");
    assertEquals(has, false, "Others hold it");
  }
  await endsThoughOthersHoldIt(ben);
});

testWaits(
  "[5] a process whose signal was aborted can end as well, while others hold it",
  async () => {
    using lock = closing(new ProcessLock());
    using stalls = closing(new ProcessSemaphore());
    await lock.acquire();
    await stalls.acquire();
    await using ben = await startHand({ given: { lock, stalls } });
    for (const name of ["lock", "stalls"]) {
      const reason = await soon(ben.tell("hand", "acquireUntilAborted", name), "It never gives up");
      assertEquals(reason, "the guest has left", "The reason of the signal");
    }
    await endsThoughOthersHoldIt(ben);
  },
);

async function endsThoughOthersHoldIt(hand: Hand<Process>): Promise<void> {
  await hand.ends(
    "The child does not end. What it has asked the system for keeps it alive until that is granted, " +
      "and cannot be called off: let somebody ask who can be ended, such as a Worker, and end it " +
      "when nobody waits any more",
  );
  assertEquals(hand.process.exitCode, 0);
}

/** The two others, which at most one can have as well. */
const others = [() => new ProcessRLock(), () => new ProcessSemaphore()];

testWaits(
  "[5] an RLock and a semaphore refuse a clone, and a close while somebody waits",
  async () => {
    for (const make of others) {
      using it = closing(make());
      const shell = `A clone of ${it} would be an empty shell`;
      assertThrows(() => structuredClone(it), DOMException, "", shell);
      await using ben = await startHand({ given: { it } });
      await soon(ben.tell("it", "acquire"), asleep);
      const waiting = it.acquire();
      assertMatch(String(it), /, 1 waiting\)$/, "It says how many wait for it here");
      assertThrows(
        () => it.close(),
        ProcessLockError,
        "",
        `Somebody waits: ${it} would never come`,
      );
      await ben.tell("it", "release");
      assertEquals(await soon(waiting, asleep), true);
      it.release();
    }
  },
);

testWithPermission(
  "[5] an RLock and a semaphore that all have closed are gone as well",
  async () => {
    await using folder = await lockFolder();
    for (const it of [new ProcessRLock(), new ProcessSemaphore(2)]) {
      const what = String(it);
      const error = await errorOfLate(it, `${folder.path}/taken`, () => it.close());
      assertEquals(error.name, "ProcessLockError", `${what}: ${error}`);
    }
  },
);

testWaits("[5] who holds an RLock hears of its mistakes all the same", async () => {
  using lock = closing(new ProcessRLock());
  await lock.acquire();
  const reason = new SyntaxError("the guest has left");
  const left = await errorOf(lock.acquire({ signal: AbortSignal.abort(reason) }));
  assertEquals(left, reason, "A signal that is aborted beforehand: the holder has left as well");
  for (const options of [{ timeout: -1 }, { blocking: false, timeout: 5 }]) {
    const error = await errorOf(lock.acquire(options));
    assertInstanceOf(error, RangeError, `acquire(${JSON.stringify(options)}) rejects`);
  }
  assertEquals(lock.depth, 1, "A refused acquire is no level");
});

// -- [6] whoever dies --

testWaits("[6] a holder that is killed holds it no more", async () => {
  using lock = closing(new ProcessLock());
  using stalls = closing(new ProcessSemaphore(2));
  await stalls.acquire();
  {
    await using ben = await startHand({ given: { lock, stalls } });
    await soon(ben.tell("lock", "acquire"), asleep);
    await soon(ben.tell("stalls", "acquire"), asleep);
    const waiting = [lock.acquire(), lock.acquire({ timeout: 60_000 }), stalls.acquire()];
    await nap(10);
    assertEquals([lock.isHeld, stalls.held], [false, 1]);
    ben.process.kill();
    const dead = "Its holder was killed, and who waits sleeps for ever";
    assertEquals(await soon(waiting[0], dead), true);
    lock.release();
    assertEquals(await soon(waiting[1], dead), true);
    assertEquals(await soon(waiting[2], dead), true);
  }
});

testWaits("[6] one who is killed while it waits takes nothing with it", async () => {
  await using folder = await lockFolder();
  using lock = closing(new ProcessLock(folder.lock));
  using stalls = closing(new ProcessSemaphore(1));
  const given = { lock, stalls };
  await using carl = await startHand({ given });
  for (const [name, thing] of Object.entries(given)) {
    await soon(thing.acquire(), asleep);
    let waiting: Promise<boolean>;
    {
      await using ben = await startHand({ given });
      void ben.tell(name, "acquire");
      await begun(ben);
      waiting = carl.tell(name, "acquire", { timeout: 60_000 });
      await begun(carl);
      ben.process.kill();
    }
    thing.release();
    assertEquals(await soon(waiting, "Carl sleeps for ever behind one who is dead"), true);
    await carl.tell(name, "release");
    assertEquals(await soon(thing.acquire(), asleep), true);
  }
});

testWithPermission(
  "[6] the last one removes the files, whoever made them and however it ends",
  async () => {
    using _written = closing(new ProcessLock());
    using folder = ownTemporaryFiles();
    const made = {
      lock: ["ProcessLock"],
      stalls: ["ProcessSemaphore", 3],
      again: ["ProcessRLock"],
    };
    for (const end of ["returns", "exits", "fails", "closes"] as const) {
      await using ben = await startHand({ made });
      assert(namesIn(folder.path).length > 0, "A lock is a file, and a new one a temporary file");
      if (end === "exits") void ben.tell("hand", "exit", 0);
      else if (end === "fails") void ben.tell("hand", "fail");
      else if (end === "closes") {
        for (const name of Object.keys(made)) await ben.tell(name, "close");
        assertEquals(namesIn(folder.path), [], "Nobody has them open any more: they must be gone");
      }
      if (end === "returns" || end === "closes") await ben.ends("The child does not end");
      else await soon(ben.process.join(), "The child does not end");
      assertEquals(namesIn(folder.path), [], `A process that ${end} leaves files behind`);
    }
  },
);

testWithPermission(
  "[6] when its maker is killed the others go on, and the last one removes it",
  async () => {
    using _written = closing(new ProcessLock());
    await using notes = await lockFolder();
    await using gate = await lockFolder();
    using shut = lockedFile(gate.lock);
    using folder = ownTemporaryFiles();
    const file = `${notes.path}/taken`;
    await using ben = await startHand({ made: { lock: ["ProcessLock"] } });
    await soon(ben.tell("lock", "acquire"), asleep);
    const passing = ben.tell("hand", "passOn", "inherit", ["lock"], file, gate.lock);
    await soon(passing, "It cannot be given on");
    await until(() => namesIn(notes.path).length === 1, "The child of the holder does not start");
    ben.process.kill();
    await until(
      () => namesIn(notes.path).length === 2,
      "The child never gets what a dead process held",
    );
    await ben.process.join(); // Of a process that dies some files are closed before others.
    shut.unlockSync();
    await until(
      () => namesIn(folder.path).length === 0,
      "The last one has ended, and left files behind",
    );
  },
);

testWhatToFixFirst();
