/**
 * Functions that come from elsewhere: no probe reads what they keep for themselves, as those of a package, or those that
 * text was evaluated to. The language's own and the runtime's keep nothing, or are refused.
 */
const { toString } = Function.prototype;
const { WebAssembly } = globalThis;

/** For the functions that were met, what is told of them. */
const met = new WeakMap<object, Met>();
/** Those of the runtime, of the explorer, and of the modules that are loaded without probes on purpose. */
const trusted = new WeakSet<object>();
let knowsRuntime = false;
/** What the runtime has put on the global object, and nobody since. */
const globals: ReadonlySet<PropertyKey> = new Set([
  ...Reflect.ownKeys(globalThis),
  // Comes with the first module of Node's kind.
  "nodeBootstrap",
]);

interface Met {
  /** Code without probes: the function, or the class that it extends. It may be the runtime's or the explorer's. */
  unread: object | null;
  /** Whether it is a function of WebAssembly, which has a memory of its own. */
  hasMemory: boolean;
}

/** What the text of a function tells. */
export function meet(it: object): Met {
  let known = met.get(it);
  if (!known) {
    const parent = Object.getPrototypeOf(it);
    const unread = [it, parent].find((it) =>
      typeof it === "function" && !isNative(it) && isWithoutProbes(it)
    );
    met.set(it, known = { unread: unread ?? null, hasMemory: isOfWebAssembly(it) });
  }
  return known;
}

/** Whether such a function is one of these. */
export function isStranger(it: object): boolean {
  if (!knowsRuntime) {
    knowsRuntime = true;
    trust(globalThis);
  }
  return !trusted.has(it);
}

/** Whether it is the language's own, the runtime's, or from elsewhere: no function of a module with probes. */
export function isWithoutProbes(it: object): boolean {
  return !/\$(probe|blind)\b/.test(toString.call(it));
}

/** Whether a program has put this on the global object. */
export function isPutThere(key: PropertyKey): boolean {
  return !globals.has(key);
}

function isOfWebAssembly(it: object): boolean {
  if (!isNative(it) || !/^\d+$/.test((it as { name: string }).name)) return false;
  try {
    new WebAssembly.Table({ element: "anyfunc", initial: 1 }).set(0, it as never);
    return true;
  } catch {
    return false;
  }
}

function isNative(it: object): boolean {
  return toString.call(it).endsWith("{ [native code] }");
}

/** Takes all functions that can be reached from here for known. */
export function trust(root: unknown): void {
  const seen = new Set<unknown>();
  const list = [root];
  while (list.length > 0) {
    const it = list.pop();
    if (typeof it !== "function" && (typeof it !== "object" || it === null)) continue;
    if (seen.has(it)) continue;
    seen.add(it);
    if (typeof it === "function") trusted.add(it);
    for (const key of it === globalThis ? globals : Reflect.ownKeys(it)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(it, key) ?? {};
      list.push(value, get, set);
    }
    list.push(Object.getPrototypeOf(it));
  }
}
