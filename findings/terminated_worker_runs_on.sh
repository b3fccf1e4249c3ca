#!/usr/bin/env bash
# deno 2.9.6: `worker.terminate()` of node:worker_threads resolves, and the Worker's loop runs on to
# its end.
#
# The Worker counts in shared memory for 1.5 s and then writes a last word. It is terminated at its
# first step. In node 24.9.0 nothing is counted after that and the last word never comes. In deno
# the promise resolves just as fast, but the Worker goes on counting and writes its last word:
# memory that seems to have no other user any more still changes.
#
# Seen: node "still counting: false, last word: false"; deno "still counting: true, last word:
# true".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > count.mjs <<'END'
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, Worker, workerData as cells } from "node:worker_threads";

const [count, lastWord] = [0, 1];

if (isMainThread) {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: cells });
  while (Atomics.load(cells, count) === 0) await sleep(5);
  await worker.terminate();
  const before = Atomics.load(cells, count);
  await sleep(200);
  const still = Atomics.load(cells, count) !== before;
  await sleep(2_300);
  console.log(`still counting: ${still}, last word: ${Atomics.load(cells, lastWord) === 1}`);
  process.exit();
} else {
  const end = Date.now() + 1_500;
  while (Date.now() < end) Atomics.add(cells, count, 1);
  Atomics.store(cells, lastWord, 1);
}
END

node=$(node_modules/.bin/node count.mjs)
deno=$(node_modules/.bin/deno run -A count.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "still counting: false, last word: false" ]
[ "$deno" = "still counting: true, last word: true" ]
