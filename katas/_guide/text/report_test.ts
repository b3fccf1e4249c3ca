import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { TestResult } from "../../_kit/judging/junit.ts";
import { cleaned } from "./message.ts";
import { failureReport, report, verdictText } from "./report.ts";
import { fakeScreen, kata, runOf } from "../testing.ts";

const root = new URL("file:///home/ann/katas/");
const screen = fakeScreen();
const options = { root, screen };

const inSteps = kata("locks", { steps: ["one by one", "many", "in time"] });
const unfinished = (part: string) => `${part} is not implemented yet: katas/locks/README.md`;
const failed = (name: string, message: string) => ({ name, outcome: "failed", message }) as const;
const passed = (name: string) => ({ name, outcome: "passed", message: "" }) as const;

const message = `ScheduleError: Two threads were inside the lock at once.
Shortest schedule: 2 steps, 1 forced switch (49 states searched)

     thread A                   thread B                   memory
  1  locks.ts:79 load(lock) → 0
  2                             locks.ts:80 store(lock, 1) → 1   lock = 1

See it again: deno test katas/locks --filter "a" -- --schedule "A:l B:s"
  const proof = everySchedule({
                ^
    at everySchedule (file:///home/ann/katas/katas/_explorer/explore.ts:108:12)
    at file:///home/ann/katas/katas/locks/locks_test.ts:162:17
    at innerWrapped (ext:cli/40_test.js:180:11)
    at assertEquals (file:///cache/npm/deno-std/assert/equals.js:57:9)`;

const tests: TestResult[] = [
  { name: "a new lock is free", outcome: "passed", message: "" },
  { name: "two threads are never inside the lock at once", outcome: "failed", message },
  { name: "another test", outcome: "failed", message: "Error: Another" },
];

Deno.test("report() shows the first failing test only, with its table", () => {
  assertEquals(
    report(runOf({ tests }), options),
    `red  two threads are never inside the lock at once

Two threads were inside the lock at once.
Shortest schedule: 2 steps, 1 forced switch (49 states searched)

     thread A                   thread B                   memory
  1  locks.ts:79 load(lock) → 0
  2                             locks.ts:80 store(lock, 1) → 1   lock = 1

See it again: deno test katas/locks --filter "a" -- --schedule "A:l B:s"
    at katas/locks/locks_test.ts:162:17

1 of 3 tests pass. This is the first that fails: fix it first.`,
  );
});

Deno.test("report() shows all failing tests when asked", () => {
  const text = report(runOf({ tests }), { ...options, all: true });
  assertStringIncludes(text, "red  another test\n\nAnother\n\n1 of 3 tests pass.");
});

Deno.test("report() shows what the code printed in the failing test", () => {
  const output = `running 3 tests from ./katas/locks/locks_test.ts
another test ...
------- output -------
here I am
----- output end -----
another test ... FAILED (1ms)
`;
  const text = report(runOf({ tests: [tests[2]], output }), options);
  assertEquals(text, "red  another test\n\nAnother\n\nYour code printed:\nhere I am");
});

Deno.test("report() says that all is green, and what was ignored", () => {
  const ignored: TestResult = { name: "b (needs -P)", outcome: "ignored", message: "" };
  const run = runOf({ verdict: "passed", tests: [tests[0], ignored] });
  assertEquals(report(run, options), "green  All 1 test of locks pass, 1 ignored.");
  assertEquals(
    report({ ...run, unnoted: "Nothing is noted." }, options),
    "green  All 1 test of locks pass, 1 ignored.\n\nNothing is noted.",
  );
});

Deno.test("report() asks about an endless loop when the limit strikes, and names the test", () => {
  const run = runOf({
    verdict: "timed out",
    output: "running 2 tests from x\nfirst ... ok (2ms)\n",
  });
  assertEquals(report(run, options), "red  Stopped after 30 s: an endless loop or a deadlock?");
  run.judgement.output += "second ...\nWarning Permissions are new.\n";
  assertEquals(
    report(run, options),
    "red  Stopped after 30 s in 'second': an endless loop or a deadlock?",
  );
});

