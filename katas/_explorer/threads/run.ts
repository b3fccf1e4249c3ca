/** Runs of a thread's body: stopped at each operation, and answered from a record when it is run again. */
import { ExplorationError } from "../errors.ts";
import type { Call } from "../machine/linearizable.ts";
import { runEventLoop } from "./event_loop.ts";
import type { Look } from "./built_ins.ts";
import {
  checkBuiltIns,
  exploration,
  noteChange,
  refuse,
  type Run,
  stopped,
} from "./exploration.ts";
import {
  localState,
  recordOperation,
  runningStatements,
  startRecording,
  type State,
  stopRecording,
} from "./frames.ts";
import { comesToAnEnd } from "./guard.ts";
import { goesOnForEver, madeUp } from "./swallowing.ts";
import {
  type Kind,
  type Operation,
  perform,
  type Request,
  type Result,
  valueAt,
} from "./operation.ts";
import { nowhere, type Place, placeOfCall } from "./places.ts";

const RealPromise = Promise;
const { then } = RealPromise.prototype;
const now = performance.now.bind(performance); // The machine's own: threads are shown another one.
/** For how many milliseconds the steps of a search are watched as one. */
const aWhile = 50;

/** How a run ended: stopped before an operation, returned, or threw. */
export type Ending =
  | { pending: Operation; statements: number[]; local: string | null }
  | { pending: null; returned: unknown }
  | { pending: null; threw: unknown };

/**
 * Runs a body from its start, answering its operations from the log. Given the statements at which an
 * earlier run of the same log was stopped, it tells the local state as well. `look` says whether to look for
 * changes of what every program finds. `isPlaced` says that it will be asked where the body was stopped, which
 * costs one more run if it is asked all the same.
 */
export function runBody(
  body: () => unknown,
  log: readonly Result[],
  { statements, look = null, isPlaced = false }: {
    statements?: readonly number[];
    look?: Look | null;
    isPlaced?: boolean;
  } = {},
): Ending {
  const run: Run = {
    log,
    cursor: 0,
    pending: null,
    statements: [],
    local: null,
    look,
    place: isPlaced ? null : () => placeAfter(body, log),
    hasChanged: false,
    atomic: 0,
    hasBegun: false,
    isBlind: false,
    promises: [],
    jobs: [],
    swallowed: 0,
    alarm,
    awaits,
    uses,
    isAsBefore,
    changes: noteChange,
  };
  const before = exploration!.memory.copy();
  const { prepareStackTrace } = Error;
  exploration!.run = run;
  Error.prepareStackTrace = withoutPlaces;
  startRecording(run, statements ?? []);
  let ending: Ending = { pending: null, returned: undefined };
  const act = () => {
    try {
      const returned = body();
      ending = { pending: null, returned };
      requireSynchronous(returned);
      runEventLoop(run);
    } catch (error) {
      ending = { pending: null, threw: error };
    }
  };
  // Probes sound an alarm by themselves.
  const hasEnded = exploration!.hasProbes ? (act(), true) : comesToAnEnd(act);
  exploration!.hasProbes ||= run.statements.length > 0;
  leaveRun(prepareStackTrace);
  if (run.isBlind) exploration!.isBlind = true;
  if (run.pending && "returned" in ending && !exploration!.hasProbes) exploration!.mayGoOn = true;
  const { refusal, memory, outside } = exploration!;
  if (refusal) throw refusal;
  if (!hasEnded) refuse(goesRound);
  // What a run of this log does outside was seen when it ran first.
  if (!statements) outside.check();
  if (run.hasChanged) checkBuiltIns("all");
  else if (look && !run.pending) checkBuiltIns(look);
  if (!memory.isAs(before)) throw new ExplorationError(unseenAccess);
  return run.pending
    ? { pending: run.pending, statements: run.statements, local: run.local }
    : ending;
}

/**
 * Takes steps of a search, as long as they return true. Many of them are watched as one, as a watch for each run
 * of a body costs more than the run.
 */
export function takeSteps(step: () => boolean): void {
  const { prepareStackTrace } = Error;
  let hasMore = true;
  while (hasMore) {
    let thrown: { error: unknown } | null = null;
    const takeSome = () => {
      const end = now() + aWhile;
      try {
        // A look at the clock is as dear as a step.
        for (let i = 1; hasMore && (i % 8 > 0 || now() < end); i++) hasMore = step();
      } catch (error) {
        thrown = { error };
      }
    };
    if (exploration!.hasProbes) takeSome();
    else if (!comesToAnEnd(takeSome)) {
      leaveRun(prepareStackTrace);
      refuse(goesRound);
    }
    if (thrown) throw (thrown as { error: unknown }).error;
  }
}

function leaveRun(prepareStackTrace: typeof Error.prepareStackTrace): void {
  exploration!.run = null;
  Error.prepareStackTrace = prepareStackTrace;
  stopRecording();
}

/** The stack of an error as a thread sees it: where the explorer called it from is not its business. */
function withoutPlaces(error: unknown): string {
  return Error.prototype.toString.call(error);
}

/** Says why accesses to shared memory are not seen. */
export const unseenAccess =
  "A thread wrote to shared memory in a way that the explorer does not see: take typed arrays by their " +
  "own names, as `new Int32Array(buffer)`, not by a name or a class from before";

function uses(state: State): void {
  exploration!.outside.watch(state);
}

function isAsBefore(): boolean {
  return exploration!.outside.changed() === null;
}

function awaits(): void {
  refuse("A thread called an async function: only code that does not await can be explored");
}

