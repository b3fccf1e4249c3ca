// Tasks that do nothing, in two threads: one at a time, and 64 in flight. Beside it the pools of npm that
// work on Deno, bare messages, and CPython's ThreadPoolExecutor in a child python3. Some of those pools ask
// how many cores there are: `deno bench -P --allow-sys=cpus solutions/thread_pools`.
import { initRuntime, move, spawn } from "multithreading";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { FixedThreadPool, ThreadWorker } from "poolifier";
import { Tinypool } from "tinypool";
import workerpool from "workerpool";
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

const file = fileURLToPath(import.meta.url);
const two = { minThreads: 2, maxThreads: 2 };
const named = { filename: import.meta.url, name: "increment", ...two };

/** What makes each pool, and how it is given a task. All of them have two threads. */
const pools: Record<string, () => (n: number) => Promise<unknown>> = {
  "ThreadPool"() {
    const pool = new ThreadPool({ module: import.meta.url, workers: 2 });
    return (n) => pool.submit("increment", [n]).result();
  },
  "piscina, 32 tasks for each thread"() {
    const pool = new Piscina({ ...named, concurrentTasksPerWorker: 32 });
    return (n) => pool.run(n);
  },
  "piscina, a task for each thread"() {
    const pool = new Piscina(named);
    return (n) => pool.run(n);
  },
  "tinypool"() {
    // With its Atomics it hangs on Deno.
    const pool = new Tinypool({ ...named, useAtomics: false, concurrentTasksPerWorker: 32 });
    return (n) => pool.run(n);
  },
  "poolifier"() {
    const pool = new FixedThreadPool<number>(2, file, {
      workerOptions: { workerData: "poolifier" },
    });
    return (n) => pool.execute(n);
  },
  "workerpool"() {
    const options = { maxWorkers: 2, minWorkers: 2, workerType: "thread" } as const;
    const workerThreadOpts = { workerData: "workerpool" };
    const pool = workerpool.pool(file, { ...options, workerThreadOpts });
    return async (n) => await pool.exec("increment", [n]);
  },
  "multithreading"() {
    initRuntime({ maxWorkers: 2 });
    return async (n) => {
      const result = await spawn(move(n), (n: number) => n + 1).join();
      if (!result.ok) throw result.error;
      return result.value;
    };
  },
  "bare messages": bareMessages,
};

if (workerData === "poolifier") new ThreadWorker<number>((n) => n! + 1);
if (workerData === "workerpool") workerpool.worker({ increment });
if (isMainThread) {
  const calls: Record<string, (n: number) => Promise<unknown>> = {};
  for (const [name, most] of [["one at a time", 1], [`${inFlight} in flight`, inFlight]] as const) {
    const group = `${rounds.toLocaleString("en")} tasks, ${name}`;
    for (const [i, [kind, make]] of Object.entries(pools).entries()) {
      const call = calls[kind] ??= make();
      // Both threads are started before they are measured. Some pools lose tasks when more come at first.
      await keepInFlight(2, call);
      // A function that is not async would not be waited for.
      Deno.bench(kind, { group, baseline: i === 0 }, async () => await keepInFlight(most, call));
    }
    benchPython("CPython ThreadPoolExecutor", group, await python(most));
  }
}
