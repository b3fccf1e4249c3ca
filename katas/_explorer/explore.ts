import { ExplorationError } from "./errors.ts";
import { inWorld } from "./machine/in_world.ts";
import type { Program } from "./program.ts";
import { scheduleFromCommandLine } from "./report/schedule.ts";
import { search } from "./search/search.ts";
import { conclude } from "./verdict/conclude.ts";
import { type Proof, ScheduleError } from "./verdict/proof.ts";
import { replay } from "./verdict/replay.ts";

/** Asked for once: no thread may ask. */
const args = typeof Deno === "undefined" ? [] : Deno.args;

/**
 * Runs a concurrent program under every schedule, and throws the shortest one that fails.
 *
 * The threads' bodies are ordinary code over `Atomics` and typed arrays. They run in this thread,
 * again and again, and are stopped at each shared operation; the function blocks until it is done.
 * Python has nothing like it.
 *
 * What a thread does may depend on its operations, on its local variables and on the program's clock. It is
 * refused by name if it keeps state elsewhere, or asks what only the world outside can answer: random
 * numbers, files, the environment. That needs the probes; without them, or where a thread may call a function
 * that has none, the proof says so.
 *
 * @example Two threads that count
 * ```ts
 * import { cells, everySchedule } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * const proof = everySchedule({
 *   shared: () => ({ hits: cells(1) }),
 *   threads: 2,
 *   run: ({ hits }) => Atomics.add(hits, 0, 1),
 *   after: ({ hits }) => assertEquals(hits[0], 2),
 * });
 * assertEquals(proof.complete, true);
 * ```
 *
 * @throws {ScheduleError} If a schedule fails; the message is a report.
 * @throws {ExplorationError} If the program cannot be explored as it is written.
 */
export function everySchedule<Shared>(program: Program<Shared>): Proof {
  const schedule = program.schedule ?? scheduleFromCommandLine(args);
  const isSymmetric = schedule === undefined && (program.symmetry ?? true);
  try {
    return inWorld(program, { isSymmetric }, (world, memory) => {
      if (schedule !== undefined) return replay(world, memory, program, schedule);
      const start = world.rows.snapshot();
      return conclude(world, memory, program, search(world, program), start);
    });
  } catch (error) {
    throw shownAtCaller(error, everySchedule);
  }
}

/** The error, which names the call of this function: what is below it tells nothing. */
export function shownAtCaller(error: unknown, callee: (program: never) => Proof): unknown {
  if (!(error instanceof ScheduleError || error instanceof ExplorationError)) return error;
  // A thread may have been told by the same one.
  const shown = error instanceof ScheduleError ? error : new ExplorationError(error.message);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(shown, callee);
  Error.stackTraceLimit = stackTraceLimit;
  return shown;
}

/**
 * Shared memory for a program: `count` cells of 32 bits that are zero at first.
 *
 * @example
 * ```ts
 * import { cells } from "@concurrency/katas";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...cells(2)], [0, 0]);
 * ```
 */
export function cells(count: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * count));
}
