// Three kinds of queue, and one that is full or empty. The kinds get the same items: first come, last
// come, most urgent. At the end somebody waits until all work is done.
import { LifoQueue, PriorityQueue, Queue, QueueEmpty, QueueFull } from "../queues.ts";

const first = new Queue<string>();
const last = new LifoQueue<string>();
const urgent = new PriorityQueue<[urgency: number, name: string]>({
  compare: ([a], [b]) => a - b,
});
for (const [urgency, name] of [[10, "rice"], [-1, "soup"], [3, "tea"]] as const) {
  await first.put(name);
  await last.put(name);
  await urgent.put([urgency, name]);
}
console.log("first come: ", await first.get(), await first.get(), await first.get());
console.log("last come:  ", await last.get(), await last.get(), await last.get());
console.log("most urgent:", ...await urgent.get(), ...await urgent.get(), ...await urgent.get());

const counter = new Queue<string>({ maxsize: 1 });
await counter.get({ timeout: 100 }).catch((error) => {
  console.log("a get gives up:", error instanceof QueueEmpty, counter.isEmpty);
});
counter.putNowait("dumplings");
await counter.put("noodles", { timeout: 100 }).catch((error) => {
  console.log("a put gives up:", error instanceof QueueFull, counter.isFull);
});

async function eat(): Promise<void> {
  const dish = await counter.get();
  console.log(`${dish} are taken, ${counter.size} left`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(`${dish} are eaten`);
  counter.taskDone();
}

void eat();
await counter.join();
console.log("all is done");
