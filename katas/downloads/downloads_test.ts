import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { setImmediate } from "node:timers";
import { GreenletExit } from "#solutions/greenlets/greenlets.ts";
import { run, spawn, type Task, Timeout, withTimeout } from "#solutions/gevents/gevents.ts";
import { patience, soon, test, testWhatToFixFirst, testWithPermission } from "../_kit/mod.ts";
import { chunk, head, lastChunk, type Page, Site, whole } from "./fixtures/site.ts";
import {
  download,
  downloadAll,
  DownloadError,
  type DownloadOptions,
  type Progress,
  type Result,
} from "./downloads.ts";

/** What was printed by `console.error` in this test. */
let printed: string[] = [];

/** What the downloads of this test have failed with. */
let failure: { error: unknown } | undefined;

/** A test with a server of its own. At its end no request may be open on the wire. */
function siteTest(
  name: string,
  pages: Record<string, Page>,
  body: (site: Site) => Promise<void>,
): void {
  testWithPermission(name, async () => {
    const { error } = console;
    printed = [];
    failure = undefined;
    console.error = (...words: unknown[]) => printed.push(words.map((word) => `${word}`).join(" "));
    const site = new Site(pages);
    try {
      await body(site);
      await comes(
        () => site.open === 0,
        "All is done, and a request is still open on the wire: abort what you do not read to its end",
      );
      await site.close();
    } catch (error) {
      await site.close({ cut: true });
      throw error;
    } finally {
      console.error = error;
    }
  });
}

/** Waits until the condition holds, also in virtual time, or until the downloads have failed. */
async function comes(condition: () => boolean, sentence: string): Promise<void> {
  const end = performance.now() + 0.8 * patience;
  while (!condition()) {
    if (failure) throw failure.error;
    if (performance.now() > end) throw new Error(sentence);
    await new Promise<void>((go) => setImmediate(go));
  }
}

/** Some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((go) => setImmediate(go));
}

/** Time enough for whatever would happen at once: a few rounds over the wire. */
async function aWhile(site: Site): Promise<void> {
  const asked = site.asked.length;
  for (let round = 0; round < 5; round++) await (await fetch(site.at("/ping"))).body?.cancel();
  site.asked.splice(asked, 5);
}

const late = "The downloads do not come to their end";

/** Downloads in a task. */
function begin(urls: Iterable<string | URL>, options?: DownloadOptions): Promise<Result[]> {
  const end = run(() => download(urls, options)) as Promise<Result[]>;
  end.catch((error) => failure = { error });
  return end;
}

/** Downloads in a task, to the end. */
async function get(urls: Iterable<string | URL>, options?: DownloadOptions): Promise<Result[]> {
  return await soon(begin(urls, options), late);
}

const text = (result: Result) =>
  "bytes" in result ? new TextDecoder().decode(result.bytes) : `${result.error}`;
const reason = (result: Result) => "error" in result ? result.error.reason : "none: it has bytes";

/** Puts a page there that nobody gets before it is released. */
function hold(site: Site, path: string, body = "held"): { release(): void } {
  const gate = Promise.withResolvers<void>();
  site.put(path, async (visit) => {
    await Promise.race([gate.promise, visit.gone]);
    await whole(body)(visit);
  });
  return { release: gate.resolve };
}

/** A page that begins, and then sends nothing more. */
const stalled: Page = async (visit) => {
  await visit.send(head(200, { "content-length": 1_000 }) + "begins");
  await visit.gone;
};

const silent: Page = (visit) => visit.gone;

/** A page without an end. */
const endless: Page = async (visit) => {
  let isGone = false;
  visit.gone.then(() => isGone = true);
  await visit.send(head(200, { "transfer-encoding": "chunked" }));
  while (!isGone) {
    await visit.send(chunk("x".repeat(10_000)));
    await new Promise<void>((go) => setImmediate(go));
  }
};

const moved = (path: string, status = 302): Page => (visit) =>
  visit.send(head(status, { location: path, "content-length": 0 }));

async function gzipped(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(stream).bytes();
}

// -- [1] one page --

