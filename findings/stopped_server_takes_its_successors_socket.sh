#!/usr/bin/env bash
# Deno 2.9.6 and Node 24.9.0 on Linux: a listener of a Unix socket removes the file at its path when
# it is closed, also if that is the file of another listener by now.
#
# A server is replaced without a gap: the new one removes the old socket's file, listens at the same
# path, and then the old one stops. That takes the new one's file away. The new server goes on
# listening, no error is seen by either, and nobody can connect any more. Python 3's `socketserver`
# removes nothing.
#
# Seen, for both: "new server's socket: there; after the old one has stopped: gone".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > by_deno.ts <<'END'
const isThere = () => Deno.statSync("door").isSocket;
const listen = () => Deno.listen({ transport: "unix", path: "door" });

const old = listen();
Deno.removeSync("door");
const successor = listen();
const before = isThere() ? "there" : "gone";
old.close();
let after = "there";
try {
  isThere();
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  after = "gone";
}
console.log(`new server's socket: ${before}; after the old one has stopped: ${after}`);
try {
  successor.close();
} catch {
  // Its file is gone.
}
END

cat > by_node.mjs <<'END'
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:net";

async function listen() {
  const server = createServer().listen("door");
  await once(server, "listening");
  return server;
}
const state = () => existsSync("door") ? "there" : "gone";

const old = await listen();
rmSync("door");
const successor = await listen();
const before = state();
old.close();
await once(old, "close");
console.log(`new server's socket: ${before}; after the old one has stopped: ${state()}`);
successor.close();
END

deno=$(node_modules/.bin/deno run --quiet --no-config --allow-all by_deno.ts)
rm -f door
node=$(node_modules/.bin/node by_node.mjs)
echo "Deno: $deno"
echo "Node: $node"
expected="new server's socket: there; after the old one has stopped: gone"
[ "$deno" = "$expected" ] && [ "$node" = "$expected" ]
