#!/usr/bin/env bash
# Deno 2.9.6 and Node 24.9.0: promises of `Atomics.waitAsync` that are notified one after the other
# are settled together, before a callback of the first one runs.
#
# One would think that each wake-up is a task of its own, with its callbacks and theirs done before
# the next one comes, as it is for timers. But one task settles all that are due: the callbacks of
# the first and the second waiter come in turns. Code that relies on "who is woken first has done all
# of its `await`s before the second one begins" is wrong, also within one thread.
#
# Seen: "async waits: a1 b1 a2 b2; timers: a1 a2 b1 b2", in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > wake.mjs <<'END'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const words = new Int32Array(new SharedArrayBuffer(8));
const seen = { "async waits": [], timers: [] };

async function steps(name, woken, list) {
  await woken;
  list.push(`${name}1`);
  await undefined;
  list.push(`${name}2`);
}

const alive = setTimeout(() => {}, 5000); // An async wait alone does not keep a program running.
const waits = ["a", "b"].map((name, i) =>
  steps(name, Atomics.waitAsync(words, i, 0).value, seen["async waits"])
);
Atomics.notify(words, 0);
Atomics.notify(words, 1);
await Promise.all(waits);
await Promise.all(["a", "b"].map((name) => steps(name, sleep(1), seen.timers)));
clearTimeout(alive);
console.log(Object.entries(seen).map(([what, list]) => `${what}: ${list.join(" ")}`).join("; "));
END

deno=$(node_modules/.bin/deno run --quiet --no-config wake.mjs)
node=$(node_modules/.bin/node wake.mjs)
echo "Deno: $deno"
echo "Node: $node"
expected="async waits: a1 b1 a2 b2; timers: a1 a2 b1 b2"
[ "$deno" = "$expected" ] && [ "$node" = "$expected" ]
