/** `deno bench -P solutions/producers`: a kitchen beside the same one in Python, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Queue, QueueShutDown } from "#solutions/queues/queues.ts";
import { runKitchen } from "./producers.ts";

const [cooks, eaters, maxsize, buns] = [2, 2, 64, 10_000];
const group = `${cooks} cooks, ${eaters} eaters, ${buns.toLocaleString("en")} buns each`;

Deno.bench("runKitchen", { group, baseline: true }, async () => {
  await runKitchen({ cooks, eaters, shelf: maxsize, buns });
});

Deno.bench("tasks of one thread and a Queue", { group }, async () => {
  const shelf = new Queue<{ cook: number; number: number }>({ maxsize });
  const eaten: unknown[] = [];
  const eating = Array.from({ length: eaters }, async () => {
    try {
      for (;;) eaten.push(await shelf.get());
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
    }
  });
  await Promise.all(Array.from({ length: cooks }, async (_, cook) => {
    for (let number = 0; number < buns; number++) await shelf.put({ cook, number });
  }));
  shelf.shutdown();
  await Promise.all(eating);
});

const python = `
import queue, threading, time
shelf = queue.Queue(${maxsize})
eaten = [[] for _ in range(${eaters})]
def bake(cook):
    for number in range(${buns}): shelf.put((cook, number))
def eat(eater):
    while (bun := shelf.get()) is not None: eaten[eater].append(bun)
start = time.perf_counter()
eating = [threading.Thread(target=eat, args=(i,)) for i in range(${eaters})]
baking = [threading.Thread(target=bake, args=(i,)) for i in range(${cooks})]
for thread in eating + baking: thread.start()
for thread in baking: thread.join()
for _ in eating: shelf.put(None)
for thread in eating: thread.join()
print((time.perf_counter() - start) * 1000)
`;
benchPython("CPython threading and queue.Queue", group, await runPython(python));
