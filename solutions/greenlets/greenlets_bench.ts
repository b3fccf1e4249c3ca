/** `deno bench -P solutions/greenlets`: our greenlets beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { Greenlet } from "./greenlets.ts";

const count = 100_000;

/** Python's side, by the `greenlet` that is written in C: the same work, in milliseconds. */
const python = await runPython<Record<string, number>>(`
import json, time
from greenlet import greenlet, getcurrent

def switches(count):
    def one(*_):
        for n in range(count // 2): b.switch(n)
    def other(*_):
        while True: a.switch()
    a, b = greenlet(one), greenlet(other)
    a.switch()

def starts(count):
    for _ in range(count): greenlet(lambda: 0).switch()

def milliseconds(work):
    def once():
        start = time.perf_counter()
        work(${count})
        return (time.perf_counter() - start) * 1000
    return min(once() for _ in range(7))

print(json.dumps({f.__name__: milliseconds(f) for f in (switches, starts)}))
`);

const switches = `${count} switches between two`;
Deno.bench("Greenlet", { group: switches, baseline: true }, () => {
  const one: Greenlet = new Greenlet(function* () {
    for (let n = 0; n < count / 2; n++) yield* other.switch(n);
  });
  const other: Greenlet = new Greenlet(function* () {
    for (;;) yield* one.switch();
  });
  one.run();
});

type Bare = Generator<Bare, void, unknown>;

// What nobody can be faster than: generators that yield the next one, and a loop.
Deno.bench("bare trampoline", { group: switches }, () => {
  function* counts(): Bare {
    for (let n = 0; n < count / 2; n++) yield other;
  }
  function* answers(): Bare {
    for (;;) yield one;
  }
  const [one, other] = [counts(), answers()];
  let current = one;
  for (let n = 0;; n++) {
    const step = current.next(n);
    if (step.done) break;
    current = step.value;
  }
});
benchPython("greenlet, in C", switches, python?.switches, count);

const starts = `${count} greenlets started to their end`;
// One function for all: each `function*` expression costs a microsecond when it is called first.
function* nothing(): Generator<unknown, void, unknown> {}
Deno.bench("Greenlet", { group: starts, baseline: true }, () => {
  for (let n = 0; n < count; n++) new Greenlet(nothing).run();
});
Deno.bench("bare generator", { group: starts }, () => {
  for (let n = 0; n < count; n++) nothing().next();
});
benchPython("greenlet, in C", starts, python?.starts, count);
