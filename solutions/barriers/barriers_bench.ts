/** `deno bench -P solutions/barriers`: our barrier beside others, in one run. */
import { AsyncBarrier } from "@esfx/async-barrier";
import { benchPython, isWorker, runPython } from "#solutions/_shared/benching.ts";
import { Barrier } from "./barriers.ts";

/**
 * A bare barrier: a count and the number of the round. It has no timeout, no abort and no action.
 */
class BareBarrier {
  readonly #words: Int32Array;
  readonly #parties: number;

  constructor(parties: number, readonly buffer = new SharedArrayBuffer(8)) {
    this.#words = new Int32Array(buffer);
    this.#parties = parties;
  }

  wait(): void {
    const round = Atomics.load(this.#words, 1);
    if (Atomics.add(this.#words, 0, 1) === this.#parties - 1) {
      Atomics.store(this.#words, 0, 0);
      Atomics.add(this.#words, 1, 1);
      Atomics.notify(this.#words, 1);
    } else while (Atomics.load(this.#words, 1) === round) Atomics.wait(this.#words, 1, round);
  }
}

const parties = 2;
const rounds = 2_000;

/** How a kind is made, and seen from another thread. */
const kinds: Record<string, (buffer?: SharedArrayBuffer) => Barrier | BareBarrier> = {
  "Barrier": (buffer) => buffer ? Barrier.attach(buffer) : new Barrier(parties),
  "bare barrier": (buffer) => new BareBarrier(parties, buffer),
};

function meet(barrier: Barrier | BareBarrier): void {
  for (let i = 0; i < rounds; i++) barrier.wait();
}

async function benches(): Promise<void> {
  const group = `${parties} threads meet ${rounds} times`;
  for (const [name, make] of Object.entries(kinds)) {
    const worker = new Worker(import.meta.url, { type: "module" });
    const barrier = make();
    Deno.bench(`${name}, threads`, { group, baseline: name === "Barrier" }, () => {
      worker.postMessage({ name, buffer: barrier.buffer });
      meet(barrier);
    });
  }
  const asyncBarrier = new AsyncBarrier(parties);
  Deno.bench("npm:@esfx/async-barrier, tasks of one thread", { group }, async () => {
    await Promise.all(Array.from({ length: parties }, async () => {
      for (let i = 0; i < rounds; i++) await asyncBarrier.signalAndWait();
    }));
  });
  const milliseconds = await runPython(`
import threading, time
barrier = threading.Barrier(${parties})
def meet():
    for _ in range(${rounds}): barrier.wait()
threads = [threading.Thread(target=meet) for _ in range(${parties})]
start = time.perf_counter()
for thread in threads: thread.start()
for thread in threads: thread.join()
print((time.perf_counter() - start) * 1000)
`);
  benchPython("CPython threading.Barrier, threads", group, milliseconds);

  const alone = "10000 waits at a barrier for one";
  const one = new Barrier(1);
  const bareOne = new BareBarrier(1);
  Deno.bench("Barrier(1)", { group: alone, baseline: true }, () => {
    for (let i = 0; i < 10_000; i++) one.wait();
  });
  Deno.bench("bare barrier for one", { group: alone }, () => {
    for (let i = 0; i < 10_000; i++) bareOne.wait();
  });
}

if (isWorker) {
  globalThis.addEventListener("message", (event) => {
    const { name, buffer } = (event as MessageEvent).data;
    meet(kinds[name](buffer));
  });
} else await benches();
