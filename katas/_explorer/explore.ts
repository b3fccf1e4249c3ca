import { extraCost, lastAfter, nobody } from "./cost.ts";
import { diagnose } from "./diagnosis.ts";
import { ExplorationError } from "./errors.ts";
import { type Fault, type FaultKind, findFault, livelock, stuck } from "./fault.ts";
import { canGoOn, countSchedules, doomedState, fairCycle } from "./liveness.ts";
import { Memory } from "./memory.ts";
import type { Program } from "./program.ts";
import { formatReport } from "./report.ts";
import { sample } from "./sample.ts";
import { choiceOf, formatSchedule, parseSchedule, scheduleFromCommandLine } from "./schedule.ts";
import { type Found, search } from "./search.ts";
import { removeStandIns, withStandIns } from "./stand_ins.ts";
import { type Step, takeStep, walk } from "./trace.ts";
import { asked, type Choice, type Merges, World } from "./world.ts";

/** What was found out about a program that has no failing schedule. */
export interface Proof {
  /** Whether all schedules were checked. */
  readonly complete: boolean;
  /** How many states were searched. */
  readonly states: number;
  /** How many schedules there are; not known when a loop makes them endless. */
  readonly schedules?: number;
  /** How many schedules have each outcome; the keys are the outcomes as JSON. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Whether a thread went round a loop that only looks at memory. */
  readonly spun: boolean;
  /** The most threads that were inside of each section at once. */
  readonly mostInside: Readonly<Record<string, number>>;
  /** What was proved, in words. */
  readonly sentence: string;
}

/** A schedule under which the program fails. The message is the report. */
export class ScheduleError extends Error {
  /** `ScheduleError`. */
  override name = "ScheduleError";
  /** The verdict, the first line of the report. */
  readonly verdict: string;
  /** What kind of failure it is. */
  readonly kind: FaultKind;
  /** The schedule, as `--schedule` takes it. */
  readonly schedule: string;
  /** How many steps the schedule has. */
  readonly steps: number;
  /** How many of its switches left a thread that could have gone on. */
  readonly preemptions: number;
  /** How many states were searched. */
  readonly states: number;

  /** Made by {@linkcode everySchedule}. */
  constructor(
    message: string,
    details: Pick<
      ScheduleError,
      "verdict" | "kind" | "schedule" | "steps" | "preemptions" | "states"
    >,
  ) {
    super(message);
    this.verdict = details.verdict;
    this.kind = details.kind;
    this.schedule = details.schedule;
    this.steps = details.steps;
    this.preemptions = details.preemptions;
    this.states = details.states;
  }
}

let command = "deno test <file>";

/**
 * Says that a test starts, and with which command it can be run alone; reports name it. What an
 * earlier test left when it was ended in the middle of an exploration is cleared away.
 */
export function startTest(replayCommand: string): void {
  removeStandIns();
  command = replayCommand;
}

/**
 * Runs a concurrent program under every schedule, and throws the shortest one that fails.
 *
 * The threads' bodies are ordinary code over `Atomics` and typed arrays. They run in this thread,
 * again and again, and are stopped at each shared operation; the function blocks until it is done.
 * Python has nothing like it.
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
  const args = typeof Deno === "undefined" ? [] : Deno.args;
  const schedule = program.schedule ?? scheduleFromCommandLine(args);
  const merges = {
    symmetric: schedule === undefined && (program.symmetry ?? true),
    timeless: true,
  };
  for (;;) {
    try {
      return exploration(program, merges, schedule);
    } catch (error) {
      if (error === asked.symmetric) merges.symmetric = false;
      else if (error === asked.timeless) merges.timeless = false;
      else throw shownAtCaller(error);
    }
  }
}

/** The error, which names the call of {@linkcode everySchedule}: what is below it tells nothing. */
function shownAtCaller(error: unknown): unknown {
  if (!(error instanceof ScheduleError || error instanceof ExplorationError)) return error;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(error, everySchedule);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
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

function exploration<Shared>(
  program: Program<Shared>,
  merges: Merges,
  schedule: string | undefined,
): Proof {
  const memory = new Memory();
  return withStandIns(memory, () => {
    const world = new World(memory, program, merges);
    if (schedule !== undefined) return replay(world, memory, program, schedule);
    const found = search(world, program);
    return conclude(world, memory, program, found);
  });
}

function conclude<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  found: Found,
): Proof {
  const start = found.graph.keys[0];
  const searched = `${plural(found.states, "state")} searched`;
  if (found.fault) {
    const steps = walk(world, memory, start, found.path);
    const fault = findFault(world, program, {}) ?? (world.isStuck() ? stuck(world) : found.fault);
    if (fault.kind === "spin") steps.push(...lastLaps(world, memory, steps));
    throw failure(world, fault, steps, {
      ...found,
      headline: `Shortest schedule: ${shape(steps, found.preemptions)} (${searched})`,
    });
  }
  if (!found.complete) return sampled(world, memory, program, found);
  const doomed = doomedState(found.graph);
  if (doomed >= 0) {
    const steps = walk(world, memory, start, found.graph.pathOf(found.graph.entries[doomed]));
    steps.push(...lastLaps(world, memory, steps));
    throw failure(world, stuck(world), steps, {
      ...found,
      headline: `A schedule that cannot end: ${shape(steps)} (${searched})`,
      preemptions: switches(steps),
    });
  }
  requireProgress(world, memory, found);
  return proved(world, program, found);
}

