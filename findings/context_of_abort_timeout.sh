#!/usr/bin/env bash
# deno 2.9.6: a listener of `AbortSignal.timeout()` loses its AsyncLocalStorage; node 24.9.0 keeps
# it.
#
# The listener is added, and the signal made, inside of `run("request 7", …)`. In deno the store is
# undefined when the time is over, though it is there in a timer, a promise job, a tick,
# `Atomics.waitAsync` and a port's listener. So a log line about a deadline cannot say which request
# missed it.
#
# Seen: node "timer: request 7, deadline: request 7"; deno "timer: request 7, deadline: undefined".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > deadline.mjs <<'END'
import { AsyncLocalStorage } from "node:async_hooks";

const request = new AsyncLocalStorage();
const keepAlive = setInterval(() => {}, 1_000);

const [timer, deadline] = await request.run("request 7", () =>
  Promise.all([
    new Promise((resolve) => setTimeout(() => resolve(request.getStore()), 20)),
    new Promise((resolve) => {
      AbortSignal.timeout(20).addEventListener("abort", () => resolve(request.getStore()));
    }),
  ]));

console.log(`timer: ${timer}, deadline: ${deadline}`);
clearInterval(keepAlive);
END

node=$(node_modules/.bin/node deadline.mjs)
deno=$(node_modules/.bin/deno run -A deadline.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "timer: request 7, deadline: request 7" ]
[ "$deno" = "timer: request 7, deadline: undefined" ]
