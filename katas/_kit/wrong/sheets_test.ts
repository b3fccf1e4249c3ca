import { assertEquals } from "@std/assert";
import { joined, layOut, readJoined, separated } from "./sheets.ts";

const files = new Map([
  ["till.ts", `import { buns } from "./buns.ts";\nexport const price = buns * 2;\n`],
  ["buns.ts", `export { oven } from "./oven.ts";\nexport type { Till } from "./till.ts";\n`],
  ["oven.ts", `import { far } from "../far.ts";\nimport { up } from "#solutions/up.ts";\n`],
]);

const read = (name: string) => Promise.resolve(files.get(name)!);

Deno.test("a file is one text with what it imports from beside it, and comes apart again", async () => {
  const text = await joined("till.ts", read);
  assertEquals(separated("till.ts", text), files);
  assertEquals(text.match(/(?<=^\/\/ ---- ).*(?= ----$)/gm), ["buns.ts", "oven.ts"]);
});

Deno.test("a file without parts is its own text", async () => {
  const alone = await joined("oven.ts", read);
  assertEquals(alone, files.get("oven.ts"));
  assertEquals([...separated("oven.ts", alone)], [["oven.ts", alone]]);
});

Deno.test("a text is laid out as the files that it holds", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sheets_" });
  try {
    const text = await joined("till.ts", read);
    const file = await layOut(folder, "till.ts", text);
    assertEquals(await readJoined(file), text);
    assertEquals([...Deno.readDirSync(folder)].length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
