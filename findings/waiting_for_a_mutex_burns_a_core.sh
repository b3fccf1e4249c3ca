#!/usr/bin/env bash
# multithreading 0.3.52 on deno 2.9.6: `await mutex.lock()` on a mutex that is held keeps a core
# busy; on node 24.9.0 not.
#
# On deno the library replaces `Atomics.waitAsync` by one that goes round the event loop without a
# pause as long as anything waits (`setImmediate` again and again). So the promise waits, and the
# core works.
#
# Seen: CPU time as a share of the time waited: node 0.00, deno 0.70 to 1.02. Judged: deno above
# 0.5, node below 0.2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . \
  deno@2.9.6 node@24.9.0 multithreading@0.3.52

cat > wait.mjs <<'END'
import { Mutex } from "multithreading";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const mutex = new Mutex(0);
const guard = await mutex.lock();
const second = mutex.lock();

const [cpu, start] = [process.cpuUsage(), performance.now()];
await sleep(1_000);
const { user, system } = process.cpuUsage(cpu);
console.log(((user + system) / 1_000 / (performance.now() - start)).toFixed(2));

guard[Symbol.dispose]();
(await second)[Symbol.dispose]();
process.exit();
END

node=$(node_modules/.bin/node wait.mjs)
deno=$(node_modules/.bin/deno run -A wait.mjs)
echo "node: $node"
echo "deno: $deno"
awk -v node="$node" -v deno="$deno" 'BEGIN { exit !(deno > 0.5 && node < 0.2) }'
