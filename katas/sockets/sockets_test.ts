import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { GreenletExit } from "#solutions/greenlets/greenlets.ts";
import {
  Event,
  joinAll,
  run,
  sleep,
  spawn,
  Timeout,
  wait,
  withTimeout,
} from "#solutions/gevents/gevents.ts";
import {
  assertThrows,
  inVirtualTime,
  patience,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import {
  Client,
  EchoServer,
  type EchoServerOptions,
  type Handler,
  Line,
  LineBroken,
  SocketError,
  type Wire,
} from "./sockets.ts";

type Body<T> = Generator<unknown, T, unknown>;

/** What was printed by `console.error` in this test. */
let printed: string[] = [];

/** Keeps what is printed by `console.error`, until it is disposed of. */
function capturedErrors(): Disposable {
  const { error } = console;
  printed = [];
  console.error = (...words: unknown[]) => {
    printed.push(words.map((word) => Deno.inspect(word)).join(" "));
  };
  return { [Symbol.dispose]: () => console.error = error };
}

/** A test of a line whose other side the test plays, in virtual time. */
function lineTest(name: string, body: () => Body<void>): void {
  test(name, () => printing([], () => inVirtualTime(() => run(body))));
}

/** A test with real connections on this machine. What it prints is told by `prints`. */
function netTest(name: string, body: () => Body<void>, prints: string[] = []): void {
  const late = "The task of this test waits, and nothing will wake it";
  testWithPermission(name, () => printing(prints, () => soon(run(body), late)));
}

/** Does it, and looks what it has printed. */
async function printing(prints: string[], body: () => Promise<unknown>): Promise<void> {
  {
    using _printing = capturedErrors();
    await body();
  }
  assertEquals(printed.length, prints.length, `What was printed: ${Deno.inspect(printed)}`);
  prints.forEach((part, i) => assert(printed[i].includes(part), `${printed[i]} lacks: ${part}`));
}

/** The error that comes out. */
function* errorOf(body: () => Iterable<unknown, unknown, unknown>, why: string): Body<unknown> {
  let result: unknown;
  try {
    result = yield* body();
  } catch (error) {
    return error;
  }
  throw new Error(`${why}: it must throw, but it gave ${Deno.inspect(result)}`);
}

function* assertBroken(body: () => Iterable<unknown, unknown, unknown>, why: string): Body<void> {
  const error = yield* errorOf(body, why);
  assert(error instanceof LineBroken, `${why}: expected LineBroken, got ${error}`);
}

/** What it gives. Fails with the sentence if it does not come. */
function* within<T>(sentence: string, body: () => Body<T>): Body<T> {
  const late = new Timeout(0.8 * patience, { error: new Error(sentence) });
  using _running = late.start();
  return yield* body();
}

/** Waits until the condition holds. */
function* until(condition: () => boolean, sentence: string): Body<void> {
  yield* within(sentence, function* () {
    while (!condition()) yield* sleep(1);
  });
}

/** Some turns of the hub, so that all can go on that do not wait for a time. */
function* turns(): Body<void> {
  for (let turn = 0; turn < 8; turn++) yield* sleep(0);
}

const encoder = new TextEncoder();
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);
const bytesOf = (data: string | Uint8Array) =>
  typeof data === "string" ? encoder.encode(data) : data;

/** The other side of a line, as a test plays it. */
class PlayedWire implements Wire {
  /** What was written, a write for each. */
  readonly writes: string[] = [];
  /** So many bytes are taken at once. */
  room = Infinity;
  /** What a write waits for. */
  gate: Promise<unknown> = Promise.resolve();
  reads = 0;
  closes = 0;
  readonly #come: (Uint8Array | null | Error)[] = [];
  #waiting: { buffer: Uint8Array; settle: PromiseWithResolvers<number | null> } | null = null;

  constructor(...come: (string | Uint8Array | null | Error)[]) {
    for (const data of come) this.bring(data);
  }

  /** A packet comes, or the end, or an error. */
  bring(data: string | Uint8Array | null | Error): void {
    this.#come.push(typeof data === "string" ? bytesOf(data) : data);
    this.#serve();
  }

