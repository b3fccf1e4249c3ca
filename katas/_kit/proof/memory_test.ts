import { assert, assertEquals, assertFalse, assertNotEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { permittedTest } from "../suite/permission.ts";
import { keyOf, Memory, textsOf } from "./memory.ts";

async function inFolder(work: (root: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "memory_" });
  const ci = Deno.env.get("CI");
  Deno.env.delete("CI");
  try {
    await work(pathToFileURL(`${folder}/`) as URL);
  } finally {
    if (ci !== undefined) Deno.env.set("CI", ci);
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest(
  "Memory knows what was added, and forgets what nobody asks for",
  () =>
    inFolder(async (root) => {
      const first = new Memory(root);
      for (const key of ["a", "b"]) first.add(key);
      await first.save({ all: true });
      const second = new Memory(root);
      assert(second.has("a"));
      assertFalse(second.has("c"));
      await second.save({ all: false });
      assert(new Memory(root).has("b"), "Not all was asked for");
      await second.save({ all: true });
      assertFalse(new Memory(root).has("b"));
    }),
);

permittedTest(
  "Memory is empty in CI, and where its file cannot be read",
  () =>
    inFolder(async (root) => {
      await Deno.writeTextFile(new URL(".proved.json", root), `["a"]`);
      assert(new Memory(root).has("a"));
      Deno.env.set("CI", "true");
      assertFalse(new Memory(root).has("a"));
      Deno.env.delete("CI");
      await Deno.writeTextFile(new URL(".proved.json", root), `["a"`);
      assertFalse(new Memory(root).has("a"));
    }),
);

permittedTest(
  "keyOf() and textsOf() see each change of a file, and not what is left out",
  () =>
    inFolder(async (root) => {
      const put = (name: string, text: string) => Deno.writeTextFile(new URL(name, root), text);
      const key = () => keyOf(...textsOf(root, ["kit", "a.ts"], ["kit/mine.ts"]));
      await Deno.mkdir(new URL("kit/parts", root), { recursive: true });
      for (const name of ["a.ts", "kit/mine.ts", "kit/parts/b.ts"]) await put(name, name);
      const before = await key();
      await put("kit/mine.ts", "changed");
      assertEquals(await key(), before);
      await put("kit/parts/b.ts", "changed");
      assertNotEquals(await key(), before);
    }),
);
