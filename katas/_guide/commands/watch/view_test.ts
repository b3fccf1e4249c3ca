import { assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { fakeScreen, kata, runOf } from "../../testing.ts";
import { rowsOf } from "../../text/text.ts";
import { pagesOf, type Place, statusText, watchText } from "./view.ts";
import { watchStart } from "./state.ts";

const place: Place = {
  kata: kata("locks"),
  root: new URL("file:///katas/"),
  screen: fakeScreen(),
};
const head = `locks, medium: the story of locks
  lesson  katas/locks/README.md
  yours   katas/locks/locks.ts
`;
const failed = { name: "a new lock is free", outcome: "failed", message: "Error: No" } as const;
const red = { ...watchStart("locks", true), run: runOf({ tests: [failed] }) };
const green = { ...red, run: runOf({ verdict: "passed", tests: [] }) };

Deno.test("watchText() shows the first failure and what the keys do", () => {
  assertEquals(
    watchText(red, place),
    `${head}
red  a new lock is free

No

h hint   a all failures   l board   e edit   r reset   q quit`,
  );
});

Deno.test("watchText() keeps the last report while the next is made", () => {
  assertEquals(
    watchText({ ...red, isJudging: true, hasKeys: false }, place),
    `${head}
Before this save:
red  a new lock is free

No`,
  );
});

Deno.test("watchText() says at green what to do", () => {
  assertEquals(
    watchText({ ...green, notice: "A sentence." }, place),
    `${head}
green  All 0 tests of locks pass.

A sentence.

n next   c compare   l board   e edit   r reset   q quit`,
  );
});

Deno.test("watchText() shows a text, and how to get back", () => {
  assertEquals(
    watchText({ ...red, panel: "text", text: "Hint 1 of 3" }, place),
    `${head}
Hint 1 of 3

h hint   a all failures   l board   e edit   r reset   q quit   space back`,
  );
});

Deno.test("watchText() shows why nothing can be judged", () => {
  const text = watchText({ ...red, problem: "The file is missing", hasKeys: false }, place);
  assertEquals(text, `${head}\nThe file is missing`);
});

Deno.test("statusText() has a clock, and says what it waits for", () => {
  assertEquals(
    statusText({ ...red, isJudging: true }, 3_456, 30_000),
    "Judging: 3 s of at most 30 s",
  );
  assertEquals(statusText(red, 0, 30_000), "Waiting for the next save of katas/locks/locks.ts");
  assertEquals(
    statusText(green, 0, 30_000),
    "Green: n goes on to the next kata, c compares with the reference.",
  );
  assertEquals(
    statusText({ ...red, isAsking: true }, 0, 30_000),
    "y puts it back, any other key does not: ",
  );
});

Deno.test("watchText() shows a long text in pages that have room", () => {
  for (const [width, height] of [[80, 24], [100, 40], [50, 24]]) {
    const screen = { ...fakeScreen({ width }), height };
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
    const state = { ...red, panel: "text", text } as const;
    const pages = pagesOf(state, { ...place, screen });
    assertEquals(pages.join("\n"), text);
    const shown = pages.map((_, page) => watchText({ ...state, page }, { ...place, screen }));
    // Below it are an empty line and the status.
    for (const one of shown) assertLessOrEqual(rowsOf(one, width) + 2, height);
    assertStringIncludes(shown[0].replace(/\s+/g, " "), `space more (1 of ${pages.length})`);
    assertStringIncludes(shown.at(-1)!, "line 99\n\n");
    assertMatch(shown.at(-1)!, /space\s+back$/);
  }
});

Deno.test("watchText() shows all failures in pages", () => {
  const tests = Array.from({ length: 60 }, (_, i) => ({ ...failed, name: `test ${i}` }));
  const state = { ...red, panel: "all", run: runOf({ tests }) } as const;
  const pages = pagesOf(state, place);
  assertStringIncludes(pages[0], "red  test 0\n");
  assertStringIncludes(pages.at(-1)!, "0 of 60 tests pass.");
});

Deno.test("watchText() asks before a reset in a place where nothing is cut off", () => {
  const slug = "process_pools";
  const question = `Put the empty stub in the place of katas/${slug}/${slug}.ts? A backup is kept.`;
  for (const width of [80, 50]) {
    const asking = { ...watchStart(slug, true), isAsking: true };
    const screen = fakeScreen({ width });
    const text = watchText(asking, { ...place, kata: kata(slug), screen });
    assertStringIncludes(text.replace(/\s+/g, " "), question);
    assertLessOrEqual(statusText(asking, 0, 30_000).length, width - 1);
  }
});
