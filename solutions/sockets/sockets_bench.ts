/**
 * `deno bench -P solutions/sockets`: our echo server beside others, each in a process of its own,
 * asked by 50 callers of this one. Their names tell how much of the processor a packet costs them,
 * which depends less on what else the machine does than the time of the rows, and how much memory an
 * idle caller costs.
 *
 * gevent's server is the peer. The bare loop is the limit, with less to promise: nobody can cut its
 * waits off, and each read writes over the one before.
 */
import process from "node:process";
import { echo, EchoServer } from "./sockets.ts";

const callers = 50;
const rounds = 100;
const samples = 21;
const warmUp = 10;
const idle = 500;
const packet = new Uint8Array(64);

/** In the child: serves, and tells the port. */
const servers: Record<string, () => number> = {
  ours: () => new EchoServer({ handler: echo }).listen().port,
  bare() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    (async () => {
      for await (const conn of listener) serveBare(conn).catch(() => {});
    })();
    return listener.addr.port;
  },
};

async function serveBare(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(8_192);
  for (let count; (count = await conn.read(buffer)) !== null;) {
    for (let at = 0; at < count;) at += await conn.write(buffer.subarray(at, count));
  }
  conn.close();
}

/** In a child of Python: tells the seconds of the processor when asked, and ends with its parent. */
const answers = `
import os, threading, time
def answer():
    while os.read(0, 1): print(time.process_time(), flush=True)
    os._exit(0)
threading.Thread(target=answer, daemon=True).start()
`;

const gevent = `${answers}
from gevent.server import StreamServer
def echo(conn, address):
    while data := conn.recv(8192): conn.sendall(data)
server = StreamServer(("127.0.0.1", 0), echo)
server.start()
print(server.server_port, flush=True)
server.serve_forever()
`;

const asyncio = `${answers}
import asyncio
async def echo(reader, writer):
    while data := await reader.read(8192):
        writer.write(data)
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
`;

interface Server {
  port: number;
  pid: number;
  /** Seconds of the processor that it has used. */
  cpuTime(): Promise<number>;
}

/** Starts a server that ends with this process. Null if it cannot be had. */
async function start(program: string, args: string[]): Promise<Server | null> {
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  child.unref();
  const questions = child.stdin.getWriter();
  const said = linesOf(child.stdout);
  const number = async () => Number((await said.next()).value);
  const port = await number();
  const cpuTime = async () => {
    await questions.write(new Uint8Array(1));
    return await number();
  };
  return port > 0 ? { port, pid: child.pid, cpuTime } : null;
}

/** There is no Python here. */
function notFound(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

const call = ({ port }: Server) => Deno.connect({ hostname: "127.0.0.1", port });

async function connected(server: Server, count: number): Promise<Deno.Conn[]> {
  return await Promise.all(Array.from({ length: count }, () => call(server)));
}

/** Asks so many times, and waits for each answer. */
async function ask(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(packet.length);
  for (let n = 0; n < rounds; n++) {
    await conn.write(packet);
    for (let heard = 0; heard < packet.length;) heard += (await conn.read(buffer))!;
  }
}

/** Kilobytes that a process has in memory. */
async function memoryOf({ pid }: Server): Promise<number> {
  const ps = new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${pid}`] });
  return Number(new TextDecoder().decode((await ps.output()).stdout));
}

/** Kilobytes that each of many idle callers costs a server, when all have said something once. */
async function costOfIdle(server: Server): Promise<number> {
  const before = await memoryOf(server);
  const conns = await connected(server, idle);
  for (const conn of conns) {
    await conn.write(packet);
    await conn.read(new Uint8Array(packet.length));
  }
  const cost = (await memoryOf(server) - before) / idle;
  for (const conn of conns) conn.close();
  return cost;
}

/** Microseconds of the processor that a packet costs each: the median of samples taken in turns. */
async function costsOfPacket(all: Connected[]): Promise<number[]> {
  const taken: number[][] = all.map(() => []);
  for (let n = -warmUp; n < samples; n++) {
    for (const [i, { server, conns }] of all.entries()) {
      const before = await server.cpuTime();
      await Promise.all(conns.map(ask));
      const seconds = await server.cpuTime() - before;
      if (n >= 0) taken[i].push(seconds * 1e6 / (callers * rounds));
    }
  }
  return taken.map((list) => list.toSorted((a, b) => a - b)[samples >> 1]);
}

interface Connected {
  name: string;
  server: Server;
  conns: Deno.Conn[];
  idleCost: number;
}

async function benchAll(): Promise<void> {
  const own = ["run", "-A", "--quiet", import.meta.filename!];
  const all = {
    "EchoServer": await start(Deno.execPath(), [...own, "ours"]),
    "bare read and write on Deno.listen": await start(Deno.execPath(), [...own, "bare"]),
    "gevent StreamServer": await start("python3", ["-c", gevent]).catch(notFound),
    "asyncio start_server": await start("python3", ["-c", asyncio]).catch(notFound),
  };
  const group = `${callers} callers, ${rounds} rounds each`;
  const found: Connected[] = [];
  for (const [name, server] of Object.entries(all)) {
    if (server) {
      const idleCost = await costOfIdle(server);
      found.push({ name, server, idleCost, conns: await connected(server, callers) });
    } else Deno.bench(`${name} (not found)`, { group, ignore: true }, () => {});
  }
  const costs = await costsOfPacket(found);
  for (const [i, { name, conns, idleCost }] of found.entries()) {
    const row = `${name} (a packet: ${costs[i].toFixed(1)} µs, idle: ${idleCost.toFixed(1)} KB)`;
    Deno.bench(row, { group, baseline: i === 0 }, async () => {
      await Promise.all(conns.map(ask));
    });
  }
}

if (Deno.args[0] in servers) {
  console.log(servers[Deno.args[0]]());
  for await (const _question of Deno.stdin.readable) {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1e6);
  }
  Deno.exit();
} else await benchAll();
