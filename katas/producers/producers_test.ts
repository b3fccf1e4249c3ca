import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { cells, everySchedule, takenInOneStep, type VirtualThread } from "../_kit/exploring.ts";
import {
  assertThrows,
  runProgram,
  soon,
  test,
  testWhatToFixFirst,
  testWithPermission,
} from "../_kit/mod.ts";
import { Lock } from "#solutions/locks/locks.ts";
import { QueueShutDown } from "#solutions/queues/queues.ts";
import { SharedQueue } from "#solutions/shared_queues/shared_queues.ts";
import { bake, type Bun, eat, type KitchenReport, runKitchen } from "./producers.ts";

/** Bounds the search where another right solution may need many more states. */
const bounds = { maxStates: 30_000, samples: 100 };

/** `everySchedule`, with a shelf whose lock is taken in one step: both have tests of their own. */
const everyScheduleOfMany: typeof everySchedule = (program) =>
  takenInOneStep(Lock, { ...program, ...bounds });

/** A shelf for buns that are numbers, and what the eaters ate: bit n for bun n. */
interface Kitchen {
  shelf: SharedArrayBuffer;
  eaten: Int32Array<SharedArrayBuffer>;
}

type Body = (kitchen: Kitchen, thread: VirtualThread) => unknown;

/** A kitchen with these buns on its shelf. The memory is short, for it is part of every state. */
const kitchen = (maxsize: number, ...buns: number[]) => (): Kitchen => {
  const shelf = new SharedQueue<number>({ maxsize, bytes: 32 });
  for (const bun of buns) shelf.put(bun);
  return { shelf: shelf.buffer, eaten: cells(1) };
};

const at = ({ shelf }: Kitchen) => SharedQueue.attach<number>(shelf);

const cook = (...buns: number[]): Body => (kitchen) => bake(at(kitchen), buns);

/** Eats until the end, and fails if a bun comes twice. */
const eater: Body = (kitchen) => {
  let own = 0;
  const said = eat(at(kitchen), (bun) => {
    own++;
    const before = Atomics.or(kitchen.eaten, 0, 1 << bun);
    assertEquals(before & 1 << bun, 0, `Bun ${bun} was eaten twice`);
  });
  assertEquals(said, own, "How many buns the eater says he ate, and how many he did");
};

/** Sends everybody home when the work is done. */
const boss: Body = (kitchen) => {
  const shelf = at(kitchen);
  shelf.join();
  shelf.shutdown();
};

/** The buns that were eaten. */
const eatenOf = ({ eaten }: Kitchen) => [0, 1, 2, 3, 4].filter((bun) => eaten[0] & 1 << bun);

/** The error of this kind that it throws. Any other error passes. */
function errorOf<E extends Error>(
  run: () => unknown,
  Kind: new (...args: never[]) => E,
  sentence: string,
): E {
  try {
    run();
  } catch (error) {
    if (error instanceof Kind) return error;
    throw error;
  }
  throw new Error(`It must throw. ${sentence}`);
}

/** Runs code that might hang as the only thread, so that a hang is reported and not suffered. */
function alone(shared: () => Kitchen, run: Body) {
  return everySchedule({ shared, threads: 1, run });
}

// -- [1] a cook fills the shelf, and waits when it is full --

test("[1] a cook puts his buns on the shelf, in their order", () =>
  alone(kitchen(3), (kitchen) => {
    assertEquals(bake(at(kitchen), [3, 1, 2]), 3, "bake returns how many it has put there");
    const shelf = at(kitchen);
    assertEquals(shelf.size, 3, "How many are on the shelf");
    assertEquals([shelf.get(), shelf.get(), shelf.get()], [3, 1, 2], "In the order of the cook");
    assertEquals(bake(shelf, []), 0, "A cook without buns goes home at once");
  }));

test("[1] a cook bakes anything, and from any list", () => {
  const shelf = new SharedQueue<unknown>();
  const buns = new Set([undefined, 0, "", null, { filled: "with beans" }]);
  assertEquals(bake(shelf, buns), 5, "undefined, 0, '' and null are buns too");
  for (const bun of buns) assertEquals(shelf.getNowait(), bun);
});

