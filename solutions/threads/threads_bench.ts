/** `deno bench -P solutions/threads`: starting and joining a thread, beside others, in one run. */
import { Worker as NodeWorker } from "node:worker_threads";
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

const seconds = await pythonSeconds(200);
const cost = seconds === null ? "python3 not found" : `${(seconds * 5).toFixed(3)} ms each`;
Deno.bench(`CPython threading.Thread (${cost})`, { group, ignore: seconds === null }, () => {
  const end = performance.now() + seconds! * 5;
  while (performance.now() < end);
});

/** How many seconds CPython takes to start and join so many threads; null without python3. */
async function pythonSeconds(rounds: number): Promise<number | null> {
  const program = `
import threading, time
start = time.perf_counter()
for _ in range(${rounds}):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
print(time.perf_counter() - start)
`;
  const command = new Deno.Command("python3", { args: ["-c", program], stderr: "null" });
  const output = await command.output().catch(() => null);
  return output?.success ? Number(new TextDecoder().decode(output.stdout)) : null;
}
