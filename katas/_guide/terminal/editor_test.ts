import { assertEquals } from "@std/assert";
import { permittedTest } from "../../_kit/suite/permission.ts";
import { paths, read } from "../guide.ts";
import { save, smallGuide } from "../testing.ts";
import { openEditor, wordsOf } from "./editor.ts";

Deno.test("wordsOf() reads a command as a shell does", () => {
  const env = { HOME: "/home/ann", FLAGS: "-n" };
  const commands: Record<string, string[] | null> = {
    "vi": ["vi"],
    "  code   --wait ": ["code", "--wait"],
    '"/my editor/ed.sh" -w': ["/my editor/ed.sh", "-w"],
    "'/my editor/ed.sh' -w": ["/my editor/ed.sh", "-w"],
    "/my\\ editor/ed.sh": ["/my editor/ed.sh"],
    "$HOME/bin/ed ${FLAGS}": ["/home/ann/bin/ed", "-n"],
    "emacs --eval '(setq a \"b c\")'": ["emacs", "--eval", '(setq a "b c")'],
    "ed ''": ["ed", ""],
    "cd /tmp && vi": null,
    " ": null,
  };
  for (const [command, words] of Object.entries(commands)) {
    assertEquals(wordsOf(command, env), words, command);
  }
});

permittedTest("openEditor() starts what EDITOR says, with the learner's file", async () => {
  await using guide = await smallGuide(["locks"]);
  const script = "katas/my ed.sh";
  await save(guide, script, '#!/bin/sh\necho "edited with $1" > "$2"\n');
  const path = decodeURIComponent(new URL(script, guide.root).pathname);
  await Deno.chmod(path, 0o755);
  const before = { VISUAL: Deno.env.get("VISUAL"), EDITOR: Deno.env.get("EDITOR") };
  try {
    Deno.env.delete("VISUAL");
    Deno.env.set("EDITOR", `"${path}" -w`);
    assertEquals(await openEditor(guide, "locks"), "");
    assertEquals(await read(guide, paths.stub("locks")), "edited with -w\n");
    Deno.env.set("EDITOR", "vi | cat");
    const sentence =
      "'vi | cat' is more than a program and its arguments: look whether EDITOR is right.";
    assertEquals(await openEditor(guide, "locks"), sentence);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
});
