#!/usr/bin/env bash
# deno 2.9.6, node 24.9.0: a DOMException that goes through `serialize` of node:v8 comes back as an
# Error without its name and its message; `structuredClone` keeps both.
#
# This is how an error goes to another process by a pipe (and by `child_process.fork` with
# `serialization: "advanced"`). The reason of an aborted signal is a DOMException, so a task that was
# called off in a child reaches its parent as an error that says nothing. No error is thrown on
# either side. A plain Error keeps its words.
#
# Seen in both: v8 "Error ''", structuredClone "AbortError 'The signal has been aborted'" (deno) or
# "AbortError 'This operation was aborted'" (node); a RangeError keeps its words in each.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6 node@24.9.0

cat > reason.mjs <<'END'
import { deserialize, serialize } from "node:v8";

const { reason } = AbortSignal.abort();
for (const error of [reason, new RangeError("too large")]) {
  for (const back of [deserialize(serialize(error)), structuredClone(error)]) {
    const kept = back.name === error.name && back.message === error.message;
    console.log(`${error.name} -> ${back.name} '${back.message}' ${kept ? "kept" : "lost"}`);
  }
}
END

for program in "node_modules/.bin/node" "node_modules/.bin/deno run -A"; do
  said=$($program reason.mjs)
  printf '%s:\n%s\n' "${program#*bin/}" "$said"
  [ "$(awk '{ print $NF }' <<< "$said" | xargs)" = "lost kept kept kept" ]
done
