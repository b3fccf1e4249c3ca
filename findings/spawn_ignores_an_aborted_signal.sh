#!/usr/bin/env bash
# deno 2.9.6: `new Deno.Command(…, { signal }).spawn()` starts and finishes a program whose signal
# was aborted beforehand.
#
# With the same signal `output()` ends the program at once (SIGTERM), and a signal that is aborted
# after `spawn()` does too. So a job that was called off before its turn came is done nevertheless,
# if it is started by `spawn()`.
#
# Seen: "output(): SIGTERM, printed nothing; spawn(): no signal, printed done".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6

cat > called_off.mjs <<'END'
const command = () =>
  new Deno.Command("sh", {
    args: ["-c", "sleep 1; echo done"],
    signal: AbortSignal.abort(),
    stdout: "piped",
  });

function tell({ signal, stdout }) {
  const printed = new TextDecoder().decode(stdout).trim();
  return `${signal ?? "no signal"}, printed ${printed || "nothing"}`;
}

const output = tell(await command().output());
const spawn = tell(await command().spawn().output());
console.log(`output(): ${output}; spawn(): ${spawn}`);
END

seen=$(node_modules/.bin/deno run -A called_off.mjs)
echo "$seen"
[ "$seen" = "output(): SIGTERM, printed nothing; spawn(): no signal, printed done" ]
