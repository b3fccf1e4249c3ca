/** `deno bench -P solutions/gevents`: our gevents beside others, in one run. */
import { run as effectionRun, spawn as effectionSpawn } from "effection";
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { joinAll, run, sleep, spawn } from "./gevents.ts";

const count = 10_000;

/** Python's side, by gevent: the same work, in milliseconds. */
const python = await runPython<Record<string, number>>(`
import gevent, json, time

def joins():
    gevent.joinall([gevent.spawn(lambda: None) for _ in range(${count})])

def turns():
    def task():
        for _ in range(${count} // 2): gevent.sleep(0)
    gevent.joinall([gevent.spawn(task), gevent.spawn(task)])

def milliseconds(work):
    def once():
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000
    return min(once() for _ in range(5))

print(json.dumps({f.__name__: milliseconds(f) for f in (joins, turns)}))
`);

// A bench has to be an async function itself: Deno does not wait for a promise that another returns.

function* nothing(): Generator<unknown, void, unknown> {}
async function asyncNothing(): Promise<void> {}

const joins = `${count} tasks spawned and joined`;
Deno.bench("spawn, joinAll", { group: joins, baseline: true }, async () => {
  await run(function* () {
    yield* joinAll(Array.from({ length: count }, () => spawn(nothing)));
  });
});
Deno.bench("bare trampoline: generators in a list", { group: joins }, () => {
  const ready = Array.from({ length: count }, nothing);
  for (const task of ready) task.next();
});
Deno.bench("async functions, Promise.all", { group: joins }, async () => {
  await Promise.all(Array.from({ length: count }, asyncNothing));
});
Deno.bench("npm:effection, spawn", { group: joins }, async () => {
  await effectionRun(function* () {
    const tasks = [];
    for (let n = 0; n < count; n++) tasks.push(yield* effectionSpawn(function* () {}));
    for (const task of tasks) yield* task;
  });
});
benchPython("gevent", joins, python?.joins);

const turns = `${count} times sleep(0), by two tasks`;
Deno.bench("sleep(0)", { group: turns, baseline: true }, async () => {
  function* task() {
    for (let n = 0; n < count / 2; n++) yield* sleep(0);
  }
  await run(function* () {
    yield* joinAll([spawn(task), spawn(task)]);
  });
});
benchPython("gevent", turns, python?.turns);
