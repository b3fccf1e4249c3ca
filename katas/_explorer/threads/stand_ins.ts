/**
 * The globals that threads under exploration find in the place of the real ones. Each hands on to the real one
 * where no exploration runs, so code that was loaded with them in place may keep them.
 */
import {
  arrayConstructors,
  constructors,
  isSeen,
  methodsOfArrays,
  methodsOfBuffers,
} from "./arrays.ts";
import { installAtomics, StandInAtomics } from "./atomics.ts";
import { adopt, realBuffer, RealSharedArrayBuffer, standInForBuffer } from "./buffers.ts";
import { clocks } from "./clocks.ts";
import { begin, end, exploration, refuse } from "./exploration.ts";
import { forgetWatch } from "./guard.ts";
import type { StandIn } from "./guarded.ts";
import type { Memory } from "./memory.ts";
import { proxies } from "./proxies.ts";
import { refused } from "./refused.ts";

let putBack: (() => void)[] = [];

/** Runs `explore` with the stand-ins in place; every global is put back afterwards. */
export function withStandIns<T>(memory: Memory, explore: () => T): T {
  begin(memory);
  putBack = putInPlace([...standIns, [Error, "stackTraceLimit", { value: 16 }]]);
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
  const isLeft = exploration?.mayGoOn;
  end();
  forgetWatch();
  for (const restore of putBack) restore();
  // To the real one its memory would be none.
  if (isLeft) installAtomics();
  putBack = [];
}

let loads = 0;
let putBackAfterLoads: (() => void)[] = [];

/** Loads code with the stand-ins in place: a name that it keeps for one of them is seen as well. */
export async function loadedWithStandIns<Module>(load: () => Promise<Module>): Promise<Module> {
  if (loads++ === 0) putBackAfterLoads = putInPlace(standIns);
  try {
    return await load();
  } finally {
    if (--loads === 0) putBackAfterLoads.forEach((restore) => restore());
  }
}

const { isView } = ArrayBuffer;

const StandInDataView = new Proxy(DataView, {
  construct(target, args, newTarget) {
    if (exploration && realBuffer(args[0]) instanceof RealSharedArrayBuffer) {
      refuse("A DataView over shared memory cannot be explored: use a typed array");
    }
    return Reflect.construct(target, args, newTarget);
  },
});

const standIns: StandIn[] = [
  [globalThis, "Atomics", { value: StandInAtomics }],
  [globalThis, "SharedArrayBuffer", {
    value: new Proxy(RealSharedArrayBuffer, {
      construct(target, args, newTarget) {
        const buffer = Reflect.construct(target, args, newTarget);
        return exploration && adopt(buffer) ? standInForBuffer(buffer) : buffer;
      },
    }),
  }],
  ...Object.entries(arrayConstructors).map(([name, real]): StandIn => [globalThis, name, {
    value: constructors.get(real),
  }]),
  [globalThis, "DataView", { value: StandInDataView }],
  [DataView.prototype, "constructor", { value: StandInDataView }],
  [ArrayBuffer, "isView", { value: (value: unknown) => isView(value) || isSeen(value as object) }],
  ...methodsOfArrays,
  ...methodsOfBuffers,
  ...proxies,
  ...clocks,
  ...refused,
];

function putInPlace(list: readonly StandIn[]): (() => void)[] {
  return list.map(([owner, key, standIn]) => replace(owner, key, standIn)).reverse();
}

function replace(owner: object, key: PropertyKey, standIn: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  const kind = "value" in standIn ? { writable: true } : {};
  const enumerable = before?.enumerable ?? false;
  Object.defineProperty(owner, key, { ...standIn, ...kind, enumerable, configurable: true });
  return () => {
    if (before) Object.defineProperty(owner, key, before);
    else Reflect.deleteProperty(owner, key);
  };
}