Deno.test("report() shows the first problem of a file that does not compile", () => {
  const output = `Check file:///home/ann/katas/katas/locks/locks_test.ts
TS2322 [ERROR]: Type 'string' is not assignable to type 'number'.
const x: number = "a";
      ^
    at file:///home/ann/katas/katas/locks/locks.ts:301:14

TS2304 [ERROR]: Cannot find name 'y'.
y;
^
    at file:///home/ann/katas/katas/locks/locks.ts:302:1

Found 2 errors.

error: Type checking failed.

  info: The program failed type-checking, but it still might work correctly.
  hint: Re-run with --no-check to skip type-checking.

Stack backtrace:
   0: <unknown>
`;
  assertEquals(
    report(runOf({ verdict: "did not compile", output }), options),
    `red  The file does not compile.

TS2322 [ERROR]: Type 'string' is not assignable to type 'number'.
const x: number = "a";
      ^
    at katas/locks/locks.ts:301:14

and 1 more problem`,
  );
});

Deno.test("report() says how a run broke off", () => {
  const name = "(the whole run)";
  const killed = runOf({
    tests: [{
      name,
      outcome: "failed",
      message:
        "The run ended with exit code 137: running 2 tests from x\nfirst ... ok (1ms)\nsecond ...",
    }],
    output: "running 2 tests from x\nfirst ... ok (1ms)\nsecond ...\n",
  });
  assertEquals(report(killed, options), "red  The run broke off with exit code 137 in 'second'.");
  const silent = runOf({
    tests: [{ name, outcome: "failed", message: "The run ended before any test had a result" }],
  });
  assertEquals(report(silent, options), "red  The run ended before any test had a result.");
});

Deno.test("report() keeps a megabyte from the screen, and takes no time for it", () => {
  const start = performance.now();
  const long = `Error: ${"x".repeat(1_000_000)}\n${"line\n".repeat(200_000)}`;
  const text = report(runOf({ tests: [{ name: "a", outcome: "failed", message: long }] }), options);
  assertLess(text.length, 10_000);
  assertStringIncludes(text, "lines more: deno test -P katas/locks shows them");
  assertLess(performance.now() - start, 5_000);
});

Deno.test("report() lets a message take only 60 rows", () => {
  const lines = Array.from({ length: 70 }, (_, i) => `line ${i}`).join("\n");
  const run = runOf({ tests: [failed("a", `Error: ${"x".repeat(100)}\n${lines}`)] });
  assertEquals(
    report(run, options).split("\n").slice(-2),
    ["line 57", "... 12 lines more: deno test -P katas/locks shows them"],
  );
});

Deno.test("failureReport() shows the named test", () => {
  assertEquals(
    failureReport(runOf({ tests }), "another test", options),
    "red  another test\n\nAnother",
  );
});

Deno.test("verdictText() is one line for every verdict", () => {
  assertEquals(verdictText(runOf({ tests })), `2 of 3 fail, first: ${tests[1].name}`);
  assertEquals(verdictText(runOf({ verdict: "passed", tests: [tests[0]] })), "1 test");
  assertEquals(verdictText(runOf({ verdict: "did not compile" })), "does not compile");
  assertEquals(
    verdictText(runOf({ verdict: "timed out" })),
    "stopped after 30 s: an endless loop or a deadlock?",
  );
});

Deno.test("cleaned() removes colours and the frames of machinery", () => {
  const text =
    "AssertionError: \x1b[31mNo\x1b[0m\n    at f (file:///home/ann/katas/katas/_kit/a.ts:1:1)";
  assertEquals(cleaned(text, root), "No");
});

Deno.test("report() names the open step, and counts its tests only", () => {
  const run = runOf({
    tests: [passed("[1] a"), failed("[3] d", "No"), passed("[2] b"), failed("[2] c", "Not two")],
  }, { kata: inSteps, steps: [1], newSteps: [1] });
  assertEquals(
    report(run, options),
    `Step 1 of 3 is done: a good place to stop.

[■□□] step 2 of 3: many

red  [2] c

Not two

1 of 2 tests of this step pass. This is the first that fails: fix it first.`,
  );
  assertEquals(verdictText(run), "1 of 2 fail, first: [2] c");
});

