import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { permittedTest } from "../../../_kit/suite/permission.ts";
import { git } from "../../git.ts";
import { type Guide, Misuse, paths, read, readIfThere } from "../../guide.ts";
import { right, save, smallGuide, wrongPage } from "../../testing.ts";
import { wrong } from "./wrong.ts";

const page = paths.wrong("locks");
const draft = (name: string) => paths.draft("locks", name);

permittedTest(
  "wrong() lists what there is, by its first sentence, and what no longer fits",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await save(guide, page, wrongPage.replace("few.", "few. It looks right."));
    assertEquals(await wrong(guide, "locks", undefined), 0);
    const list = `solutions/locks/WRONG.md has 1 wrong solution.

off_by_one
  Counts one too few.
`;
    assertEquals(guide.screen.written.slice(0, list.length), list);
    await save(guide, paths.reference("locks"), right.replace("answer", "reply"));
    guide.screen.written = "";
    await wrong(guide, "locks", undefined);
    assertStringIncludes(guide.screen.written, "few.\n  It no longer fits the reference.\n");
  },
);

permittedTest(
  "wrong() lays a new one out, and writes its section from what was changed",
  async () => {
    await using guide = await smallGuide(["locks"]);
    assertEquals(await wrong(guide, "locks", "negative"), 0);
    assertStringIncludes(guide.screen.written, "deno task kata wrong locks negative");
    assertEquals(await read(guide, draft("negative")), right);
    await save(guide, draft("negative"), right.replace("42", "-42"));
    guide.screen.written = "";
    assertEquals(await wrong(guide, "locks", "negative"), 0);
    assertStringIncludes(guide.screen.written, "'the answer is 42' rejects it: Wrong: -42");
    const section = `## negative

What is wrong with it, in a sentence, and why it looks right.

- rejected by: the answer is 42
- because: Wrong: -42

\`\`\`diff
-export const answer = (): number => 42;
+export const answer = (): number => -42;
\`\`\`

`;
    assertEquals(await read(guide, page), wrongPage.replace("## off", `${section}## off`));
    assertEquals(await readIfThere(guide, draft("negative")), null);
  },
);

permittedTest("wrong() changes a known one, and keeps its words", async () => {
  await using guide = await smallGuide(["locks"]);
  await wrong(guide, "locks", "off_by_one");
  assertEquals(await read(guide, draft("off_by_one")), right.replace("42", "41"));
  const other = "export const answer = (): number => 40 + 1;\n";
  await save(guide, draft("off_by_one"), other);
  guide.screen.written = "";
  assertEquals(await wrong(guide, "locks", "off_by_one"), 0);
  assertStringIncludes(guide.screen.written, "'the answer is 42' rejects it, as before.");
  assertEquals(await read(guide, page), wrongPage.replace("=> 41", "=> 40 + 1"));
});

permittedTest(
  "wrong() says when a changed one is not rejected any more as its section says",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await wrong(guide, "locks", "off_by_one");
    await save(guide, draft("off_by_one"), right.replace("42", "7"));
    guide.screen.written = "";
    assertEquals(await wrong(guide, "locks", "off_by_one"), 1);
    assertMatch(guide.screen.written, /^'the answer is 42' does not reject it any more/);
    assertStringIncludes(await read(guide, page), "+export const answer = (): number => 7;");
  },
);

permittedTest(
  "wrong() writes nothing of what the suite accepts or what does not compile",
  async () => {
    await using guide = await smallGuide(["locks"]);
    await wrong(guide, "locks", "other");
    await wrong(guide, "locks", "off_by_one");
    const text = right.replace("42", "'x'");
    await save(guide, draft("off_by_one"), text);
    assertEquals(await wrong(guide, "locks", "off_by_one"), 1);
    assertEquals([await read(guide, page), await read(guide, draft("off_by_one"))], [
      wrongPage,
      text,
    ]);
    const sentences = {
      [right.replace("42", "6 * 7")]: "The suite of locks accepts it",
      [right.replace("42", "'x'")]: "The file does not compile.",
      "export const answer = ;": "The file does not compile.",
      [`Deno.exit(3);\n${right}`]: "The run broke off with exit code",
    };
    for (const [text, sentence] of Object.entries(sentences)) {
      await save(guide, draft("other"), text);
      guide.screen.written = "";
      assertEquals(await wrong(guide, "locks", "other"), 1);
      assertStringIncludes(guide.screen.written, sentence);
      assertStringIncludes(guide.screen.written, "Nothing was written");
      assertEquals([await read(guide, page), await read(guide, draft("other"))], [wrongPage, text]);
    }
  },
);

