import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { repository as root } from "../judging/judge.ts";
import { runDeno } from "../judging/process_group.ts";
import { permittedTest } from "../suite/permission.ts";
import { placed } from "./place.ts";
import { scriptsOf } from "./scripts.ts";

/** An event of the Trace Event format: `X` has a duration, `M` names a lane. */
interface TraceEvent {
  name: string;
  ph: "X" | "M";
  pid: number;
  tid: number;
  ts: number;
  dur: number;
}

/** What a script writes with `--trace`, on the reference. */
async function traceOf(slug: string, name: string): Promise<TraceEvent[]> {
  const script = scriptsOf(root, slug).find((script) => script.name === name)!;
  await using place = await placed(root, script, new URL(`solutions/${slug}/${slug}.ts`, root));
  const folder = await Deno.makeTempDir({ prefix: "trace_" });
  try {
    const file = join(folder, "trace.json");
    const { code, stderr } = await runDeno(
      ["run", "-P", "--quiet", `--config=${place.config}`, place.script.href, "--trace", file],
      { timeout: 60_000, cwd: root, group: true },
    );
    assertEquals([code, stderr], [0, ""]);
    return JSON.parse(await Deno.readTextFile(file));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The spans of each lane, which must not overlap: nobody does two things at once. */
function lanesOf(events: readonly TraceEvent[]): TraceEvent[][] {
  const spans = events.filter(({ ph }) => ph === "X");
  for (const { pid, tid, ts, dur } of spans) {
    assert(Number.isInteger(pid) && Number.isInteger(tid), `${pid} and ${tid} are numbers`);
    assert(ts >= 0 && dur > 0, `It begins at ${ts} and takes ${dur}`);
  }
  const lanes = Map.groupBy(spans, ({ pid, tid }) => `${pid}/${tid}`);
  for (const lane of lanes.values()) {
    lane.sort((a, b) => a.ts - b.ts);
    lane.slice(1).forEach(({ name, ts }, i) => {
      assert(lane[i].ts + lane[i].dur <= ts, `${lane[i].name} overlaps ${name}`);
    });
  }
  return [...lanes.values()];
}

permittedTest(
  "a trace of one_cpu_many_books has a lane a book, and one book runs at a time",
  async () => {
    const events = await traceOf("schedulers", "one_cpu_many_books");
    assertEquals(lanesOf(events).length, 9);
    const running = events.filter(({ name }) => name === "runs").map((run) => ({ ...run, tid: 0 }));
    assertEquals(lanesOf(running).length, 3, "Three processors with one lane each");
  },
);

permittedTest("a trace of own_pool says which thread had which task", async () => {
  const lanes = lanesOf(await traceOf("thread_pools", "own_pool"));
  assert(lanes.length >= 1 && lanes.length <= 5, `${lanes.length} threads`);
  assertEquals(new Set(lanes.flat().map(({ name }) => name)).size, 30);
});

permittedTest("a trace of five_cooks says which process cooked which order", async () => {
  const lanes = lanesOf(await traceOf("process_pools", "five_cooks"));
  assert(lanes.length >= 1 && lanes.length <= 5, `${lanes.length} processes`);
  assertEquals(new Set(lanes.flat().map(({ name }) => name)).size, 10);
});