siteTest("[1] a download gives the bytes, and how long it took", {
  "/bun": whole("bäozi"),
  "/empty": whole(""),
  "/parts": async (visit) => {
    await visit.send(head(200, { "transfer-encoding": "chunked" }));
    for (const part of ["one ", "two ", "three"]) await visit.send(chunk(part));
    await visit.send(lastChunk);
  },
  "/until-the-end": async (visit) => {
    await visit.send(head(200) + "no length");
  },
  "/made": (visit) => visit.send(head(201, { "content-length": 3 }) + "new"),
  "/slow": async (visit) => {
    await visit.send(head(200, { "content-length": 4 }));
    await new Promise((go) => setTimeout(go, 30));
    await visit.send("slow");
  },
}, async (site) => {
  for (
    const [path, body] of [
      ["/bun", "bäozi"],
      ["/empty", ""],
      ["/parts", "one two three"],
      ["/until-the-end", "no length"],
      ["/made", "new"],
    ]
  ) {
    const url = site.at(path);
    const [result, ...others] = await get([url]);
    assertEquals(others, []);
    assertEquals(text(result), body, path);
    assert("bytes" in result);
    assertEquals(Object.keys(result).sort(), ["bytes", "milliseconds", "url"]);
    assertEquals(result.url, url);
    assert(result.bytes.constructor === Uint8Array, "The bytes are a Uint8Array");
    assert(result.milliseconds >= 0 && result.milliseconds < 1e6, `${result.milliseconds} ms`);
  }
  const [slow] = await get([site.at("/slow")]);
  assert(
    "bytes" in slow && slow.milliseconds >= 29,
    `The last bytes come 30 ms after the head: the time ends with the last byte`,
  );
});

siteTest("[1] a page that has moved is followed", {
  "/old": moved("/older", 301),
  "/older": moved("/new"),
  "/new": whole("here"),
}, async (site) => {
  const [result] = await get([site.at("/old")]);
  assertEquals(text(result), "here");
  assertEquals(result.url, site.at("/old"), "The url is the one that was asked for");
});

siteTest("[1] what the server refuses is no page", {
  "/gone": (visit) => visit.send(head(410, { "content-length": 3 }) + "sad"),
  "/broken": async (visit) => {
    await visit.send(head(500, { "content-length": 1e9 }) + "a long story");
    await visit.gone;
  },
}, async (site) => {
  for (const [path, status] of [["/nothing", 404], ["/gone", 410], ["/broken", 500]] as const) {
    const [result] = await get([site.at(path)]);
    assert("error" in result, `${path}: the server says ${status}, and that is no page`);
    assertEquals(result.error.reason, "status");
    assert(
      result.error.message.includes(`${status}`),
      `It names the status: ${result.error.message}`,
    );
  }
});

siteTest("[1] each failure is a sentence of its own", {
  "/loop": moved("/loop"),
  "/garbage": (visit) => visit.send("good morning\r\n\r\n"),
  "/hangs-up": () => {},
  "/short": (visit) => visit.send(head(200, { "content-length": 100 }) + "only this"),
}, async (site) => {
  const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = nobody.addr;
  nobody.close();
  const urls = {
    [site.at("/nothing")]: "status",
    [site.at("/loop")]: "redirects",
    [site.at("/short")]: "body",
    // A part of a name has 63 letters at most: the system knows without asking anybody.
    [`http://${"a".repeat(64)}.invalid/`]: "name",
    [`http://127.0.0.1:${port}/`]: "connection",
    "this is no address": "address",
  };
  const results = await get(Object.keys(urls));
  assertEquals(results.map(reason), Object.values(urls), "The reasons, for programs");
  const sentences = results.map((result) => {
    assert("error" in result && result.error instanceof DownloadError);
    assertEquals(result.error.name, "DownloadError");
    const { message } = result.error;
    assert(message.includes(result.url), `It names the url: ${message}`);
    return message.replace(result.url, "");
  });
  assertEquals(
    new Set(sentences).size,
    sentences.length,
    `Each its own: ${Deno.inspect(sentences)}`,
  );
  const more = {
    [site.at("/garbage")]: "connection",
    [site.at("/hangs-up")]: "connection",
    [`http://localhost:${port}/`]: "connection",
    "ftp://127.0.0.1/": "address",
  };
  assertEquals((await get(Object.keys(more))).map(reason), Object.values(more));
});

