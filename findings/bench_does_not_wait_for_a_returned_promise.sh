#!/usr/bin/env bash
# Deno 2.9.6: `Deno.bench` waits for a promise only if the benched function is an `async` one.
#
# `Deno.bench("sleep", () => sleep(20))` type-checks and is found to take some microseconds. The next
# round begins while all earlier ones are still asleep. With `async () => await sleep(20)` each round
# takes its 20 ms. `Deno.test` waits for both. So the shortest way to write the bench of a lock, a
# queue or a pool measures how long it takes to ask, and how many may ask at once.
#
# Seen: "returned: less than its sleep; awaited: as long as its sleep".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6

cat > sleeps_bench.ts <<'END'
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

Deno.bench({ name: "returned", n: 10, warmup: 1, fn: () => sleep(20) });
Deno.bench({ name: "awaited", n: 10, warmup: 1, fn: async () => await sleep(20) });
END

cat > read.ts <<'END'
const { benches } = JSON.parse(await new Response(Deno.stdin.readable).text());
const said = benches.map(({ name, results: [{ ok }] }) =>
  `${name}: ${ok.min < 15e6 ? "less than" : "as long as"} its sleep`
);
console.log(said.join("; "));
END

seen=$(node_modules/.bin/deno bench --quiet --no-config --json sleeps_bench.ts |
  node_modules/.bin/deno run --quiet --no-config read.ts)
echo "$seen"
[ "$seen" = "returned: less than its sleep; awaited: as long as its sleep" ]
