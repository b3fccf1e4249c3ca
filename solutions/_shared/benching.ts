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

/** A row for each of CPython's `threading`, such as `Lock()`: `count` times acquire and release. */
export async function benchPythonRounds(
  constructors: readonly string[],
  group: string,
  count: number,
): Promise<void> {
  for (const constructor of constructors) {
    const milliseconds = await runPython(`
import threading, time
lock = threading.${constructor}
acquire, release = lock.acquire, lock.release
start = time.perf_counter()
for _ in range(30 * ${count}):
    acquire()
    release()
print((time.perf_counter() - start) * 1000 / 30)
`);
    const [name] = constructor.split("(");
    benchPython(`CPython threading.${name}`, group, milliseconds, count);
  }
}

/** What Workers contend for: a lock, or a semaphore of one permit. */
export interface Contended {
  /** The memory of a new one, which is free. */
  make(): SharedArrayBuffer;
  /** The one that lives in this memory. */
  attach(buffer: SharedArrayBuffer): { acquire(): unknown; release(): void };
}

/** How often all of them together take it and give it back. */
const rounds = 200_000;

/** Whether this is one of the Workers of {@linkcode benchContended}. */
export const isWorker = "postMessage" in globalThis;

/** In such a Worker: takes what it is sent and gives it back, again and again. */
export function contend(kinds: Readonly<Record<string, Contended>>): void {
  globalThis.addEventListener("message", (event) => {
    const { name, buffer, share } = (event as MessageEvent).data;
    const one = kinds[name].attach(buffer);
    for (let i = 0; i < share; i++) {
      one.acquire();
      one.release();
    }
    (globalThis as unknown as Worker).postMessage("done");
  });
  (globalThis as unknown as Worker).postMessage("ready");
}

/** A row for each kind, the first one as the baseline, and each number of Workers that contend for it. */
export async function benchContended(
  kinds: Readonly<Record<string, Contended>>,
  what: string,
  module: string,
  counts: readonly number[] = [2],
): Promise<void> {
  for (const [i, [name, { make }]] of Object.entries(kinds).entries()) {
    // Each kind has Workers of its own: the code that one kind has shaped is slower with the next.
    const workers: Worker[] = [];
    // One after the other: each is checked and compiled when it starts.
    while (workers.length < Math.max(...counts)) workers.push(await started(module));
    for (const count of counts) {
      const group = `${what}, ${count} Workers, ${rounds.toLocaleString("en")} times in all`;
      Deno.bench(`${name}, ${count} Workers`, { group, baseline: i === 0 }, async () => {
        const job = { name, buffer: make(), share: rounds / count };
        await Promise.all(
          workers.slice(0, count).map((worker) => {
            worker.postMessage(job);
            return new Promise((done) => worker.onmessage = done);
          }),
        );
      });
    }
  }
}

async function started(module: string): Promise<Worker> {
  const worker = new Worker(module, { type: "module" });
  await new Promise((ready) => worker.onmessage = ready);
  return worker;
}
