// Ten children append to a list, each to its own. Each has loaded the module anew, and the list of the
// main process stays empty.
import { Process } from "../processes.ts";

const list: number[] = [];

export function append(number: number): void {
  list.push(number);
  console.log("say hi", list);
}

// The module is loaded in each child as well. Only the main process starts them.
if (import.meta.main) {
  const children = Array.from({ length: 10 }, (_, number) => {
    return new Process({ module: import.meta.url, target: "append", args: [number] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
  console.log("ending", list);
}
