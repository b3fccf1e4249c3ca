import { assertEquals } from "@std/assert";
import { type Cell, gridText } from "./grid.ts";
import { fakeScreen, kata } from "../testing.ts";

const cells: Cell[] = [
  { kata: kata("locks"), steps: [1], state: "green", elapsed: 900 },
  { kata: kata("semaphores"), steps: [], state: "red", elapsed: 900 },
  { kata: kata("queues"), steps: [], state: "judging", elapsed: 12_300 },
  { kata: kata("pools"), steps: [], state: "waiting", elapsed: 0 },
  { kata: kata("pipes"), steps: [], state: "not begun", elapsed: 0 },
];

Deno.test("gridText() puts cells side by side, and counts them in words", () => {
  assertEquals(
    gridText(cells, fakeScreen({ width: 70 })),
    `locks       [■]  green         pools       [□]  waiting
semaphores  [□]  red           pipes       [□]  not begun
queues      [□]  judging 12 s
1 green, 1 red, 1 not begun, 1 judging, 1 waiting`,
  );
});

Deno.test("gridText() puts cells below each other where it is narrow", () => {
  assertEquals(gridText(cells, fakeScreen({ width: 30 })).split("\n").length, 6);
});
