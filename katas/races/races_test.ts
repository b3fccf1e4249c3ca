import { assert, assertEquals, assertFalse } from "@std/assert";
import { cells, everySchedule, ScheduleError } from "../_kit/exploring.ts";
import { test, testWhatToFixFirst } from "../_kit/mod.ts";
import type { FaultKind, Program } from "../_explorer/mod.ts";
import {
  bank,
  countdown,
  faulty,
  Guard,
  kitchen,
  post,
  table,
  tills,
} from "./fixtures/programs.ts";
import {
  allHungry,
  audit,
  countDown,
  eat,
  emptyLetter,
  heatedTwice,
  lastBun,
  lostUpdate,
  lostUpdates,
  missingMoney,
  remaining,
  sell,
  send,
  startOnce,
  sums,
  transfer,
} from "./races.ts";

/**
 * Replays a schedule that should make the program fail. It is asked for last, so that whoever plays with the
 * program need not have written it.
 */
function convicts<Shared>(
  program: Program<Shared>,
  schedule: () => string,
  kinds: FaultKind[],
): void {
  const failed = failureOf(program, schedule);
  if (failed) {
    assert(kinds.includes(failed.kind), `It fails, but not as it should.\n${failed.message}`);
    return;
  }
  const after = () => assert(false, "This schedule does no harm: all is well in the end");
  const shown = failureOf({ ...program, after }, schedule);
  if (shown) throw shown;
  assert(
    false,
    `After '${schedule()}' no check has failed yet, and some thread has not ended: go on`,
  );
}

