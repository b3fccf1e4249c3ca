// Twenty processes each add 100 to the first number of an array. Each does it in one step, so the first
// number is 2,011 at the end.
import { Process } from "#solutions/processes/processes.ts";
import { SharedArray } from "../shared_memory.ts";

export function addHundred(numbers: SharedArray<"i">, child: number): void {
  console.log(`child ${child}: ${numbers.add(0, 100)}`);
}

// The module is loaded in each child as well. Only the main process starts them.
if (import.meta.main) {
  using numbers = new SharedArray("i", [11, 22, 33, 44]);
  const children = Array.from({ length: 20 }, (_, child) => {
    return new Process({ module: import.meta.url, target: "addHundred", args: [numbers, child] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
  console.log(numbers.slice().join(" "));
}
