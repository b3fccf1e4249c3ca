import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { permittedTest } from "./permission.ts";
import { learnersFile, typedFolder } from "./place.ts";

const suiteIn = (...folders: string[]) =>
  pathToFileURL(join(Deno.cwd(), ...folders, "x_test.ts")).href;

permittedTest("typedFolder() is a path from here", () => {
  assertEquals(typedFolder(suiteIn("katas", "locks")), join("katas", "locks"));
  assertEquals(typedFolder(suiteIn()), ".");
  assertEquals(typedFolder(suiteIn("..", "my katas")), `"${join("..", "my katas")}"`);
});

Deno.test("learnersFile() is the path that the lesson gives", () => {
  assertEquals(learnersFile("file:///home/ann/katas/locks/locks_test.ts"), "katas/locks/locks.ts");
});
