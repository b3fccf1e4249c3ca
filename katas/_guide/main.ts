/**
 * The learner's companion: `deno task kata`.
 *
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import { curriculum } from "../curriculum.ts";
import { command, exit, type Guide, Misuse, paths } from "./guide.ts";
import { ownScreen } from "./terminal/screen.ts";

/** Milliseconds that a suite may take. The slowest take ten seconds, and more on a busy machine. */
const defaultLimit = 60_000;

/** What stands below the list of commands. */
const after = `
A kata may be named by its folder or a file of it, too: katas/locks/, locks.ts.
What is done stands in ${paths.progress}. Files that 'reset' takes away lie in
${paths.backups}; to have one back, copy it over yours.`;

/** Runs the guide with these arguments, and returns how the program has to end. */
export async function runGuide(guide: Guide, args: readonly string[]): Promise<number> {
  let code: number = exit.green;
  const program = programFor(guide, async (work) => {
    code = await work();
  });
  const isBoard = args.length === 0 || args[0] === "--json";
  try {
    await program.parseAsync(isBoard ? ["board", ...args] : [...args], { from: "user" });
    return code;
  } catch (error) {
    return failed(guide, error, args);
  }
}

type Act = (work: () => Promise<number>) => Promise<void>;

/** The commands. Each loads its own modules, so that the board is there at once. */
function programFor(guide: Guide, act: Act): Command {
  const program = new Command(command)
    .description("A companion for the concurrency katas. Without a command it shows the board.")
    .addOption(
      new Option("--limit <seconds>", "how long a suite may take")
        .argParser(seconds)
        .default(defaultLimit, `${defaultLimit / 1_000}`),
    )
    .addHelpText("after", after)
    .hook("preAction", (program) => {
      guide.limit = program.opts().limit;
    });
  quiet(program, guide);
  addReading(program, guide, act);
  addJudging(program, guide, act);
  addShowing(program, guide, act);
  addRunning(program, guide, act);
  addAfterwards(program, guide, act);
  addWriting(program, guide, act);
  for (const sub of program.commands) quiet(sub, guide);
  return program;
}

function addReading(program: Command, guide: Guide, act: Act): void {
  program.command("board")
    .description("show all katas, how far you are, and which is next")
    .option("--json", "print it for a program")
    .action((options) =>
      act(async () => (await import("./commands/board.ts")).board(guide, options))
    );
  program.command("lesson <kata>")
    .description("show the lesson of a kata; 'schedules' tells how to read one")
    .action((slug) => act(async () => (await import("./commands/lesson.ts")).lesson(guide, slug)));
  program.command("hint <kata> [number]")
    .description("show the next of three hints, each telling more, or the one with this number")
    .action((slug, level) =>
      act(async () => (await import("./commands/lesson.ts")).hint(guide, slug, level))
    );
}

function addJudging(program: Command, guide: Guide, act: Act): void {
  program.command("next [kata]")
    .description("open the next kata, or this one, judge it, and show the first failing test")
    .action((slug) => act(async () => (await import("./commands/next.ts")).next(guide, slug)));
  program.command("watch [kata]")
    .description("judge a kata, by default the next, at every save")
    .action((slug) =>
      act(async () => (await import("./commands/watch/watch.ts")).watch(guide, slug))
    );
  program.command("check [katas...]")
    .description("judge many katas at once; without names, all")
    .option("--json", "print it for a program")
    .action((slugs, options) =>
      act(async () => (await import("./commands/check.ts")).check(guide, slugs, options))
    );
}

function addShowing(program: Command, guide: Guide, act: Act): void {
  const reference = ["--reference", "the reference instead of your file"] as const;
  program.command("show <kata> [test]")
    .description("open a page with the schedule that fails, step by step, after each save")
    .option("--html <file>", "write the page into a file of its own instead")
    .option(...reference)
    .action((slug, test, options) =>
      act(async () => (await import("./commands/show.ts")).show(guide, slug, { test, ...options }))
    );
  program.command("play <kata> [test]")
    .description("choose yourself which thread takes the next step, and try to break it")
    .option("--page", "on the page instead of in the terminal")
    .option(...reference)
    .addHelpText(
      "after",
      "\nA part of the test's name is enough. Without one it is the first that fails.",
    )
    .action((slug, test, options) =>
      act(async () => (await import("./commands/play.ts")).play(guide, slug, { test, ...options }))
    );
}

