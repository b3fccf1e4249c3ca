// deno-lint-ignore-file require-yield -- a task that asks for nothing is a task as well
import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { assertThrows, test, testWhatToFixFirst } from "../_kit/mod.ts";
import {
  acquire,
  compute,
  Deadlock,
  exit,
  Mutex,
  read,
  release,
  type Request,
  Scheduler,
  SchedulerError,
  type SchedulerOptions,
  sleep,
  type Task,
  type TaskBody,
  type TaskOptions,
  type Timeline,
} from "./schedulers.ts";

/** A body that asks for one thing after the other. */
function* asks(...requests: Request[]): TaskBody {
  for (const request of requests) yield request;
}

const marks = { runs: "█", ready: "·", sleeps: "z", reads: "r", waits: "w" };

/** What the tasks did, millisecond by millisecond, in the marks of a chart. */
function strips(timeline: Timeline, tasks: Task[]): string[] {
  return tasks.map((task) => {
    let strip = "";
    for (const { doing, from, to } of timeline.of(task)) {
      strip = strip.padEnd(from) + marks[doing].repeat(Math.max(0, to - from));
    }
    return strip;
  });
}

/** Runs tasks that ask for these things, and compares what they do with what they have to. */
function mustDo(
  options: SchedulerOptions,
  plan: Record<string, [requests: Request[], expected: string, options?: TaskOptions]>,
  why: string,
): Timeline {
  const scheduler = new Scheduler(options);
  const tasks = Object.entries(plan).map(([name, [requests, , more]]) =>
    scheduler.spawn(asks(...requests), { name, ...more })
  );
  const timeline = scheduler.run();
  const names = Object.keys(plan);
  const shown = (lines: string[]) => lines.map((line, i) => `${names[i]}: ${line}`);
  assertEquals(
    shown(strips(timeline, tasks)),
    shown(Object.values(plan).map(([, expected]) => expected)),
    `${why} (█ runs, · is ready, z sleeps, r reads, w waits)`,
  );
  return timeline;
}

// -- [1] a task, and its place in the book --

test("[1] spawn runs none of the task", () => {
  const log: string[] = [];
  new Scheduler().spawn((function* (): TaskBody {
    log.push("runs");
  })());
  assertEquals(log, [], "A task runs when `run` is called");
});

test("[1] a task runs to its end, and its computing takes time", () => {
  const scheduler = new Scheduler();
  const task = scheduler.spawn((function* (): TaskBody<string> {
    yield compute(3);
    yield compute(0);
    yield compute(4.5);
    return "the end";
  })());
  assertEquals(scheduler.run().end, 7.5, "The end of the timeline");
  assertEquals(task.result(), "the end", "result() gives what the body returned");
});

test("[1] each yield gives the time at which the task goes on", () => {
  const scheduler = new Scheduler();
  const times: number[] = [];
  scheduler.spawn((function* (): TaskBody {
    for (const ms of [3, 0, 25, 0.5]) times.push(yield compute(ms));
  })());
  scheduler.run();
  assertEquals(times, [3, 3, 28, 28.5], "After 3, 0, 25 and 0.5 ms of computing");
});

test("[1] each task keeps its own place", () => {
  const log: string[] = [];
  function* reader(name: string): TaskBody {
    for (let page = 1; page <= 3; page++) {
      yield compute(1);
      log.push(`${name}${page}`);
    }
  }
  const scheduler = new Scheduler({ quantum: 1 });
  scheduler.spawn(reader("a"));
  scheduler.spawn(reader("b"));
  scheduler.run();
  const pages = (name: string) => log.filter((line) => line.startsWith(name));
  assertEquals(pages("a"), ["a1", "a2", "a3"], "Each goes on where it has stopped: the pages of a");
  assertEquals(pages("b"), ["b1", "b2", "b3"], "Each goes on where it has stopped: the pages of b");
});

