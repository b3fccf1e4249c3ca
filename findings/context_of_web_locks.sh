#!/usr/bin/env bash
# node 24.9.0: who waits for a Web Lock gets it in the holder's AsyncLocalStorage; deno 2.9.6 gives
# the waiter's own.
#
# "anna" holds a lock, "ben" waits for it, "carl" lets anna go. Ben's callback asks for the store:
# in node it is anna's, so what ben does under the lock is logged, traced and billed as anna's. A
# callback given to `setTimeout` or `then` sees the store of the one who gave it.
#
# Seen: node "ben runs as anna"; deno "ben runs as ben".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > lock.mjs <<'END'
import { AsyncLocalStorage } from "node:async_hooks";

const user = new AsyncLocalStorage();
const { promise: held, resolve: letGo } = Promise.withResolvers();

user.run("anna", () => navigator.locks.request("till", () => held));
const ben = user.run("ben", () => navigator.locks.request("till", () => user.getStore()));
user.run("carl", () => letGo());

console.log(`ben runs as ${await ben}`);
END

node=$(node_modules/.bin/node lock.mjs)
deno=$(node_modules/.bin/deno run -A lock.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "ben runs as anna" ] && [ "$deno" = "ben runs as ben" ]