function addRunning(program: Command, guide: Guide, act: Act): void {
  program.command("run [script] [args...]")
    .description("run one of the tutorial's programs on your own code; without a name, list them")
    .option("--reference", "on the reference instead")
    .addHelpText("after", "\nWhat comes after '--' are the script's own options.")
    .action((name, args, options) =>
      act(async () => (await import("./commands/run.ts")).run(guide, name, args, options))
    );
}

function addAfterwards(program: Command, guide: Guide, act: Act): void {
  const spoil = ["--spoil", "also if you have not solved it"] as const;
  program.command("compare <kata>")
    .description("show your file beside the reference, and what to notice")
    .option(...spoil)
    .action((slug, options) =>
      act(async () => (await import("./commands/compare.ts")).compare(guide, slug, options))
    );
  program.command("demo <kata>")
    .description("judge the reference: what green looks like, and what was proved")
    .action((slug) => act(async () => (await import("./commands/demo.ts")).demo(guide, slug)));
  program.command("why <kata> [wrong]")
    .description("show the answers that look right and are not, and what convicts them")
    .option(...spoil)
    .action((slug, name, options) =>
      act(async () => (await import("./commands/wrong/why.ts")).why(guide, slug, name, options))
    );
  program.command("reset [kata]")
    .description("put the empty stub back, and keep your file as a backup")
    .option("--all", "all katas")
    .option("--yes", "without a question")
    .action((slug, options) =>
      act(async () => (await import("./commands/reset.ts")).reset(guide, slug, options))
    );
}

function addWriting(program: Command, guide: Guide, act: Act): void {
  program.command("wrong <kata> [name]")
    .description("list the wrong solutions of a kata, or write one, for contributors")
    .action((slug, name) =>
      act(async () => (await import("./commands/wrong/wrong.ts")).wrong(guide, slug, name))
    );
  program.command("new <kata>")
    .description("lay out the files of a new kata, for contributors")
    .option("--title <words>", "its story in a few words")
    .option("--part <part>", "threads, processes or coroutines")
    .action((slug, options) =>
      act(async () => (await import("./commands/new.ts")).newKata(guide, slug, options))
    );
}

function seconds(text: string): number {
  const limit = Number(text) * 1_000;
  if (limit > 0 && limit < 2 ** 31) return limit;
  throw new Misuse(`--limit takes a number of seconds above 0, and '${text}' is none`);
}

/** Lets a command write to the guide's screen, and throw where it would end the program. */
function quiet(program: Command, { screen }: Guide): void {
  program
    .helpOption("-h, --help", "show this help")
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => screen.write(text),
      writeErr: (text) => screen.warn(text),
      getOutHelpWidth: () => screen.width,
      getErrHelpWidth: () => screen.width,
      outputError: () => {},
    });
}

function failed({ screen, signal }: Guide, error: unknown, args: readonly string[]): number {
  if (signal.aborted) return exit.interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exit.green;
    const isOfScript = args.includes("run") && error.code === "commander.unknownOption";
    const hint = isOfScript ? " The script's own options come after '--'." : "";
    screen.warn(`${sentence(error.message)}${hint}\n`);
    return exit.misuse;
  }
  if (error instanceof Misuse) {
    screen.warn(`${error.message}.\n`);
    return exit.misuse;
  }
  if (!(error instanceof Error) || !/\(os error \d+\)/.test(error.message)) throw error;
  screen.warn(`The system refuses: ${error.message}.\n`);
  return exit.red;
}

/** What commander says, as a sentence with a way on. */
function sentence(message: string): string {
  const [problem, guess] = message.replace(/^error: /, "").split("\n");
  const near = guess ? ` ${guess.replace(/[()]/g, "")}` : "";
  return `${problem[0].toUpperCase()}${
    problem.slice(1).replace(/\.$/, "")
  }.${near} '${command} --help' lists the commands.`;
}

/** Ends all that runs when the learner presses Ctrl-C or closes the terminal. */
function stopOnSignals(stop: AbortController): void {
  let stoppedAt = Infinity;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => {
      // The second time somebody is in a hurry, unless the same Ctrl-C came on two ways. What runs was
      // killed the first time.
      if (performance.now() - stoppedAt > 500) Deno.exit(exit.interrupted);
      if (!stop.signal.aborted) stoppedAt = performance.now();
      stop.abort();
    });
  }
}

if (import.meta.main) {
  const stop = new AbortController();
  stopOnSignals(stop);
  const guide: Guide = {
    root: new URL("../../", import.meta.url),
    katas: curriculum,
    screen: ownScreen(() => stop.abort()),
    signal: stop.signal,
    limit: defaultLimit,
  };
  Deno.exit(await runGuide(guide, Deno.args));
}
