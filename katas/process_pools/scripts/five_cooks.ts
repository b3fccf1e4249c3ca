// Five cooks, each a process, cook ten orders. The main process puts all of them on the counter at once,
// and is called back for each dish. `--trace <file>` writes who cooked which order and when, in the Trace
// Event format, which the viewers of browsers read.
import { parseArgs } from "node:util";
import { Pool } from "../process_pools.ts";

export async function cook(order: number) {
  const begin = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  console.log(`order ${order} is cooked in process ${Deno.pid}`);
  const [ts, dur] = [1e3 * begin, 1e3 * (Date.now() - begin)];
  return { name: `dish ${order + 100}`, ph: "X", pid: Deno.pid, tid: Deno.pid, ts, dur };
}

type Dish = Awaited<ReturnType<typeof cook>>;
const dishes: Dish[] = [];

function serve(dish: Dish): void {
  console.log(`--> ${dish.name} is done, says process ${Deno.pid}`);
  dishes.push(dish);
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
  const { trace } = parseArgs({ args: Deno.args, options: { trace: { type: "string" } } }).values;
  if (trace) await Deno.writeTextFile(trace, JSON.stringify(dishes));
}
