/** `deno bench -P solutions/process_queues`: numbers from a child to its parent, beside CPython, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { parentProcess, Process, ProcessError } from "#solutions/processes/processes.ts";
import { ProcessQueue } from "./process_queues.ts";

const items = 20_000;
const batch = 500;

/**
 * Each time it is told to, the child puts so many numbers, as Python does: without waiting for each. Python
 * does not say when one is in, so a batch is as many as are in at once here.
 */
export async function putAtOnce(queue: ProcessQueue<number>): Promise<void> {
  while (await isWanted()) {
    for (let i = 0; i < items; i += batch) {
      await Promise.all(Array.from({ length: batch }, (_, k) => queue.put(i + k)));
    }
  }
}

/** Waits until one number is in before it puts the next. */
export async function putOneByOne(queue: ProcessQueue<number>): Promise<void> {
  while (await isWanted()) for (let i = 0; i < items; i++) await queue.put(i);
}

/** Gets so many numbers from its parent. */
export async function getAll(queue: ProcessQueue<number>): Promise<void> {
  while (await isWanted()) {
    for (let i = 0; i < items; i++) await queue.get();
    parentProcess()!.send("got");
  }
}

async function isWanted(): Promise<boolean> {
  return await parentProcess()!.receive().then(() => true, (error) => {
    if (error instanceof ProcessError) return false;
    throw error;
  });
}

function started(target: string): { child: Process; queue: ProcessQueue<number> } {
  const queue = new ProcessQueue<number>();
  const args = [queue];
  const child = new Process({ module: import.meta.url, target, args, daemon: true });
  child.start();
  return { child, queue };
}

function benches(python: number | null): void {
  const group = `${items.toLocaleString("en")} numbers by put and get`;
  for (const target of ["putAtOnce", "putOneByOne"]) {
    const { child, queue } = started(target);
    Deno.bench(`ProcessQueue, ${target}`, { group, baseline: target === "putAtOnce" }, async () => {
      child.send("go");
      for (let i = 0; i < items; i++) await queue.get();
    });
  }
  const { child, queue } = started("getAll");
  Deno.bench("ProcessQueue, the child gets", { group }, async () => {
    child.send("go");
    for (let i = 0; i < items; i++) void queue.put(i);
    await child.receive();
  });
  benchPython("CPython multiprocessing.Queue", group, python);
}

/** The milliseconds that CPython takes for the same. */
const pythonTime = `
import multiprocessing, time
def put(orders, queue):
    while orders.get():
        for i in range(${items}):
            queue.put(i)
if __name__ == "__main__":
    orders, queue = multiprocessing.SimpleQueue(), multiprocessing.Queue()
    multiprocessing.Process(target=put, args=(orders, queue), daemon=True).start()
    times = []
    for _ in range(10):
        start = time.perf_counter()
        orders.put(True)
        for i in range(${items}):
            queue.get()
        times.append((time.perf_counter() - start) * 1000)
    print(min(times))
`;

// The children load this file too.
if (Deno.mainModule === import.meta.url) benches(await runPython(pythonTime));
