/** `deno bench -P solutions/locks`: our locks beside others, in one run. */
import { Mutex } from "async-mutex";
import {
  benchContended,
  benchPythonRounds,
  contend,
  type Contended,
  isWorker,
} from "#solutions/_shared/benching.ts";
import { Lock, RLock } from "./locks.ts";

/** The bare three-state mutex: what no lock with options and checks can beat. */
class BareLock {
  readonly #word: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer(4)) {
    this.#word = new Int32Array(buffer);
  }

  acquire(): void {
    if (Atomics.compareExchange(this.#word, 0, 0, 1) === 0) return;
    while (Atomics.exchange(this.#word, 0, 2) !== 0) Atomics.wait(this.#word, 0, 2);
  }

  release(): void {
    if (Atomics.exchange(this.#word, 0, 0) === 2) Atomics.notify(this.#word, 0, 1);
  }
}

const kinds: Record<string, Contended> = {
  "Lock": { make: () => new Lock().buffer, attach: (buffer) => Lock.attach(buffer) },
  "bare three-state mutex": {
    make: () => new BareLock().buffer,
    attach: (buffer) => new BareLock(buffer),
  },
};

/** What the statement costs by itself. */
const nothing: Disposable = { [Symbol.dispose]() {} };

// Each row has a loop of its own: one for all would be slowed down by each kind that it has met.
async function benches(): Promise<void> {
  const batch = 10_000;
  const group = `alone: ${batch} times acquire and release`;
  const lock = new Lock();
  const rlock = new RLock({ owner: 1 });
  const bare = new BareLock();
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
      bare.acquire();
      bare.release();
    }
  });
  Deno.bench("npm:async-mutex", { group }, async () => {
    for (let i = 0; i < batch; i++) (await mutex.acquire())();
  });
  await benchPythonRounds(["Lock()", "RLock()"], group, batch);
  await benchContended(kinds, "contended", import.meta.url);
}

if (isWorker) contend(kinds);
else await benches();
