/** `deno bench -P solutions/events`: our event beside others, in one run. */
import { AsyncManualResetEvent } from "@esfx/async-manualresetevent";
import { benchPython, isWorker, runPython } from "#solutions/_shared/benching.ts";
import { Event } from "./events.ts";

/** A bare flag: what it says is what is now, so a set that is cleared at once is missed. */
class BareFlag {
  readonly #word: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer(4)) {
    this.#word = new Int32Array(buffer);
  }

  set(): void {
    Atomics.store(this.#word, 0, 1);
    Atomics.notify(this.#word, 0);
  }

  clear(): void {
    Atomics.store(this.#word, 0, 0);
  }

  wait(): void {
    while (Atomics.load(this.#word, 0) === 0) Atomics.wait(this.#word, 0, 0);
  }
}

const batch = 10_000;
const trips = 1_000;

/** How a kind is made, and seen from another thread. */
const kinds: Record<string, (buffer?: SharedArrayBuffer) => Event | BareFlag> = {
  "Event": (buffer) => buffer ? Event.attach(buffer) : new Event(),
  "bare flag": (buffer) => new BareFlag(buffer),
};

/** Goes there and back by two events, each of which the one who waited clears. */
function travel(mine: Event | BareFlag, theirs: Event | BareFlag, isFirst: boolean): void {
  for (let i = 0; i < trips; i++) {
    if (isFirst) theirs.set();
    mine.wait();
    mine.clear();
    if (!isFirst) theirs.set();
  }
}

async function benches(): Promise<void> {
  benchAlone();
  await benchOthers();
  for (const [name, make] of Object.entries(kinds)) {
    const worker = new Worker(import.meta.url, { type: "module" });
    const [there, back] = [make(), make()];
    const group = `${trips} times there and back, two threads`;
    Deno.bench(`${name}, two threads`, { group, baseline: name === "Event" }, () => {
      worker.postMessage({ name, there: there.buffer, back: back.buffer });
      travel(back, there, true);
    });
  }
}

const waiting = `${batch} waits for what is set`;
const setting = `${batch} times set and clear`;

// Each row has a loop of its own: one for all would be slowed down by each kind that it has met.
function benchAlone(): void {
  const event = new Event();
  const flag = new BareFlag();
  event.set();
  flag.set();
  Deno.bench("Event.wait", { group: waiting, baseline: true }, () => {
    for (let i = 0; i < batch; i++) event.wait();
  });
  Deno.bench("bare flag, wait", { group: waiting }, () => {
    for (let i = 0; i < batch; i++) flag.wait();
  });
  const other = new Event();
  const otherFlag = new BareFlag();
  Deno.bench("Event, set and clear", { group: setting, baseline: true }, () => {
    for (let i = 0; i < batch; i++) {
      other.set();
      other.clear();
    }
  });
  Deno.bench("bare flag, set and clear", { group: setting }, () => {
    for (let i = 0; i < batch; i++) {
      otherFlag.set();
      otherFlag.clear();
    }
  });
}

async function benchOthers(): Promise<void> {
  const event = new AsyncManualResetEvent(true);
  const other = new AsyncManualResetEvent();
  Deno.bench("npm:@esfx/async-manualresetevent, wait", { group: waiting }, async () => {
    for (let i = 0; i < batch; i++) await event.wait();
  });
  Deno.bench("npm:@esfx/async-manualresetevent, set and reset", { group: setting }, () => {
    for (let i = 0; i < batch; i++) {
      other.set();
      other.reset();
    }
  });
  const python = await runPython<[number, number]>(`
import threading, time
event = threading.Event()
event.set()
def measure(work):
    start = time.perf_counter()
    for _ in range(30 * ${batch}): work()
    return (time.perf_counter() - start) * 1000 / 30
def set_and_clear():
    event.set()
    event.clear()
print([measure(event.wait), measure(set_and_clear)])
`);
  benchPython("CPython threading.Event, wait", waiting, python?.[0], batch);
  benchPython("CPython threading.Event, set and clear", setting, python?.[1], batch);
}

if (isWorker) {
  globalThis.addEventListener("message", (event) => {
    const { name, there, back } = (event as MessageEvent).data;
    travel(kinds[name](there), kinds[name](back), false);
  });
} else await benches();
