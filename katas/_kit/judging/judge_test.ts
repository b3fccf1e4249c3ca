import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { ignoredTest, permittedTest } from "../suite/permission.ts";
import { judge, type Judgement } from "./judge.ts";

const suite = `
import { answer } from "./sample.ts";
Deno.test({ name: "the answer is 42", timeout: 20_000 }, async () => {
  if (await answer() !== 42) throw new Error("Wrong answer");
});
`;

/** Judges an implementation of a tiny kata. */
async function judged(
  implementation: string,
  { timeout = 20_000, test = suite, only, signal }: {
    timeout?: number;
    test?: string;
    only?: string[];
    signal?: AbortSignal;
  } = {},
): Promise<Judgement> {
  const folder = await Deno.makeTempDir({ prefix: "judge_" });
  try {
    const root = new URL(`file://${folder}/`);
    await Deno.mkdir(`${folder}/katas/sample`, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({ permissions: { default: { read: true, write: true, run: true } } }),
    );
    await Deno.writeTextFile(
      `${folder}/katas/sample/sample.ts`,
      "export const answer = (): unknown => 0;",
    );
    await Deno.writeTextFile(`${folder}/katas/sample/sample_test.ts`, test);
    await Deno.writeTextFile(`${folder}/other.ts`, implementation);
    return await judge("sample", `${folder}/other.ts`, { root, timeout, only, signal });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const worker = (code: string) =>
  `new Worker(${
    JSON.stringify(`data:application/javascript,${encodeURIComponent(code)}`)
  }, { type: "module" });`;

permittedTest("judge() passes a right implementation", async () => {
  const { verdict, tests } = await judged("export const answer = () => 42;");
  assertEquals(verdict, "passed");
  assertEquals(tests, [{ name: "the answer is 42", outcome: "passed", message: "" }]);
});

permittedTest("judge() fails a wrong implementation with the test's message", async () => {
  const { verdict, tests } = await judged("export const answer = () => 41;");
  assertEquals([verdict, tests[0].outcome], ["failed", "failed"]);
  assertStringIncludes(tests[0].message, "Wrong answer");
});

permittedTest("judge() runs only the tests that are asked for", async () => {
  const test = `
Deno.test("one (or two)?", () => {});
Deno.test("one", () => { throw new Error("Nobody asked for it"); });
Deno.test("one (or two)? Or more", () => { throw new Error("Nobody asked for it"); });
`;
  const { verdict, tests } = await judged("", { test, only: ["one (or two)?"] });
  assertEquals([verdict, tests.map(({ name }) => name)], ["passed", ["one (or two)?"]]);
  const none = await judged("", { test, only: ["three"] });
  assertEquals(none.verdict, "failed", "A test that is not there does not pass");
});

permittedTest("judge() says that code does not compile", async () => {
  const wrong = {
    syntax: "export const answer = () => {;",
    unfinished: "export const answer = () => 42;\nexport class {",
    type: "export const answer = (): number => 'x';",
    missing: "export const other = 1;",
    module: "import './nowhere.ts'; export const answer = () => 42;",
  };
  for (const [name, code] of Object.entries(wrong)) {
    const { verdict, output } = await judged(code);
    assertEquals(verdict, "did not compile", `${name}: ${output}`);
  }
});

permittedTest("judge() ends what hangs", async () => {
  const start = performance.now();
  const { verdict } = await judged("for (;;);\nexport const answer = () => 42;", {
    timeout: 2_000,
  });
  assertEquals(verdict, "timed out");
  assertLess(performance.now() - start, 20_000);
});

permittedTest("judge() ends the run when its signal is aborted", async () => {
  const start = performance.now();
  const signal = AbortSignal.timeout(1_000);
  const loop = "for (;;);\nexport const answer = () => 42;";
  await assertRejects(() => judged(loop, { signal, timeout: 60_000 }), DOMException);
  await assertRejects(() => judged(loop, { signal, timeout: 60_000 }), DOMException);
  assertLess(performance.now() - start, 30_000);
});

permittedTest("judge() survives Workers that spin or sleep", async () => {
  const spin = worker("for (;;);");
  const sleep = worker("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
  const { verdict } = await judged(`export const answer = () => { ${spin} ${sleep} return 42; };`);
  assertEquals(verdict, "passed");
});

permittedTest("judge() fails code that ends the process", async () => {
  for (const code of ["Deno.exit(0);", "Deno.exit(7);", "Deno.kill(Deno.pid, 'SIGKILL');"]) {
    const inTest = await judged(`export const answer = (): unknown => { ${code} return 42; };`);
    assertEquals(inTest.verdict, "failed", code);
    const atLoad = await judged(`${code} export const answer = () => 42;`);
    assertEquals(atLoad.verdict, "failed", `${code} at load`);
  }
});

permittedTest("judge() fails code that throws when it is loaded", async () => {
  const { verdict } = await judged("export const answer = () => 42; throw new Error('at load');");
  assertEquals(verdict, "failed");
});

permittedTest("judge() says at load that JSON is wrong, and not that code is", async () => {
  const { verdict, tests } = await judged("export const answer = () => 42; JSON.parse('{');");
  assertEquals(verdict, "failed");
  assertStringIncludes(tests[0].message, "SyntaxError");
});

permittedTest("judge() fails a test whose time is up", async () => {
  const test = suite.replace("20_000", "500") + 'Deno.test("another", () => {});';
  const { verdict, tests } = await judged(
    "export const answer = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    { test },
  );
  assertEquals([verdict, tests.length, tests[1].outcome], ["failed", 2, "passed"]);
  assertStringIncludes(tests[0].message, "timed out after 500ms");
});

permittedTest("judge() folds steps into their test", async () => {
  const test = `
    import { answer } from "./sample.ts";
    Deno.test("good", async (t) => { answer(); await t.step("proved much", () => {}); });
    Deno.test("bad", async (t) => { await t.step("half", () => { throw new Error("Why"); }); });
  `;
  const { verdict, tests } = await judged("export const answer = () => 42;", { test });
  assertEquals(verdict, "failed");
  assertEquals(tests.map(({ name, outcome }) => [name, outcome]), [
    ["good", "passed"],
    ["bad", "failed"],
  ]);
  assertEquals(tests[0].proved, ["proved much"]);
  assertStringIncludes(tests[1].message, "bad > half: Error: Why");
});

permittedTest("judge() keeps messages whole, whatever characters they have", async () => {
  const { tests } = await judged(
    "export const answer = () => { throw new Error('a ]]> <b> & \\u0000 ' + '<&>'.repeat(5_000)); };",
  );
  assertStringIncludes(tests[0].message, "a ]]> <b> & ");
  assertStringIncludes(tests[0].message, "<&>".repeat(5_000));
});

permittedTest("judge() keeps what the code prints", async () => {
  const { output } = await judged("export const answer = () => (console.log('I am here'), 42);");
  assertStringIncludes(output, "I am here");
});

permittedTest("judge() survives a flood of output", async () => {
  const { verdict, output } = await judged(
    "const x = 'x'.repeat(100_000); for (let i = 0; i < 1_000; i++) console.log(x);\n" +
      "export const answer = () => 42;",
  );
  assertEquals(verdict, "passed");
  assertLess(output.length, 1_000_000);
});

permittedTest("judge() never passes a suite without tests", async () => {
  for (const test of ["", 'Deno.test.ignore("later", () => {});']) {
    const { verdict } = await judged("export const answer = () => 42;", { test });
    assertEquals(verdict, "failed");
  }
});

permittedTest("judge() leaves no process behind", async () => {
  const seconds = 100_000 + Math.floor(Math.random() * 100_000);
  const code = `export const answer = async () => {
    const child = new Deno.Command("sleep", { args: ["${seconds}"] }).spawn();
    child.unref();
    await 0;
    return 42;
  };`;
  assertEquals((await judged(code)).verdict, "passed");
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "args"] }).output();
  assert(
    !new TextDecoder().decode(stdout).includes(`sleep ${seconds}`),
    "The child is still alive",
  );
});

const whatCodeLeaves = "judge() leaves no temporary file behind, of code that does not clean up";
if (Deno.build.os !== "linux") ignoredTest(whatCodeLeaves, "Linux");
else {
  permittedTest(whatCodeLeaves, async () => {
    const test = suite.replace(/if .*/, "throw new Error(String(await answer()));");
    const code = "export const answer = () => Deno.makeTempDirSync();";
    const { tests: [{ message }] } = await judged(code, { test });
    const [path] = message.match(/\/\S+/)!;
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  });
}

permittedTest("judge() names a kata or a file that does not exist", async () => {
  await assertRejects(() => judge("nothing", new URL(import.meta.url)), Error, "no kata 'nothing'");
  await assertRejects(() => judge("locks", "/nowhere/locks.ts"), Error, "/nowhere/locks.ts is not");
});