test("[1] exit ends a task, and its finally blocks run", () => {
  const log: unknown[] = [];
  const scheduler = new Scheduler();
  function* leaves(): TaskBody {
    try {
      yield exit("enough");
      log.push("went on after exit");
    } finally {
      log.push(yield compute(2));
    }
  }
  const task = scheduler.spawn(leaves());
  assertEquals(scheduler.run().end, 2, "What a finally block asks for takes its time");
  assertEquals(log, [2], "Nothing but the finally block runs after exit");
  assertEquals(task.result(), "enough", "result() gives what was given to exit");
});

test("[1] an error ends the task that threw it, and no other", () => {
  const scheduler = new Scheduler({ quantum: 1 });
  const failure = new RangeError("a page is missing");
  const fails = scheduler.spawn((function* (): TaskBody {
    yield compute(2);
    throw failure;
  })());
  const nothing = scheduler.spawn((function* (): TaskBody {
    throw undefined;
  })());
  const other = scheduler.spawn((function* (): TaskBody<string> {
    yield compute(5);
    return "read";
  })());
  assertEquals(scheduler.run().end, 7, "The other task must go on to its end");
  assertEquals(other.result(), "read", "What the other task returned");
  for (const [task, error] of [[fails, failure], [nothing, undefined]] as const) {
    let thrown: unknown = "nothing";
    try {
      task.result();
    } catch (error) {
      thrown = error;
    }
    assertStrictEquals(thrown, error, "result() must throw the very thing that the body threw");
  }
});

test("[1] a task that has not ended has no result", () => {
  const scheduler = new Scheduler();
  const task = scheduler.spawn(asks(compute(1)));
  assertThrows(() => task.result(), SchedulerError, "", "It has not run: result() must throw");
  scheduler.run();
  assertEquals(task.result(), undefined, "It has ended, and returned nothing");
});

test("[1] times that make no sense, and what is no task, are refused", () => {
  for (const ms of [-1, NaN, Infinity, -Infinity]) {
    assertThrows(() => compute(ms), RangeError, "", `compute(${ms})`);
  }
  const scheduler = new Scheduler();
  for (const body of [undefined, function* () {}, 7] as unknown as TaskBody[]) {
    assertThrows(() => scheduler.spawn(body), TypeError, "", `spawn(${body})`);
  }
  assertEquals(scheduler.run().end, 0, "What was refused must not run");
});

test("[1] what is no request is an error at that yield", () => {
  const scheduler = new Scheduler();
  const log: unknown[] = [];
  const careful = scheduler.spawn((function* (): TaskBody<number> {
    for (const wrong of [undefined, 7, {}, "compute"] as unknown as Request[]) {
      try {
        yield wrong;
        log.push("went on as if nothing had been");
      } catch (error) {
        log.push(error instanceof TypeError);
      }
    }
    return yield compute(2);
  })());
  const careless = scheduler.spawn(asks(7 as unknown as Request));
  scheduler.run();
  assertEquals(log, [true, true, true, true], "Whether each was a TypeError at the yield");
  assertEquals(careful.result(), 2, "It has caught the errors, so it must go on");
  assertThrows(() => careless.result(), TypeError, "", "It did not catch the error, so it failed");
});

test("[1] a task has a name and a priority", () => {
  const scheduler = new Scheduler();
  const tasks = [{}, { name: "Ann", priority: 3 }, {}].map((options) =>
    scheduler.spawn(asks(), options)
  );
  assertEquals(tasks.map(({ name, priority }) => ({ name, priority })), [
    { name: "Task-1", priority: 0 },
    { name: "Ann", priority: 3 },
    { name: "Task-3", priority: 0 },
  ], "The third task is Task-3, whatever the others are called");
});

test("[1] requests that take no time do not fill the stack", () => {
  const scheduler = new Scheduler();
  const task = scheduler.spawn((function* (): TaskBody<string> {
    for (let i = 0; i < 100_000; i++) yield compute(0);
    return "end";
  })());
  scheduler.run();
  assertEquals(task.result(), "end", "It asked for 0 ms 100,000 times, and returned");
});

