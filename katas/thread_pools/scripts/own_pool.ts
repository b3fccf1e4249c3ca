// Thirty tasks on five threads of a pool of your own. A thread that has done one task takes the next, so
// no more than five names appear. `--trace <file>` writes who had which task and when, in the Trace Event
// format, which the viewers of browsers read.
import { parseArgs } from "node:util";
import { currentThread } from "#solutions/threads/threads.ts";
import { asCompleted, ThreadPool } from "../thread_pools.ts";

export async function work(task: number) {
  const begin = Date.now();
  const { name } = currentThread();
  console.log(`task ${task} in ${name}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [tid, ts, dur] = [Number(name.split("_")[1]), 1e3 * begin, 1e3 * (Date.now() - begin)];
  return { name: `task ${task}`, ph: "X", pid: Deno.pid, tid, ts, dur };
}

type Done = Awaited<ReturnType<typeof work>>;

// The module is loaded in each thread as well. Only the main thread has a pool.
if (import.meta.main) {
  const pool = new ThreadPool({ module: import.meta.url, workers: 5, name: "worker" });
  const futures = Array.from({ length: 30 }, (_, task) => pool.submit<Done>("work", [task]));
  console.log("all tasks are submitted");
  const events: Done[] = [];
  for await (const future of asCompleted(futures)) {
    const done = await future.result();
    console.log(`--> ${done.name} is done`);
    events.push(done);
  }
  await pool.shutdown();
  console.log("--- all threads are gone ---");
  const { trace } = parseArgs({ args: Deno.args, options: { trace: { type: "string" } } }).values;
  if (trace) await Deno.writeTextFile(trace, JSON.stringify(events));
}
