/**
 * Runs in a child process: runs one test of a suite, and then lets the other side choose the schedule of the
 * program that it has explored.
 *
 * @module
 */
import { ScheduleError } from "../../_explorer/mod.ts";
import { plural } from "../../_explorer/verdict/words.ts";
import { drawn, someSchedule, wayToFail } from "../../_explorer/stage/stage.ts";
import { collectExplored, type Explored, loadProbes } from "../suite/probes.ts";
import { unfinishedIn } from "../suite/unfinished_sentence.ts";
import { isLastTest } from "../suite/last.ts";
import { linesOf } from "./lines.ts";
import { type Answer, mark, type Playbill, type Question } from "./protocol.ts";

interface Tried {
  name: string;
  error: unknown;
  proved: string[];
  explored: Explored[];
}

const suite = Deno.args[0];
const wanted: string[] = Deno.args.slice(1);

/** Collects the tests of the suite, which `deno run` does not run. */
async function testsOf(suite: string): Promise<Deno.TestDefinition[]> {
  const tests: Deno.TestDefinition[] = [];
  const add = (test: Deno.TestDefinition) => tests.push(test);
  Object.assign(Deno, { test: Object.assign(add, { afterEach() {} }) });
  await loadProbes(suite);
  await import(suite);
  return tests.filter(({ name }) => !isLastTest(name));
}

async function tried({ name, fn }: Deno.TestDefinition): Promise<Tried> {
  const explored = collectExplored();
  const proved: string[] = [];
  const step = (sentence: string) => Promise.resolve(proved.push(sentence) > 0);
  const context = { name, origin: suite, step } as unknown as Deno.TestContext;
  try {
    await fn(context);
    return { name, error: null, proved, explored };
  } catch (error) {
    return { name, error, proved, explored };
  }
}

/** The program to show: the one that failed the test, or else the first with the most threads. */
function chosen({ error, explored }: Tried): Explored | undefined {
  const most = Math.max(...explored.map(threadsOf));
  return explored.find((entry) => entry.error === error) ??
    explored.find((entry) => threadsOf(entry) === most);
}

function threadsOf({ program: { threads } }: Explored): number {
  return typeof threads === "number" ? threads : Object.keys(threads).length;
}

/** The test of these names, or the first in which threads meet. */
async function find(tests: Deno.TestDefinition[]): Promise<Tried | null> {
  for (const name of wanted) {
    const test = tests.find((test) => test.name === name) ??
      tests.find((test) => test.name.toLowerCase().includes(name.toLowerCase()));
    return test ? await tried(test) : null;
  }
  for (const test of tests.filter(({ ignore }) => !ignore)) {
    const result = await tried(test);
    if (result.explored.some((entry) => threadsOf(entry) > 1)) return result;
  }
  return null;
}

function billOf(result: Tried): Playbill {
  const { name, error, proved } = result;
  const entry = chosen(result);
  const bill = { test: name, passed: error === null, goal: "", command: "", drawing: null };
  if (!entry) return { ...bill, says: proved.length > 0 ? proved : linesIn(error) };
  const failed = entry.error instanceof ScheduleError ? entry.error : null;
  const [head, command = ""] = (failed?.message ?? "").split(/\n\n[^]*^See it again: /m);
  const schedule = failed?.schedule || someSchedule(entry.program);
  const proof = entry.proof ? [entry.proof.sentence] : [];
  const says = failed ? head.split("\n") : error === null ? proof : linesIn(error);
  return { ...bill, says, goal: goalOf(entry), command, drawing: drawn(entry.program, schedule) };
}

function goalOf({ program, proof, error }: Explored): string {
  const nobody = (why: string) =>
    `${why.startsWith("proved") ? "Nobody can win" : "No way is known"}: ${why}`;
  const shortest = (steps: number, switches: number) =>
    `The shortest way has ${plural(steps, "step")}, ${plural(switches, "forced switch")}`;
  // Only what was searched for is the shortest: a test may have been told its schedule.
  if (proof && proof.states > 0) return nobody(proof.sentence);
  if (error instanceof ScheduleError && error.states > 0) {
    return shortest(error.steps, error.preemptions);
  }
  const way = wayToFail(program, "");
  if ("none" in way) return nobody(way.none);
  const { rows, preemptions } = drawn(program, way.schedule);
  return shortest(rows.length, preemptions);
}

function linesIn(error: unknown): string[] {
  if (error === null) return [];
  const sentence = unfinishedIn(error) ?? (error instanceof Error ? error.message : null);
  return (sentence ?? Deno.inspect(error, { colors: false })).trim().split("\n");
}

function answerTo({ program }: Explored, question: Question): Answer {
  if ("draw" in question) return { drawing: drawn(program, question.draw) };
  const way = wayToFail(program, question.fail);
  return "none" in way ? way : { drawing: drawn(program, way.schedule) };
}

function say(answer: Answer): void {
  const bytes = new TextEncoder().encode(`\n${mark}${JSON.stringify(answer)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

async function perform(): Promise<void> {
  const tests = await testsOf(suite);
  const result = await find(tests);
  if (!result) return say({ unknown: tests.map(({ name }) => name) });
  say({ bill: billOf(result) });
  const entry = chosen(result);
  if (!entry) return;
  for await (const line of linesOf(Deno.stdin.readable)) {
    try {
      say(answerTo(entry, JSON.parse(line)));
    } catch (error) {
      say({ problem: linesIn(error).join("\n") });
    }
  }
}

// Else an error that nobody catches would end the performance.
for (const type of ["error", "unhandledrejection"]) {
  addEventListener(type, (event) => event.preventDefault());
}
await perform().catch((error) => say({ problem: linesIn(error).join("\n") }));
Deno.exit(0);
