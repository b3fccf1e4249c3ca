import { getEventListeners } from "node:events";
import { assert, assertEquals, assertInstanceOf, assertLess, assertMatch } from "@std/assert";
import {
  assertRejects,
  assertThrows,
  isThere,
  ownTemporaryFiles,
  patience,
  pending,
  runProgram,
  soon,
  temporaryFolder,
  test,
  testWhatToFixFirst,
  testWithPermission,
  until,
} from "../_kit/mod.ts";
import { Process } from "#solutions/processes/processes.ts";
import { QueueEmpty, QueueFull } from "#solutions/queues/queues.ts";
import { JoinableProcessQueue, ProcessQueue, QueueClosed, TasksLost } from "./process_queues.ts";

const module = import.meta.resolve("./fixtures/work.ts");
const program = (name: string, ...args: string[]) =>
  runProgram(new URL("./fixtures/programs.ts", import.meta.url), { args: [name, ...args] });

const empty = "There is an item in the queue, and get waits for ever";
const full = "There is a free slot in the queue, and put waits for ever";
const silent =
  "The child says nothing: what it asked is not answered, or waits behind what it asked before";
const unfinished = "All is done, and join waits for ever";
const deaf = "Nothing will come any more, and who waits is not told";

// deno-lint-ignore no-explicit-any
const got = (queue: ProcessQueue): Promise<any> => soon(queue.get(), empty);
const put = (queue: ProcessQueue, item: unknown) => soon(queue.put(item), full);
const errorOf = (promise: Promise<unknown>, sentence = deaf) =>
  soon(promise.then((value) => new NoError(value), (error) => error), sentence);

/** Told of a promise that should have been rejected: an assertion names the class of what it got. */
class NoError extends Error {
  constructor(value: unknown) {
    super();
    this.name = `no error, but ${value}`;
  }
}

/** What a child returns. It fails where the test expects an answer: then its own error is told. */
const resultOf = (child: Process) =>
  soon(
    child.result().catch((error) => {
      throw new Error(`A child of the test fails, and its error is told above: ${error.message}`);
    }),
    silent,
  );

/** A queue that is closed at the end of the block. */
const queueOf = (maxsize?: number): ProcessQueue => new ProcessQueue({ maxsize });

/** Two children are as many as a test needs. They are gone at the end of the block. */
class Children implements AsyncDisposable {
  readonly #all: Process[] = [];

