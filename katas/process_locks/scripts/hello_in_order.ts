// Ten processes say hello world under a lock, each in three pieces. No line has a piece of another one in
// it; which line is first is for the system to say.
import { Process } from "#solutions/processes/processes.ts";
import { ProcessLock } from "../process_locks.ts";

export async function hello(lock: ProcessLock, number: number): Promise<void> {
  await using _held = await lock.hold();
  for (const piece of ["hello", " world", ` ${number}\n`]) {
    await Deno.stdout.write(new TextEncoder().encode(piece));
    await new Promise((resolve) => setTimeout(resolve, 10)); // Here another one could come between.
  }
}

// The module is loaded in each child as well. Only the main process starts them.
if (import.meta.main) {
  using lock = new ProcessLock();
  const children = Array.from({ length: 10 }, (_, number) => {
    return new Process({ module: import.meta.url, target: "hello", args: [lock, number] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
}
