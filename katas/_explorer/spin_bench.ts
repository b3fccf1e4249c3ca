/**
 * `deno run -P katas/_explorer/spin_bench.ts`: states and CPU beside SPIN, G. J. Holzmann's model
 * checker, on models whose steps are the operations of our programs. SPIN stores every state
 * (`-DNOREDUCE`: no partial order reduction), and takes no thread for another; we do when they are
 * alike, so ours are given without that merge, too.
 */
import process from "node:process";
import type { Sample } from "./corpus/parts.ts";
import { everySchedule } from "./mod.ts";
import { probed } from "./probes/load.ts";

const { models } = await probed<typeof import("./corpus/literature/models.ts")>(
  import.meta.resolve("./corpus/literature/models.ts"),
);

const maxStates = 400_000;

/** What one checker needed; a `+` says that it was not done. */
interface Cost {
  states: number;
  isComplete: boolean;
  seconds: number;
}

if (isInstalled()) compare();
else console.log("SPIN is not installed: `apt-get install spin gcc`, then run this again.");

function isInstalled(): boolean {
  try {
    return new Deno.Command("spin", { args: ["-V"] }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function compare(): void {
  print("model|threads × rounds|SPIN|s|ours|s|ratio|no symmetry|s|ratio".split("|"));
  // The first exploration pays for what the others find compiled.
  explore(models[0].program);
  for (const { name, threads, rounds, program } of models) {
    const spin = runSpin(name, threads, rounds);
    const ours = explore(program);
    const plain = explore({ ...program, symmetry: false });
    const shown = [ours, plain].flatMap((cost) => [...show(cost), ratio(cost, spin)]);
    print([name, `${threads} × ${rounds}`, ...show(spin), ...shown]);
  }
}

/** Builds and runs the checker of a model, which has to find no error. */
function runSpin(model: string, threads: number, rounds: number): Cost {
  const folder = Deno.makeTempDirSync();
  try {
    const source = `${import.meta.dirname}/spin/${model}.pml`;
    run(folder, ["spin", `-DTHREADS=${threads}`, `-DROUNDS=${rounds}`, "-a", source]);
    run(folder, ["gcc", "-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"]);
    // A small table (`-w18`): to clear the usual one takes longer than these models do.
    const timed = "TIMEFORMAT='%U %S'; time ./pan -m100000 -w18";
    const { stdout, stderr } = run(folder, ["bash", "-c", timed]);
    const states = Number(/(\d+) states, stored/.exec(stdout)?.[1]);
    if (!/errors: 0/.test(stdout) || Number.isNaN(states)) throw new Error(stdout);
    const [user, system] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number);
    return { states, isComplete: true, seconds: user + system };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function run(cwd: string, [command, ...args]: string[]): { stdout: string; stderr: string } {
  const { success, stdout, stderr } = new Deno.Command(command, { args, cwd }).outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${command} failed\n${text(stdout)}${text(stderr)}`);
  return { stdout: text(stdout), stderr: text(stderr) };
}

function explore(program: Sample): Cost {
  const before = process.cpuUsage();
  const { states, complete } = everySchedule({ ...program, maxStates, samples: 0 });
  const { user, system } = process.cpuUsage(before);
  return { states, isComplete: complete, seconds: (user + system) / 1e6 };
}

function show({ states, isComplete, seconds }: Cost): [states: string, seconds: string] {
  return [`${states}${isComplete ? "" : "+"}`, seconds.toFixed(2)];
}

function ratio(ours: Cost, spin: Cost): string {
  return `${(ours.states / spin.states).toFixed(2)}${ours.isComplete ? "" : "+"}`;
}

function print(cells: string[]): void {
  const widths = [10, 18, 8, 6, 9, 7, 8, 12, 7, 8];
  console.log(
    cells.map((cell, i) => i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(" "),
  );
}
