/** Programs that may not do all, and what their children may do. */
import { assert, assertEquals } from "@std/assert";
import { runProgramToEnd } from "./program.ts";

/** What starting a child takes, and of the rest a part or nothing. */
export const limits: string[] = [
  ...["--allow-read", "--allow-write", "--allow-net", "--allow-run"],
  ...["--allow-env=PATH,TMPDIR", "--allow-sys", "--deny-sys=hostname"],
];

/** What such a program has told. */
export interface Limited {
  /** What it may do. */
  own: string[];
  /** What its child may do: no more. */
  child: string[];
  /** What it has printed besides. */
  others: string[];
  stderr: string;
  code: number;
}

/**
 * Runs a program that may not do all, which prints what it may do and in the next line what its child may, as
 * `attempts.ts` tells it. Fails if the child may do more.
 */
export async function runLimited(
  file: URL,
  itSeems: string,
  args: string[] = [],
): Promise<Limited> {
  const options = { args, permissions: limits };
  const { stdout, stderr, code } = await runProgramToEnd(file, itSeems, options);
  const [own, child, ...others] = stdout.split("\n");
  assert(child, `The program has not come so far that its child could say what it may: ${stderr}`);
  const more = listOf(child).filter((attempt) => !listOf(own).includes(attempt));
  assertEquals(more, [], `Its parent may not do that, and it can: it may do more. ${stderr}`);
  return { own: listOf(own), child: listOf(child), others, stderr, code };
}

function listOf(line: string): string[] {
  return line.split(", ");
}