  start(target: string, ...args: unknown[]): Process {
    const child = new Process({ module, target, args });
    child.start();
    this.#all.push(child);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#all) child.kill();
    for (const child of this.#all) await child.join();
  }
}

// -- [1] a queue in one process --

test("[1] items come out in the order in which they were put in, as copies", async () => {
  await using queue = queueOf();
  const items = [42, undefined, null, 0, "", false, NaN, [1.5], new Map([[1, null]]), { a: {} }];
  for (const item of items) await put(queue, item);
  for (const item of items) {
    assertEquals(await got(queue), item, "First in, first out, also what is falsy");
  }
  const list = [1];
  const putting = queue.put(list);
  list.push(2);
  await soon(putting, full);
  assertEquals(await got(queue), [1], "The copy is made when it is put, not later");
});

test("[1] a queue has so many slots, and says how many are taken", async () => {
  await using queue = queueOf(2);
  assertEquals(queue.maxsize, 2);
  const look = async () => [await queue.size(), await queue.isEmpty(), await queue.isFull()];
  assertEquals(await look(), [0, true, false]);
  await soon(queue.putNowait(1), full);
  assertEquals(await look(), [1, false, false]);
  await put(queue, 2);
  assertEquals(await look(), [2, false, true]);
  const error = await errorOf(queue.putNowait(3), "putNowait must not wait");
  assertInstanceOf(error, QueueFull, "Two of two slots are taken, and a third item was put in");
  assertEquals(await soon(queue.getNowait(), empty), 1);
  assertEquals(await got(queue), 2, "What did not fit is not in the queue");
  const none = await errorOf(queue.getNowait(), "getNowait must not wait");
  assertInstanceOf(none, QueueEmpty, "Both items were taken, and there is a third one");
  assertEquals(await look(), [0, true, false]);
});

test("[1] a queue without a bound is never full", async () => {
  for (const maxsize of [undefined, 0, -1]) {
    await using queue = queueOf(maxsize);
    for (let i = 0; i < 300; i++) await put(queue, i);
    assertEquals([await queue.size(), await queue.isFull()], [300, false]);
  }
});

test("[1] an item that cannot travel is refused, and takes no slot", async () => {
  await using queue = queueOf(1);
  for (const bad of [() => 1, Symbol("s"), [new WeakMap()]]) {
    await assertRejects(() => put(queue, bad), DOMException);
  }
  await soon(queue.putNowait("good"), "What was refused has taken the only slot");
  assertEquals(await got(queue), "good");
});

test("[1] a queue shows its state, and is not cloned", async () => {
  const queue = new ProcessQueue({ maxsize: 3 });
  assertMatch(String(queue), /^ProcessQueue\(open/);
  assertThrows(() => structuredClone(queue), DOMException, "", "A clone of it would be a shell");
  await soon(queue.close(), "close does not come back");
  assertMatch(String(queue), /^ProcessQueue\(closed/);
  const joinable = new JoinableProcessQueue();
  assertMatch(String(joinable), /^JoinableProcessQueue\(open/);
  await joinable.close();
});

// -- [2] put and get wait --

test("[2] get waits for an item, and who came first is served first", async () => {
  await using queue = queueOf(1);
  const waiting = pending(queue.get(), queue.get(), queue.get());
  for (const item of [1, 2, 3]) await put(queue, item);
  assertEquals(await soon(Promise.all(waiting), empty), [1, 2, 3]);
  assertEquals(await queue.size(), 0);
});

test("[2] put waits for a slot, and who came first is served first", async () => {
  await using queue = queueOf(1);
  const putting = pending(...[1, 2, 3].map((item) => queue.put(item)));
  await soon(putting[0], full);
  const [second] = pending(putting[1].then(() => "in"));
  const first = await Promise.race([second, new Promise((go) => setTimeout(go, 10, "waits"))]);
  assertEquals(first, "waits", "The only slot is taken: the second put waits");
  assertEquals([await got(queue), await got(queue), await got(queue)], [1, 2, 3]);
  await soon(Promise.all(putting), full);
  await using two = queueOf(2);
  const three = pending(...[1, 2, 3].map((item) => two.put(item)));
  assertEquals(await got(two), 1);
  await soon(three[2], "One slot of two is free, and put waits until both are");
});

test("[2] who gives up has put nothing in, and takes nothing", async () => {
  await using queue = queueOf(1);
  for (const timeout of [0, -1, 5]) {
    const tooLong = `get({ timeout: ${timeout} }) does not give up`;
    assertInstanceOf(await errorOf(queue.get({ timeout }), tooLong), QueueEmpty);
  }
  const [early, patient] = pending(queue.get({ timeout: 5 }), queue.get());
  assertInstanceOf(await errorOf(early), QueueEmpty);
  await put(queue, "bun");
  assertEquals(await soon(patient, empty), "bun", "It goes to the one who still waits");
  await put(queue, "first");
  for (const timeout of [0, -1, 5]) {
    const tooLong = `put({ timeout: ${timeout} }) does not give up`;
    assertInstanceOf(await errorOf(queue.put("late", { timeout }), tooLong), QueueFull);
  }
  assertEquals(await got(queue), "first");
  assertEquals(await queue.size(), 0, "Who has given up has put nothing in");
});

test("[2] a signal ends a wait with its reason", async () => {
  await using queue = queueOf(1);
  const controller = new AbortController();
  const { signal } = controller;
  const [aborted, patient] = pending(queue.get({ signal }), queue.get());
  controller.abort(new Error("the guest has left"));
  const [putting] = pending(queue.put("bun")); // In the same moment.
  const why = "get does not hear its signal";
  assertEquals((await errorOf(aborted, why) as Error).message, "the guest has left");
  await soon(putting, full);
  assertEquals(await soon(patient, empty), "bun", "Nothing goes to one who has left");
  const before = { signal: AbortSignal.abort(new Error("closed today")) };
  assertEquals((await errorOf(queue.put(1, before)) as Error).message, "closed today");
  await put(queue, "tea");
  const late = new AbortController();
  const leaving = errorOf(queue.put("more tea", { signal: late.signal }), "put does not hear it");
  late.abort(new Error("the cook has left"));
  assertEquals((await leaving as Error).message, "the cook has left");
  assertEquals((await errorOf(queue.get(before)) as Error).message, "closed today");
  assertEquals(await got(queue), "tea", "A signal that was aborted before takes nothing");
});

test("[2] nothing is left of a wait that is over", async () => {
  await using queue = queueOf(1);
  const { signal } = new AbortController();
  for (let i = 0; i < 3; i++) {
    const [waiting] = pending(queue.get({ signal, timeout: 60_000 }));
    await soon(queue.put(i, { signal, timeout: 60_000 }), full);
    assertEquals(await soon(waiting, empty), i);
    await errorOf(queue.get({ signal, timeout: 1 }));
  }
  const left = getEventListeners(signal, "abort").length;
  assertEquals(left, 0, `${left} listeners are left at the signal: each holds what it waited for`);
});

test("[2] a timeout may be as long as you like, and is a number", async () => {
  await using queue = queueOf(1);
  await assertRejects(() => queue.get({ timeout: NaN }), RangeError);
  await assertRejects(() => queue.put(1, { timeout: NaN }), RangeError);
  const patient = pending(
    ...[2 ** 31 - 0.5, 2 ** 31, 2 ** 40, Infinity].map((timeout) => queue.get({ timeout })),
  );
  const first = await Promise.race([
    ...patient.map((it) => it.catch(({ name }) => name)),
    new Promise((go) => setTimeout(go, 20, "still waiting")),
  ]);
  assertEquals(first, "still waiting", "A timeout of many days or years is not over at once");
  for (let i = 0; i < 4; i++) await put(queue, i);
  assertEquals(await soon(Promise.all(patient), empty), [0, 1, 2, 3]);
  await put(queue, "early");
  const [late] = pending(queue.put("late", { timeout: 2 ** 32 + 1 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals([await got(queue), await got(queue)], ["early", "late"]);
  await soon(late, full);
});

// -- [3] other processes at the queue --

testWithPermission("[3] what a child puts in comes out here, in its order", async () => {
  await using queue = queueOf();
  await using children = new Children();
  for (let i = 0; i < 10; i++) await put(queue, i);
  const large = new Uint8Array(3_000_000).fill(7);
  const items = [[42, null, "hello"], undefined, "", 0, NaN, new Map([[1, 2]]), large];
  const child = children.start("putAll", queue, items);
  await soon(child.join(), "The child puts into a queue without a bound, and does not end");
  for (let i = 0; i < 10; i++) assertEquals(await got(queue), i);
  for (const item of items.slice(0, -1)) {
    const there = queue.getNowait().catch((error) => {
      const why = "The child has ended, and its items are not in. A put that waits keeps it alive";
      throw error instanceof QueueEmpty ? new Error(why) : error;
    });
    assertEquals(await soon(there, empty), item, "Its put has returned: it is in");
  }
  const { length } = await got(queue);
  assertEquals(length, 3_000_000, "A large item is whole");
  assertInstanceOf(await errorOf(queue.getNowait()), QueueEmpty, "Nothing else was put in");
});

testWithPermission("[3] a put of a child is in when its promise is fulfilled", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("putAndTell", queue, new Uint8Array(8_000_000));
  assertEquals(await soon(child.receive(), silent), "it is in");
  assertEquals(await queue.size(), 1, "The child believes that it is in, and it is on its way");
});

testWithPermission("[3] a child sees the same queue, and the same answers", async () => {
  await using queue = queueOf(2);
  await using children = new Children();
  for (const item of [1, 2]) await put(queue, item);
  const seen = await resultOf(children.start("lookAtFull", queue));
  const nothing = ["QueueEmpty", "QueueEmpty"];
  const expected = [2, 2, true, "QueueFull", "QueueFull", 1, 2, true, ...nothing];
  assertEquals(seen, [...expected, "DataCloneError", 0]);
});

testWithPermission("[3] one who waits holds up nobody, not even itself", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("waitAndPut", queue, 300);
  const stuck = "The child waits for items, and its put waits behind that";
  assertEquals(await soon(child.receive(), stuck), "put");
  for (let i = 1; i < 300; i++) void put(queue, i);
  const items = await soon(
    child.result(),
    "300 gets of one child wait at once, and not all come back",
  );
  const expected = ["mine", ...Array.from({ length: 299 }, (_, i) => i + 1)];
  assertEquals(items, expected, "Each of 300 gets has an answer of its own, in their order");
});

testWithPermission("[3] every item goes to one of those who want it", async () => {
  await using queue = queueOf(4);
  await using children = new Children();
  const eaters = [1, 2].map(() => children.start("getUntilEnd", queue));
  const cook = children.start("putMany", queue, 60);
  await soon(cook.join(), full);
  await put(queue, "end");
  const eaten = await soon(Promise.all(eaters.map((eater) => eater.result())), silent);
  const numbers = (eaten as number[][]).flat().sort((a, b) => a - b);
  assertEquals(
    numbers,
    Array.from({ length: 60 }, (_, i) => i),
    "None is lost and none comes twice",
  );
});

testWithPermission("[3] who came first is served first, here and in a child", async () => {
  await using queue = queueOf(1);
  await using children = new Children();
  const eater = children.start("wait", queue);
  assertEquals(await soon(eater.receive(), silent), "waiting");
  const [mine] = pending(queue.get());
  await put(queue, "first");
  await put(queue, "second");
  assertEquals(await soon(mine, empty), "second", "The get of the child came first");
  assertEquals(await resultOf(eater), "no error, but first");
  await put(queue, "early");
  const cook = children.start("waitForSlot", queue);
  assertEquals(await soon(cook.receive(), silent), "waiting");
  const [putting] = pending(queue.put("last"));
  const items = [await got(queue), await got(queue), await got(queue)];
  assertEquals(items, ["early", "late", "last"], "The put of the child came first");
  await soon(putting, full);
});

testWithPermission("[3] a child that gives up takes nothing", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("giveUp", queue);
  assertEquals(await soon(child.receive(), silent), "has given up");
  await put(queue, "bun");
  assertEquals(await soon(queue.getNowait(), "It went to one who had given up"), "bun");
  child.send("go on");
  const names = await resultOf(child);
  assertEquals(names, ["AbortError", "QueueEmpty", "QueueEmpty"]);
});

testWithPermission("[3] who gives up while the item comes has it, or leaves it there", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("giveUpLate", queue, 100);
  assertEquals(await soon(child.receive(), silent), "waiting");
  Deno.kill(child.pid!, "SIGSTOP");
  await put(queue, "bun");
  await new Promise((resolve) => setTimeout(resolve, 150));
  Deno.kill(child.pid!, "SIGCONT"); // Its time is over, and there is an answer.
  if (await resultOf(child) !== "no error, but bun") {
    const lost = "It came when the child had just given up: nobody has it";
    assertEquals(await soon(queue.get(), lost), "bun");
  }
  assertEquals(await queue.size(), 0);
});

testWithPermission("[3] a queue is passed on to a child of a child", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("passOn", queue);
  assertEquals(await got(queue), "from the grandchild");
  await soon(child.join(), silent);
});

testWithPermission("[3] many items are as good as one", async () => {
  const count = 5_000;
  await using queue = queueOf(100);
  await using children = new Children();
  children.start("putMany", queue, count);
  const sum = async () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await queue.get() as number;
    return sum;
  };
  const why = "Not all of 5,000 items come through a queue of 100 slots";
  assertEquals(await soon(sum(), why), (count - 1) * count / 2);
});

// -- [4] the end of the work --

test("[4] join waits until all is done, not until all is taken", async () => {
  await using tasks = new JoinableProcessQueue();
  await soon(tasks.join(), "There is nothing to do, and join waits");
  for (const task of ["soup", "rice"]) await put(tasks, task);
  const joining = pending(tasks.join(), tasks.join());
  const joined = Promise.race(joining).then(() => "joined");
  await got(tasks);
  await got(tasks);
  await soon(tasks.taskDone(), "taskDone does not come back");
  const first = await Promise.race([joined, new Promise((go) => setTimeout(go, 10, "waits"))]);
  assertEquals(first, "waits", "Both are taken, and only one of them is done");
  await soon(tasks.taskDone(), "taskDone does not come back");
  await soon(Promise.all(joining), unfinished);
  await assertRejects(() => tasks.taskDone(), RangeError, "", "All are done already");
  await put(tasks, "tea");
  await errorOf(tasks.taskDone()).then((error) => {
    assertInstanceOf(error, RangeError, "It is in the queue still: nobody can have done it");
  });
});

test("[4] what is refused is no task", async () => {
  await using tasks = new JoinableProcessQueue({ maxsize: 1 });
  await put(tasks, "soup");
  for (const timeout of [0, 5]) {
    assertInstanceOf(await errorOf(tasks.put("rice", { timeout })), QueueFull);
  }
  await got(tasks);
  await soon(tasks.taskDone(), "taskDone does not come back");
  await soon(tasks.join(), "join waits for a task that has never been in the queue");
});

test("[4] a join may have an end", async () => {
  await using tasks = new JoinableProcessQueue();
  await put(tasks, "soup");
  const tooLong = "join does not give up";
  assertEquals((await errorOf(tasks.join({ timeout: 5 }), tooLong)).name, "TimeoutError");
  const controller = new AbortController();
  const aborted = errorOf(tasks.join({ signal: controller.signal }), tooLong);
  controller.abort(new Error("closing time"));
  assertEquals((await aborted as Error).message, "closing time");
  await assertRejects(() => tasks.join({ timeout: NaN }), RangeError);
  await got(tasks);
  await soon(tasks.taskDone(), "taskDone does not come back");
  await soon(tasks.join({ timeout: patience }), unfinished);
});

testWithPermission(
  "[4] two children do the work, and the parent knows when it is done",
  async () => {
    await using tasks = new JoinableProcessQueue({ maxsize: 5 });
    await using children = new Children();
    const workers = [1, 2].map(() => children.start("work", tasks));
    const idle = "put waits for ever: no child takes a task, or both have failed, as is told above";
    for (let i = 0; i < 20; i++) await soon(tasks.put(i), idle);
    await soon(tasks.join(), unfinished);
    assertEquals(await tasks.size(), 0);
    for (const _ of workers) await put(tasks, "end");
    const done = await soon(Promise.all(workers.map((worker) => worker.result())), silent);
    assertEquals((done as number[]).reduce((a, b) => a + b), 20, "Each task is done once");
    await soon(tasks.join(), unfinished);
  },
);

testWithPermission("[4] a child waits for the end of the work as well", async () => {
  await using tasks = new JoinableProcessQueue();
  await using children = new Children();
  await put(tasks, "soup");
  const child = children.start("joinTwice", tasks);
  assertEquals(await soon(child.receive(), silent), "TimeoutError", "The task is not done");
  await got(tasks);
  await soon(tasks.taskDone(), "taskDone does not come back");
  assertEquals(await soon(child.result(), unfinished), "no error, but undefined");
});

testWithPermission("[4] a task counts from the moment in which it is in the queue", async () => {
  await using tasks = new JoinableProcessQueue();
  await using children = new Children();
  await soon(children.start("putAll", tasks, ["soup"]).join(), full);
  const joining = errorOf(tasks.join({ timeout: 10 }), "join does not give up");
  assertEquals(
    (await joining).name,
    "TimeoutError",
    "A child has put it in, and nobody has done it",
  );
  assertEquals(await got(tasks), "soup"); // A task of this process, and none of the child.
  await put(tasks, "rice");
  const names = await resultOf(children.start("doneTooOften", tasks));
  assertEquals(
    names,
    ["RangeError", "no error, but undefined", "RangeError"],
    "Who has taken one task says once that it is done",
  );
  await soon(tasks.taskDone(), "taskDone does not come back");
  await soon(tasks.join(), unfinished);
});

// -- [5] closed queues, and who dies --

test("[5] a closed queue refuses everything, and can be closed again", async () => {
  const queue = new JoinableProcessQueue({ maxsize: 1 });
  await put(queue, "never taken");
  const waiting = [queue.put(1), queue.join()].map((it) => errorOf(it));
  {
    await using _queue = queue;
  }
  await soon(queue.close(), "A second close does not come back");
  for (const error of await Promise.all(waiting)) {
    assertInstanceOf(error, QueueClosed, "Who waits is told that the queue was closed");
  }
  const uses = [queue.put(1), queue.get(), queue.getNowait(), queue.putNowait(1), queue.size()];
  const others = [queue.isEmpty(), queue.isFull(), queue.taskDone(), queue.join()];
  for (const use of [...uses, ...others]) assertInstanceOf(await errorOf(use), QueueClosed);
});

testWithPermission("[5] a child closes a queue for itself only", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const closing = children.start("closeAndWait", queue);
  const told = await soon(closing.result().catch(({ name }) => name), deaf);
  assertEquals(told, "QueueClosed", "Its own get was waiting when the child closed the queue");
  const names = await resultOf(children.start("close", queue));
  assertEquals(names, Array(5).fill("QueueClosed"));
  assertEquals(await soon(queue.getNowait(), empty), "last", "What was put before is in");
  await put(queue, "more");
  assertEquals(await got(queue), "more", "For the others it is open");
});

