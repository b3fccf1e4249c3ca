// Threads count the primes below 3,000,000, a chunk at a time. Where the machine has nothing else to do, as
// many threads as cores take a part of the time of one. In a Python with a GIL they would take as long.
import { parallelMap } from "../parallelism.ts";

export function isPrime(n: number): number {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return 0;
  return n > 1 ? 1 : 0;
}

// The module is loaded in each thread as well. Only the main thread begins the work.
if (import.meta.main) {
  const items = new Int32Array(new SharedArrayBuffer(4 * 3_000_000));
  for (const n of items.keys()) items[n] = n;
  for (const workers of [1, navigator.hardwareConcurrency]) {
    const start = performance.now();
    const primes = await parallelMap("isPrime", items, { module: import.meta.url, workers });
    const count = primes.reduce((sum, isPrime) => sum + isPrime, 0);
    const milliseconds = Math.round(performance.now() - start);
    const threads = workers === 1 ? "1 thread" : `${workers} threads`;
    console.log(`${count} primes, counted by ${threads} in ${milliseconds} ms`);
  }
}
