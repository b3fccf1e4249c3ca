import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { permittedTest } from "../suite/permission.ts";
import type { TestResult } from "./junit.ts";
import { judgeMany } from "./many.ts";

const suite = `
import { answer } from "./sample.ts";
const test = (name, fn) => Deno.test({ name, fn });
test("the answer is 42", async () => {
  if (await answer() !== 42) throw new Error("Wrong answer");
});
test("a Worker says the same", async () => {
  const url = new URL("./fixtures/worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const said = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  worker.terminate();
  if (said !== 42) throw new Error("The Worker says " + said);
});
test("nobody asks for this", () => { throw new Error("not asked for"); });
`;

const worker = `import { answer } from "../sample.ts"; self.postMessage(answer());`;
const right = "export const answer = () => 42;";

/** Judges implementations of a tiny kata in one isolate. */
async function judged(
  sources: Record<string, string>,
  only = ["the answer is 42"],
): Promise<Record<string, TestResult[]>> {
  const folder = await Deno.makeTempDir({ prefix: "many_" });
  try {
    const root = pathToFileURL(`${folder}/`) as URL;
    await Deno.mkdir(`${folder}/katas/sample/fixtures`, { recursive: true });
    const permissions = { default: { read: true, run: true } };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ permissions }));
    await Deno.writeTextFile(`${folder}/deno.lock`, `{ "version": "5" }`);
    await Deno.writeTextFile(`${folder}/katas/sample/sample_test.ts`, suite);
    await Deno.writeTextFile(`${folder}/katas/sample/fixtures/worker.ts`, worker);
    const candidates = Object.entries(sources).map(([name, source]) => ({ name, source, only }));
    const results = await judgeMany("sample", candidates, { root, patience: 1_000 });
    return Object.fromEntries(results);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const outcomes = (tests: TestResult[]) => tests.map(({ outcome }) => outcome);

permittedTest("judgeMany() runs the tests that are asked for, for each candidate", async () => {
  const { one, two } = await judged({ one: right, two: "export const answer = () => 41;" });
  assertEquals(one, [{ name: "the answer is 42", outcome: "passed", message: "" }]);
  assertEquals(outcomes(two), ["failed"]);
  assertStringIncludes(two[0].message, "Wrong answer");
});

permittedTest("judgeMany() gives each Worker its own candidate", async () => {
  const sources = { one: "export const answer = () => 1;", two: "export const answer = () => 2;" };
  const { one, two } = await judged(sources, ["a Worker says the same"]);
  assertStringIncludes(one[0].message, "The Worker says 1");
  assertStringIncludes(two[0].message, "The Worker says 2");
});

permittedTest("judgeMany() lets no candidate disturb another", async () => {
  const results = await judged({
    does_not_load: "export const answer = 1; throw new Error('no module');",
    rejects: "export const answer = () => { Promise.reject(new Error('later')); return 41; };",
    throws_later: "export const answer = () => { queueMicrotask(() => { throw 1; }); return 41; };",
    sets_the_code: "export const answer = () => { Deno.exitCode = 3; return 42; };",
    exits: "export const answer = () => Deno.exit(0);",
    waits: "export const answer = () => new Promise(() => {});",
    spins: "export const answer = () => { for (;;); };",
    right,
  });
  const { right: last, sets_the_code: code, does_not_load: load, ...wrong } = results;
  assertEquals([outcomes(last), outcomes(code)], [["passed"], ["passed"]]);
  assertStringIncludes(load[0].message, "no module");
  for (const [name, tests] of Object.entries(wrong)) {
    assertEquals(outcomes(tests), ["failed"], name);
  }
});

permittedTest("judgeMany() has no result where one candidate ends the run", async () => {
  const results = await judged({
    one: right,
    ends: "export const answer = 1; Deno.exit(0);",
    two: right,
  });
  assertEquals(results, { one: [], ends: [], two: [] });
});
