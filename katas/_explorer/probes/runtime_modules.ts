/** The runtime's own modules for code with probes: threads may not call what answers from outside. */
import { getBuiltinModule } from "node:process";

import { url as guard } from "../threads/guarded.ts";

/** Those that answer by what they are given. */
const free = new Set([
  ...["assert", "assert/strict", "buffer", "constants", "path", "path/posix", "path/win32"],
  ...["punycode", "querystring", "string_decoder", "test", "url"],
]);
/** Those of which that is so for most of what they have. */
const mostlyFree = new Set(["events", "util"]);

const prefix = "node:";
const mark = "?guarded";

/** Where code with probes finds the module: the runtime's own have another one before them. */
export function guardedSpecifier(specifier: string): string {
  const isGuarded = specifier.startsWith(prefix) && !free.has(specifier.slice(prefix.length));
  return isGuarded ? specifier + mark : specifier;
}

/** Where to find a module of the runtime that keeps nothing; null if it is no such one. */
export function freeModule(url: string): string | null {
  const [, name = ""] = url.match(/^node:([^?]*)/) ?? [];
  return free.has(name) || mostlyFree.has(name) ? prefix + name : null;
}

/** The source of a module that has all that the real one has, with guards; null if it is no such one. */
export function guardedModule(url: string): string | null {
  if (!url.startsWith(prefix) || !url.endsWith(mark)) return null;
  const real = url.slice(0, -mark.length);
  const names = Object.getOwnPropertyNames(getBuiltinModule(real.slice(prefix.length)) ?? {})
    .filter((name) => /^[\w$]+$/.test(name) && name !== "default");
  const exports = names.map((name, i) =>
    `const $${i} = guarded[${JSON.stringify(name)}]; export { $${i} as ${name} };`
  );
  return [
    `import * as real from ${JSON.stringify(real)};`,
    `export * from ${JSON.stringify(real)};`,
    `import { guardedExports } from ${JSON.stringify(guard)};`,
    `const guarded = guardedExports(real, ${JSON.stringify(real)});`,
    "export default guarded.default;",
    ...exports,
  ].join("\n");
}
