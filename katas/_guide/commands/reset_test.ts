import { assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { Misuse, paths, read } from "../guide.ts";
import { note, standings } from "../progress/progress.ts";
import { reset } from "./reset.ts";
import { right, save, smallGuide, stub } from "../testing.ts";

permittedTest("reset() puts the empty stub back and keeps a backup", async () => {
  await using guide = await smallGuide(["locks", "queues"]);
  await save(guide, paths.stub("locks"), right);
  await note(guide, "locks", { stub: "abc", isGreen: true });
  assertEquals(await reset(guide, "locks", { yes: true }), 0);
  assertEquals(await read(guide, paths.stub("locks")), stub);
  assertEquals((await standings(guide)).get("locks")?.state, "open");
  const [, backup] = guide.screen.written.match(/kept as (\S+\.bak)\./) ?? [];
  assertEquals(await read(guide, backup), right);
});

permittedTest("reset() resets all that was changed, and nothing else", async () => {
  await using guide = await smallGuide(["locks", "queues", "pools"]);
  for (const slug of ["locks", "pools"]) await save(guide, paths.stub(slug), right);
  await reset(guide, undefined, { all: true, yes: true });
  const [, backup] = guide.screen.written.match(
    /^katas\/locks\/.* To have it back:\n {2}cp (\S+\.bak) katas\/locks\/locks\.ts\nkatas\/pools\/.*\n.*\n$/,
  ) ?? [];
  assertEquals(await read(guide, backup), right);
  guide.screen.written = "";
  await reset(guide, undefined, { all: true });
  assertEquals(guide.screen.written, "There is nothing to reset: no file was changed.\n");
});

permittedTest("reset() brings back a file that is gone", async () => {
  await using guide = await smallGuide(["locks"]);
  await Deno.remove(new URL(paths.stub("locks"), guide.root));
  await reset(guide, "locks", { yes: true });
  assertEquals(await read(guide, paths.stub("locks")), stub);
});

permittedTest("reset() does nothing where nobody can be asked, or nothing is named", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  await assertRejects(() => reset(guide, "locks"), Misuse, "say --yes");
  await assertRejects(() => reset(guide, undefined), Misuse, "say --all");
  await assertRejects(() => reset(guide, "locks", { all: true }), Misuse, "say --all");
  assertEquals(await read(guide, paths.stub("locks")), right);
});
