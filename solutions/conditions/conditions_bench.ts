/** `deno bench -P solutions/conditions`: our conditions beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Lock } from "#solutions/locks/locks.ts";
import { Condition } from "./conditions.ts";

const rounds = 5_000;
const isWorker = "postMessage" in globalThis;

/** Who waits until it is his turn, and then says that it is the other's. */
interface Turns {
  take(mine: number): void;
}

interface Job {
  kind: string;
  buffers: SharedArrayBuffer[];
  mine: number;
}

/** Two threads and one condition: each waits for its turn. */
function overCondition([lock, condition, cells]: SharedArrayBuffer[]): Turns {
  const changed = Condition.attach(condition, Lock.attach(lock));
  const turn = new Int32Array(cells);
  return {
    take(mine) {
      changed.acquire();
      while (turn[0] !== mine) changed.wait();
      turn[0] = 1 - mine;
      changed.notify();
      changed.release();
    },
  };
}

/** The same with nothing but a word to sleep on: what no condition can beat. */
function overWord([, , cells]: SharedArrayBuffer[]): Turns {
  const turn = new Int32Array(cells);
  return {
    take(mine) {
      while (Atomics.load(turn, 0) !== mine) Atomics.wait(turn, 0, 1 - mine);
      Atomics.store(turn, 0, 1 - mine);
      Atomics.notify(turn, 0);
    },
  };
}

const kinds: Record<string, (buffers: SharedArrayBuffer[]) => Turns> = {
  "Condition": overCondition,
  "a bare word to sleep on": overWord,
};

function newBuffers(): SharedArrayBuffer[] {
  const lock = new Lock();
  return [lock.buffer, new Condition(lock).buffer, new SharedArrayBuffer(4)];
}

const python = `
import json, threading, time
rounds = ${rounds}
changed = threading.Condition(threading.Lock())
turn = 0
def work(mine):
    global turn
    for _ in range(rounds):
        with changed:
            while turn != mine:
                changed.wait()
            turn = 1 - mine
            changed.notify()
other = threading.Thread(target=work, args=(1,))
start = time.perf_counter()
other.start()
work(0)
other.join()
switching = (time.perf_counter() - start) * 1000
start = time.perf_counter()
for _ in range(10 * rounds):
    with changed:
        changed.notify()
print(json.dumps([switching, (time.perf_counter() - start) * 100]))
`;

async function benches(): Promise<void> {
  const times = await runPython<[number, number]>(python);
  const turns = `two threads take turns, ${rounds.toLocaleString("en")} each`;
  for (const [i, kind] of Object.keys(kinds).entries()) {
    const pair = [0, 1].map(() => new Worker(import.meta.url, { type: "module" }));
    Deno.bench(kind, { group: turns, baseline: i === 0 }, async () => {
      const buffers = newBuffers();
      await Promise.all(pair.map((worker, mine) => {
        worker.postMessage({ kind, buffers, mine } satisfies Job);
        return new Promise((done) => worker.onmessage = done);
      }));
    });
  }
  benchPython("CPython threading.Condition", turns, times?.[0]);

  const nobody = `nobody waits: ${rounds.toLocaleString("en")} times acquire, notify, release`;
  const condition = new Condition(new Lock());
  Deno.bench("Condition", { group: nobody, baseline: true }, () => {
    for (let i = 0; i < rounds; i++) {
      condition.acquire();
      condition.notify();
      condition.release();
    }
  });
  benchPython("CPython threading.Condition", nobody, times?.[1], rounds);
}

function work({ kind, buffers, mine }: Job): void {
  const turns = kinds[kind](buffers);
  for (let i = 0; i < rounds; i++) turns.take(mine);
  (globalThis as unknown as Worker).postMessage("done");
}

if (isWorker) globalThis.addEventListener("message", (event) => work((event as MessageEvent).data));
else await benches();
