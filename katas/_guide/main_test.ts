import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { permittedTest } from "../_kit/suite/permission.ts";
import { paths } from "./guide.ts";
import { runGuide } from "./main.ts";
import { right, save, smallGuide } from "./testing.ts";

async function ran(...args: string[]): Promise<{ code: number; written: string; warned: string }> {
  await using guide = await smallGuide(["locks"]);
  const code = await runGuide(guide, args);
  return { code, written: guide.screen.written, warned: guide.screen.warned };
}

const commands = [
  "board",
  "lesson",
  "hint",
  "next",
  "watch",
  "check",
  "show",
  "play",
  "run",
  "compare",
  "demo",
  "why",
  "reset",
  "wrong",
  "new",
];

permittedTest("runGuide() shows the board without a command", async () => {
  for (const args of [[], ["--json"], ["board"]]) {
    const { code, written, warned } = await ran(...args);
    assertEquals([code, warned], [0, ""]);
    assertStringIncludes(written, "the story of locks");
  }
});

permittedTest("runGuide() has help for every command", async () => {
  const { code, written } = await ran("--help");
  assertEquals(code, 0);
  for (const command of commands) {
    assertStringIncludes(written, `\n  ${command} `);
    const help = await ran(command, "--help");
    assertEquals(help.code, 0);
    assertStringIncludes(help.written, `Usage: deno task kata ${command} `);
  }
});

permittedTest(
  "runGuide() says in a sentence what is wrong with a call, and how to go on",
  async () => {
    const help = "'deno task kata --help' lists the commands.\n";
    const calls: [string, string][] = [
      ["bord", `Unknown command 'bord'. Did you mean board? ${help}`],
      ["board --jsn", `Unknown option '--jsn'. Did you mean --json? ${help}`],
      [
        "next locks queues",
        `Too many arguments for 'next'. Expected 1 argument but got 2: locks, queues. ${help}`,
      ],
      [
        "run counter --for 2",
        `Unknown option '--for'. ${help.trim()} The script's own options come after '--'.\n`,
      ],
      ["lesson", `Missing required argument 'kata'. ${help}`],
      ["--limit x board", "--limit takes a number of seconds above 0, and 'x' is none.\n"],
      [
        "lesson lock",
        "There is no kata 'lock': the nearest is 'locks', and 'deno task kata' lists all 1.\n",
      ],
      ["reset locks --all", "Name one kata, as in 'deno task kata reset locks', or say --all.\n"],
    ];
    for (const [call, sentence] of calls) {
      assertEquals(await ran(...call.split(" ")), { code: 2, written: "", warned: sentence });
    }
  },
);

permittedTest("runGuide() takes a limit", async () => {
  await using guide = await smallGuide(["locks"]);
  await runGuide(guide, ["--limit", "7", "board"]);
  assertEquals(guide.limit, 7_000);
});

permittedTest("the board has plain lines where there is no terminal", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P", "--quiet", fileURLToPath(new URL("./main.ts", import.meta.url))],
    cwd: new URL("../../", import.meta.url),
  }).output();
  assertEquals(code, 0);
  assertEquals(new TextDecoder().decode(stdout).includes("\x1b"), false);
});

permittedTest("runGuide() says in its help what is so", async () => {
  const { written } = await ran("--help");
  assertMatch(written, /--limit <seconds> .*\(default: 60\)/);
  assertMatch(
    written,
    /Files that 'reset' takes away lie in\nkatas\/_guide\/backups\/; to have one back/,
  );
  for (const line of written.split("\n")) assertEquals(line.length <= 80, true, line);
});

permittedTest("runGuide() makes a sentence of what the system refuses", async () => {
  await using guide = await smallGuide(["locks"]);
  await save(guide, paths.stub("locks"), right);
  // A file in the place of the folder for backups: nobody can write there, not even root.
  await save(guide, paths.backups.slice(0, -1), "");
  assertEquals(await runGuide(guide, ["reset", "locks", "--yes"]), 1);
  assertMatch(guide.screen.warned, /^The system refuses: .*\(os error \d+\).*\.\n$/);
});
