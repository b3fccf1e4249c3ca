/**
 * `deno bench -P solutions/downloads`: 200 small bodies, ours beside others, in one run.
 *
 * The bare `fetch` is the limit. A download can be stopped on the wire, and for that each request
 * needs a signal of its own: the second bare row has one.
 */
import { benchPython, runPython } from "#solutions/_shared/benching.ts";
import { downloadAll } from "./downloads.ts";

const count = 200;

/** The server is a thread of its own. */
const program = `
const body = new Uint8Array(500);
Deno.serve({ port: 0, onListen: ({ port }) => postMessage(port) }, () => new Response(body));
`;
const server = new Worker(`data:text/javascript,${encodeURIComponent(program)}`, {
  type: "module",
});
const port = await new Promise<number>((resolve) => {
  server.onmessage = ({ data }) => resolve(data);
});
const urls = Array.from({ length: count }, (_, n) => `http://127.0.0.1:${port}/${n}`);

/** Python's side: twenty threads of a pool, and urllib. */
const python = await runPython(`
import time, urllib.request
from concurrent.futures import ThreadPoolExecutor
urls = ["http://127.0.0.1:${port}/%d" % n for n in range(${count})]
def get(url):
    with urllib.request.urlopen(url) as response: return len(response.read())
def once(pool):
    start = time.perf_counter()
    assert sum(pool.map(get, urls)) == ${count * 500}
    return (time.perf_counter() - start) * 1000
with ThreadPoolExecutor(20) as pool: print(min(once(pool) for _ in range(5)))
`);

const group = `${count} bodies of 500 bytes`;
Deno.bench("downloadAll, all at once", { group, baseline: true }, async () => {
  await downloadAll(urls, { limit: Infinity });
});
Deno.bench("downloadAll, 20 at once", { group }, async () => {
  await downloadAll(urls, { limit: 20 });
});
Deno.bench("bare: fetch, Promise.all", { group }, async () => {
  await Promise.all(urls.map(async (url) => await (await fetch(url)).bytes()));
});
Deno.bench("bare: fetch with a signal each, Promise.all", { group }, async () => {
  await Promise.all(urls.map(async (url) => {
    const { signal } = new AbortController();
    return await (await fetch(url, { signal })).bytes();
  }));
});
benchPython("CPython: 20 threads, urllib", group, python);
