import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { check } from "./check.ts";
import { Misuse, paths, read } from "../guide.ts";
import { hash, note } from "../progress/progress.ts";
import { readProgress } from "../progress/progress_file.ts";
import {
  fakeScreen,
  guideInSteps,
  right,
  save,
  smallGuide,
  steps,
  stub,
  whenWarned,
} from "../testing.ts";

permittedTest("check() judges what was begun, and writes the progress anew", async () => {
  await using guide = await smallGuide(["locks", "queues", "pools", "pipes"]);
  await save(guide, paths.stub("locks"), right);
  await save(guide, paths.stub("queues"), right.replace("42", "41"));
  await save(guide, paths.stub("pools"), right.replace("42", "'x'"));
  await note(guide, "pipes", { stub: "of long ago", isGreen: true });
  assertEquals(await check(guide, []), 1);
  assertEquals(
    guide.screen.written,
    `locks   [■]  green      3 tests
queues  [□]  red        1 of 3 fail, first: the answer is 42
pools   [□]  red        does not compile
pipes   [□]  not begun

1 of 4 green
`,
  );
  assertEquals(Object.keys(await readProgress(guide)), ["locks"]);
});

permittedTest(
  "check() judges the named katas only, and keeps what is known of others",
  async () => {
    await using guide = await smallGuide(["locks", "queues"]);
    await note(guide, "queues", { stub: "abc", isGreen: true });
    await save(guide, paths.stub("locks"), right);
    assertEquals(await check(guide, ["locks", "locks"]), 0);
    assertEquals(guide.screen.written, "locks  [■]  green      3 tests\n\n1 of 1 green\n");
    assertEquals(Object.keys(await readProgress(guide)), ["locks", "queues"]);
    await assertRejects(() => check(guide, ["lock"]), Misuse, "nearest is 'locks'");
  },
);

permittedTest("check() rebuilds a progress file that is broken", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  await save(guide, paths.progress, "{");
  assertEquals(await check(guide, []), 0);
  assertEquals(Object.keys(await readProgress(guide)), ["locks"]);
  assertStringIncludes(guide.screen.warned, "was moved to");
});

permittedTest("check() goes on when a file is missing", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await Deno.remove(new URL(paths.stub("locks"), guide.root));
  await save(guide, paths.stub("queues"), right);
  assertEquals(await check(guide, []), 1);
  assertEquals(
    guide.screen.written,
    `locks   [□]  red        katas/locks/locks.ts is missing: 'deno task kata reset locks' brings it back
queues  [■]  green      3 tests

1 of 2 green
`,
  );
});

permittedTest("check() prints JSON for programs", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await save(guide, paths.stub("locks"), `${stub}//\n`);
  assertEquals(await check(guide, [], { json: true }), 1);
  const { green, red, notBegun, katas } = JSON.parse(guide.screen.written);
  assertEquals([green, red, notBegun], [0, 1, 1]);
  assertEquals(katas[0].firstFailure.name, "the answer is 42");
  assertEquals(katas[1], {
    slug: "queues",
    state: "not begun",
    steps: [],
    verdict: null,
    milliseconds: null,
    tests: null,
    problem: null,
    firstFailure: null,
  });
});

permittedTest("check() draws a grid on a terminal, and takes it back", async () => {
  await using guide = await smallGuide(["locks"], fakeScreen({ live: true }));
  await save(guide, paths.stub("locks"), right);
  await check(guide, []);
  // deno-lint-ignore no-control-regex -- that is what is drawn
  assertMatch(guide.screen.written, /locks {2}\[□\] {2}judging 0 s\n1 judging\r\x1b\[1A\x1b\[0J/);
  assertEquals(
    guide.screen.written.endsWith("\x1b[0Jlocks  [■]  green      3 tests\n\n1 of 1 green\n"),
    true,
  );
});

permittedTest("check() shows the steps, and what to write next", async () => {
  await using guide = await guideInSteps(["locks", "queues", "pools"]);
  await save(guide, paths.stub("locks"), right);
  await save(guide, paths.stub("queues"), right.replace("42", "41"));
  assertEquals(await check(guide, []), 1);
  assertEquals(
    guide.screen.written,
    `locks   [■■□]  red        next to write: new Why
queues  [■□□]  red        2 of 2 fail, first: [2] the answer is even
pools   [□□□]  not begun

0 of 3 green
`,
  );
  guide.screen.written = "";
  await check(guide, ["locks"], { json: true });
  const [{ steps: shown }] = JSON.parse(guide.screen.written).katas;
  assertEquals(shown, steps.map((title, i) => ({ title, done: i < 2 })));
});

permittedTest("check() loses nothing that another guide notes meanwhile", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  for (const slug of ["locks", "queues"]) await save(guide, paths.stub(slug), right);
  const slow = "await new Promise((resolve) => setTimeout(resolve, 2_000));\n";
  await save(guide, paths.suite("locks"), slow + await read(guide, paths.suite("locks")));
  await save(guide, paths.stub("queues"), "export const answer = (): number => 0; // red\n");
  const checking = check(guide, []);
  await whenWarned(guide.screen, "queues: red");
  await save(guide, paths.stub("queues"), right);
  await note(guide, "queues", { stub: await hash(right), isGreen: true });
  await checking;
  assertEquals(Object.keys(await readProgress(guide)), ["locks", "queues"]);
});

permittedTest(
  "check() gives the verdicts and then one sentence where nothing can be written",
  async () => {
    await using guide = await smallGuide(["locks", "queues"]);
    for (const slug of ["locks", "queues"]) await save(guide, paths.stub(slug), right);
    await save(guide, paths.backups.slice(0, -1), "");
    assertEquals(await check(guide, []), 0);
    assertMatch(
      guide.screen.written,
      /green {6}3 tests\nqueues .*\n\n2 of 2 green\n\nkatas\/progress\.json cannot be written .*noted\.\n$/,
    );
  },
);
