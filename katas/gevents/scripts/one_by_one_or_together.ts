// Ten tasks of half a second are done one by one, and then together. Both times the clock is shown.
import { joinAll, run, sleep, spawn } from "../gevents.ts";

function* task(id: number) {
  yield* sleep(500);
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
  console.log(`That took ${((performance.now() - start) / 1_000).toFixed(1)} seconds`);
}
