#!/usr/bin/env bash
# Deno 2.9.6: the time of a dynamic `import()` grows with the number of modules that are loaded
# already. Node 24.9.0 shows no such growth.
#
# The modules are one line each and have nothing to do with each other. A program that loads a module
# for each task, test or plug-in, as pools and test runners do, takes the square of their number.
# Many small parts in one module, or one module that is called many times, cost nothing of the kind.
#
# Seen: the last 500 of 4,000 imports take 30 to 90 times as long as the first ones in Deno, and about
# the same in Node. The script asks for more than 5 times and less than 3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > load.mjs <<'END'
const times = [];
for (let i = 0; i < 4000; i++) {
  const begin = performance.now();
  await import(`data:text/javascript,export default ${i}`);
  times.push(performance.now() - begin);
}
const middle = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const growth = middle(times.slice(-500)) / middle(times.slice(100, 600));
console.log(growth > 5 ? "dearer and dearer" : growth < 3 ? "always the same" : `${growth} times`);
END

deno=$(node_modules/.bin/deno run --quiet --no-config load.mjs)
node=$(node_modules/.bin/node load.mjs)
echo "Deno: $deno; Node: $node"
[ "$deno" = "dearer and dearer" ] && [ "$node" = "always the same" ]
