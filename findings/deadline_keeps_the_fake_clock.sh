#!/usr/bin/env bash
# node 24.9.0 with @sinonjs/fake-timers 15.5.0: whether `AbortSignal.timeout()` obeys the fake clock
# hangs on who named `AbortSignal` first, and if that was under the fake clock, deadlines never end
# after `uninstall()`.
#
# Node's signals seem to keep the `setTimeout` that is there at the first use of the name. If that is
# before the install (an `import` of node:process is enough), the fake clock never moves a deadline;
# otherwise it does, and the real clock never again. deno 2.9.6 keeps deadlines on the real clock in
# both cases.
#
# Seen (has the deadline ended under the fake clock; has a later one ended after uninstall): node,
# named before "false, true"; node, named after "true, false"; deno "false, true" both times.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . \
  deno@2.9.6 node@24.9.0 @sinonjs/fake-timers@15.5.0

cat > later.mjs <<'END'
import FakeTimers from "@sinonjs/fake-timers";

const clock = FakeTimers.install();
const fake = AbortSignal.timeout(1_000);
await clock.tickAsync(1_000);
const underTheFakeClock = fake.aborted;
clock.uninstall();

const real = AbortSignal.timeout(20);
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`${underTheFakeClock}, ${real.aborted}`);
END
{ echo "void AbortSignal;"; cat later.mjs; } > before.mjs

seen=$(for runtime in "node" "deno run -A"; do
  for program in before later; do
    echo "$runtime $program: $(node_modules/.bin/$runtime $program.mjs)"
  done
done)
echo "$seen"
[ "$seen" = "node before: false, true
node later: true, false
deno run -A before: false, true
deno run -A later: false, true" ]