// -- [2] each in turn --

test("[2] tasks take turns, a quantum each", () => {
  const { switches } = mustDo({ quantum: 2 }, {
    Ann: [[compute(4)], "██··██"],
    Bob: [[compute(3)], "··██··█"],
  }, "After a quantum of 2 ms it is the other one's turn, and who has finished does not come back");
  assertEquals(switches, 3, "Ann, Bob, Ann, Bob: the switches");
});

test("[2] nobody starves: between two turns each of the others has one", () => {
  mustDo({ quantum: 2 }, {
    Ann: [[compute(5)], "██····██··█"],
    Bob: [[compute(2)], "··██"],
    Cid: [[compute(4)], "····██··██"],
  }, "First come, first served, and at the end of a turn behind all the others");
});

test("[2] who is alone goes on without a switch", () => {
  const { switches } = mustDo({ quantum: 2 }, {
    Ann: [[compute(7)], "███████"],
  }, "Nobody else is ready");
  assertEquals(switches, 0, "From a task to itself is no switch");
});

test("[2] a quantum is counted over several requests", () => {
  const ones = Array.from({ length: 4 }, () => compute(1));
  mustDo({ quantum: 2 }, {
    Ann: [ones, "██··██"],
    Bob: [[compute(3)], "··██··█"],
  }, "Two computations of 1 ms use a quantum of 2 ms up");
});

test("[2] who ends before its quantum does leaves the next one a whole quantum", () => {
  mustDo({ quantum: 3 }, {
    Ann: [[compute(1)], "█"],
    Bob: [[compute(4)], "·███··█"],
    Cid: [[compute(2)], "····██"],
  }, "Ann has used 1 ms of her quantum. Bob's has 3 ms, as always");
});

test("[2] who ends when its quantum does is not put back in the line", () => {
  const { switches } = mustDo({ quantum: 2 }, {
    Ann: [[compute(2)], "██"],
    Bob: [[compute(3)], "··███"],
  }, "Ann has done all she wanted");
  assertEquals(switches, 1, "Ann must not come back only to say that she has nothing to do");
});

test("[2] a quantum is 10 ms unless given, and may be without end", () => {
  const scheduler = new Scheduler();
  const [ann, bob] = [1, 2].map(() => scheduler.spawn(asks(compute(15))));
  assertEquals(
    strips(scheduler.run(), [ann, bob])[0],
    "█".repeat(10) + "·".repeat(10) + "█████",
    "Without options the quantum is 10 ms",
  );
  mustDo({ quantum: Infinity }, {
    Ann: [[compute(5), compute(5)], "██████████"],
    Bob: [[compute(2)], "··········██"],
  }, "With a quantum without end each one computes until it waits or ends");
  for (const quantum of [0, -1, NaN]) {
    assertThrows(() => new Scheduler({ quantum }), RangeError, "", `a quantum of ${quantum}`);
  }
});

test("[2] a task that is spawned by another is ready at once, behind the others", () => {
  const scheduler = new Scheduler({ quantum: 2 });
  const tasks: Task[] = [];
  tasks.push(scheduler.spawn((function* (): TaskBody {
    yield compute(1);
    tasks.push(scheduler.spawn(asks(compute(1))));
    yield compute(2);
  })()));
  tasks.splice(1, 0, scheduler.spawn(asks(compute(3))));
  const timeline = scheduler.run();
  assertEquals(strips(timeline, tasks), ["██···█", "··██··█", " ···█"], "Mother, other, child");
});

// -- [3] who waits costs nothing --

test("[3] who sleeps leaves the processor to the others", () => {
  const { idle } = mustDo({}, {
    Ann: [[compute(1), sleep(4), compute(1)], "█zzzz·█"],
    Bob: [[compute(5)], "·█████"],
  }, "While Ann sleeps, Bob computes");
  assertEquals(idle, 0, "There was always something to do");
});

