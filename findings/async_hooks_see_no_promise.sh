#!/usr/bin/env bash
# deno 2.9.6, node 24.9.0: `createHook` of node:async_hooks tells of timers and of immediates in both, and
# of promises in node alone. No error is thrown, and the hook says that it is enabled.
#
# Who counts open tasks by such a hook, or draws who has started whom, sees in deno a program of which
# half is missing: each `await` is a promise, and none of them is told. AsyncLocalStorage goes through
# an `await` in both, so that what is known of a context is no sign of what the hook will see.
#
# Seen: node "PROMISE Timeout Immediate, context kept", deno "Timeout Immediate, context kept".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > hook.mjs <<'END'
import { AsyncLocalStorage, createHook } from "node:async_hooks";

const seen = new Set();
const hook = createHook({ init: (_id, type) => seen.add(type) }).enable();
const context = new AsyncLocalStorage();
const kept = await context.run("kept", async () => {
  await null;
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
  return context.getStore();
});
hook.disable();
const told = ["PROMISE", "Timeout", "Immediate"].filter((type) => seen.has(type));
console.log(`${told.join(" ")}, context ${kept}`);
END

in_node=$(node_modules/.bin/node hook.mjs)
in_deno=$(node_modules/.bin/deno run -A hook.mjs)
printf 'node: %s\ndeno: %s\n' "$in_node" "$in_deno"
[ "$in_node" = "PROMISE Timeout Immediate, context kept" ]
[ "$in_deno" = "Timeout Immediate, context kept" ]
