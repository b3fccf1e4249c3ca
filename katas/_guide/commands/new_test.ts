import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { wholeFile, wrongOn } from "../../_kit/wrong/page.ts";
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

permittedTest("newKata() lays out files that are formatted and have no problems", async () => {
  await using guide = await withTemplates();
  const title = "many readers, ".repeat(8);
  const slugs = [
    "read_locks",
    "x",
    "a_name_that_is_longer_than_any_of_us_would_like_to_write_it_down",
  ];
  for (const slug of slugs) assertEquals(await newKata(guide, slug, { title }), 0);
  const folders = slugs.flatMap((slug) => [`katas/${slug}`, `solutions/${slug}`]);
  for (const command of ["fmt --check", "lint"]) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...command.split(" "), curriculumPath, ...folders],
      cwd: guide.root,
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  }
  assertEquals(
    await read(guide, paths.pristine("read_locks")),
    await read(guide, paths.stub("read_locks")),
  );
  assertStringIncludes(await read(guide, paths.lesson("read_locks")), "# Read locks\n");
  const [wrong] = wrongOn(await read(guide, paths.wrong("read_locks")));
  const reference = await read(guide, paths.reference("read_locks"));
  assertStringIncludes(wholeFile(wrong, reference), "  return 41;\n}\n");
  assertEquals(wrong.rejectedBy, [
    "[1] the name of a test is a sentence about the learner's object",
  ]);
  assertStringIncludes(guide.screen.written, "deno task proof read_locks");
});

permittedTest("newKata() puts the kata at the end of the curriculum", async () => {
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
    steps: ["what works after the first step"],
    needsPermission: false,
  }]);
});

permittedTest("newKata() refuses a name that is taken or is none", async () => {
  await using guide = await withTemplates();
  await assertRejects(() => newKata(guide, "locks"), Misuse, "There is a kata 'locks' already");
  await assertRejects(() => newKata(guide, "../x"), Misuse, "'../x' is no name");
  await assertRejects(() => newKata(guide, "x", { part: "y" }), Misuse, "There is no part 'y'");
});