test("[3] waits that make no sense are refused", () => {
  for (const ms of [-1, NaN, Infinity, -Infinity]) {
    for (const request of [sleep, read]) {
      assertThrows(() => request(ms), RangeError, "", `${request.name}(${ms})`);
    }
  }
});

test("[3] the processor is idle while all wait", () => {
  const timeline = mustDo({}, {
    Ann: [[compute(1), sleep(6), compute(1)], "█zzzzzz█"],
    Bob: [[sleep(3), compute(2)], "·zzz██"],
  }, "Ann and Bob sleep at the same time");
  const { idle, end, switches } = timeline;
  assertEquals(
    { idle, end, switches },
    { idle: 4, end: 8, switches: 2 },
    "From Ann to Bob, and back. Bob goes on after his sleep without a switch: nobody ran meanwhile",
  );
});

test("[3] who wakes up does not interrupt a turn", () => {
  mustDo({ quantum: 4 }, {
    Ann: [[sleep(2), compute(2)], "zz··██"],
    Bob: [[compute(6)], "████··██"],
  }, "Bob's quantum of 4 ms is not over when Ann wakes up");
  mustDo({ quantum: 4 }, {
    Ann: [[sleep(6), compute(2)], "zzzzzz··██"],
    Bob: [[compute(10)], "████████··██"],
  }, "Bob was alone when his first quantum ended: he has begun another one");
});

test("[3] who wakes up as a quantum ends stands before the one whose it was", () => {
  mustDo({ quantum: 2 }, {
    Ann: [[sleep(2), compute(3)], "zz██··█"],
    Bob: [[compute(4)], "██··██"],
  }, "Both are ready after 2 ms. Bob had his turn, so Ann is first");
});

test("[3] who wakes up is ready from that time on, in the order of the times", () => {
  mustDo({ quantum: 5 }, {
    Ann: [[sleep(4), compute(1)], "zzzz·····█"],
    Bob: [[sleep(2), compute(1)], "zz···█"],
    Cid: [[sleep(2), compute(3)], "zz····███"],
    Dan: [[compute(5)], "█████"],
  }, "First who wakes up first, and at the same time first who asked first");
});

test("[3] sleep(0) only lets the others go first", () => {
  const { idle } = mustDo({}, {
    Ann: [[compute(1), sleep(0), compute(1)], "█··█"],
    Bob: [[compute(2)], "·██"],
  }, "Bob was ready already");
  assertEquals(idle, 0, "sleep(0) takes no time");
  mustDo({}, { Ann: [[compute(1), sleep(0), compute(1)], "██"] }, "Nobody else is ready");
});

test("[3] the device serves one after the other, while others compute", () => {
  const { idle } = mustDo({}, {
    Ann: [[read(3), compute(1)], "rrr·█"],
    Bob: [[read(2), compute(2)], "wwwrr██"],
    Cid: [[read(1)], "wwwwwr·"],
    Dan: [[compute(4)], "████"],
  }, "Ann reads at once, Bob waits for the device, and Cid waits for Ann and Bob");
  assertEquals(idle, 0, "Somebody was always ready");
});

test("[3] the device is free again when all have been served", () => {
  mustDo({}, {
    Ann: [[read(2), compute(3), read(1)], "rr███r"],
    Bob: [[sleep(3), read(4), compute(1)], "zzz··wrrrr█"],
  }, "A device that nobody uses serves at once");
});

test("[3] after a wait there is a whole quantum", () => {
  mustDo({ quantum: 3 }, {
    Ann: [[compute(2), sleep(1), compute(3)], "██z··███"],
    Bob: [[compute(7)], "··███···████"],
  }, "Ann's quantum begins anew when she has waited");
});

test("[3] thousands that sleep for hours take no time", () => {
  const scheduler = new Scheduler();
  for (let i = 0; i < 2_000; i++) scheduler.spawn(asks(sleep(3_600_000 + i), compute(1)));
  const { end, idle } = scheduler.run();
  assertEquals([end, idle], [3_602_000, 3_600_000], "end, and idle until the first wakes up");
});

// -- [4] switches cost, and a chart shows it all --

