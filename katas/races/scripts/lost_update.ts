// Ten threads do `num -= 1`, as it stands in the tutorial and then with your `countDown`. The tutorial's
// hundred threads do it once each; these ten do it so often that they meet. Each way has five rounds, and
// says how many of them did not end at 0.
import { Thread } from "#solutions/threads/threads.ts";
import { countDown } from "../races.ts";

const threads = 10;
const times = 500_000;
const rounds = 5;

export function subtract(num: Int32Array, gate: Int32Array): void {
  Atomics.wait(gate, 0, 0);
  for (let i = 0; i < times; i++) num[0] -= 1;
}

export function subtractRightly(num: Int32Array, gate: Int32Array): void {
  Atomics.wait(gate, 0, 0);
  for (let i = 0; i < times; i++) countDown(num);
}

async function finalNum(target: string): Promise<number> {
  const cell = () => new Int32Array(new SharedArrayBuffer(4));
  const [num, gate] = [cell(), cell()];
  num[0] = threads * times;
  const all = Array.from({ length: threads }, () => {
    const thread = new Thread({ module: import.meta.url, target, args: [num, gate] });
    thread.start();
    return thread;
  });
  for (const thread of all) await thread.ready;
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  for (const thread of all) await thread.join();
  return num[0];
}

async function tell(way: string, target: string): Promise<void> {
  const nums: number[] = [];
  for (let i = 0; i < rounds; i++) nums.push(await finalNum(target));
  const wrong = nums.filter((num) => num !== 0).length;
  console.log(`${way}: final num ${nums.join(", ")}; not 0: ${wrong} of ${rounds}`);
}

if (import.meta.main) {
  countDown(new Int32Array(1));
  await tell("num -= 1", "subtract");
  await tell("countDown", "subtractRightly");
}
