/** Frames, doors and handshakes: what is between two processes before a word is said. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Address, connectTo, Door, lookAfter } from "./door.ts";
import { knowsKey, newKey, showKey } from "./handshake.ts";
import { Frames, Line, receiveWhole, sendWhole } from "./line.ts";

const bytes = (...all: number[]) => new Uint8Array(all);

/** The bytes with their length before them. */
function framed(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = body;
  return new Uint8Array([length >> 24, length >> 16, length >> 8, length, ...body]);
}

Deno.test("frames come out whole, however the bytes are cut", () => {
  const bodies = [bytes(), bytes(1), new Uint8Array(70_000).fill(7), bytes(2, 3)];
  const stream = new Uint8Array(bodies.flatMap((body) => [...framed(body)]));
  for (const step of [1, 3, 4, 5, 65_536, stream.length]) {
    const frames = new Frames();
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += step) {
      found.push(...frames.add(stream.subarray(at, at + step)));
    }
    assertEquals(found, bodies);
    assert(!frames.isInside);
  }
});

Deno.test("a frame that is too large is refused by its length alone", () => {
  assertEquals([...new Frames(3).add(framed(bytes(1, 2, 3)))], [bytes(1, 2, 3)]);
  assertThrows(() => [...new Frames(3).add(bytes(255, 255, 255, 255))], RangeError, "4294967295");
});

/** Two connections to each other. */
async function pair(): Promise<[Deno.Conn, Deno.Conn]> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const both = await Promise.all([listener.accept(), Deno.connect({ hostname, port })]);
  listener.close();
  return both;
}

Deno.test("a line says whether it is torn, and what it heard before", async () => {
  for (const [end, isTorn] of [[bytes(), false], [bytes(0, 0, 0, 2, 1), true]] as const) {
    const [ours, theirs] = await pair();
    const heard: Uint8Array[] = [];
    const line = new Line((body) => void heard.push(body));
    line.ref();
    await sendWhole(theirs, new Uint8Array([...framed(bytes(9)), ...end]));
    theirs.close();
    await line.connect(ours);
    assertEquals([heard, line.isTorn], [[bytes(9)], isTorn]);
    await assertRejects(() => line.send(bytes()), Deno.errors.BrokenPipe);
  }
});

Deno.test("what is sent on a connected line is on its way at once", async () => {
  const [ours, theirs] = await pair();
  const line = new Line(() => {});
  const listening = line.connect(ours);
  await line.send(bytes(8));
  line.send(bytes(9)).catch(() => {});
  line.close(); // As the end of the process does.
  assertEquals(await receiveWhole(theirs, 10), bytes(0, 0, 0, 1, 8, 0, 0, 0, 1, 9));
  theirs.close();
  await listening;
});

Deno.test("a line reads no further while it is busy with a frame", async () => {
  const [ours, theirs] = await pair();
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let heard = 0;
  const line = new Line(() => {
    heard++;
    return done;
  });
  line.ref();
  const listening = line.connect(ours);
  await line.send(bytes(1));
  assertEquals(await receiveWhole(theirs, 5), framed(bytes(1)));
  await sendWhole(theirs, framed(bytes(1)));
  await sendWhole(theirs, framed(bytes(1)));
  theirs.close();
  while (heard === 0) await new Promise((turn) => setTimeout(turn));
  assertEquals(heard, 1);
  resolve();
  await listening;
  assertEquals(heard, 2);
});

Deno.test("a small frame is on its way before `send` returns", async () => {
  const [theirs, ours] = await pair();
  const line = new Line(() => {});
  const listening = line.connect(ours);
  const sending = line.send(bytes(7));
  line.close(); // As a program that ends by Deno.exit.
  await sending.catch(() => {});
  assertEquals(await receiveWhole(theirs, 5), framed(bytes(7)));
  await listening;
  theirs.close();
});

Deno.test("a frame is put together from its parts, and others wait behind it", async () => {
  const [ours, theirs] = await pair();
  const line = new Line(() => {});
  const long = "ä€😀".repeat(50_000);
  const parts = [["v", '{"buns":3}'], [bytes(1, 2), "", bytes()], [], [long], [bytes(7), "€"]];
  const encoder = new TextEncoder();
  const bodies = parts.map((body) =>
    new Uint8Array(body.flatMap((it) => [...typeof it === "string" ? encoder.encode(it) : it]))
  );
  for (const body of parts) line.post(...body);
  const listening = line.connect(ours);
  line.ref();
  for (const body of [...bodies, ...bodies]) {
    if (body === bodies[0]) { for (const body of parts) line.post(...body); }
    assertEquals(await receiveWhole(theirs, 4 + body.length), framed(body));
  }
  theirs.close();
  await listening;
});

