// Five cooks, each a process, cook ten orders. The main process puts all of them on the counter at once,
// and is called back for each dish.
import { Pool } from "../process_pools.ts";

export async function cook(order: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.log(`order ${order} is cooked in process ${Deno.pid}`);
  return order + 100;
}

function serve(dish: number): void {
  console.log(`--> dish ${dish} is done, says process ${Deno.pid}`);
}

// The module is loaded in each worker as well. Only the main process has a pool.
if (import.meta.main) {
  const pool = new Pool({ module: import.meta.url, processes: 5 });
  console.log(`main process id: ${Deno.pid}`);
  for (let order = 0; order < 10; order++) {
    pool.applyAsync("cook", [order], { callback: serve });
  }
  console.log("end of the orders");
  pool.close(); // A pool that is open might get more orders: join refuses it.
  await pool.join();
}
