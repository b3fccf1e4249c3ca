/** What threads may not ask or do, as no state of the program tells what comes of it. */
import { isSeen } from "./arrays.ts";
import { isBufferStandIn, refuseUnseen, showing } from "./buffers.ts";
import { exploration, noteChange, refuse } from "./exploration.ts";
import {
  guardedFunction,
  guardedMethods,
  guardedObject,
  refuseInRun,
  type StandIn,
} from "./guarded.ts";
import { known } from "./values.ts";

// deno-lint-ignore no-explicit-any
const globals = globalThis as any;

/** What is there in some runtimes only. */
function* ifThere(names: readonly string[]): Generator<StandIn> {
  for (const name of names) {
    const { value } = Object.getOwnPropertyDescriptor(globals, name) ?? {};
    if (typeof value === "function") {
      yield [globalThis, name, { value: guardedFunction(value, name) }];
    }
  }
}

const outsiders = [
  ...["WeakRef", "FinalizationRegistry", "File", "Worker", "MessageChannel", "BroadcastChannel"],
  ...["WebSocket", "EventSource", "fetch", "alert", "confirm", "prompt"],
];

/** What of `Deno` is the same always, or is for tests. */
const ofDeno = ["test", "bench", "errors", "build", "version", "SeekMode"];

function* ofProcess(process: Record<string, Record<string, unknown>>): Generator<StandIn> {
  yield* guardedMethods(process, "process", { but: ["nextTick", "emitWarning"] });
  yield [process, "env", { value: guardedObject(process.env, "process.env") }];
  yield [process, "nextTick", later(process, "nextTick", "process.nextTick")];
}

/** Calls that wait for the event loop, which no thread comes back to. */
function later(owner: object, key: string, name = key): PropertyDescriptor {
  const real = Reflect.get(owner, key);
  const value = (...args: unknown[]) =>
    exploration
      ? refuse(`${name} cannot be explored: a thread's body must not wait for the event loop`)
      : real.apply(owner, args);
  return { value };
}

function* storages(): Generator<StandIn> {
  for (const name of ["localStorage", "sessionStorage"]) {
    const real = Object.getOwnPropertyDescriptor(globals, name)?.get;
    if (!real) continue;
    const get = () => {
      refuseInRun(name);
      return real.call(globals);
    };
    yield [globalThis, name, { get }];
  }
}

const noPromises =
  "A promise cannot be explored, but for that of Atomics.waitAsync: its `then` can be called";
const { then } = Promise.prototype;

const promises: StandIn[] = [
  [globalThis, "Promise", {
    value: new Proxy(Promise, {
      construct: (target, args, newTarget) =>
        exploration?.run ? refuse(noPromises) : Reflect.construct(target, args, newTarget),
      get: (target, key) =>
        exploration?.run && key !== "prototype" ? refuse(noPromises) : Reflect.get(target, key),
    }),
  }],
  [Promise.prototype, "then", {
    value(this: Promise<unknown>, ...args: Parameters<typeof then>) {
      return exploration?.run ? refuse(noPromises) : then.apply(this, args);
    },
  }],
];

const { apply } = Reflect;
const realClone = structuredClone;
const { decode } = TextDecoder.prototype;

const { bind } = Function.prototype;

/** What lasts longer than a run of a thread. */
const lasting: StandIn[] = [
  [URL, "createObjectURL", {
    value: guardedFunction(URL.createObjectURL, "URL.createObjectURL"),
  }],
  ...(["addEventListener", "removeEventListener", "dispatchEvent"] as const)
    .map((name): StandIn => {
      // deno-lint-ignore no-explicit-any
      const real: (...args: any[]) => unknown = EventTarget.prototype[name];
      const value = function (this: unknown, ...args: unknown[]) {
        if (this === undefined || this === globalThis) refuseInRun(`globalThis.${name}`);
        return real.apply(this ?? globalThis, args);
      };
      return [EventTarget.prototype, name, { value }];
    }),
  // What a bound function holds on to can be read.
  [Function.prototype, "bind", {
    value(this: object, ...args: unknown[]) {
      const bound = Reflect.apply(bind, this, args) as object;
      return known.made(0, () => [this, ...args], bound);
    },
  }],
];

