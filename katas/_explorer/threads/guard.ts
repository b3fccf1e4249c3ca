/** Keeps threads under exploration from asking what the program's state does not tell. */
import { exploration, refuse } from "./exploration.ts";

/** A property, and what stands there while programs are explored or loaded. */
export type StandIn = [owner: object, key: PropertyKey, standIn: PropertyDescriptor];

/** What a guard was made of. */
const behind = new WeakMap<object, object>();
const guards = new WeakMap<object, object>();

/** Refuses if a thread asks; setup and assertions may. */
export function refuseInRun(name: string): void {
  if (!exploration?.run) return;
  refuse(`${name} cannot be explored: what a thread does may depend on nothing but its operations`);
}

function kept<T extends object>(real: T, make: () => T): T {
  let guard = guards.get(real);
  if (!guard) {
    guards.set(real, guard = make());
    behind.set(guard, real);
  }
  return guard as T;
}

/** A function or class that no thread may call. */
export function guardedFunction<T extends object>(real: T, name: string): T {
  return kept(real, () =>
    new Proxy(real, {
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
  return kept(real, () =>
    new Proxy(real, {
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

/** The methods of an object, for threads not to call: those with these names, or all. */
export function guardedMethods(
  owner: object | undefined,
  name: string,
  { but = [], on = owner }: { but?: readonly string[]; on?: object } = {},
): StandIn[] {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(owner ?? {}));
  return descriptors
    .filter(([key, { value }]) =>
      typeof value === "function" && key !== "constructor" && !but.includes(key) &&
      !key.startsWith("_")
    )
    .map(([key, { value }]) => [on!, key, { value: guardedFunction(value, `${name}.${key}`) }]);
}
