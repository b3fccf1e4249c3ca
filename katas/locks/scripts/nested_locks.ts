// Functions that hold a lock call others that take it. With a `Lock` each thread would wait for itself,
// for ever; an `RLock` lets its owner in.
import { activeCount, Thread } from "#solutions/threads/threads.ts";
import { RLock } from "../locks.ts";

type Nums = Int32Array<SharedArrayBuffer>;

function run1(nums: Nums, lock: RLock): number {
  console.log("grab the first part of the data");
  using _held = lock.hold();
  return nums[0] += 1;
}

function run2(nums: Nums, lock: RLock): number {
  console.log("grab the second part of the data");
  using _held = lock.hold();
  return nums[1] += 1;
}

export function run3(nums: Nums, buffer: SharedArrayBuffer): void {
  const lock = RLock.attach(buffer);
  using _held = lock.hold();
  const first = run1(nums, lock);
  console.log("--- between run1 and run2 ---");
  const second = run2(nums, lock);
  console.log(first, second);
}

// The module is loaded in each thread as well. Only the main thread starts threads.
if (import.meta.main) {
  const nums: Nums = new Int32Array(new SharedArrayBuffer(8));
  const args = [nums, new RLock().buffer];
  for (let i = 0; i < 10; i++) {
    new Thread({ module: import.meta.url, target: "run3", args }).start();
  }
  while (activeCount() > 1) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log("--- all threads done ---");
  console.log(nums[0], nums[1]);
}
