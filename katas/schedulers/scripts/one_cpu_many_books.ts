// One reader reads three books, with a bookmark in each. What you see is when each book was read, when it
// lay ready, and when its reader waited for the next volume. Turns make nobody's total shorter, but
// `cooking` begins at once. `--trace <file>` writes the same in the Trace Event format, which the viewers of
// browsers read.
import { parseArgs } from "node:util";
import { compute, read, Scheduler, type SchedulerOptions, type TaskBody } from "../schedulers.ts";

function* book(chapters: number, pages: number, fetching: number): TaskBody {
  for (let chapter = 1; chapter <= chapters; chapter++) {
    yield compute(pages);
    yield read(fetching);
  }
}

const paint = Deno.stdout.isTerminal() && !Deno.noColor;
const colours: Record<string, number> = { "█": 32, "·": 90, r: 36, w: 31 };
const coloured = (mark: string) => `\x1b[${colours[mark]}m${mark}\x1b[0m`;

const events: object[] = [];
let charts = 0;

function show(title: string, options: SchedulerOptions): void {
  const scheduler = new Scheduler(options);
  const books = [
    scheduler.spawn(book(2, 9, 4), { name: "novel" }),
    scheduler.spawn(book(3, 2, 3), { name: "cooking" }),
    scheduler.spawn(book(4, 3, 1), { name: "poems" }),
  ];
  const timeline = scheduler.run();
  const chart = timeline.chart();
  console.log(`\n${title}`);
  console.log(paint ? chart.replace(/[█·]|(?<= .*)[rw]/g, coloured) : chart);
  console.log(`${timeline.switches} switches, ${timeline.idle} of ${timeline.end} ms idle`);
  const pid = charts++;
  events.push({ name: "process_name", ph: "M", pid, args: { name: title } });
  for (const [tid, task] of books.entries()) {
    events.push({ name: "thread_name", ph: "M", pid, tid, args: { name: task.name } });
    for (const { doing, from, to } of timeline.of(task)) {
      events.push({ name: doing, ph: "X", pid, tid, ts: 1e3 * from, dur: 1e3 * (to - from) });
    }
  }
}

show("Each computes until it waits", { quantum: Infinity });
show("In turns of 3 ms", { quantum: 3 });
show("In turns of 3 ms, and each switch takes 1 ms", { quantum: 3, switchCost: 1 });

const { trace } = parseArgs({ args: Deno.args, options: { trace: { type: "string" } } }).values;
if (trace) await Deno.writeTextFile(trace, JSON.stringify(events));
