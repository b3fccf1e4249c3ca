// deno-lint-ignore-file require-yield -- what a test of a server looks at may need no time
import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { GreenletExit } from "#solutions/greenlets/greenlets.ts";
import { Event, joinAll, run, sleep, spawn, Timeout, wait } from "#solutions/gevents/gevents.ts";
import {
  assertThrows,
  inVirtualTime,
  patience,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
  toItsEnd,
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

const waits = "The task of this test waits, and nothing will wake it";

/** Why something must throw that has not thrown yet. */
const mustThrow = new Set<string>();

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

const { connect, listen } = Deno;

/** Runs it in virtual time. It may put what it plays in the place of Deno's `connect` and `listen`. */
async function played(body: () => Body<void>): Promise<void> {
  try {
    await inVirtualTime(() => toItsEnd(run, body));
  } finally {
    Object.assign(Deno, { connect, listen });
  }
}

/** A test of a line whose other side the test plays, in virtual time. */
function lineTest(name: string, body: () => Body<void>): void {
  test(name, () => printing([], () => played(body)));
}

/** A test with real connections on this machine. What it prints is told by `prints`. */
function netTest(name: string, body: () => Body<void>, prints: string[] = []): void {
  testWithPermission(name, () => printing(prints, () => soon(toItsEnd(run, body), waits)));
}

/** Does it, and looks what it has printed. */
async function printing(prints: string[], body: () => Promise<unknown>): Promise<void> {
  {
    using _printing = capturedErrors();
    mustThrow.clear();
    await body().catch((error) => {
      if (error?.message !== waits || mustThrow.size === 0) throw error;
      throw new Error(`${waits}: ${[...mustThrow].join(", ")}, so it must throw`);
    });
  }
  assertEquals(
    printed.length,
    prints.length,
    `What was printed: ${Deno.inspect(printed)}. Expected: ${prints.length} errors`,
  );
  prints.forEach((part, i) => assert(printed[i].includes(part), `${printed[i]} lacks: ${part}`));
}

/** The error that comes out. */
function* errorOf(body: () => Iterable<unknown, unknown, unknown>, why: string): Body<unknown> {
  let result: unknown;
  mustThrow.add(why);
  try {
    result = yield* body();
  } catch (error) {
    return error;
  } finally {
    mustThrow.delete(why);
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
  /** All bytes that were written. */
  readonly bytes: number[] = [];
  /** So many bytes are taken at once. */
  room = Infinity;
  /** What a write waits for. */
  gate: Promise<unknown> = Promise.resolve();
  /** So many milliseconds each write takes. */
  pace = 0;
  /** So many bytes were read. */
  taken = 0;
  closes = 0;
  readonly #come: (Uint8Array | null | Error)[] = [];
  readonly #closed = Promise.withResolvers<never>();
  #waiting: { buffer: Uint8Array; settle: PromiseWithResolvers<number | null> } | null = null;

  constructor(...come: (string | Uint8Array | null | Error)[]) {
    this.#closed.promise.catch(() => {});
    for (const data of come) this.bring(data);
  }

  /** A packet comes, or the end, or an error. */
  bring(data: string | Uint8Array | null | Error): void {
    this.#come.push(typeof data === "string" ? bytesOf(data) : data);
    this.#serve();
  }

  read(buffer: Uint8Array): Promise<number | null> {
    assert(buffer.length > 0, "A read into a buffer of no bytes gives 0 for ever");
    if (this.closes > 0) return Promise.reject(new Deno.errors.BadResource("Bad resource ID"));
    assert(
      this.#waiting === null,
      "The connection is asked twice at once: a read that has given up is still open",
    );
    const settle = Promise.withResolvers<number | null>();
    this.#waiting = { buffer, settle };
    this.#serve();
    return settle.promise;
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.pace > 0) await new Promise((go) => setTimeout(go, this.pace));
    await Promise.race([this.#closed.promise, this.gate]);
    const count = Math.min(this.room, bytes.length);
    this.writes.push(text(bytes.subarray(0, count))!);
    this.bytes.push(...bytes.subarray(0, count));
    return count;
  }

  async closeWrite(): Promise<void> {
    await Promise.race([this.#closed.promise, this.gate]);
    this.writes.push("<end>");
  }

  close(): void {
    this.closes++;
    this.#closed.reject(new Deno.errors.BadResource("Bad resource ID"));
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
      this.taken += count;
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
  yield* sleep(3_600_000);
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
  assert(
    kept.map(text).join("") === packets.join(""),
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
  assertEquals(
    wire.bytes,
    [...bytesOf("bäozi for twoAB")],
    "A write tells how many bytes it has taken: the others are to be written again",
  );
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
  assertEquals(wire.writes, ["bu", "ns", "<end>"], "The end comes after all that is being written");
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
  assertEquals(
    [line.closed, wire.closes],
    [true, 1],
    "[closed, how often the close() of the connection was called]",
  );
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
  const gone = new Line(wire);
  yield* assertBroken(() => gone.end(), "The caller has gone before the end");
  yield* assertBroken(() => gone.end(), "The end was tried, and failed: it is tried again");
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
    const inLine = spawn(function* () {
      yield* sleep(1);
      yield* assertBroken(() => line.write("rice"), `It waited while a ${end} cut the write off`);
    });
    if (end === "timeout") {
      const error = yield* errorOf(() => line.write("buns", { timeout: 20 }), "Nobody takes it");
      assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
    } else {
      const writer = spawn(() => line.write("buns"));
      yield* sleep(2);
      yield* writer.kill();
    }
    assert(line.closed, `After a ${end} nobody knows how much has gone: the line is of no use`);
    yield* inLine.get();
    yield* assertBroken(() => line.write("rice"), `The write before was cut off by a ${end}`);
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
  const slow = new PlayedWire();
  Object.assign(slow, { room: 2, pace: 40 });
  yield* new Line(slow, { idleTimeout: 50 }).write("four buns");
  assertEquals(slow.writes.join(""), "four buns", "Some bytes go every 40 ms: it is not idle");
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
    assertThrows(
      () => new Line(new PlayedWire(), { idleTimeout }),
      RangeError,
      "",
      `idleTimeout: ${idleTimeout}`,
    );
  }
});

// -- [3] lines of text --

lineTest("[3] lines are found, however the packets are cut", function* () {
  const lines = ["bun", "", "bäozi", "  two\rthree ", "\uFEFFmarked", "last"];
  const whole = bytesOf("bun\n\nbäozi\r\n  two\rthree \n\uFEFFmarked\nlast");
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

lineTest("[3] while a task waits for a line, no other one gets a part of it", function* () {
  const wire = new PlayedWire("hel");
  const line = new Line(wire);
  const first = spawn(() => line.readLine());
  yield* turns();
  for (const other of [() => line.read(), () => line.readLine()]) {
    const error = yield* errorOf(other, "Somebody waits for a line, and has half of it");
    assert(error instanceof SocketError, `Expected SocketError, got ${error}`);
  }
  wire.bring("lo\n");
  assertEquals(yield* first.get(), "hello");
});

lineTest("[3] a line that comes slowly is not idle", function* () {
  const wire = new PlayedWire();
  const line = new Line(wire, { idleTimeout: 50 });
  for (const [n, part] of ["b", "u", "n", "\n", "half"].entries()) {
    setTimeout(() => wire.bring(part), 40 * (n + 1));
  }
  assertEquals(yield* line.readLine(), "bun", "Something comes every 40 ms");
  yield* assertBroken(() => line.readLine(), "Nothing comes for 50 ms in the middle of a line");
  assertEquals([Date.now(), line.closed], [250, true]);
});

lineTest("[3] a line that is too long is no line", function* () {
  const fits = new Line(new PlayedWire("12345\n", "12345", null));
  assertEquals(yield* fits.readLine({ maxBytes: 5 }), "12345", "5 bytes and a newline");
  assertEquals(yield* fits.readLine({ maxBytes: 5 }), "12345", "5 bytes and the end");
  for (const packets of [["123456\n"], ["123", "456", null], ["äää\n", null]]) {
    const line = new Line(new PlayedWire(...packets));
    yield* assertBroken(() => line.readLine({ maxBytes: 5 }), "6 bytes without a newline");
    assert(line.closed);
  }
  const endless = new PlayedWire(...Array(1_000).fill("x".repeat(1_024)));
  yield* assertBroken(() => new Line(endless).readLine(), "A megabyte without a newline");
  assert(
    endless.taken < 200_000,
    `${endless.taken} bytes were kept: 64 KiB are enough, unless told`,
  );
  for (const maxBytes of [-1, NaN]) {
    const error = yield* errorOf(() => fits.readLine({ maxBytes }), `maxBytes: ${maxBytes}`);
    assert(error instanceof RangeError, `maxBytes: ${maxBytes}: expected RangeError, got ${error}`);
  }
});

// -- [4] a server, and a caller --

type Place = { hostname: string; port: number };

/** A caller without any manners of his own: a bare connection. */
class Caller {
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static *at(place: Place): Body<Caller> {
    const conn = yield* within("Nobody takes the call", () => wait(Deno.connect(place)));
    return new Caller(conn);
  }

  *say(data: string | Uint8Array): Body<void> {
    const bytes = bytesOf(data);
    for (let at = 0; at < bytes.length;) at += yield* wait(this.#conn.write(bytes.subarray(at)));
  }

  /** Sends no more, and still listens. */
  *endSaying(): Body<void> {
    yield* wait(this.#conn.closeWrite());
  }

  /** Hears so many bytes, or all up to the end. */
  *hear(count = Infinity): Body<string> {
    const parts: string[] = [];
    const decoder = new TextDecoder();
    for (let heard = 0; heard < count;) {
      const buffer = new Uint8Array(Math.min(65_536, count - heard));
      const n = yield* within("The server does not answer", () => wait(this.#conn.read(buffer)));
      if (n === null) break;
      heard += n;
      parts.push(decoder.decode(buffer.subarray(0, n), { stream: true }));
    }
    return parts.join("");
  }

  hangUp(): void {
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    try {
      this.hangUp();
    } catch {
      // It has hung up already.
    }
  }
}

/** Does it with a server that listens, and stops the server. */
function* serving(
  options: EchoServerOptions,
  body: (place: Place, server: EchoServer) => Body<void>,
): Body<void> {
  const server = new EchoServer(options);
  const place = server.listen();
  try {
    yield* body(place, server);
  } finally {
    yield* within("stop({ timeout: 0 }) does not come back", () => server.stop({ timeout: 0 }));
  }
}

/** A place where callers come as a test wants it. */
class PlayedListener {
  readonly addr = { transport: "tcp", hostname: "127.0.0.1", port: 1 };
  /** Where `Deno.listen` was to listen. */
  place: Partial<Place> = {};
  /** When it was asked for a caller. */
  readonly accepts: number[] = [];
  readonly #comes: (Wire | Error)[];
  #waiting: PromiseWithResolvers<Wire> | null = null;
  #isClosed = false;

  constructor(...comes: (Wire | Error)[]) {
    this.#comes = comes;
  }

  /** From now on this is what `Deno.listen` gives. */
  listen(): void {
    const playedListen = ({ hostname, port }: Partial<Place>) => {
      this.place = { hostname, port };
      return this;
    };
    Object.assign(Deno, { listen: playedListen });
  }

  /** A caller comes, or a failure to take him. */
  bring(come: Wire | Error): void {
    this.#comes.push(come);
    this.#serve();
  }

  accept(): Promise<Wire> {
    this.accepts.push(Date.now());
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    this.#serve();
    return promise;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Wire> {
    try {
      for (;;) yield await this.accept();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#serve();
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (!waiting || (!this.#isClosed && this.#comes.length === 0)) return;
    this.#waiting = null;
    const next = this.#isClosed
      ? new Deno.errors.BadResource("Bad resource ID")
      : this.#comes.shift()!;
    if (next instanceof Error) waiting.reject(next);
    else waiting.resolve(next);
  }
}

lineTest("[4] a server listens where it is told", function* () {
  const listener = new PlayedListener();
  listener.listen();
  const server = new EchoServer();
  const place = { hostname: "127.0.0.2", port: 7 };
  assertEquals(server.listen(place), { hostname: "127.0.0.1", port: 1 }, "What the system says");
  assertEquals(listener.place, place);
  yield* server.stop();
});

netTest("[4] a server sends back what comes", function* () {
  yield* serving({}, function* (place, server) {
    assert(place.port > 0, "listen() tells on which port");
    assertEquals(place.hostname, "127.0.0.1", "Unless told, only this machine can call");
    using caller = yield* Caller.at(place);
    for (const said of ["hello", " ", "bäozi\n", "x".repeat(100_000)]) {
      yield* caller.say(said);
      assertEquals(yield* caller.hear(bytesOf(said).length), said);
    }
    assertEquals(server.connections, 1);
  });
});

netTest("[4] who sends no more still gets what is left", function* () {
  yield* serving({}, function* (place, server) {
    using caller = yield* Caller.at(place);
    const much = "0123456789".repeat(50_000);
    const talking = spawn(function* () {
      yield* caller.say(much);
      yield* caller.endSaying();
    });
    const heard = yield* caller.hear();
    yield* talking.join();
    assertEquals(heard.length, much.length, "He had sent all, and then ended: so many come back");
    assert(heard === much);
    yield* until(() => server.connections === 0, "The caller has ended: his handler must, too");
  });
});

netTest("[4] two callers are served at once", function* () {
  yield* serving({}, function* (place, server) {
    using silent = yield* Caller.at(place);
    using quick = yield* Caller.at(place);
    yield* quick.say("hello");
    const heard = yield* within(
      "The second caller waits until the first one ends: each needs a task of his own",
      () => quick.hear(5),
    );
    assertEquals([heard, server.connections], ["hello", 2]);
    yield* silent.say("here as well");
    assertEquals(yield* silent.hear(12), "here as well");
  });
});

netTest("[4] a handler may greet, and end the line when it likes", function* () {
  const handler: Handler = function* (line) {
    yield* line.write("Welcome\n");
    for (let text; (text = yield* line.readLine()) !== "quit";) yield* line.write(`<${text}>`);
  };
  yield* serving({ handler }, function* (place, server) {
    using caller = yield* Caller.at(place);
    yield* caller.say("a\nb\nquit\nc\n");
    assertEquals(yield* caller.hear(), "Welcome\n<a><b>", "When it returns, the line is closed");
    yield* until(() => server.connections === 0, "The handler has returned");
    using next = yield* Caller.at(place);
    assertEquals(yield* next.hear(8), "Welcome\n", "The next caller");
  });
});

netTest("[4] an error of a handler is printed, and harms nobody else", function* () {
  const handler: Handler = function* (line) {
    const text = yield* line.readLine();
    if (text === "burn") throw new RangeError("The oven is cold");
    yield* line.write(`${text}!`);
  };
  yield* serving({ handler, maxConnections: 2 }, function* (place, server) {
    using patient = yield* Caller.at(place);
    for (let n = 0; n < 3; n++) {
      using burnt = yield* Caller.at(place);
      yield* burnt.say("burn\n");
      assertEquals(yield* burnt.hear(), "", "His line must be closed, and not left open");
    }
    yield* patient.say("bun\n");
    assertEquals(yield* patient.hear(), "bun!");
    yield* until(() => server.connections === 0, "All handlers have ended");
  });
}, ["The oven is cold", "The oven is cold", "The oven is cold"]);

netTest("[4] a server listens once at a time", function* () {
  const server = new EchoServer();
  const place = server.listen();
  assertThrows(() => server.listen(), SocketError, "", "It listens already");
  const other = new EchoServer();
  assertThrows(() => other.listen(place), Deno.errors.AddrInUse, "", "The port is taken");
  yield* server.stop();
  const error = yield* errorOf(() => wait(Deno.connect(place)), "Nobody listens any more");
  assert(
    error instanceof Deno.errors.ConnectionRefused,
    `Expected ConnectionRefused, got ${error}`,
  );
  for (const again of [other, server]) {
    assertEquals(again.listen(place), place, "After that the port is free");
    using caller = yield* Caller.at(place);
    yield* caller.say("bun");
    assertEquals(yield* caller.hear(3), "bun");
    caller.hangUp();
    assertEquals(yield* again.stop({ timeout: patience }), true);
  }
});

test("[4] a server refuses what makes no sense", () => {
  for (const value of [0, -1, NaN]) {
    assertThrows(
      () => new EchoServer({ maxConnections: value }),
      RangeError,
      "",
      `${value} callers`,
    );
  }
  for (const value of [-1, NaN]) {
    assertThrows(() => new EchoServer({ idleTimeout: value }), RangeError, "", `${value} ms`);
  }
  assertEquals(new EchoServer().connections, 0);
});

// -- [5] many callers, and bad ones --

netTest("[5] five hundred callers, one thread", function* () {
  yield* serving({}, function* (place, server) {
    const count = 500;
    const all = new Event();
    let served = 0;
    const callers = Array.from({ length: count }, (_, n) =>
      spawn(function* () {
        using caller = yield* Caller.at(place);
        const said = `caller ${n}`;
        yield* caller.say(said);
        const heard = yield* caller.hear(said.length);
        if (++served === count) all.set();
        yield* within("Not all callers are served at once", () => all.wait());
        return heard === said ? server.connections : 0;
      }));
    const ended = yield* joinAll(callers, { raiseError: true });
    const most = Math.max(...ended.map(({ value }) => value as number));
    assertEquals(most, count, "So many were connected at the same time, and each was answered");
    yield* until(() => server.connections === 0, "All have hung up");
  });
});

netTest("[5] as many callers as are allowed, and really so many", function* () {
  yield* serving({ maxConnections: 2 }, function* (place, server) {
    using first = yield* Caller.at(place);
    using second = yield* Caller.at(place);
    using third = yield* Caller.at(place);
    yield* third.say("third");
    for (const caller of [first, second]) {
      // The third one has asked before them. Would he be served, he would be so by now.
      for (let n = 0; n < 50; n++) {
        yield* caller.say("ping");
        assertEquals(yield* caller.hear(4), "ping", "Two may be served at once");
        assert(server.connections <= 2, `${server.connections} callers are served; 2 are allowed`);
      }
    }
    assertEquals(server.connections, 2);
    second.hangUp();
    assertEquals(yield* third.hear(5), "third", "A place is free again: the third one is served");
    yield* first.say("ping");
    assertEquals(yield* first.hear(4), "ping");
  });
});

netTest("[5] who breaks off is no error, and his handler cleans up", function* () {
  let cleaned = 0;
  const handler: Handler = function* (line) {
    try {
      for (let bytes; (bytes = yield* line.read());) {
        for (let n = 0; n < 100; n++) yield* line.write(bytes);
      }
      yield* line.write("bye");
    } finally {
      cleaned++;
    }
  };
  yield* serving({ handler }, function* (place, server) {
    for (let n = 1; n <= 3; n++) {
      using rude = yield* Caller.at(place);
      yield* rude.say("x".repeat(100_000));
      yield* rude.hear(10);
      rude.hangUp();
      yield* until(
        () => server.connections === 0 && cleaned === n,
        "A caller has gone: a handler that writes to him must end by the error of its write",
      );
    }
    using next = yield* Caller.at(place);
    yield* next.say("y");
    assertEquals(yield* next.hear(100), "y".repeat(100), "The server goes on");
  });
});

netTest("[5] who has ended is not asked again and again", function* () {
  const waits = Promise.withResolvers<void>();
  let reads = 0;
  const handler: Handler = function* (line) {
    while (yield* line.read()) reads++;
    reads++;
    yield* wait(waits.promise);
  };
  yield* serving({ handler }, function* (place) {
    using caller = yield* Caller.at(place);
    yield* caller.say("bun");
    yield* caller.endSaying();
    yield* until(() => reads === 2, "read gives null at the end: it would wait for ever otherwise");
    waits.resolve();
    assertEquals(yield* caller.hear(), "");
  });
});

netTest("[5] who never reads is not read from either", function* () {
  yield* serving({}, function* (place) {
    using greedy = yield* Caller.at(place);
    using polite = yield* Caller.at(place);
    const packet = new Uint8Array(1 << 20).fill(120);
    let [sent, total] = [0, 40];
    const talking = spawn(function* () {
      while (sent < total) {
        yield* greedy.say(packet);
        sent++;
      }
    });
    // He is stuck when nothing goes while the server answers the other one fifty times.
    for (let before = -1; before !== sent && sent < total;) {
      before = sent;
      for (let n = 0; n < 50; n++) {
        yield* polite.say("ping");
        assertEquals(yield* polite.hear(4), "ping", "The others are served meanwhile");
      }
    }
    assert(
      sent < total,
      `The server has taken all ${total} MiB of one who reads nothing: it keeps them in memory. ` +
        "Read the next bytes when the last ones are written",
    );
    total = sent + 1;
    const heard = yield* greedy.hear(total << 20);
    assertEquals(heard.length, total << 20, "When he reads, all is there");
    yield* talking.join();
  });
});

netTest("[5] ten megabytes without a newline harm nobody", function* () {
  const handler: Handler = function* (line) {
    for (let text; (text = yield* line.readLine()) !== null;) yield* line.write(`${text}\n`);
  };
  yield* serving({ handler }, function* (place, server) {
    using endless = yield* Caller.at(place);
    using polite = yield* Caller.at(place);
    const packet = new Uint8Array(10 << 20).fill(120);
    const talking = spawn(function* () {
      yield* errorOf(() => endless.say(packet), "He is cut off while he talks");
      return "cut";
    });
    assertEquals(yield* within("He is not cut off", () => talking.get()), "cut");
    yield* polite.say("ping\n");
    assertEquals(yield* polite.hear(5), "ping\n");
    assertEquals(server.connections, 1);
  });
});

/** What is printed when the system has no file left for a caller. */
const full = "Too many open files (os error 24)";

/** A test of a server, in virtual time, that cannot take its callers three times. */
function refusingTest(
  name: string,
  callers: Wire[],
  options: EchoServerOptions,
  body: (server: EchoServer, listener: PlayedListener) => Body<void>,
): void {
  test(name, async () => {
    const listener = new PlayedListener(...Array.from({ length: 3 }, () => new Error(full)));
    for (const caller of callers) listener.bring(caller);
    using _printing = capturedErrors();
    await played(function* () {
      listener.listen();
      const server = new EchoServer(options);
      server.listen();
      yield* sleep(10_000);
      yield* body(server, listener);
      yield* server.stop();
    });
    assert(
      printed.length > 0 && printed.every((line) => line.includes(full)),
      `Somebody must be told that callers could not be taken, and why: ${Deno.inspect(printed)}`,
    );
  });
}

{
  const caller = new PlayedWire("bun", null);
  refusingTest("[5] a caller who cannot be taken is not the last one", [caller], {}, function* () {
    assertEquals(
      text(Uint8Array.from(caller.bytes)),
      "bun",
      "The system had no file left for a caller. When it has one again, the next one is served",
    );
  });
}

refusingTest(
  "[5] a server that cannot take a caller waits a little",
  [],
  {},
  function* (_, listener) {
    const { accepts } = listener;
    assert(accepts.length > 1, "It does not try again");
    for (const [n, time] of accepts.slice(1, 4).entries()) {
      assert(
        time > accepts[n],
        "It tries again in the same moment: as long as there is no file left, it burns a core. " +
          "Wait a little before",
      );
    }
  },
);

{
  const callers = [new PlayedWire("first"), new PlayedWire("second", null)];
  const name = "[5] a try that has failed takes no place, and gives none";
  refusingTest(name, callers, { maxConnections: 1 }, function* (server) {
    const said = () => callers.map(({ bytes }) => text(Uint8Array.from(bytes)));
    assertEquals(
      said()[0],
      "first",
      "Nobody is served, and one may be: three tries have failed, and keep a place each",
    );
    assertEquals([said()[1], server.connections], ["", 1], "One may be served at once");
    callers[0].bring(null);
    yield* sleep(10_000);
    assertEquals(said(), ["first", "second"], "The place is free again");
  });
}

netTest("[5] who is silent for too long is cut", function* () {
  yield* serving({ idleTimeout: 40 }, function* (place, server) {
    using silent = yield* Caller.at(place);
    assertEquals(yield* silent.hear(), "", "His line is closed, without a word");
    yield* until(() => server.connections === 0, "His handler has ended");
  });
});

// -- [6] a client, and the end --

netTest("[6] a client asks, and gets the answer", function* () {
  yield* serving({}, function* (place, server) {
    using client = yield* Client.connect(place);
    for (const said of ["hello", "", "bäozi", "x".repeat(50_000)]) {
      assertEquals(yield* client.ask(said), said);
    }
    yield* client.send("one way");
    assertEquals(yield* client.line.readLine(), "one way");
    assertThrows(
      () => Array.from(client.send("two\nlines")),
      RangeError,
      "",
      "That is not one line",
    );
    client.close();
    yield* assertBroken(() => client.ask("hello"), "It has hung up");
    yield* until(() => server.connections === 0, "The client has hung up");
    {
      using _short = yield* Client.connect(place);
      yield* until(() => server.connections === 1, "It has called");
    }
    yield* until(() => server.connections === 0, "At the end of its block it hangs up");
  });
});

netTest("[6] tasks that ask at once get each its own answer", function* () {
  const handler: Handler = function* (line) {
    for (let text; (text = yield* line.readLine()) !== null;) {
      yield* sleep(text.length % 3);
      yield* line.write(`answer to ${text}\n`);
    }
  };
  yield* serving({ handler }, function* (place) {
    using client = yield* Client.connect(place);
    const questions = Array.from({ length: 10 }, (_, n) => "?".repeat(n + 1));
    const tasks = questions.map((question) => spawn(() => client.ask(question)));
    yield* within("Some wait for ever", () => joinAll(tasks, { raiseError: true }));
    assertEquals(tasks.map(({ value }) => value), questions.map((text) => `answer to ${text}`));
  });
});

netTest("[6] a late answer is not taken for the next one", function* () {
  let go = Promise.withResolvers<void>();
  const asked = new Event();
  const handler: Handler = function* (line) {
    for (let text; (text = yield* line.readLine()) !== null;) {
      if (text === "slow") {
        asked.set();
        yield* wait(go.promise);
      }
      yield* line.write(`answer to ${text}\n`);
    }
  };
  yield* serving({ handler }, function* (place) {
    for (const end of ["timeout", "kill"]) {
      go = Promise.withResolvers();
      asked.clear();
      using client = yield* Client.connect(place);
      if (end === "timeout") {
        const error = yield* errorOf(() => client.ask("slow", { timeout: 20 }), "No answer comes");
        assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
      } else {
        const asking = spawn(() => client.ask("slow"));
        yield* within("The question does not come", () => asked.wait());
        yield* asking.kill();
      }
      go.resolve();
      // Whoever asks on gets his own answer, or hears that the line is closed.
      const next = yield* within("The next question hangs", function* () {
        try {
          return yield* client.ask("quick");
        } catch (error) {
          if (!(error instanceof LineBroken)) throw error;
          return "answer to quick";
        }
      });
      assertEquals(
        next,
        "answer to quick",
        `The answer to a question that was given up by a ${end} came later`,
      );
    }
  });
});

netTest("[6] a server that hangs up gives no answer", function* () {
  const handler: Handler = function* (line) {
    yield* line.readLine();
  };
  yield* serving({ handler }, function* (place) {
    using client = yield* Client.connect(place);
    yield* assertBroken(() => client.ask("hello"), "The server has hung up");
  });
  const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = nobody.addr;
  nobody.close();
  const error = yield* errorOf(() => Client.connect({ port }), "Nobody listens there");
  assert(
    error instanceof Deno.errors.ConnectionRefused,
    `Expected ConnectionRefused, got ${error}`,
  );
});

/** How a caller gives up, and when. */
const givingUp = [
  { by: "a kill", moment: "while nobody takes the call" },
  { by: "a kill", moment: "just as somebody takes it" },
  { by: "a timeout", moment: "while nobody takes the call" },
] as const;

lineTest("[6] who gives up calling leaves no connection", function* () {
  for (const { by, moment } of givingUp) {
    const wire = new PlayedWire();
    const taken = Promise.withResolvers<Wire>();
    let signal: AbortSignal | undefined;
    const playedConnect = (options: Deno.ConnectOptions) => {
      signal = options.signal;
      signal?.addEventListener("abort", () => taken.reject(signal!.reason));
      return taken.promise;
    };
    Object.assign(Deno, { connect: playedConnect });
    if (by === "a timeout") {
      const late = () => Client.connect({ port: 1, timeout: 20 });
      const error = yield* errorOf(late, "Nobody takes the call in 20 ms");
      assert(error instanceof Timeout, `Expected Timeout, got ${error}`);
    } else {
      const killed = spawn(() => Client.connect({ port: 1 }));
      yield* turns();
      if (moment === "just as somebody takes it") taken.resolve(wire);
      yield* killed.kill();
      if (!killed.successful) throw killed.error;
      assert(killed.value instanceof GreenletExit, `He gave up ${moment}`);
    }
    taken.resolve(wire);
    yield* turns();
    const isLate = moment === "just as somebody takes it" || !signal?.aborted;
    assert(
      wire.closes > 0 || !isLate,
      `He gave up ${moment}, by ${by}: a connection is open that nobody has`,
    );
  }
});

netTest("[6] stop takes no more callers, and lets the others finish", function* () {
  const server = new EchoServer({ maxConnections: 1 });
  const place = server.listen();
  using caller = yield* Caller.at(place);
  yield* caller.say("bun");
  yield* caller.hear(3);
  const stopping = spawn(() => server.stop({ timeout: patience }));
  yield* turns();
  const error = yield* errorOf(() => wait(Deno.connect(place)), "It takes no more callers");
  assert(
    error instanceof Deno.errors.ConnectionRefused,
    `Expected ConnectionRefused, got ${error}`,
  );
  yield* sleep(20);
  assertFalse(stopping.ready, "Somebody is still there, and the time is not over");
  yield* caller.say("rice");
  assertEquals(yield* caller.hear(4), "rice", "Who is there already is served to his end");
  yield* caller.endSaying();
  assertEquals(yield* within("stop does not come back", () => stopping.get()), true);
  assertEquals(server.connections, 0);
  assertEquals(yield* server.stop(), true, "Once more");
  assertEquals(yield* new EchoServer().stop(), true, "One that has never listened");
  using again = yield* Caller.at(server.listen());
  yield* again.say("bun");
  assertEquals(yield* again.hear(3), "bun", "It listens again, and its only place is free");
  again.hangUp();
  assertEquals(yield* server.stop({ timeout: patience }), true);
});

lineTest("[6] stop gives a second, unless told", function* () {
  const wire = new PlayedWire();
  new PlayedListener(wire).listen();
  const server = new EchoServer();
  server.listen();
  yield* sleep(10);
  assertEquals(server.connections, 1);
  assertEquals(yield* server.stop(), false, "He says nothing, and has to be cut");
  assertEquals([Date.now(), wire.closes], [1_010, 1], "[when, how often his line was closed]");
});

netTest("[6] stop cuts those who stay, and waits until they have cleaned up", function* () {
  const log: string[] = [];
  const handler: Handler = function* (line) {
    try {
      yield* line.write("hello");
      yield* line.read();
      log.push("read on");
    } finally {
      yield* sleep(5);
      log.push("clean");
    }
  };
  const server = new EchoServer({ handler, maxConnections: 2 });
  const place = server.listen();
  using first = yield* Caller.at(place);
  using second = yield* Caller.at(place);
  using third = yield* Caller.at(place);
  yield* first.hear(5);
  yield* second.hear(5);
  const stopped = yield* within(
    "stop({ timeout: 20 }) waits for callers who stay",
    () => server.stop({ timeout: 20 }),
  );
  assertEquals(
    [stopped, log],
    [false, ["clean", "clean"]],
    "[whether all had finished, what the handlers did]: stop waits until those it cuts are clean",
  );
  assertEquals(server.connections, 0);
  for (const caller of [first, second]) {
    assertEquals(yield* caller.hear(), "", "His line is closed");
  }
  const left = yield* within("The one who waited hangs", function* () {
    try {
      return yield* third.hear();
    } catch (error) {
      return (error as Error).name;
    }
  });
  assert(left !== "hello", "After the stop nobody new may be served");
});

netTest("[6] a stop in the very moment of a call leaves nothing open", function* () {
  for (let turn = 0; turn < 6; turn++) {
    const server = new EchoServer();
    const place = server.listen();
    using caller = yield* Caller.at(place);
    for (let n = 0; n < turn; n++) yield* sleep(0);
    yield* within("stop({ timeout: 0 }) does not come back", () => server.stop({ timeout: 0 }));
    const heard = yield* within("He was taken, and then forgotten: his line is open", function* () {
      try {
        return yield* caller.hear();
      } catch (error) {
        return (error as Error).name;
      }
    });
    assert(["", "ConnectionReset"].includes(heard), `He has heard: ${heard}`);
  }
});

testWhatToFixFirst();
