import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { curriculum } from "../../curriculum.ts";
import { repository as root } from "../../_kit/judging/judge.ts";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { wrongFile } from "../../_kit/wrong/wrong_file.ts";
import { type Guide, Misuse } from "../guide.ts";
import { Theatre, type Wish } from "../show/theatre.ts";
import { fakeScreen } from "../testing.ts";
import { play, playHere } from "./play.ts";

const neverInside = "[2] two threads are never inside the lock at once";

function realGuide() {
  const { signal } = new AbortController();
  return { root, katas: curriculum, screen: fakeScreen(), signal, limit: 300_000 } satisfies Guide;
}

/** What the terminal shows after each key, and how it ends. */
async function played(
  keys: string,
  wish: Wish,
  file: URL,
): Promise<{ code: number; screens: string[] }> {
  const guide = realGuide();
  await using theatre = new Theatre(guide, "locks", wish, file);
  const typed = async function* () {
    yield* keys;
  };
  const code = await playHere(guide, theatre, await theatre.perform(), typed());
  return { code, screens: guide.screen.written.split(/(?=^locks: )/m) };
}

permittedTest("play() lets the learner break a lock with a few keys", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  const { code, screens } = await played("baaabbq", { test: neverInside }, file.url);
  assertEquals([code, screens.length], [1, 7]);
  assertMatch(screens[0], /^Break it\. The shortest way has 6 steps, 2 forced switches\./m);
  assertMatch(screens[0], /^ A {2}A {2}locks\.ts:\d+ load\(lock\)$/m);
  assertStringIncludes(screens[0], "if (Atomics.load(this.#word, 0) === free) {");
  assertMatch(screens[3], /^ {2}3 {2}A {2}locks\.ts:\d+ store\(lock, 1\) → 1 +lock = 1$/m);
  assertStringIncludes(screens[6], "Broken: Two threads were inside the lock at once.");
  assertStringIncludes(screens[6], "The schedule: 'B:l A:lsi B:si'");
  assertMatch(screens[6], /^B read lock at step 1 and acted on it at step 5; A had changed it/m);
});

permittedTest("play() takes steps back, and shows the shortest way", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  const { code, screens } = await played("aausnnnnnuq", { test: neverInside }, file.url);
  assertEquals(code, 0, "Who leaves before it is broken has not broken it");
  const after = (word: string) => screens.findIndex((text) => text.includes(word));
  assertEquals(after("Step 1 of 2"), 3, "One step was taken back");
  assertEquals(after("The shortest way from here has 5 steps"), 5, "After a word that it searches");
  assertEquals(after("Broken: Two threads"), 10);
});

permittedTest(
  "play() says that nobody can win against a right lock, and why it knows",
  async () => {
    const guide = { test: neverInside, reference: true };
    const reference = new URL("solutions/locks/locks.ts", root);
    const { screens } = await played("asq", guide, reference);
    assertMatch(screens[0], /^Try to break it\. Nobody can win: proved: all [\d,]+ schedules/m);
    assertMatch(screens.at(-1)!, /From here nothing goes wrong\. Proved: all/);
    const { screens: atStart } = await played("sq", guide, reference);
    assertMatch(atStart.at(-1)!, /Nobody can win\. Proved: all/);
  },
);

permittedTest("play() refuses what has no schedule", async () => {
  const guide = realGuide();
  const test = "[1] a new lock is free";
  assertEquals(await play(guide, "locks", { test, reference: true }), 1);
  assertMatch(guide.screen.warned, /^There is nothing to play with yet\.\n'\[1\] a new lock/);
  await assertRejects(
    () => play(guide, "locks", { test: "two threads are never outside", reference: true }),
    Misuse,
    "There is no test 'two threads are never outside'",
  );
});

permittedTest("play() knows the goal where a test is only told a schedule", async () => {
  const guide = realGuide();
  const reference = new URL("solutions/races/races.ts", root);
  await using theatre = new Theatre(guide, "races", { test: "lostUpdate:" }, reference);
  const { passed, goal } = await theatre.perform();
  assertEquals([passed, goal], [true, "The shortest way has 4 steps, 1 forced switch"]);
});
