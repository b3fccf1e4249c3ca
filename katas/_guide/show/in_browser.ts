/**
 * The page in a real browser: `deno task browser`. It needs Chromium, which not every machine has, so it is no
 * part of all tests.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { curriculum } from "../../curriculum.ts";
import { judge, repository as root } from "../../_kit/judging/judge.ts";
import { wrongFile } from "../../_kit/wrong/wrong_file.ts";
import { showOnPage } from "../commands/show.ts";
import type { Guide } from "../guide.ts";
import { fakeScreen, whenWritten } from "../testing.ts";
import { chromiumPath } from "./chromium.ts";
import { documentOf } from "./document.ts";
import type { Scene } from "./scene.ts";
import { Theatre } from "./theatre.ts";

const neverInside = "[2] two threads are never inside the lock at once";

/** A page that `show` has opened. */
interface Opened extends AsyncDisposable {
  page: Page;
  errors: string[];
}

async function launch(): Promise<Browser> {
  return await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
}

async function opened(file: URL, hash = ""): Promise<Opened> {
  const stop = new AbortController();
  const screen = fakeScreen();
  const guide: Guide = { root, katas: curriculum, screen, signal: stop.signal, limit: 300_000 };
  const theatre = new Theatre(guide, "locks", { test: neverInside }, file);
  const ended = showOnPage(guide, theatre, await theatre.perform(), hash).catch(() => {});
  await whenWritten(screen, "Look at ");
  const [url] = screen.written.match(/http:\S+/)!;
  const browser = await launch();
  const page = await browser.newPage();
  const errors = errorsOf(page);
  await page.goto(url);
  return {
    page,
    errors,
    async [Symbol.asyncDispose]() {
      await browser.close();
      stop.abort();
      await ended;
      await theatre[Symbol.asyncDispose]();
    },
  };
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}

function browserTest(name: string, fn: () => Promise<void>): void {
  // The driver keeps connections for later: what it holds is none of our tests' business.
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();

async function until(page: Page, id: string, wanted: string): Promise<void> {
  await page.locator(`#${id}`).filter({ hasText: wanted }).waitFor();
}

browserTest("the page shows the rows of the terminal, and walks them by key", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  const { tests } = await judge("locks", file.url, { only: [neverInside] });
  await using show = await opened(file.url);
  const { page } = show;
  const rows = await page.locator("#rows tr").all();
  assertEquals(rows.length, 6);
  for (const row of rows) {
    const cells = await row.locator(".does, .memory").allInnerTexts();
    for (const cell of cells) assertStringIncludes(tests[0].message, cell);
  }
  for (let at = 1; at <= 6; at++) {
    await page.keyboard.press("ArrowRight");
    assertMatch(await text(page, "step"), new RegExp(`^Step ${at} of 6: `));
    assertEquals(await page.locator("#rows tr[aria-current] th").innerText(), `${at}`);
  }
  assertEquals(await text(page, "outcome"), "Broken: Two threads were inside the lock at once.");
  assertMatch(await text(page, "diagnosis"), /read lock at step 1 and acted on it at step 5/);
  for (let at = 5; at >= 0; at--) await page.keyboard.press("ArrowLeft");
  assertMatch(await text(page, "step"), /^Before the first of 6 steps/);
  assertEquals(show.errors, []);
});

browserTest("the page marks the line of each thread in the learner's file", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using show = await opened(file.url);
  const { page } = show;
  const here = () => page.locator("#source .here").allInnerTexts();
  const before = await here();
  assertEquals(before.length, 1, "Both are at the same line");
  assertMatch(before[0], /A\s*B[^]*Atomics\.load/);
  await page.keyboard.press("a");
  assertMatch((await here()).join("\n"), /B[^]*Atomics\.load[^]*A[^]*Atomics\.store/);
});

browserTest("who chooses the right threads breaks the lock", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using show = await opened(file.url, "#play");
  const { page } = show;
  await until(page, "step", "No step is taken yet");
  const keys = ["b", "a", "a", "a", "b", "b"];
  for (const [i, key] of keys.entries()) {
    await page.keyboard.press(key);
    await until(page, "step", `Step ${i + 1} of ${i + 1}`);
  }
  assertEquals(await text(page, "outcome"), "Broken: Two threads were inside the lock at once.");
  await page.keyboard.press("a");
  assertEquals(await text(page, "notice"), "It is broken: nobody goes on from here.");
  await page.keyboard.press("u");
  assertEquals(await text(page, "outcome"), "");
  // By the buttons as well, without a mouse.
  await page.locator("#step-B").focus();
  await page.keyboard.press("Enter");
  await until(page, "outcome", "Broken");
  assertEquals(show.errors, []);
});

