import { getEventListeners } from "node:events";
import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertLess,
  assertMatch,
} from "@std/assert";
import {
  assertRejects,
  assertThrows,
  isThere,
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
import { arrive, depart } from "#solutions/_shared/travelling.ts";
import {
  BrokenPipe,
  Connection,
  connectionsReady,
  EndOfPipe,
  pipe,
  PipeError,
  TornMessage,
} from "./pipes.ts";

const module = import.meta.resolve("./fixtures/work.ts");
const program = (name: string, ...args: string[]) =>
  runProgram(new URL("./fixtures/programs.ts", import.meta.url), { args: [name, ...args] });

const silent = "No message comes out of the pipe: recv waits for ever";
const full = "send does not come back, though somebody reads at the other end";
const noRoom = "send does not come back: a few small messages have room, also if nobody reads yet";
const outside =
  "send does not come back: the child has not come in by the door, or nobody reads there";
const deaf = "The other end has gone, and nobody tells who waits: recv waits for ever";
const never = "The child does not end";

/** A message, as soon as it is there. */
// deno-lint-ignore no-explicit-any
const received = (end: Connection): Promise<any> => soon(end.recv(), silent);
const sent = (end: Connection, value: unknown) => soon(end.send(value), noRoom);
const errorOf = (promise: Promise<unknown>, sentence = deaf) =>
  soon(promise.then((value) => new NoError(value), (error) => error), sentence);

/** Told of a promise that should have been rejected: an assertion names the class of what it got. */
class NoError extends Error {
  constructor(value: unknown) {
    super();
    this.name = `no error, but ${value}`;
  }
}

/** What comes of a talk with a child that waits for the next word, and has nothing else to do. */
const whileAlive = <T>(promise: Promise<T>): Promise<T> =>
  promise.catch((error) => {
    const hasEnded = error instanceof EndOfPipe || error instanceof BrokenPipe;
    const why = "The child has ended in the middle of the talk. A recv that waits keeps it alive";
    throw hasEnded ? new Error(`${why}: ${error.name}`) : error;
  });

/** Both ends of a pipe, which are closed at the end of the block. */
function bothEnds(options?: { duplex?: boolean }) {
  const [here, there] = pipe(options);
  // Before step 3 nothing can be closed.
  const close = async () => {
    await soon(Promise.all([here.close(), there.close()]), "close does not come back");
  };
  return { here, there, [Symbol.asyncDispose]: () => close().catch(() => {}) };
}

/** A child with the other end of a pipe. At the end of the block it is gone, and the pipe is closed. */
function withChild(target: string, ...args: unknown[]) {
  const [here, there] = pipe();
  const child = new Process({ module, target, args: [there, ...args] });
  child.start();
  const end = async () => {
    child.kill();
    await child.join();
    await soon(here.close(), "close does not come back").catch(() => {});
  };
  return { here, there, child, [Symbol.asyncDispose]: end };
}

/** Sends until nobody is there any more: who has just died may still have room for a message. */
async function errorOfSending(end: Connection): Promise<Error> {
  const limit = performance.now() + patience;
  for (;;) {
    const error = await errorOf(end.send("hello?"), "send to nobody waits for ever");
    if (!error.name.startsWith("no error") || performance.now() > limit) return error as Error;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

// -- [1] two ends --

test("[1] what is sent at one end comes out at the other, both ways", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const values = [42, undefined, null, 0, -0, "", false, NaN, 2n ** 70n, "zwölf 🥟", [], [[1.5]]];
  for (const value of [...values, new Map([[1, new Set([null])]]), { a: { b: [1] } }]) {
    await sent(here, value);
    assertEquals(
      await received(there),
      value,
      "Each message comes out as it was, also an empty one",
    );
    await sent(there, value);
    assertEquals(await received(here), value, "Both ends send and receive");
  }
});

test("[1] three messages are three messages, and an empty one is one", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const messages = ["a", "b", "", "cd"].map((text) => new TextEncoder().encode(text));
  for (const bytes of messages) await soon(here.sendBytes(bytes), noRoom);
  for (const bytes of messages) {
    const came = await soon(there.recvBytes(), silent);
    assertInstanceOf(came, Uint8Array);
    assertEquals(came, bytes, "Messages keep their bounds: they are neither joined nor cut");
  }
  const part = new Uint8Array([7, 8, 9, 10]).subarray(1, 2);
  await soon(here.sendBytes(part), noRoom);
  const whole = "A part of an array was sent, and more of its memory has come";
  assertEquals(await soon(there.recvBytes(), silent), new Uint8Array([8]), whole);
});

test("[1] what is received is a copy of what was sent", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const [list, bytes] = [[1], new Uint8Array([1])];
  const sending = pending(here.send(list), here.sendBytes(bytes));
  list.push(2);
  bytes[0] = 2;
  await soon(Promise.all(sending), noRoom);
  assertEquals(await received(there), [1], "It is copied when it is sent, not later");
  const late = "sendBytes copies the bytes when it is called, not later";
  assertEquals(await soon(there.recvBytes(), silent), new Uint8Array([1]), late);
});