test("[4] a switch takes time, in which nobody runs", () => {
  const { switches, idle } = mustDo({ quantum: 3, switchCost: 1 }, {
    Ann: [[compute(5)], "███·····██"],
    Bob: [[compute(3)], "····███"],
  }, "From Ann to Bob and back, 1 ms each. The first one on the processor costs nothing");
  assertEquals([switches, idle], [2, 0], "To switch is not to be idle");
});

test("[4] from a task to itself nothing is to be paid", () => {
  const { switches, idle } = mustDo({ quantum: 2, switchCost: 3 }, {
    Ann: [[compute(3), sleep(2), compute(1)], "███zz█"],
  }, "Nobody else was on the processor meanwhile");
  assertEquals([switches, idle], [0, 2], "switches, and idle while the only task sleeps");
});

test("[4] while the processor switches, time goes by for those who wait", () => {
  mustDo({ quantum: 2, switchCost: 2 }, {
    Ann: [[compute(1), sleep(1), compute(1)], "█z·····█"],
    Bob: [[compute(2)], "···██"],
  }, "From 1 to 3 the processor switches to Bob. At 2 Ann wakes up, and is ready from then on");
  for (const switchCost of [-1, NaN, Infinity]) {
    assertThrows(() => new Scheduler({ switchCost }), RangeError, "", `a cost of ${switchCost}`);
  }
});

test("[4] the timeline has no gaps, and no two segments in a row that say the same", () => {
  const scheduler = new Scheduler({ quantum: 2 });
  const ann = scheduler.spawn(asks(compute(1), compute(4), sleep(1), sleep(2), read(2), read(1)));
  const bob = scheduler.spawn(asks());
  const timeline = scheduler.run();
  assertEquals(timeline.of(ann), [
    { doing: "runs", from: 0, to: 5 },
    { doing: "sleeps", from: 5, to: 8 },
    { doing: "reads", from: 8, to: 11 },
  ], "Two computations, two sleeps, two reads in a row: one segment each");
  assertEquals(timeline.of(bob), [{ doing: "ready", from: 0, to: 2 }], "It was ready for a turn");
});

test("[4] a chart has a line for each task", () => {
  const scheduler = new Scheduler({ quantum: 2, switchCost: 1 });
  scheduler.spawn(asks(compute(2), read(2), compute(1)), { name: "Ann" });
  scheduler.spawn(
    (function* (): TaskBody {
      yield read(1);
      yield compute(1);
      scheduler.spawn(asks(compute(1)), { name: "Dan" });
      yield sleep(2);
    })(),
    { name: "Barbara" },
  );
  const timeline = scheduler.run();
  assertEquals(timeline.chart().split("\n"), [
    "Ann     ██rr·█",
    "Barbara ···wr··█zz·",
    "Dan             ·█",
  ], "The name, then a mark for each millisecond, and no blanks at the end of a line");
  assertEquals(timeline.chart(2).split("\n"), [
    "Ann     █r·",
    "Barbara ··r·z·",
    "Dan         ·",
  ], "With a scale of 2 each mark stands for 2 ms, and shows what was done at their beginning");
  const quick = new Scheduler();
  quick.spawn(asks(), { name: "Eve" });
  quick.spawn(asks(compute(1)), { name: "Ann" });
  assertEquals(quick.run().chart().split("\n"), ["Eve", "Ann █"], "Also for one that took no time");
});

