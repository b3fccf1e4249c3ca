/** Programs that a suite starts. */
import { assert } from "@std/assert";
import { type Ended, runDeno } from "../judging/process_group.ts";
import { patience } from "./patience.ts";
import { unfinishedIn } from "./unfinished_sentence.ts";

const mapFlag = "--import-map=";

/** The flag by which the judge tells a suite which import map the programs that it starts need. */
export function importMapFlag(map: string): string {
  return mapFlag + map;
}

/** How to run a program. */
export interface ProgramOptions {
  args?: string[];
  /** What it may do, as flags; everything unless given. */
  permissions?: string[];
  /** Other flags for Deno. */
  flags?: string[];
  /** Milliseconds after which it is killed. */
  timeout?: number;
}

/**
 * Runs a program of the suite's fixtures to its end, at most for `timeout` milliseconds. Its Workers end
 * with it. It stays in the suite's process group, so that the judge and Ctrl-C end it with the suite.
 *
 * @throws {Error} The stub's sentence, if it was killed and has printed that.
 */
export async function runProgram(
  file: URL,
  { args = [], permissions = ["-A"], flags = [], timeout = 0.8 * patience }: ProgramOptions = {},
): Promise<Ended> {
  const map = Deno.args.filter((arg) => arg.startsWith(mapFlag));
  const run = ["run", "--quiet", ...permissions, ...flags, ...map, file.href, ...args];
  const ended = await runDeno(run, { timeout });
  // Who waits for a thread that has met an unfinished part does not hang.
  const sentence = ended.timedOut ? unfinishedIn(ended.stderr) : undefined;
  if (sentence) throw new Error(sentence);
  return ended;
}

/** Runs a program that has to end by itself. Says otherwise what it seems to wait for, and what it printed. */
export async function runProgramToEnd(
  file: URL,
  itSeems: string,
  options?: ProgramOptions,
): Promise<Omit<Ended, "timedOut">> {
  const { timedOut, ...ended } = await runProgram(file, options);
  assert(
    !timedOut,
    `The program does not end: ${itSeems}. It printed: ${ended.stdout} ${ended.stderr}`,
  );
  return ended;
}
