/** Programs that a suite starts. */
import { type Ended, runDeno } from "../judging/process_group.ts";
import { patience } from "./patience.ts";

const mapFlag = "--import-map=";

/** The flag by which the judge tells a suite which import map the programs that it starts need. */
export function importMapFlag(map: string): string {
  return mapFlag + map;
}

/**
 * Runs a program of the suite's fixtures to its end, at most for `timeout` milliseconds. Its Workers end
 * with it. It stays in the suite's process group, so that the judge and Ctrl-C end it with the suite.
 */
export function runProgram(
  file: URL,
  { args = [], flags = [], timeout = 0.8 * patience }: {
    args?: string[];
    flags?: string[];
    timeout?: number;
  } = {},
): Promise<Ended> {
  const map = Deno.args.filter((arg) => arg.startsWith(mapFlag));
  return runDeno(["run", "-A", "--quiet", ...flags, ...map, file.href, ...args], { timeout });
}
