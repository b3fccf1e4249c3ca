/**
 * Code that catches whatever stops it and tries again. No error ends it, so in the end its operations are answered:
 * sooner or later with what it waits for. What it does then counts for nothing, as the exploration is over.
 */
import { ExplorationError } from "../errors.ts";
import { exploration } from "./exploration.ts";
import { perform, type Request, type Result, type Value, valueAt } from "./operation.ts";

/** How often code may catch what stops it, and try again. */
const mostSwallowed = 10_000;
/** For so long it is answered as if it were alone, then by chance. */
const mostAlone = 11_000;
const catchesAll =
  "A thread catches every error and goes on, also the one by which the explorer stops it, so that it never " +
  "stops: let errors pass that the code does not know";

/** Counts that a thread goes on though it was stopped, and tells whether it does so again and again. */
export function goesOnForEver(): boolean {
  const it = exploration!;
  const { swallowed } = it.run!;
  it.run!.swallowed++;
  if (swallowed < mostSwallowed) return false;
  it.refusal ??= new ExplorationError(catchesAll);
  return true;
}

/** An answer that code may wait for. */
export function madeUp(operation: Request, turn: number): Result {
  const { kind, array, args } = operation;
  if (kind === "clock") return turn;
  if (kind === "wait") {
    if (turn < mostAlone) return valueAt(operation) === args[0] ? "ok" : "not-equal";
    return ["ok", "timed-out", "not-equal"][byChance(turn) % 3];
  }
  if (!array || kind === "waitAsync") return undefined;
  if (kind === "notify") return byChance(turn) % 3;
  if (turn < mostAlone) return perform(operation);
  const likely: Value[] = [0, 1, ...args, 2, 3, -1, byChance(turn) % 2 ** turn.toString(2).length];
  const value = likely[byChance(turn) % likely.length];
  return typeof array[0] === "bigint" ? BigInt(value) : Number(value);
}

/** A number from 0 up, another one for each turn. */
function byChance(turn: number): number {
  return Math.imul(turn, 0x9e3779b1) >>> 8;
}
