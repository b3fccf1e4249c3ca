/** `deno bench -P solutions/processes`: a process from its start to its end, beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Process } from "./processes.ts";

const group = "start a process that does nothing, and wait for its end";
const module = "data:text/javascript,export const nothing = () => {};";

Deno.bench("Process", { group, baseline: true }, async () => {
  const process = new Process({ module, target: "nothing" });
  process.start();
  await process.join();
});

Deno.bench("bare Deno.Command of an empty module", { group }, async () => {
  const args = ["run", "--quiet", "data:text/javascript,"];
  await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
});

benchPython(
  "CPython multiprocessing.Process, spawned",
  group,
  await runPython(`
import multiprocessing, time
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        process = context.Process(target=int)
        process.start()
        process.join()
        times.append((time.perf_counter() - start) * 1000)
    print(min(times))
`),
);
