/** `deno bench -P solutions/queues`: our queues beside others, in one run. */
import { AsyncQueue } from "@esfx/async-queue";
import TinyQueue from "tinyqueue";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
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

const asyncioProgram = (work: string, size: number) => `
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
async def milliseconds(work, size):
    start = time.perf_counter()
    await work(asyncio.Queue(size), ${items})
    return (time.perf_counter() - start) * 1000
print(min(asyncio.run(milliseconds(${work}, ${size})) for _ in range(5)))
`;

const geventProgram = (work: string, size: number) => `
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
def milliseconds(work, size):
    start = time.perf_counter()
    work(gevent.queue.Queue(size or None), ${items})
    return (time.perf_counter() - start) * 1000
print(min(milliseconds(${work}, ${size}) for _ in range(5)))
`;

const threadProgram = (work: string, size: number) => `
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
def milliseconds(work, size):
    start = time.perf_counter()
    work(queue.Queue(size), ${items})
    return (time.perf_counter() - start) * 1000
print(min(milliseconds(${work}, ${size}) for _ in range(5)))
`;

const heapProgram = (size: number) => `
import queue, random, time
def work(queue, n):
    for i in range(n): queue.put_nowait(random.random())
    for i in range(n): queue.get_nowait()
def milliseconds():
    start = time.perf_counter()
    work(queue.PriorityQueue(), ${size})
    return (time.perf_counter() - start) * 1000
print(min(milliseconds() for _ in range(3)))
`;

async function pythonQueues(group: string, work: string, size: number): Promise<void> {
  const programs = {
    "gevent.queue.Queue": geventProgram,
    "CPython asyncio.Queue": asyncioProgram,
    "CPython queue.Queue": threadProgram,
  };
  for (const [name, program] of Object.entries(programs)) {
    benchPython(name, group, await runPython(program(work, size)));
  }
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
  benchPython("CPython queue.PriorityQueue", group, await runPython(heapProgram(size)));
}
