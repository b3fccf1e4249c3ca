#!/usr/bin/env bash
# deno 2.9.6: `process.nextTick` at the top level of a main module runs after a timer that is due.
#
# Ticks are for what must come before timers and input. node 24.9.0 keeps that in a module too
# (there a promise job is first, as the module itself is one). In deno a start-up that takes 20 ms
# lets every timer of 0 ms overtake every tick.
#
# Seen: node "promise, tick, timer"; deno "promise, timer, tick".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > order.mjs <<'END'
import process from "node:process";

const order = [];
setTimeout(() => order.push("timer"), 0);
process.nextTick(() => order.push("tick"));
Promise.resolve().then(() => order.push("promise"));
const start = performance.now();
while (performance.now() - start < 20); // a module that has something to do
setTimeout(() => console.log(order.join(", ")), 100);
END

node=$(node_modules/.bin/node order.mjs)
deno=$(node_modules/.bin/deno run order.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "promise, tick, timer" ] && [ "$deno" = "promise, timer, tick" ]
