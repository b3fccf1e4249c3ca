/** `deno bench -P solutions/pipes`: a message there and back, beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Process } from "#solutions/processes/processes.ts";
import { type Connection, pipe } from "./pipes.ts";

const rounds = 1_000;

/** What the child does with its end. */
export async function echo(end: Connection): Promise<void> {
  for (;;) await end.send(await end.recv());
}

/** What the child does with a bare socket. */
export async function echoBare(path: string): Promise<void> {
  const conn = await Deno.connect({ transport: "unix", path });
  const buffer = new Uint8Array(64);
  for (let size; (size = await conn.read(buffer)) !== null;) {
    await conn.write(buffer.subarray(0, size));
  }
}

function started(target: string, arg: unknown): Process {
  const args = [arg];
  const child = new Process({ module: import.meta.url, target, args, daemon: true });
  child.start();
  return child;
}

/** A socket to a child that says again what it hears. */
async function bareSocket(): Promise<Deno.Conn> {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/line`;
  const listener = Deno.listen({ transport: "unix", path });
  started("echoBare", path);
  const conn = await listener.accept();
  listener.close();
  Deno.removeSync(folder, { recursive: true });
  return conn;
}

async function benches(python: number | null): Promise<void> {
  const group = `a number there and back, ${rounds.toLocaleString("en")} times`;
  const [here, there] = pipe();
  started("echo", there);
  Deno.bench("Connection", { group, baseline: true }, async () => {
    for (let i = 0; i < rounds; i++) {
      await here.send(i);
      await here.recv();
    }
  });
  const conn = await bareSocket();
  const buffer = new Uint8Array(64);
  Deno.bench("bare Unix socket, 7 bytes", { group }, async () => {
    for (let i = 0; i < rounds; i++) {
      await conn.write(buffer.subarray(0, 7));
      await conn.read(buffer);
    }
  });
  benchPython("CPython multiprocessing.Pipe", group, python);
}

/** The milliseconds that CPython takes for the same. */
const pythonTime = `
import multiprocessing, time
def echo(end):
    while True:
        end.send(end.recv())
if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    multiprocessing.Process(target=echo, args=(there,), daemon=True).start()
    times = []
    for _ in range(10):
        start = time.perf_counter()
        for i in range(${rounds}):
            here.send(i)
            here.recv()
        times.append((time.perf_counter() - start) * 1000)
    print(min(times))
`;

// The children load this file too.
if (Deno.mainModule === import.meta.url) await benches(await runPython(pythonTime));
