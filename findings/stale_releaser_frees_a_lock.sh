#!/usr/bin/env bash
# async-mutex 0.5.0: a releaser that was used up by `mutex.release()` frees the lock of the next
# holder.
#
# `acquire()` gives each holder a releaser of its own, and calling one twice does nothing. But if
# anna's lock was ended by `mutex.release()`, her releaser still counts: called in her `finally`, it
# frees ben's lock, carl comes in beside ben, and nobody gets an error.
#
# Seen: "called twice: ben alone; after mutex.release(): ben and carl".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix . node@24.9.0 async-mutex@0.5.0

cat > stale.mjs <<'END'
import { Mutex } from "async-mutex";

async function inside(endAnna) {
  const mutex = new Mutex();
  const releaseAnna = await mutex.acquire();
  endAnna(mutex, releaseAnna);
  await mutex.acquire(); // ben
  releaseAnna();
  return mutex.isLocked() ? "ben alone" : (await mutex.acquire(), "ben and carl");
}

const twice = await inside((_mutex, release) => release());
const byMutex = await inside((mutex) => mutex.release());
console.log(`called twice: ${twice}; after mutex.release(): ${byMutex}`);
END

seen=$(node_modules/.bin/node stale.mjs)
echo "$seen"
[ "$seen" = "called twice: ben alone; after mutex.release(): ben and carl" ]