test("[4] running, switching and idle times are the whole time", () => {
  const request = fc.oneof(
    fc.nat(9).map((ms) => compute(ms)),
    fc.nat(9).map((ms) => sleep(ms)),
    fc.nat(9).map((ms) => read(ms)),
  );
  const plans = fc.array(fc.array(request, { maxLength: 6 }), { maxLength: 6 });
  fc.assert(fc.property(plans, fc.integer({ min: 1, max: 5 }), fc.nat(3), (plan, quantum, cost) => {
    const scheduler = new Scheduler({ quantum, switchCost: cost });
    const tasks = plan.map((requests) => scheduler.spawn(asks(...requests)));
    const timeline = scheduler.run();
    const segments = tasks.map((task) => timeline.of(task));
    const lasts = (doing: string) =>
      segments.flat().filter((one) => one.doing === doing).reduce((ms, s) => ms + s.to - s.from, 0);
    const asked = (kind: string) =>
      plan.flat().reduce((ms, one) => ms + (one.kind === kind && "ms" in one ? one.ms : 0), 0);
    assertEquals(lasts("runs"), asked("compute"), "All that was asked for was computed");
    assertEquals(lasts("sleeps"), asked("sleep"), "Everybody slept as long as it wanted");
    assertEquals(lasts("reads"), asked("read"), "The device did all its work");
    const { end, idle, switches } = timeline;
    assertEquals(lasts("runs") + switches * cost + idle, end, "running + switching + idle");
    for (const own of segments) {
      own.forEach(({ from, to }, i) => {
        assert(from < to, "No segment is empty");
        if (i > 0) assertEquals(from, own[i - 1].to, "No gap, no overlap");
      });
    }
  }));
});

// -- [5] the most urgent first --

test("[5] the most urgent task is first, and equals take turns", () => {
  mustDo({ policy: "priority", quantum: 2 }, {
    low: [[compute(2)], "······██", { priority: -1 }],
    one: [[compute(3)], "██··█", { priority: 5 }],
    two: [[compute(3)], "··██·█", { priority: 5 }],
  }, "The greater the priority, the more urgent");
});

test("[5] who wakes up and is more urgent interrupts at once", () => {
  mustDo({ policy: "priority", quantum: 4 }, {
    one: [[compute(5)], "█··████", { priority: 1 }],
    two: [[compute(2)], "·······██", { priority: 1 }],
    urgent: [[sleep(1), compute(2)], "z██", { priority: 9 }],
  }, "The one that is interrupted stands first among its equals, with a whole quantum");
});

test("[5] who wakes up and is not more urgent does not interrupt", () => {
  mustDo({ policy: "priority", quantum: 4 }, {
    one: [[sleep(1), compute(3)], "z███", { priority: 1 }],
    low: [[sleep(2), compute(1)], "zz····█", { priority: 0 }],
    equal: [[sleep(2), compute(2)], "zz··██", { priority: 1 }],
  }, "An equal waits for the end of the quantum, and who is less urgent for all others");
});

test("[5] at the end of a quantum nobody less urgent has a turn", () => {
  const { switches } = mustDo({ policy: "priority", quantum: 2 }, {
    high: [[compute(5)], "█████", { priority: 1 }],
    low: [[compute(1)], "·····█"],
  }, "That is how a task starves: as long as somebody more urgent computes, it waits");
  assertEquals(switches, 1, "Nobody less urgent may even be put on the processor");
});

test("[5] who spawns somebody more urgent is interrupted by it", () => {
  const scheduler = new Scheduler({ policy: "priority" });
  const tasks: Task[] = [];
  tasks.push(scheduler.spawn((function* (): TaskBody {
    yield compute(1);
    tasks.push(scheduler.spawn(asks(compute(2)), { priority: 7 }));
    yield compute(1);
  })()));
  assertEquals(
    strips(scheduler.run(), tasks),
    ["█··█", " ██"],
    "It runs before its mother goes on",
  );
});

test("[5] round-robin does not look at priorities", () => {
  mustDo({ quantum: 2 }, {
    low: [[compute(3)], "██··█", { priority: -1 }],
    high: [[compute(2)], "··██", { priority: 9 }],
  }, "Each in turn, urgent or not");
});

// -- [6] one at a time, and what comes of it --

/** A body that computes while it holds the mutex. */
const holds = (mutex: Mutex, ms: number) => [acquire(mutex), compute(ms), release(mutex)];