siteTest("[1] a body that breaks off is no page, however it is read", {
  "/short": (visit) => visit.send(head(200, { "content-length": 100 }) + "only this"),
  "/chunks": (visit) => visit.send(head(200, { "transfer-encoding": "chunked" }) + chunk("part")),
  "/zip": (visit) =>
    visit.send(head(200, { "content-encoding": "gzip", "content-length": 3 }) + "zip"),
}, async (site) => {
  const urls = ["/short", "/chunks", "/zip"].map((path) => site.at(path));
  for (const options of [{}, { maxBytes: 1_000 }, { onProgress() {} }]) {
    const results = await get(urls, options);
    assertEquals(
      results.map(reason),
      ["body", "body", "body"],
      `What has come of it is not to be taken for the whole: ${Deno.inspect(options)}`,
    );
  }
});

// -- [2] many at once --

siteTest("[2] results stand in the order of the urls", {
  "/slow": async (visit) => {
    await new Promise((go) => setTimeout(go, 30));
    await whole("slow")(visit);
  },
  "/quick": whole("quick"),
}, async (site) => {
  const urls = ["/slow", "/quick", "/nothing", "/slow", "/quick"].map((path) => site.at(path));
  const results = await get([...urls, new URL(site.at("/quick"))]);
  assertEquals(
    results.map((result) => result.url),
    [...urls, site.at("/quick")],
    "Results stand in the order of the urls, whoever was done first",
  );
  assertEquals(results.map((result) => "error" in result ? reason(result) : text(result)), [
    ...["slow", "quick", "status", "slow", "quick", "quick"],
  ], "Results stand in the order of the urls, whoever was done first");
  assertEquals(await get([]), []);
});

siteTest("[2] each tells its own time, from its request on", {
  "/slow": async (visit) => {
    await new Promise((go) => setTimeout(go, 20));
    await whole("slow")(visit);
  },
}, async (site) => {
  const before = performance.now();
  const results = await get(Array(4).fill(site.at("/slow")), { limit: 1 });
  const took = performance.now() - before;
  const each = results.map((one) => "bytes" in one ? Math.floor(one.milliseconds) : NaN);
  assert(
    each.reduce((sum, ms) => sum + ms) <= took + each.length,
    `One after the other they took ${took} ms, and say ${each}: each begins with its own request`,
  );
});

for (const limit of [undefined, 1, 3, Infinity]) {
  const count = limit ?? 6;
  const allowed = Math.min(count, 9);
  siteTest(`[2] a limit of ${limit ?? "its own"} lets ${allowed} of 9 in, and really so many`, {
    "/ping": whole(""),
  }, async (site) => {
    const gates = Array.from({ length: 9 }, (_, n) => hold(site, `/${n}`));
    const end = begin(gates.map((_, n) => site.at(`/${n}`)), { limit });
    for (let done = 0; done < 9; done++) {
      const expected = Math.min(9, done + allowed);
      const sentence = `${expected} must have been asked for when ${done} are done`;
      await comes(() => site.asked.length >= expected, sentence);
      if (done < 2) await aWhile(site);
      assertEquals(site.asked.length, expected, `No more than ${allowed} at once`);
      gates[done].release();
    }
    assertEquals((await end).map(text), Array(9).fill("held"));
  });
}

siteTest("[2] one slow site delays nobody", {
  "/quick": whole("quick"),
  "/last": whole("last"),
}, async (site) => {
  const slow = hold(site, "/slow", "slow");
  const paths = ["/slow", "/quick", "/nothing", "/quick", "/last"];
  const end = begin(paths.map((path) => site.at(path)), { limit: 2 });
  await comes(
    () => site.asked.includes("/last"),
    "One site does not answer, and the last url waits for it: the other place is free",
  );
  slow.release();
  assertEquals((await end).map((one) => "error" in one ? "" : text(one)), [
    ...["slow", "quick", "", "quick", "last"],
  ]);
});

siteTest("[2] no url is asked for before there is a place for it", {
  "/quick": whole("quick"),
  "/ping": whole(""),
}, async (site) => {
  const gates = ["/0", "/1"].map((path) => hold(site, path));
  using time = new FakeTime(0);
  let given = 0;
  function* urls() {
    for (; given < 30; given++) yield site.at(given < 2 ? `/${given}` : "/quick");
  }
  const end = begin(urls(), { limit: 2 });
  await comes(() => site.asked.length === 2, "Two have a place");
  await aWhile(site);
  assert(given <= 2, `${given + 1} urls were asked for: a list without an end would never end`);
  for (let n = 0; n < 20; n++) {
    time.next();
    await turns(5);
  }
  assert(
    Date.now() === 0 || Date.now() > 60_000,
    "It looks again and again whether a place is free, and burns a core: wait until one is",
  );
  for (const { release } of gates) release();
  assertEquals((await end).map(text), ["held", "held", ...Array(28).fill("quick")]);
});

