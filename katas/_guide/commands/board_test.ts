import { assertEquals } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { board, boardText, nextRow, type Row } from "./board.ts";
import { paths } from "../guide.ts";
import { hash, note } from "../progress/progress.ts";
import { fakeScreen, kata, right, save, smallGuide } from "../testing.ts";

const rows: Row[] = [
  { kata: kata("locks", { level: 1 }), standing: { state: "done", steps: [1] } },
  {
    kata: kata("semaphores", { buildsOn: ["locks"], steps: ["one by one", "many", "in time"] }),
    standing: { state: "changed", steps: [1] },
  },
  { kata: kata("pools", { part: "processes", level: 3 }), standing: { state: "open", steps: [] } },
];
const root = new URL("file:///katas/");

Deno.test("boardText() says in words how far each kata is, and which is next", () => {
  assertEquals(
    boardText(rows, root, fakeScreen()),
    `Concurrency katas for Deno
████████░░░░░░░░░░░░░░░░ 1 of 3 done

threads
   done     [■]    locks       easy    the story of locks
→  changed  [■□□]  semaphores  medium  the story of semaphores (builds on locks)

processes
   open     [□]    pools       hard    the story of pools

Next: semaphores, the story of semaphores.
It was green, and its file was changed after that.
[■□□] step 2 of 3: many
  lesson  katas/semaphores/README.md
  yours   katas/semaphores/semaphores.ts
  start   deno task kata watch`,
  );
});

Deno.test("boardText() has no escape sequence without colours, and fits a narrow screen", () => {
  const text = boardText(rows, root, fakeScreen({ width: 50 }));
  assertEquals(text.includes("\x1b"), false);
  for (const line of text.split("\n")) assertEquals(line.length <= 50, true, line);
});

Deno.test("boardText() makes paths links on a terminal with colours", () => {
  const text = boardText(rows, root, fakeScreen({ colour: true }));
  const file = "katas/semaphores/semaphores.ts";
  const link = `\x1b]8;;file:///katas/${file}\x1b\\\x1b[36m${file}\x1b[39m\x1b]8;;\x1b\\`;
  assertEquals(text.includes(link), true);
});

Deno.test("nextRow() is the first that is not done", () => {
  assertEquals(nextRow(rows)?.kata.slug, "semaphores");
  assertEquals(nextRow([{ ...rows[0] }]), undefined);
});

permittedTest("board() prints JSON for programs", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await save(guide, paths.stub("locks"), right);
  await note(guide, "locks", { stub: await hash(right), isGreen: true });
  assertEquals(await board(guide, { json: true }), 0);
  const { done, total, next, katas } = JSON.parse(guide.screen.written);
  assertEquals([done, total, next], [1, 2, "queues"]);
  assertEquals(katas[0], {
    slug: "locks",
    title: "the story of locks",
    part: "threads",
    level: "medium",
    buildsOn: [],
    state: "done",
    steps: [],
    lesson: "katas/locks/README.md",
    stub: "katas/locks/locks.ts",
  });
});
