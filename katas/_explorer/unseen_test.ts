import { assertEquals } from "@std/assert";
import type { Claim } from "./corpus/claims.ts";
import { cells, everySchedule, ExplorationError, ScheduleError } from "./mod.ts";
import { probed } from "./probes/load.ts";
import { isAllowed, probedTest } from "./probes/testing.ts";

async function load<Module>(name: string): Promise<Module> {
  const url = import.meta.resolve(`./corpus/unseen/${name}.ts`);
  return await (isAllowed ? probed<Module>(url) : import(url));
}

const { reads, writes } = await load<typeof import("./corpus/unseen/accesses.ts")>("accesses");
const { builtIns } = await load<typeof import("./corpus/unseen/built_ins.ts")>("built_ins");
const { outside } = await load<typeof import("./corpus/unseen/outside.ts")>("outside");
const { blind } = await load<typeof import("./corpus/unseen/blindly.ts")>("blindly");
const { strangers } = await load<typeof import("./corpus/unseen/strangers.ts")>("strangers");
const { answers } = await load<typeof import("./corpus/unseen/answers.ts")>("answers");

testAll("sees who reads memory", reads);
testAll("sees who writes memory", writes);
testAll("refuses changes of what every program finds", builtIns);
testAll("refuses state outside of the memory", outside);
testAll("says where it sees no variables", blind);
testAll("says whose variables it does not see", strangers);
testAll("knows what a thread may ask", answers);

function testAll(what: string, claims: Record<string, Claim>): void {
  for (const [name, [truth, program]] of Object.entries(claims)) {
    probedTest(`everySchedule() ${what}: ${name}`, () => {
      // A sentence that is all that is said ends so.
      const said = `${saidOf(program)}$`;
      assertEquals(said.slice(0, truth.length), truth);
    });
  }
}

function saidOf(program: Claim[1]): string {
  try {
    return everySchedule(program).sentence;
  } catch (error) {
    if (error instanceof ScheduleError) return error.verdict;
    if (error instanceof ExplorationError) return error.message;
    throw error;
  }
}

Deno.test("a proof without probes says what it takes for granted", () => {
  const { sentence } = everySchedule({
    shared: () => ({ m: cells(1) }),
    threads: 2,
    run: ({ m }) => Atomics.add(m, 0, 1),
  });
  assertEquals(
    sentence,
    "proved: all 2 schedules (3 states), as if threads kept nothing outside of shared memory and asked " +
      "nobody there: without probes nobody sees that",
  );
});
