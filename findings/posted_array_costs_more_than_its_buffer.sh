#!/usr/bin/env bash
# deno 2.9.6: posting a `Uint8Array` to a node:worker_threads Worker takes 30 to 110 times as
# long as posting its `ArrayBuffer`, which holds the same bytes.
#
# On node 24.9.0 both take the same time, and so they do for a Web Worker on deno. The cost grows
# with the array: for megabytes the sender blocks for a noticeable time.
#
# Seen for 256 KiB, best of five round trips, array / buffer: node 1.0 and 1.4, deno 34 and 112.
# Judged: deno above 5, node below 3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > post.mjs <<'END'
import { once } from "node:events";
import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  await once(worker, "message"); // it listens

  async function best(make) {
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const value = make();
      const start = performance.now();
      worker.postMessage(value);
      await once(worker, "message");
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }

  const array = await best(() => new Uint8Array(2 ** 18));
  const buffer = await best(() => new Uint8Array(2 ** 18).buffer);
  console.log((array / buffer).toFixed(1));
  process.exit();
} else {
  parentPort.on("message", () => parentPort.postMessage("received"));
  parentPort.postMessage("listening");
}
END

node=$(node_modules/.bin/node post.mjs)
deno=$(node_modules/.bin/deno run -A post.mjs)
echo "node: $node"
echo "deno: $deno"
awk -v node="$node" -v deno="$deno" 'BEGIN { exit !(deno > 5 && node < 3) }'