  read(buffer: Uint8Array): Promise<number | null> {
    this.reads++;
    assert(buffer.length > 0, "A read into a buffer of no bytes gives 0 for ever");
    if (this.closes > 0) return Promise.reject(new Deno.errors.BadResource("Bad resource ID"));
    assertEquals(this.#waiting, null, "The connection is asked twice at once");
    const settle = Promise.withResolvers<number | null>();
    this.#waiting = { buffer, settle };
    this.#serve();
    return settle.promise;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.gate;
    if (this.closes > 0) throw new Deno.errors.BadResource("Bad resource ID");
    const count = Math.min(this.room, bytes.length);
    this.writes.push(text(bytes.subarray(0, count))!);
    return count;
  }

  async closeWrite(): Promise<void> {
    await this.gate;
    this.writes.push("<end>");
  }

  close(): void {
    this.closes++;
    this.#waiting?.settle.reject(new Deno.errors.Interrupted("operation canceled"));
    this.#waiting = null;
  }

  #serve(): void {
    if (!this.#waiting || this.#come.length === 0) return;
    const { buffer, settle } = this.#waiting;
    const [first] = this.#come;
    this.#waiting = null;
    if (first instanceof Uint8Array) {
      const count = Math.min(buffer.length, first.length);
      buffer.set(first.subarray(0, count));
      if (count < first.length) this.#come[0] = first.subarray(count);
      else this.#come.shift();
      settle.resolve(count);
    } else {
      // An end and an error stay, whoever asks again.
      if (first instanceof Error) settle.reject(first);
      else settle.resolve(null);
    }
  }
}

// -- [1] bytes in, bytes out --

lineTest("[1] read gives what comes, and null at the end", function* () {
  const line = new Line(new PlayedWire("bun", "rice", null));
  assertEquals([text(yield* line.read()), text(yield* line.read())], ["bun", "rice"]);
  assertEquals([yield* line.read(), yield* line.read()], [null, null], "At the end, and after it");
});

lineTest("[1] while one waits for bytes, the others go on", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const log: unknown[] = [];
  spawn(function* () {
    log.push(text(yield* line.read()));
  });
  yield* sleep(10);
  log.push("other");
  wire.bring("bun");
  yield* turns();
  assertEquals(log, ["other", "bun"]);
});

lineTest("[1] what was read stays as it is", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const kept: Uint8Array[] = [];
  const packets = Array.from({ length: 20 }, (_, n) => `packet ${n} ${"x".repeat(100 * n)}`);
  for (const packet of packets) {
    wire.bring(packet);
    for (let got = 0; got < packet.length; got += kept.at(-1)!.length) {
      kept.push((yield* line.read())!);
    }
  }
  assertEquals(
    kept.map(text).join(""),
    packets.join(""),
    "A later read has written over bytes that were handed out before",
  );
});

lineTest("[1] write sends all, however little is taken at once", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  wire.room = 3;
  yield* line.write("bäozi for two");
  yield* line.write(new Uint8Array([65, 66]));
  yield* line.write("");
  assertEquals(wire.writes.join(""), "bäozi for twoAB".replace("ä", text(bytesOf("ä"))!));
});

lineTest("[1] what a task writes arrives in one piece", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  wire.room = 4;
  const names = ["anna", "bert", "cleo"];
  const tasks = names.map((name) =>
    spawn(function* () {
      yield* line.write(`<hello from ${name}>`);
    })
  );
  yield* joinAll(tasks, { raiseError: true });
  assertEquals(
    wire.writes.join("").match(/<[^<>]+>/g)?.toSorted(),
    names.map((name) => `<hello from ${name}>`),
    "Three tasks have written at once, and their words are mixed: a write may take only a part, " +
      "and another task comes between",
  );
});

lineTest("[1] end tells that nothing more comes, after what is being written", function* () {
  const wire = new PlayedWire("more", null);
  const line = new Line(wire);
  wire.room = 2;
  const writer = spawn(() => line.write("buns"));
  yield* sleep(0);
  yield* line.end();
  yield* writer.get();
  assertEquals(wire.writes, ["bu", "ns", "<end>"]);
  assertEquals(text(yield* line.read()), "more", "The other direction is open");
  assertFalse(line.closed);
});

