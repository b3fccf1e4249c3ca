// Counting primes: in a loop, with one thread, with all cores, and by CPython's process pool.
import { isMainThread } from "node:worker_threads";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { parallelMap } from "./parallelism.ts";

const end = 500_000;

export function isPrime(n: number): number {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return 0;
  return n > 1 ? 1 : 0;
}

if (isMainThread) {
  const module = import.meta.url;
  const cores = navigator.hardwareConcurrency;
  const items = new Int32Array(new SharedArrayBuffer(4 * end));
  for (const n of items.keys()) items[n] = n;
  const group = `the primes below ${end.toLocaleString("en")}`;
  Deno.bench(`parallelMap, ${cores} threads`, { group, baseline: true }, async () => {
    await parallelMap("isPrime", items, { module, workers: cores });
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
