/**
 * What the benches of several solutions need.
 *
 * @module
 */

/** What the program prints as JSON, run by CPython; null without python3 or a module of the program. */
export async function runPython<Printed = number>(program: string): Promise<Printed | null> {
  const command = new Deno.Command("python3", { args: ["-c", program], stderr: "null" });
  const output = await command.output().catch(() => null);
  return output?.success ? JSON.parse(new TextDecoder().decode(output.stdout)) : null;
}

/** A row that waits as long as CPython took for `count` times the same, or is left out without it. */
export function benchPython(
  name: string,
  group: string,
  milliseconds: number | null | undefined,
  count = 1,
): void {
  const ignore = milliseconds == null;
  const shown = ignore ? "not found" : `${duration(milliseconds / count)}; the row waits as long`;
  Deno.bench(`${name} (${shown})`, { group, ignore }, () => {
    const end = performance.now() + milliseconds!;
    while (performance.now() < end);
  });
}

function duration(milliseconds: number): string {
  return milliseconds < 0.01
    ? `${(milliseconds * 1e6).toFixed(0)} ns each`
    : `${milliseconds.toFixed(3)} ms`;
}

/** Whether this is one of the Workers of {@linkcode startPair}. */
export const isWorker = "postMessage" in globalThis;

/** In such a Worker: does each job that it is sent. */
export function serve<Job>(work: (job: Job) => void): void {
  globalThis.addEventListener("message", (event) => {
    work((event as MessageEvent<Job>).data);
    (globalThis as unknown as Worker).postMessage("done");
  });
}

/** Starts two Workers of the module. What it returns lets both do the same job at the same time. */
export function startPair<Job>(module: string): (job: Job) => Promise<unknown> {
  const pair = [1, 2].map(() => new Worker(module, { type: "module" }));
  return (job) =>
    Promise.all(pair.map((worker) => {
      worker.postMessage(job);
      return new Promise((done) => worker.onmessage = done);
    }));
}
