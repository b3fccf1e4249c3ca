// A child puts a list into a queue that its parent has made, and the parent gets it.
import { Process } from "#solutions/processes/processes.ts";
import { ProcessQueue } from "../process_queues.ts";

export async function child(queue: ProcessQueue): Promise<void> {
  await queue.put([42, null, "hello"]);
}

// The module is loaded in the child as well. Only the main process makes a queue.
if (import.meta.main) {
  await using queue = new ProcessQueue();
  const process = new Process({ module: import.meta.url, target: "child", args: [queue] });
  process.start();
  console.log(await queue.get());
  await process.join();
  console.log("empty:", await queue.isEmpty());
}