lineTest("[1] closing wakes who reads, and nothing goes after it", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const reader = spawn(() => assertBroken(() => line.read(), "It was closed while a task read"));
  yield* turns();
  assertFalse(line.closed);
  line.close();
  line.close();
  yield* reader.get();
  assertEquals([line.closed, wire.closes], [true, 1], "[closed, how often the connection was]");
  yield* assertBroken(() => line.read(), "A read from a closed line");
  yield* assertBroken(() => line.write("bun"), "A write to a closed line");
});

lineTest("[1] a line that was broken off says so, with the reason", function* () {
  const { ConnectionReset, BrokenPipe } = Deno.errors;
  const reset = new ConnectionReset("Connection reset by peer");
  const line = new Line(new PlayedWire("bun", reset));
  assertEquals(text(yield* line.read()), "bun");
  const error = yield* errorOf(() => line.read(), "It was broken off");
  assert(error instanceof LineBroken, `Expected LineBroken, got ${error}`);
  assertStrictEquals(error.cause, reset, "The cause tells what the system said");
  const wire = new PlayedWire();
  wire.gate = Promise.reject(new BrokenPipe("Broken pipe"));
  yield* assertBroken(() => new Line(wire).write("bun"), "The caller has gone");
  const odd = new RangeError("no such disk");
  const other = yield* errorOf(() => new Line(new PlayedWire(odd)).read(), "It has failed");
  assertStrictEquals(other, odd, "Any other error is not hidden behind a LineBroken");
});

// -- [2] a wait may have an end --

lineTest("[2] a read that gives up loses nothing", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  for (const timeout of [0, 20]) {
    const error = yield* errorOf(() => line.read({ timeout }), "Nothing has come");
    assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  }
  assertEquals(Date.now(), 20);
  assertFalse(line.closed, "It can be read later");
  wire.bring("bun");
  yield* sleep(10);
  const next = yield* within("The bytes went to the read that had given up", () => line.read());
  assertEquals(text(next), "bun");
  wire.bring("rice");
  assertEquals(text(yield* line.read({ timeout: 2 ** 40 })), "rice");
});

lineTest("[2] who is killed while it reads loses nothing for the others", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const killed = spawn(() => line.read());
  yield* turns();
  yield* killed.kill();
  assert(killed.value instanceof GreenletExit);
  wire.bring("bun");
  const next = yield* within("The bytes went to the task that was killed", () => line.read());
  assertEquals(text(next), "bun");
});

lineTest("[2] two tasks cannot read the same line at once", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const first = spawn(() => line.read());
  yield* turns();
  const error = yield* errorOf(() => line.read(), "Somebody reads already");
  assert(error instanceof SocketError, `Expected SocketError, got ${error}`);
  wire.bring("bun");
  assertEquals(
    text(yield* first.get() as Body<Uint8Array>),
    "bun",
    "The first one is not disturbed",
  );
});

lineTest("[2] a write that was cut off in the middle closes the line", function* () {
  for (const end of ["timeout", "kill"]) {
    const wire = new PlayedWire();
    const line = new Line(wire);
    wire.room = 2;
    yield* line.write("bu");
    wire.gate = new Promise(() => {});
    if (end === "timeout") {
      const error = yield* errorOf(() => line.write("buns", { timeout: 20 }), "Nobody takes it");
      assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
    } else {
      const writer = spawn(() => line.write("buns"));
      yield* turns();
      yield* writer.kill();
    }
    assert(line.closed, `After a ${end} nobody knows how much has gone: the line is of no use`);
  }
});

lineTest("[2] a write that gives up waiting for its turn harms nobody", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire);
  const gate = Promise.withResolvers<void>();
  wire.gate = gate.promise;
  const first = spawn(() => line.write("<first>"));
  yield* turns();
  const error = yield* errorOf(
    () => line.write("<second>", { timeout: 20 }),
    "The first one writes",
  );
  assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  gate.resolve();
  yield* first.get();
  yield* within("Its turn does not come", () => line.write("<third>"));
  assertEquals([wire.writes, line.closed], [["<first>", "<third>"], false]);
});