test("[1] what cannot travel is refused, and the pipe goes on", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  for (const bad of [() => 1, [Symbol("s")], new WeakMap()]) {
    await assertRejects(() => sent(here, bad), DOMException);
  }
  await sent(here, "good");
  assertEquals(await received(there), "good", "A message that was refused leaves nothing behind");
});

test("[1] who waits gets the next message, in the order in which they came", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const waiting = pending(there.recv(), there.recv(), there.recv());
  for (const value of [1, 2, 3]) await sent(here, value);
  assertEquals(await soon(Promise.all(waiting), silent), [1, 2, 3]);
});

test("[1] bytes are not values", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  await soon(here.sendBytes(new Uint8Array([123, 125])), noRoom);
  assertEquals(await received(there), new Uint8Array([123, 125]), "recv gives bytes as bytes");
  await sent(here, "a value");
  await assertRejects(() => soon(there.recvBytes(), silent), PipeError);
  const taken = "recvBytes has taken the value that it refused, and recv waits for ever";
  assertEquals(await soon(there.recv(), taken), "a value", "recvBytes has left it for recv");
  const [refused, ...behind] = pending(there.recvBytes(), there.recv(), there.recv());
  for (const value of [1, 2]) await sent(here, value);
  assertEquals((await errorOf(refused)).name, "PipeError");
  const left = "recvBytes refuses a value: it is for the next one who waits";
  const values = await soon(Promise.allSettled(behind), taken);
  assertEquals(
    values.map((it) => it.status === "fulfilled" ? it.value : it.reason.name),
    [1, 2],
    left,
  );
});

test("[1] who sends much waits until somebody reads", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const [count, megabyte] = [64, new Uint8Array(2 ** 20)];
  let taken = 0;
  const sendAll = async () => {
    for (; taken < count; taken++) await here.sendBytes(megabyte);
  };
  const [sending] = pending(sendAll());
  for (let turn = 0; turn < 2 * count; turn++) await new Promise((next) => setTimeout(next));
  assertLess(taken, count, "Nobody reads, and all 64 MiB are gone: they fill the memory");
  for (let i = 0; i < count; i++) await soon(there.recvBytes(), silent);
  await soon(sending, full);
  const both = "Both sides send much at once, and wait for each other";
  await soon(Promise.all([here.sendBytes(megabyte), there.sendBytes(megabyte)]), both);
});

test("[1] a pipe that is not duplex goes one way", async () => {
  await using ends = bothEnds({ duplex: false });
  const { here, there } = ends;
  await sent(there, "down");
  assertEquals(await received(here), "down", "The first end receives, the second one sends");
  const wrongWays = [
    here.send(1),
    here.sendBytes(new Uint8Array(1)),
    there.recv(),
    there.recvBytes(),
    there.poll(),
    connectionsReady([there]),
  ];
  const forEver = "The wrong direction must be refused, and it waits for ever";
  for (const wrong of wrongWays) {
    const error = await errorOf(wrong, forEver) as Error;
    assertEquals(
      error.name,
      "PipeError",
      `The wrong direction must be refused, by poll and connectionsReady too: ${error.message}`,
    );
  }
});

// -- [2] a wait may have an end --

test("[2] poll says whether something is there, and takes nothing", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  for (const timeout of [undefined, 0, -1, 5]) {
    const polling = soon(there.poll({ timeout }), `poll({ timeout: ${timeout} }) does not give up`);
    assertEquals(await polling, false, "Nothing was sent");
  }
  const [polling] = pending(there.poll({ timeout: patience }));
  await soon(here.sendBytes(new Uint8Array()), noRoom);
  assertEquals(await soon(polling, "poll waits, and a message has come"), true);
  assertEquals(await soon(there.poll({ timeout: patience }), silent), true, "It is still there");
  assertEquals(await soon(there.recvBytes(), silent), new Uint8Array());
  assertEquals(await soon(there.poll(), "poll does not give up"), false, "Now it is taken");
});

