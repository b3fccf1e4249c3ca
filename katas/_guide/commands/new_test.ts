import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Misuse, paths, read } from "../guide.ts";
import { newKata } from "./new.ts";
import { save, smallGuide } from "../testing.ts";

const curriculumPath = "katas/curriculum.ts";

async function withTemplates() {
  const guide = await smallGuide(["locks"]);
  const from = new URL("../template/", import.meta.url);
  await Deno.mkdir(new URL(paths.templates, guide.root), { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await save(guide, paths.templates + name, await Deno.readTextFile(new URL(name, from)));
  }
  await save(guide, curriculumPath, "export const curriculum = [\n];\n");
  return guide;
}

Deno.test("newKata() lays out files that are formatted and have no problems", async () => {
  await using guide = await withTemplates();
  assertEquals(await newKata(guide, "read_locks", { title: "many readers" }), 0);
  for (const command of ["fmt --check --line-width=100", "lint"]) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...command.split(" "), "katas/read_locks", "solutions/read_locks"],
      cwd: guide.root,
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  }
  assertEquals(
    await read(guide, paths.pristine("read_locks")),
    await read(guide, paths.stub("read_locks")),
  );
  assertStringIncludes(await read(guide, paths.lesson("read_locks")), "# Read locks\n");
  assertStringIncludes(guide.screen.written, '--filter "read_locks:"');
});

Deno.test("newKata() puts the kata at the end of the curriculum", async () => {
  await using guide = await withTemplates();
  await newKata(guide, "read_locks", { title: 'the "many"', part: "processes" });
  const file = new URL(curriculumPath, guide.root);
  const { curriculum } = await import(file.href);
  assertEquals(curriculum, [{
    slug: "read_locks",
    title: 'the "many"',
    part: "processes",
    buildsOn: [],
    level: 2,
    needsPermission: false,
  }]);
});

Deno.test("newKata() refuses a name that is taken or is none", async () => {
  await using guide = await withTemplates();
  await assertRejects(() => newKata(guide, "locks"), Misuse, "There is a kata 'locks' already");
  await assertRejects(() => newKata(guide, "../x"), Misuse, "'../x' is no name");
  await assertRejects(() => newKata(guide, "x", { part: "y" }), Misuse, "There is no part 'y'");
});
