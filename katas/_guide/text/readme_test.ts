/** What the README shows is what is printed. */
import { assert } from "@std/assert";
import { judge, repository } from "../../_kit/judging/judge.ts";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { temporaryFolder } from "../../_kit/suite/files.ts";
import { wholeFile, wrongOn } from "../../_kit/wrong/page.ts";

permittedTest("README.md shows the schedule that convicts check_then_set", async () => {
  const text = (path: string) => Deno.readTextFile(new URL(path, repository));
  const wrong = wrongOn(await text("solutions/locks/WRONG.md"))
    .find(({ name }) => name === "check_then_set")!;
  await using folder = await temporaryFolder();
  const file = `${folder.path}/locks.ts`;
  await Deno.writeTextFile(file, wholeFile(wrong, await text("solutions/locks/locks.ts")));
  const { tests } = await judge("locks", file, {
    only: wrong.rejectedBy,
    timeout: 60_000,
    columns: 100,
  });
  const { message } = tests.find(({ name }) => name === wrong.rejectedBy[0])!;
  const schedule = message.slice(message.indexOf("Two threads were"), message.indexOf("\nSee it"));
  const readme = await text("README.md");
  assert(readme.includes(schedule), `README.md must show what is printed:\n${schedule}`);
});
