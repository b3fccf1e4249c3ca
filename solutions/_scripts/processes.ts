import { assertEquals, assertNotEquals } from "@std/assert";
import { numbers, range, type ScriptFacts, sorted } from "./facts.ts";

export const facts: ScriptFacts = {
  hello: {
    "the child says hello, and then main has waited for its end"(lines) {
      assertEquals(lines, ["hello bob", "exit code 0"]);
    },
  },
  no_sharing: {
    "each child finds the list empty, and adds its own number"(lines) {
      const children = lines.slice(0, -1);
      assertEquals(sorted(numbers(children, /^say hi \[ (\d) \]$/)), range(0, 10));
    },
    "at the end the list of main is still empty"(lines) {
      assertEquals(lines.slice(10), ["ending []"]);
    },
  },
  who_is_whose_parent: {
    "main speaks first, then the child, which says hello"(lines) {
      const titles = lines.filter((line) => /^(main|called|hello)/.test(line));
      const child = "called from the child process, function f";
      assertEquals(titles, ["main process line", child, "hello bob"]);
    },
    "the parent of the child is the main process"(lines) {
      const [, parentOfChild] = numbers(lines, /^parent process: (\d+)$/);
      const [main, child] = numbers(lines, /^process id: (\d+)$/);
      assertEquals(parentOfChild, main);
      assertNotEquals(child, main);
    },
  },
};
