/** `deno bench -P solutions/locks`: our locks beside others, in one run. */
import { Mutex } from "async-mutex";
import { benchPython, isWorker, runPython, serve, startPair } from "#solutions/_shared/benching.ts";
import { Lock, RLock } from "./locks.ts";

const batch = 10_000;

/** What the statement costs by itself. */
const nothing: Disposable = { [Symbol.dispose]() {} };

/** The bare three-state mutex: what no lock with options and checks can beat. */
function acquireBare(word: Int32Array): void {
  if (Atomics.compareExchange(word, 0, 0, 1) === 0) return;
  while (Atomics.exchange(word, 0, 2) !== 0) Atomics.wait(word, 0, 2);
}

function releaseBare(word: Int32Array): void {
  if (Atomics.exchange(word, 0, 0) === 2) Atomics.notify(word, 0, 1);
}

type Kind = "Lock" | "bare";

interface Work {
  kind: Kind;
  buffer: SharedArrayBuffer;
  rounds: number;
}

/** Takes and frees the lock `rounds` times. */
function work({ kind, buffer, rounds }: Work): void {
  if (kind === "Lock") {
    const lock = Lock.attach(buffer);
    for (let i = 0; i < rounds; i++) {
      lock.acquire();
      lock.release();
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
lock = threading.${constructor}
acquire, release = lock.acquire, lock.release
start = time.perf_counter()
for _ in range(30 * ${batch}):
    acquire()
    release()
print((time.perf_counter() - start) * 1000 / 30)
`;

async function benches(): Promise<void> {
  const group = `alone: ${batch} times acquire and release`;
  const lock = new Lock();
  const rlock = new RLock({ owner: 1 });
  const word = new Int32Array(new SharedArrayBuffer(4));
  const mutex = new Mutex();
  Deno.bench("Lock", { group, baseline: true }, () => {
    for (let i = 0; i < batch; i++) {
      lock.acquire();
      lock.release();
    }
  });
  Deno.bench("Lock, hold", { group }, () => {
    for (let i = 0; i < batch; i++) {
      using _held = lock.hold();
    }
  });
  Deno.bench("using, of an object that does nothing", { group }, () => {
    for (let i = 0; i < batch; i++) {
      using _nothing = nothing;
    }
  });
  Deno.bench("RLock", { group }, () => {
    for (let i = 0; i < batch; i++) {
      rlock.acquire();
      rlock.release();
    }
  });
  Deno.bench("bare three-state mutex", { group }, () => {
    for (let i = 0; i < batch; i++) {
      acquireBare(word);
      releaseBare(word);
    }
  });
  Deno.bench("npm:async-mutex", { group }, async () => {
    for (let i = 0; i < batch; i++) (await mutex.acquire())();
  });
  for (const kind of ["Lock", "RLock"]) {
    benchPython(
      `CPython threading.${kind}`,
      group,
      await runPython(pythonTime(`${kind}()`)),
      batch,
    );
  }
  contended("Lock");
  contended("bare");
}

function contended(kind: Kind): void {
  const inBoth = startPair<Work>(import.meta.url);
  Deno.bench(kind === "Lock" ? "Lock, two Workers" : "bare three-state mutex, two Workers", {
    group: `two Workers, 100,000 times each`,
    baseline: kind === "Lock",
  }, async () => {
    const buffer = new Lock().buffer;
    await inBoth({ kind, buffer, rounds: 100_000 });
  });
}

if (isWorker) serve(work);
else await benches();