/** Throws the shortest way into a livelock and once round it, if there is one. */
function requireProgress<Shared>(world: World<Shared>, memory: Memory, found: Found): void {
  const { graph } = found;
  if (world.isSymmetric) {
    // Who is who is only known without the merge.
    if (canGoOn(graph, (state) => world.scene(graph.keys[state]))) throw asked.symmetric;
    return;
  }
  const cycle = fairCycle(graph, world.threads, (state, thread) => {
    world.restore(graph.keys[state]);
    return world.sleepsForEver(thread) || world.hasEnded(thread);
  });
  if (!cycle) return;
  const path = [...graph.pathOf(graph.entries[cycle.state]), ...cycle.lap];
  const steps = walk(world, memory, graph.keys[0], path);
  throw failure(world, livelock(actorsOf(cycle.lap, world.names)), steps, {
    ...found,
    headline: `A schedule that comes back to where it was: ${shape(steps)} (${
      plural(found.states, "state")
    } searched)`,
    preemptions: switches(steps),
  });
}

/** The names of those who act in a lap. */
function actorsOf(lap: readonly Choice[], names: readonly string[]): string[] {
  return [...new Set(lap.map(({ slot }) => names[slot]))];
}

/** Lets each thread that spins go round its loop once, unless the reader has seen it do so. */
function lastLaps<Shared>(world: World<Shared>, memory: Memory, shown: readonly Step[]): Step[] {
  const steps: Step[] = [];
  for (let slot = 0; slot < world.threads; slot++) {
    const last = shown.findLast(({ thread }) => thread === world.who[slot]);
    if (last && last.operation.where === world.node[slot].pending?.where) continue;
    const seen = new Set<object>();
    while (world.canStep(slot) && !seen.has(world.node[slot])) {
      seen.add(world.node[slot]);
      steps.push(takeStep(world, memory, { kind: "step", slot }));
    }
  }
  return steps;
}

function proved<Shared>(world: World<Shared>, program: Program<Shared>, found: Found): Proof {
  const counts = countSchedules(found.graph);
  const outcomes = new Map<string, number>();
  let schedules = 0;
  for (const end of found.graph.ends) {
    const ways = counts?.get(end) ?? 1;
    schedules += ways;
    if (!program.outcome) continue;
    world.restore(found.graph.keys[end]);
    world.assert(() => {
      const outcome = written(program.outcome!(world.shared, world.results()));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + ways);
    });
  }
  const { spun } = world;
  requireReachable(program, outcomes, found.states);
  const how = !counts
    ? "every schedule"
    : schedules === 1
    ? "the only schedule"
    : `all ${thousands(schedules)} schedules`;
  const races = found.race
    ? program.races === "warn"
      ? `. But there is a ${found.race}`
      : ", as if plain accesses were atomic and in order"
    : "";
  return {
    complete: true,
    states: found.states,
    ...(counts ? { schedules } : {}),
    outcomes,
    spun,
    mostInside: found.mostInside,
    sentence: `proved: ${how} (${plural(found.states, "state")})${races}`,
  };
}

/** An outcome as text; JSON, which has no integers of any length. */
function written(outcome: unknown): string {
  return JSON.stringify(outcome, (_, value) => typeof value === "bigint" ? `${value}n` : value);
}

function requireReachable<Shared>(
  { reachable = [] }: Program<Shared>,
  outcomes: ReadonlyMap<string, number>,
  states: number,
): void {
  for (const wanted of reachable.map(written)) {
    if (outcomes.has(wanted)) continue;
    const seen = [...outcomes].map(([outcome, count]) => `${outcome} (${count})`).join(", ");
    const verdict = `No schedule has the outcome ${wanted}.`;
    const message = `${verdict}\nOutcomes of all schedules: ${seen || "none"} (${
      plural(states, "state")
    } searched)`;
    throw new ScheduleError(
      message,
      { verdict, kind: "unreachable", schedule: "", steps: 0, preemptions: 0, states },
    );
  }
}