test("[1] a cook waits while the shelf is full", () =>
  everyScheduleOfMany({
    shared: kitchen(1),
    threads: {
      cook: cook(0, 1, 2),
      guest(kitchen) {
        const shelf = at(kitchen);
        const got = [];
        for (let i = 0; i < 3; i++) {
          assert(shelf.size <= 1, `There are ${shelf.size} buns on a shelf for one`);
          got.push(shelf.get());
        }
        return got;
      },
    },
    after: (_, [baked, got]) => {
      assertEquals(baked, 3, "How many the cook has put on the shelf");
      assertEquals(got, [0, 1, 2], "What the guest took");
    },
  }));

test("[1] a cook bakes a bun only when the last one has its place", () =>
  alone(kitchen(2), (kitchen) => {
    const shelf = at(kitchen);
    const sizes: number[] = [];
    function* buns() {
      for (let bun = 0; bun < 2; bun++) {
        sizes.push(shelf.size);
        yield bun;
      }
    }
    bake(shelf, buns());
    assertEquals(sizes, [0, 1], "How many were on the shelf when the cook asked for each bun");
  }));

test("[1] a cook goes home when the shelf is shut down", () =>
  alone(kitchen(1), (kitchen) => {
    const shelf = at(kitchen);
    function* buns() {
      yield 1;
      shelf.get();
      shelf.shutdown();
      yield 2;
      throw new Error("A cook must not ask for a bun when the kitchen is closed");
    }
    assertEquals(bake(shelf, buns()), 1, "The second one found the shelf shut down");
  }));

test("[1] a cook who waits goes home when the shelf is shut down", () =>
  everyScheduleOfMany({
    shared: kitchen(1),
    threads: {
      cook: cook(0, 1, 2),
      boss: (kitchen) => at(kitchen).shutdown(),
    },
    after(kitchen, [baked]) {
      assertEquals(at(kitchen).size, baked, "What he has put there, and what is there");
    },
  }));

test("[1] a bun that cannot be put on the shelf is an error of the cook", () => {
  const shelf = new SharedQueue<unknown>();
  const silence = "Only a shutdown sends him home in silence";
  const error = errorOf(() => bake(shelf, [1, () => "steam"]), DOMException, silence);
  assertEquals(error.name, "DataCloneError");
  assertEquals(shelf.size, 1, "The first one is there");
});

// -- [2] an eater takes what comes, until there is no more --

test("[2] an eater eats all there is, and goes home when the shelf is shut down", () =>
  alone(kitchen(3, 0, 1, 2), (kitchen) => {
    const shelf = at(kitchen);
    shelf.shutdown();
    const eaten: number[] = [];
    assertEquals(eat(shelf, (bun) => eaten.push(bun)), 3, "eat returns how many he has eaten");
    assertEquals(eaten, [0, 1, 2], "What was left when it was shut down is eaten too");
    assertEquals(eat(shelf, () => {}), 0, "Who comes later finds nothing");
  }));

test("[2] whatever is on the shelf is a bun", () => {
  const shelf = new SharedQueue<unknown>();
  const buns = [undefined, null, 0, "", false, -1];
  for (const bun of buns) shelf.put(bun);
  shelf.shutdown();
  const eaten: unknown[] = [];
  eat(shelf, (bun) => eaten.push(bun));
  assertEquals(eaten, buns, "No bun is a sign to go home: that is what the shutdown is for");
});

test("[2] an eater waits for the first bun", () =>
  everyScheduleOfMany({
    shared: kitchen(1),
    threads: {
      eater,
      cook(kitchen) {
        bake(at(kitchen), [1, 2]);
        at(kitchen).shutdown();
      },
    },
    after: (kitchen) => assertEquals(eatenOf(kitchen), [1, 2], "What was eaten"),
  }));

test("[2] a bun is done when it is eaten, and not before", () =>
  everyScheduleOfMany({
    shared: kitchen(2, 1, 2),
    threads: {
      eater,
      boss(kitchen) {
        boss(kitchen, undefined!);
        return Atomics.load(kitchen.eaten, 0);
      },
    },
    after: (_, [, eaten]) =>
      assertEquals(eaten, 6, "join came back before both buns were eaten, which are 2 + 4"),
  }));

test("[2] a bun on which he chokes is done, and the error is his", () =>
  alone(kitchen(3, 0, 1, 2), (kitchen) => {
    const shelf = at(kitchen);
    const onBun = (bun: number) => {
      if (bun === 1) throw new SyntaxError("a bone");
    };
    shelf.shutdown();
    errorOf(() => eat(shelf, onBun), SyntaxError, "The error must pass");
    assertEquals(shelf.size, 1, "He has taken two, and leaves the third to others: the size");
    shelf.get();
    shelf.taskDone();
    assertEquals(shelf.join({ timeout: 5 }), true, "The bun with the bone is done, too");
    assertThrows(() => shelf.taskDone(), RangeError, "", "Every bun is done once");
  }));

