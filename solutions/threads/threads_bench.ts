/** `deno bench -P solutions/threads`: starting and joining a thread, beside others, in one run. */
import { Worker as NodeWorker } from "node:worker_threads";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Thread } from "./threads.ts";

const group = "start a thread that does nothing, and wait for its end";
const nothing = "data:text/javascript,export const nothing = () => {};";

Deno.bench("Thread", { group, baseline: true }, async () => {
  const thread = new Thread({ module: nothing, target: "nothing" });
  thread.start();
  await thread.join();
});

Deno.bench("bare node:worker_threads", { group }, async () => {
  const worker = new NodeWorker(new URL("data:text/javascript,"));
  await new Promise((resolve) => worker.on("exit", resolve));
});

Deno.bench("bare Web Worker, to its first message", { group }, async () => {
  const worker = new Worker("data:text/javascript,postMessage(1);close()", { type: "module" });
  await new Promise((resolve) => worker.onmessage = resolve);
});

benchPython(
  "CPython threading.Thread",
  group,
  await runPython(`
import threading, time
start = time.perf_counter()
for _ in range(200):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
print((time.perf_counter() - start) * 1000 / 200)
`),
);