lineTest("[2] an idle line is cut, one that moves is not", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire, { idleTimeout: 50 });
  for (let n = 0; n < 4; n++) {
    setTimeout(() => wire.bring("bun"), 40);
    assertEquals(text(yield* line.read()), "bun");
  }
  yield* sleep(1_000);
  wire.bring("rice");
  assertEquals(text(yield* line.read()), "rice", "A handler that does something else is not idle");
  const before = Date.now();
  yield* assertBroken(() => line.read(), "Nothing comes for 50 ms");
  assertEquals([Date.now() - before, line.closed], [50, true]);
  const full = new PlayedWire();
  full.gate = new Promise(() => {});
  const stuck = new Line(full, { idleTimeout: 50 });
  yield* assertBroken(() => stuck.write("bun"), "The other side takes nothing for 50 ms");
  assert(stuck.closed);
});

lineTest("[2] whose time is over?", function* () {
  const line = new Line(new PlayedWire(), { idleTimeout: 50 });
  const own = yield* errorOf(() => line.read({ timeout: 20 }), "20 ms are over");
  assert(own instanceof Timeout, `It is the read's time, and not the line's: got ${own}`);
  const outer = new Timeout(30);
  const error = yield* errorOf(function* () {
    using _running = outer.start();
    yield* line.read();
  }, "30 ms are over");
  assertStrictEquals(error, outer, "An outer timeout passes as it is");
  assertFalse(line.closed, "The line was not idle for 50 ms");
  const never = new Line(new PlayedWire(), { idleTimeout: 2 ** 32 });
  yield* errorOf(() => never.read({ timeout: 1_000 }), "A second is over");
  assertFalse(never.closed, "An idle timeout of many days is not over at once");
  for (const idleTimeout of [-1, NaN]) {
    assertThrows(() => new Line(new PlayedWire(), { idleTimeout }), RangeError);
  }
});

// -- [3] lines of text --

lineTest("[3] lines are found, however the packets are cut", function* () {
  const lines = ["bun", "", "bäozi", "last"];
  const whole = bytesOf("bun\n\nbäozi\r\nlast");
  for (const size of [1, 2, 3, 7, 100]) {
    const wire = new PlayedWire();
    for (let at = 0; at < whole.length; at += size) wire.bring(whole.slice(at, at + size));
    wire.bring(null);
    const line = new Line(wire);
    const got: (string | null)[] = [];
    while (got.at(-1) !== null) got.push(yield* line.readLine());
    assertEquals(got, [...lines, null], `Packets of ${size} bytes`);
    assertEquals(yield* line.readLine(), null, "After the end");
  }
});

lineTest("[3] what is left after a line is read next", function* () {
  const line = new Line(new PlayedWire("name\nbo", "dy", null));
  assertEquals(yield* line.readLine(), "name");
  assertEquals([text(yield* line.read()), text(yield* line.read())], ["bo", "dy"]);
});

lineTest("[3] a readLine that gives up keeps its half line", function* () {
  const wire = new PlayedWire("hel");
  const line = new Line(wire);
  setTimeout(() => wire.bring("lo w"), 15);
  const error = yield* errorOf(() => line.readLine({ timeout: 20 }), "The line is not whole");
  assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
  assertEquals(Date.now(), 20, "The time counts for the line, and not for each packet");
  wire.bring("orld\nnext\n");
  assertEquals([yield* line.readLine(), yield* line.readLine()], ["hello world", "next"]);
});

lineTest("[3] a line that is too long is no line", function* () {
  const fits = new Line(new PlayedWire("12345\n", "12345", null));
  assertEquals(yield* fits.readLine({ maxBytes: 5 }), "12345", "5 bytes and a newline");
  assertEquals(yield* fits.readLine({ maxBytes: 5 }), "12345", "5 bytes and the end");
  for (const packets of [["123456\n"], ["123", "456"]]) {
    const line = new Line(new PlayedWire(...packets));
    yield* assertBroken(() => line.readLine({ maxBytes: 5 }), "6 bytes without a newline");
    assert(line.closed);
  }
  const endless = new PlayedWire(...Array(1_000).fill("x".repeat(1_024)));
  yield* assertBroken(() => new Line(endless).readLine(), "A megabyte without a newline");
  assert(endless.reads < 200, `${endless.reads} KiB were kept: 64 KiB are enough, unless told`);
  for (const maxBytes of [-1, NaN]) {
    const error = yield* errorOf(() => fits.readLine({ maxBytes }), `maxBytes: ${maxBytes}`);
    assert(error instanceof RangeError, `maxBytes: ${maxBytes}: expected RangeError, got ${error}`);
  }
});
