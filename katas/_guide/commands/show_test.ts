import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { curriculum } from "../../curriculum.ts";
import { repository as root } from "../../_kit/judging/judge.ts";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { type WrongFile, wrongFile } from "../../_kit/wrong/wrong_file.ts";
import type { Guide } from "../guide.ts";
import { documentOf } from "../show/document.ts";
import type { Scene } from "../show/scene.ts";
import { Theatre } from "../show/theatre.ts";
import { type FakeScreen, fakeScreen, whenWritten } from "../testing.ts";
import { show, showOnPage } from "./show.ts";

const neverInside = "[2] two threads are never inside the lock at once";

function realGuide(): Guide & { screen: FakeScreen; stop: AbortController } {
  const stop = new AbortController();
  const { signal } = stop;
  return { root, katas: curriculum, screen: fakeScreen(), signal, limit: 300_000, stop };
}

/** What stands in a page. */
function dataIn(page: string): { scene: Scene; isServed: boolean } {
  return JSON.parse(page.match(/<script type="application\/json" id="data">(.*?)<\/script>/s)![1]);
}

permittedTest("show() writes one file that needs nothing else", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show_" });
  try {
    const guide = realGuide();
    const html = join(folder, "page.html");
    assertEquals(await show(guide, "locks", { test: neverInside, reference: true, html }), 0);
    assertStringIncludes(guide.screen.written, `green  ${neverInside}: proved: all`);
    const page = await Deno.readTextFile(html);
    const { scene, isServed } = dataIn(page);
    assertEquals([scene.canPlay, isServed], [false, false]);
    assertEquals(scene.file, "solutions/locks/locks.ts");
    assertEquals(scene.sources[0].path, "solutions/locks/locks.ts");
    assertEquals(scene.drawing!.fault, null);
    assertFalse(/(src|href)="(?!data:,")/.test(page), "Nothing is loaded");
    assertStringIncludes(page, "connect-src 'none'");
    assertFalse(page.includes(root.pathname), "Nobody else has to know where the files lie");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

permittedTest("a page holds the learner's text as data, whatever is in it", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  const evil = "</script><script>alert(1)</script><!--$&";
  await Deno.writeTextFile(file.url, `// ${evil}\n${await Deno.readTextFile(file.url)}`);
  await using theatre = new Theatre(realGuide(), "locks", { test: neverInside }, file.url);
  const page = await documentOf(await theatre.perform(), true);
  assertFalse(page.includes("<script>alert"));
  const { sources } = dataIn(page).scene;
  assertEquals(sources[0].lines[0].map(([, text]) => text).join(""), `// ${evil}`);
});

permittedTest("show() picks the first failing test, and its shortest schedule", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using theatre = new Theatre(realGuide(), "locks", {}, file.url);
  const { test, passed, says, drawing, sources, canPlay } = await theatre.perform();
  assertEquals([test, passed, canPlay], [neverInside, false, true]);
  assertMatch(says.join("\n"), /^Two threads were .*\nShortest schedule: 6 steps/);
  assertEquals(drawing!.rows.length, 6);
  assertEquals(sources.map(({ path }) => path), ["locks.ts", "katas/locks/locks_test.ts"]);
});

permittedTest("a page does not tell where the files lie", async () => {
  await using file = await wrongFile("locks", "leaks_waiter_count");
  const test = "[3] a lock prints whether it is locked";
  await using theatre = new Theatre(realGuide(), "locks", { test }, file.url);
  const scene = await theatre.perform();
  assertMatch(scene.says.join("\n"), /^ {4}at katas\/locks\/locks_test\.ts:\d+:\d+$/m);
  assertFalse(JSON.stringify(scene).includes("file:"));
});

permittedTest("show() has a sentence where there is no schedule", async () => {
  const stub = new URL("katas/_guide/pristine/locks.ts", root);
  await using theatre = new Theatre(realGuide(), "locks", {}, stub);
  const { test, says, drawing, canPlay } = await theatre.perform();
  assertEquals([drawing, canPlay], [null, false]);
  assertMatch(test, /^\[1\] /);
  assertMatch(says.join("\n"), /^new Lock is not implemented yet: katas\/locks\/README\.md$/);
});

/** What `show` serves of a file. */
async function served(
  file: WrongFile,
  look: (url: string, guide: ReturnType<typeof realGuide>) => Promise<void>,
) {
  const guide = realGuide();
  await using theatre = new Theatre(guide, "locks", { test: neverInside }, file.url);
  const ended = showOnPage(guide, theatre, await theatre.perform()).then(() => "", String);
  await whenWritten(guide.screen, "Look at ");
  const [url] = guide.screen.written.match(/http:\S+/)!;
  try {
    await look(url, guide);
  } finally {
    guide.stop.abort();
    assertMatch(await ended, /abort/i);
  }
  const gone = await fetch(url).then((response) => response.text(), () => "gone");
  assertEquals(gone, "gone", "The server ends with the command");
}

permittedTest("show() serves the page, and answers where a choice leads", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await served(file, async (url) => {
    const { scene, isServed } = dataIn(await (await fetch(url)).text());
    assertEquals([scene.canPlay, isServed], [true, true]);
    const ask = async (question: object) => {
      const body = JSON.stringify(question);
      return await (await fetch(`${url}ask`, { method: "POST", body })).json();
    };
    const { drawing, sources } = await ask({ draw: "B:l A:l" });
    assertEquals(drawing.rows.length, 2);
    assertEquals(drawing.rows[0].calls[0].file, "locks.ts");
    assertEquals(sources[0].path, "locks.ts");
    assertMatch((await ask({ draw: "B:x" })).refused, /does not fit at step 1/);
    assertMatch((await ask({ fail: "A:l A:s B:l" })).refused, /^From here nothing goes wrong\./);
    assertEquals((await ask({ fail: "" })).drawing.rows.length, 6);
  });
});

permittedTest("show() judges the file again at each save", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await served(file, async (url, { screen }) => {
    const { body } = await fetch(`${url}news?edition=0`);
    await Deno.copyFile(new URL("solutions/locks/locks.ts", root), file.url);
    let heard = "";
    for await (const text of body!.pipeThrough(new TextDecoderStream())) {
      heard += text;
      if (/"scene"[^]*\n\n$/.test(heard)) break;
    }
    assertMatch(heard, /"judging":true[^]*"passed":true/);
    await whenWritten(screen, `green  ${neverInside}: proved: all`);
    assertEquals(dataIn(await (await fetch(url)).text()).scene.passed, true);
  });
});
