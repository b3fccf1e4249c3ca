/**
 * Work that is done in another thread or process: how it is named, what travels there, and how the
 * object that was made here is made again there.
 *
 * @module
 */

/** What is to be done: a function that a module exports, and its arguments. */
export interface Work {
  module?: string;
  target?: string;
  args: readonly unknown[];
}

/** What travels of a thread or process. */
export interface Payload extends Work {
  name: string;
  daemon: boolean;
  /** The class of a subclass, which the module exports, and the fields of its object. */
  className?: string;
  fields: object;
}

/** The work that the options name; a subclass is in a module of its own. */
export function workOf(
  what: string,
  options: { module?: string | URL; target?: string; args?: readonly unknown[] },
  ownModule: string | URL | undefined,
): Work {
  const module = moduleUrl(what, options.module ?? ownModule);
  const target = targetName(what, options.target, module);
  const { args = [] } = options;
  if (!Array.isArray(args)) {
    throw new TypeError(`Cannot make a ${what} as 'args' is not an array`);
  }
  return target === undefined ? { module, args } : { module, target, args };
}

/** The URL of the module, if one is given. */
export function moduleUrl(what: string, module: string | URL | undefined): string | undefined {
  if (module === undefined) return undefined;
  if (URL.canParse(String(module))) return String(module);
  throw new TypeError(
    `Cannot make a ${what} as 'module' is no URL: use import.meta.resolve("${module}")`,
  );
}

/** The name of the function, if one is given. */
function targetName(
  what: string,
  target: string | undefined,
  module: string | undefined,
): string | undefined {
  if (target === undefined) return undefined;
  if (typeof target !== "string") {
    throw new TypeError(
      `Cannot make a ${what} as 'target' must be the name of an exported function: received ${target}`,
    );
  }
  if (!module) {
    throw new TypeError(`Cannot make a ${what} as '${target}' needs the 'module' it is in`);
  }
  return target;
}

/** What travels of the object besides its name: its work, and what a subclass has added. */
export function packed(
  object: object,
  base: unknown,
  work: Work,
): Omit<Payload, "name" | "daemon"> {
  const isSubclass = object.constructor !== base;
  if (isSubclass && !work.module) {
    throw new TypeError(
      `Cannot start ${object} as its class does not say where it is: give it a static 'module'`,
    );
  }
  // A field that is undefined would be no JSON, and for that a process loads a lot.
  const classPart = isSubclass ? { className: object.constructor.name } : {};
  return { ...work, ...classPart, fields: { ...object } };
}

/**
 * The object, made again, and the call of its target, if it has one.
 *
 * @throws An error of that class, if what is asked for is not among the exports of the module.
 */
export function unpacked<Base extends object>(
  { module, target, args, className, fields, name, daemon }: Payload,
  // deno-lint-ignore no-explicit-any -- any module
  exports: any,
  base: new (options: { name: string; daemon: boolean }) => Base,
  errorClass: new (message: string) => Error,
): { object: Base; call?: () => unknown } {
  const find = (name: string, isRight: (value: unknown) => boolean) => {
    if (isRight(exports[name])) return exports[name];
    throw new errorClass(`'${name}' must be exported by ${module}`);
  };
  const targetFunction = target && find(target, (value) => typeof value === "function");
  const call = targetFunction && (() => targetFunction(...args));
  if (!className) return { object: new base({ name, daemon }), call };
  const subclass = find(className, (value) => (value as typeof base)?.prototype instanceof base);
  // The constructor of the subclass has run where the object was made.
  const object = Reflect.construct(base, [{ name, daemon }], subclass);
  return { object: Object.assign(object, fields), call };
}

/** Calls back with each error that nobody catches, in the place of what the runtime does then. */
export function onUncaught(callback: (error: unknown) => void): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    callback(event.error);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    callback(event.reason);
  });
}

/** Tells on stderr of an error that ends a thread or process, whatever it is. */
export function report(where: string, error: unknown): void {
  try {
    console.error(`Exception in ${where}:`, error);
  } catch {
    console.error(`Exception in ${where}: ${messageOf(error)}`);
  }
}

/** What it says in one line. Anything can be thrown, also what cannot be shown. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return `a value of type ${typeof error} that has no text`;
  }
}