browserTest("on the reference nobody can win, and the page says why it knows", async () => {
  await using show = await opened(new URL("solutions/locks/locks.ts", root), "");
  const { page } = show;
  assertEquals(await text(page, "verdict"), "green");
  assertMatch(await text(page, "says"), /^proved: all/);
  await page.keyboard.press("s");
  await until(page, "notice", "Nobody can win. Proved: all");
});

browserTest("the page follows the file", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using show = await opened(file.url);
  const { page } = show;
  assertEquals(await text(page, "verdict"), "red");
  await Deno.copyFile(new URL("solutions/locks/locks.ts", root), file.url);
  await until(page, "verdict", "green");
  assertEquals(show.errors, []);
});

browserTest("what stands in the learner's file is text, and runs nowhere", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  const evil = '</script><img src=x onerror="document.title=1"><!-- <script>alert(1)</script>';
  await Deno.writeTextFile(file.url, `// ${evil}\n${await Deno.readTextFile(file.url)}`);
  await using show = await opened(file.url);
  assertStringIncludes(await text(show.page, "source"), evil);
  assertEquals(await show.page.locator("img").count(), 0);
  assertEquals(show.errors, []);
});

/** The page with a schedule of so many steps, threads and cells. */
function large(): Scene {
  const names = Array.from({ length: 8 }, (_, i) => `thread ${i + 1}`);
  const cells = Array.from({ length: 40 }, (_, i) => `slots[${i}]`);
  const calls = [{ file: "katas/locks/locks.ts", line: 2 }];
  const standing = (i: number, thread: number) => ({
    is: (["ready", "asleep", "spinning"] as const)[(i + thread) % 3],
    next: `CAS(slots[${i % 40}], 0, 1)`,
    inside: [],
    place: "locks.ts:2",
    calls,
  });
  const moments = Array.from({ length: 101 }, (_, i) => ({
    threads: names.map((_, thread) => standing(i, thread)),
    memory: cells.map((_, cell) => String(i > cell ? i : 0)),
    moves: [],
  }));
  const rows = Array.from({ length: 100 }, (_, i) => ({
    thread: i % 8,
    turn: "x:c",
    does: `CAS(slots[${i % 40}], 0, ${i}) → 0`,
    change: `slots[${i % 40}] = ${i}`,
    fellAsleep: false,
    wakes: i % 5 === 0 ? [(i + 3) % 8] : [],
    isEvent: false,
    place: "locks.ts:2",
    calls,
  }));
  return {
    kata: "locks",
    file: "katas/locks/locks.ts",
    test: "[2] a large one",
    passed: false,
    says: ["All is lost."],
    goal: "",
    command: "deno test",
    drawing: {
      names,
      cells,
      rows,
      moments,
      fault: ["All is lost."],
      diagnosis: "",
      preemptions: 1,
    },
    sources: [{ path: "katas/locks/locks.ts", lines: [[["", "a"]], [["keyword", "const"]]] }],
    canPlay: false,
    edition: 0,
  };
}

browserTest("a schedule of 100 steps, 8 threads and 40 cells stays usable", async () => {
  const browser = await launch();
  const page = await browser.newPage();
  const errors = errorsOf(page);
  await page.setContent(await documentOf(large(), false));
  for (let i = 0; i < 100; i++) await page.keyboard.press("ArrowRight");
  assertMatch(await text(page, "step"), /^Step 100 of 100/);
  const isSeen = await page.locator("#rows tr[aria-current]").evaluate((row) => {
    const [a, b] = [row, row.closest("#schedule")!].map((it) => it.getBoundingClientRect());
    return a.top >= b.top && a.bottom <= b.bottom;
  });
  assert(isSeen, "The row of the step is in sight");
  assertEquals(errors, []);
  await browser.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [400, 1280]) {
    browserTest(`the page is readable: ${colorScheme}, ${width} pixels wide`, async () => {
      await using file = await wrongFile("locks", "check_then_set");
      await using show = await opened(file.url);
      const { page } = show;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      assert(Number(wide) <= width, `The page is ${wide} pixels wide`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate("axe.run()") as { violations: Violation[] };
      const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
      assertEquals(said, []);
    });
  }
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}