siteTest("[2] urls that fail end all, also on the wire", { "/silent": silent }, async (site) => {
  const failure = new RangeError("no more urls");
  function* urls() {
    yield site.at("/silent");
    yield site.at("/silent");
    throw failure;
  }
  const end = run(() => download(urls(), { limit: 3 })).catch((error) => error);
  assertStrictEquals(await soon(end, late), failure);
});

test("[2] a download refuses what makes no sense", async () => {
  const bad: DownloadOptions[] = [
    ...[0, -1, NaN, 1.5].map((limit) => ({ limit })),
    ...[-1, NaN].map((timeout) => ({ timeout })),
    ...[-1, NaN].map((maxBytes) => ({ maxBytes })),
  ];
  for (const options of bad) {
    const error = await run(() => download([], options)).then(() => undefined, (error) => error);
    const sentence = `${Deno.inspect(options)}: expected RangeError, got ${error}`;
    assert(error instanceof RangeError, sentence);
  }
});

// -- [3] no longer, and no more --

siteTest("[3] each has its time, and no more", {
  "/silent": silent,
  "/stalled": stalled,
  "/quick": whole("quick"),
}, async (site) => {
  using time = new FakeTime();
  for (const options of [{}, { maxBytes: 10_000 }]) {
    const before = site.asked.length;
    let results: Result[] | undefined;
    const urls = ["/silent", "/quick", "/stalled", "/silent"].map((path) => site.at(path));
    const end = begin(urls, { timeout: 500, limit: 3, ...options });
    end.then((value) => results = value, () => {});
    await comes(() => site.asked.length === before + 4, "The last is asked for when one is done");
    time.tick(499);
    await turns(50);
    assertEquals([results, site.open], [undefined, 3], "499 of 500 ms: nobody's time is over");
    time.tick(1);
    await comes(
      () => results !== undefined,
      "500 ms are over, and a download still waits, for its head or in the middle of its body",
    );
    assertEquals(results!.map((one) => "error" in one ? reason(one) : text(one)), [
      ...["timeout", "quick", "timeout", "timeout"],
    ]);
    const [first] = results!;
    assert("error" in first && first.error.message.includes("500 ms"), text(first));
    assert(first.error.message.includes(first.url), `It names the url: ${first.error.message}`);
    await comes(
      () => site.open === 0,
      "Its time is over, and the request is still open on the wire",
    );
  }
});

siteTest("[3] the time in which it waits for a place does not count", {}, async (site) => {
  const gates = [hold(site, "/0", "first"), hold(site, "/1", "second")];
  using time = new FakeTime();
  const urls = ["/0", "/1"].map((path) => site.at(path));
  const end = begin(urls, { timeout: 100, limit: 1 });
  for (const [n, gate] of gates.entries()) {
    await comes(() => site.asked.length === n + 1, "It is asked for when the one before is done");
    time.tick(80);
    await turns(20);
    gate.release();
  }
  assertEquals((await end).map(text), ["first", "second"], "Each took 80 of 100 ms");
});

siteTest("[3] a time of many days is not over at once", {}, async (site) => {
  const slow = hold(site, "/slow", "slow");
  using time = new FakeTime();
  const end = begin([site.at("/slow")], { timeout: 2 ** 32 });
  await comes(() => site.asked.length === 1, "It is asked for");
  time.tick(60_000);
  await turns(20);
  slow.release();
  assertEquals((await end).map(text), ["slow"], "A minute of 49 days has gone");
});

siteTest("[3] no time at all is a time as well", { "/silent": silent }, async (site) => {
  const [result] = await get([site.at("/silent")], { timeout: 0 });
  assertEquals(reason(result), "timeout");
});