test("[2] who gives up takes no message", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const [early, second] = pending(there.recv({ timeout: 5 }), there.recv());
  const error = await errorOf(early, "recv does not give up when its time is over");
  assertEquals(error.name, "TimeoutError");
  await sent(here, "bun");
  const lost = "The message went to one who had given up, and who still waits gets none";
  assertEquals(await soon(second, lost), "bun", "It goes to the one who still waits");

  const controller = new AbortController();
  const [aborted, third] = pending(there.recv({ signal: controller.signal }), there.recv());
  controller.abort(new Error("the guest has left"));
  const [sending] = pending(here.send("dumpling")); // In the same moment.
  assertEquals(
    (await errorOf(aborted, "recv does not hear its signal") as Error).message,
    "the guest has left",
  );
  await soon(sending, noRoom);
  assertEquals(await soon(third, lost), "dumpling", "Nothing goes to one who has left");
  const later = new AbortController();
  const polling = errorOf(
    there.poll({ timeout: Infinity, signal: later.signal }),
    "poll does not hear its signal",
  );
  later.abort(new Error("the guest has left"));
  assertEquals((await polling as Error).message, "the guest has left");
  const before = { signal: AbortSignal.abort(new Error("closed today")) };
  await sent(here, "tea");
  assertEquals((await errorOf(there.recv(before)) as Error).message, "closed today");
  assertEquals((await errorOf(there.poll(before)) as Error).message, "closed today");
  assertEquals(await received(there), "tea", "A signal that was aborted before takes nothing");
});

test("[2] nothing is left of a wait that is over", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const { signal } = new AbortController();
  for (let i = 0; i < 3; i++) {
    const [waiting] = pending(there.recv({ signal, timeout: 60_000 }));
    await sent(here, i);
    assertEquals(await soon(waiting, silent), i);
    await soon(there.poll({ signal, timeout: 1 }), "poll does not give up");
  }
  const left = getEventListeners(signal, "abort").length;
  assertEquals(left, 0, `${left} listeners are left at the signal: each holds what it waited for`);
});

test("[2] a timeout may be as long as you like, and is a number", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  await assertRejects(() => there.recv({ timeout: NaN }), RangeError);
  await assertRejects(() => there.poll({ timeout: NaN }), RangeError);
  const patient = pending(
    ...[2 ** 31 - 0.5, 2 ** 31, 2 ** 40, Infinity].map((timeout) => there.recv({ timeout })),
  );
  const [watching] = pending(there.poll({ timeout: 2 ** 33 }));
  const first = await Promise.race([
    ...patient.map((it) => it.catch(({ name }) => name)),
    watching.then((is) => is || "poll: nothing"),
    new Promise((go) => setTimeout(go, 20, "still waiting")),
  ]);
  assertEquals(first, "still waiting", "A timeout of many days or years is not over at once");
  for (let i = 0; i < 5; i++) await sent(here, i);
  assertEquals(await soon(Promise.all(patient), silent), [0, 1, 2, 3]);
  assertEquals(await soon(watching, "poll waits, and a message has come"), true);
});

// -- [3] the end --

test("[3] after the last message comes the end", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  for (const value of ["", null]) await sent(here, value);
  await soon(here.close(), "close does not come back");
  assertEquals([await received(there), await received(there)], ["", null], "Nothing sent is lost");
  for (let i = 0; i < 2; i++) {
    const ready = soon(there.poll({ timeout: patience }), "poll does not see the end");
    assertEquals(await ready, true, "The end can be received too: poll says so");
    const error = await errorOf(there.recv()) as EndOfPipe;
    assertInstanceOf(error, EndOfPipe);
    assertEquals(error.wasClosed, true, "The other end was closed: this is all there ever was");
  }
});

test("[3] all who wait are told of the end", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const waiting = [there.recv(), there.recv(), there.recv(), there.recvBytes()].map((it) =>
    errorOf(it)
  );
  const watching = pending(there.poll({ timeout: 60_000 }), there.poll({ timeout: 60_000 }));
  await soon(here.close(), "close does not come back");
  for (const error of await Promise.all(waiting)) assertInstanceOf(error, EndOfPipe);
  assertEquals(await soon(Promise.all(watching), "poll does not see the end"), [true, true]);
});

test("[3] nobody takes what is sent to a closed end", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  await sent(here, "never read");
  await soon(there.close(), "close does not come back");
  assertInstanceOf(await errorOfSending(here), BrokenPipe, "The message is lost without a word");
  await assertRejects(() => here.sendBytes(new Uint8Array(1)), BrokenPipe);
});

