import { assertEquals } from "@std/assert";
import { fakeScreen, kata } from "../testing.ts";
import { boxes, newStepsText, openStepText } from "./steps_text.ts";

const locks = kata("locks", { steps: ["one by one", "many together", "in time"] });
const plain = kata("plain");

Deno.test("boxes() show how far a kata is, without a colour", () => {
  assertEquals([boxes(locks, [1, 3]), boxes(plain, []), boxes(plain, [1])], [
    "[■□■]",
    "[□]",
    "[■]",
  ]);
});

Deno.test("openStepText() names the first open step, in the width of the screen", () => {
  assertEquals(openStepText(locks, [1], fakeScreen()), "[■□□] step 2 of 3: many together");
  const narrow = openStepText(locks, [1], fakeScreen({ width: 28 }));
  assertEquals(narrow, "[■□□] step 2 of 3: many\n      together");
  assertEquals(openStepText(locks, [1, 2, 3], fakeScreen()), "");
  assertEquals(openStepText(plain, [], fakeScreen()), "");
});

Deno.test("newStepsText() says where a good place to stop is", () => {
  assertEquals(newStepsText(locks, [2]), "Step 2 of 3 is done: a good place to stop.");
  assertEquals(newStepsText(locks, [1, 2]), "Steps 1 and 2 of 3 are done: a good place to stop.");
  assertEquals([newStepsText(locks, []), newStepsText(plain, [1])], ["", ""]);
});