test("[2] an error that only looks like the end of the work is an error", () => {
  const shelf = new SharedQueue<number>();
  const other = new SharedQueue<number>();
  other.shutdown();
  shelf.put(1);
  shelf.shutdown();
  const askOther = () => void other.get();
  errorOf(() => eat(shelf, askOther), QueueShutDown, "Another queue was shut down, not the shelf");
});

// -- [3] several of each, under every schedule --

test("[3] two eaters share the buns of one cook", () =>
  everyScheduleOfMany({
    shared: kitchen(1, 0),
    threads: {
      "one eater": eater,
      "other eater": eater,
      cook(kitchen) {
        bake(at(kitchen), [1]);
        at(kitchen).shutdown();
      },
    },
    after: (kitchen) => assertEquals(eatenOf(kitchen), [0, 1], "What was eaten"),
  }));

test("[3] two cooks fill one shelf, and who has eaten both buns closes the kitchen", () =>
  everyScheduleOfMany({
    shared: kitchen(1),
    threads: {
      "one cook": cook(0),
      "other cook": cook(1),
      eater: (kitchen) => {
        let count = 0;
        return eat(at(kitchen), () => {
          if (++count === 2) at(kitchen).shutdown();
        });
      },
    },
    after: (_, [one, other, eaten]) =>
      assertEquals([one, other, eaten], [1, 1, 2], "Baked by each cook, and eaten"),
  }));

test("[3] an eater who chokes leaves nobody behind", () =>
  everyScheduleOfMany({
    shared: kitchen(2, 0, 1),
    threads: {
      "eater with bad luck"(kitchen) {
        const onBun = () => {
          throw new SyntaxError("a bone");
        };
        try {
          return eat(at(kitchen), onBun);
        } catch (error) {
          if (error instanceof SyntaxError) return "choked";
          throw error;
        }
      },
      eater,
      boss,
    },
    after(kitchen, [unlucky]) {
      const count = eatenOf(kitchen).length;
      assertEquals(count, unlucky === "choked" ? 1 : 2, "How many of two were eaten");
    },
  }));

test("[3] who waits sleeps and does not spin", () => {
  const proof = everySchedule({
    shared: kitchen(1, 0),
    ...bounds,
    threads: {
      eater,
      cook(kitchen) {
        bake(at(kitchen), [1]);
        at(kitchen).shutdown();
      },
    },
  });
  assertFalse(
    proof.spun,
    "A cook or an eater went round and round a loop. It burns a core that the others could use: " +
      "put and get wait by themselves",
  );
  return proof;
});

// -- [4] a kitchen of real threads --

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

const tastes = (query: string) => new URL(`./fixtures/tastes.ts?${query}`, import.meta.url);

const hang = "The kitchen does not close: somebody has not gone home";

/** Checks that a report adds up, and that no bun is in it twice. */
function requireSum({ baked, eaten, choked, left }: KitchenReport): void {
  const all = [...eaten.flat(), ...choked.map(({ bun }) => bun), ...left];
  assertEquals(
    all.length,
    total(baked),
    "Eaten, choked on and left, together, and baked: no bun may be lost",
  );
  const names = new Set(all.map(({ cook, number }) => `${number} of cook ${cook}`));
  assertEquals(names.size, all.length, "Every bun must be in the report once");
  for (const { cook, number } of all) {
    assert(number < baked[cook], `Bun ${number} of cook ${cook}, who baked ${baked[cook]}`);
  }
}

/** Checks that an eater has the buns of each cook in their order. */
function requireOrder(eaten: readonly Bun[]): void {
  const last = new Map<number, number>();
  for (const { cook, number } of eaten) {
    assert(number > (last.get(cook) ?? -1), `Bun ${number} of cook ${cook} came too late`);
    last.set(cook, number);
  }
}

testWithPermission("[4] one cook and one eater keep the order", async () => {
  const { eaten: [eaten] } = await soon(
    runKitchen({ cooks: 1, eaters: 1, shelf: 1, buns: 50 }),
    hang,
  );
  const baked = Array.from({ length: 50 }, (_, number) => ({ cook: 0, number }));
  assertEquals(eaten, baked, "What the eater has eaten: buns 0 to 49 of cook 0, in that order");
});

