#!/usr/bin/env bash
# Deno 2.9.6, node:worker_threads: a Worker made with `stdout: true` hands its parent what it writes
# with `process.stdout.write`. What it says with `console.log` goes past that, to the program's own
# output. Node 24.9.0 hands over both.
#
# So a pool that collects what its workers print gets half of it, and the other half stands in the
# output that was to be kept clean.
#
# Seen: Deno "console.log captured: false, process.stdout.write captured: true"; Node "true", "true".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > captured.mjs <<'END'
import { once } from "node:events";
import process from "node:process";
import { isMainThread, Worker } from "node:worker_threads";

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { stdout: true });
  let captured = "";
  worker.stdout.on("data", (data) => captured += data);
  await Promise.all([once(worker, "exit"), once(worker.stdout, "end")]);
  const console = captured.includes("by console");
  const stream = captured.includes("by process.stdout");
  process.stdout.write(
    `console.log captured: ${console}, process.stdout.write captured: ${stream}\n`,
  );
} else {
  process.stdout.write("by process.stdout\n");
  console.log("by console");
}
END

deno=$(node_modules/.bin/deno run --quiet --no-config --allow-read captured.mjs | grep captured)
node=$(node_modules/.bin/node captured.mjs | grep captured)
echo "Deno: $deno"
echo "Node: $node"
[ "$deno" = "console.log captured: false, process.stdout.write captured: true" ]
[ "$node" = "console.log captured: true, process.stdout.write captured: true" ]
