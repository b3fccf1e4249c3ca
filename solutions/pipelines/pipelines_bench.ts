/** `deno bench -P solutions/pipelines`: our pipelines beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { coroutine } from "#solutions/coroutines/coroutines.ts";
import { broadcast, pipeline, type Stage } from "./pipelines.ts";

const count = 10_000;

/** Python's side: the same work with generators, in milliseconds. */
const python = await runPython<Record<string, number>>(`
import json, time

def total():
    s = 0
    while True:
        s += yield s

def stage(step, target):
    while True:
        target.send(step((yield)))

def odd(target):
    while True:
        n = yield
        if n % 2: target.send(n)

def primed(g):
    next(g)
    return g

def both(*targets):
    while True:
        n = yield
        for t in targets: t.send(n)

def milliseconds(work, times=20):
    start = time.perf_counter()
    work(times * ${count})
    return (time.perf_counter() - start) * 1000 / times

def pipes(count):
    send = primed(stage(lambda n: n * 3, primed(odd(primed(total()))))).send
    for n in range(count): send(n)

def casts(count):
    send = primed(both(primed(total()), primed(total()))).send
    for n in range(count): send(n)

print(json.dumps({f.__name__: milliseconds(f) for f in (pipes, casts)}))
`);

function* total(): Generator<number, void, number> {
  let sum = 0;
  while (true) sum += yield sum;
}

const totals = coroutine(total);

function* source(): Generator<number, void, void> {
  for (let n = 0; n < count; n++) yield n;
}

function primed<T>(generator: Generator<unknown, void, T>): Generator<unknown, void, T> {
  generator.next();
  return generator;
}

const pipes = `${count} values through two stages`;
const tripled: Stage<number, number> = coroutine(
  function* (target): Generator<void, void, number> {
    while (true) target.send((yield) * 3);
  },
);
const odd: Stage<number, number> = coroutine(function* (target): Generator<void, void, number> {
  while (true) {
    const n = yield;
    if (n % 2) target.send(n);
  }
});
function* bareTripled(target: Generator<unknown, void, number>): Generator<void, void, number> {
  while (true) target.next((yield) * 3);
}
function* bareOdd(target: Generator<unknown, void, number>): Generator<void, void, number> {
  while (true) {
    const n = yield;
    if (n % 2) target.next(n);
  }
}
Deno.bench("pipeline", { group: pipes, baseline: true }, () => {
  pipeline(source(), tripled, odd, totals());
});
Deno.bench("bare generators", { group: pipes }, () => {
  const head = primed(bareTripled(primed(bareOdd(primed(total())))));
  for (const n of source()) head.next(n);
});
Deno.bench("iterator helpers, which pull", { group: pipes }, () => {
  source().map((n) => n * 3).filter((n) => n % 2).reduce((sum, n) => sum + n, 0);
});
benchPython("CPython generators", pipes, python?.pipes, count);

const casts = `${count} values to two coroutines`;
const cast = broadcast<number>(totals(), totals());
const pair = [primed(total()), primed(total())];
Deno.bench("broadcast", { group: casts, baseline: true }, () => {
  for (let n = 0; n < count; n++) cast.send(n);
});
Deno.bench("bare generators in a loop", { group: casts }, () => {
  for (let n = 0; n < count; n++) {
    for (const target of pair) target.next(n);
  }
});
benchPython("CPython generators", casts, python?.casts, count);
