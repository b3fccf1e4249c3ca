/** `deno bench -P solutions/shared_queues`: our queue beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { SharedQueue } from "./shared_queues.ts";

const capacity = 1024;
const numbers = 100_000;
const objects = 20_000;
const isWorker = "postMessage" in globalThis;
const dish = (id: number) => ({ id, name: "noodles", hot: true });

/** Numbers in a ring behind a lock, with a condition for room and one for items, and nothing else. */
class BareQueue {
  readonly #cells: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer(4 * (8 + capacity))) {
    this.#cells = new Int32Array(buffer);
  }

  put(item: number): void {
    const cells = this.#cells;
    lock(cells);
    while (cells[1] === capacity) sleep(cells, 3);
    cells[8 + (cells[2] + cells[1]) % capacity] = item;
    cells[1]++;
    unlock(cells, 5);
  }

  get(): number {
    const cells = this.#cells;
    lock(cells);
    while (cells[1] === 0) sleep(cells, 5);
    const item = cells[8 + cells[2]];
    cells[2] = (cells[2] + 1) % capacity;
    cells[1]--;
    unlock(cells, 3);
    return item;
  }
}

function lock(cells: Int32Array): void {
  if (Atomics.compareExchange(cells, 0, 0, 1) === 0) return;
  while (Atomics.exchange(cells, 0, 2) !== 0) Atomics.wait(cells, 0, 2);
}

/** Frees the lock and wakes one who waits for the condition; how many do stands beside it. */
function unlock(cells: Int32Array, condition: number): void {
  const wakes = cells[condition + 1] > 0;
  if (wakes) Atomics.add(cells, condition, 1);
  if (Atomics.exchange(cells, 0, 0) === 2) Atomics.notify(cells, 0, 1);
  if (wakes) Atomics.notify(cells, condition, 1);
}

function sleep(cells: Int32Array, condition: number): void {
  const before = Atomics.load(cells, condition);
  cells[condition + 1]++;
  if (Atomics.exchange(cells, 0, 0) === 2) Atomics.notify(cells, 0, 1);
  Atomics.wait(cells, condition, before);
  lock(cells);
  cells[condition + 1]--;
}

interface Ends {
  put(item: unknown): void;
  get(): unknown;
}

/** The queues that two Workers can attach to. */
const kinds: Record<string, (buffer: SharedArrayBuffer) => Ends> = {
  "SharedQueue": (buffer) => SharedQueue.attach(buffer),
  "bare lock and two conditions": (buffer) => new BareQueue(buffer) as unknown as Ends,
};

interface Job {
  kind: string;
  buffer?: SharedArrayBuffer;
  port?: MessagePort;
  role: "writer" | "reader";
  items: "numbers" | "objects";
}

function startPair(): Worker[] {
  return ["writer", "reader"].map(() => new Worker(import.meta.url, { type: "module" }));
}

async function bothDone([writer, reader]: Worker[], job: Partial<Job>, ports?: MessagePort[]) {
  const done = new Promise((done) => reader.onmessage = done);
  reader.postMessage({ ...job, role: "reader", port: ports?.[0] }, ports ? [ports[0]] : []);
  writer.postMessage({ ...job, role: "writer", port: ports?.[1] }, ports ? [ports[1]] : []);
  await done;
}

const python = `
import json, queue, threading, time
def run(item):
    belt = queue.Queue(${capacity})
    def read():
        for _ in range(${numbers}): belt.get()
    reader = threading.Thread(target=read)
    start = time.perf_counter()
    reader.start()
    for i in range(${numbers}): belt.put(item)
    reader.join()
    return (time.perf_counter() - start) * 1000
print(run(7))
`;

async function benchItems(
  items: Job["items"],
  made: Record<string, () => SharedArrayBuffer>,
): Promise<void> {
  const count = items === "numbers" ? numbers : objects;
  const group = `${count.toLocaleString("en")} ${items} from one Worker to another`;
  for (const [i, [kind, make]] of Object.entries(made).entries()) {
    const pair = startPair();
    // The first rounds take ten times as long: code is compiled when it has run for a while.
    for (let round = 0; round < 3; round++) await bothDone(pair, { kind, buffer: make(), items });
    Deno.bench(kind, { group, baseline: i === 0 }, async () => {
      await bothDone(pair, { kind, buffer: make(), items });
    });
  }
  const pair = startPair();
  Deno.bench("postMessage", { group }, async () => {
    const { port1, port2 } = new MessageChannel();
    await bothDone(pair, { kind: "port", items }, [port1, port2]);
  });
  if (items === "numbers") benchPython("CPython queue.Queue", group, pythonTime);
}

let pythonTime: number | null = null;

async function benches(): Promise<void> {
  pythonTime = await runPython(python);
  const belt = () => new SharedQueue({ maxsize: capacity, bytes: 2 ** 18 }).buffer;
  await benchItems("numbers", {
    "SharedQueue": belt,
    "bare lock and two conditions": () => new BareQueue().buffer,
  });
  await benchItems("objects", { "SharedQueue": belt });
}

function work({ kind, buffer, port, role, items }: Job): void {
  const count = items === "numbers" ? numbers : objects;
  const itemOf = items === "numbers" ? (i: number) => i : dish;
  const done = () => (globalThis as unknown as Worker).postMessage("done");
  if (port) {
    let got = 0;
    if (role === "reader") port.onmessage = () => ++got === count && (port.close(), done());
    else for (let i = 0; i < count; i++) port.postMessage(itemOf(i));
    return;
  }
  const ends = kinds[kind](buffer!);
  if (role === "writer") { for (let i = 0; i < count; i++) ends.put(itemOf(i)); }
  else {
    for (let i = 0; i < count; i++) ends.get();
    done();
  }
}

if (isWorker) globalThis.addEventListener("message", (event) => work((event as MessageEvent).data));
else await benches();
