/** `deno bench -P solutions/semaphores`: our semaphores beside others, in one run. */
import { Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import { BoundedSemaphore, Semaphore } from "./semaphores.ts";

const batch = 10_000;

/** A bare counting semaphore. It does not count who waits, so each of its releases notifies. */
function acquireBare(word: Int32Array): void {
  for (let value = Atomics.load(word, 0);;) {
    if (value === 0) Atomics.wait(word, 0, 0);
    else if (Atomics.compareExchange(word, 0, value, value - 1) === value) return;
    value = Atomics.load(word, 0);
  }
}

function releaseBare(word: Int32Array): void {
  Atomics.add(word, 0, 1);
  Atomics.notify(word, 0, 1);
}

type Kind = "Semaphore" | "bare";

interface Work {
  kind: Kind;
  buffer: SharedArrayBuffer;
  rounds: number;
}

/** Takes and gives a permit `rounds` times. */
function work({ kind, buffer, rounds }: Work): void {
  if (kind === "Semaphore") {
    const semaphore = Semaphore.attach(buffer);
    for (let i = 0; i < rounds; i++) {
      semaphore.acquire();
      semaphore.release();
    }
    return;
  }
  const word = new Int32Array(buffer);
  for (let i = 0; i < rounds; i++) {
    acquireBare(word);
    releaseBare(word);
  }
}

function startWorker(): { run(work: Work): Promise<void> } {
  const worker = new Worker(import.meta.url, { type: "module" });
  return {
    run(work) {
      worker.postMessage(work);
      return new Promise((done) => worker.onmessage = () => done());
    },
  };
}

/** CPython's semaphore, as many seconds as the given rounds take it; null without python3. */
async function pythonSeconds(kind: string, rounds: number): Promise<number | null> {
  const program = `
import threading, time
semaphore = threading.${kind}(3)
acquire, release = semaphore.acquire, semaphore.release
start = time.perf_counter()
for _ in range(${rounds}):
    acquire()
    release()
print(time.perf_counter() - start)
`;
  const command = new Deno.Command("python3", { args: ["-c", program], stderr: "null" });
  const output = await command.output().catch(() => null);
  return output?.success ? Number(new TextDecoder().decode(output.stdout)) : null;
}

if (!("postMessage" in globalThis)) await benches();
else {
  globalThis.addEventListener("message", (event) => {
    work((event as MessageEvent<Work>).data);
    (globalThis as unknown as Worker).postMessage("done");
  });
}

async function benches(): Promise<void> {
  const group = `alone: ${batch} times acquire and release`;
  const semaphore = new Semaphore(3);
  const bounded = new BoundedSemaphore(3);
  const word = new Int32Array(new SharedArrayBuffer(4)).fill(3);
  const asyncMutex = new AsyncMutexSemaphore(3);
  const sema = new Sema(3);
  Deno.bench("Semaphore", { group, baseline: true }, () => {
    for (let i = 0; i < batch; i++) {
      semaphore.acquire();
      semaphore.release();
    }
  });
  Deno.bench("Semaphore, hold", { group }, () => {
    for (let i = 0; i < batch; i++) {
      using _held = semaphore.hold();
    }
  });
  Deno.bench("BoundedSemaphore", { group }, () => {
    for (let i = 0; i < batch; i++) {
      bounded.acquire();
      bounded.release();
    }
  });
  Deno.bench("bare counting semaphore", { group }, () => {
    for (let i = 0; i < batch; i++) {
      acquireBare(word);
      releaseBare(word);
    }
  });
  Deno.bench("npm:async-mutex Semaphore", { group }, async () => {
    for (let i = 0; i < batch; i++) (await asyncMutex.acquire())[1]();
  });
  Deno.bench("npm:async-sema", { group }, async () => {
    for (let i = 0; i < batch; i++) {
      await sema.acquire();
      sema.release();
    }
  });
  for (const kind of ["Semaphore", "BoundedSemaphore"]) await python(kind, group);
  contended("Semaphore");
  contended("bare");
}

async function python(kind: string, group: string): Promise<void> {
  const seconds = await pythonSeconds(kind, 300_000);
  const found = seconds === null
    ? "python3 not found"
    : `${(seconds / 0.3e-3).toFixed(0)} ns a pair`;
  Deno.bench(`CPython threading.${kind} (${found}; the row waits as long)`, {
    group,
    ignore: seconds === null,
  }, () => {
    const end = performance.now() + seconds! / 300_000 * batch * 1e3;
    while (performance.now() < end);
  });
}

function contended(kind: Kind): void {
  const pair = [startWorker(), startWorker()];
  Deno.bench(kind === "bare" ? "bare counting semaphore, two Workers" : "Semaphore, two Workers", {
    group: "one permit, two Workers, 100,000 times each",
    baseline: kind === "Semaphore",
  }, async () => {
    const buffer = kind === "bare" ? new SharedArrayBuffer(4) : new Semaphore(1).buffer;
    if (kind === "bare") new Int32Array(buffer)[0] = 1;
    await Promise.all(pair.map((worker) => worker.run({ kind, buffer, rounds: 100_000 })));
  });
}