/** Functions that reach memory by themselves; given a stand-in they would say that it is none. */
const openers: StandIn[] = [
  [globalThis, "structuredClone", {
    value(value: unknown, options?: StructuredSerializeOptions) {
      try {
        return realClone(value, options);
      } catch (error) {
        if (!exploration?.run) throw error;
        return refuseUnseen("`structuredClone` cannot be explored where it does not succeed");
      }
    },
  }],
  [TextDecoder.prototype, "decode", {
    value(this: TextDecoder, ...args: Parameters<typeof decode>) {
      const [input, options] = args as [object, TextDecodeOptions?];
      if (options?.stream) refuseInRun("TextDecoder.decode with `stream`");
      if (isSeen(input) || isBufferStandIn(input)) refuseUnseen("`TextDecoder` read it");
      return decode.apply(this, args);
    },
  }],
  ...opened(TextEncoder.prototype, "TextEncoder", ["encodeInto"]),
  ...opened(globals.WebAssembly, "WebAssembly", ["compile", "instantiate", "validate"]),
  ...opened(globals.Buffer, "Buffer", ["compare", "concat"]),
  ...opened(globals.Buffer?.prototype, "Buffer", ["compare", "copy", "equals"]),
];

function opened(owner: object | undefined, name: string, keys: readonly string[]): StandIn[] {
  return keys.filter(() => owner).map((key) => {
    const real = Reflect.get(owner!, key);
    const value = function (this: unknown, ...args: unknown[]) {
      const isReached = exploration?.run &&
        args.flat().some((it) => isSeen(it as object) || isBufferStandIn(it));
      return isReached ? refuseUnseen(`\`${name}.${key}\` opens it`) : apply(real, this, args);
    };
    return [owner!, key, { value }];
  });
}

/** What changes the object that it is given first. */
const changers: StandIn[] = [
  ...["assign", "defineProperties", "defineProperty"].map((key) => changer(Object, key)),
  ...["defineProperty", "deleteProperty", "set"].map((key) => changer(Reflect, key)),
  ...["freeze", "preventExtensions", "seal", "setPrototypeOf"]
    .map((key) => changer(Object, key, true)),
  ...["preventExtensions", "setPrototypeOf"].map((key) => changer(Reflect, key, true)),
];

function changer(owner: object, key: string, isForGood = false): StandIn {
  const real = Reflect.get(owner, key);
  const value = function (this: unknown, ...args: unknown[]) {
    if (exploration?.run) noteChange(args[0], isForGood);
    return apply(real, this, args);
  };
  return [owner, key, { value }];
}

/** The fields of an object that nobody in a thread may read. */
function unreadable(owner: object | undefined, name: string): StandIn[] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner ?? {})).flatMap(([key, { get }]) =>
    get
      ? [[owner!, key, {
        get(this: unknown) {
          refuseInRun(`${name}.${key}`);
          return get.call(this);
        },
      }]]
      : []
  );
}

/** All that is refused. */
export const refused: readonly StandIn[] = [
  [Math, "random", { value: guardedFunction(Math.random, "Math.random") }],
  ...guardedMethods(Crypto.prototype, "crypto"),
  ...ifThere(outsiders),
  ...guardedMethods(WeakRef.prototype, "WeakRef.prototype"),
  ...["Module", "Instance", "Memory"].flatMap((name): StandIn[] =>
    globals.WebAssembly
      ? [[globals.WebAssembly, name, {
        value: guardedFunction(globals.WebAssembly[name], `WebAssembly.${name}`),
      }]]
      : []
  ),
  // What the last pattern that was matched has left behind.
  ...unreadable(RegExp, "RegExp"),
  ...unreadable(globals.Navigator?.prototype, "navigator"),
  ...lasting,
  ...changers,
  ...promises,
  ...openers,
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name): StandIn => [
    globalThis,
    name,
    later(globalThis, name),
  ]),
  ...storages(),
  ...globals.Deno
    ? [[globalThis, "Deno", {
      value: guardedObject(globals.Deno, "Deno", {
        free: ofDeno,
        instead: { inspect: showing(globals.Deno.inspect, "Deno.inspect") },
      }),
    }] as StandIn]
    : [],
  ...globals.process ? ofProcess(globals.process) : [],
  // A pool that all buffers are cut out of lasts longer than a run.
  ...globals.Buffer ? [[globals.Buffer, "poolSize", { value: 0 }] as StandIn] : [],
];