siteTest("[3] a body may have so many bytes, and no more", {
  "/ten": whole("0123456789"),
  "/chunks": async (visit) => {
    await visit.send(head(200, { "transfer-encoding": "chunked" }));
    for (const digit of "0123456789") await visit.send(chunk(digit));
    await visit.send(lastChunk);
  },
  "/empty": whole(""),
}, async (site) => {
  const urls = ["/ten", "/chunks", "/empty"].map((path) => site.at(path));
  const ten = await get(urls, { maxBytes: 10 });
  assertEquals(ten.map(text), ["0123456789", "0123456789", ""], "10 of 10 bytes");
  const nine = await get(urls, { maxBytes: 9 });
  assertEquals(nine.map(reason).slice(0, 2), ["size", "size"], "10 bytes, and 9 are allowed");
  assertEquals(text(nine[2]), "");
  assert("error" in nine[0] && nine[0].error.message.includes("9 bytes"), text(nine[0]));
  assert(nine[0].error.message.includes(urls[0]), `It names the url: ${nine[0].error.message}`);
  const nothing = await get(urls.slice(1), { maxBytes: 0 });
  assertEquals(reason(nothing[0]), "size", "0 is a bound, too");
  assertEquals(text(nothing[1]), "", "Nothing is 0 bytes");
});

siteTest("[3] a body without an end is cut off", { "/endless": endless }, async (site) => {
  const sentence = `${late}: count while it comes, for the end of this body never comes`;
  const [result] = await soon(begin([site.at("/endless")], { maxBytes: 100_000 }), sentence);
  assertEquals(reason(result), "size", "Count while it comes: the end never comes");
});

{
  const bomb = gzipped(new Uint8Array(20_000_000));
  const page: Page = async (visit) => {
    const bytes = await bomb;
    await visit.send(head(200, { "content-encoding": "gzip", "content-length": bytes.length }));
    await visit.send(bytes);
  };
  siteTest("[3] what counts is what comes out", { "/bomb": page }, async (site) => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => seen.push(progress);
    const [result] = await get([site.at("/bomb")], { maxBytes: 1_000_000, onProgress });
    assertEquals(reason(result), "size", "20 kB over the wire, and 20 MB in the memory");
    assert(
      seen.every(({ received }) => received <= 1_000_000),
      "It is cut off when it is too much",
    );
    assertEquals(
      new Set(seen.map(({ total }) => total)),
      new Set([undefined]),
      "The head tells the length of the compressed bytes: of those that come out nobody knows a total",
    );
  });
}

// -- [4] stopped from outside --

/** Starts downloads in a task that the test stops. */
function startedOf(site: Site, paths: string[], options: DownloadOptions): Task<Result[]> {
  const task = spawn(() => download(paths.map((path) => site.at(path)), options));
  task.link(({ successful, error }) => {
    if (!successful) failure = { error };
  });
  return task;
}

siteTest("[4] a kill ends all requests on the wire, and begins no more", {
  "/silent": silent,
  "/stalled": stalled,
  "/ping": whole(""),
}, async (site) => {
  for (const options of [{}, { maxBytes: 10_000 }]) {
    site.asked.length = 0;
    const task = startedOf(site, ["/silent", "/stalled", "/never"], { limit: 2, ...options });
    await comes(() => site.asked.length === 2, "Two are asked for");
    await aWhile(site);
    await soon(
      run(() => task.kill() as Generator<unknown, boolean>),
      "The killed task does not end",
    );
    assert(task.value instanceof GreenletExit, "A kill is no result of a download");
    await comes(() => site.open === 0, "The task was killed, and its request is open on the wire");
    await aWhile(site);
    assertEquals(site.asked.length, 2, "The third one must not be asked for any more");
  }
});

siteTest("[4] an outer timeout passes as it is", { "/silent": silent }, async (site) => {
  const failure = new Timeout();
  const end = run(function* () {
    const outer = new Timeout(30, { error: failure });
    using _running = outer.start();
    return yield* download([site.at("/silent")], { timeout: 3_600_000 });
  });
  const error = await soon(end.then(() => undefined, (error) => error), late);
  assertStrictEquals(error, failure, "It is not the download's own time that is over");
  const instead = run(() =>
    withTimeout<unknown>(30, () => download([site.at("/silent")]), { instead: 7 })
  );
  assertEquals(await soon(instead, late), 7);
});

siteTest("[4] who was done before the kill stays done", {
  "/quick": whole("quick"),
}, async (site) => {
  const done = hold(site, "/done", "done");
  const task = startedOf(site, ["/quick", "/done"], {});
  await comes(() => site.asked.length === 2, "Two are asked for");
  done.release();
  await comes(() => task.ready, late);
  task.kill();
  assertEquals((task.value as Result[]).map(text), ["quick", "done"]);
  assertEquals(printed, []);
});

// -- [5] plain code, and how far it is --

