import { assertEquals, assertThrows } from "@std/assert";
import type { Kata } from "../curriculum.ts";
import { kataTable, tableIn } from "./table.ts";

const kata: Kata = {
  slug: "locks",
  title: "a hand-over",
  part: "threads",
  buildsOn: [],
  level: 2,
  steps: [],
  needsPermission: false,
};

Deno.test("tableIn() reads what kataTable() writes, formatted or not", () => {
  const table = kataTable([kata]);
  const padded = table.replaceAll("| --- |", "| ------ |").replaceAll(" |", "   |");
  for (const text of [table, padded]) {
    const readme = `# Katas\n<!-- katas -->\n\n${text}\n\n<!-- /katas -->\n`;
    assertEquals(tableIn(readme, "katas"), table);
  }
});

Deno.test("tableIn() tells that the marks are missing", () => {
  assertThrows(() => tableIn("# Katas", "katas"), Error, "<!-- katas -->");
});
