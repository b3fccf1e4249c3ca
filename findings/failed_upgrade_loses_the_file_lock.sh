#!/usr/bin/env bash
# deno 2.9.6 on Linux: `tryLock(true)` that answers false has given up the shared lock that the file
# held.
#
# Anna and ben hold a shared lock. Anna asks for the exclusive one, is told "false", and so believes
# that nothing has changed. Ben unlocks, and carl gets the exclusive lock beside anna, who still
# reads. (On Linux a new kind of lock takes the place of the old one in two steps.)
#
# Seen: "anna: false, carl while ben reads: false, carl while anna reads: true".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6

cat > upgrade.mjs <<'END'
const [anna, ben, carl] = ["a", "b", "c"].map(() =>
  Deno.openSync("ledger", { read: true, write: true, create: true })
);
await anna.lock(false);
await ben.lock(false);
const answers = [
  `anna: ${await anna.tryLock(true)}`,
  `carl while ben reads: ${await carl.tryLock(true)}`,
];
await ben.unlock();
answers.push(`carl while anna reads: ${await carl.tryLock(true)}`);
console.log(answers.join(", "));
END

seen=$(node_modules/.bin/deno run -A upgrade.mjs)
echo "$seen"
[ "$seen" = "anna: false, carl while ben reads: false, carl while anna reads: true" ]
