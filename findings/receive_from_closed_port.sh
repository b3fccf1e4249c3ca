#!/usr/bin/env bash
# deno 2.9.6 loses messages that wait in a port when the other end is closed; node 24.9.0 keeps
# them.
#
# Two messages are posted, then the sender closes its port. Reading them with `receiveMessageOnPort`
# in the same turn finds only the second one, and a turn later none. No error, no event. What was
# sent before close() is to arrive.
#
# Seen: node "1 2, later 1 2"; deno "2 nothing, later nothing nothing".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > ports.mjs <<'END'
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { setTimeout as sleep } from "node:timers/promises";

async function read(pause) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(1);
  port1.postMessage(2);
  port1.close();
  if (pause) await sleep(pause);
  const seen = [1, 2].map(() => receiveMessageOnPort(port2)?.message ?? "nothing");
  port2.close();
  return seen.join(" ");
}

console.log(`${await read(0)}, later ${await read(50)}`);
END

node=$(node_modules/.bin/node ports.mjs)
deno=$(node_modules/.bin/deno run -A ports.mjs)
echo "node: $node"
echo "deno: $deno"
[ "$node" = "1 2, later 1 2" ] && [ "$deno" = "2 nothing, later nothing nothing" ]