/** Says why a body may be no async function. */
export const awaitsItself =
  "A thread's body returned a promise: only code that does not await can be explored";

/** Code that awaits or yields has not run when it returns. */
function requireSynchronous(returned: unknown): void {
  const thing = returned as { then?: unknown; next?: unknown } | null | undefined;
  if (typeof thing?.then === "function") {
    // What it was stopped by is no error that nobody handles.
    if (returned instanceof RealPromise) then.call(returned, () => {}, () => {});
    refuse(awaitsItself);
  }
  const isGenerator = typeof thing?.next === "function" &&
    (Symbol.iterator in (thing as object) || Symbol.asyncIterator in (thing as object));
  if (isGenerator) {
    refuse("A thread's body is a generator, which has not run: write a plain function");
  }
}

/** Ends a thread that was stopped or refused and goes on all the same, or that goes round and round. */
function alarm(): never {
  const { run, refusal } = exploration!;
  if (run!.pending) throw stopped;
  if (refusal) throw refusal;
  return refuse(goesRound);
}

const goesRound =
  "A thread goes round and round without an operation on shared memory, so no other thread can " +
  "help it. All state must live in the shared buffer";

/** What the explorer asks for in a thread's name, when no code of the thread runs. */
const unasked = new Set<Kind>(["begin", "idle", "callback", "deliver"]);

const noElement = { index: 0, address: -1, width: 0, args: [] };

/** What touches no memory. */
type Marker =
  | ("enter" | "exit" | "request" | "call" | "return" | "clock" | "sleep")
  | ("begin" | "start" | "join" | "idle" | "callback" | "deliver");

/** A request of a thread that touches no memory: markers, the clock, a sleep, other threads. */
export function request(
  kind: Marker,
  details: { section?: string; limit?: number; timeout?: number; call?: Call } = {},
): Result {
  const { section = "", limit = 1, timeout = Infinity, call } = details;
  const operation = { kind, ...noElement, timeout, section, limit, call };
  return answer(operation, { isAsked: !unasked.has(kind) });
}

/** Runs a part of a thread as one step. */
export function asOneStep<T>(part: () => T): T {
  const run = exploration?.run;
  if (!run) return part();
  if (run.atomic++ === 0) run.hasBegun = false;
  try {
    return part();
  } finally {
    run.atomic--;
  }
}

/**
 * The result of an operation that a thread asks for, if it is decided; if not, the thread is stopped. One that
 * its code has not asked for does not show whether the code has probes.
 */
export function answer(operation: Request, { isAsked = true } = {}): Result {
  const { run, refusal } = exploration!;
  if (run === null) return answerOutside(operation);
  // Code that caught the stop goes on until its next operation, and is stopped there again.
  if (refusal || run.pending) {
    if (goesOnForEver()) return madeUp(operation, run.swallowed);
    throw refusal ?? stopped;
  }
  if (run.cursor < run.log.length) {
    recordOperation(false);
    const result = run.log[run.cursor++];
    run.hasBegun = !hasSlept(operation, result);
    return result;
  }
  // Here, as what a thread undoes when it is stopped would not be seen afterwards.
  if (run.look) checkBuiltIns(run.look);
  const find = run.place ?? placeOfCall(answer, exploration!.stackDepth);
  run.pending = placed(operation, run.atomic > 0 && run.hasBegun, find);
  run.statements = runningStatements();
  // What callbacks to come hold on to, no frame tells, and neither what a thread changes for its own run.
  run.local = run.promises.length > 0 || run.hasChanged
    ? null
    : localState((from, to) => run.log.slice(from, to).map(textOf).join());
  run.isBlind ||= isAsked && run.statements.length === 0;
  recordOperation(true);
  throw stopped;
}

/** Whether the thread was asleep before it had this result: what it does after that is a step of its own. */
function hasSlept({ kind, timeout }: Request, result: Result): boolean {
  return timeout > 0 && (kind === "sleep" || kind === "wait" && result !== "not-equal");
}

function textOf(result: Result): string {
  return typeof result === "string"
    ? `"${result}"`
    : typeof result === "bigint"
    ? `${result}n`
    : `${result}`;
}

/** The operation, which tells where it stands in the source if it is asked. */
function placed(operation: Request, continues: boolean, find: () => Place): Operation {
  let place: Place | null = null;
  return {
    ...operation,
    continues,
    get where() {
      return (place ??= find()).where;
    },
    get calls() {
      return (place ??= find()).calls;
    },
  };
}

/** Where a body stops after these answers. */
function placeAfter(body: () => unknown, log: readonly Result[]): Place {
  return runBody(body, log, { isPlaced: true }).pending ?? nowhere;
}

/** Setup and assertions act on the memory at once: no other thread runs beside them. */
function answerOutside(operation: Request): Result {
  switch (operation.kind) {
    case "wait":
      if (valueAt(operation) !== operation.args[0]) return "not-equal";
      if (operation.timeout < Infinity) {
        exploration!.clock += operation.timeout;
        return "timed-out";
      }
      throw new ExplorationError(
        "This would sleep for ever: outside of the threads' bodies nobody can wake it",
      );
    case "waitAsync":
      throw new ExplorationError("Atomics.waitAsync has no place outside of the threads' bodies");
    case "notify":
      return 0;
    case "clock":
      exploration!.onLook();
      // Time goes by, so that code which spins until a deadline comes to its end.
      return exploration!.clock += 0.01;
    case "enter":
    case "exit":
    case "request":
    case "call":
    case "return":
    case "sleep":
    case "start":
    case "join":
      return undefined;
    default:
      return perform(operation);
  }
}
