// Tasks that do nothing, in two threads: one at a time, and 64 in flight. Beside it CPython's
// ThreadPoolExecutor in a child python3, piscina, and bare messages.
import { Piscina } from "piscina";
import { isMainThread, Worker } from "node:worker_threads";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { ThreadPool } from "./thread_pools.ts";

const rounds = 1_000;
const inFlight = 64;

export const increment = (n: number) => n + 1;

/** Keeps so many calls in flight until all rounds are done. */
async function keepInFlight(most: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < rounds) await call(next++);
  };
  await Promise.all(Array.from({ length: most }, lane));
}

/** Two threads that answer bare messages, each in the order in which they come. */
function bareMessages(): (n: number) => Promise<unknown> {
  const code = `import { parentPort } from "node:worker_threads";
    parentPort.on("message", (n) => parentPort.postMessage(n + 1));`;
  const lanes = [1, 2].map(() => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const waiting: ((value: unknown) => void)[] = [];
    worker.on("message", (value: unknown) => waiting.shift()!(value));
    return { worker, waiting };
  });
  return (n) => {
    const { worker, waiting } = lanes[n % 2];
    worker.postMessage(n);
    return new Promise((resolve) => waiting.push(resolve));
  };
}

function python(most: number): Promise<number | null> {
  return runPython(`
import time
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    increment = lambda n: n + 1
    pool.submit(increment, 1).result()
    start = time.perf_counter()
    for _ in range(${rounds} // ${most}):
        for future in [pool.submit(increment, n) for n in range(${most})]:
            future.result()
    print((time.perf_counter() - start) * 1000)
`);
}

if (isMainThread) {
  const pool = new ThreadPool({ module: import.meta.url, workers: 2 });
  const piscina = new Piscina({
    filename: import.meta.url,
    name: "increment",
    minThreads: 2,
    maxThreads: 2,
    concurrentTasksPerWorker: 32,
  });
  const kinds: [string, (n: number) => Promise<unknown>][] = [
    ["ThreadPool", (n) => pool.submit("increment", [n]).result()],
    ["piscina, 32 tasks for each thread", (n) => piscina.run(n)],
    ["bare messages", bareMessages()],
  ];
  for (const [name, most] of [["one at a time", 1], [`${inFlight} in flight`, inFlight]] as const) {
    const group = `${rounds.toLocaleString("en")} tasks, ${name}`;
    for (const [i, [kind, call]] of kinds.entries()) {
      // The threads are started before they are measured.
      await keepInFlight(inFlight, call);
      // A function that is not async would not be waited for.
      Deno.bench(kind, { group, baseline: i === 0 }, async () => await keepInFlight(most, call));
    }
    benchPython("CPython ThreadPoolExecutor", group, await python(most));
  }
}
