/** `deno bench -P solutions/semaphores`: our semaphores beside others, in one run. */
import { Semaphore as AsyncMutexSemaphore } from "async-mutex";
import { Sema } from "async-sema";
import { Lock } from "#solutions/locks/locks.ts";
import {
  benchContended,
  benchPythonRounds,
  contend,
  type Contended,
  isWorker,
} from "#solutions/_shared/benching.ts";
import { BoundedSemaphore, Semaphore } from "./semaphores.ts";

/** A bare counting semaphore. It does not count who waits, so each of its releases notifies. */
class BareSemaphore {
  readonly #word: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer(4)) {
    this.#word = new Int32Array(buffer);
  }

  acquire(): void {
    for (let value = Atomics.load(this.#word, 0);;) {
      if (value === 0) Atomics.wait(this.#word, 0, 0);
      else if (Atomics.compareExchange(this.#word, 0, value, value - 1) === value) return;
      value = Atomics.load(this.#word, 0);
    }
  }

  release(n = 1): void {
    Atomics.add(this.#word, 0, n);
    Atomics.notify(this.#word, 0, n);
  }
}

function bareOf(permits: number): BareSemaphore {
  const semaphore = new BareSemaphore();
  semaphore.release(permits);
  return semaphore;
}

const kinds: Record<string, Contended> = {
  "Semaphore": {
    make: () => new Semaphore(1).buffer,
    attach: (buffer) => Semaphore.attach(buffer),
  },
  "Lock": { make: () => new Lock().buffer, attach: (buffer) => Lock.attach(buffer) },
  "bare counting semaphore": {
    make: () => bareOf(1).buffer,
    attach: (buffer) => new BareSemaphore(buffer),
  },
};

// Each row has a loop of its own: one for all would be slowed down by each kind that it has met.
async function benches(): Promise<void> {
  const batch = 10_000;
  const group = `alone: ${batch} times acquire and release`;
  const semaphore = new Semaphore(3);
  const bounded = new BoundedSemaphore(3);
  const bare = bareOf(3);
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
      bare.acquire();
      bare.release();
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
  await benchPythonRounds(["Semaphore(3)", "BoundedSemaphore(3)"], group, batch);
  await benchContended(kinds, "one permit", import.meta.url, [2, 4, 8, 16]);
}

if (isWorker) contend(kinds);
else await benches();
