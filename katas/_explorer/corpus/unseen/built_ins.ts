/** Changes of what every program finds, each of which is refused by name. */
import { cells } from "../../mod.ts";
import { type Claim, claim } from "../claims.ts";

// deno-lint-ignore no-explicit-any
const globals = globalThis as any;
const held = Symbol.for("held");
globals.stateFromBefore = { held: false };

/** Each changes what every program finds, and tells what it found. */
const changes: Record<string, [what: string, () => unknown]> = {
  "a field of globalThis": ["globalThis.held", () => globals.held = (globals.held ?? 0) + 1],
  "a field that is there before": [
    "globalThis.stateFromBefore",
    () => globals.stateFromBefore.held = !globals.stateFromBefore.held,
  ],
  "a field that is deleted": ["globalThis.stateFromBefore", () => delete globals.stateFromBefore],
  "a field by a symbol": ["globalThis[Symbol(held)]", () => globals[held] = 1],
  "a field by self": ["globalThis.held", () => globals.self.held = 1],
  "a field that does not show": [
    "globalThis.held",
    () => Object.defineProperty(globalThis, "held", { value: 1, configurable: true }),
  ],
  "a field of all arrays": ["Array.prototype.held", () => globals.Array.prototype.held = 1],
  "a field of all objects": ["Object.prototype.held", () => globals.Object.prototype.held = 1],
  "a field of all functions": [
    "Function.prototype.held",
    () => globals.Function.prototype.held = 1,
  ],
  "a field of a class": ["Map.held", () => globals.Map.held = 1],
  "a field of Math": ["Math.held", () => globals.Math.held = 1],
  "a field of Atomics": ["Atomics.held", () => globals.Atomics.held = 1],
  "a field of all numbers, by one": [
    "Number.prototype.held",
    () => Object.getPrototypeOf(1).held = 1,
  ],
  "a field of all arrays, by a symbol": [
    "Array.prototype[Symbol(held)]",
    () => globals.Array.prototype[held] = 1,
  ],
  "a method of all arrays": [
    "Array.prototype.push",
    () => globals.Array.prototype.push = () => 7,
  ],
  "a function of globalThis": ["globalThis.parseInt", () => globals.parseInt = () => 7],
  "a field of the console": ["console.held", () => globals.console.held = 1],
  "a field of the process": ["process.held", () => globals.process.held = 1],
  "a field of a function of Math": ["the function max", () => globals.Math.max.held = 1],
  "a field of a method": ["the function push", () => globals.Array.prototype.push.held = 1],
  "a field of a class of Intl": ["the function Collator", () => globals.Intl.Collator.held = 1],
  "a field of all headers": ["Headers.prototype", () => globals.Headers.prototype.held = 1],
  "a field of a namespace": ["WebAssembly.held", () => globals.WebAssembly.held = 1],
  "a field of all generators": [
    "GeneratorFunction.prototype",
    () => Object.getPrototypeOf(function* () {}).held = 1,
  ],
  "a field of all iterators of arrays": [
    "the prototype of iterators of arrays.held",
    () => Object.getPrototypeOf([].values()).held = 1,
  ],
  "a field that is destructured": ["the function max", () => [globals.Math.max.held] = [1]],
  "a field that is counted": ["the function max", () => globals.Math.max.held++],
  "a field that a loop fills": ["the function max", () => {
    for (globals.Math.max.held of [1]);
  }],
  "a field that is taken away": ["Array.prototype.at", () => delete globals.Array.prototype.at],
  "a field of a function by Reflect": ["the function max", () => Reflect.set(Math.max, "held", 1)],
  "a field of a function that is defined": [
    "the function max",
    () => Object.defineProperty(Math.max, "held", { value: 1 }),
  ],
  "a field that is assigned": [
    "Array.prototype.held",
    () => Object.assign(Array.prototype, { held: 1 }),
  ],
  "a class that is frozen": ["Map", () => Object.freeze(Map)],
  "a prototype of a prototype": [
    "Map.prototype",
    () => Object.setPrototypeOf(Map.prototype, Set.prototype),
  ],
  "a field of a typed array's class": ["Int32Array.held", () => globals.Int32Array.held = 1],
  "a field of all typed arrays": [
    "the prototype of Int8Array.prototype.held",
    () => Object.getPrototypeOf(Int32Array.prototype).held = 1,
  ],
};

export const builtIns: Record<string, Claim> = Object.fromEntries(
  Object.entries(changes).map(([name, [what, change]]) => [
    name,
    claim(`A thread changed ${what}, which is in no shared memory`, {
      shared: () => ({ m: cells(2) }),
      threads: 2,
      run({ m }) {
        Atomics.load(m, 0);
        change();
        Atomics.load(m, 0);
      },
    }),
  ]),
);

const { parseFloat: parse } = globalThis;
builtIns["a function that another thread puts back"] = claim("A thread changed globalThis.parse", {
  shared: () => ({ m: cells(2) }),
  threads: {
    A({ m }) {
      Atomics.load(m, 0);
      Atomics.load(m, 1);
      globals.parseFloat = () => 7;
      Atomics.store(m, 0, parseFloat("1"));
    },
    B({ m }) {
      Atomics.load(m, 0);
      globals.parseFloat = parse;
      Atomics.load(m, 0);
    },
  },
});
builtIns["a function that is put back at the end"] = claim("Thread A threw Error: saw 1", {
  shared: () => ({ m: cells(2) }),
  threads: {
    A({ m }) {
      Atomics.load(m, 1);
      Atomics.load(m, 1);
      try {
        for (;;) {
          const now = Atomics.load(m, 0);
          if (now === 2 && parseFloat("") === 1) throw new Error("saw 1");
          if (now === 2) return;
          globals.parseFloat = () => now;
        }
      } finally {
        globals.parseFloat = parse;
      }
    },
    B: ({ m }) => [1, 2].forEach((value) => Atomics.store(m, 0, value)),
  },
});
builtIns["a function that is put back before the next operation"] = claim("proved: all 6 sched", {
  shared: () => ({ m: cells(2) }),
  threads: 2,
  run({ m }) {
    Atomics.load(m, 0);
    globals.parseFloat = () => 7;
    const seven = parseFloat("1");
    globals.parseFloat = parse;
    Atomics.load(m, seven - 7);
  },
});
builtIns["a field that is gone before others see it"] = claim("A thread changed globalThis.held", {
  shared: () => ({ m: cells(2) }),
  threads: {
    A: ({ m }) => [1, 2].forEach((value) => Atomics.store(m, 0, value)),
    B({ m }) {
      try {
        globals.held = Atomics.load(m, 0);
        Atomics.load(m, 1);
        if (globals.held === 1) throw new Error("saw 1");
      } finally {
        delete globals.held;
      }
    },
  },
});
