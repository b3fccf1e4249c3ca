#!/usr/bin/env bash
# p-queue 9.3.5, bottleneck 2.19.5, async-lock 1.5.0: a limit of one, and three tasks run at once.
#
# Each of them can be told how long a task may take. When that time is over its promise is rejected,
# and its place is given to the next task. But nobody stops the first one: it is still inside. So a
# time for each task turns the limit off as soon as one task is late, in the moment in which the
# limit was needed most. Who wants both must end the task itself, by a signal that it looks at.
#
# Seen: "p-queue: 3 at once; bottleneck: 3 at once; async-lock: 3 at once", and 1 without the time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . node@24.9.0 p-queue@9.3.5 bottleneck@2.19.5 \
  async-lock@1.5.0

cat > places.mjs <<'END'
import AsyncLock from "async-lock";
import Bottleneck from "bottleneck";
import PQueue from "p-queue";

/** The most tasks that were inside at once. They leave when all three have come in, or were late. */
async function most(limited) {
  let inside = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 500));
    inside--;
  };
  const ends = [1, 2, 3].map(() => limited(task));
  await Promise.allSettled(ends);
  return most;
}

const limits = (time) => ({
  "p-queue": (task) => queue.add(task, time && { timeout: time }),
  bottleneck: (task) => bottleneck.schedule(time ? { expiration: time } : {}, task),
  "async-lock": (task) => (time ? timedLock : lock).acquire("key", task),
});
const queue = new PQueue({ concurrency: 1 });
const bottleneck = new Bottleneck({ maxConcurrent: 1 });
const lock = new AsyncLock();
const timedLock = new AsyncLock({ maxExecutionTime: 20 });

for (const time of [undefined, 20]) {
  const seen = [];
  for (const [name, limited] of Object.entries(limits(time))) {
    seen.push(`${name}: ${await most(limited)} at once`);
  }
  console.log(seen.join("; "));
}
process.exit(); // The late tasks go on.
END

seen=$(node_modules/.bin/node places.mjs)
echo "$seen"
[ "$seen" = "p-queue: 1 at once; bottleneck: 1 at once; async-lock: 1 at once
p-queue: 3 at once; bottleneck: 3 at once; async-lock: 3 at once" ]
