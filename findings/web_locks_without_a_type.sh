#!/usr/bin/env bash
# deno 2.9.6: `navigator.locks` works, in Workers as well, and its types do not know it: `deno check` and
# `deno test` refuse what `deno run` runs. `locks` of node:worker_threads is the very same object, and
# has types.
#
# A program that checks in an editor or in a test has to take the browser's API by node's name.
#
# Seen: run "1 held, the same object"; check of navigator.locks TS2339; check of node's name: right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6
deno=node_modules/.bin/deno
# Where Deno is installed there is a package.json, which would have its types of Node listed.
echo '{ "nodeModulesDir": "none" }' > deno.json

cat > by_navigator.ts <<'END'
await navigator.locks.request("book", async () => {
  const { held } = await navigator.locks.query();
  const { locks } = await import("node:worker_threads");
  console.log(`${held.length} held, ${locks === navigator.locks ? "the same object" : "another"}`);
});
END
cat > by_node.ts <<'END'
import { locks } from "node:worker_threads";
await locks.request("book", async () => {
  console.log((await locks.query()).held?.length);
});
END

ran=$($deno run by_navigator.ts)
checked=$(NO_COLOR=1 $deno check by_navigator.ts 2>&1 | grep -o "TS[0-9]*" | sort -u || true)
printf 'run: %s\ncheck: %s\n' "$ran" "$checked"
[ "$ran" = "1 held, the same object" ]
[ "$checked" = "TS2339" ]
$deno check --quiet by_node.ts
[ "$($deno run by_node.ts)" = "1" ]
echo "by node's name: checked and run"
