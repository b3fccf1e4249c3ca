/** `deno bench -P solutions/schedulers`: our scheduler beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { compute, Scheduler, sleep, type TaskBody } from "./schedulers.ts";

const tasks = 100;
const turns = 100;

/** Python's side: generators in a deque, and a heap of those who sleep, in milliseconds. */
const python = await runPython<Record<string, number>>(`
import collections, heapq, json, time

def body(turns):
    for _ in range(turns): yield 1

def rounds():
    ready = collections.deque(body(${turns}) for _ in range(${tasks}))
    while ready:
        task = ready.popleft()
        if next(task, None): ready.append(task)

def sleeps():
    now, heap = 0, [(0, n, body(${turns})) for n in range(${tasks})]
    while heap:
        now, n, task = heapq.heappop(heap)
        ms = next(task, None)
        if ms: heapq.heappush(heap, (now + ms, n, task))

def milliseconds(work):
    def once():
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000
    return min(once() for _ in range(5))

print(json.dumps({f.__name__: milliseconds(f) for f in (rounds, sleeps)}))
`);

function* computes(): TaskBody {
  for (let n = 0; n < turns; n++) yield compute(1);
}

function* sleeper(): TaskBody {
  for (let n = 0; n < turns; n++) yield sleep(1);
}

const rounds = `${tasks} tasks, ${turns} turns each`;
for (const policy of ["round-robin", "priority"] as const) {
  Deno.bench(`Scheduler, ${policy}`, { group: rounds, baseline: policy === "round-robin" }, () => {
    const scheduler = new Scheduler({ quantum: 1, policy });
    for (let n = 0; n < tasks; n++) scheduler.spawn(computes());
    scheduler.run();
  });
}
// Without a timeline, quanta or names: what a loop over generators costs.
Deno.bench("bare generators in a list", { group: rounds }, () => {
  const ready = Array.from({ length: tasks }, computes);
  for (let task; (task = ready.shift());) {
    if (!task.next(0).done) ready.push(task);
  }
});
benchPython("CPython generators in a deque", rounds, python?.rounds);

const sleeps = `${tasks} tasks, ${turns} sleeps each`;
Deno.bench("Scheduler", { group: sleeps, baseline: true }, () => {
  const scheduler = new Scheduler();
  for (let n = 0; n < tasks; n++) scheduler.spawn(sleeper());
  scheduler.run();
});
benchPython("CPython generators in a heap", sleeps, python?.sleeps);
