import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository as root } from "../judging/judge.ts";
import { permittedTest } from "../suite/permission.ts";
import { wrongFile } from "../wrong/wrong_file.ts";
import { Stage, StageError } from "./stage.ts";

const neverInside = "[2] two threads are never inside the lock at once";

permittedTest("a stage shows the shortest failing schedule of a test as data", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using stage = await Stage.open("locks", file.url, { test: neverInside });
  const { test, passed, says, command, drawing } = stage.bill;
  assertEquals([test, passed], [neverInside, false]);
  assertEquals(says[0], "Two threads were inside the lock at once.");
  assertMatch(says.at(-1)!, /^Shortest schedule: 6 steps, 2 forced switches/);
  assertMatch(command, /^deno test .*locks --filter ".*" -- --schedule 'A:l B:ls.* A:.*'$/);
  const { names, cells, rows, moments, fault } = drawing!;
  assertEquals(names, ["A", "B"]);
  assertEquals(cells.includes("lock"), true);
  assertEquals([rows.length, moments.length], [6, 7]);
  assertEquals(fault, ["Two threads were inside the lock at once."]);
  assertEquals(rows.map(({ thread }) => thread), [0, 1, 1, 1, 0, 0]);
  assertStringIncludes(rows[0].does, "load(lock) → 0");
  assertEquals(rows[2].change, "lock = 1");
  assertEquals(rows[0].calls[0].file, file.url.href);
  assertEquals(moments[0].threads.map(({ is }) => is), ["ready", "ready"]);
  assertEquals(moments[0].moves.map(({ turn }) => turn), ["A:l", "B:l"]);
  assertEquals(moments[3].memory[cells.indexOf("lock")], "1");
  assertEquals(moments[6].threads.map(({ inside }) => inside), [["the lock"], ["the lock"]]);
  assertEquals(moments[6].moves, []);
});

permittedTest("on a stage somebody else chooses who takes the next step", async () => {
  await using file = await wrongFile("locks", "check_then_set");
  await using stage = await Stage.open("locks", file.url, { test: "NEVER inside the lock at" });
  const start = await stage.draw("");
  assertEquals([start.rows.length, start.fault], [0, null]);
  const next = await stage.draw("A:l B:l");
  assertEquals(next.moments.at(-1)!.moves.map(({ turn }) => turn), ["A:s", "B:s"]);
  const broken = await stage.draw("A:l B:l B:s B:i A:s A:i");
  assertEquals(broken.fault, ["Two threads were inside the lock at once."]);
  const way = await stage.wayToFail("B:l B:s");
  assertEquals(typeof way, "string", "Who is alone there takes the lock before the other looks");
  await assertRejects(() => stage.draw("A:s"), StageError, "does not fit at step 1");
  assertEquals((await stage.draw("A:l")).rows.length, 1, "A wrong question ends nothing");
});

permittedTest("a stage says that nobody can win, and why it knows", async () => {
  const reference = new URL("solutions/locks/locks.ts", root);
  await using stage = await Stage.open("locks", reference, { test: neverInside });
  assertEquals(stage.bill.passed, true);
  assertMatch(stage.bill.says.join("\n"), /^proved: /);
  assertMatch(stage.bill.goal, /^Nobody can win: proved: /);
  assertMatch(String(await stage.wayToFail("")), /^proved: /);
  assertEquals(stage.bill.drawing!.fault, null);
  assertEquals(
    stage.bill.drawing!.moments.at(-1)!.threads.map(({ is }) => is),
    ["ended", "ended"],
  );
});

permittedTest("a stage says which tests there are if it does not know the one", async () => {
  const reference = new URL("solutions/locks/locks.ts", root);
  const error = await assertRejects(
    () => Stage.open("locks", reference, { test: "no such test" }),
    StageError,
    "There is no test 'no such test'",
  );
  assertEquals((error as StageError).tests.includes(neverInside), true);
});

permittedTest("a stage ends a file that does not end by itself", async () => {
  const folder = await Deno.makeTempDir({ prefix: "endless_" });
  try {
    const file = join(folder, "locks.ts");
    const source = await Deno.readTextFile(new URL("solutions/locks/locks.ts", root));
    await Deno.writeTextFile(file, `${source}\nfor (;;);\n`);
    const options = { test: neverInside, timeout: 3_000 };
    await assertRejects(
      () => Stage.open("locks", pathToFileURL(file) as URL, options),
      StageError,
      "It did not end in 3 s: an endless loop or a deadlock?",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

permittedTest("what the code on a stage prints is no answer", async () => {
  const folder = await Deno.makeTempDir({ prefix: "prints_" });
  try {
    const file = join(folder, "locks.ts");
    const source = await Deno.readTextFile(new URL("solutions/locks/locks.ts", root));
    await Deno.writeTextFile(
      file,
      source.replace("return takeWord(", 'console.log("\\nhello"); return takeWord('),
    );
    await using stage = await Stage.open("locks", pathToFileURL(file) as URL, {
      test: neverInside,
    });
    assertEquals((await stage.draw("A:c")).rows.length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