permittedTest("wrong() says in a sentence what it cannot do", async () => {
  await using guide = await smallGuide(["locks"]);
  const refuses = (kata: string, name: string | undefined, sentence: string) =>
    assertRejects(() => wrong(guide, kata, name), Misuse, sentence);
  await refuses("lock", undefined, "There is no kata 'lock'");
  for (const name of ["Off", "off-by-one", "../off", "1off", ""]) {
    await refuses("locks", name, `'${name}' is no name for a wrong solution`);
  }
  for (const name of ["off_by_one", "other"]) {
    await wrong(guide, "locks", name);
    await refuses("locks", name, `Nothing was changed in ${draft(name)}`);
  }
  await save(guide, page, wrongPage.replace("Counts one too few.", ""));
  await refuses("locks", undefined, `${page}: 'off_by_one' lacks a sentence`);
});

permittedTest("wrong() lays out a reference with its parts as one file", async () => {
  await using guide = await smallGuide(["locks"]);
  const part = "export const six = 6;\n";
  const own = `import { six } from "./six.ts";\n\nexport const answer = (): number => six * 7;\n`;
  await save(guide, paths.reference("locks"), own);
  await save(guide, "solutions/locks/six.ts", part);
  await wrong(guide, "locks", "seven");
  const text = await read(guide, draft("seven"));
  assertEquals(text, `${own}\n// ---- six.ts ----\n${part}`);
  await save(guide, draft("seven"), text.replace("six = 6", "six = 7"));
  assertEquals(await wrong(guide, "locks", "seven"), 0);
  assertStringIncludes(guide.screen.written, "'the answer is 42' rejects it: Wrong: 49");
  const edit = "-export const six = 6;\n+export const six = 7;\n";
  assertStringIncludes(await read(guide, page), edit);
});

/** A reference of some lines, in a repository, and a wrong solution of it. */
async function inRepository(guide: Guide): Promise<void> {
  const body = "  const six = 6;\n\n  return six * 7;\n";
  await save(guide, paths.reference("locks"), `export function answer(): number {\n${body}}\n`);
  const block = "-  return six * 7;\n+  return six * 7 - 1;\n";
  await save(guide, page, wrongPage.replace(/-export.*\n\+export.*\n/, block));
  await git(guide, "init", "-q");
  await git(guide, "add", ".");
  const who = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
  await git(guide, ...who, "commit", "-q", "-m", "The first");
}

permittedTest("wrong() merges one that fits an earlier reference only", async () => {
  await using guide = await smallGuide(["locks"]);
  await inRepository(guide);
  const now = "export function answer(): number {\n  const x = 6;\n\n  return x * 7;\n}\n";
  await save(guide, paths.reference("locks"), now);
  await wrong(guide, "locks", "off_by_one");
  assertStringIncludes(guide.screen.written, "merged, with 1\nconflict for you to solve.");
  const text = await read(guide, draft("off_by_one"));
  assertMatch(
    text,
    /<<<<<<< the reference now\n {2}return x \* 7;\n=======\n.*\n>>>>>>> off_by_one/,
  );
  await assertRejects(() => wrong(guide, "locks", "off_by_one"), Misuse, "still has conflicts");
  await save(guide, draft("off_by_one"), now.replace("7;", "7 - 1;"));
  assertEquals(await wrong(guide, "locks", "off_by_one"), 0);
  assertStringIncludes(await read(guide, page), "-  return x * 7;\n+  return x * 7 - 1;\n");
});

permittedTest("wrong() merges without a conflict what was changed elsewhere", async () => {
  await using guide = await smallGuide(["locks"]);
  await inRepository(guide);
  // The old line stands there twice now, and so has no place of its own.
  const now = `${await read(guide, paths.reference("locks"))}
export function other(): number {
  const six = 6;
  return six * 7;
}
`;
  await save(guide, paths.reference("locks"), now);
  await wrong(guide, "locks", "off_by_one");
  assertStringIncludes(
    guide.screen.written,
    "the two were merged; look whether\nit is still what it was.",
  );
  assertEquals(await read(guide, draft("off_by_one")), now.replace("six * 7;", "six * 7 - 1;"));
  assertEquals(await wrong(guide, "locks", "off_by_one"), 0);
  assertStringIncludes(await read(guide, page), " const six = 6;\n\n-  return six * 7;");
});

permittedTest("wrong() says which block fits no reference that there ever was", async () => {
  await using guide = await smallGuide(["locks"]);
  await inRepository(guide);
  await save(guide, page, wrongPage);
  await assertRejects(
    () => wrong(guide, "locks", "off_by_one"),
    Misuse,
    `${page}: 'off_by_one', block 1 of 1: Its lines do not stand in the reference`,
  );
});
