/**
 * The globals that threads under exploration find in the place of the real ones: `Atomics`, the typed arrays,
 * the clock, and what would make a thread depend on more than its operations.
 */
import { adopt, isSeen, RealSharedArrayBuffer, standInFor } from "./arrays.ts";
import { StandInAtomics } from "./atomics.ts";
import { begin, end, exploration, refuse } from "./exploration.ts";
import type { Memory } from "./memory.ts";
import { request } from "./run.ts";
import { goesOnForEver } from "./swallowing.ts";

const wallStart = 1_600_000_000_000;

let putBack: (() => void)[] = [];

/** Runs `explore` with the stand-ins in place; every global is put back afterwards. */
export function withStandIns<T>(memory: Memory, explore: () => T): T {
  begin(memory);
  putBack = [
    ...[...replacedGlobals()].map(([owner, key, value]) => replace(owner, key, value)),
    replace(Error, "stackTraceLimit", 16),
  ].reverse();
  try {
    return explore();
  } finally {
    removeStandIns();
  }
}

/**
 * Puts every global back. Only needed after a test was ended from outside in the middle of an
 * exploration: then no `finally` has run.
 */
export function removeStandIns(): void {
  end();
  for (const restore of putBack) restore();
  putBack = [];
}

const sharedArrayTypes = [
  "Int8Array",
  "Uint8Array",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Uint8ClampedArray",
  "Float16Array",
  "Float32Array",
  "Float64Array",
] as const; // deno-fmt-ignore

function* replacedGlobals(): Generator<[object, PropertyKey, unknown]> {
  yield [globalThis, "Atomics", StandInAtomics];
  yield [globalThis, "SharedArrayBuffer", new Proxy(RealSharedArrayBuffer, {
    construct(target, args) {
      const buffer = Reflect.construct(target, args);
      adopt(buffer);
      return buffer;
    },
  })];
  for (const name of sharedArrayTypes) {
    yield [globalThis, name, new Proxy(globalThis[name], {
      construct(target, args, newTarget) {
        const array = Reflect.construct(target, args, newTarget);
        if (!(array.buffer instanceof RealSharedArrayBuffer)) return array;
        return adopt(array.buffer) ? standInFor(array) : array;
      },
    })];
  }
  yield [globalThis, "DataView", new Proxy(DataView, {
    construct(target, args, newTarget) {
      if (args[0] instanceof RealSharedArrayBuffer) {
        refuse("A DataView over shared memory cannot be explored: use a typed array");
      }
      return Reflect.construct(target, args, newTarget);
    },
  })];
  const { isView } = ArrayBuffer;
  yield [ArrayBuffer, "isView", (value: unknown) => isView(value) || isSeen(value as object)];
  yield [performance, "now", () => request("clock")];
  const wallClock = () => wallStart + (request("clock") as number);
  yield [Date, "now", wallClock];
  yield [globalThis, "Date", new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [wallClock()], newTarget),
    apply: (target) => String(new target(wallClock())),
  })];
  yield [Math, "random", known(Math.random.bind(Math), "Math.random")];
  yield* otherClocks();
  for (const name of ["getRandomValues", "randomUUID"] as const) {
    // deno-lint-ignore no-explicit-any
    yield [crypto, name, known((crypto[name] as any).bind(crypto), `crypto.${name}`)];
  }
  yield [globalThis, "Promise", new Proxy(Promise, {
    construct: (target, args, newTarget) =>
      exploration?.run ? refuse(noPromises) : Reflect.construct(target, args, newTarget),
    get: (target, key) =>
      exploration?.run && key !== "prototype" ? refuse(noPromises) : Reflect.get(target, key),
  })];
  for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) {
    yield [globalThis, name, eventLoop(name)];
  }
  if (process) yield [process, "nextTick", eventLoop("process.nextTick")];
}

// deno-lint-ignore no-explicit-any
const { process, Temporal } = globalThis as any;

/** The clocks that are not the program's. */
function* otherClocks(): Generator<[object, PropertyKey, unknown]> {
  for (const name of ["mark", "measure"] as const) {
    const real: (...args: never[]) => unknown = performance[name].bind(performance);
    yield [performance, name, known(real, `performance.${name}`)];
  }
  for (const [name, real] of methodsOf(Temporal?.Now)) {
    if (name !== "timeZoneId") yield [Temporal.Now, name, known(real, `Temporal.Now.${name}`)];
  }
  if (!process) return;
  const hrtime = known(process.hrtime, "process.hrtime");
  const bigint = known(process.hrtime.bigint, "process.hrtime.bigint");
  yield [process, "hrtime", Object.assign(hrtime, { bigint })];
  yield [process, "uptime", known(process.uptime.bind(process), "process.uptime")];
}

function methodsOf(object: object = {}): [string, (...args: unknown[]) => unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { value }]) => typeof value === "function")
    .map(([name, { value }]) => [name, value]);
}

function eventLoop(name: string): () => never {
  return () =>
    refuse(`${name} cannot be explored: a thread's body must not wait for the event loop`);
}

const noPromises =
  "A promise cannot be explored, but for that of Atomics.waitAsync: its `then` can be called";

/** Random numbers: setup may have them, threads may not. */
function known<Args extends unknown[], T>(real: (...args: Args) => T, name: string) {
  return (...args: Args): T => {
    if (!exploration?.run) return real(...args);
    if (exploration.refusal && goesOnForEver()) return real(...args);
    return refuse(
      `${name} cannot be explored: what a thread does may depend on nothing but its operations`,
    );
  };
}

function replace(owner: object, key: PropertyKey, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, key, before);
    else Reflect.deleteProperty(owner, key);
  };
}
