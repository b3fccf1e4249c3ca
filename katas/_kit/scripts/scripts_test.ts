import { assertEquals } from "@std/assert";
import { storyOf } from "./scripts.ts";

Deno.test("storyOf() is the first sentence of the comment at the head", () => {
  const story = "Two threads say 1.5 each";
  assertEquals(storyOf("// Two threads\n// say 1.5 each. They wait.\n\n// More.\n"), story);
  assertEquals(storyOf("// Two threads say 1.5 each\r\nlet a;\r\n"), story);
  assertEquals(storyOf("let a; // Nothing.\n"), "");
});
