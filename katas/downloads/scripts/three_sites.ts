// Three sites are asked at once, and each is told of when all of it is there. They are on this
// machine, unless addresses of others are given as arguments.
import { joinAll, run, spawn } from "#solutions/gevents/gevents.ts";
import { download } from "../downloads.ts";

/** A site that takes so many milliseconds to answer, and then sends so many bytes. */
function site(milliseconds: number, bytes: number): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return new Response("x".repeat(bytes));
  });
}

function* get(url: string) {
  console.log(`GET: ${url}`);
  const [result] = yield* download([url], { timeout: 10_000 });
  if ("error" in result) console.log(result.error.message);
  else console.log(`${result.bytes.length} bytes received from ${url}`);
}

const sites = Deno.args.length > 0 ? [] : [site(300, 48_560), site(200, 12_345), site(100, 6_789)];
const urls = [...Deno.args, ...sites.map(({ addr }) => `http://127.0.0.1:${addr.port}/`)];

const start = performance.now();
await run(function* () {
  yield* joinAll(urls.map((url) => spawn(get, url)), { raiseError: true });
});
console.log(`All that took ${(performance.now() - start).toFixed(0)} ms`);
await Promise.all(sites.map((one) => one.shutdown()));
