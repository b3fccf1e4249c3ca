// Two at once: which of them overlap? On the event loop and under one lock those that compute take turns,
// as under a GIL, and kettles boil together. `--trace <file>` writes who worked when, in the Trace Event
// format, which the viewers of browsers read.
import { parseArgs } from "node:util";
import { Lock } from "#solutions/locks/locks.ts";
import { ThreadPool } from "#solutions/thread_pools/thread_pools.ts";
import { type Interval, mostAtOnce } from "../parallelism.ts";

export function compute(lock?: SharedArrayBuffer): Interval {
  using _held = lock && Lock.attach(lock).hold();
  const begin = Date.now();
  for (let i = 0; i < 3e8; i++);
  return { begin, end: Date.now() };
}

export async function boil(): Promise<Interval> {
  const begin = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { begin, end: Date.now() };
}

// The module is loaded in each thread as well. Only the main thread asks.
if (import.meta.main) {
  await using pool = new ThreadPool({ module: import.meta.url, workers: 2 });
  const threads = (...args: unknown[]) =>
    [1, 2].map(() => pool.submit<Interval>("compute", args).result());
  const places = {
    "two compute on the event loop": () => [compute(), compute()],
    "two kettles boil on the event loop": () => [boil(), boil()],
    "two threads compute under one lock": () => threads(new Lock().buffer),
    "two threads compute": () => threads(),
  };
  const events: object[] = [];
  for (const [pid, [name, both]] of Object.entries(places).entries()) {
    const intervals = await Promise.all(both());
    console.log(`${name}: ${mostAtOnce(intervals)} at once`);
    events.push({ name: "process_name", ph: "M", pid, args: { name } });
    intervals.forEach(({ begin, end }, tid) =>
      events.push({ name, ph: "X", pid, tid, ts: 1e3 * begin, dur: 1e3 * (end - begin) })
    );
  }
  const { trace } = parseArgs({ args: Deno.args, options: { trace: { type: "string" } } }).values;
  if (trace) await Deno.writeTextFile(trace, JSON.stringify(events));
}
