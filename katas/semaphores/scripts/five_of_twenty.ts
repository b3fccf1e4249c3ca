// A semaphore lets in five of twenty threads at once. The others wait until one of the five comes out.
import { activeCount, Thread } from "#solutions/threads/threads.ts";
import { BoundedSemaphore } from "../semaphores.ts";

type Inside = Int32Array<SharedArrayBuffer>;

export async function run(
  number: number,
  buffer: SharedArrayBuffer,
  inside: Inside,
): Promise<void> {
  const semaphore = BoundedSemaphore.attach(buffer);
  semaphore.acquire();
  const count = Atomics.add(inside, 0, 1) + 1;
  console.log(`run the thread: ${number} (${count} inside)`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  Atomics.sub(inside, 0, 1);
  semaphore.release();
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  const semaphore = new BoundedSemaphore(5);
  const inside: Inside = new Int32Array(new SharedArrayBuffer(4));
  for (let number = 0; number < 20; number++) {
    const args = [number, semaphore.buffer, inside];
    new Thread({ module: import.meta.url, target: "run", args }).start();
  }
  while (activeCount() > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log("--- all threads done ---");
}