test("[6] only one task at a time owns a mutex", () => {
  const printer = new Mutex();
  mustDo({ quantum: 2 }, {
    Ann: [holds(printer, 3), "███"],
    Bob: [holds(printer, 1), "··w█"],
    Cid: [holds(printer, 1), "··ww█"],
  }, "Bob and Cid wait for the mutex, and who waits needs no processor");
  assertEquals(printer.owner, null, "At the end nobody owns it");
});

test("[6] a mutex has an owner, and takes no time when it is free", () => {
  const printer = new Mutex("printer");
  assertEquals([printer.name, printer.owner], ["printer", null], "Its name, and nobody owns it");
  const scheduler = new Scheduler();
  const log: unknown[] = [];
  function* prints(): TaskBody {
    log.push(yield acquire(printer));
    log.push(printer.owner === ann);
    log.push(yield release(printer), printer.owner);
  }
  const ann = scheduler.spawn(prints());
  scheduler.run();
  ann.result();
  assertEquals(log, [0, true, 0, null], "Time, owner; time, owner");
});

test("[6] who waits for a mutex longest has it next", () => {
  const printer = new Mutex();
  mustDo({ quantum: 1 }, {
    Ann: [holds(printer, 6), "██████"],
    Bob: [[sleep(3), ...holds(printer, 1)], "·zzzwww█"],
    Cid: [[sleep(1), ...holds(printer, 1)], "·zwwww█"],
  }, "Cid has asked before Bob");
});

test("[6] a mutex that is released belongs to the one that waits, at once", () => {
  const printer = new Mutex();
  mustDo({ quantum: 1 }, {
    Ann: [[...holds(printer, 2), ...holds(printer, 1)], "██w█"],
    Bob: [holds(printer, 1), "·w█"],
  }, "Ann asks again before Bob has the processor, but the mutex is Bob's");
});

test("[6] who does not own a mutex cannot release it", () => {
  const printer = new Mutex();
  const scheduler = new Scheduler({ quantum: 1 });
  const log: unknown[] = [];
  const ann = scheduler.spawn(asks(...holds(printer, 3)));
  const bob = scheduler.spawn((function* (): TaskBody<string> {
    for (const mutex of [printer, new Mutex()]) {
      try {
        yield release(mutex);
        log.push("went on as if nothing had been");
      } catch (error) {
        log.push(error instanceof SchedulerError, mutex.owner === (mutex === printer ? ann : null));
      }
    }
    return "went on";
  })());
  const careless = scheduler.spawn(asks(release(printer)));
  scheduler.run();
  assertThrows(() => careless.result(), SchedulerError, "", "It did not catch the error");
  assertEquals(
    log,
    [true, true, true, true],
    "SchedulerError at the yield, and nothing is changed",
  );
  assertEquals([ann.result(), bob.result()], [undefined, "went on"], "Both came to their ends");
});

test("[6] the most urgent of those who wait has the mutex next", () => {
  const printer = new Mutex();
  mustDo({ policy: "priority" }, {
    low: [holds(printer, 4), "████"],
    middle: [[sleep(1), ...holds(printer, 1)], "zwwww█", { priority: 1 }],
    high: [[sleep(2), ...holds(printer, 1)], "zzww█", { priority: 2 }],
  }, "high is more urgent, though middle asked first; and low is done, so it does not come back");
});

test("[6] without inheritance somebody in the middle makes the most urgent one wait", () => {
  const printer = new Mutex();
  mustDo({ policy: "priority", quantum: 2 }, {
    low: [[...holds(printer, 4), compute(1)], "██······██··█", { priority: 1 }],
    high: [[sleep(1), ...holds(printer, 2)], "zwwwwwwwww██", { priority: 3 }],
    middle: [[sleep(2), compute(6)], "zz██████", { priority: 2 }],
  }, "high waits for low, and low for middle: that is priority inversion");
});

test("[6] with inheritance the owner is as urgent as who waits for it, until it releases", () => {
  const printer = new Mutex();
  mustDo({ policy: "priority", quantum: 2, inheritance: true }, {
    low: [[...holds(printer, 4), compute(1)], "████········█", { priority: 1 }],
    high: [[sleep(1), ...holds(printer, 2)], "zwww██", { priority: 3 }],
    middle: [[sleep(2), compute(6)], "zz····██████", { priority: 2 }],
  }, "middle must not come between; and after its release low is last again");
});