Deno.test("report() shows what is not written yet as the next thing to write", () => {
  const tests = [
    passed("[1] a"),
    failed("[1] b", unfinished("Lock.acquire")),
    failed("[2] c", unfinished("new RLock")),
    failed("[3] d", unfinished("Lock.acquire")),
    failed("[3] e", "Error: Really wrong"),
  ];
  const run = runOf({ tests }, { kata: inSteps });
  const text = report(run, options);
  assertEquals(
    text,
    `[□□□] step 1 of 3: one by one

next  [1] b

\`Lock.acquire\` is not implemented yet: this is the next thing to write.

1 of 2 tests of this step pass so far.`,
  );
  assertEquals(verdictText(run), "next to write: Lock.acquire");
  assertEquals(
    report(run, { ...options, all: true }),
    `[□□□] step 1 of 3: one by one

red  [3] e

Really wrong

Not implemented yet:
  \`Lock.acquire\`: 2 tests
  \`new RLock\`: 1 test

1 of 5 tests pass.`,
  );
});

Deno.test("report() shows what a stopped run knew, the first failure first", () => {
  const output = "running 9 tests from x\na ... ok (1ms)\nb ... FAILED (2ms)\nc ...\n";
  const tests = [passed("a"), failed("b", "Error: No"), failed("c", "")];
  const run = runOf({ verdict: "timed out", tests, output });
  assertEquals(
    report(run, options),
    "red  b\n\nNo\n\nStopped after 30 s in 'c'. Until then 1 of 3 tests passed.",
  );
  run.judgement.tests[1].message = "";
  assertEquals(
    report(run, options).split("\n")[0],
    "red  'b' did not end: an endless loop or a deadlock?",
  );
  run.judgement.tests = [passed("a"), failed("c", "")];
  assertEquals(
    report(run, options),
    "red  Stopped after 30 s in 'c': an endless loop or a deadlock?",
  );
});

Deno.test("a run that was stopped says what is to write, if a test was red for that before", () => {
  const output = "running 9 tests from x\na ... FAILED (1ms)\nb ...\n";
  const tests = [failed("a", unfinished("Lock.acquire")), failed("b", "")];
  const run = runOf({ verdict: "timed out", tests, output });
  assertEquals(verdictText(run), "next to write: Lock.acquire");
  run.judgement.tests[0].message = "No";
  assertEquals(verdictText(run), "stopped after 30 s, first: a");
  run.judgement.tests[0].message = "Error: Test timed out after 20000ms.";
  assertEquals(verdictText(run), "stopped after 30 s: an endless loop or a deadlock?");
});

Deno.test("what a thread finds missing is no hang of who waits for it", () => {
  const output = `running 9 tests from x
a ...
------- output -------
Exception in thread Thread-1: Error: ${unfinished("Lock.acquire")}
----- output end -----
`;
  const late = "Error: Test timed out after 20000ms.";
  const runs = [
    runOf({ tests: [failed("a", late)], output }),
    runOf({ verdict: "timed out", tests: [failed("a", "")], output }),
  ];
  for (const run of runs) {
    assertEquals(verdictText(run), "next to write: Lock.acquire");
    assertStringIncludes(report(run, options), "`Lock.acquire` is not implemented yet: this is");
  }
});

Deno.test("report() says of a test whose time was up that it hangs", () => {
  const run = runOf({ tests: [failed("a", "Error: Test timed out after 20000ms.")] });
  assertEquals(
    report(run, options),
    "red  a\n\nIt did not end in 20 s: an endless loop or a deadlock?",
  );
  run.judgement.output = "a ...\n'a' did not come to its end: The clock stands still\n";
  assertEquals(report(run, options), "red  a\n\nIt did not end in 20 s: The clock stands still");
});