testWithPermission("[5] children that wait are told when the queue is closed", async () => {
  const queue = queueOf(1);
  await using children = new Children();
  const [getter, closer] = ["wait", "wait"].map((target) => children.start(target, queue));
  for (const child of [getter, closer]) {
    assertEquals(await soon(child.receive(), silent), "waiting");
  }
  await soon(queue.close(), "close does not come back");
  for (const child of [getter, closer]) {
    assertEquals(await soon(child.result(), deaf), "QueueClosed");
  }
  const late = new Process({ module, target: "wait", args: [queue] });
  assertThrows(() => late.start(), QueueClosed, "", "A closed queue goes nowhere");
});

testWithPermission(
  "[5] a child that comes when the queue is closed gets no other one",
  async () => {
    const queue = queueOf();
    await using children = new Children();
    const child = children.start("putAll", queue, ["for nobody"]);
    Deno.kill(child.pid!, "SIGSTOP");
    await soon(queue.close(), "close does not come back");
    Deno.kill(child.pid!, "SIGCONT");
    await soon(child.join(), silent);
    assertEquals(child.exitCode, 1, "It has put an item into a queue that nobody has");
  },
);

testWithPermission(
  "[5] a process that is killed while it waits takes no item with it",
  async () => {
    await using queue = queueOf();
    await using children = new Children();
    const child = children.start("wait", queue);
    assertEquals(await soon(child.receive(), silent), "waiting");
    Deno.kill(child.pid!, "SIGSTOP"); // What goes to it now never arrives.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await put(queue, "bun");
    const [next] = pending(queue.get());
    await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill();
    await child.join();
    const lost = "It was on its way to a process that was killed, and the next one never gets it";
    assertEquals(await soon(next, lost), "bun");
    await put(queue, "tea");
    assertEquals(await got(queue), "tea", "Nobody waits in the place of the one who was killed");
  },
);