test("[6] urgency is inherited through a chain of owners", () => {
  const [desk, printer] = [new Mutex("desk"), new Mutex("printer")];
  mustDo({ policy: "priority", inheritance: true }, {
    low: [[...holds(printer, 3), compute(1)], "███·······█", { priority: 1 }],
    second: [
      [sleep(1), acquire(desk), ...holds(printer, 1), release(desk), compute(1)],
      "zww█·····█",
      { priority: 2 },
    ],
    middle: [[sleep(2), compute(4)], "zz···████", { priority: 5 }],
    high: [[sleep(2), ...holds(desk, 1)], "zzww█", { priority: 9 }],
  }, "high waits for second, which waits for low: both must be as urgent as high");
});

test("[6] who inherits urgency also has the next mutex before others", () => {
  const [desk, printer] = [new Mutex("desk"), new Mutex("printer")];
  mustDo(
    { policy: "priority", inheritance: true },
    {
      owner: [holds(printer, 4), "████", { priority: 1 }],
      heir: [
        [sleep(1), acquire(desk), ...holds(printer, 1), release(desk)],
        "zwww█",
        { priority: 2 },
      ],
      middle: [[sleep(2), ...holds(printer, 1)], "zzwww·█", { priority: 5 }],
      high: [[sleep(3), ...holds(desk, 1)], "zzzww█", { priority: 9 }],
    },
    "high waits for the desk of heir, so heir is more urgent than middle and has the printer next",
  );
});

test("[6] a task that is ended may still release what it owns", () => {
  const printer = new Mutex();
  const scheduler = new Scheduler({ quantum: 1 });
  scheduler.spawn((function* (): TaskBody {
    yield acquire(printer);
    try {
      yield compute(2);
      yield exit();
    } finally {
      yield release(printer);
    }
  })());
  const bob = scheduler.spawn(asks(...holds(printer, 1)));
  assertEquals(scheduler.run().end, 3, "Its finally block releases: Bob has the mutex after 2 ms");
  assertEquals(bob.result(), undefined, "Bob has come to his end");
});

test("[6] a deadlock is told, and not waited for", () => {
  const [left, right] = [new Mutex("left fork"), new Mutex("right fork")];
  const eats = (first: Mutex, second: Mutex) =>
    asks(acquire(first), compute(2), acquire(second), release(second), release(first));
  const scheduler = new Scheduler({ quantum: 1 });
  scheduler.spawn(eats(left, right), { name: "Ann" });
  scheduler.spawn(eats(right, left), { name: "Bob" });
  const cid = scheduler.spawn((function* (): TaskBody<number> {
    yield sleep(5);
    return yield compute(3);
  })());
  const { message } = assertThrows(
    () => scheduler.run(),
    Deadlock,
    "",
    "Ann has the left fork and Bob the right one, each waits for the other's: run must say so",
  );
  for (const word of ["Ann", "left fork", "Bob", "right fork"]) {
    assertStringIncludes(message, word, "The message must say who waits for which mutex");
  }
  assertEquals(cid.result(), 10, "Those who can go on must have come to their ends");

  const careless = new Scheduler({ quantum: 1 });
  const mutex = new Mutex("kitchen");
  careless.spawn(asks(acquire(mutex), compute(2)), { name: "Dan" });
  careless.spawn(asks(acquire(mutex)), { name: "Eve" });
  assertStringIncludes(
    assertThrows(() => careless.run(), Deadlock, "", "Dan kept the kitchen: run must say so")
      .message,
    "Eve",
    "Dan has ended and never released the kitchen: Eve waits for ever",
  );
});

testWhatToFixFirst({
  hung: "A loop goes round for ever. Usually the clock of `run` stands still, or it wakes nobody",
});