testWithPermission("[4] every bun is eaten once, and all go home", async () => {
  const options = { cooks: 3, eaters: 2, shelf: 4, buns: 100 };
  const report = await soon(runKitchen(options), hang);
  assertEquals(report.baked, [100, 100, 100], "What each cook has baked");
  assertEquals(report.eaten.length, 2, "There are as many lists as eaters");
  assertEquals(report.eaten.flat().length, 300, "How many were eaten");
  assertEquals([report.choked, report.left], [[], []], "Nobody choked, and nothing is left");
  requireSum(report);
  report.eaten.forEach(requireOrder);
});

testWithPermission("[4] more eaters than buns all go home", async () => {
  const report = await soon(runKitchen({ cooks: 1, eaters: 4, shelf: 2, buns: 1 }), hang);
  assertEquals(report.eaten.map((buns) => buns.length).toSorted(), [0, 0, 0, 1]);
  const none = await soon(runKitchen({ cooks: 2, eaters: 2, shelf: 1, buns: 0 }), hang);
  assertEquals(none, { baked: [0, 0], eaten: [[], []], choked: [], left: [] });
});

testWithPermission("[4] the event loop goes on while the kitchen works", async () => {
  const options = { cooks: 1, eaters: 1, shelf: 1, buns: 1, module: tastes("slow") };
  const closed = runKitchen(options).then(({ baked }) => baked);
  const timer = new Promise((done) => setTimeout(() => done("the timer")));
  const first = await soon(Promise.race([closed, timer]), hang);
  const why =
    "What came first. An eater eats for 50 milliseconds: a kitchen that is first has blocked " +
    "the event loop, or has not waited for the eater";
  assertEquals(first, "the timer", why);
  assertEquals(await soon(closed, hang), [1], "How many were baked");
});

test("[4] a kitchen that makes no sense is refused", async () => {
  const some = { cooks: 1, eaters: 1, shelf: 1, buns: 1 };
  const wrong = [{ cooks: 0 }, { eaters: 0 }, { shelf: 0 }, { buns: -1 }, { cooks: 1.5 }];
  for (const one of [...wrong, { eaters: NaN }, { shelf: Infinity }]) {
    const [[name, value]] = Object.entries(one);
    const error = await runKitchen({ ...some, ...one }).then(() => null, (error) => error);
    if (error === null) throw new Error(`A kitchen with ${value} ${name} must be refused`);
    if (!(error instanceof RangeError)) throw error;
    assertStringIncludes(error.message, name, "The message must name what makes no sense");
  }
});

// -- [5] somebody chokes --

testWithPermission("[5] who chokes is in the report, and the others eat on", async () => {
  const options = { cooks: 1, eaters: 3, shelf: 2, buns: 40, module: tastes("chokes=7") };
  const report = await soon(runKitchen(options), hang);
  assertEquals(report.baked, [40], "The cook has baked all");
  assertEquals(report.choked.length, 1, "One bun had a bone");
  const [{ eater, bun, message }] = report.choked;
  assertEquals(bun, { cook: 0, number: 7 });
  assertStringIncludes(message, `eater ${eater} found a bone in bun 7`);
  assertEquals(report.eaten.flat().length, 39, "The others were eaten, by the others");
  const after = report.eaten[eater].filter(({ number }) => number > 7);
  assertEquals(after, [], "Who has choked eats no more");
  requireSum(report);
});

testWithPermission("[5] when all have choked the cooks go home, and the rest is left", async () => {
  const options = { cooks: 2, eaters: 2, shelf: 3, buns: 500, module: tastes("chokes=all&slow") };
  const report = await soon(runKitchen(options), hang);
  assertEquals(
    report.choked.map(({ eater }) => eater).toSorted(),
    [0, 1],
    "Each eater choked once",
  );
  assertEquals(report.eaten, [[], []], "Nobody has eaten anything");
  assert(report.left.length <= 3, `${report.left.length} buns are left on a shelf for 3`);
  requireSum(report);
  assert(total(report.baked) < 1_000, "Nobody made room, so the cooks could not go on");
});

testWithPermission("[5] a module that cannot be loaded is an error, and no riddle", async () => {
  const { code, stdout, timedOut } = await runProgram(
    new URL("./fixtures/no_module.ts", import.meta.url),
  );
  assertFalse(timedOut, hang);
  const said = "Its exit code, and what it prints: runKitchen must reject with the thread's error";
  assertEquals([code, stdout], [0, "the kitchen says what is missing\n"], said);
});

testWhatToFixFirst();
