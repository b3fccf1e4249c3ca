/** `deno bench -P solutions/coroutines`: our coroutines beside others, in one run. */
import { createQueue, run, spawn } from "effection";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { coroutine } from "./coroutines.ts";

const count = 10_000;

/** Python's side: the same work with generators, in milliseconds. */
const python = await runPython<Record<string, number>>(`
import json, time

def total():
    s = 0
    while True:
        s += yield s

def primed(g):
    next(g)
    return g

def milliseconds(work, times=20):
    start = time.perf_counter()
    work(times * ${count})
    return (time.perf_counter() - start) * 1000 / times

def sends(count):
    send = primed(total()).send
    for n in range(count): send(n)

def starts(count):
    for _ in range(count): primed(total()).close()

print(json.dumps({f.__name__: milliseconds(f) for f in (sends, starts)}))
`);

function* total(): Generator<number, void, number> {
  let sum = 0;
  while (true) sum += yield sum;
}

const totals = coroutine(total);

function primed<T>(generator: Generator<unknown, void, T>): Generator<unknown, void, T> {
  generator.next();
  return generator;
}

const sends = `${count} values, each sent and answered`;
const ours = totals();
const bare = primed(total());
Deno.bench("send", { group: sends, baseline: true }, () => {
  for (let n = 0; n < count; n++) ours.send(n);
});
Deno.bench("bare generator, next", { group: sends }, () => {
  for (let n = 0; n < count; n++) bare.next(n);
});
Deno.bench("npm:effection, a queue and a task", { group: sends }, async () => {
  await run(function* () {
    const queue = createQueue<number, void>();
    const task = yield* spawn(function* () {
      let sum = 0;
      for (let step; !(step = yield* queue.next()).done;) sum += step.value;
      return sum;
    });
    for (let n = 0; n < count; n++) queue.add(n);
    queue.close();
    yield* task;
  });
});
benchPython("CPython generators", sends, python?.sends, count);

const starts = `${count} coroutines started and closed`;
Deno.bench("coroutine, close", { group: starts, baseline: true }, () => {
  for (let n = 0; n < count; n++) totals().close();
});
Deno.bench("bare generator, next and return", { group: starts }, () => {
  for (let n = 0; n < count; n++) primed(total()).return();
});
benchPython("CPython generators", starts, python?.starts, count);
