/** `deno bench -P solutions/managers`: calls of a manager beside those of CPython's, in one run. */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { receiveWhole, sendWhole } from "#solutions/_shared/line.ts";
import { Manager } from "./managers.ts";

/** How many calls are on their way at once where nobody waits for one before he makes the next. */
const together = 64;

/** The milliseconds that CPython takes for the same. Its proxies block: it has one call at a time. */
const python = await runPython<Record<string, number>>(`
import json, os, socket, time
from multiprocessing import Manager
def best(call):
    times = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(1000):
            call()
        times.append(time.perf_counter() - start)
    return min(times)
if __name__ == "__main__":
    with Manager() as manager:
        d, l = manager.dict(), manager.Lock()
        def lock():
            l.acquire()
            l.release()
        print(json.dumps({"set": best(lambda: d.__setitem__("buns", 3)), "lock": best(lock)}))
`);

/** A program that sends back what it gets: the way there and back, and nothing done about it. */
const echoing = `
const conn = await Deno.connect({ transport: "unix", path: Deno.args[0] });
const buffer = new Uint8Array(256);
for (let size; (size = await conn.read(buffer));) await conn.write(buffer.subarray(0, size));
`;
const folder = Deno.makeTempDirSync();
const path = `${folder}/echo`;
const listener = Deno.listen({ transport: "unix", path });
const source = `data:text/javascript,${encodeURIComponent(echoing)}`;
const args = ["run", "-A", "--quiet", "--no-config", source, path];
const echo = new Deno.Command(Deno.execPath(), { args }).spawn();
const bare = await listener.accept();
const message = new Uint8Array(64);
addEventListener("unload", () => {
  echo.kill();
  Deno.removeSync(folder, { recursive: true });
});

const manager = await Manager.start();
const [dict, lock] = [await manager.dict<string, number>(), await manager.lock()];

const single = "dict.set, one after the other";
Deno.bench("DictProxy.set", { group: single, baseline: true }, async () => {
  await dict.set("buns", 3);
});
benchPython("CPython DictProxy", single, python?.set);
Deno.bench("64 bytes by a bare socket", { group: single }, async () => {
  await sendWhole(bare, message);
  await receiveWhole(bare, message.length);
});

const many = `dict.set, ${together} at once`;
Deno.bench("DictProxy.set", { group: many, baseline: true }, async () => {
  await Promise.all(Array.from({ length: together }, () => dict.set("buns", 3)));
});
benchPython("CPython DictProxy, one by one", many, python && together * python.set);

const pair = "a lock is taken and given back";
Deno.bench("LockProxy", { group: pair, baseline: true }, async () => {
  await lock.acquire();
  await lock.release();
});
benchPython("CPython AcquirerProxy", pair, python?.lock);