testWithPermission(
  "[5] what has not arrived comes back, once, and is the first again",
  async () => {
    await using tasks = new JoinableProcessQueue();
    await using children = new Children();
    const child = children.start("wait", tasks, 2);
    assertEquals(await soon(child.receive(), silent), "waiting");
    Deno.kill(child.pid!, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const item of [1, 2, 3]) await put(tasks, item);
    child.kill();
    await child.join();
    const back = async () => {
      while (await tasks.size() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await soon(back(), "Two items were on their way to a process that was killed, and are lost");
    const items = [await got(tasks), await got(tasks), await got(tasks)];
    assertEquals(items, [1, 2, 3], "First in, first out: they were in before the third one");
    for (const _ of items) await soon(tasks.taskDone(), "taskDone does not come back");
    await soon(tasks.join(), "A task that has come back is still one task");
  },
);

testWithPermission("[5] what comes back goes where it was, whoever is killed first", async () => {
  await using queue = queueOf();
  await using children = new Children();
  const getters: Process[] = [];
  for (const _ of [1, 2]) {
    const child = children.start("wait", queue);
    assertEquals(await soon(child.receive(), silent), "waiting");
    Deno.kill(child.pid!, "SIGSTOP");
    getters.push(child);
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const item of [1, 2, 3]) await put(queue, item);
  for (const [i, child] of getters.entries()) {
    child.kill();
    await child.join();
    const back = async () => {
      while (await queue.size() < 2 + i) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await soon(back(), "An item was on its way to a process that was killed, and is lost");
  }
  const items = [await got(queue), await got(queue), await got(queue)];
  assertEquals(items, [1, 2, 3], "First in, first out: who is killed later had the second item");
});

testWithPermission(
  "[5] a process that is killed while it waits for a slot puts nothing in",
  async () => {
    await using queue = queueOf(1);
    await using children = new Children();
    await put(queue, "early");
    const child = children.start("waitForSlot", queue);
    assertEquals(await soon(child.receive(), silent), "waiting");
    child.kill();
    await child.join();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(await got(queue), "early");
    assertEquals(await queue.size(), 0, "Its put has never returned, and the item is in the queue");
  },
);

testWithPermission("[5] half an item of a process that is killed is no item", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/dying`;
  await using queue = queueOf();
  await using children = new Children();
  const child = children.start("dieWhilePutting", queue, file);
  assertEquals(await got(queue), "whole");
  // As long as this process does nothing, nobody reads: the child dies in the middle.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + patience;
  while (!isThere(file) && performance.now() < end) Atomics.wait(clock, 0, 0, 1);
  await soon(child.join(), silent);
  await put(queue, "next");
  const item = await soon(queue.get().catch((error) => error), empty);
  assertEquals(item, "next", "What has come of 32 MiB before the child was killed is no item");
  assertEquals(await queue.size(), 0);
});

testWithPermission("[5] join tells of tasks that nobody will do any more", async () => {
  await using tasks = new JoinableProcessQueue();
  await using children = new Children();
  for (let i = 0; i < 4; i++) await put(tasks, i);
  const child = children.start("takeAndSleep", tasks, 3);
  assertEquals(await soon(child.receive(), silent), "asleep");
  const forEver = "A process was killed with two tasks, and join waits for them for ever";
  const joining = [errorOf(tasks.join(), forEver), errorOf(tasks.join(), forEver)];
  const other = children.start("joinAndTell", tasks);
  assertEquals(await soon(other.receive(), silent), "joining");
  child.kill();
  await child.join();
  assertEquals(await got(tasks), 3);
  const early = new Promise((go) => setTimeout(go, 50, "waits"));
  assertEquals(await Promise.race([joining[0], early]), "waits", "One task can still be done");
  await soon(tasks.taskDone(), "taskDone does not come back");
  for (const error of await Promise.all(joining)) {
    assertInstanceOf(error, TasksLost, "It took three tasks, and has done one");
    assertEquals(error.count, 2);
  }
  const told = await soon(other.result(), forEver);
  assertEquals(told, ["TasksLost", 2], "A join in a child is told of lost tasks as well");
  await soon(tasks.join(), "Lost tasks are told of once. Afterwards there is nothing to wait for");
  await put(tasks, "again");
  assertEquals(
    (await errorOf(tasks.join({ timeout: 1 }))).name,
    "TimeoutError",
    "The queue goes on",
  );
});

testWithPermission("[5] tasks of a child that has closed the queue are lost", async () => {
  await using tasks = new JoinableProcessQueue();
  await using children = new Children();
  await put(tasks, "soup");
  await soon(children.start("takeAndClose", tasks).join(), silent);
  const error = await errorOf(tasks.join(), "A child has left with a task, and join waits for it");
  assertInstanceOf(error, TasksLost, "A child has closed the queue with a task that is not done");
  assertEquals(error.count, 1);
});

testWithPermission(
  "[5] a child is told when the process that serves the queue is killed",
  async () => {
    using folder = ownTemporaryFiles(); // Who is killed leaves its socket.
    const file = `${folder.path}/told`;
    const { stdout, stderr } = await program("die", file);
    assertEquals(stdout, "here\n", stderr);
    await until(
      () => isThere(file),
      "The owner of the queue was killed, and its child waits for ever",
    );
    assertEquals(Deno.readTextFileSync(file), "QueueClosed");
  },
);

testWithPermission(
  "[5] who has the queue from a parent that is killed stays at it",
  async () => {
    await using orders = queueOf();
    await using answers = queueOf();
    await using children = new Children();
    const child = children.start("passOnAndSleep", orders, answers);
    assertEquals(await soon(child.receive(), silent), "passed on");
    child.kill();
    await child.join();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await put(orders, "bun");
    const answer = await soon(answers.get(), "The queue is served here, and its child has left it");
    assertEquals(answer, "bun, as ordered");
  },
);

testWithPermission(
  "[5] who waits keeps a program alive, and an open queue does not",
  async () => {
    using folder = ownTemporaryFiles();
    const { code, stdout, stderr } = await program("leave");
    const said = "from a daemon\na daemon takes\nit is done\nmain ends\n";
    const why =
      "It waits for an item, for a slot and for the end of the work, each time for a daemon, and has " +
      "nothing to do then but to have a queue with a daemon at it";
    assertEquals([code, stdout], [0, said], `${why}. ${stderr}`);
    assertEquals([...filesIn(folder.path)], [], "The program has ended, and has left these files");
  },
);

// -- [6] strangers --

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

/** The sockets of queues in the folder, but not those of `Process`, which are not judged here. */
const socketsIn = (folder: string) =>
  [...filesIn(folder)].filter((it) => !it.includes("/process_"));

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/"));

testWithPermission("[6] strangers get nothing, and hold up nobody", async () => {
  using folder = ownTemporaryFiles();
  await using queue = queueOf();
  await using children = new Children();
  await put(queue, "honest");
  const late = children.start("getAll", queue, 1);
  Deno.kill(late.pid!, "SIGSTOP"); // Whoever comes now is there before it.
  const strangers: Deno.Conn[] = [];
  const words = [
    ...[[], [0, 0, 0], Array(9_000).fill(255), Array(99).fill(0)],
    [0, 0, 0, 5, 0, 0, 0, 0, 1],
  ];
  for (const path of socketsIn(folder.path)) {
    assertEquals(Deno.statSync(folderOf(path)).mode! & 0o777, 0o700, "Only this user may open it");
    for (const bytes of words) {
      const stranger = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
      if (!stranger) continue; // Somebody was let in, and the door is shut.
      strangers.push(stranger);
      await stranger.write(new Uint8Array(bytes)).catch(() => {});
    }
  }
  const nowhere = "There is no socket where a child comes to the queue, in no temporary folder";
  assert(strangers.length > 0, nowhere);
  Deno.kill(late.pid!, "SIGCONT");
  const shut = "Strangers keep a child outside, or have taken what is for it";
  assertEquals(await soon(late.result(), shut), ["honest"], "Strangers have taken nothing");
  assertEquals(await queue.size(), 0, "Strangers have put nothing in");
  await soon(queue.close(), "close does not come back");
  assertEquals(socketsIn(folder.path), [], "The queue is closed, and its socket is left");
  strangers.forEach((stranger) => stranger.close());
});

/** A child that has something for the queue, and is stopped; the queue's socket is at another place meanwhile. */
function startAtMovedSocket(
  children: Children,
  queue: ReturnType<typeof queueOf>,
  folder: string,
): { child: Process; path: string } {
  const child = children.start("putAll", queue, ["secret order"]);
  Deno.kill(child.pid!, "SIGSTOP");
  const [path] = socketsIn(folder);
  assert(path, "There is no socket where a child comes to the queue, in no temporary folder");
  Deno.renameSync(path, `${path}.old`);
  return { child, path };
}

testWithPermission("[6] what was overheard is worth nothing the next time", async () => {
  using folder = ownTemporaryFiles();
  await using queue = queueOf();
  await using children = new Children();
  const { child, path } = startAtMovedSocket(children, queue, folder.path);
  // Somebody sits between the child and the queue, and writes down what the child says.
  const listener = Deno.listen({ transport: "unix", path });
  const spy = listenIn(listener, `${path}.old`);
  Deno.kill(child.pid!, "SIGCONT");
  await soon(child.join(), silent);
  listener.close();
  const overheard = await soon(spy, silent);
  assertEquals(await got(queue), "secret order");
  await sayAgain(`${path}.old`, overheard);
  const why = "A stranger has said again what a child had said before, and the queue has done it";
  assertEquals(await queue.size(), 0, why);
  if ([...filesIn(folder.path)].includes(`${path}.old`)) Deno.renameSync(`${path}.old`, path);
});

testWithPermission("[6] a child trusts nobody who has taken the place of the queue", async () => {
  using folder = ownTemporaryFiles();
  await using queue = queueOf();
  await using children = new Children();
  const { child, path } = startAtMovedSocket(children, queue, folder.path);
  using listener = Deno.listen({ transport: "unix", path });
  const heard = imitate(listener);
  Deno.kill(child.pid!, "SIGCONT");
  const trusting = "The child waits for ever for somebody who does not know the secret";
  await soon(child.join(), trusting);
  const said = await soon(heard, silent);
  const takes = "The child takes a stranger for the queue, and gives it its item";
  assert(!said.includes("secret order") && child.exitCode === 1, takes);
  Deno.renameSync(`${path}.old`, path);
});

/** Says something of its own to who comes, then what it hears, and leaves after a while. Tells what it has heard. */
async function imitate(listener: Deno.Listener): Promise<string> {
  using caller = await listener.accept();
  const timer = setTimeout(() => caller.closeWrite().catch(() => {}), 100);
  let heard = "";
  try {
    await caller.write(new Uint8Array(96).fill(7));
    const buffer = new Uint8Array(1_000);
    for (let size; (size = await caller.read(buffer)) !== null;) {
      heard += String.fromCharCode(...buffer.subarray(0, size));
      await caller.write(buffer.slice(0, size)).catch(() => {});
    }
  } catch {
    // It was seen through.
  } finally {
    clearTimeout(timer);
  }
  return heard;
}

/** Says it, and waits until it is shown out, or has heard nothing for a while. */
async function sayAgain(path: string, words: Uint8Array): Promise<void> {
  using stranger = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
  if (!stranger) return; // Nobody can come in any more.
  await stranger.write(words).catch(() => {});
  const timer = setTimeout(() => stranger.closeWrite().catch(() => {}), 100);
  const buffer = new Uint8Array(1_000);
  while (await stranger.read(buffer).catch(() => null) !== null);
  clearTimeout(timer);
}

/** Carries the words of one caller to the socket and back. Resolves to what the caller has said. */
async function listenIn(listener: Deno.Listener, path: string): Promise<Uint8Array> {
  using caller = await listener.accept();
  using server = await Deno.connect({ transport: "unix", path });
  const said: number[] = [];
  const carry = async (from: Deno.Conn, to: Deno.Conn, note: (bytes: Uint8Array) => void) => {
    const buffer = new Uint8Array(1_000);
    for (let size; (size = await from.read(buffer).catch(() => null));) {
      note(buffer.slice(0, size));
      await to.write(buffer.slice(0, size)).catch(() => {});
    }
    to.closeWrite().catch(() => {});
  };
  await Promise.all([
    carry(caller, server, (bytes) => said.push(...bytes)),
    carry(server, caller, () => {}),
  ]);
  return new Uint8Array(said);
}

testWithPermission("[6] to wait costs nothing", async () => {
  const { stdout, stderr } = await program("idle");
  assertMatch(stdout, /^\d+ \d+\n$/, stderr);
  const [work, wakes] = stdout.split(" ").map(Number);
  const why = "It looks again and again, and burns a core that others could use";
  assertLess(work, 40, `${why}: to wait is ${work} percent as much work as to work`);
  assertLess(wakes, 10, `Nothing has come, and its timers have called it ${wakes} times meanwhile`);
});

testWhatToFixFirst();