function sampled<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  found: Found,
): Proof {
  const count = program.samples ?? 1_000;
  const seed = program.seed ?? 1;
  const start = found.graph.keys[0];
  const failed = sample(world, program, start, count);
  if (failed) {
    const steps = walk(world, memory, start, failed.path);
    const fault = findFault(world, program, {}) ?? failed.fault;
    if (fault.kind === "spin") steps.push(...lastLaps(world, memory, steps));
    throw failure(world, fault, steps, {
      states: found.states,
      preemptions: switches(steps),
      headline: `A random schedule, not the shortest: ${shape(steps)}, seed ${seed}`,
    });
  }
  const level = found.finishedLevel;
  const part = level < 0
    ? `not even all schedules without a forced switch`
    : `all schedules with at most ${plural(level, "forced switch")}`;
  const cut = found.isCut ? "; a thread takes more steps than are followed" : "";
  const unchecked = program.reachable ? "livelocks and `reachable` are" : "livelocks are";
  return {
    complete: false,
    states: found.states,
    outcomes: new Map(),
    spun: world.spun,
    mostInside: found.mostInside,
    sentence: `checked, not proved: ${part} (${plural(found.states, "state")}${cut}), ` +
      `and ${thousands(count)} random schedules, seed ${seed}; ${unchecked} not checked`,
  };
}

function replay<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  schedule: string,
): Proof {
  const steps: Step[] = [];
  let preemptions = 0;
  let last = nobody;
  const keys = [world.key()];
  const taken: Choice[] = [];
  const check = () => {
    const fault = findFault(world, program, {}) ?? (world.isStuck() ? stuck(world) : null);
    if (!fault) return;
    const headline = `This schedule: ${shape(steps, preemptions)}`;
    throw failure(world, fault, steps, { states: 0, preemptions, headline });
  };
  check();
  parseSchedule(schedule, world.names).forEach((turn, i) => {
    const choice: Choice = choiceOf(world, turn, i + 1);
    preemptions += extraCost(choice, last, world.choices());
    steps.push(takeStep(world, memory, choice));
    last = lastAfter(world, choice, last);
    keys.push(world.key());
    taken.push(choice);
    check();
  });
  const start = keys.indexOf(keys.at(-1)!);
  const actors = actorsOf(taken.slice(start), world.names);
  const isFair = world.names.every((name, slot) =>
    actors.includes(name) || world.sleepsForEver(slot) || world.hasEnded(slot)
  );
  if (actors.length > 0 && isFair) {
    const headline = `This schedule comes back to where it was: ${shape(steps)}`;
    throw failure(world, livelock(actors), steps, {
      states: 0,
      preemptions: switches(steps),
      headline,
    });
  }
  return {
    complete: false,
    states: 0,
    outcomes: new Map(),
    spun: false,
    mostInside: {},
    sentence: `replayed: ${steps.length} steps, and nothing failed`,
  };
}

function failure<Shared>(
  world: World<Shared>,
  fault: Fault,
  steps: Step[],
  { headline, preemptions, states }: { headline: string; preemptions: number; states: number },
): ScheduleError {
  if (fault.cause instanceof ExplorationError) throw fault.cause;
  const { names } = world;
  const schedule = formatSchedule(steps, names);
  const diagnosis = diagnose(fault, steps, names);
  const { verdict, kind } = fault;
  return new ScheduleError(
    formatReport({ fault, diagnosis, steps, names, schedule, headline, command }),
    { verdict, kind, schedule, steps: steps.length, preemptions, states },
  );
}

function shape(steps: readonly Step[], preemptions?: number): string {
  const length = plural(steps.length, "step");
  return preemptions === undefined
    ? `${length}, ${plural(switches(steps), "switch")}`
    : `${length}, ${plural(preemptions, "forced switch")}`;
}

function plural(count: number, word: string): string {
  return `${thousands(count)} ${word}${count === 1 ? "" : word.endsWith("ch") ? "es" : "s"}`;
}

/** How often the schedule goes from one thread to another. */
function switches(steps: readonly Step[]): number {
  return steps.filter(({ thread }, i) => i > 0 && steps[i - 1].thread !== thread).length;
}

/** A count: all of its digits as long as they are known, else its size. */
function thousands(count: number): string {
  if (count <= Number.MAX_SAFE_INTEGER) return count.toLocaleString("en-US");
  const power = Math.floor(Math.log10(count));
  return `about ${(count / 10 ** power).toFixed(1)} × 10^${power}`;
}
