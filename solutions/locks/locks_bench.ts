/** `deno bench -P solutions/locks`: our locks beside others, in one run. */
import { Mutex } from "async-mutex";
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

function startWorker(): { run(work: Work): Promise<void> } {
  const worker = new Worker(import.meta.url, { type: "module" });
  return {
    run(work) {
      worker.postMessage(work);
      return new Promise((done) => worker.onmessage = () => done());
    },
  };
}

/** A lock of CPython, as many seconds as the given rounds take it; null without python3. */
async function pythonSeconds(name: string, rounds: number): Promise<number | null> {
  const program = `
import threading, time
lock = threading.${name}()
acquire, release = lock.acquire, lock.release
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
  await python("Lock", group);
  await python("RLock", group);
  contended("Lock");
  contended("bare");
}

/** A row that waits as long as CPython took for as many rounds. */
async function python(name: "Lock" | "RLock", group: string): Promise<void> {
  const seconds = await pythonSeconds(name, 1_000_000);
  const cost = seconds === null ? "python3 not found" : `${(seconds * 1e3).toFixed(1)} ns a pair`;
  Deno.bench(`CPython threading.${name} (${cost})`, { group, ignore: seconds === null }, () => {
    const end = performance.now() + seconds! / 1e6 * batch * 1e3;
    while (performance.now() < end);
  });
}

function contended(kind: Kind): void {
  const pair = [startWorker(), startWorker()];
  Deno.bench(kind === "Lock" ? "Lock, two Workers" : "bare three-state mutex, two Workers", {
    group: `two Workers, 100,000 times each`,
    baseline: kind === "Lock",
  }, async () => {
    const buffer = new Lock().buffer;
    await Promise.all(pair.map((worker) => worker.run({ kind, buffer, rounds: 100_000 })));
  });
}
