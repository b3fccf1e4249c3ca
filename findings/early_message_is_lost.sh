#!/usr/bin/env bash
# deno 2.9.6: a message to a node:worker_threads Worker that has no listener yet is lost; node
# 24.9.0 keeps it.
#
# The Worker prepares itself for 300 ms (a top-level await) and listens only then, as one that opens
# a file or a socket first does. A `MessagePort` of one's own holds messages back until somebody
# listens; `parentPort` in deno does not.
#
# Seen: node "early, late"; deno "late".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > early.mjs <<'END'
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.postMessage("early");
  worker.on("message", (message) => {
    if (message === "listening") worker.postMessage("late");
    else {
      console.log(message);
      process.exit();
    }
  });
} else {
  await sleep(300);
  const received = [];
  parentPort.on("message", (message) => {
    received.push(message);
    if (message === "late") parentPort.postMessage(received.join(", "));
  });
  parentPort.postMessage("listening");
}
END

node=$(node_modules/.bin/node early.mjs)
deno=$(node_modules/.bin/deno run -A early.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "early, late" ] && [ "$deno" = "late" ]
