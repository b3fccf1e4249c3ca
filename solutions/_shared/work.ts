/**
 * What work in another thread or process is named by: a module and a function that it exports.
 *
 * @module
 */

/** The URL of the module, if one is given. */
export function moduleUrl(what: string, module: string | URL | undefined): string | undefined {
  if (module === undefined) return undefined;
  if (URL.canParse(String(module))) return String(module);
  throw new TypeError(
    `Cannot make a ${what} as 'module' is no URL: use import.meta.resolve("${module}")`,
  );
}

/** The name of the function, if one is given. */
export function targetName(
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
