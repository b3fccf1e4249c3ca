/** `deno bench -P solutions/semaphores`: our semaphores beside others, in one run. */
import { Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import { benchPython, isWorker, runPython, serve, startPair } from "#solutions/_shared/benching.ts";
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

/** The milliseconds that CPython takes for `batch` rounds. */
const pythonTime = (constructor: string) => `
import threading, time
semaphore = threading.${constructor}
acquire, release = semaphore.acquire, semaphore.release
start = time.perf_counter()
for _ in range(30 * ${batch}):
    acquire()
    release()
print((time.perf_counter() - start) * 1000 / 30)
`;

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
  for (const kind of ["Semaphore", "BoundedSemaphore"]) {
    benchPython(
      `CPython threading.${kind}`,
      group,
      await runPython(pythonTime(`${kind}(3)`)),
      batch,
    );
  }
  contended("Semaphore");
  contended("bare");
}

function contended(kind: Kind): void {
  const inBoth = startPair<Work>(import.meta.url);
  Deno.bench(kind === "bare" ? "bare counting semaphore, two Workers" : "Semaphore, two Workers", {
    group: "one permit, two Workers, 100,000 times each",
    baseline: kind === "Semaphore",
  }, async () => {
    const buffer = kind === "bare" ? new SharedArrayBuffer(4) : new Semaphore(1).buffer;
    if (kind === "bare") new Int32Array(buffer)[0] = 1;
    await inBoth({ kind, buffer, rounds: 100_000 });
  });
}

if (isWorker) serve(work);
else await benches();
