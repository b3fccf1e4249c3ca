// A hundred threads subtract 1 from the same number. It is 100, and under the lock no subtraction is
// lost: the last line says 0.
import { Thread } from "#solutions/threads/threads.ts";
import { Lock } from "../locks.ts";

type Num = Int32Array<SharedArrayBuffer>;

export async function subtract(num: Num, buffer: SharedArrayBuffer): Promise<void> {
  const lock = Lock.attach(buffer);
  console.log(`get num: ${num[0]}`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  lock.acquire();
  num[0] -= 1; // Two steps, a read and a write. Nobody comes between them.
  lock.release();
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  const num: Num = new Int32Array(new SharedArrayBuffer(4)).fill(100);
  const lock = new Lock();
  const threads = Array.from({ length: 100 }, () => {
    const args = [num, lock.buffer];
    return new Thread({ module: import.meta.url, target: "subtract", args });
  });
  for (const thread of threads) thread.start();
  for (const thread of threads) await thread.join();
  console.log(`final num: ${num[0]}`);
}
