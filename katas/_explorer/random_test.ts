/**
 * Random programs against a machine that shares nothing with the explorer. More of them than here:
 * `deno test -P katas/_explorer/random_test.ts -- --programs 10000`.
 */
import { assert, assertEquals } from "@std/assert";
import { randomProgram, type Taste } from "./corpus/random/generate.ts";
import { loadPrograms } from "./corpus/random/source.ts";
import { enumerateStates, type Outcomes } from "./corpus/random/states.ts";
import type { ProgramTree } from "./corpus/random/tree.ts";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule, type FaultKind, ScheduleError } from "./mod.ts";
import { enumerate } from "./search/naive.ts";

const argument = Deno.args.indexOf("--programs");
const count = argument < 0 ? 1_000 : Number(Deno.args[argument + 1]);

Deno.test(`everySchedule() says of ${count} random programs what a plain machine says`, async () => {
  const wrong: Record<number, string> = {};
  let skipped = 0;
  for await (const [seed, tree, program] of programs(count)) {
    const truth = enumerateStates(tree);
    if (truth === null) {
      skipped++;
      continue;
    }
    const difference = differenceOf(program, truth);
    if (difference !== "") wrong[seed] = difference;
  }
  assertEquals(wrong, {});
  assert(skipped <= count / 100, `${skipped} programs have too many states`);
});

Deno.test("everySchedule() says of random programs with children and promises what a plain machine says", async () => {
  const wrong: Record<number, string> = {};
  for await (const [seed, tree, program] of programs(500, { families: true })) {
    const truth = enumerateStates(tree);
    const difference = truth ? differenceOf(program, truth) : "is too large";
    if (difference !== "") wrong[seed] = difference;
  }
  assertEquals(wrong, {});
});

Deno.test("everySchedule() says of random programs with clocks what enumeration says", async () => {
  for await (const [seed, , program] of programs(200, { clocks: true })) {
    const results = [...enumerate(program).results];
    const kinds = results.filter((result) => !result.startsWith("[")) as FaultKind[];
    const outcomes = results.filter((result) => result.startsWith("["));
    const truth = { kinds: new Set(kinds), outcomes: new Set(outcomes) };
    assertEquals(differenceOf(program, truth), "", `seed ${seed}`);
  }
});

Deno.test("random programs are right, and wrong in every way", () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const truth = enumerateStates(randomProgram(seed, { retries: seed >= 150 }));
    if (truth?.kinds.size === 0) {
      kinds.add(truth.schedules ? "right" : "right, with an endless loop");
    }
    truth?.kinds.forEach((kind) => kinds.add(kind));
  }
  const faults = ["deadlock", "error", "exclusion", "livelock", "race", "spin"];
  assertEquals([...kinds].sort(), [...faults, "right", "right, with an endless loop"].sort());
});

/** The programs of the seeds from 0, a hundred from each module. */
async function* programs(
  count: number,
  taste: Taste = {},
): AsyncGenerator<[seed: number, tree: ProgramTree, program: Sample]> {
  for (let first = 0; first < count; first += 100) {
    const length = Math.min(100, count - first);
    const trees = Array.from({ length }, (_, i) => randomProgram(first + i, taste));
    const loaded = await loadPrograms(trees);
    for (let i = 0; i < length; i++) yield [first + i, trees[i], loaded[i]];
  }
}

/** How the explorer's verdict, outcomes and number of schedules differ from what they are. */
function differenceOf(program: Sample, truth: Omit<Outcomes, "states">): string {
  const faults = `has the faults ${[...truth.kinds].sort().join()}`;
  try {
    const proof = everySchedule({ ...program, samples: 0 });
    if (!proof.complete) return "is not decided";
    if (truth.kinds.size > 0) return `is proved and ${faults}`;
    const outcomes = [...proof.outcomes.keys()].sort().join();
    if (outcomes !== [...truth.outcomes].sort().join()) return `has not the outcomes ${outcomes}`;
    if (truth.schedules === undefined || truth.schedules === proof.schedules) return "";
    return `has ${truth.schedules} schedules, not ${proof.schedules}`;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    if (truth.kinds.has(error.kind)) return "";
    return `fails by ${error.kind} and ${truth.kinds.size > 0 ? faults : "is right"}`;
  }
}
