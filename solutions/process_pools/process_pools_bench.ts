/** `deno bench -P solutions/process_pools`: pools beside others, in one run; of two workers unless said. */
import { isMainThread } from "node:worker_threads";
import { Piscina } from "piscina";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Pool } from "./process_pools.ts";

const module = "data:text/javascript,export const plusOne = (n) => n + 1;";
const tasks = 2_000;
const numbers = Array.from({ length: 100_000 }, (_, i) => i);
const sizes = [1, 4, 16];

/** What the threads of piscina do: they load this file. */
export const plusOne = (n: number) => n + 1;

function benches(python: Record<string, number> | null): void {
  const pool = new Pool({ module, processes: 2 });
  const threads = new Piscina({
    filename: import.meta.url,
    name: "plusOne",
    minThreads: 2,
    maxThreads: 2,
  });

  const apart = `${tasks} tasks, all given at once`;
  Deno.bench("Pool.applyAsync", { group: apart, baseline: true }, async () => {
    await Promise.all(numbers.slice(0, tasks).map((n) => pool.apply("plusOne", [n])));
  });
  Deno.bench("piscina, threads", { group: apart }, async () => {
    await Promise.all(numbers.slice(0, tasks).map((n) => threads.run(n)));
  });
  benchPython("CPython Pool.apply_async", apart, python?.apply_async);

  for (const processes of sizes) {
    const mapped = `map of ${numbers.length.toLocaleString("en")} numbers, ${processes} workers`;
    const mapping = new Pool({ module, processes });
    Deno.bench("Pool.map", { group: mapped, baseline: true }, async () => {
      await mapping.map("plusOne", numbers);
    });
    benchPython("CPython Pool.map", mapped, python?.[`map${processes}`]);
  }

  for (const processes of sizes) {
    const started = `a first task for each of ${processes} workers, from their start to their end`;
    Deno.bench("Pool", { group: started, baseline: true }, async () => {
      await using starting = new Pool({ module, processes });
      await starting.map("plusOne", numbers.slice(0, processes));
    });
    benchPython("CPython Pool, spawned", started, python?.[`start${processes}`]);
  }

  const single = "one task after the other";
  Deno.bench("Pool.apply", { group: single, baseline: true }, async () => {
    await pool.apply("plusOne", [1]);
  });
  Deno.bench("piscina, a thread", { group: single }, async () => {
    await threads.run(1);
  });
  benchPython("CPython Pool.apply", single, python?.apply);
}

/** The milliseconds that CPython takes for the same. */
const pythonTimes = `
import json, time
from multiprocessing import Pool, get_context
def plus_one(n):
    return n + 1
def best(call):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)
def start(processes):
    with get_context("spawn").Pool(processes) as pool:
        pool.map(abs, range(processes), 1)
    pool.join()
if __name__ == "__main__":
    times, numbers = {}, range(${numbers.length})
    for n in ${JSON.stringify(sizes)}:
        with Pool(n) as pool:
            times[f"map{n}"] = best(lambda: pool.map(plus_one, numbers))
        times[f"start{n}"] = best(lambda: start(n))
    with Pool(2) as pool:
        times["apply_async"] = best(lambda: [r.get() for r in [pool.apply_async(plus_one, (n,)) for n in range(${tasks})]])
        times["apply"] = best(lambda: pool.apply(plus_one, (1,)))
    print(json.dumps(times))
`;

if (isMainThread) benches(await runPython<Record<string, number>>(pythonTimes));
