#!/usr/bin/env bash
# deno 2.9.6, node 24.9.0, bun 1.3.1: a response whose short body nobody reads leaves its connection
# to the next request. If that body is cancelled while it is on its way, deno and node give the
# connection up; bun keeps it.
#
# The usual advice is to cancel a body that is not read, so that its connection is free at once. Here
# the body has 100 bytes and comes 10 ms after the head, as it does from a server that thinks before
# it answers. Six requests, one after the other, 100 ms apart, first with each body left alone, then
# with each body cancelled. Counted are the connections that the server sees.
#
# Seen, left alone and then cancelled (that begins with the connection that is there): deno 1 and 5;
# node 1 and 11; bun 1 and 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0 bun@1.3.1

cat > cancel.mjs <<'END'
import { createServer } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

let connections = 0;
const server = createServer((socket) => {
  connections++;
  socket.on("error", () => {});
  socket.on("data", () => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    setTimeout(() => socket.write("x".repeat(100)), 10);
  });
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

for (const isCancelled of [false, true]) {
  connections = 0;
  for (let i = 0; i < 6; i++) {
    const { body } = await fetch(`http://127.0.0.1:${server.address().port}/`);
    if (isCancelled) await body.cancel();
    await sleep(100);
  }
  console.log(connections);
}
process.exit();
END

ask() { "$@" cancel.mjs | xargs; }
deno=$(ask node_modules/.bin/deno run -A)
node=$(ask node_modules/.bin/node)
bun=$(ask node_modules/.bin/bun)
printf 'deno: %s\nnode: %s\nbun: %s\n' "$deno" "$node" "$bun"
[ "${deno% *}" -eq 1 ] && [ "${deno#* }" -ge 4 ]
[ "${node% *}" -eq 1 ] && [ "${node#* }" -ge 4 ]
[ "$bun" = "1 0" ]