Deno.test("what is sent later does not change what is on its way", async () => {
  const [ours, theirs] = await pair();
  const line = new Line(() => {});
  const listening = line.connect(ours);
  line.ref();
  const large = new Uint8Array(2 ** 23);
  large.forEach((_, i) => large[i] = i % 251);
  // The system does not take all of it before somebody reads it.
  line.post(large);
  line.post("one");
  const sent = line.send("two");
  line.post(bytes(3));
  assertEquals(await receiveWhole(theirs, 4), bytes(0, 128, 0, 0));
  assert((await receiveWhole(theirs, large.length))!.every((byte, i) => byte === i % 251));
  const rest = [...framed(bytes(111, 110, 101)), ...framed(bytes(116, 119, 111)), 0, 0, 0, 1, 3];
  assertEquals(await receiveWhole(theirs, rest.length), new Uint8Array(rest));
  await sent;
  theirs.close();
  await listening;
});

async function shakeHands(ours: Uint8Array, theirs: Uint8Array): Promise<[boolean, boolean]> {
  const [called, caller] = await pair();
  const verdicts = [
    knowsKey(called, ours).finally(() => called.closeWrite()),
    showKey(caller, theirs).finally(() => caller.closeWrite()),
  ] as const;
  const both = await Promise.all(verdicts);
  called.close();
  caller.close();
  return both;
}

Deno.test("two who know the same key find out that they do", async () => {
  const key = newKey();
  assertEquals(await shakeHands(key, key), [true, true]);
  assertEquals(await shakeHands(bytes(), bytes()), [true, true], "An empty key is a key");
  assertEquals(await shakeHands(key, newKey()), [false, false]);
  assertEquals(await shakeHands(key, bytes()), [false, false]);
});

Deno.test("what was overheard opens no door, nor do a door's own words", async () => {
  const key = newKey();
  const inside: Deno.Conn[] = [];
  const door = new Door({
    prefix: "door_",
    knows: (caller) => knowsKey(caller, key),
    admit: (caller) => void inside.push(caller),
  });
  const isRefused = async (answer: (nonce: Uint8Array) => Uint8Array) => {
    using caller = await connectTo(door.address);
    await sendWhole(caller, answer((await receiveWhole(caller, 32))!));
    return await receiveWhole(caller, 32) === undefined;
  };

  // An honest one, whose words somebody overhears.
  using honest = await connectTo(door.address);
  const overheard: Uint8Array[] = [];
  const [write, read] = [honest.write.bind(honest), honest.read.bind(honest)];
  const tapped = {
    read,
    write(part: Uint8Array) {
      overheard.push(part);
      return write(part);
    },
  } as Deno.Conn;
  assert(await showKey(tapped, key));

  const answer = new Uint8Array(overheard.flatMap((part) => [...part]));
  assertEquals(answer.length, 64);
  assert(await isRefused(() => answer), "It is an answer to another number");
  assert(await isRefused((nonce) => new Uint8Array([...nonce, ...nonce])));
  assert(await isRefused(() => new Uint8Array(64).fill(255)));
  // One says nothing, one half a word: the next one comes in all the same.
  using _silent = await connectTo(door.address);
  using halting = await connectTo(door.address);
  await sendWhole(halting, bytes(1, 2, 3));
  using next = await connectTo(door.address);
  assert(await showKey(next, key));

  door.close();
  assertEquals(inside.length, 2);
  inside.forEach((conn) => conn.close());
  const { path } = door.address as { path: string };
  assertThrows(() => Deno.statSync(path.slice(0, path.lastIndexOf("/"))), Deno.errors.NotFound);
});

/** What one leaves who is killed: a socket that nobody listens at, in a folder. */
async function doorOfTheDead(): Promise<{ address: Address; isThere: () => boolean }> {
  const folder = await Deno.makeTempDir();
  const address: Address = { transport: "unix", path: `${folder}/line` };
  const listener = Deno.listen(address);
  // Its close would remove it.
  Deno.renameSync(address.path, `${folder}/kept`);
  listener.close();
  Deno.renameSync(`${folder}/kept`, address.path);
  const names = () => Array.from(Deno.readDirSync(folder.slice(0, folder.lastIndexOf("/"))));
  const isThere = () => names().some(({ name }) => folder.endsWith(`/${name}`));
  assert(Deno.statSync(address.path).isSocket);
  return { address, isThere };
}

Deno.test("who comes to the door of a dead process removes it", async () => {
  const { address, isThere } = await doorOfTheDead();
  await assertRejects(() => connectTo(address), Deno.errors.ConnectionRefused);
  assert(!isThere());
  await assertRejects(() => connectTo(address), Deno.errors.NotFound);
  const other = await doorOfTheDead();
  await lookAfter(other.address);
  assert(!other.isThere());
});

Deno.test("a door that is open is left alone", async () => {
  let strangers = 0;
  const knows = () => Promise.resolve(strangers++ < 0);
  const door = new Door({ prefix: "door_", knows, admit: () => {} });
  await lookAfter(door.address);
  assert(Deno.statSync((door.address as { path: string }).path).isSocket);
  using caller = await connectTo(door.address);
  assertEquals(await receiveWhole(caller, 1), undefined);
  assertEquals(strangers, 2, "The one who has looked after it, and the caller");
  door.close();
});
