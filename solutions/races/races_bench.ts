/** `deno bench -P solutions/races`: what it costs to be right, in one run. */
import { Lock } from "#solutions/locks/locks.ts";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { countDown, sell, startOnce } from "./races.ts";

const batch = 10_000;
const counting = `${batch} times num -= 1`;
const cell = () => new Int32Array(new SharedArrayBuffer(4));

// Each row has a loop of its own: one for all would be slowed down by each kind that it has met.
const num = cell();
Deno.bench("countDown", { group: counting, baseline: true }, () => {
  for (let i = 0; i < batch; i++) countDown(num);
});
Deno.bench("not atomic, and wrong", { group: counting }, () => {
  for (let i = 0; i < batch; i++) num[0] -= 1;
});
const lock = new Lock();
Deno.bench("under a Lock", { group: counting }, () => {
  for (let i = 0; i < batch; i++) {
    using _held = lock.hold();
    num[0] -= 1;
  }
});
const python = await runPython(`
import threading, time
lock = threading.Lock()
num = 0
start = time.perf_counter()
for _ in range(30 * ${batch}):
    with lock: num -= 1
print((time.perf_counter() - start) * 1000 / 30)
`);
benchPython("CPython, with lock", counting, python, batch);

const selling = `${batch} buns sold`;
const buns = cell();
Deno.bench("sell", { group: selling, baseline: true }, () => {
  buns[0] = batch;
  while (sell(buns));
});
Deno.bench("look and take, and wrong", { group: selling }, () => {
  buns[0] = batch;
  while (Atomics.load(buns, 0) > 0) Atomics.sub(buns, 0, 1);
});

const looking = `${batch} looks at what was started`;
const state = cell();
const build = () => {};
startOnce(state, build);
Deno.bench("startOnce", { group: looking, baseline: true }, () => {
  for (let i = 0; i < batch; i++) startOnce(state, build);
});
Deno.bench("bare Atomics.load", { group: looking }, () => {
  for (let i = 0; i < batch; i++) if (Atomics.load(state, 0) === 0) build();
});
