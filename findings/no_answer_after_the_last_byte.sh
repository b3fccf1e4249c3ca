#!/usr/bin/env bash
# deno 2.9.6: reading a connection's `readable` to its end closes the other direction as well.
#
# A client sends five bytes, closes its writing half and waits for the answer. A server that counts
# with `for await (… of conn.readable)` cannot answer: at the end of the stream the whole connection
# is closed. With `conn.read()` in a loop it can. TCP has two directions, and `closeWrite()` of the
# client ended one.
#
# Seen: "read(): 5 bytes, readable: BadResource".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6

cat > count_bytes.mjs <<'END'
const readers = {
  async "read()"(conn) {
    const block = new Uint8Array(64);
    let total = 0;
    for (let size; (size = await conn.read(block)) !== null;) total += size;
    return total;
  },
  async readable(conn) {
    let total = 0;
    for await (const block of conn.readable) total += block.length;
    return total;
  },
};

const results = [];
for (const [name, countBytes] of Object.entries(readers)) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = await Deno.connect(listener.addr);
  const conn = await listener.accept();
  await client.write(new Uint8Array(5));
  await client.closeWrite();
  const answer = new TextEncoder().encode(`${await countBytes(conn)} bytes`);
  const result = await conn.write(answer).then(
    async () => new TextDecoder().decode(answer.subarray(0, await client.read(answer))),
    (error) => error.name,
  );
  results.push(`${name}: ${result}`);
  listener.close();
}
console.log(results.join(", "));
Deno.exit();
END

seen=$(node_modules/.bin/deno run -A count_bytes.mjs)
echo "$seen"
[ "$seen" = "read(): 5 bytes, readable: BadResource" ]