test("[3] a closed end is of no use, and can be closed again", async () => {
  const [here, there] = pipe();
  assertEquals([here.closed, there.closed], [false, false]);
  assertMatch(String(here), /^Connection\(open/);
  await sent(there, "never read");
  const [end] = pipe();
  const options = { timeout: Infinity };
  const untold = "This end was closed, and who waits at it is not told";
  const waiting = [end.recv(), end.poll(options), connectionsReady([end])].map((it) =>
    errorOf(it, untold)
  );
  await soon(end.close(), "close does not come back");
  for (const error of waiting) {
    assertEquals((await error).name, "PipeError", "Who waits here is told that it was closed");
  }
  {
    await using _here = here;
  }
  assertEquals([here.closed, there.closed], [true, false], "await using closes an end");
  await soon(here.close(), "A second close does not come back");
  assertMatch(String(here), /^Connection\(closed/);
  const uses = [
    here.send(1),
    here.sendBytes(new Uint8Array(1)),
    here.recv(),
    here.recvBytes(),
    here.poll(),
    connectionsReady([there, here]),
  ];
  for (const use of uses) assertEquals((await errorOf(use)).name, "PipeError");
  await soon(there.close(), "close does not come back");
});

// -- [4] one end in a child --

testWithPermission("[4] parent and child speak on one line", async () => {
  await using line = withChild("echo");
  const { here, child } = line;
  const values = [[42, null, "hello"], [1, 1.5, null], undefined, 0, "", NaN, new Map([[1, 2]])];
  for (const value of values) {
    await soon(whileAlive(here.send(value)), outside);
    const back = await whileAlive(received(here));
    assertEquals(back, value, "The child sends back what it gets");
  }
  for (const length of [0, 1, 4, 255, 65_535, 65_536, 300_000]) {
    const bytes = new Uint8Array(length).map((_, i) => i);
    await soon(here.sendBytes(bytes), full);
    const back = await received(here);
    assertEquals(back.length, length, "Messages of any size keep their bounds");
    assert(bytes.every((byte, i) => back[i] === byte), `${length} bytes arrive unchanged`);
  }
  const many = Array.from({ length: 2_000 }, (_, i) => ({ i }));
  const [sending] = pending(Promise.all(many.map((value) => here.send(value))));
  const back = await soon(Array.fromAsync(many, () => here.recv()), silent);
  assertEquals(back, many, "2,000 messages, none lost and none twice");
  await soon(sending, full);
  await soon(here.close(), "close does not come back");
  assertEquals(await soon(child.result(), never), "EndOfPipe", "The child sees the end");
});

testWithPermission("[4] both may send large messages at the same time", async () => {
  const size = 16 * 2 ** 20;
  await using line = withChild("exchange", size);
  const { here, child } = line;
  const large = new Uint8Array(size).fill(1);
  const both =
    "Both sides send more than the system keeps, and none reads: they wait for each other";
  await soon(Promise.all([here.sendBytes(large), here.sendBytes(large)]), both);
  for (let i = 0; i < 2; i++) {
    const bytes = await soon(here.recvBytes(), silent);
    assert(bytes.length === size && bytes.every((byte) => byte === 2), "A large message is whole");
  }
  assertEquals(await soon(child.result(), never), [size, size]);
});

testWithPermission("[4] what was sent before the child was there is not lost", async () => {
  const [here, there] = pipe();
  await sent(here, "to you");
  await sent(there, "from there");
  const child = new Process({ module, target: "echo", args: [there] });
  const waiting = pending(here.recv(), here.recv(), here.recv());
  child.start();
  await there.close(); // As in Python, where the parent closes the child's end. It is no end here.
  const [second] = pending(sent(here, "and you"));
  const left =
    "What nobody had received at an end that has gone to a child does not reach the child";
  assertEquals(
    await soon(Promise.all(waiting), left),
    ["from there", "to you", "and you"],
    "What nobody had received there goes with the end to the child",
  );
  await second;
  await soon(here.close(), "close does not come back");
  assertEquals(await soon(child.result(), never), "EndOfPipe");
});

testWithPermission("[4] in a child, too, a pipe that is not duplex goes one way", async () => {
  const [[inHere, outThere], [inThere, outHere]] = [
    pipe({ duplex: false }),
    pipe({ duplex: false }),
  ];
  const child = new Process({ module, target: "goWrongWays", args: [outThere, inThere] });
  child.start();
  const why = "The child goes the wrong way at its ends, and waits for ever";
  const errors = await soon(child.result(), why).finally(() => child.kill());
  assertEquals(errors, ["PipeError", "PipeError"], "It must be refused: recv here, send there");
  for (const end of [inHere, outHere]) await soon(end.close(), "close does not come back");
});

testWithPermission("[4] a child is told that the other end was closed before it came", async () => {
  const [here, there] = pipe();
  await sent(here, "last");
  await soon(here.close(), "close does not come back");
  const child = new Process({ module, target: "receiveAll", args: [there] });
  child.start();
  const untold = "The other end was closed before this one went to a child, which is not told";
  const told = await soon(child.result(), untold).finally(() => child.kill());
  assertEquals(told, ["last", "EndOfPipe", true], untold);
});

testWithPermission("[4] close waits until what was sent is on its way", async () => {
  await using line = withChild("receiveAll");
  const { here, child } = line;
  Deno.kill(child.pid!, "SIGSTOP"); // It has not come in.
  const [sending] = pending(here.send("last"));
  const closing = here.close().then(() => "closed");
  const first = await Promise.race([closing, new Promise((go) => setTimeout(go, 20, "waits"))]);
  Deno.kill(child.pid!, "SIGCONT");
  assertEquals(
    first,
    "waits",
    "close has come back, and the child is not there to take what was sent",
  );
  assertEquals(await soon(closing, "close does not come back"), "closed");
  await soon(sending, outside);
  assertEquals(await soon(child.result(), never), ["last", "EndOfPipe", true]);
});

testWithPermission("[4] an end travels once", async () => {
  const [here, there] = pipe();
  const gone = "Its end has gone to a child, and it waits here for ever";
  const waiting = [there.recv(), there.poll({ timeout: Infinity })].map((it) => errorOf(it, gone));
  const child = new Process({ module, target: "passOn", args: [there] });
  child.start();
  for (const error of waiting) {
    assertEquals((await error).name, "PipeError", "Who waits at an end that leaves is told");
  }
  assertEquals(there.closed, true, "It is the child's now");
  for (const use of [there.send(1), there.recv(), there.poll()]) {
    assertEquals((await errorOf(use)).name, "PipeError", "It is the child's now");
  }
  const again = new Process({ module, target: "echo", args: [there] });
  assertThrows(() => again.start(), PipeError, "", "Two children would read from one end");
  const other = new Process({ module, target: "echo", args: [here] });
  assertThrows(() => other.start(), PipeError, "", "One end stays where the pipe was made");
  assertEquals(await soon(child.result(), never), "PipeError", "A child does not pass it on");
  await soon(here.close(), "close does not come back");
  const [mine] = pipe();
  assertThrows(() => structuredClone(mine), DOMException, "", "A clone of it would be a shell");
  await mine.close();
});

testWithPermission("[4] an end stays here when its process is not started", async () => {
  await using ends = bothEnds();
  const { here, there } = ends;
  const failing = new Process({ module, target: "echo", args: [there, () => {}] });
  assertThrows(() => failing.start(), DOMException);
  await sent(here, "still");
  assertEquals(await received(there), "still", "The start has failed, so the end is not used up");
  const child = new Process({ module, target: "echo", args: [there] });
  child.start();
  await sent(here, "and now");
  assertEquals(await received(here), "and now", "It can still travel");
  await soon(here.close(), "close does not come back");
  await soon(child.join(), never);
});

testWithPermission("[4] who sends waits until there is room", async () => {
  const count = 64;
  await using line = withChild("receiveLater", count);
  const { here, child } = line;
  assertEquals(await soon(child.receive(), silent), "here");
  let taken = 0;
  const megabyte = new Uint8Array(2 ** 20);
  const sendAll = async () => {
    for (let i = 0; i < count; i++) {
      await here.sendBytes(megabyte);
      taken++;
    }
  };
  const [sending] = pending(sendAll());
  for (let last = -1; last !== taken;) {
    last = taken;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  assertLess(taken, count, "Nobody reads, and all 64 MiB are gone: they fill somebody's memory");
  child.send("read");
  await soon(sending, full);
  assertEquals(await soon(child.result(), never), count * 2 ** 20);
});

// -- [5] who dies --

testWithPermission("[5] what a child has sent is there when it has ended", async () => {
  for (const [target, wasClosed] of [["sendAndClose", true], ["sendAndEnd", false]] as const) {
    const values = ["one", new Uint8Array(300_000), null];
    await using line = withChild(target, values);
    const { here, child } = line;
    if (!wasClosed) await soon(here.poll({ timeout: patience }), silent);
    for (const value of values) {
      {
        const came = await soon(here.recv().catch((error) => error), silent);
        assertFalse(came instanceof Error, `It was sent, and is lost: ${came}`);
        assertEquals(came, value);
      }
    }
    const error = await errorOf(here.recv()) as EndOfPipe;
    assertInstanceOf(error, EndOfPipe);
    const why = "Who has closed its end has said all; who just ends has perhaps not";
    assertEquals(error.wasClosed, wasClosed, why);
    assertInstanceOf(await errorOfSending(here), BrokenPipe);
    await soon(child.join(), never);
  }
});

testWithPermission("[5] half a message is no message", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/dying`;
  await using line = withChild("dieSending", file);
  const { here, child } = line;
  assertEquals(await received(here), "whole");
  // Who sends takes in what comes: a whole message lies here when the other one is torn.
  const megabyte = new Uint8Array(2 ** 20);
  const sending = Array.from({ length: 16 }, () => errorOf(here.sendBytes(megabyte)));
  child.send("go on");
  await soon(here.poll({ timeout: patience }), silent);
  child.send("go on");
  // As long as this process does nothing, nobody reads: the child dies in the middle.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + patience;
  while (!isThere(file) && performance.now() < end) Atomics.wait(clock, 0, 0, 1);
  Atomics.wait(clock, 0, 0, 50);
  await Promise.all(sending);
  await new Promise((resolve) => setTimeout(resolve, 50)); // Now all is read that can be.
  const lost = await soon(here.recv().catch(({ name }) => name), silent);
  assertEquals(lost, "whole too", "Another message was torn, and one that came before it is lost");
  for (let i = 0; i < 2; i++) {
    const error = await errorOf(here.recvBytes().then(({ length }) => `${length} bytes`));
    const why = "The child was killed while it sent 32 MiB: what has come of them is torn";
    assertInstanceOf(error, TornMessage, `${why}, and recvBytes says ${error.name}`);
  }
});

testWithPermission("[5] all are told when the child is killed", async () => {
  await using line = withChild("sleep");
  const { here, child } = line;
  assertEquals(await received(here), "here");
  const waiting = [here.recv(), here.recv(), here.recv()].map((it) => errorOf(it));
  const watching = pending<unknown>(here.poll({ timeout: 60_000 }), connectionsReady([here]));
  child.kill();
  for (const error of await Promise.all(waiting)) {
    assertInstanceOf(error, EndOfPipe);
    assertEquals(error.wasClosed, false, "It was killed. Perhaps there was more to come");
  }
  assertEquals(await soon(Promise.all(watching), deaf), [true, [here]]);
  assertInstanceOf(await errorOfSending(here), BrokenPipe);
});

testWithPermission("[5] who waits for room is told when the reader is killed", async () => {
  await using line = withChild("receiveLater", 64);
  const { here, child } = line;
  assertEquals(await soon(child.receive(), silent), "here");
  const megabyte = new Uint8Array(2 ** 20);
  const sending = Array.from({ length: 64 }, () => errorOf(here.sendBytes(megabyte)));
  child.kill();
  const why = "Nobody has read it, nobody ever will, and send says that all is well";
  const last = (await Promise.all(sending)).at(-1);
  assert(last instanceof BrokenPipe, `${why}: ${last?.name}`);
});

testWithPermission("[5] a child that dies before it is there has ended too", async () => {
  const [here, there] = pipe();
  const child = new Process({ module, target: "echo", args: [there] });
  child.start();
  const [sending, waiting] = pending(
    errorOf(here.send("hello?"), "send waits for a child that will never come"),
    errorOf(here.recv(), "recv waits for a child that will never come"),
  );
  child.kill();
  assertInstanceOf(await waiting, EndOfPipe);
  assertInstanceOf(await sending, BrokenPipe);
  await soon(child.join(), never);
  await soon(here.close(), "close does not come back");
});

testWithPermission("[5] a child is told when its parent is killed", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/told`;
  const { stdout, stderr } = await program("die", file);
  assertEquals(stdout, "here\n", stderr);
  await until(() => isThere(file), "The parent was killed, and its child waits for ever");
  assertEquals(Deno.readTextFileSync(file), "EndOfPipe");
});

testWithPermission("[5] an open pipe does not keep a program alive, and a wait does", async () => {
  const { code, stdout, stderr } = await program("leave");
  assertEquals(
    stdout,
    "here\ntrue\nmain ends\n",
    `It waits for a daemon, gets its message and ends; for another one it waits by poll. ${stderr}`,
  );
  assertEquals(code, 0);
});

// -- [6] many pipes, and strangers --

test("[6] all that are ready are found, and none else", async () => {
  await using one = bothEnds();
  await using two = bothEnds();
  await using three = bothEnds();
  const all = [one, two, three].map(({ here }) => here);
  const forEver = "connectionsReady waits, though one of them is ready";
  assertEquals(await soon(connectionsReady([]), "There is nothing to wait for"), []);
  for (const timeout of [0, -1, 5]) {
    assertEquals(await soon(connectionsReady(all, { timeout }), "It does not give up"), []);
  }
  const [waiting] = pending(connectionsReady(all));
  await sent(two.there, 0);
  assertEquals(await soon(waiting, forEver), [two.here]);
  await soon(three.there.close(), "close does not come back");
  await soon(three.here.poll({ timeout: patience }), "poll does not see the end");
  for (let i = 0; i < 2; i++) {
    const ready = await soon(connectionsReady(new Set(all)), forEver);
    assertEquals(ready, [two.here, three.here], "The end is to be received too. Nothing is taken");
  }
  assertEquals(await received(two.here), 0);
  assertEquals(await soon(connectionsReady(all), forEver), [three.here], "Its message is taken");
  const { signal } = new AbortController();
  await soon(connectionsReady([one.here, two.here], { signal, timeout: 1 }), "It does not give up");
  assertEquals(getEventListeners(signal, "abort").length, 0, "A listener is left at the signal");
  const aborted = connectionsReady([one.here], { signal: AbortSignal.abort(new Error("home")) });
  assertEquals((await errorOf(aborted) as Error).message, "home");
  const later = new AbortController();
  const leaving = connectionsReady([one.here, two.here], { signal: later.signal });
  const waits = errorOf(leaving, "connectionsReady does not hear its signal");
  later.abort(new Error("home"));
  assertEquals((await waits as Error).message, "home");
  await assertRejects(() => connectionsReady([one.here], { timeout: NaN }), RangeError);
});

testWithPermission(
  "[6] the messages of three children are all read, until all have ended",
  async () => {
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    await using a = withChild("sendAndClose", numbers);
    await using b = withChild("sendAndEnd", numbers);
    await using c = withChild("sendAndClose", numbers);
    let open = [a, b, c].map(({ here }) => here);
    const read: unknown[] = [];
    while (open.length > 0) {
      for (const end of await soon(connectionsReady(open), deaf)) {
        const value = await errorOf(end.recv().then((value) => `${value}`));
        if (value instanceof EndOfPipe) open = open.filter((other) => other !== end);
        else read.push(value.name.match(/\d+/)?.[0]);
      }
    }
    const expected = numbers.flatMap((n) => Array(3).fill(`${n}`));
    assertEquals(read.sort(), expected, "Each of 30 messages is read once");
  },
);

/** Starts a child that stands still before it has come to its end of the pipe. */
async function withStrangers(visit: (path: string) => Promise<void>) {
  const folder = await temporaryFolder();
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", folder.path);
  try {
    const line = withChild("echo");
    Deno.kill(line.child.pid!, "SIGSTOP");
    const files = () => Array.from(filesIn(folder.path));
    for (const path of files()) await visit(path);
    Deno.kill(line.child.pid!, "SIGCONT");
    return { ...line, files, folder };
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
  }
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

testWithPermission("[6] a stranger who is there first does not get in", async () => {
  const strangers: Deno.Conn[] = [];
  const modes: number[] = [];
  const words = [[], [0, 0, 0], Array(9_000).fill(255), [0, 0, 0, 2, 0, 49], Array(64).fill(0)];
  await using line = await withStrangers(async (path) => {
    modes.push(Deno.statSync(path.slice(0, path.lastIndexOf("/"))).mode! & 0o777);
    for (const bytes of words) {
      const stranger = await Deno.connect({ transport: "unix", path }).catch(() => undefined);
      if (!stranger) continue; // Somebody was let in, and the door is shut.
      strangers.push(stranger);
      await stranger.write(new Uint8Array(bytes)).catch(() => {});
    }
  });
  const { here, child, files, folder } = line;
  await using _folder = folder;
  assert(modes.every((mode) => mode === 0o700), "Only this user may open the folder of a socket");
  await sent(here, "honest");
  const shut = "A stranger that says nothing, or nonsense, keeps the child outside";
  assertEquals(await soon(here.recv(), shut), "honest", "What a stranger has said is no message");
  await until(() => files().length === 0, `These files are left for ever: ${files()}`);
  await soon(here.close(), "close does not come back");
  assertEquals(await soon(child.result(), never), "EndOfPipe");
  strangers.forEach((stranger) => stranger.close());
});

testWithPermission("[6] a child trusts nobody who has taken the place of its parent", async () => {
  const listeners: Deno.Listener[] = [];
  const heard: Deno.Conn[] = [];
  const timers: ReturnType<typeof setTimeout>[] = [];
  // The impostor says something of its own, then what it hears, and after a while it leaves.
  const imitate = async (caller: Deno.Conn) => {
    heard.push(caller);
    try {
      await caller.write(new Uint8Array(96).fill(7));
      const buffer = new Uint8Array(1_000);
      timers.push(setTimeout(() => caller.closeWrite().catch(() => {}), 100));
      for (let size; (size = await caller.read(buffer)) !== null;) {
        await caller.write(buffer.slice(0, size));
      }
    } catch {
      // It was seen through.
    }
  };
  await using line = await withStrangers((path) => {
    if (isOfProcess(path)) return Promise.resolve();
    Deno.renameSync(path, `${path}.old`);
    const listener = Deno.listen({ transport: "unix", path });
    listeners.push(listener);
    void (async () => {
      for await (const caller of listener) void imitate(caller);
    })();
    return Promise.resolve();
  });
  const { here, child, folder } = line;
  await using _folder = folder;
  try {
    assert(
      listeners.length > 0,
      "There is no socket for a child to come to, in no temporary folder",
    );
    const trusting = "The child waits for ever for somebody who does not know the secret";
    const result = await errorOf(child.result(), trusting);
    assert(!/no error/.test(result.name), "The child takes a stranger for its parent");
    assertInstanceOf(await errorOf(here.recv()), EndOfPipe, "The child has ended");
  } finally {
    for (const listener of listeners) listener.close();
    for (const conn of heard) conn.close();
    for (const timer of timers) clearTimeout(timer);
  }
});

testWithPermission("[6] a secret is told to nobody", async () => {
  await using folder = await temporaryFolder();
  const before = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", folder.path);
  await using ends = bothEnds();
  const { there } = ends;
  const { data } = there[depart]();
  if (before === undefined) Deno.env.delete("TMPDIR");
  else Deno.env.set("TMPDIR", before);
  const [path] = filesIn(folder.path);
  assert(path, "There is no socket for a child to come to, in no temporary folder");
  Deno.renameSync(path, `${path}.old`);
  using listener = Deno.listen({ transport: "unix", path });
  const hear = async () => {
    const arriving = errorOf(Connection[arrive](data), "It waits for ever for a stranger");
    const said = await heardFrom(listener);
    const { name } = await arriving;
    assert(!/^no error/.test(name), "It takes a stranger for the other end");
    return said;
  };
  const [first, second] = [await soon(hear(), silent), await soon(hear(), silent)];
  const why = "It says the same to whoever is there, who can say it then to the other end";
  assert(first === "" || first !== second, why);
  Deno.renameSync(`${path}.old`, path);
});

/** What a caller says to one who does not know the secret, and always says the same. */
async function heardFrom(listener: Deno.Listener): Promise<string> {
  using caller = await listener.accept();
  const timer = setTimeout(() => caller.closeWrite().catch(() => {}), 100);
  const said: number[] = [];
  try {
    await caller.write(new Uint8Array(96).fill(7));
    const buffer = new Uint8Array(1_000);
    for (let size; (size = await caller.read(buffer)) !== null;) {
      said.push(...buffer.subarray(0, size));
    }
  } catch {
    // It was seen through.
  } finally {
    clearTimeout(timer);
  }
  return said.join(" ");
}

/** The line of `Process` itself is not judged here. */
const isOfProcess = (path: string) => path.includes("/process_");

testWithPermission("[6] to wait costs nothing", async () => {
  const { stdout, stderr } = await program("idle");
  assertMatch(stdout, /^\d+ \d+\n$/, stderr);
  const [work, wakes] = stdout.split(" ").map(Number);
  const why = "It looks again and again, and burns a core that others could use";
  assertLess(work, 40, `${why}: to wait is ${work} percent as much work as to work`);
  assertLess(wakes, 10, `Nothing has come, and its timers have called it ${wakes} times meanwhile`);
});

testWhatToFixFirst();