siteTest("[5] downloadAll is the door for plain code", { "/bun": whole("bun") }, async (site) => {
  const end = downloadAll([site.at("/bun"), site.at("/nothing")], { limit: 1 });
  assert(end instanceof Promise);
  assertEquals((await soon(end, late)).map((one) => "error" in one ? reason(one) : text(one)), [
    ...["bun", "status"],
  ]);
  const error = await downloadAll([], { limit: 0 }).then(() => undefined, (error) => error);
  assert(error instanceof RangeError, `limit: 0: expected RangeError, got ${error}`);
  assertEquals(printed, [], "Whoever awaits it has the error: it is not printed");
});

siteTest("[5] a signal stops all, and its reason is the error", {
  "/silent": silent,
  "/bun": whole("bun"),
}, async (site) => {
  const urls = ["/silent", "/silent"].map((path) => site.at(path));
  for (const why of [new RangeError("the user has left"), "a text", undefined]) {
    const before = site.asked.length;
    const controller = new AbortController();
    const end = downloadAll(urls, { signal: controller.signal });
    end.catch((error) => failure = { error });
    await comes(() => site.asked.length === before + 2, "Two are asked for");
    controller.abort(why);
    const error = await soon(end.then(() => "nothing", (error) => error), late);
    assertStrictEquals(error, controller.signal.reason, "The reason of the signal is the error");
    failure = undefined;
    await comes(() => site.open === 0, "It was stopped, and a request is open on the wire");
  }
  const before = site.asked.length;
  const early = downloadAll(urls, { signal: AbortSignal.abort("too late") });
  const error = await soon(early.then(() => "nothing", (error) => error), late);
  assertEquals(error, "too late", "The reason of the signal");
  assertEquals(site.asked.length, before, "It was aborted before: nothing must be asked for");
});

siteTest(
  "[5] a signal that lives on keeps nothing of it",
  { "/bun": whole("bun") },
  async (site) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    Object.assign(signal, {
      addEventListener(...args: unknown[]) {
        listeners++;
        addEventListener.apply(signal, args as Parameters<typeof addEventListener>);
      },
      removeEventListener(...args: unknown[]) {
        listeners--;
        removeEventListener.apply(signal, args as Parameters<typeof removeEventListener>);
      },
    });
    for (let n = 0; n < 3; n++) await soon(downloadAll([site.at("/bun")], { signal }), late);
    assert(
      listeners <= 0,
      `After 3 downloads the signal has ${listeners} listeners that nobody takes away`,
    );
  },
);

siteTest("[5] onProgress tells how far it is", {
  "/chunks": async (visit) => {
    await visit.send(head(200, { "transfer-encoding": "chunked" }) + chunk("0123"));
    await visit.send(lastChunk);
  },
}, async (site) => {
  const half = Promise.withResolvers<void>();
  site.put("/ten", async (visit) => {
    await visit.send(head(200, { "content-length": 10 }) + "01234");
    await Promise.race([half.promise, visit.gone]);
    await visit.send("56789");
  });
  const seen: Progress[] = [];
  const urls = ["/ten", "/chunks"].map((path) => site.at(path));
  const end = begin(urls, { onProgress: (one) => seen.push(one) });
  await comes(
    () => seen.some(({ received }) => received === 5),
    "Five of ten bytes have come: tell so, and not only at the end",
  );
  half.resolve();
  assertEquals((await soon(end, late)).map(text), ["0123456789", "0123"]);
  const [ten, chunks] = urls.map((url) => seen.filter((one) => one.url === url));
  for (const [list, length, total] of [[ten, 10, 10], [chunks, 4, undefined]] as const) {
    const received = list.map((one) => one.received);
    assertEquals(received.at(-1), length, "At the end all bytes have been told");
    assertEquals(received, received.toSorted((a, b) => a - b), "It grows");
    assert(
      list.every((one) => one.total === total),
      `The total is ${total}: ${Deno.inspect(list)}`,
    );
  }
});

siteTest("[5] an onProgress that throws is printed, and stops nothing", {
  "/bun": whole("bun"),
}, async (site) => {
  const onProgress = () => {
    throw new RangeError("no display");
  };
  assertEquals((await get([site.at("/bun")], { onProgress })).map(text), ["bun"]);
  assert(
    printed.length > 0 && printed.every((line) => line.includes("no display")),
    `onProgress has thrown, and that must be printed by console.error: ${Deno.inspect(printed)}`,
  );
  assertFalse(printed.some((line) => line.includes("Task(")), "The task does not fail by it");
});

testWhatToFixFirst();
