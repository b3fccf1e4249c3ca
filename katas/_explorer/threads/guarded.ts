/** Keeps threads under exploration from asking what the program's state does not tell. */
import { showing } from "./buffers.ts";
import { exploration, refuse } from "./exploration.ts";
import { RealProxy } from "./proxies.ts";
import { goesOnForEver } from "./swallowing.ts";
import { describeConstants } from "./values.ts";

/** A property, and what stands there while programs are explored or loaded. */
export type StandIn = [owner: object, key: PropertyKey, standIn: PropertyDescriptor];

/** What a guard was made of. */
const behind = new WeakMap<object, object>();
/** By what they were made of and by their names. */
const guards = new WeakMap<object, Map<string, object>>();

describeConstants((value) => behind.has(value));

/** Refuses if a thread asks; setup and assertions may. */
export function refuseInRun(name: string): void {
  if (!exploration?.run || exploration.refusal && goesOnForEver()) return;
  refuse(`${name} cannot be explored: what a thread does may depend on nothing but its operations`);
}

function kept<T extends object>(real: T, name: string, make: () => T): T {
  const named = guards.get(real) ?? new Map<string, object>();
  guards.set(real, named);
  const guard = named.get(name) ?? make();
  named.set(name, guard);
  behind.set(guard, real);
  return guard as T;
}

/** A function or class that no thread may call. */
export function guardedFunction<T extends object>(real: T, name: string): T {
  return kept(real, name, () =>
    new RealProxy(real, {
      apply(target, self, args) {
        refuseInRun(name);
        return Reflect.apply(target as never, behind.get(self) ?? self, args);
      },
      construct(target, args, newTarget) {
        refuseInRun(`new ${name}`);
        return Reflect.construct(target as never, args, newTarget as never);
      },
      get(target, key) {
        const value = Reflect.get(target, key, target);
        const isOwn = typeof value === "function" && key !== "prototype" &&
          Object.hasOwn(target, key);
        return isOwn ? guardedFunction(value, `${name}.${String(key)}`) : value;
      },
    }));
}

/** An object that no thread may ask or change, but for what is `free` to all; `instead` stands for some of it. */
export function guardedObject<T extends object>(
  real: T,
  name: string,
  { free = [], instead = {} }: {
    free?: readonly PropertyKey[];
    instead?: Record<PropertyKey, unknown>;
  } = {},
): T {
  const before =
    <Args extends unknown[], R>(act: (target: T, key: PropertyKey, ...args: Args) => R) =>
    (target: T, key: PropertyKey, ...args: Args): R => {
      refuseInRun(`${name}.${String(key)}`);
      return act(target, key, ...args);
    };
  return kept(real, name, () =>
    new RealProxy(real, {
      get(target, key) {
        if (Object.hasOwn(instead, key)) return instead[key];
        const value = Reflect.get(target, key, target);
        if (free.includes(key) || typeof key === "symbol") return value;
        if (typeof value === "function") return guardedFunction(value, `${name}.${key}`);
        if (typeof value === "object" && value !== null) {
          return guardedObject(value, `${name}.${key}`);
        }
        refuseInRun(`${name}.${key}`);
        return value;
      },
      set: before((target, key, value) => Reflect.set(target, key, value, target)),
      has: before(Reflect.has),
      deleteProperty: before(Reflect.deleteProperty),
      defineProperty: before(Reflect.defineProperty),
    }));
}

/** The methods of an object, which no thread may call, `but` for some. */
export function guardedMethods(
  owner: object | undefined,
  name: string,
  { but = [] }: { but?: readonly string[] } = {},
): StandIn[] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner ?? {}))
    .filter(([key, { value }]) => typeof value === "function" && !/^_|^constructor$/.test(key))
    .filter(([key]) => !but.includes(key))
    .map(([key, { value }]) => [owner!, key, { value: guardedFunction(value, `${name}.${key}`) }]);
}

/** Where guarded modules find this one: in a package for npm its file has another ending. */
export const url = import.meta.url;

/** What modules of the runtime hand out that has guards of its own. */
const sameAsGlobal = ["performance", "webcrypto", "crypto"];

/** A module of the runtime that no thread may ask. */
export function guardedExports(
  real: Record<string, unknown>,
  name: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(real).map(([key, value]) => [key, guardedExport(value, name, key)]),
  );
}

function guardedExport(value: unknown, module: string, key: string): unknown {
  if (module === "node:util") return guardedUtility(value, key);
  // An emitter is an object as others are.
  if (module === "node:events" && ["default", "EventEmitter"].includes(key)) return value;
  const isObject = typeof value === "object" && value !== null;
  if (key === "default" && isObject) return guardedObject(value, module, { free: sameAsGlobal });
  if (sameAsGlobal.includes(key)) return value;
  if (typeof value === "function") return guardedFunction(value, `${module}.${key}`);
  return isObject ? guardedObject(value, `${module}.${key}`) : value;
}

/** Those of `node:util` answer by what they are given; only, memory may be among that. */
function guardedUtility(value: unknown, key: string): unknown {
  if (key === "default") {
    const all = Object.entries(value as object);
    return Object.fromEntries(all.map(([key, value]) => [key, guardedUtility(value, key)]));
  }
  const shows = ["inspect", "format", "formatWithOptions"].includes(key);
  return shows ? showing(value as () => string, `node:util.${key}`) : value;
}
