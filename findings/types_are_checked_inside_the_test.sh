#!/usr/bin/env bash
# deno 2.9.6: `deno test` checks the types of a Worker's module only when a test starts the Worker,
# so the check is part of that test, and a mistake of types reaches the program as an `error` event.
#
# `deno test` says "Check worker_test.ts" and then begins: nothing imports the Worker's module, so it
# is not checked yet. It is checked when `new Worker` loads it. Whoever waits for the Worker's first
# message waits for the type checker too (a second or more at the first run of a fresh copy), and a
# test with a short deadline can fail for that alone. `deno check worker_test.ts` sees no mistake,
# and `--no-check` runs the same Worker well.
#
# Seen: `deno check` ends with 0; the test prints "error: Type checking failed."; with `--no-check`
# it prints "message: one".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . deno@2.9.6
deno=node_modules/.bin/deno
export NO_COLOR=1

echo 'const said: number = "one"; postMessage(said);' > worker.ts
cat > worker_test.ts <<'END'
Deno.test("the first thing that a Worker says", async () => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const said = await new Promise<string>((resolve) => {
    worker.onmessage = (event) => resolve(`message: ${event.data}`);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(`error: ${event.message.split("\n")[0]}`);
    };
  });
  console.log(said);
  worker.terminate();
});
END

"$deno" check worker_test.ts
checked=$("$deno" test -A worker_test.ts 2> /dev/null | grep -E "^(message|error): ")
unchecked=$("$deno" test -A --no-check worker_test.ts 2> /dev/null | grep -E "^(message|error): ")
echo "deno test: $checked"
echo "deno test --no-check: $unchecked"
[ "$checked" = "error: Type checking failed." ] && [ "$unchecked" = "message: one" ]
