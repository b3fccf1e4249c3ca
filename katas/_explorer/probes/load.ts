/** Loads modules once more, with probes in them and in all that they import. */
import remapping from "@jridgewell/remapping";
import { registerHooks } from "node:module";
import { url as runtime } from "../threads/frames.ts";
import { loadedWithStandIns } from "../threads/stand_ins.ts";
import { trust } from "../threads/strangers.ts";
import { instrument } from "./instrument.ts";
import { freeModule, guardedModule } from "./runtime_modules.ts";

const mark = "?probed";
const explorer = new URL("../", import.meta.url).href;

/**
 * Loads a module and all that it imports with probes. It is another copy of the module: its classes are not
 * those of the one without. `isShared` says which modules both have in common.
 */
export async function probed<Module>(
  url: string,
  isShared: (url: string) => boolean = () => false,
): Promise<Module> {
  const known = new Set<string>();
  const hooks = hook(isShared, known);
  try {
    return await loadedWithStandIns(async () => {
      const module = await import(url + mark);
      for (const url of known) trust(await import(url));
      return module;
    });
  } finally {
    hooks.deregister();
  }
}

/** Adds the modules to `known` that are not to have probes. */
function hook(isShared: (url: string) => boolean, known: Set<string>): { deregister(): void } {
  return registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const { url } = resolved;
      if (!context.parentURL?.includes(mark)) return resolved;
      const free = freeModule(url);
      if (free !== null) known.add(free);
      else if (isOurs(url) || isShared(url)) known.add(url);
      else if (canProbe(url)) return { ...resolved, url: url + mark, shortCircuit: true };
      return resolved;
    },
    load(url, context, next) {
      const source = guardedModule(url);
      if (source !== null) return { format: "module", source, shortCircuit: true };
      const loaded = next(url, context);
      if (!url.endsWith(mark) || typeof loaded.source !== "string") return loaded;
      const text = withProbes(url.slice(0, -mark.length), loaded.source);
      return text === null ? loaded : { format: "module", source: text, shortCircuit: true };
    },
  });
}

/** Whether a module is the explorer's own, or one that assertions come from. */
function isOurs(url: string): boolean {
  if (url.startsWith(explorer)) return !/_test\.ts$|\/corpus\//.test(url);
  return url.startsWith("file:") && url.includes("/_std/");
}

/** Whether a module is code under test, and not a package. */
function canProbe(url: string): boolean {
  return url.startsWith("file:") && !url.includes(mark) && /\.[mc]?[jt]s$/.test(url) &&
    !/\/node_modules\/|\/npm\//.test(url);
}

/** The code with probes, in which every place is still one of the file; null if that cannot be. */
function withProbes(url: string, code: string): string | null {
  const at = code.lastIndexOf("\n//# sourceMappingURL=");
  const source = at < 0 ? code : code.slice(0, at);
  try {
    const text = instrument(source, runtime);
    const map = text.generateMap({ source: url, includeContent: false, hires: true });
    const before = at < 0 ? null : JSON.parse(decoded(code.slice(at).trim()));
    const whole = remapping([map, ...(before ? [before] : [])] as never, () => null);
    whole.sources = [url];
    return `${text}\n//# sourceMappingURL=data:application/json;base64,${encoded(`${whole}`)}`;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function decoded(comment: string): string {
  const text = comment.slice(comment.indexOf("base64,") + "base64,".length);
  return new TextDecoder().decode(Uint8Array.fromBase64(text));
}

function encoded(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
