// Ten tasks of half a second are done one by one, and then together. It is ten times as fast as in the
// tutorial.
import { joinAll, run, sleep, spawn } from "../gevents.ts";

const second = 100;

function* task(id: number) {
  yield* sleep(0.5 * second);
  console.log(`Task ${id} done`);
}

const ids = Array.from({ length: 10 }, (_, i) => i + 1);

function* oneByOne() {
  for (const id of ids) yield* task(id);
}

function* together() {
  yield* joinAll(ids.map((id) => spawn(task, id)));
}

for (const [title, body] of [["One by one", oneByOne], ["Together", together]] as const) {
  console.log(`${title}:`);
  const start = performance.now();
  await run(body);
  console.log(`That took ${(performance.now() - start).toFixed(0)} ms`);
}