function failureOf<Shared>(program: Program<Shared>, schedule: () => string): ScheduleError | null {
  try {
    everySchedule({
      ...program,
      get schedule() {
        // Without a schedule it would search for one.
        return `${schedule()}`;
      },
    });
    return null;
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
}

/** How many schedules of the program have each outcome. */
function outcomesOf<Shared>(program: Program<Shared>): Map<unknown, number> {
  const { outcomes } = everySchedule({ ...program, after: undefined });
  return new Map([...outcomes].map(([outcome, count]) => [JSON.parse(outcome), count]));
}

// -- [1] an update is lost --

test("[1] lostUpdate: a schedule that loses an update", () =>
  convicts(countdown(2, faulty), lostUpdate, ["after"]));

test("[1] lostUpdates: how many schedules lose one", () => {
  const answer = lostUpdates();
  const count = outcomesOf(countdown(2, faulty)).get(99);
  assert(
    answer === count,
    `It is not ${answer}: write down all orders of two reads and two writes`,
  );
});

test("[1] remaining: every number that three threads can leave, and no other", () => {
  const answer = remaining();
  const outcomes = outcomesOf(countdown(3, faulty));
  for (const number of answer) {
    assert(outcomes.has(number), `No schedule of three threads leaves ${number}`);
  }
  assertEquals(new Set(answer).size, outcomes.size, "So many different numbers can be left");
});

test("[1] countDown: two threads lose no update", () => everySchedule(countdown(2, { countDown })));

test("[1] countDown: three threads lose no update", () =>
  everySchedule(countdown(3, { countDown })));

test("[1] countDown: no thread waits for another", () => {
  const { states } = everySchedule(countdown(1, { countDown }));
  assert(states <= 4, `Alone it takes ${states - 1} steps: one operation of Atomics can do it all`);
});

// -- [2] two tills sell the last bun --

const twoTills = (piece: Pick<typeof faulty, "sell">) => {
  const { run, ...program } = tills(2, 1, piece);
  return { ...program, threads: { left: run!, right: run! } };
};

test("[2] lastBun: a schedule that sells one bun twice", () =>
  convicts(twoTills(faulty), lastBun, ["always", "after"]));

for (const [threads, buns] of [[1, 0], [1, 1], [2, 1], [3, 2], [3, 3], [2, 3]]) {
  test(`[2] sell: buns ${buns}, customers ${threads}`, () =>
    everySchedule(tills(threads, buns, { sell })));
}

test("[2] sell: a till does not wait for another", () => {
  const proof = everySchedule(tills(2, 2, { sell }));
  assertFalse(proof.spun, "A till went round and round a loop until another one was ready");
  return proof;
});

// -- [3] money is nowhere for a moment --

test("[3] missingMoney: a schedule with which the auditor counts too little", () => {
  convicts(bank(1, faulty), missingMoney, ["after"]);
  const { after: _, ...program } = bank(1, faulty);
  const tooLittle = (_: unknown, [, sum]: unknown[]) => assert(Number(sum) >= 100, "Too little");
  const failed = failureOf({ ...program, after: tooLittle }, missingMoney);
  assert(failed, "With this schedule the auditor counts too much: it should count too little");
});

test("[3] sums: every sum that the auditor can count, and no other", () => {
  const answer = sums();
  const outcomes = outcomesOf(bank(1, faulty));
  for (const sum of answer) assert(outcomes.has(sum), `No schedule lets the auditor count ${sum}`);
  assertEquals(new Set(answer).size, outcomes.size, "So many different sums can be counted");
});

test("[3] transfer and audit: the sum is always 100", () =>
  everySchedule(bank(1, { transfer, audit })));

test("[3] transfer and audit: two transfers at once, and the sum is always 100", () => {
  const proof = everySchedule(bank(2, { transfer, audit }));
  assertFalse(proof.spun, "A thread went round and round a loop: the guard lets it sleep");
  return proof;
});

test("[3] transfer and audit: the guard is given back", () =>
  everySchedule({
    shared: () => ({ accounts: cells(2), guard: cells(1) }),
    threads: 1,
    run({ accounts, guard }) {
      for (let i = 0; i < 2; i++) {
        transfer(accounts, 1, new Guard(guard, 0));
        assertEquals(audit(accounts, new Guard(guard, 0)), 0, "What is in both accounts together");
      }
    },
    after: ({ accounts }) => assertEquals([...accounts], [-2, 2], "Two transfers of 1"),
  }));

// -- [4] a flag is raised too early --

test("[4] emptyLetter: a schedule that reads what is not there yet", () =>
  convicts(post(faulty), emptyLetter, ["after"]));

test("[4] send: whoever sees the flag finds the letter", () =>
  everySchedule({ ...post({ send }), reachable: [42, "no letter"] }));

// -- [5] an oven is heated twice --

test("[5] heatedTwice: a schedule that heats the oven twice", () =>
  convicts(kitchen(2, faulty), heatedTwice, ["after", "error"]));

for (const threads of [1, 2, 3]) {
  test(`[5] startOnce: ${threads} in the kitchen, and the oven is hot once, before they bake`, () =>
    everySchedule(kitchen(threads, { startOnce })));
}

test("[5] startOnce: who waits for the oven sleeps and does not spin", () => {
  const proof = everySchedule(kitchen(2, { startOnce }));
  assertFalse(proof.spun, "A thread went round and round a loop. Let it sleep in Atomics.wait");
  return proof;
});

test("[5] startOnce: who comes when the oven is hot only looks", () => {
  const steps = (times: number) =>
    everySchedule({
      shared: () => ({ state: cells(1) }),
      threads: 1,
      run({ state }) {
        for (let i = 0; i < times; i++) startOnce(state, () => {});
      },
    }).states;
  const again = steps(2) - steps(1);
  assert(
    again <= 2,
    `The second time took ${again} operations: one look can tell that all is done`,
  );
});

// -- [6] two wait for each other --

const annAndBob = { Ann: [0, 1], Bob: [1, 0] } as Record<string, [number, number]>;

test("[6] allHungry: a schedule with which nobody gets on", () =>
  convicts(table(annAndBob, faulty), allHungry, ["deadlock"]));

test("[6] eat: two people, and nobody waits for ever", () =>
  everySchedule(table(annAndBob, { eat })));

test("[6] eat: two people with the same fork on the left", () =>
  everySchedule(table({ Ann: [0, 1], Bob: [0, 1] }, { eat })));

test("[6] eat: three people at a round table", () =>
  everySchedule({
    ...table({ Ann: [0, 1], Bob: [1, 2], Cleo: [2, 0] }, { eat }),
    maxStates: 25_000,
  }));

test("[6] eat: two who share no fork eat at the same time", () => {
  const proof = everySchedule(table({ Ann: [0, 1], Bob: [2, 3] }, { eat }));
  assertEquals(proof.mostInside["a meal"], 2, "The most people that had a meal at once");
  return proof;
});

test("[6] eat: who eats has both forks, and has one meal", () =>
  everySchedule({
    shared: () => ({ forks: cells(2) }),
    threads: 1,
    run({ forks }) {
      let meals = 0;
      eat(new Guard(forks, 1), new Guard(forks, 0), () => {
        assertEquals(
          [Atomics.load(forks, 0), Atomics.load(forks, 1)],
          [1, 1],
          "Both forks are taken",
        );
        meals++;
      });
      assertEquals(meals, 1, "How many meals");
    },
  }));

testWhatToFixFirst();
