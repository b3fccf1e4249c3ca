/** Functions that come from elsewhere, in which there are no probes: what a proof says that may use them. */
import { distance } from "fastest-levenshtein";
import { strict } from "node:assert";
import { channel } from "node:diagnostics_channel";
import { EventEmitter, setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { format } from "node:util";
import { runInThisContext } from "node:vm";
import { assertEquals } from "@std/assert";
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";

const source =
  "let n = 0; export const count = () => n++; export class Counter { static count = count; }";
const elsewhere = await import(`data:text/javascript,${source}`);
const { count, Counter } = elsewhere;
const tools = { list: [count] };
const bound = count.bind(null);
const evaluated = new Function("let n = 0; return () => n++")();
const inThisContext = runInThisContext("(() => { let n = 0; return () => n++; })()");
const { randomInt } = createRequire(import.meta.url)("node:crypto");
class Heir extends Counter {}

/** By the variable that holds it. */
const used: Record<string, () => unknown> = {
  distance: () => distance("a", "b"),
  count: () => count(),
  elsewhere: () => elsewhere.count(),
  tools: () => tools.list[0](),
  bound: () => bound(),
  Counter: () => Counter.count(),
  Heir: () => (Heir as unknown as typeof Counter).count(),
  evaluated: () => evaluated(),
  inThisContext: () => inThisContext(),
  randomInt: () => typeof randomInt(1),
};

const { load } = Atomics;
const { max } = Math;
const clone = structuredClone;

/** What keeps nothing for itself. */
const known: Record<string, () => unknown> = {
  "a function of the language": () => max(1, 2),
  "a function of the runtime": () => clone([1]),
  "an assertion": () => assertEquals([1], [1]),
  "an assertion of Node's": () => strict.deepEqual([1], [1]),
  "paths": () => basename("/a/b"),
  "text": () => format("%s", 1),
  "an emitter": () => new EventEmitter().on("a", () => {}).emit("a"),
};

function between(act: () => unknown) {
  return {
    shared: () => ({ m: cells(2) }),
    threads: 2,
    run({ m }: { m: Int32Array }) {
      load(m, 0);
      act();
      load(m, 0);
    },
  };
}

export const strangers: Record<string, Claim> = {
  ...Object.fromEntries(
    Object.entries(used).map(([name, act]) => [
      name,
      claim(
        "proved: all 6 schedules (6 states), as if threads kept nothing outside of shared memory and " +
          `asked nobody there: of ${name}, which has no probes, nobody sees that`,
        between(act),
      ),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(known).map(([name, act]) => [
      name,
      claim("proved: all 6 schedules (6 states)$", between(act)),
    ]),
  ),
  "a channel by its name": claim(
    "node:diagnostics_channel.channel cannot be explored",
    between(() => channel("a")),
  ),
  "what all emitters share": claim(
    "node:events.setMaxListeners cannot be explored",
    between(() => setMaxListeners(5)),
  ),
};
