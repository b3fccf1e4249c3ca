#!/usr/bin/env bash
# workerpool 10.0.3: a task that throws a text rejects with an object that has one property for each
# letter.
#
# Errors go to the parent by `JSON.stringify(error, Object.getOwnPropertyNames(error))`. A text's
# own property names are its indices, and they come back as an object, which is neither the text nor
# an Error. In threads and processes, on deno and node alike. A RangeError comes back as a plain
# Error, too.
#
# Seen: `{"0":"f","1":"u","2":"l","3":"l"}` for `throw "full"`, "Error" for a RangeError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . node@24.9.0 workerpool@10.0.3

cat > tasks.mjs <<'END'
import workerpool from "workerpool";

for (const workerType of ["thread", "process"]) {
  const pool = workerpool.pool({ workerType, maxWorkers: 1 });
  const failure = (task) => pool.exec(task).then(() => "no failure", (error) => error);
  console.log(JSON.stringify(await failure(() => { throw "full"; })));
  console.log((await failure(() => { throw new RangeError("too far"); })).constructor.name);
  await pool.terminate();
}
END

seen=$(node_modules/.bin/node tasks.mjs)
echo "$seen"
letters='{"0":"f","1":"u","2":"l","3":"l"}'
[ "$seen" = "$(printf '%s\nError\n%s\nError' "$letters" "$letters")" ]
