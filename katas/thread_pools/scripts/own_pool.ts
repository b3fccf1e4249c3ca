// Thirty tasks on five threads of a pool of your own. A thread that has done one task takes the next, so
// no more than five names appear.
import { currentThread } from "#solutions/threads/threads.ts";
import { asCompleted, ThreadPool } from "../thread_pools.ts";

export async function work(task: number): Promise<number> {
  console.log(`task ${task} in ${currentThread().name}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  return task;
}

// The module is loaded in each thread as well. Only the main thread has a pool.
if (import.meta.main) {
  const pool = new ThreadPool({ module: import.meta.url, workers: 5, name: "worker" });
  const futures = Array.from({ length: 30 }, (_, task) => pool.submit<number>("work", [task]));
  console.log("all tasks are submitted");
  for await (const future of asCompleted(futures)) {
    console.log(`--> task ${await future.result()} is done`);
  }
  await pool.shutdown();
  console.log("--- all threads are gone ---");
}
