/** `deno bench -P solutions/queues`: our queues beside others, in one run. */
import { AsyncQueue } from "@esfx/async-queue";
import TinyQueue from "tinyqueue";
import { PriorityQueue, Queue } from "./queues.ts";

const items = 10_000;

// A bench has to be an async function itself: Deno does not wait for a promise that another returns.

/** What is measured of every queue. */
interface AnyQueue {
  put(item: number): unknown;
  get(): Promise<number>;
}

/** One task puts an item in and takes it out, again and again. */
async function alone(queue: AnyQueue): Promise<void> {
  for (let i = 0; i < items; i++) {
    await queue.put(i);
    await queue.get();
  }
}

/** One task puts all items in, another one takes them out. */
async function pair(queue: AnyQueue): Promise<void> {
  const produce = async () => {
    for (let i = 0; i < items; i++) await queue.put(i);
  };
  const consume = async () => {
    for (let i = 0; i < items; i++) await queue.get();
  };
  await Promise.all([produce(), consume()]);
}

/** The shortest queue for one consumer: what no queue with bounds and options can beat. */
class BareQueue implements AnyQueue {
  #items: number[] = [];
  #wake?: (item: number) => void;

  put(item: number): void {
    if (this.#wake) this.#wake(item);
    else this.#items.push(item);
    this.#wake = undefined;
  }

  get(): Promise<number> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift()!);
    return new Promise((resolve) => this.#wake = resolve);
  }
}

const asyncioProgram = `
import asyncio, time
async def alone(queue, n):
    for i in range(n):
        await queue.put(i)
        await queue.get()
async def pair(queue, n):
    async def produce():
        for i in range(n): await queue.put(i)
    async def consume():
        for i in range(n): await queue.get()
    await asyncio.gather(produce(), consume())
async def seconds(work, size):
    start = time.perf_counter()
    await work(asyncio.Queue(size), N)
    return time.perf_counter() - start
print(min(asyncio.run(seconds(WORK, SIZE)) for _ in range(5)))
`;

const geventProgram = `
import gevent, gevent.queue, time
def alone(queue, n):
    for i in range(n):
        queue.put(i)
        queue.get()
def pair(queue, n):
    def produce():
        for i in range(n): queue.put(i)
    def consume():
        for i in range(n): queue.get()
    gevent.joinall([gevent.spawn(produce), gevent.spawn(consume)])
def seconds(work, size):
    start = time.perf_counter()
    work(gevent.queue.Queue(size or None), N)
    return time.perf_counter() - start
print(min(seconds(WORK, SIZE) for _ in range(5)))
`;

const threadProgram = `
import queue, threading, time
def alone(queue, n):
    for i in range(n):
        queue.put(i)
        queue.get()
def pair(queue, n):
    def produce():
        for i in range(n): queue.put(i)
    producer = threading.Thread(target=produce)
    producer.start()
    for i in range(n): queue.get()
    producer.join()
def seconds(work, size):
    start = time.perf_counter()
    work(queue.Queue(size), N)
    return time.perf_counter() - start
print(min(seconds(WORK, SIZE) for _ in range(5)))
`;

const heapProgram = `
import queue, random, time
def work(queue, n):
    for i in range(n): queue.put_nowait(random.random())
    for i in range(n): queue.get_nowait()
def seconds():
    start = time.perf_counter()
    work(queue.PriorityQueue(), N)
    return time.perf_counter() - start
print(min(seconds() for _ in range(3)))
`;

/** The milliseconds that the program measured; null without python3 or the module. */
async function pythonMs(program: string, facts: Record<string, unknown>): Promise<number | null> {
  const head = Object.entries(facts).map(([name, value]) => `${name} = ${value}\n`).join("");
  const command = new Deno.Command("python3", {
    // Names may stand for functions of the program, so they come after it is defined.
    args: ["-c", program.replace("\nprint", `\n${head}print`)],
    stderr: "null",
  });
  const output = await command.output().catch(() => null);
  return output?.success ? Number(new TextDecoder().decode(output.stdout)) * 1_000 : null;
}

/** A row for a program in Python: it waits as long as Python took. */
async function pythonBench(
  name: string,
  group: string,
  program: string,
  facts: Record<string, unknown>,
): Promise<void> {
  const ms = await pythonMs(program, facts);
  const found = ms === null ? "not found" : `${ms.toFixed(2)} ms; the row waits as long`;
  Deno.bench(`${name} (${found})`, { group, ignore: ms === null }, () => {
    const end = performance.now() + ms!;
    while (performance.now() < end);
  });
}

async function pythonQueues(group: string, work: string, size: number): Promise<void> {
  const facts = { N: items, WORK: work, SIZE: size };
  await pythonBench("gevent.queue.Queue", group, geventProgram, facts);
  await pythonBench("CPython asyncio.Queue", group, asyncioProgram, facts);
  await pythonBench("CPython queue.Queue", group, threadProgram, facts);
}

{
  const group = `one task, ${items} times put and get`;
  const [ours, esfx, bare] = [new Queue<number>(), new AsyncQueue<number>(), new BareQueue()];
  Deno.bench("Queue", { group, baseline: true }, async () => await alone(ours));
  Deno.bench("Queue, putNowait and getNowait", { group }, () => {
    for (let i = 0; i < items; i++) {
      ours.putNowait(i);
      ours.getNowait();
    }
  });
  Deno.bench("bare queue", { group }, async () => await alone(bare));
  Deno.bench("npm:@esfx/async-queue", { group }, async () => await alone(esfx));
  await pythonQueues(group, "alone", 0);
}

for (const maxsize of [0, 1_024, 1]) {
  const group = `producer and consumer, ${items} items, maxsize ${maxsize}`;
  const ours = new Queue<number>({ maxsize });
  Deno.bench("Queue", { group, baseline: true }, async () => await pair(ours));
  if (maxsize === 0) {
    const [esfx, bare] = [new AsyncQueue<number>(), new BareQueue()];
    Deno.bench("bare queue", { group }, async () => await pair(bare));
    Deno.bench("npm:@esfx/async-queue", { group }, async () => await pair(esfx));
  }
  await pythonQueues(group, "pair", maxsize);
}

// Ten times as many items take ten times as long, and a little more: that is n log n.
for (const size of [1_000, 10_000, 100_000]) {
  const group = `priorities: put ${size} items in, take all out`;
  const numbers = Float64Array.from({ length: size }, () => Math.random());
  const compare = (a: number, b: number) => a - b;
  Deno.bench("PriorityQueue", { group, baseline: true }, () => {
    const queue = new PriorityQueue<number>({ compare });
    for (const number of numbers) queue.putNowait(number);
    while (!queue.isEmpty) queue.getNowait();
  });
  Deno.bench("npm:tinyqueue, which neither waits nor keeps equals in order", { group }, () => {
    const queue = new TinyQueue<number>([], compare);
    for (const number of numbers) queue.push(number);
    while (queue.length > 0) queue.pop();
  });
  await pythonBench("CPython queue.PriorityQueue", group, heapProgram, { N: size });
}
