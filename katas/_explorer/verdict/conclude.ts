/** What the search has found, put into a verdict. */
import { findFault, livelock, stuck } from "../machine/fault.ts";
import { choiceOf } from "../machine/choices.ts";
import { asked } from "../machine/setup.ts";
import type { World } from "../machine/world.ts";
import { unseen } from "../threads/exploration.ts";
import type { Program } from "../program.ts";
import { type Step, takeStep, walk } from "../report/trace.ts";
import { canGoOn, countSchedules, doomedState, fairCycle } from "../search/liveness.ts";
import { sample } from "../search/sample.ts";
import type { Found } from "../search/search.ts";
import type { Memory } from "../threads/memory.ts";
import { actorsOf, failure } from "./failure.ts";
import { type Proof, ScheduleError } from "./proof.ts";
import { plural, shape, switches, thousands } from "./words.ts";

/** Throws the shortest failing schedule, or says what was proved. `start` is the program's first state. */
export function conclude<Shared>(
  world: World<Shared>,
  memory: Memory,
  program: Program<Shared>,
  found: Found,
  start: Int32Array,
): Proof {
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
  if (!found.complete) return sampled(world, memory, program, found, start);
  const doomed = doomedState(found.graph);
  if (doomed >= 0) {
    found.graph.visit(doomed);
    // Time does not stand still because of threads that act for ever.
    if (world.isQuiet && world.node.some((_, slot) => world.sleepsForATime(slot))) {
      throw asked.restless;
    }
    const steps = walk(world, memory, start, found.graph.pathOf(found.graph.entries[doomed]));
    steps.push(...lastLaps(world, memory, steps));
    throw failure(world, stuck(world), steps, {
      ...found,
      headline: `A schedule that cannot end: ${shape(steps)} (${searched})`,
      preemptions: switches(steps),
    });
  }
  requireProgress(world, memory, found, start);
  return proved(world, program, found);
}

/** Throws the shortest way into a livelock and once round it, if there is one. */
function requireProgress<Shared>(
  world: World<Shared>,
  memory: Memory,
  found: Found,
  start: Int32Array,
): void {
  const { graph } = found;
  if (world.symmetry.isNeeded) {
    // Who is who is only known without the merge.
    const sceneOf = (state: number) => {
      graph.visit(state);
      return world.rows.scene();
    };
    if (canGoOn(graph, sceneOf)) throw asked.symmetric;
    return;
  }
  const cycle = fairCycle(graph, {
    threads: world.threads,
    threadOf: (choice) => choiceOf(choice).slot,
    isTime: (choice) => choiceOf(choice).kind === "later",
    mayGoOn(state) {
      graph.visit(state);
      return world.isLeftToDaemons();
    },
    canRest(state, thread) {
      graph.visit(state);
      return world.rests(thread);
    },
  });
  if (!cycle) return;
  const lap = cycle.lap.map((choice) => choiceOf(choice));
  const path = [...graph.pathOf(graph.entries[cycle.state]), ...lap];
  const steps = walk(world, memory, start, path);
  throw failure(world, livelock(actorsOf(lap, world.names)), steps, {
    ...found,
    headline: `A schedule that comes back to where it was: ${shape(steps)} (${
      plural(found.states, "state")
    } searched)`,
    preemptions: switches(steps),
  });
}

/** Lets each thread that spins go round its loop once, unless the reader has seen it do so. */
function lastLaps<Shared>(world: World<Shared>, memory: Memory, shown: readonly Step[]): Step[] {
  const steps: Step[] = [];
  for (let slot = 0; slot < world.threads; slot++) {
    const last = shown.findLast(({ thread }) => thread === world.who[slot]);
    if (last && last.operation.where === world.node[slot].pending?.where) continue;
    const seen = new Set<object>();
    for (;;) {
      const isAsleep = world.sleepsForATime(slot);
      if (!isAsleep && (!world.canStep(slot) || seen.has(world.node[slot]))) break;
      if (!isAsleep) seen.add(world.node[slot]);
      steps.push(takeStep(world, memory, { kind: isAsleep ? "timeout" : "step", slot }));
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
    found.graph.visit(end);
    const outcome = written(
      world.ask("outcome", () => program.outcome!(world.shared, world.results())),
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + ways);
  }
  const { spun } = world;
  requireReachable(program, outcomes, found.states);
  const how = !counts
    ? "every schedule"
    : schedules === 1
    ? "the only schedule"
    : `all ${thousands(schedules)} schedules`;
  return {
    complete: true,
    states: found.states,
    ...(counts ? { schedules } : {}),
    outcomes,
    spun,
    mostInside: found.mostInside,
    sentence: `proved: ${how} (${plural(found.states, "state")})` + onTime(world) + onProbes() +
      onRaces(program, found),
  };
}

/** What was taken for granted of time. Without a clock to look at, who sleeps may do so for any time. */
function onTime<Shared>({ isQuiet, isTimeless, hasNoDeadlines }: World<Shared>): string {
  if (isTimeless && (hasNoDeadlines || !isQuiet)) return "";
  return `, as if steps took no time${isQuiet ? " and time-outs came on time" : ""}`;
}

/** What was taken for granted where variables cannot be read. */
function onProbes(): string {
  const { isAll, stranger } = unseen();
  if (!isAll && stranger === null) return "";
  return ", as if threads kept nothing outside of shared memory and asked nobody there: " +
    (isAll ? "without probes" : `of ${stranger}, which has no probes,`) + " nobody sees that";
}

/** What was taken for granted of the data race that was found. */
function onRaces<Shared>({ races }: Program<Shared>, { race }: Found): string {
  if (!race) return "";
  return races === "warn"
    ? `. But there is a ${race}`
    : ", as if plain accesses were atomic and in order";
}

/** An outcome as text: JSON, with what that takes for null or for an empty object. */
function written(outcome: unknown): string {
  return String(JSON.stringify(outcome, (_, value) => {
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Map || value instanceof Set) return [...value];
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  }));
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
  start: Int32Array,
): Proof {
  const count = program.samples ?? 1_000;
  const seed = program.seed ?? 1;
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
  const blind = world.readsVariables()
    ? ""
    : "; without probes in the code, each history of a thread counts for itself";
  const unchecked = program.reachable ? "livelocks and `reachable` are" : "livelocks are";
  return {
    complete: false,
    states: found.states,
    outcomes: new Map(),
    spun: world.spun,
    mostInside: found.mostInside,
    sentence: `checked, not proved: ${part} (${plural(found.states, "state")}${cut}${blind}), ` +
      `and ${thousands(count)} random schedules, seed ${seed}; ${unchecked} not checked` +
      onRaces(program, found),
  };
}
