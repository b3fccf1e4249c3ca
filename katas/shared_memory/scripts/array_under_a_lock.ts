// Twenty processes take the lock of an array in turn. Each puts its own number first and shows all four:
// nobody changes them while it does.
import { Process } from "#solutions/processes/processes.ts";
import { SharedArray } from "../shared_memory.ts";

export async function show(numbers: SharedArray<"i">, child: number): Promise<void> {
  await using _held = await numbers.lock.hold();
  numbers.set(0, 100 + child);
  for (let i = 0; i < numbers.length; i++) {
    console.log(`${child} ----> ${numbers.at(i)}`);
    await new Promise((resolve) => setTimeout(resolve, 5)); // Here another one could come between.
  }
}

// The module is loaded in each child as well. Only the main process starts them.
if (import.meta.main) {
  using numbers = new SharedArray("i", [11, 22, 33, 44]);
  const children = Array.from({ length: 20 }, (_, child) => {
    return new Process({ module: import.meta.url, target: "show", args: [numbers, child] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
}
