/** `deno bench -P solutions/process_locks`: locks between processes beside others, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { ProcessLock, ProcessRLock, ProcessSemaphore } from "./process_locks.ts";

const count = 1_000;
const group = `acquire and release, ${count.toLocaleString("en")} times`;

const lock = new ProcessLock();
const kinds = {
  ProcessLock: lock,
  ProcessRLock: new ProcessRLock(),
  "ProcessSemaphore(3)": new ProcessSemaphore(3),
};
for (const [name, kind] of Object.entries(kinds)) {
  Deno.bench(name, { group, baseline: kind === lock }, async () => {
    for (let i = 0; i < count; i++) {
      await kind.acquire();
      kind.release();
    }
  });
}

const path = Deno.makeTempFileSync();
const file = Deno.openSync(path, { read: true, write: true });
Deno.removeSync(path);

Deno.bench("the system calls alone", { group }, () => {
  for (let i = 0; i < count; i++) {
    file.tryLockSync(true);
    file.unlockSync();
  }
});

const peers = {
  "CPython fcntl.flock": "lambda: flock(file, LOCK_EX)",
  "CPython multiprocessing.Lock": "lock.acquire",
};
for (const [name, acquire] of Object.entries(peers)) {
  const release = acquire.includes("flock") ? "lambda: flock(file, LOCK_UN)" : "lock.release";
  const milliseconds = await runPython(`
import multiprocessing, tempfile, time
from fcntl import flock, LOCK_EX, LOCK_UN
lock = multiprocessing.Lock()
file = tempfile.TemporaryFile()
acquire, release = ${acquire}, ${release}
start = time.perf_counter()
for _ in range(30 * ${count}):
    acquire()
    release()
print((time.perf_counter() - start) * 1000 / 30)
`);
  benchPython(name, group, milliseconds, count);
}
