// Counting primes: in a loop, with one thread, with all cores, by bare Workers, and by CPython's process
// pool.
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { parallelMap } from "./parallelism.ts";

const end = 500_000;
const chunk = 10_000;

export function isPrime(n: number): number {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return 0;
  return n > 1 ? 1 : 0;
}

type Numbers = Int32Array<SharedArrayBuffer>;

/** What bare Workers share: the items, the results, and the chunk that nobody has taken. */
type Farm = [items: Numbers, results: Numbers, next: Numbers];

/** So many bare Workers take chunk after chunk, and end. */
async function farm(workers: number, items: Numbers): Promise<Numbers> {
  const results = new Int32Array(new SharedArrayBuffer(items.byteLength));
  const shared: Farm = [items, results, new Int32Array(new SharedArrayBuffer(4))];
  await Promise.all(Array.from({ length: workers }, () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { farm: shared } });
    return new Promise((done) => worker.on("exit", done));
  }));
  return results;
}

function workInFarm([items, results, next]: Farm): void {
  for (let start; (start = Atomics.add(next, 0, chunk)) < items.length;) {
    const end = Math.min(start + chunk, items.length);
    for (let i = start; i < end; i++) results[i] = isPrime(items[i]);
  }
}

if (workerData?.farm) workInFarm(workerData.farm);

if (isMainThread) {
  const module = import.meta.url;
  const cores = navigator.hardwareConcurrency;
  const items = new Int32Array(new SharedArrayBuffer(4 * end));
  for (const n of items.keys()) items[n] = n;
  const group = `the primes below ${end.toLocaleString("en")}`;
  const sum = (primes: Numbers) => primes.reduce((sum, isPrime) => sum + isPrime);
  const mapped = sum(await parallelMap("isPrime", items, { module }));
  if (sum(await farm(cores, items)) !== mapped) throw new Error("They do not count the same");
  Deno.bench(`parallelMap, ${cores} threads`, { group, baseline: true }, async () => {
    await parallelMap("isPrime", items, { module, workers: cores });
  });
  Deno.bench(`bare Workers, ${cores} of them`, { group }, async () => {
    await farm(cores, items);
  });
  Deno.bench("parallelMap, one thread", { group }, async () => {
    await parallelMap("isPrime", items, { module, workers: 1 });
  });
  Deno.bench("a loop", { group }, () => {
    for (const n of items) isPrime(n);
  });
  const milliseconds = await runPython(`
import time
from multiprocessing import Pool
def is_prime(n):
    d = 2
    while d * d <= n:
        if n % d == 0:
            return 0
        d += 1
    return n > 1
with Pool(${cores}) as pool:
    start = time.perf_counter()
    pool.map(is_prime, range(${end}), 1000)
    print((time.perf_counter() - start) * 1000)
`);
  benchPython("CPython Pool.map", group, milliseconds);
}
